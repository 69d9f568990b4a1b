"""统计 and 统计明细 in the chat: figures of what a member may see, opened to the rows behind them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from bot.notices import statistics as notices
from bot.services.context import Context
from bot.services.duty import access, kinds
from bot.services.people import Member
from bot.services.statistics import counting, reading, suppressing
from bot.services.statistics.figures import Query, numbers_behind
from bot.services.statistics.reading import RESPONSES, Asked, Vocabulary
from config.duty_kinds import GROUPS
from storage.duty_reading import Viewer
from storage.models import Region
from storage.statistics import GROUP, KIND, LEVEL, REGION, REPRESENTATIVE, STATION, Only

_OUTSIDERS = frozenset({"auditor"})  # they check the figures and handle none of the matters


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who asks, what, and how small a figure they may see."""

    context: Context
    member: Member
    viewer: Viewer
    asked: Asked
    least: int


Answer = (
    notices.EntryReport
    | notices.ResponseReport
    | notices.EntriesBehind
    | notices.MattersBehind
    | notices.StatisticsHelp
    | notices.StaffOnly
)


async def ask(context: Context, member: Member, words: str, *, details: bool) -> Answer:
    """Figures, or with `details` what is behind one of them."""
    if member.staff is None:
        return notices.StaffOnly()
    asked = reading.read(words, context.calendar.today(context.now), await vocabulary(context))
    if asked.unknown or asked.ambiguous:
        return notices.StatisticsHelp(asked.unknown, asked.ambiguous)
    least = least_of(member)
    asking = _Asking(context, member, access.viewer_of(context, member), asked, least)
    if asked.about == RESPONSES:
        return await (_matters_behind(asking) if details else _responses(asking))
    return await (_entries_behind(asking) if details else _entries(asking))


def least_of(member: Member) -> int:
    """The least figure of people that a member is told; 0 where they handle the matters."""
    return suppressing.LEAST if member.staff is not None and member.staff.role in _OUTSIDERS else 0


async def vocabulary(context: Context) -> Vocabulary:
    """Every name and code that may be said."""
    directory = context.directory
    people = _by_name((one.name, code) for code, one in directory.representatives.items())
    regions = await context.session.execute(select(Region.name, Region.code))
    return Vocabulary(
        representatives={**people, **{code: [code] for code in directory.representatives}},
        levels=_by_name((name, code) for code, name in notices.LEVELS.items()),
        groups=_by_name((name, code) for code, name in GROUPS.items()),
        stations=_by_name((each, code) for code, one in directory.stations.items() for each in (one.name, code)),
        regions=_by_name((each, code) for name, code in regions for each in (name, code)),
        kinds=_by_name((kind.name, code) for code, kind in kinds.standing(context).items()),
    )


def _by_name(pairs: Iterable[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for name, code in pairs:
        found.setdefault(name, []).append(code)
    return found


async def _only(asking: _Asking) -> Only:
    wanted = asking.asked.only
    stations = wanted.get(STATION)
    if REGION in wanted:
        within = {code for one in wanted[REGION] for code in await counting.stations_of_region(asking.context, one)}
        stations = tuple(sorted(within & set(stations) if stations else within))
    return Only(
        representatives=wanted.get(REPRESENTATIVE),
        levels=wanted.get(LEVEL),
        groups=wanted.get(GROUP),
        stations=stations,
        kinds=wanted.get(KIND),
    )


def _about(asking: _Asking) -> str:
    known = asking.context.directory
    names: list[str] = []
    for dimension, codes in asking.asked.only.items():
        for code in codes:
            if dimension == STATION and code in known.stations:
                names.append(known.stations[code].name)
            elif dimension == REPRESENTATIVE and code in known.representatives:
                names.append(known.representatives[code].name)
            elif dimension == KIND:
                names.append(kinds.name_of(asking.context, code))
            else:
                names.append({**GROUPS, **notices.LEVELS}.get(code, code))
    return "、".join(names)


async def _entries(asking: _Asking) -> notices.EntryReport:
    asked = asking.asked
    by = asked.by or (KIND if {KIND, GROUP} & set(asked.only) else GROUP)
    query = Query(asked.first, asked.last, (by,), await _only(asking))
    report = await counting.count(asking.context, asking.viewer, query)
    rows, total = suppressing.entry_rows(report, asking.least)
    lines = tuple((line.names[0], row) for line, row in zip(report.lines, rows, strict=True))
    return notices.EntryReport(asked.first, asked.last, _about(asking), lines, total)


async def _entries_behind(asking: _Asking) -> notices.EntriesBehind:
    context, asked, figure = asking.context, asking.asked, asking.asked.figure or "entries"
    query = Query(asked.first, asked.last, (), await _only(asking))
    report = await counting.count(context, asking.viewer, query)
    _, total = suppressing.entry_rows(report, asking.least)
    found = await counting.behind(context, asking.viewer, query, figure)
    people = context.directory.representatives
    adds = figure in ("people", "opinions", "proposals") and asking.least == 0
    lines = tuple(
        notices.BehindLine(
            one.entry_id,
            one.on,
            people[one.representative].name if one.representative in people else one.representative,
            kinds.name_of(context, one.kind),
            getattr(one, figure) if adds else None,
        )
        for one in found
    )
    return notices.EntriesBehind(asked.first, asked.last, figure, total[figure], lines)


async def _response_stations(asking: _Asking) -> Sequence[str] | None:
    """Of what is asked, the stations that the member sees; None is all."""
    asked, seen = (await _only(asking)).stations, asking.viewer.stations
    if seen is None:
        return None if asked is None else list(asked)
    return sorted(seen) if asked is None else sorted(set(asked) & set(seen))


async def _responses(asking: _Asking) -> notices.ResponseReport:
    asked, stations = asking.asked, await _response_stations(asking)
    report = await counting.responses(
        asking.context, asked.first, asked.last, stations, closed=asking.viewer.sees_closed
    )
    rows, total = suppressing.response_rows(report, asking.least)
    lines = tuple((line.name or "未编站", row) for line, row in zip(report.lines, rows, strict=True))
    return notices.ResponseReport(asked.first, asked.last, lines, total)


async def _matters_behind(asking: _Asking) -> notices.MattersBehind:
    context, asked, figure = asking.context, asking.asked, asking.asked.figure or "received"
    rows = await counting.responding(
        context,
        asked.first,
        asked.last,
        await _response_stations(asking),
        closed=asking.viewer.sees_closed,
    )
    numbers = numbers_behind(rows, figure, context.now, counting.due_of(context))
    return notices.MattersBehind(asked.first, asked.last, figure, numbers)
