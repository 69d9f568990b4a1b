"""What is counted, as values that cross rooms: reports of entries, and of how matters were answered."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median

from storage.receptions import Counts
from storage.response_statistics import Response
from storage.states import CaseState
from storage.statistics import EntryFigures, Only

DueOf = Callable[[datetime], datetime]  # when the first answer to what came then was due
RESPONSE_FIGURES = (
    "received",
    "answered",
    "in_time",
    "late",
    "overdue",
    "waiting",
    "handled",
    "satisfied",
    "reopened",
)


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: local days, both included, the dimensions of the lines, and which entries."""

    first: date
    last: date
    by: tuple[str, ...] = ()
    only: Only = field(default_factory=Only)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its key in the order of `Query.by`, the same in words, its figures."""

    key: tuple[str, ...]
    names: tuple[str, ...]
    figures: EntryFigures


@dataclass(frozen=True, slots=True)
class Report:
    """Lines by key, and the figures of all together.

    Entries, people, opinions and proposals of the lines add up to the total. Days and cases need not: one day with
    a visit and a reception is a line's day in both, and one day of the total; so is a matter with two entries.
    """

    query: Query
    lines: tuple[Line, ...]
    total: EntryFigures


@dataclass(frozen=True, slots=True)
class ResponseFigures:
    """How the matters that came in a period were answered, as it stood at one instant.

    `received` = `answered` + `overdue` + `waiting` + those settled without an answer. `in_time` and `late` part
    the answered ones by what was promised for the first answer; `overdue` have none and should have, `waiting` have
    none and are not due. `handled` are answered or closed. `satisfied`: the constituent tapped that it is settled,
    and did not come back; `reopened`: they came back at least once. `median_hours` is wall time from the first
    message to the first answer, None where nothing was answered.
    """

    received: int = 0
    answered: int = 0
    in_time: int = 0
    late: int = 0
    overdue: int = 0
    waiting: int = 0
    handled: int = 0
    satisfied: int = 0
    reopened: int = 0
    median_hours: float | None = None

    @property
    def handled_rate(self) -> float | None:
        """Handled of received, as public platforms report it; None where nothing was received.

        It is the friendliest of all rates: a matter counts as soon as anything was answered, whether in time,
        whether it helped (domain A6: Suzhou's "over 85 %" are of this kind, Ningbo's 87 % are said to be solved).
        Platforms differ in what they leave out: hotlines drop what was returned and what they do not take, and
        give satisfaction of those who picked up the call-back, not of all (domain A9). So compare it only with
        itself; `in_time_rate` and `satisfied_rate` are of all that was received.
        """
        return _rate(self.handled, self.received)

    @property
    def in_time_rate(self) -> float | None:
        """Answered in time, of all that was received and is due."""
        return _rate(self.in_time, self.received - self.waiting)

    @property
    def satisfied_rate(self) -> float | None:
        """Settled by the constituent's own word, of all that was received, also of those who never said."""
        return _rate(self.satisfied, self.received)


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class StationResponses:
    """One station's line."""

    station: str
    name: str
    figures: ResponseFigures


@dataclass(frozen=True, slots=True)
class ResponseReport:
    """A line for each station that received anything, as it stood at `as_of`."""

    first: date
    last: date
    as_of: datetime
    lines: tuple[StationResponses, ...]
    total: ResponseFigures


@dataclass(frozen=True, slots=True)
class MonthCounts:
    """The activity figures of one month (`2026-10`)."""

    month: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class YearReport:
    """A region's year: entries by month, group, kind, level, station; activity by month; responses by station."""

    year: int
    region: str
    name: str
    total: EntryFigures
    months: tuple[Line, ...]
    groups: tuple[Line, ...]
    kinds: tuple[Line, ...]
    levels: tuple[Line, ...]
    stations: tuple[Line, ...]
    activity: tuple[MonthCounts, ...]  # all twelve
    activity_total: Counts
    responses: ResponseReport


def signs_of(row: Response, as_of: datetime, due_of: DueOf) -> frozenset[str]:
    """In which of `RESPONSE_FIGURES` a matter counts."""
    signs = {"received"}
    closed = row.state is CaseState.CLOSED
    if row.first_answer_at is not None:
        signs |= {"answered", "in_time" if row.first_answer_at <= _due(row, due_of) else "late"}
    elif not closed:
        signs.add("overdue" if _due(row, due_of) < as_of else "waiting")
    if row.first_answer_at is not None or closed:
        signs.add("handled")
    if closed and not row.at_desk:
        signs.add("satisfied")
    if row.round > 1:
        signs.add("reopened")
    return frozenset(signs)


def _due(row: Response, due_of: DueOf) -> datetime:
    """Of the first round: what was promised; of a matter that came back the promise is of a later one by now."""
    return row.promised_at if row.round == 1 else due_of(row.opened_at)


def respond(rows: Iterable[Response], as_of: datetime, due_of: DueOf) -> ResponseFigures:
    """The figures of these matters."""
    counts = dict.fromkeys(RESPONSE_FIGURES, 0)
    hours = []
    for row in rows:
        for sign in signs_of(row, as_of, due_of):
            counts[sign] += 1
        if row.first_answer_at is not None:
            hours.append((row.first_answer_at - row.opened_at).total_seconds() / 3600)
    return ResponseFigures(**counts, median_hours=round(median(hours), 2) if hours else None)


def respond_by_station(
    rows: Sequence[Response], names: Mapping[str, str], as_of: datetime, due_of: DueOf
) -> tuple[StationResponses, ...]:
    """A line a station, by code."""
    grouped: dict[str, list[Response]] = {}
    for row in rows:
        grouped.setdefault(row.station, []).append(row)
    return tuple(
        StationResponses(code, names.get(code, code), respond(grouped[code], as_of, due_of))
        for code in sorted(grouped)
    )


def numbers_behind(rows: Iterable[Response], figure: str, as_of: datetime, due_of: DueOf) -> tuple[str, ...]:
    """The numbers of the matters that a figure of `RESPONSE_FIGURES` counts; the median is of the answered."""
    wanted = "answered" if figure == "median_hours" else figure
    return tuple(row.number for row in rows if wanted in signs_of(row, as_of, due_of))
