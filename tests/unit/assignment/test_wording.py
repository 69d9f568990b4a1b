"""Many words at once, and what is looked for around one word alone: found as a plain pattern would find it."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.assignment.naming.calls import describe
from bot.assignment.text import normalise, says_nothing
from bot.assignment.wording import WordList, any_of

_LETTERS = "火着了水停电梯救命代表 a1"
_WORDS = st.lists(st.text(_LETTERS, min_size=1, max_size=4), min_size=1, max_size=12)


@given(words=_WORDS, text=st.text(_LETTERS, max_size=60))
def test_a_list_finds_what_one_pattern_of_all_its_words_finds(words: list[str], text: str) -> None:
    plain = [(found.start(), found[0]) for found in re.finditer(any_of(words), text)]
    assert [(found.start, found.text) for found in WordList(words).find_all(text)] == plain


@given(st.text("3a号-—~栋", max_size=20))
def test_a_dash_stays_between_two_digits_alone(text: str) -> None:
    kept = re.sub(r"[-—~]+(?!\d)|(?<!\d)[-—~]+", "", text)
    assert normalise(text) == kept


def test_a_surname_before_any_of_many_titles_is_found() -> None:
    filler = "大家都说路灯坏了很久没有人来修理，" * 4
    text = f"代表大会{filler}业主代表说{filler}请找孙代表，{filler}"
    told = describe(text, "孙".__eq__, ())
    assert told is not None
    assert (told.surname, told.phrase) == ("孙", "孙代表")


@given(st.lists(st.sampled_from(["你好", "在吗", "谢谢", "！", "12", "，"]), max_size=60).map("".join))
def test_greetings_alone_say_nothing_however_many_they_are(text: str) -> None:
    assert says_nothing(text) or "12" in text
    assert not says_nothing(f"{text}路灯坏了一直没有人修")
