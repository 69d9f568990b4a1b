"""Counting a period: entries by any dimension, responses by station, a region's year. Nothing is kept or cached."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.calendars.local_time import MIDNIGHT, instant_of
from bot.notices.statistics import LEVELS
from bot.services.context import Context
from bot.services.duty import kinds
from bot.services.statistics.figures import (
    DueOf,
    Line,
    MonthCounts,
    Query,
    Report,
    ResponseReport,
    YearReport,
    respond,
    respond_by_station,
)
from config.duty_kinds import GROUPS
from storage import receptions, region_reading, response_statistics, statistics
from storage.duty_reading import Viewer
from storage.receptions import Counts
from storage.response_statistics import Response
from storage.statistics import EntryFigures, Only, Span


class NoSuchRegion(Exception):
    """No region has this code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"region {code}: no such region")


async def count(context: Context, viewer: Viewer, query: Query) -> Report:
    """The report of a query, of what the viewer may see."""
    return (await count_by(context, viewer, query, [query.by]))[0]


async def count_by(
    context: Context, viewer: Viewer, query: Query, many_by: Sequence[Sequence[str]]
) -> Sequence[Report]:
    """A report for each list of dimensions in the place of the query's, from one reading of the entries."""
    span, groups = Span(query.first, query.last), groups_of(context)
    *many, whole = await statistics.count_many(context.session, viewer, span, groups, query.only, [*many_by, ()])
    total = whole.get((), EntryFigures())
    return [
        Report(replace(query, by=tuple(by)), await _lines(context, by, found), total)
        for by, found in zip(many_by, many, strict=True)
    ]


async def _lines(
    context: Context, by: Sequence[str], found: Mapping[tuple[str, ...], EntryFigures]
) -> tuple[Line, ...]:
    names = await _names(context, by)
    return tuple(Line(key, _named(names, by, key), found[key]) for key in _ordered(by, found))


def groups_of(context: Context) -> Mapping[str, str]:
    """The group of each kind, as it stands in this office."""
    return {code: kind.group for code, kind in kinds.standing(context).items()}


def _ordered(by: Sequence[str], found: Mapping[tuple[str, ...], EntryFigures]) -> Sequence[tuple[str, ...]]:
    """By code; groups of kinds and levels in the order in which people name them."""
    ranks = {statistics.GROUP: list(GROUPS), statistics.LEVEL: list(LEVELS)}

    def rank(key: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
        orders = [ranks.get(name, []) for name in by]
        return tuple(
            (order.index(one) if one in order else len(order), one) for one, order in zip(key, orders, strict=True)
        )

    return sorted(found, key=rank)


async def _names(context: Context, by: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    directory = context.directory
    named: dict[str, Mapping[str, str]] = {
        statistics.REPRESENTATIVE: {code: one.name for code, one in directory.representatives.items()},
        statistics.STATION: {code: one.name for code, one in directory.stations.items()},
        statistics.KIND: {code: kind.name for code, kind in kinds.standing(context).items()},
        statistics.GROUP: GROUPS,
        statistics.LEVEL: LEVELS,
    }
    if statistics.REGION in by:
        codes = {one.region_code for one in directory.stations.values() if one.region_code}
        named[statistics.REGION] = await region_reading.region_names(context.session, codes)
    return named


def _named(names: Mapping[str, Mapping[str, str]], by: Sequence[str], key: Sequence[str]) -> tuple[str, ...]:
    return tuple(names.get(name, {}).get(one, one) or "—" for name, one in zip(by, key, strict=True))


async def behind(
    context: Context, viewer: Viewer, query: Query, figure: str = "entries"
) -> Sequence[statistics.Behind]:
    """The entries behind a figure (one of `statistics.FIGURES`) of the query's total; narrow `only` for a line's.

    `figure` `people` leaves out entries that met nobody, `cases` those without a matter, and so on.
    """
    span = Span(query.first, query.last)
    return [
        one
        async for one in statistics.behind(context.session, viewer, span, groups_of(context), query.only, figure)
    ]


async def first_behind(
    context: Context, viewer: Viewer, query: Query, figure: str, most: int
) -> tuple[Sequence[statistics.Behind], int]:
    """The first of `behind`, and how many there are."""
    asked = context.session, viewer, Span(query.first, query.last), groups_of(context), query.only, figure
    found = [one async for one in statistics.behind(*asked, most)]
    return found, len(found) if len(found) < most else await statistics.count_behind(*asked)


async def numbers_by_line(context: Context, viewer: Viewer, query: Query) -> Mapping[tuple[str, ...], list[int]]:
    """The numbers of the entries behind each line of a report."""
    span = Span(query.first, query.last)
    keys = statistics.keyed(context.session, viewer, span, groups_of(context), query.only, query.by)
    found: dict[tuple[str, ...], list[int]] = {}
    async for number, key in keys:
        found.setdefault(key, []).append(number)
    return found


def due_of(context: Context) -> DueOf:
    """When a first answer is due by the rules and the calendar as they are now."""
    calendar, hours = context.calendar, context.rules.first_answer_hours

    def due(opened_at: datetime) -> datetime:
        return calendar.awake(calendar.time.due(opened_at, hours))

    return due


async def responses(
    context: Context, first: date, last: date, stations: Sequence[str] | None = None, *, closed: bool = False
) -> ResponseReport:
    """How the matters that came on these local days were answered, as it stands now; `stations` None is all.

    The same rows at the same instant give the same figures; what still waits may become late after it.
    """
    rows = await responding(context, first, last, stations, closed=closed)
    names = {code: one.name for code, one in context.directory.stations.items()}
    due = due_of(context)
    lines = respond_by_station(rows, names, context.now, due)
    return ResponseReport(first, last, context.now, lines, respond(rows, context.now, due))


async def responding(
    context: Context, first: date, last: date, stations: Sequence[str] | None = None, *, closed: bool = False
) -> Sequence[Response]:
    """The matters behind `responses`."""
    since = instant_of(first, MIDNIGHT, context.zone)
    until = instant_of(last + timedelta(days=1), MIDNIGHT, context.zone)
    return await response_statistics.opened_between(context.session, since, until, stations=stations, closed=closed)


async def stations_of_region(context: Context, region: str) -> Sequence[str]:
    """The stations of a region and of those below it, by code. Raises `NoSuchRegion`."""
    if region not in await region_reading.region_names(context.session, [region]):
        raise NoSuchRegion(region)
    below = set(await region_reading.regions_below(context.session, region))
    return sorted(code for code, one in context.directory.stations.items() if one.region_code in below)


async def count_year(context: Context, viewer: Viewer, region: str, year: int) -> YearReport:
    """The year of a region and those below it. Raises `NoSuchRegion`.

    Restricted matters are among the responses only where the viewer sees closed entries.
    """
    stations = await stations_of_region(context, region)
    names = await region_reading.region_names(context.session, [region])
    first, last = date(year, 1, 1), date(year, 12, 31)
    only = Only(stations=stations)

    dimensions = (statistics.MONTH, statistics.GROUP, statistics.KIND, statistics.LEVEL, statistics.STATION)
    whole, *parts = await statistics.count_many(
        context.session,
        viewer,
        Span(first, last),
        groups_of(context),
        only,
        [(), *((name,) for name in dimensions)],
    )
    lines = {name: await _lines(context, (name,), part) for name, part in zip(dimensions, parts, strict=True)}
    months = [await _activity(context, stations, date(year, month, 1)) for month in range(1, 13)]
    return YearReport(
        year,
        region,
        names[region],
        whole.get((), EntryFigures()),
        lines[statistics.MONTH],
        lines[statistics.GROUP],
        lines[statistics.KIND],
        lines[statistics.LEVEL],
        lines[statistics.STATION],
        tuple(months),
        _sum(one.counts for one in months),
        await responses(context, first, last, stations, closed=viewer.sees_closed),
    )


async def _activity(context: Context, stations: Sequence[str], month: date) -> MonthCounts:
    last = month.replace(day=monthrange(month.year, month.month)[1])
    found = await receptions.count_by_station(context.session, stations, month, last)
    return MonthCounts(f"{month:%Y-%m}", _sum(found.values()))


def _sum(counts: Iterable[Counts]) -> Counts:
    total = [0, 0, 0, 0, 0]
    for one in counts:
        parts = (one.attendances, one.sessions, one.received, one.opinions, one.proposals)
        total = [before + part for before, part in zip(total, parts, strict=True)]
    return Counts(*total)
