"""How matters count, and what is hidden of small counts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.statistics import figures, suppressing
from bot.services.statistics.figures import Line, Query, Report, ResponseReport, StationResponses, respond
from storage.response_statistics import Response
from storage.states import CaseState
from storage.statistics import EntryFigures

OPENED = datetime(2026, 11, 2, 1, tzinfo=UTC)
DAY = timedelta(days=1)
NOW = OPENED + 10 * DAY
PLAIN = Response(1, "JH-2026-000001", "QQ1", "R1", OPENED, OPENED + DAY, None, 1, CaseState.ASSIGNED, False)
SPAN = (date(2026, 11, 1), date(2026, 11, 30))


def due_of(opened_at: datetime) -> datetime:
    return opened_at + DAY


@pytest.mark.parametrize(
    ("facts", "signs"),
    [
        ({}, "overdue"),
        ({"promised_at": NOW + DAY}, "waiting"),
        ({"promised_at": NOW}, "waiting"),
        ({"first_answer_at": OPENED + DAY, "state": CaseState.ANSWERED}, "answered in_time handled"),
        ({"first_answer_at": OPENED + 2 * DAY, "state": CaseState.ANSWERED}, "answered late handled"),
        ({"first_answer_at": OPENED, "state": CaseState.CLOSED}, "answered in_time handled satisfied"),
        ({"first_answer_at": OPENED, "state": CaseState.CLOSED, "at_desk": True}, "answered in_time handled"),
        ({"state": CaseState.CLOSED}, "handled satisfied"),
        (
            {"first_answer_at": OPENED, "round": 2, "promised_at": NOW, "state": CaseState.REOPENED},
            "answered in_time handled reopened",
        ),
        (
            {"first_answer_at": OPENED + 2 * DAY, "round": 2, "promised_at": NOW, "state": CaseState.CLOSED},
            "answered late handled reopened satisfied",
        ),
    ],
)
def test_a_matter_counts_where_it_belongs(facts: dict[str, object], signs: str) -> None:
    found = figures.signs_of(replace(PLAIN, **facts), NOW, due_of)  # type: ignore[arg-type]
    assert found == {"received", *signs.split()}


def test_rates_say_what_they_are_of() -> None:
    rows = [
        replace(PLAIN, first_answer_at=OPENED + timedelta(hours=2), state=CaseState.CLOSED),
        replace(PLAIN, first_answer_at=OPENED + timedelta(hours=40), state=CaseState.ANSWERED),
        PLAIN,
        replace(PLAIN, promised_at=NOW + DAY),
    ]
    found = respond(rows, NOW, due_of)
    assert (found.handled_rate, found.in_time_rate, found.satisfied_rate) == (0.5, 1 / 3, 0.25)
    assert found.median_hours == 21
    assert respond([], NOW, due_of).handled_rate is None


responses = st.builds(
    Response,
    st.integers(1, 99),
    st.just("JH-2026-000001"),
    st.sampled_from(["QQ1", "XZ1", ""]),
    st.just("R1"),
    st.just(OPENED),
    st.sampled_from([OPENED + DAY, NOW + DAY]),
    st.sampled_from([None, OPENED, OPENED + 2 * DAY]),
    st.integers(1, 3),
    st.sampled_from(list(CaseState)),
    st.booleans(),
)


@given(st.lists(responses, max_size=30))
def test_every_matter_is_in_exactly_one_part_and_stations_add_up(rows: list[Response]) -> None:
    whole = respond(rows, NOW, due_of)
    settled = sum(1 for row in rows if row.state is CaseState.CLOSED and row.first_answer_at is None)
    assert whole.received == whole.answered + whole.overdue + whole.waiting + settled
    assert whole.answered == whole.in_time + whole.late
    lines = figures.respond_by_station(rows, {}, NOW, due_of)
    for name in figures.RESPONSE_FIGURES:
        assert sum(getattr(line.figures, name) for line in lines) == getattr(whole, name)
        assert len(figures.numbers_behind(rows, name, NOW, due_of)) == getattr(whole, name), "every figure opens"


def report(*people: int) -> Report:
    lines = tuple(Line((str(i),), (str(i),), EntryFigures(entries=1, people=n)) for i, n in enumerate(people))
    return Report(Query(*SPAN, ("station",)), lines, EntryFigures(entries=len(lines), people=sum(people)))


@given(st.lists(st.integers(0, 12), max_size=8))
def test_no_small_count_of_people_can_be_read_or_worked_out(people: list[int]) -> None:
    rows, total = suppressing.entry_rows(report(*people))
    shown = [row["people"] for row in rows]
    assert not any(value is not None and 0 < value < suppressing.LEAST for value in [*shown, total["people"]])
    hidden = [n for n, value in zip(people, shown, strict=True) if value is None]
    if len(hidden) == 1 and total["people"] is not None:
        assert hidden[0] == total["people"], "alone it is what the total says, and that is not small"
    assert [row["entries"] for row in rows] == [1] * len(people)


@given(st.lists(responses, max_size=40))
def test_no_small_count_of_matters_can_be_read_or_worked_out(rows: list[Response]) -> None:
    lines = figures.respond_by_station(rows, {}, NOW, due_of)
    whole = ResponseReport(*SPAN, NOW, lines, respond(rows, NOW, due_of))
    told, total = suppressing.response_rows(whole)
    counts = [row[name] for row in (*told, total) for name in figures.RESPONSE_FIGURES]
    assert not any(value is not None and 0 < value < suppressing.LEAST for value in counts)
    hidden = [row for row in told if row["in_time"] is None]
    assert len(hidden) != 1 or len(told) == 1 or total["in_time"] is None


def test_staff_who_handle_the_matters_see_them_all() -> None:
    rows, total = suppressing.entry_rows(report(1, 9), least=0)
    assert [row["people"] for row in rows] == [1, 9]
    assert total["people"] == 10
    line = StationResponses("QQ1", "钱桥", respond([PLAIN], NOW, due_of))
    shown, _ = suppressing.response_rows(ResponseReport(*SPAN, NOW, (line,), line.figures), least=0)
    assert shown[0]["overdue"] == 1
