"""What must hold of the record at any moment: the duty ledger, and the invariants of the tables.

A backlog that is only waiting breaks nothing. Everything is read in one consistent view, as streams.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.clock import SystemClock
from storage import erasing, lanes, ledger_proof
from storage.chunks import fetched_singly
from storage.ledger import Violation
from storage.models import (
    Attachment,
    Broadcast,
    BroadcastRecipient,
    Case,
    CaseSerial,
    ContentKeyRow,
    Conversation,
    DutyEntry,
    FileCheck,
    FileGap,
    InboxRow,
    Message,
    OutboxRow,
    Referral,
    Station,
)
from storage.outbox import Purpose
from storage.rules import get_standing
from storage.states import (
    OPEN,
    WAITING_FOR_ANSWER,
    AttachmentState,
    BroadcastState,
    FileCheckState,
    InboxState,
    OutboxState,
    RecipientState,
)

FORGOTTEN = timedelta(minutes=10)  # a lease that ended longer ago is one that nobody gives back
_NUMBER = re.compile(r"(?P<district>.+)-(?P<year>\d{4})-(?P<serial>\d{6,})", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Invariant:
    """`broken` finds the rows that break it; their columns fill the place of `{}` in `where`."""

    where: str
    what: str
    broken: Select[*tuple[Any, ...]]


async def find_violations(session: AsyncSession, *, now: datetime | None = None) -> AsyncIterator[Violation]:
    """Everything that does not hold; nothing is changed. `now` is the present instant where none is given.

    On PostgreSQL hand in a session that has read nothing yet, or writers that are at work may look like faults.
    """
    await _hold_one_view(session)
    rules, _ = await get_standing(session)
    async for violation in ledger_proof.find_violations(session):
        yield violation
    async for violation in erasing.find_violations(session):
        yield violation
    async for violation in _number_violations(session):
        yield violation
    moment = now or SystemClock().now()
    for invariant in (*_matters(), *_duties(), *_files(), *_notices(), *_traffic(moment, rules.handling_attempts)):
        async for row in fetched_singly(session, invariant.broken):
            yield Violation(invariant.where.format(*row), invariant.what)


async def _hold_one_view(session: AsyncSession) -> None:
    """SQLite keeps one view for a whole transaction by itself; PostgreSQL has to be asked."""
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


async def _number_violations(session: AsyncSession) -> AsyncIterator[Violation]:
    """Numbers are of the form `JH-2026-000123`, given once, and not beyond the last that was given."""
    given = await session.execute(select(CaseSerial.district_code, CaseSerial.year, CaseSerial.last))
    last = {(district, year): serial for district, year, serial in given}
    async for (number,) in fetched_singly(session, select(Case.number).order_by(Case.id)):
        parts = _NUMBER.fullmatch(number)
        if parts is None:
            yield Violation(f"case {number}", "its number is not of the form DISTRICT-YEAR-SERIAL")
        elif not 1 <= int(parts["serial"]) <= last.get((parts["district"], int(parts["year"])), 0):
            yield Violation(f"case {number}", "its serial was never given out in its district and year")


def _matters() -> tuple[_Invariant, ...]:
    """Cases with what hangs on them."""
    constituent_wrote = exists().where(Message.case_id == Case.id, Message.author == "constituent")
    return (
        _Invariant(
            "case {}",
            "more than one case has this number",
            select(Case.number).group_by(Case.number).having(func.count() > 1).order_by(Case.number),
        ),
        _Invariant(
            "case {}",
            "has neither a station nor a representative",
            select(Case.number)
            .where(Case.station_code.is_(None), Case.representative_code.is_(None), exists(select(Station.code)))
            .order_by(Case.id),
        ),
        _Invariant(
            "case {}",
            "waits for an answer and its clock has no step",
            select(Case.number)
            .where(Case.state.in_(WAITING_FOR_ANSWER), Case.clock_step.is_(None))
            .order_by(Case.id),
        ),
        _Invariant(
            "case {}",
            "waits for an answer, its words are kept, and its clock stands still for no reason",
            select(Case.number)
            .join(ContentKeyRow, ContentKeyRow.id == Case.key_id)
            .where(
                Case.state.in_(WAITING_FOR_ANSWER),
                Case.clock_due_at.is_(None),
                Case.waiting_since.is_(None),
                ContentKeyRow.wrapped.is_not(None),
            )
            .order_by(Case.id),
        ),
        _Invariant(
            "case {}",
            "rests without having been asked for anything",
            select(Case.number).where(Case.dormant_at.is_not(None), Case.waiting_since.is_(None)).order_by(Case.id),
        ),
        _Invariant(
            "case {}",
            "is open and its conversation is gone",
            select(Case.number)
            .outerjoin(Conversation, Conversation.id == Case.conversation_id)
            .where(Case.state.in_(OPEN), Conversation.id.is_(None))
            .order_by(Case.id),
        ),
        _Invariant(
            "case {}",
            "has no message from the constituent",
            select(Case.number).where(~constituent_wrote, Case.merged_into_id.is_(None)).order_by(Case.id),
        ),
        _Invariant(
            "case {}",
            "belongs elsewhere and is not registered",
            select(Case.number)
            .where(
                Case.kind.in_(("referral", "complaint_about_representative")),
                ~exists().where(Referral.case_id == Case.id),
            )
            .order_by(Case.id),
        ),
        _Invariant(
            "case {}",
            "may be read by the service centre alone and has a representative",
            select(Case.number)
            .where(lanes.is_restricted(), Case.representative_code.is_not(None))
            .order_by(Case.id),
        ),
        _Invariant(
            "message {}",
            "its case is gone",
            select(Message.id)
            .outerjoin(Case, Case.id == Message.case_id)
            .where(Case.id.is_(None))
            .order_by(Message.id),
        ),
        _Invariant(
            "attachment {}",
            "is stored and its size is not known",
            select(Attachment.id)
            .where(Attachment.state == AttachmentState.STORED, Attachment.size.is_(None))
            .order_by(Attachment.id),
        ),
    )


def _duties() -> tuple[_Invariant, ...]:
    """What representatives said is on record once for each exchange (Deputies Law 2025, Art. 58)."""
    of_the_round = or_(Message.round.is_(None), Message.round == DutyEntry.round)  # older ones do not know theirs
    recorded = exists().where(
        DutyEntry.case_id == Message.case_id,
        DutyEntry.representative_code == Message.representative_code,
        of_the_round,
    )
    said = exists().where(
        Message.case_id == DutyEntry.case_id,
        Message.representative_code == DutyEntry.representative_code,
        of_the_round,
    )
    old = aliased(DutyEntry)
    # What the representative added after the delivery is a backlog of its own.
    undelivered = exists().where(
        OutboxRow.entry_id == DutyEntry.id,
        OutboxRow.purpose == Purpose.ANSWER,
        OutboxRow.state != OutboxState.SENT,
        OutboxRow.told_at.is_(None),
        OutboxRow.created_at < DutyEntry.delivered_at,
    )
    exchange = (DutyEntry.case_id, DutyEntry.round, DutyEntry.representative_code)
    return (
        _Invariant(
            "message {} of case {}",
            "a representative said it and has no duty entry for the exchange",
            select(Message.id, Case.number)
            .join(Case, Case.id == Message.case_id)
            .where(Message.author == "representative", ~recorded)
            .order_by(Message.id),
        ),
        _Invariant(
            "case {1}, round {2}, representative {3}",
            "more than one duty entry is for the same exchange",
            select(DutyEntry.case_id, func.min(Case.number), DutyEntry.round, DutyEntry.representative_code)
            .join(Case, Case.id == DutyEntry.case_id)
            .group_by(*exchange)
            .having(func.count() > 1)
            .order_by(*exchange),
        ),
        _Invariant(
            "duty entry {}",
            "is for an exchange in which its representative said nothing",
            select(DutyEntry.id).where(DutyEntry.case_id.is_not(None), ~said).order_by(DutyEntry.id),
        ),
        _Invariant(
            "duty entry {}",
            "takes the place of one that does not know of it, or is of somebody else",
            select(DutyEntry.id)
            .outerjoin(old, old.id == DutyEntry.corrects_id)
            .where(
                DutyEntry.corrects_id.is_not(None),
                or_(
                    old.id.is_(None),
                    old.corrected_at.is_(None),
                    old.representative_code != DutyEntry.representative_code,
                    func.coalesce(old.root_id, old.id) != DutyEntry.root_id,
                ),
            )
            .order_by(DutyEntry.id),
        ),
        _Invariant(
            "duty entry {}",
            "is said to be corrected and nothing stands in its place",
            select(DutyEntry.id)
            .outerjoin(old, old.corrects_id == DutyEntry.id)
            .where(DutyEntry.corrected_at.is_not(None), old.id.is_(None))
            .order_by(DutyEntry.id),
        ),
        _Invariant(
            "duty entry {}",
            "is for a round that its case has not reached",
            select(DutyEntry.id)
            .join(Case, Case.id == DutyEntry.case_id)
            .where(DutyEntry.round > Case.round)
            .order_by(DutyEntry.id),
        ),
        _Invariant(
            "duty entry {}",
            "is stamped as delivered and a part of its answer was not sent",
            select(DutyEntry.id).where(DutyEntry.delivered_at.is_not(None), undelivered).order_by(DutyEntry.id),
        ),
    )


def _files() -> tuple[_Invariant, ...]:
    """The yearly checks of duty files say what their gaps and stamps say."""
    missing = exists().where(
        FileGap.check_id == FileCheck.id, FileGap.filled_at.is_(None), FileGap.waived_at.is_(None)
    )
    is_sealed = FileCheck.state.in_((FileCheckState.SEALED, FileCheckState.BOUND))
    checks = select(FileCheck.year, FileCheck.representative_code).order_by(FileCheck.id)
    return (
        _Invariant(
            "file check {} of {}",
            "has gaps listed and none is open",
            checks.where(FileCheck.state == FileCheckState.GAPS_LISTED, ~missing),
        ),
        _Invariant(
            "file check {} of {}",
            "went on while something is missing that nobody waived",
            checks.where(FileCheck.state.not_in((FileCheckState.OPENED, FileCheckState.GAPS_LISTED)), missing),
        ),
        _Invariant(
            "file check {} of {}",
            "is sealed and has no digest, or has one and is not sealed",
            checks.where(or_(is_sealed & (FileCheck.digest == ""), ~is_sealed & (FileCheck.digest != ""))),
        ),
    )


def _notices() -> tuple[_Invariant, ...]:
    """Notices that two people stand for, with their frozen lists."""
    listed = (
        select(func.count())
        .where(BroadcastRecipient.broadcast_id == Broadcast.id)
        .correlate(Broadcast)
        .scalar_subquery()
    )
    waits = exists().where(
        BroadcastRecipient.broadcast_id == Broadcast.id, BroadcastRecipient.state == RecipientState.WAITING
    )
    ended = (BroadcastState.SENT, BroadcastState.RECEIPT_WATCH, BroadcastState.CLOSED)
    return (
        _Invariant(
            "notice {}",
            "its list is not the one that was agreed to",
            select(Broadcast.id)
            .where(Broadcast.approved_at.is_not(None), Broadcast.size != listed)
            .order_by(Broadcast.id),
        ),
        _Invariant(
            "notice {}",
            "is said to be sent and a recipient still waits",
            select(Broadcast.id).where(Broadcast.state.in_(ended), waits).order_by(Broadcast.id),
        ),
        _Invariant(
            "notice {}",
            "was approved and no second person stands for it",
            select(Broadcast.id)
            .where(
                Broadcast.approved_at.is_not(None),
                or_(
                    Broadcast.reviewer_userid.is_(None),
                    func.lower(Broadcast.reviewer_userid) == func.lower(Broadcast.author_userid),
                ),
            )
            .order_by(Broadcast.id),
        ),
    )


def _traffic(now: datetime, most_attempts: int) -> tuple[_Invariant, ...]:
    """Rows that wait are none of ours; rows that nobody will ever take up are."""
    return (
        _Invariant(
            "outbox row {}",
            "is leased, and its lease ended more than 10 minutes ago or has no end",
            select(OutboxRow.id)
            .where(
                OutboxRow.state == OutboxState.LEASED,
                or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until < now - FORGOTTEN),
            )
            .order_by(OutboxRow.id),
        ),
        _Invariant(
            "inbox row {}",
            "waits though it was tried as often as is allowed",
            select(InboxRow.id)
            .where(InboxRow.state == InboxState.WAITING, InboxRow.attempt >= most_attempts)
            .order_by(InboxRow.id),
        ),
    )
