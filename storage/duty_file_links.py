"""双联系 and what entries count for: links, contacts, kinds and words, for many representatives at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, and_, cast, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.duty_reading import DISPUTED, STANDING, KindCount
from storage.lanes import ENTRY_IS_OPEN
from storage.models import DutyEntry, DutyMark, LiaisonLink

REPRESENTATIVE, VOTER = "representative", "voter"
COUNTED = and_(STANDING, ~DISPUTED)


@dataclass(frozen=True, slots=True)
class Link:
    """Whom a representative keeps contact with, as it is read by the thousand."""

    id: int
    representative_code: str
    kind: str
    to_code: str | None
    contacts: int | None
    key_id: int | None
    voter_sealed: bytes | None


_LINK = (
    LiaisonLink.id,
    LiaisonLink.representative_code,
    LiaisonLink.kind,
    LiaisonLink.to_code,
    LiaisonLink.contacts,
    LiaisonLink.key_id,
    LiaisonLink.voter_sealed,
)


def link_mark(link_id: int) -> str:
    """What an entry that is a contact of this link is marked with."""
    return f"link:{link_id}"


async def links_of(session: AsyncSession, codes: Collection[str], year: int, today: date) -> dict[str, list[Link]]:
    """The links of these representatives that hold in a year and have not ended, in the order of their numbers."""
    found = await session.execute(
        select(*_LINK)
        .where(
            LiaisonLink.representative_code.in_(codes),
            LiaisonLink.year.in_((0, year)),
            or_(LiaisonLink.until_on.is_(None), LiaisonLink.until_on >= today),
        )
        .order_by(LiaisonLink.id)
    )
    return _by_representative(found)


async def all_links(session: AsyncSession, codes: Collection[str]) -> dict[str, list[Link]]:
    """Every link that these representatives have or had."""
    found = await session.execute(
        select(*_LINK).where(LiaisonLink.representative_code.in_(codes)).order_by(LiaisonLink.id)
    )
    return _by_representative(found)


def _by_representative(
    rows: Iterable[Row[int, str, str, str | None, int | None, int | None, bytes | None]],
) -> dict[str, list[Link]]:
    grouped: defaultdict[str, list[Link]] = defaultdict(list)
    for row in rows:
        grouped[row[1]].append(Link(*row))
    return grouped


async def is_kept(session: AsyncSession, kind: str, year: int) -> bool:
    """Whether this office keeps links of a kind in a year at all."""
    found = await session.scalar(
        select(LiaisonLink.id).where(LiaisonLink.kind == kind, LiaisonLink.year.in_((0, year))).limit(1)
    )
    return found is not None


async def state_of_links(session: AsyncSession) -> tuple[int, int]:
    """How many links there are and the newest: what has to be looked for anew when it changes."""
    found = await session.execute(select(func.count(), func.coalesce(func.max(LiaisonLink.id), 0)))
    count, newest = found.one()
    return count, newest


async def contacts(
    session: AsyncSession, codes: Collection[str], first: date, last: date, *, closed: bool
) -> Mapping[str, int]:
    """On how many of these local days there was a contact, by the mark of the link."""
    found = await session.execute(
        select(DutyMark.mark, func.count(DutyEntry.occurred_on.distinct()))
        .join(DutyEntry, DutyEntry.id == DutyMark.entry_id)
        .where(*_of(codes, first, last, closed), DutyMark.mark.startswith("link:"))
        .group_by(DutyMark.mark)
    )
    return {mark: count for mark, count in found}  # noqa: C416  a Row is no pair for mypy


async def kind_counts(
    session: AsyncSession, codes: Collection[str], first: date, last: date, *, closed: bool
) -> Mapping[str, Sequence[KindCount]]:
    """What counts of each representative between two local days, by kind."""
    found = await session.execute(
        select(
            DutyEntry.representative_code,
            DutyEntry.kind,
            func.count(),
            func.count(DutyEntry.occurred_on.distinct()),
            cast(func.coalesce(func.sum(DutyEntry.people), 0), Integer),
        )
        .where(*_of(codes, first, last, closed))
        .group_by(DutyEntry.representative_code, DutyEntry.kind)
        .order_by(DutyEntry.representative_code, DutyEntry.kind)
    )
    grouped: defaultdict[str, list[KindCount]] = defaultdict(list)
    for code, kind, entries, days, people in found:
        grouped[code].append(KindCount(kind, entries, days, people))
    return grouped


async def word_counts(
    session: AsyncSession, codes: Collection[str], marks: Collection[str], first: date, last: date, *, closed: bool
) -> Mapping[tuple[str, str, str], int]:
    """How many entries have one of some words, by representative, kind and mark."""
    if not marks:
        return {}
    found = await session.execute(
        select(DutyEntry.representative_code, DutyEntry.kind, DutyMark.mark, func.count())
        .join(DutyMark, DutyMark.entry_id == DutyEntry.id)
        .where(*_of(codes, first, last, closed), DutyMark.mark.in_(marks))
        .group_by(DutyEntry.representative_code, DutyEntry.kind, DutyMark.mark)
    )
    return {(code, kind, mark): count for code, kind, mark, count in found}


def _of(codes: Collection[str], first: date, last: date, closed: bool) -> list[ColumnElement[bool]]:
    """Without `closed` for those who may not see hidden and restricted entries: nor do they see their number."""
    of: list[ColumnElement[bool]] = [
        DutyEntry.representative_code.in_(codes),
        DutyEntry.occurred_on.between(first, last),
        COUNTED,
    ]
    return of if closed else [*of, ENTRY_IS_OPEN]


async def next_entries(session: AsyncSession, after: int, first: date, most: int) -> Sequence[DutyEntry]:
    """Entries behind a number, of this local day or later, in order."""
    found = await session.scalars(
        select(DutyEntry)
        .where(DutyEntry.id > after, DutyEntry.occurred_on >= first)
        .order_by(DutyEntry.id)
        .limit(most)
    )
    return found.all()


async def newest_entry(session: AsyncSession) -> int:
    """The number of the last entry, 0 where there is none."""
    return await session.scalar(select(func.max(DutyEntry.id))) or 0


async def add_marks(session: AsyncSession, marks: Iterable[tuple[int, str]]) -> None:
    """Mark entries; one that is marked already stays so."""
    rows: list[dict[str, Any]] = [{"entry_id": entry, "mark": mark} for entry, mark in marks]
    if not rows:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    await session.execute(dialect.insert(DutyMark).on_conflict_do_nothing(), rows)
