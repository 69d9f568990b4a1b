"""Figures of the duty record, counted from its rows: by representative, level, group, station, region, kind, month.

What stands counts: the newest of a line of corrections, and nothing that was withdrawn. Every count reads through
`duty_reading.visible`, so closed entries are in no figure of those who may not see them.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

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
_SOME = {"yield_per": 2000}  # rows in memory at once
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
    columns = _columns(groups)
    keys = [columns[name].label(f"key_{index}") for index, name in enumerate(by)]
    where = [*_where(viewer, span, only, columns)]
    days = _joined(
        select(
            *keys,
            func.count().label("entries"),
            func.sum(DutyEntry.people).label("people"),
            func.sum(DutyEntry.opinions).label("opinions"),
            func.sum(DutyEntry.proposals).label("proposals"),
            func.sum(case((CONFIRMED, 0), else_=1)).label("unconfirmed"),
        ),
        {*by, *_used(only)},
    )
    inner = days.where(*where).group_by(*keys, DutyEntry.representative_code, DutyEntry.occurred_on).subquery()
    named = [inner.c[f"key_{index}"] for index in range(len(by))]
    sums = [func.sum(inner.c[name]) for name in ("entries", "people", "opinions", "proposals", "unconfirmed")]
    rows = await session.execute(select(*named, *sums, func.count()).group_by(*named))
    matters = await _count_matters(session, keys, where, {*by, *_used(only)})
    found = {}
    for *key, entries, people, opinions, proposals, unconfirmed, on_days in rows:
        if entries is not None:
            at = tuple(map(str, key))
            figures = (int(entries), on_days, int(people), int(opinions), int(proposals))
            found[at] = EntryFigures(*figures, len(matters.get(at, ())), int(unconfirmed))
    return found


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


async def _count_matters(
    session: AsyncSession,
    keys: Sequence[Any],
    where: Sequence[ColumnElement[bool]],
    used: Collection[str],
) -> Mapping[Key, set[str]]:
    """The distinct matters of each line: those of exchanges, and those that an entry names as evidence."""
    linked = or_(DutyEntry.case_id.is_not(None), _Root.case_id.is_not(None), _names_case())
    query = select(*keys, func.coalesce(DutyEntry.case_id, _Root.case_id), DutyEntry.evidence)
    query = _joined(query, used).outerjoin(_Root, _Root.id == DutyEntry.root_id).where(*where, linked)
    found: dict[Key, set[str]] = {}
    for *key, case_id, evidence in await session.execute(query):
        matters = found.setdefault(tuple(map(str, key)), set())
        if case_id is not None:
            matters.add(str(case_id))
        matters.update(one[5:] for one in evidence or () if one.startswith("case:"))
    return found


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

    def adds_to(self, figure: str) -> bool:
        """Whether a figure (one of `FIGURES`) would be another without it, or could be."""
        if figure == "unconfirmed":
            return not self.confirmed
        return figure in ("entries", "days") or bool(getattr(self, figure))


async def behind(
    session: AsyncSession,
    viewer: Viewer,
    span: Span,
    groups: Mapping[str, str],
    only: Only = Only(),
) -> AsyncIterator[Behind]:
    """The entries that `count` counted for the same arguments, by day and number."""
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
    query = query.outerjoin(_Root, _Root.id == DutyEntry.root_id).where(*_where(viewer, span, only, columns))
    async for row in await session.stream(
        query.order_by(DutyEntry.occurred_on, DutyEntry.id), execution_options=_SOME
    ):
        number, whose, station, kind, on, people, opinions, proposals, case_id, evidence, confirmed = row
        matters = {int(one[5:]) for one in evidence or () if one.startswith("case:")}
        matters |= {case_id} if case_id is not None else set()
        sums = (people, opinions, proposals)
        yield Behind(number, whose, station, kind, on, *sums, tuple(sorted(matters)), bool(confirmed))


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
    async for number, *key in await session.stream(query, execution_options=_SOME):
        yield number, tuple(map(str, key))
