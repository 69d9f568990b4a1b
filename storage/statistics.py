"""Figures of the duty record, counted from its rows: by representative, level, group, station, region, kind, month.

What stands counts: the newest of a line of corrections, and nothing that was withdrawn. Every count reads through
`duty_reading.visible`, so closed entries are in no figure of those who may not see them.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson
from sqlalchemy import ColumnElement, String, and_, case, cast, func, literal, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.chunks import fetched, fetched_singly
from storage.duty_reading import CONFIRMED, STANDING, Viewer, visible
from storage.models import DutyEntry, Representative, Station

REPRESENTATIVE, LEVEL, GROUP, STATION, REGION, KIND, MONTH = DIMENSIONS = (
    "representative",
    "level",
    "group",
    "station",
    "region",
    "kind",
    "month",
)
FIGURES = ("entries", "days", "people", "opinions", "proposals", "cases", "unconfirmed")
Key = tuple[str, ...]
_Root = aliased(DutyEntry)
_CASE_SIGN = '%"case:%'


@dataclass(frozen=True, slots=True)
class Span:
    """Local days, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Only:
    """Which entries are counted: None is all of them; months are `2026-10`, groups those of `config.duty_kinds`."""

    representatives: Collection[str] | None = None
    levels: Collection[str] | None = None
    groups: Collection[str] | None = None
    stations: Collection[str] | None = None
    regions: Collection[str] | None = None
    kinds: Collection[str] | None = None
    months: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class EntryFigures:
    """What entries come to. `days` are those on which each representative did something, so two there are two days.

    `people` were met in person, `cases` are distinct matters, `unconfirmed` entries wait for their representative's
    word or are disputed by them.
    """

    entries: int = 0
    days: int = 0
    people: int = 0
    opinions: int = 0
    proposals: int = 0
    cases: int = 0
    unconfirmed: int = 0


async def count(
    session: AsyncSession,
    viewer: Viewer,
    span: Span,
    groups: Mapping[str, str],
    only: Only = Only(),
    by: Sequence[str] = (),
) -> Mapping[Key, EntryFigures]:
    """Figures by these dimensions; with none, one line whose key is empty. `groups` is kind to group.

    A line of nothing is not there. Entries without a station, and whatever else has no value, are under ``""``.
    """
    return (await count_many(session, viewer, span, groups, only, [by]))[0]


async def count_many(
    session: AsyncSession,
    viewer: Viewer,
    span: Span,
    groups: Mapping[str, str],
    only: Only,
    many_by: Sequence[Sequence[str]],
) -> Sequence[Mapping[Key, EntryFigures]]:
    """`count` by several lists of dimensions at once: the entries are read once, some at a time.

    They are added up here and not by the database, which sorts all of them for each list to tell the days apart.
    First by all dimensions together: there are far fewer such cells than entries.
    """
    columns = _columns(groups)
    names = sorted({name for by in many_by for name in by})
    cells = _Cells()
    query = _joined(select(*_facts(), *(columns[name] for name in names)), {*names, *_used(only)})
    query = query.outerjoin(_Root, _Root.id == DutyEntry.root_id).where(*_where(viewer, span, only, columns))
    async for some in fetched(session, query):
        cells.add(some)
    return [cells.figures([names.index(name) for name in by]) for by in many_by]


_FIXED = 7  # columns before those of the dimensions


def _facts() -> Sequence[Any]:
    """What is added up, as it is in the database: nothing is turned into an object for it."""
    named = case((_names_case(), cast(DutyEntry.evidence, String)))
    matter = func.coalesce(DutyEntry.case_id, _Root.case_id)
    whose_day = DutyEntry.representative_code + " " + cast(DutyEntry.occurred_on, String)
    unconfirmed = case((CONFIRMED, 0), else_=1)
    return (whose_day, DutyEntry.people, DutyEntry.opinions, DutyEntry.proposals, unconfirmed, matter, named)


@dataclass(slots=True)
class _Cell:
    """What the entries of one key come to."""

    entries: int = 0
    people: int = 0
    opinions: int = 0
    proposals: int = 0
    unconfirmed: int = 0
    days: set[str] = field(default_factory=set)
    matters: set[str] = field(default_factory=set)

    def take(self, other: "_Cell") -> None:
        """Add another cell to this one."""
        self.entries += other.entries
        self.people += other.people
        self.opinions += other.opinions
        self.proposals += other.proposals
        self.unconfirmed += other.unconfirmed
        self.days |= other.days
        self.matters |= other.matters

    def figures(self) -> EntryFigures:
        """As it is told."""
        sums = (self.people, self.opinions, self.proposals)
        return EntryFigures(self.entries, len(self.days), *sums, len(self.matters), self.unconfirmed)


class _Cells:
    """Figures by all dimensions that are asked for, as rows come in."""

    def __init__(self) -> None:
        self._cells: dict[Key, _Cell] = {}

    def add(self, rows: Iterable[Any]) -> None:
        """Some more rows of `_facts` and dimensions."""
        cells = self._cells
        for row in rows:
            key = row[_FIXED:]
            cell = cells.get(key)
            if cell is None:
                cell = cells[key] = _Cell()
            day, people, opinions, proposals, unconfirmed, matter, named = row[:_FIXED]
            cell.entries += 1
            cell.people += people
            cell.opinions += opinions
            cell.proposals += proposals
            cell.unconfirmed += unconfirmed
            cell.days.add(day)
            if matter is not None:
                cell.matters.add(str(matter))
            if named is not None:
                cell.matters.update(one[5:] for one in orjson.loads(named) if one.startswith("case:"))

    def figures(self, places: Sequence[int]) -> Mapping[Key, EntryFigures]:
        """By some of the dimensions."""
        found: dict[Key, _Cell] = {}
        for key, cell in self._cells.items():
            found.setdefault(tuple([key[place] for place in places]), _Cell()).take(cell)
        return {key: cell.figures() for key, cell in found.items()}


def _columns(groups: Mapping[str, str]) -> Mapping[str, ColumnElement[str]]:
    day = func.substr(cast(DutyEntry.occurred_on, String), 1, 7)
    return {
        REPRESENTATIVE: DutyEntry.representative_code.expression,
        LEVEL: func.coalesce(Representative.level, ""),
        GROUP: case(dict(groups), value=DutyEntry.kind, else_="other") if groups else literal("other"),
        STATION: func.coalesce(DutyEntry.station_code, ""),
        REGION: func.coalesce(Station.region_code, ""),
        KIND: DutyEntry.kind.expression,
        MONTH: day,
    }


def _used(only: Only) -> set[str]:
    return {
        name
        for name, wanted in ((LEVEL, only.levels), (REGION, only.regions), (STATION, only.stations))
        if wanted is not None
    }


def _joined(query: Any, used: Collection[str]) -> Any:
    """With the tables that the dimensions need, and no others."""
    query = query.select_from(DutyEntry)
    if LEVEL in used:
        query = query.outerjoin(Representative, Representative.code == DutyEntry.representative_code)
    if REGION in used:
        query = query.outerjoin(Station, Station.code == DutyEntry.station_code)
    return query


def _where(
    viewer: Viewer, span: Span, only: Only, columns: Mapping[str, ColumnElement[str]]
) -> Sequence[ColumnElement[bool]]:
    wanted = {
        REPRESENTATIVE: only.representatives,
        LEVEL: only.levels,
        GROUP: only.groups,
        STATION: only.stations,
        REGION: only.regions,
        KIND: only.kinds,
        MONTH: only.months,
    }
    chosen = [columns[name].in_(sorted(values)) for name, values in wanted.items() if values is not None]
    return [DutyEntry.occurred_on.between(span.first, span.last), STANDING, visible(viewer), *chosen]


def _names_case() -> ColumnElement[bool]:
    return and_(DutyEntry.evidence.is_not(None), cast(DutyEntry.evidence, String).like(_CASE_SIGN))


@dataclass(frozen=True, slots=True)
class Behind:
    """An entry behind a figure, with what it adds to each."""

    entry_id: int
    representative: str
    station: str
    kind: str
    on: date
    people: int
    opinions: int
    proposals: int
    cases: tuple[int, ...]
    confirmed: bool


async def behind(
    session: AsyncSession,
    viewer: Viewer,
    span: Span,
    groups: Mapping[str, str],
    only: Only = Only(),
    figure: str = "entries",
    most: int | None = None,
) -> AsyncIterator[Behind]:
    """The entries behind a figure (of `FIGURES`) that `count` counted for the same arguments, by day and number."""
    columns = _columns(groups)
    query = _joined(
        select(
            DutyEntry.id,
            DutyEntry.representative_code,
            func.coalesce(DutyEntry.station_code, ""),
            DutyEntry.kind,
            DutyEntry.occurred_on,
            DutyEntry.people,
            DutyEntry.opinions,
            DutyEntry.proposals,
            func.coalesce(DutyEntry.case_id, _Root.case_id),
            DutyEntry.evidence,
            case((CONFIRMED, 1), else_=0),
        ),
        _used(only),
    )
    query = query.outerjoin(_Root, _Root.id == DutyEntry.root_id)
    query = query.where(*_where(viewer, span, only, columns), _adds_to(figure))
    async for row in fetched_singly(session, query.order_by(DutyEntry.occurred_on, DutyEntry.id).limit(most)):
        number, whose, station, kind, on, people, opinions, proposals, case_id, evidence, confirmed = row
        matters = {int(one[5:]) for one in evidence or () if one.startswith("case:")}
        matters |= {case_id} if case_id is not None else set()
        sums = (people, opinions, proposals)
        yield Behind(number, whose, station, kind, on, *sums, tuple(sorted(matters)), bool(confirmed))


async def count_behind(
    session: AsyncSession, viewer: Viewer, span: Span, groups: Mapping[str, str], only: Only, figure: str
) -> int:
    """How many `behind` gives without a bound."""
    query = _joined(select(func.count()), _used(only)).outerjoin(_Root, _Root.id == DutyEntry.root_id)
    found = await session.scalar(query.where(*_where(viewer, span, only, _columns(groups)), _adds_to(figure)))
    return found or 0


def _adds_to(figure: str) -> ColumnElement[bool]:
    """Whether a figure (one of `FIGURES`) would be another without the entry, or could be."""
    match figure:
        case "unconfirmed":
            return case((CONFIRMED, 0), else_=1) == 1
        case "cases":
            return or_(DutyEntry.case_id.is_not(None), _Root.case_id.is_not(None), _names_case())
        case "people" | "opinions" | "proposals":
            amount: ColumnElement[int] = getattr(DutyEntry, figure).expression
            return amount != 0
    return true()


async def keyed(
    session: AsyncSession,
    viewer: Viewer,
    span: Span,
    groups: Mapping[str, str],
    only: Only,
    by: Sequence[str],
) -> AsyncIterator[tuple[int, Key]]:
    """The number of each entry that `count` counted for the same arguments, with the key of its line."""
    columns = _columns(groups)
    query = _joined(select(DutyEntry.id, *(columns[name] for name in by)), {*by, *_used(only)})
    query = query.where(*_where(viewer, span, only, columns)).order_by(DutyEntry.id)
    async for number, *key in fetched_singly(session, query):
        yield number, tuple(map(str, key))
