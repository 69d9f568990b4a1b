"""统计 on pages: figures by lines, each of which opens to the rows behind it; counted as in the chat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.services import people
from bot.services.context import Context
from bot.services.duty import access, kinds
from bot.services.people import Member
from bot.services.statistics import asking, counting, suppressing
from bot.services.statistics.figures import Query, Report, numbers_behind
from bot.services.statistics.suppressing import Shown
from storage import audit, case_lists, statistics
from storage.duty_reading import Viewer
from storage.statistics import GROUP, KIND, LEVEL, MONTH, REGION, REPRESENTATIVE, STATION, Only

MOST_ROWS = 300
_FIELDS: Mapping[str, str] = {
    REPRESENTATIVE: "representatives",
    LEVEL: "levels",
    GROUP: "groups",
    STATION: "stations",
    REGION: "regions",
    KIND: "kinds",
    MONTH: "months",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked at: local days, both included; the dimension of the lines; one station, kind or person."""

    first: date
    last: date
    by: str = GROUP
    station: str = ""
    kind: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line: its key, its name, its figures; None where a small one is not told."""

    key: str
    name: str
    figures: Shown


@dataclass(frozen=True, slots=True)
class Table:
    """Lines in the order of `counting`, and what they come to."""

    rows: tuple[Row, ...]
    total: Shown


@dataclass(frozen=True, slots=True)
class BehindRow:
    """An entry behind a figure; `adds` is None where it is simply one, or not told."""

    id: int
    on: date
    who: str
    kind: str
    adds: int | None


@dataclass(frozen=True, slots=True)
class Behind:
    """The entries behind a figure, or the numbers of matters; `total` are all, of which the first are here."""

    entries: tuple[BehindRow, ...] = ()
    matters: tuple[tuple[str, bool], ...] = ()  # number, and whether the reader may open it
    total: int = 0


async def entries(context: Context, member: Member, wanted: Wanted) -> tuple[Table, Table]:
    """Entries by lines, and the same by month."""
    viewer = access.viewer_of(context, member)
    query = Query(wanted.first, wanted.last, (wanted.by,), _only(wanted))
    by_line, by_month = await counting.count_by(context, viewer, query, [(wanted.by,), (MONTH,)])
    return _table(member, by_line), _table(member, by_month)


def _table(member: Member, report: Report) -> Table:
    rows, total = suppressing.entry_rows(report, asking.least_of(member))
    lines = [Row(line.key[0], line.names[0], row) for line, row in zip(report.lines, rows, strict=True)]
    return Table(tuple(lines), total)


def _only(wanted: Wanted) -> Only:
    return Only(
        representatives=[wanted.person] if wanted.person else None,
        stations=[wanted.station] if wanted.station else None,
        kinds=[wanted.kind] if wanted.kind else None,
    )


async def responses(context: Context, member: Member, wanted: Wanted) -> Table:
    """How the matters that came were answered, by station."""
    viewer = access.viewer_of(context, member)
    stations = _stations(viewer, wanted.station)
    report = await counting.responses(context, wanted.first, wanted.last, stations, closed=viewer.sees_closed)
    rows, total = suppressing.response_rows(report, asking.least_of(member))
    lines = [Row(line.station, line.name or "未编站", row) for line, row in zip(report.lines, rows, strict=True)]
    return Table(tuple(lines), total)


def _stations(viewer: Viewer, station: str) -> Sequence[str] | None:
    """Of what is asked, the stations that the viewer sees; None is all."""
    if viewer.stations is None:
        return [station] if station else None
    return sorted(set(viewer.stations) & {station}) if station else sorted(viewer.stations)


async def entries_behind(context: Context, member: Member, wanted: Wanted, line: str | None, figure: str) -> Behind:
    """The entries that a figure counts: of a line, or of the total where `line` is None; reading is on record."""
    only = _only(wanted)
    if line is not None:
        field = _FIELDS[wanted.by]
        before = getattr(only, field)
        only = replace(only, **{field: [line] if before is None or line in before else []})
    query = Query(wanted.first, wanted.last, (), only)
    viewer = access.viewer_of(context, member)
    found, total = await counting.first_behind(context, viewer, query, figure, MOST_ROWS)
    adds = figure in ("people", "opinions", "proposals") and not asking.least_of(member)
    known = context.directory.representatives
    rows = [
        BehindRow(
            one.entry_id,
            one.on,
            known[one.representative].name if one.representative in known else one.representative,
            kinds.name_of(context, one.kind),
            getattr(one, figure) if adds else None,
        )
        for one in found
    ]
    _note(context, member, f"{len(rows)} of figures {wanted.first}..{wanted.last}")
    return Behind(entries=tuple(rows), total=total)


async def matters_behind(context: Context, member: Member, wanted: Wanted, line: str | None, figure: str) -> Behind:
    """The matters that a figure counts, by their numbers; reading is on record."""
    viewer = access.viewer_of(context, member)
    stations = _stations(viewer, wanted.station)
    if line is not None:
        stations = [line] if stations is None or line in stations else []
    rows = await counting.responding(context, wanted.first, wanted.last, stations, closed=viewer.sees_closed)
    numbers = numbers_behind(rows, figure, context.now, counting.due_of(context))
    _note(context, member, f"{len(numbers[:MOST_ROWS])} of figures {wanted.first}..{wanted.last}")
    return Behind(
        matters=tuple([(one, await _may_open(context, member, one)) for one in numbers[:MOST_ROWS]]),
        total=len(numbers),
    )


async def _may_open(context: Context, member: Member, number: str) -> bool:
    case = await case_lists.get_numbered(context.session, number)
    return case is not None and people.may_act_on(context, member, case)


def stations_of(context: Context, member: Member) -> list[tuple[str, str]]:
    """The stations whose figures a member sees, by name."""
    seen, known = access.viewer_of(context, member).stations, context.directory.stations
    return sorted(((code, one.name) for code, one in known.items() if seen is None or code in seen), key=_name)


def people_of(context: Context, member: Member) -> list[tuple[str, str]]:
    """The representatives whose figures a member sees, by name."""
    seen, known = access.viewer_of(context, member).stations, context.directory.representatives
    found = [(code, one.name) for code, one in known.items() if seen is None or one.station_code in seen]
    return sorted(found, key=_name)


def kinds_of(context: Context) -> list[tuple[str, str]]:
    """The kinds of duty of this office."""
    return [(code, kind.name) for code, kind in kinds.standing(context).items()]


def _name(pair: tuple[str, str]) -> str:
    return pair[1]


def _note(context: Context, member: Member, subject: str) -> None:
    audit.add_line(context.session, actor=member.userid, act="figures opened", subject=subject, at=context.now)


FIGURES = statistics.FIGURES
