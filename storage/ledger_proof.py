"""Proving the ledger: every line in its order, with the fact it stands for, and every fact with its line.

Lines are walked once, chain by chain, each beside its entry or stamp, so that what is found first is the first
bad line. `storage.ledger_windows` does it quickly where nothing is wrong.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import ledger, ledger_windows
from storage.chunks import fetched_singly
from storage.ledger import ENTRY, GENESIS, SAID, STAMPED, STAMPS, Violation, china_day
from storage.ledger_windows import WINDOW, Place, after, as_bytes, joined
from storage.models import ContentKeyRow, DutyEntry, DutyStamp, LedgerDay, LedgerHead, LedgerLine

_LINE = ("chain", "seq", "event", "entry_id", "at", "fact_digest", "previous", "digest")
_SEALED = ("summary_sealed", "details_sealed")
_ENTRY = tuple(
    as_bytes(column).label(column.name) if column.name in _SEALED else column
    for column in DutyEntry.__table__.columns
    if column.name not in STAMPED
)
_LINES = joined(
    select(
        *(getattr(LedgerLine, name).label(f"line_{name}") for name in _LINE),
        *_ENTRY,
        DutyStamp.id.label("stamp_id"),
        DutyStamp.by.label("stamp_by"),
        as_bytes(DutyStamp.note_sealed.expression).label("note_sealed"),
        DutyStamp.note_digest,
        ContentKeyRow.wrapped.is_not(None).label("readable"),
    )
)
_SAID_KEYS = (
    select(DutyStamp.id, DutyStamp.entry_id, DutyStamp.event, DutyStamp.note_sealed, DutyStamp.note_digest)
    .join(DutyEntry, DutyEntry.id == DutyStamp.entry_id)
    .join(ContentKeyRow, ContentKeyRow.id == DutyEntry.key_id)
    .where(DutyStamp.note_digest != "", DutyStamp.note_sealed.is_(None), ContentKeyRow.wrapped.is_not(None))
    .order_by(DutyStamp.id)
)


async def find_violations(session: AsyncSession, *, window: int = WINDOW) -> AsyncIterator[Violation]:
    """Everything in the ledger that does not hold, the first bad line first; `window` lines are read at once."""
    async for violation in _line_violations(session, window):
        yield violation
    async for violation in _fact_violations(session):
        yield violation
    async for violation in _stamp_violations(session):
        yield violation
    async for violation in _day_violations(session):
        yield violation


async def _line_violations(session: AsyncSession, window: int) -> AsyncIterator[Violation]:
    """Window by window the quick way; what does not hold there is read again exactly."""
    place, ends = Place(), dict[str, tuple[int, str]]()
    following = await ledger_windows.read(session, place, window)
    while rows := following:
        then, following = await ledger_windows.follow_and_read(session, rows, place, ends, window)
        if then is None:
            for line in await session.execute(_LINES.where(after(place)).limit(len(rows))):
                if line.line_chain != place.chain:
                    place = Place(line.line_chain)
                for what in _wrong_with(line, place.seq, place.digest):
                    yield Violation(f"ledger {place.chain} line {line.line_seq}", what)
                place = Place(place.chain, line.line_seq, line.line_digest)
                ends[place.chain] = (place.seq, place.digest)
        else:
            place = then
    async for violation in _end_violations(session, ends):
        yield violation


async def _end_violations(session: AsyncSession, ends: Mapping[str, tuple[int, str]]) -> AsyncIterator[Violation]:
    """Each chain ends where its head says."""
    heads = {head.chain: (head.seq, head.digest) for head in await session.scalars(select(LedgerHead))}
    for name in sorted(ends.keys() | heads.keys()):
        if name not in heads:
            yield Violation(f"ledger {name}", "its head is missing")
        elif ends.get(name, (0, GENESIS)) != heads[name]:
            after_line = ends.get(name, (0, ""))[0]
            what = f"its last line is missing: line {after_line + 1}, or its head was changed"
            yield Violation(f"ledger {name}", what)


def _wrong_with(line: Any, seq: int, digest: str) -> list[str]:
    wrong = []
    if line.line_seq != seq + 1:
        wrong.append("a line is missing before it")
    if line.line_previous != digest:
        wrong.append("does not continue the line before it")
    said = ledger.line_digest(*(getattr(line, f"line_{name}") for name in _LINE[:-1]))
    if line.line_digest != said:
        wrong.append("was changed after it was written")
    return wrong + (_wrong_entry(line) if line.line_event == ENTRY else _wrong_stamp(line))


def _wrong_entry(line: Any) -> list[str]:
    which = f"duty entry {line.line_entry_id}"
    if line.id is None:
        return [f"{which} is gone"]
    wrong = []
    if line.line_fact_digest != ledger.entry_digest(line):
        wrong.append(f"{which} was changed")
    for name, sealed, digest in (
        ("summary", line.summary_sealed, line.summary_digest),
        ("place and matters", line.details_sealed, line.details_digest),
    ):
        if sealed is None and digest and line.readable:
            wrong.append(f"the {name} of {which} is gone, and it was not erased")
        elif sealed is not None and ledger.sealed_digest(sealed) != digest:
            wrong.append(f"the {name} of {which} was changed")
    return wrong


def _wrong_stamp(line: Any) -> list[str]:
    event, at = line.line_event, line.line_at
    which = f"that duty entry {line.line_entry_id} was '{event}'"
    if event not in STAMPS:
        return ["is of no kind that there is"]
    said: tuple[str, ...] = ()
    if event in SAID:
        if line.stamp_id is None:
            return [f"{which} is gone"]
        said = (line.stamp_by, line.note_digest)
        if line.note_sealed is not None and ledger.sealed_digest(line.note_sealed) != line.note_digest:
            return [f"why it was said {which} was changed"]
    if line.line_fact_digest != ledger.stamp_digest(line.line_entry_id, event, at, *said):
        return [f"{which} does not match its digest"]
    return []


async def _fact_violations(session: AsyncSession) -> AsyncIterator[Violation]:
    """Entries and stamps without a line, entries with two."""
    lines = select(LedgerLine.id).where(LedgerLine.entry_id == DutyEntry.id, LedgerLine.event == ENTRY)
    unlined = select(DutyEntry.id).where(~lines.exists()).order_by(DutyEntry.id)
    async for (entry_id,) in fetched_singly(session, unlined):
        yield Violation(f"duty entry {entry_id}", "has no line in the ledger")
    doubled = (
        select(LedgerLine.entry_id)
        .where(LedgerLine.event == ENTRY)
        .group_by(LedgerLine.entry_id)
        .having(func.count() > 1)
        .order_by(LedgerLine.entry_id)
    )
    async for (entry_id,) in fetched_singly(session, doubled):
        yield Violation(f"duty entry {entry_id}", "has a second line in the ledger")
    line_of_stamp = select(LedgerLine.id).where(
        LedgerLine.entry_id == DutyStamp.entry_id,
        LedgerLine.event == DutyStamp.event,
        LedgerLine.at == DutyStamp.at,
    )
    alone = select(DutyStamp.id, DutyStamp.entry_id, DutyStamp.event).where(~line_of_stamp.exists())
    async for _, entry_id, event in fetched_singly(session, alone.order_by(DutyStamp.id)):
        yield Violation(f"duty entry {entry_id}", f"'{event}' was said of it and has no line in the ledger")
    async for _, entry_id, event, _, _ in fetched_singly(session, _SAID_KEYS):
        yield Violation(f"duty entry {entry_id}", f"why it was '{event}' is gone, and it was not erased")


async def _stamp_violations(session: AsyncSession) -> AsyncIterator[Violation]:
    """What an entry shows of its stamps is what the last lines say of it."""
    events = fetched_singly(
        session,
        select(LedgerLine.entry_id, LedgerLine.event, LedgerLine.at)
        .where(LedgerLine.event != ENTRY)
        .order_by(LedgerLine.entry_id, LedgerLine.seq),
    )
    stamped = fetched_singly(
        session,
        select(DutyEntry.id, *(getattr(DutyEntry, name) for name in STAMPED))
        .where(
            or_(
                *(getattr(DutyEntry, name).is_not(None) for name in STAMPED),
                DutyEntry.id.in_(select(LedgerLine.entry_id).where(LedgerLine.event != ENTRY)),
            )
        )
        .order_by(DutyEntry.id),
    )
    event = await anext(events, None)
    async for entry in stamped:
        told: dict[str, datetime | None] = {}
        while event is not None and event.entry_id <= entry.id:
            if event.entry_id == entry.id and event.event in STAMPS:
                column, holds = STAMPS[event.event]
                told[column] = event.at if holds else None
            event = await anext(events, None)
        for name in _differing(entry, told):
            yield Violation(f"duty entry {entry.id}", f"the stamp '{name}' is not what the ledger says")


def _differing(entry: Any, told: Mapping[str, datetime | None]) -> list[str]:
    return [name.removesuffix("_at") for name in STAMPED if getattr(entry, name) != told.get(name)]


async def _day_violations(session: AsyncSession) -> AsyncIterator[Violation]:
    """What was published of each day is still what the ledger says."""
    published = select(LedgerDay).order_by(LedgerDay.chain, LedgerDay.on_date)
    for day in await session.scalars(published):
        if not await has_line(session, day.chain, day.seq, day.digest):
            where = f"ledger {day.chain} line {day.seq}"
            yield Violation(where, f"is not the one that was published for {day.on_date}")
        elif await _is_later(session, day):
            yield Violation(
                f"ledger {day.chain} line {day.seq}", f"was written after {day.on_date}, as whose it stands"
            )


async def _is_later(session: AsyncSession, day: LedgerDay) -> bool:
    """Whether a line was written more than a day after the day for which it was published, in whatever zone."""
    at = await session.scalar(select(LedgerLine.at).where(LedgerLine.chain == day.chain, LedgerLine.seq == day.seq))
    return at is not None and china_day(at) > day.on_date + timedelta(days=1)


async def has_line(session: AsyncSession, chain: str, seq: int, digest: str) -> bool:
    """Whether the ledger has this very line."""
    found = await session.scalar(select(LedgerLine.digest).where(LedgerLine.chain == chain, LedgerLine.seq == seq))
    return found == digest
