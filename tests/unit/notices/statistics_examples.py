"""Notices of the figures."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from bot.notices import statistics
from bot.notices.statistics import BehindLine

MODULES = (statistics,)
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
SPANS = (
    (FIRST, LAST),
    (FIRST, FIRST),
    (date(2026, 1, 1), date(2026, 12, 31)),
    (FIRST, date(2026, 12, 31)),
)
ENTRIES = dict.fromkeys(statistics.ENTRY_NAMES, 2535)
FEW = {**ENTRIES, "people": None, "cases": 0}
RESPONSES = {
    **dict.fromkeys(statistics.RESPONSE_NAMES, 459),
    "median_hours": 3.25,
    "in_time_rate": 0.5,
    "handled_rate": 0.8571,
    "satisfied_rate": None,
}
HIDDEN = dict.fromkeys(RESPONSES)


def notices(station: str, representative: str) -> Iterator[Any]:
    for first, last in SPANS:
        yield statistics.EntryReport(first, last, station, ((station, ENTRIES), ("走访", FEW)) * 20, ENTRIES)
        yield statistics.ResponseReport(first, last, ((station, RESPONSES), ("未编站", HIDDEN)) * 20, RESPONSES)
    yield statistics.EntryReport(FIRST, LAST, "", (), ENTRIES)
    yield statistics.ResponseReport(FIRST, LAST, (), RESPONSES)
    lines = tuple(BehindLine(number, FIRST, representative, "走访", 3) for number in range(1, 400))
    for figure in statistics.ENTRY_NAMES:
        yield statistics.EntriesBehind(FIRST, LAST, figure, 9, lines)
    yield statistics.EntriesBehind(FIRST, LAST, "people", None, (BehindLine(1, FIRST, representative, "走访"),))
    for figure in (*statistics.RESPONSE_NAMES, "median_hours"):
        yield statistics.MattersBehind(FIRST, LAST, figure, ("JH-2026-000123",) * 120)
        yield statistics.MattersBehind(FIRST, LAST, figure, ())
    yield statistics.StatisticsHelp((station, "什么"), (representative,))
    yield statistics.StatisticsHelp()
    yield statistics.StaffOnly()
