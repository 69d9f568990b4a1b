"""Duty entries: written with their ledger line in one commit, stamped later by further lines, never changed."""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage import ledger, numbering
from storage.crypto import ContentKey
from storage.lanes import ENTRY_IS_RELEASED, is_open_to_all
from storage.ledger import Fact
from storage.models import Case, DutyEntry, DutyStamp

log = logging.getLogger(__name__)
AUTO, REP, STAFF, PAPER = "auto", "rep", "staff", "paper"  # who wrote an entry
HIDDEN, RESTRICTED = "hidden", "restricted"  # lanes
Root = aliased(DutyEntry)


def chain_of(case: Case) -> str:
    """The ledger chain of a case: the district its number begins with."""
    return case.number.rsplit("-", 2)[0]


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is to be put on record. `on` is the local day; `details` are the place and the matters."""

    representative_code: str
    station_code: str | None
    kind: str
    source: str
    at: datetime
    on: date
    recorded_at: datetime
    summary: str
    own: bool = True
    lane: str = ""
    recorded_by: str = ""
    subject: str | None = None
    case_id: int | None = None
    round: int = 1
    root_id: int | None = None
    corrects_id: int | None = None
    withdrawn: bool = False
    people: int = 0
    opinions: int = 0
    proposals: int = 0
    evidence: tuple[str, ...] = ()
    details: Mapping[str, Any] | None = None


def _values(new: NewEntry, key_id: int, key: ContentKey) -> dict[str, Any]:
    summary = key.seal_text(new.summary)
    details = key.seal(orjson.dumps(dict(new.details))) if new.details else None
    return {
        "form": 2,
        "representative_code": new.representative_code,
        "station_code": new.station_code,
        "case_id": new.case_id,
        "round": new.round,
        "kind": new.kind,
        "source": new.source,
        "own": new.own,
        "lane": new.lane,
        "occurred_at": new.at,
        "occurred_on": new.on,
        "recorded_at": new.recorded_at,
        "recorded_by": new.recorded_by,
        "subject": new.subject,
        "root_id": new.root_id,
        "corrects_id": new.corrects_id,
        "withdrawn": new.withdrawn,
        # A truth value would be digested as `true` and read back as 1.
        "people": int(new.people),
        "opinions": int(new.opinions),
        "proposals": int(new.proposals),
        "evidence": list(new.evidence) or None,
        "key_id": key_id,
        "summary_sealed": summary,
        "summary_digest": ledger.sealed_digest(summary),
        "details_sealed": details,
        "details_digest": ledger.sealed_digest(details) if details else "",
    }


async def write(session: AsyncSession, chain: str, new: NewEntry, key_id: int, key: ContentKey) -> DutyEntry:
    """Put one entry on record with its line; the database refuses a second one of the same subject."""
    entry = DutyEntry(**_values(new, key_id, key))
    session.add(entry)
    await session.flush()
    fact = Fact(ledger.ENTRY, entry.id, ledger.entry_digest(entry), new.recorded_at)
    ledger.add_lines(session, chain, [fact])
    log.info("duty entry written", extra={"entry": entry.id, "kind": entry.kind, "source": entry.source})
    return entry


async def write_all(
    session: AsyncSession, chain: str, entries: Sequence[tuple[NewEntry, int, ContentKey]]
) -> list[int]:
    """Put many entries of one chain on record in two statements; returns their numbers, in the same order."""
    if not entries:
        return []
    ids = await numbering.take(session, DutyEntry, len(entries))
    rows = [{"id": number, **_values(*one)} for number, one in zip(ids, entries, strict=True)]
    await session.flush()
    await session.execute(insert(DutyEntry.__table__), rows)  # type: ignore[arg-type]  # a table, as in its own type
    facts = [
        Fact(ledger.ENTRY, row["id"], ledger.entry_digest(SimpleNamespace(**row)), row["recorded_at"])
        for row in rows
    ]
    ledger.add_lines(session, chain, facts)
    log.info("duty entries written", extra={"count": len(facts), "chain": chain})
    return [fact.entry_id for fact in facts]


async def find_entry(session: AsyncSession, case: Case, representative_code: str) -> DutyEntry | None:
    """The entry of this representative for the exchange that is going on."""
    found = await session.scalars(
        select(DutyEntry).where(
            DutyEntry.case_id == case.id,
            DutyEntry.round == case.round,
            DutyEntry.representative_code == representative_code,
        )
    )
    return found.one_or_none()


async def find_made(session: AsyncSession, subject: str, representative_code: str) -> DutyEntry | None:
    """The entry that stands for what was made from this subject: the newest of its corrections, else itself."""
    found = await session.scalars(
        select(DutyEntry).where(DutyEntry.subject == subject, DutyEntry.representative_code == representative_code)
    )
    root = found.one_or_none()
    return await newest_of(session, root) if root is not None else None


async def newest_of(session: AsyncSession, entry: DutyEntry) -> DutyEntry:
    """The last in the line of corrections that an entry belongs to."""
    root_id = entry.root_id or entry.id
    found = await session.scalars(
        select(DutyEntry)
        .where(or_(DutyEntry.id == root_id, DutyEntry.root_id == root_id), DutyEntry.corrected_at.is_(None))
        .order_by(DutyEntry.id.desc())
    )
    return found.first() or entry


async def add_entry(
    session: AsyncSession,
    *,
    case: Case,
    representative_code: str,
    kind: str,
    summary: str,
    key: ContentKey,
    at: datetime,
    on: date | None = None,
) -> DutyEntry:
    """Write the one entry for this representative in this exchange; a second answer in it changes nothing.

    `on` is the local day; China's where it is not given.
    """
    existing = await find_entry(session, case, representative_code)
    if existing is not None:
        return existing
    new = NewEntry(
        representative_code=representative_code,
        station_code=case.station_code,
        kind=kind,
        source=AUTO,
        at=at,
        on=on or ledger.china_day(at),
        recorded_at=at,
        summary=summary,
        lane=RESTRICTED if case.restricted else "",
        case_id=case.id,
        round=case.round,
    )
    return await write(session, chain_of(case), new, case.key_id, key)


async def correct(session: AsyncSession, old: DutyEntry, new: NewEntry, key_id: int, key: ContentKey) -> DutyEntry:
    """Put `new` in the place of `old`, which stays as it is and is stamped; both are told apart by their numbers.

    `new` names `old` in `corrects_id`, and the first of the line in `root_id`.
    """
    chain = await ledger.get_chain(session, old)
    entry = await write(session, chain, new, key_id, key)
    await _stamp(session, old, ledger.CORRECTED, new.recorded_at, chain)
    return entry


async def stamp_delivered(session: AsyncSession, entry: DutyEntry, case: Case, at: datetime) -> None:
    """The whole answer reached the constituent's chat."""
    if entry.delivered_at is None:
        await _stamp(session, entry, ledger.DELIVERED, at, chain_of(case))


async def stamp_told(session: AsyncSession, case: Case, at: datetime) -> None:
    """The answers of this exchange were told in person: stamp its entries as delivered."""
    for entry in await _of_exchange(session, case):
        await stamp_delivered(session, entry, case, at)


async def stamp_undelivered(session: AsyncSession, entry: DutyEntry, case: Case, at: datetime) -> None:
    """WeCom reported afterwards that it did not arrive."""
    if entry.delivered_at is not None:
        await _stamp(session, entry, ledger.UNDELIVERED, at, chain_of(case))


async def stamp_closed(session: AsyncSession, case: Case, at: datetime) -> None:
    """The constituent says the matter is settled: stamp the entries of this exchange."""
    for entry in await _of_exchange(session, case):
        if entry.closed_at is None:
            await _stamp(session, entry, ledger.CLOSED, at, chain_of(case))


async def stamp_erased(session: AsyncSession, entry: DutyEntry, at: datetime) -> None:
    """The words in it were erased at the wish of whose they were; that it happened stays on record."""
    await _stamp(session, entry, ledger.ERASED, at, await ledger.get_chain(session, entry))


async def _of_exchange(session: AsyncSession, case: Case) -> Sequence[DutyEntry]:
    found = await session.scalars(
        select(DutyEntry).where(DutyEntry.case_id == case.id, DutyEntry.round == case.round)
    )
    return found.all()


async def _stamp(session: AsyncSession, entry: DutyEntry, event: str, at: datetime, chain: str) -> None:
    column, holds = ledger.STAMPS[event]
    setattr(entry, column, at if holds else None)
    log.info("duty entry stamped", extra={"entry": entry.id, "stamp": event})
    ledger.add_lines(session, chain, [Fact(event, entry.id, ledger.stamp_digest(entry.id, event, at), at)])
    await session.flush()


async def say_of(
    session: AsyncSession, entry: DutyEntry, event: str, *, by: str, at: datetime, note: bytes | None = None
) -> None:
    """Somebody confirms, disputes, passes, returns or releases an entry; `note` is why, sealed with its key."""
    digest = ledger.sealed_digest(note) if note else ""
    session.add(DutyStamp(entry_id=entry.id, event=event, at=at, by=by, note_sealed=note, note_digest=digest))
    column, _ = ledger.STAMPS[event]
    setattr(entry, column, at)
    fact = Fact(event, entry.id, ledger.stamp_digest(entry.id, event, at, by, digest), at)
    ledger.add_lines(session, await ledger.get_chain(session, entry), [fact])
    await session.flush()
    log.info("duty entry spoken of", extra={"entry": entry.id, "stamp": event, "by": by})


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which entries: those that stand, of a representative, of a station, of local days (both included).

    Without `lanes` none that is hidden or restricted, nor of a matter that is.
    """

    representative_code: str | None = None
    first: date | None = None
    last: date | None = None
    lanes: bool = False
    station_code: str | None = None

    def where(self) -> list[ColumnElement[bool]]:
        """As conditions on an entry, the first of its line (`Root`) and its case."""
        wanted: list[ColumnElement[bool]] = [DutyEntry.corrected_at.is_(None), DutyEntry.withdrawn.is_(False)]
        if self.representative_code:
            wanted.append(DutyEntry.representative_code == self.representative_code)
        if self.station_code:
            wanted.append(DutyEntry.station_code == self.station_code)
        if self.first:
            wanted.append(DutyEntry.occurred_on >= self.first)
        if self.last:
            wanted.append(DutyEntry.occurred_on <= self.last)
        if not self.lanes:
            wanted += [ENTRY_IS_RELEASED, or_(Case.id.is_(None), is_open_to_all())]
        return wanted


def _joined(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return query.outerjoin(Root, Root.id == DutyEntry.root_id).outerjoin(
        Case, Case.id == func.coalesce(Root.case_id, DutyEntry.case_id)
    )


async def count_chosen(session: AsyncSession, chosen: Chosen) -> dict[str, int]:
    """How many entries each representative has of those that `stream_entries` gives."""
    query = _joined(select(DutyEntry.representative_code, func.count()).select_from(DutyEntry))
    found = await session.execute(query.where(*chosen.where()).group_by(DutyEntry.representative_code))
    return {code: count for code, count in found}  # noqa: C416  a Row is no pair for mypy


async def stream_entries(
    session: AsyncSession,
    *,
    representative_code: str | None = None,
    first: date | None = None,
    last: date | None = None,
    lanes: bool = False,
    by_representative: bool = False,
    station_code: str | None = None,
) -> AsyncIterator[tuple[DutyEntry, DutyEntry | None, Case | None]]:
    """Entries that stand, with the first of their line and its case, in order of writing; both days inclusive.

    With `by_representative` by their code, then by the day. Without `lanes` none that is hidden or restricted, nor
    of a matter that is.
    """
    chosen = Chosen(representative_code, first, last, lanes, station_code)
    order = (DutyEntry.representative_code, DutyEntry.occurred_on) if by_representative else ()
    query = _joined(select(DutyEntry, Root, Case)).where(*chosen.where()).order_by(*order, DutyEntry.id)
    async for entry, root, case in await session.stream(query):
        yield entry, root, case
