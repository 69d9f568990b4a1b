"""Erasing what people wrote: keys are destroyed, what was sealed with them is emptied, a row says that it was.

Everything hangs on content keys, so that a copy of the database from before is erased again by the same numbers
(`storage.privacy_list`). Nothing here decides whether something may be erased.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import job_marks
from storage.chunks import chunks
from storage.crypto import Unreadable, Vault
from storage.ledger import GENESIS, Violation, digest_of
from storage.models import (
    Attachment,
    Case,
    Constituent,
    ContentKeyRow,
    DutyEntry,
    Erasure,
    LiveQuestion,
    Message,
    OutboxRow,
    Reception,
    RightsRequest,
    StatusLink,
)
from storage.outbox import Channel, Purpose
from storage.states import AttachmentState, OutboxState, QuestionState

_CHAIN = "erasures"
ERASED = "erased"  # why a row of the outbox was dropped
PERSON, CASE, MESSAGE, RETENTION = "person", "case", "message", "retention"
PENDING = (OutboxState.WAITING, OutboxState.PARKED, OutboxState.FAILED)
_KEYED = (Case, Constituent, LiveQuestion, Reception, RightsRequest)


@dataclass(frozen=True, slots=True)
class Proof:
    """What was erased, by numbers and prints: `keys` and `messages` are pairs of number and print."""

    keys: tuple[tuple[int, str], ...] = ()
    messages: tuple[tuple[int, str], ...] = ()
    attachments: tuple[int, ...] = ()


@dataclass(slots=True)
class Gathered:
    """Numbers of the keys that are to be destroyed, once each, in order."""

    keys: list[int] = field(default_factory=list)

    def add(self, *key_ids: int | None) -> None:
        self.keys += [one for one in key_ids if one is not None and one not in self.keys]


def print_of_message(message: Message) -> str:
    """Which message this is, whatever number it has in another copy of the database."""
    known = message.platform_id or f"{message.case_id}/{message.said_at.isoformat()}"
    return sha256(known.encode()).hexdigest()[:32]


async def keys_of_case(session: AsyncSession, case: Case) -> list[int]:
    """The key of a case and those under which its words were kept beside it: desk notes, their entries.

    Those of cases that live on in it are among them: older copies of the database have its words under them.
    """
    found = Gathered()
    found.add(case.key_id)
    for merged in await session.scalars(select(Case).where(Case.merged_into_id == case.id)):
        found.add(*await keys_of_case(session, merged))
    noted = await session.scalars(select(Reception).where(Reception.case_id == case.id))
    for reception in noted:
        found.add(reception.key_id)
        subject = f"reception:{reception.id}"
        entries = await session.scalars(select(DutyEntry).where(DutyEntry.subject == subject))
        for entry in entries.all():
            roots = select(DutyEntry.key_id).where(DutyEntry.root_id == entry.id)
            found.add(entry.key_id, *(await session.scalars(roots)).all())
    requests = select(RightsRequest.key_id).where(RightsRequest.case_id == case.id)
    found.add(*(await session.scalars(requests)).all())
    return found.keys


async def keys_of_person(session: AsyncSession, constituent: Constituent) -> list[int]:
    """Their own key and those of their questions and requests; cases have theirs (`keys_of_case`)."""
    found = Gathered()
    found.add(constituent.key_id)
    for kind in (LiveQuestion, RightsRequest):
        rows = await session.scalars(select(kind.key_id).where(kind.constituent_id == constituent.id))
        found.add(*rows.all())
    return found.keys


async def destroy(session: AsyncSession, vault: Vault, key_ids: Collection[int], now: datetime) -> Proof:
    """Destroy keys and empty what was sealed with them; rows stay, with numbers, states and times only."""
    prints, attachments = [], []
    moved = await _moved_among(session, key_ids)
    async for some in chunks(sorted(set(key_ids))):
        rows = await session.scalars(
            select(ContentKeyRow).where(ContentKeyRow.id.in_(some), ContentKeyRow.wrapped.is_not(None))
        )
        for row in rows:
            prints.append((row.id, vault.print_of(row.wrapped or b"")))
            row.wrapped, row.destroyed_at = None, now
        attachments += await forget_attachments(session, Attachment.key_id.in_(some))
        await _forget_said(session, some)
        await _forget_words(session, some, now)
    await session.flush()
    opened = session.info.get("content_keys", {})
    for key_id in key_ids:
        opened.pop(key_id, None)
    return Proof(tuple(prints), moved, tuple(attachments))


async def _moved_among(session: AsyncSession, key_ids: Collection[int]) -> tuple[tuple[int, str], ...]:
    """Messages of their cases that were written in another one: older copies have them under its key."""
    found: list[tuple[int, str]] = []
    async for some in chunks(sorted(set(key_ids))):
        rows = await session.scalars(
            select(Message)
            .join(Case, Case.id == Message.case_id)
            .where(Case.key_id.in_(some), Message.came_from_id.is_not(None), Message.platform_id.is_not(None))
            .order_by(Message.id)
        )
        found += [(one.id, print_of_message(one)) for one in rows]
    return tuple(found)


async def forget_message(session: AsyncSession, message: Message, now: datetime) -> Proof:
    """One message goes, under a key that stays: its words, the platform's name for it, its attachments."""
    known = print_of_message(message)
    message.recalled_at = message.recalled_at or now
    message.text_sealed = None
    message.platform_id = None
    attachments = await forget_attachments(session, Attachment.message_id == message.id)
    await session.flush()
    return Proof((), ((message.id, known),), tuple(attachments))


async def drop_unsaid_of(session: AsyncSession, case: Case) -> bool:
    """What waits to be said to members of a case may repeat a message that is gone; whether a card was among it."""
    dropped = await session.scalars(
        update(OutboxRow)
        .where(
            OutboxRow.case_id == case.id,
            OutboxRow.channel.in_((Channel.APP, Channel.CARD_UPDATE)),
            OutboxRow.state == OutboxState.WAITING,
        )
        .values(state=OutboxState.DROPPED, reason=ERASED, content_sealed=b"")
        .execution_options(synchronize_session="fetch")
        .returning(OutboxRow.purpose)
    )
    return Purpose.CARD in set(dropped)


async def forget_attachments(session: AsyncSession, these: ColumnElement[bool]) -> list[int]:
    """Nothing leads to their bytes any more; the files go with the erasure that names them. Their numbers."""
    rows = (await session.scalars(select(Attachment).where(these))).all()
    for row in rows:
        row.state = AttachmentState.RECALLED
        row.media_id, row.name_sealed, row.reason = "", None, None
    ids = [row.id for row in rows]
    await session.flush()
    return ids


async def _forget_said(session: AsyncSession, key_ids: Sequence[int]) -> None:
    """What was or was to be said about it; a row that is on its way has been read, and forgets the rest."""
    theirs = OutboxRow.key_id.in_(key_ids)
    await session.execute(
        update(OutboxRow)
        .where(theirs, OutboxRow.state.in_(PENDING))
        .values(state=OutboxState.DROPPED, reason=ERASED, lease_until=None)
        .execution_options(synchronize_session="fetch")
    )
    await session.execute(
        update(OutboxRow)
        .where(theirs)
        .values(content_sealed=b"", response_code=None)
        .execution_options(synchronize_session="fetch")
    )


async def _forget_words(session: AsyncSession, key_ids: Sequence[int], now: datetime) -> None:
    cases = select(Case.id).where(Case.key_id.in_(key_ids))
    emptied = (
        (Message, Message.case_id.in_(cases), {"text_sealed": None, "platform_id": None}),
        (StatusLink, StatusLink.case_id.in_(cases), {"token_sealed": None, "ended_at": now}),
        (Reception, Reception.key_id.in_(key_ids), {"matter_sealed": None}),
        (RightsRequest, RightsRequest.key_id.in_(key_ids), {"words_sealed": None, "reason_sealed": None}),
        (Constituent, Constituent.key_id.in_(key_ids), {"nickname_sealed": None}),
        (LiveQuestion, LiveQuestion.key_id.in_(key_ids), {"text_sealed": b"", "answer_sealed": None}),
        (
            LiveQuestion,
            LiveQuestion.key_id.in_(key_ids) & (LiveQuestion.state == QuestionState.WAITING),
            {"state": QuestionState.WITHDRAWN, "decided_at": now},
        ),
    )
    for kind, these, values in emptied:
        statement = update(kind).where(these).values(**values)
        await session.execute(statement.execution_options(synchronize_session="fetch"))
    for case in await session.scalars(select(Case).where(Case.key_id.in_(key_ids))):
        case.reasons_sealed = b""
        case.erased_at = case.erased_at or now
        case.grid_code = None


async def entries_of(session: AsyncSession, key_ids: Collection[int]) -> list[DutyEntry]:
    """The entries of the duty record whose words were sealed with these keys and have no stamp of it yet."""
    found: list[DutyEntry] = []
    async for some in chunks(sorted(set(key_ids))):
        rows = await session.scalars(
            select(DutyEntry)
            .where(DutyEntry.key_id.in_(some), DutyEntry.erased_at.is_(None))
            .order_by(DutyEntry.id)
        )
        found += rows.all()
    return found


async def find_matching(session: AsyncSession, vault: Vault, keys: Sequence[tuple[int, str]]) -> list[int]:
    """Numbers of those of these keys that are here and not destroyed; one that only has the number is another's."""
    here = []
    prints = dict(keys)
    async for some in chunks(sorted(prints)):
        rows = await session.scalars(
            select(ContentKeyRow).where(ContentKeyRow.id.in_(some), ContentKeyRow.wrapped.is_not(None))
        )
        for row in rows:
            try:
                known = vault.print_of(row.wrapped or b"")
            except Unreadable:  # wrapped by another data key: whoever wrote the list did not have it either
                continue
            if known == prints[row.id]:
                here.append(row.id)
    return here


async def find_messages(session: AsyncSession, messages: Sequence[tuple[int, str]]) -> list[Message]:
    """Those of these messages that are here with their words or attachments."""
    found = []
    for number, known in messages:
        message = await session.get(Message, number)
        if message is not None and message.platform_id and print_of_message(message) == known:
            found.append(message)
    return found


def digest_of_erasure(row: Erasure) -> str:
    """Over what the list carries, and the digest of the one before."""
    facts = (row.what, row.person_mark, row.written_before, row.keys, row.messages, row.attachments)
    return digest_of(row.at, *facts, row.previous)


async def write_down(
    session: AsyncSession,
    what: str,
    proof: Proof,
    now: datetime,
    *,
    person_mark: str | None = None,
    written_before: datetime | None = None,
) -> Erasure:
    """The event, with the digest of the one before; belongs into the commit of the erasure."""
    await job_marks.claim(session, _CHAIN, now)  # one after the other, or two would follow the same one
    last = await session.scalar(select(Erasure.digest).order_by(Erasure.id.desc()).limit(1))
    row = Erasure(
        at=now,
        what=what,
        person_mark=person_mark,
        written_before=written_before,
        keys=[list(one) for one in proof.keys],
        messages=[list(one) for one in proof.messages],
        attachments=list(proof.attachments),
        previous=last or GENESIS,
    )
    row.digest = digest_of_erasure(row)
    session.add(row)
    await session.flush()
    return row


async def unfinished(session: AsyncSession, most: int = 100) -> Sequence[Erasure]:
    """Erasures of which something is still on the disk, in order."""
    found = await session.scalars(
        select(Erasure)
        .where(Erasure.traces_at.is_(None), Erasure.finished_at.is_(None))
        .order_by(Erasure.id)
        .limit(most)
    )
    return found.all()


def mark_of(vault: Vault, external_userid: str) -> str:
    """A keyed digest of somebody: the same for the same person, and nothing without the data key."""
    return vault.mark(f"person {external_userid}")


async def was_erased_since(session: AsyncSession, person_mark: str, at: datetime | None) -> bool:
    """Whether this person had everything erased after `at`: what they wrote before is not taken in again.

    Without `at` whether they ever had.
    """
    query = select(Erasure.id).where(Erasure.person_mark == person_mark, Erasure.what == PERSON)
    if at is not None:
        query = query.where(Erasure.written_before > at)
    return await session.scalar(query.limit(1)) is not None


async def find_violations(session: AsyncSession) -> AsyncIterator[Violation]:
    """Rows that were changed or whose forerunner is gone, and keys that are here though they were erased."""
    known = {GENESIS}
    async for row in await session.stream_scalars(select(Erasure).order_by(Erasure.id)):
        if row.digest != digest_of_erasure(row):
            yield Violation(f"erasure {row.id}", "was changed after it was written")
        if row.previous not in known:
            yield Violation(f"erasure {row.id}", "the one before it is missing")
        known.add(row.digest)
    kept = select(Case.number).join(ContentKeyRow, ContentKeyRow.id == Case.key_id)
    here = kept.where(Case.erased_at.is_not(None), ContentKeyRow.wrapped.is_not(None)).order_by(Case.id)
    async for (number,) in await session.stream(here):
        yield Violation(f"case {number}", "is said to be erased and its key is here")
