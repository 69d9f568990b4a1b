"""Requests of people about their own data, what they have here, and what members have of it on their phones."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import (
    Attachment,
    AuditLine,
    Case,
    Erasure,
    LiveQuestion,
    MemberDesk,
    Message,
    OutboxRow,
    Referral,
    RightsRequest,
)
from storage.outbox import Channel, Purpose
from storage.states import OutboxState, RightsState


async def cases_of(session: AsyncSession, constituent_id: int) -> Sequence[Case]:
    """All matters of somebody whose words are here, in order."""
    found = await session.scalars(
        select(Case).where(Case.constituent_id == constituent_id, Case.erased_at.is_(None)).order_by(Case.id)
    )
    return found.all()


async def registered(session: AsyncSession, case_ids: Collection[int]) -> set[int]:
    """Which of these are in the register of petitions."""
    found = await session.scalars(select(Referral.case_id).where(Referral.case_id.in_(case_ids)))
    return set(found)


async def questions_of(session: AsyncSession, constituent_id: int) -> Sequence[LiveQuestion]:
    """What somebody asked in live sessions, in order."""
    found = await session.scalars(
        select(LiveQuestion).where(LiveQuestion.constituent_id == constituent_id).order_by(LiveQuestion.id)
    )
    return found.all()


async def count_attachments(session: AsyncSession, case_ids: Collection[int]) -> int:
    """How many pictures, recordings and files came with these matters."""
    counted = await session.scalar(
        select(func.count())
        .select_from(Attachment)
        .join(Message, Message.id == Attachment.message_id)
        .where(Message.case_id.in_(case_ids), Message.recalled_at.is_(None))
    )
    return counted or 0


async def own_messages(session: AsyncSession, case_id: int) -> Sequence[Message]:
    """What the constituent said in a case and has not taken back, in order."""
    found = await session.scalars(
        select(Message)
        .where(Message.case_id == case_id, Message.author == "constituent", Message.recalled_at.is_(None))
        .order_by(Message.id)
    )
    return found.all()


async def on_phones(session: AsyncSession, case_ids: Collection[int], since: datetime) -> Sequence[OutboxRow]:
    """What members were sent of these matters since then and can still be taken back from their phones."""
    found = await session.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.case_id.in_(case_ids),
            OutboxRow.channel == Channel.APP,
            OutboxRow.state == OutboxState.SENT,
            OutboxRow.sent_at > since,
            OutboxRow.platform_id.is_not(None),
        )
        .order_by(OutboxRow.id)
    )
    return found.all()


async def waiting_for_members(session: AsyncSession) -> Sequence[OutboxRow]:
    """What waits to be said to members about no one case or about several: lists, questions which case."""
    found = await session.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.channel == Channel.APP,
            OutboxRow.state.in_((OutboxState.WAITING, OutboxState.PARKED)),
            OutboxRow.key_id.is_(None),
            OutboxRow.purpose != Purpose.BROADCAST,
        )
        .order_by(OutboxRow.id)
        .with_for_update(skip_locked=True)
    )
    return found.all()


async def exported_with_texts(session: AsyncSession, since: datetime) -> Sequence[datetime]:
    """When matters were exported with their words since then: files that are in somebody's hands."""
    found = await session.scalars(
        select(AuditLine.at)
        .where(AuditLine.act == "cases exported", AuditLine.subject.contains("texts"), AuditLine.at >= since)
        .order_by(AuditLine.id)
    )
    return found.all()


async def clear_desks(session: AsyncSession, case_ids: Collection[int]) -> None:
    """No member is in the middle of answering these any more."""
    await session.execute(
        update(MemberDesk)
        .where(MemberDesk.answering_case_id.in_(case_ids))
        .values(answering_case_id=None, answering_since=None, held_sealed=None, held_at=None)
        .execution_options(synchronize_session="fetch")
    )


# --- requests -----------------------------------------------------------------------------------------


async def find_by_source(session: AsyncSession, source_key: str) -> RightsRequest | None:
    """The request that this very message made."""
    found = await session.scalars(select(RightsRequest).where(RightsRequest.source_key == source_key))
    return found.one_or_none()


async def find_asked(session: AsyncSession, constituent_id: int, since: datetime) -> RightsRequest | None:
    """What they were told since then and have not confirmed, the newest."""
    found = await session.scalars(
        select(RightsRequest)
        .where(
            RightsRequest.constituent_id == constituent_id,
            RightsRequest.state == RightsState.ASKED,
            RightsRequest.received_at >= since,
        )
        .order_by(RightsRequest.id.desc())
        .limit(1)
    )
    return found.one_or_none()


async def waiting_of(session: AsyncSession, constituent_id: int) -> Sequence[RightsRequest]:
    """What of theirs waits for a person, in order."""
    found = await session.scalars(
        select(RightsRequest)
        .where(RightsRequest.constituent_id == constituent_id, RightsRequest.state == RightsState.WAITING)
        .order_by(RightsRequest.id)
    )
    return found.all()


async def waiting(session: AsyncSession, most: int = 200) -> Sequence[RightsRequest]:
    """What waits for a person, the most urgent first."""
    found = await session.scalars(
        select(RightsRequest)
        .where(RightsRequest.state == RightsState.WAITING)
        .order_by(RightsRequest.due_at, RightsRequest.id)
        .limit(most)
    )
    return found.all()


async def decided(session: AsyncSession, most: int) -> Sequence[RightsRequest]:
    """What was decided or not wanted any more, the newest first."""
    found = await session.scalars(
        select(RightsRequest)
        .where(RightsRequest.state.in_((RightsState.DONE, RightsState.REFUSED, RightsState.WITHDRAWN)))
        .order_by(RightsRequest.id.desc())
        .limit(most)
    )
    return found.all()


async def erasures(session: AsyncSession, most: int) -> Sequence[Erasure]:
    """What was erased, the newest first."""
    return (await session.scalars(select(Erasure).order_by(Erasure.id.desc()).limit(most))).all()


async def find_waiting(session: AsyncSession, number: int) -> RightsRequest | None:
    """One that waits, locked until this transaction ends."""
    row = await session.get(RightsRequest, number, with_for_update=True)
    return row if row is not None and row.state is RightsState.WAITING else None


async def lapse(session: AsyncSession, before: datetime) -> int:
    """What was explained before then and never confirmed is not wanted."""
    ended = await session.execute(
        update(RightsRequest)
        .where(RightsRequest.state == RightsState.ASKED, RightsRequest.received_at < before)
        .values(state=RightsState.WITHDRAWN)
        .execution_options(synchronize_session=False)
        .returning(RightsRequest.id)
    )
    return len(ended.all())
