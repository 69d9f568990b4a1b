"""Small counts of people are not shown to those who do not handle the matters: a figure of 3 may name three people.

Figures below `LEAST` are None; where that leaves one figure of a column which the total would give away, the next
smallest goes with it. Zero names nobody and stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from bot.services.statistics.figures import Report, ResponseFigures, ResponseReport
from storage.statistics import EntryFigures

LEAST = 5
PERSONAL = ("people", "cases")  # figures of an entry that count constituents
Shown = Mapping[str, float | None]


def entry_rows(report: Report, least: int = LEAST) -> tuple[Sequence[Shown], Shown]:
    """The figures of the report's lines and of its total, small ones hidden; `least` 0 hides nothing."""
    lines = [asdict(line.figures) for line in report.lines]
    for name in PERSONAL:
        column = [line[name] for line in lines]
        for index in _hidden(column, least):
            lines[index][name] = None
    total = asdict(report.total)
    return lines, {
        name: None if name in PERSONAL and _is_small(total[name], least) else total[name] for name in total
    }


def _is_small(value: int, least: int) -> bool:
    return 0 < value < least


def _hidden(column: Sequence[int], least: int) -> set[int]:
    """Which of a column are hidden: the small ones, and one more where there is only one of them."""
    small = {index for index, value in enumerate(column) if _is_small(value, least)}
    others = sorted((value, index) for index, value in enumerate(column) if value and index not in small)
    return small | {others[0][1]} if len(small) == 1 and others else small


def response_rows(report: ResponseReport, least: int = LEAST) -> tuple[Sequence[Shown], Shown]:
    """The same for responses: a station with anything small shows how many it received, and that only if it may.

    The parts of a line add up, so hiding one of them alone would hide nothing.
    """
    figures = [line.figures for line in report.lines]
    small = {index for index, one in enumerate(figures) if _has_small(one, least)}
    if len(small) == 1:
        others = sorted((one.received, index) for index, one in enumerate(figures) if index not in small)
        small |= {others[0][1]} if others else set()
    received = _hidden([one.received for one in figures], least)
    rows = [_row(one, parts=index not in small, whole=index not in received) for index, one in enumerate(figures)]
    total = report.total
    return rows, _row(total, parts=not _has_small(total, least), whole=not _is_small(total.received, least))


def _has_small(figures: ResponseFigures, least: int) -> bool:
    values = asdict(figures)
    del values["median_hours"]
    return any(_is_small(value, least) for value in values.values())


def _row(figures: ResponseFigures, *, parts: bool, whole: bool) -> Shown:
    told = {**asdict(figures), **rates(figures)}
    return {name: value if (whole if name == "received" else parts) else None for name, value in told.items()}


def rates(figures: ResponseFigures) -> Mapping[str, float | None]:
    """The rates of a line, with four digits."""
    found = {
        "handled_rate": figures.handled_rate,
        "in_time_rate": figures.in_time_rate,
        "satisfied_rate": figures.satisfied_rate,
    }
    return {name: None if value is None else round(value, 4) for name, value in found.items()}


def suppressed(figures: EntryFigures, least: int = LEAST) -> Shown:
    """One line alone."""
    told = asdict(figures)
    return {name: None if name in PERSONAL and _is_small(told[name], least) else told[name] for name in told}
