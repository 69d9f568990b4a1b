"""A draft says what the entries say, and each of its sentences names them."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.notices.duty_report_draft import KindFacts, ReportFacts, Told, compose

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
numbers = st.lists(st.integers(1, 10_000), min_size=1, max_size=30, unique=True).map(tuple)
kinds = st.builds(
    KindFacts,
    st.sampled_from(["走访", "接待", "培训"]),
    numbers,
    st.integers(1, 30),
    st.integers(0, 99),
    st.integers(0, 9),
    st.integers(0, 9),
)


@given(st.lists(kinds, max_size=4), numbers, st.integers(0, 3))
def test_every_sentence_has_entries_and_no_other_number_is_in_it(
    some: list[KindFacts], answered: tuple[int, ...], settled: int
) -> None:
    every = tuple(dict.fromkeys([*answered, *(number for one in some for number in one.entries)]))
    facts = ReportFacts(FIRST, LAST, KindFacts("", every, 3), tuple(some), answered, answered[:settled])
    sentences = compose(facts)
    assert all(one.entries for one in sentences)
    assert {number for one in sentences for number in one.entries} <= set(every)
    assert len(sentences) == len(some) + 2
    for one, kind in zip(sentences[1:], some, strict=False):
        assert one.text.startswith(f"{kind.name} {len(kind.entries)} 次")
        assert ("人次" in one.text) == bool(kind.people)


def test_nothing_confirmed_is_nothing_said() -> None:
    assert compose(ReportFacts(FIRST, LAST, KindFacts("", (), 0), ())) == []


def test_own_words_are_quoted_with_their_day_and_place_once() -> None:
    told = (Told(3, date(2026, 3, 5), "牡丹园", "走访3户，反映路灯问题。"), Told(4, LAST, "牡丹园", "在牡丹园走访"))
    facts = ReportFacts(FIRST, LAST, KindFacts("", (3, 4), 2, 3), (KindFacts("走访", (3, 4), 2, 3),), told=told)
    *_, first, second = compose(facts)
    assert (first.text, first.entries) == ("3月5日，在牡丹园，走访3户，反映路灯问题。", (3,))
    assert second.text == "12月31日，在牡丹园走访。"
