"""What the night finds about delivery, and the members whom messages did not reach, day by day."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage import lanes
from storage.models import Broadcast, Case, DeliveryFinding, DutyEntry, OutboxRow, UnreachedMember
from storage.outbox import MUST_ARRIVE, Purpose
from storage.states import BroadcastState, CaseState, OutboxState

PARKED, UNDELIVERED, FAILED = "parked", "undelivered", "failed"
UNREACHED, UNOPENED, EXPIRED = "unreached", "unopened", "expired"
MOST = 2000  # of one kind in one night
_ENDED = (OutboxState.PARKED, OutboxState.FAILED)


@dataclass(frozen=True, slots=True)
class UntappedCard:
    """A card that left, of a case that nobody has taken up."""

    representative_code: str
    case_id: int
    recipients: tuple[str, ...]
    sent_at: datetime


# --- what is found ------------------------------------------------------------------------------------


async def parked_cases(session: AsyncSession, before: datetime, among: Collection[int] | None = None) -> list[int]:
    """Cases with an answer written before then that waits for the constituent; `among` narrows them."""
    wanted = select(OutboxRow.case_id).where(
        OutboxRow.state == OutboxState.PARKED,
        OutboxRow.purpose.in_(MUST_ARRIVE),
        OutboxRow.created_at < before,
        OutboxRow.case_id.is_not(None),
    )
    if among is not None:
        wanted = wanted.where(OutboxRow.case_id.in_(among))
    found = await session.scalars(wanted.distinct().order_by(OutboxRow.case_id).limit(MOST))
    return [case_id for case_id in found if case_id is not None]


async def undelivered_cases(session: AsyncSession, since: datetime) -> list[int]:
    """Cases whose duty entry is stamped as delivered although a part of its answer has not arrived."""
    found = await session.scalars(
        select(DutyEntry.case_id)
        .join(OutboxRow, OutboxRow.entry_id == DutyEntry.id)
        .where(
            OutboxRow.state.in_(_ENDED),
            OutboxRow.due_at >= since,
            OutboxRow.purpose == Purpose.ANSWER,
            OutboxRow.created_at < DutyEntry.delivered_at,
            DutyEntry.case_id.is_not(None),
        )
        .distinct()
        .order_by(DutyEntry.case_id)
        .limit(MOST)
    )
    return [case_id for case_id in found if case_id is not None]


async def untapped_cards(session: AsyncSession, codes: Collection[str], before: datetime) -> list[UntappedCard]:
    """The cards of cases that these representatives have and nobody has taken up, opened before then."""
    rows = await session.execute(
        select(Case.representative_code, Case.id, OutboxRow.recipients, OutboxRow.sent_at)
        .join(OutboxRow, OutboxRow.case_id == Case.id)
        .where(
            Case.representative_code.in_(codes),
            Case.state == CaseState.ASSIGNED,
            Case.accepted_at.is_(None),
            lanes.is_open_to_all(),
            Case.opened_at < before,
            OutboxRow.purpose == Purpose.CARD,
            OutboxRow.sent_at.is_not(None),
        )
    )
    return [
        UntappedCard(code, case_id, tuple(recipients), sent_at)
        for code, case_id, recipients, sent_at in rows
        if code is not None and sent_at is not None
    ]


async def claim_stale_drafts(session: AsyncSession, before: datetime, most: int) -> Sequence[Broadcast]:
    """Notices written, and perhaps handed in, before then to which nobody has agreed, locked."""
    found = await session.scalars(
        select(Broadcast)
        .where(
            Broadcast.state.in_((BroadcastState.DRAFT, BroadcastState.SUBMITTED)),
            func.coalesce(Broadcast.submitted_at, Broadcast.created_at) < before,
        )
        .order_by(Broadcast.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return found.all()


# --- members whom messages do not reach ----------------------------------------------------------------


async def note_unreached(session: AsyncSession, userids: Collection[str], on_date: date) -> None:
    """WeCom named these as not reached, on this local day."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = [{"userid": userid, "on_date": on_date, "times": 1} for userid in sorted(map(str.lower, userids))]
    for start in range(0, len(values), 250):
        made = dialect.insert(UnreachedMember).values(values[start : start + 250])
        await session.execute(
            made.on_conflict_do_update(
                index_elements=["userid", "on_date"], set_={"times": UnreachedMember.times + 1}
            )
        )


async def unreached_again(session: AsyncSession, first: date, last: date, least: int) -> dict[str, int]:
    """Members not reached on at least so many days of a span, its last day or the one before among them."""
    days = func.count()
    rows = await session.execute(
        select(UnreachedMember.userid, days)
        .where(UnreachedMember.on_date >= first)
        .group_by(UnreachedMember.userid)
        .having(days >= least, func.max(UnreachedMember.on_date) >= last)
        .order_by(days.desc(), UnreachedMember.userid)
        .limit(MOST)
    )
    return {userid: count for userid, count in rows}  # noqa: C416  `dict` would not know the types


async def forget_unreached(session: AsyncSession, before: date) -> None:
    """Days that nothing looks at any more."""
    await session.execute(delete(UnreachedMember).where(UnreachedMember.on_date < before))


# --- findings -----------------------------------------------------------------------------------------


async def note(session: AsyncSession, kind: str, found: Mapping[str, int], on_date: date, now: datetime) -> int:
    """This is all that is found of a kind: what is new, or found again after it was settled, is told anew.

    What is no longer found is struck off; what happens once is so only when it was told. Returns how much is new.
    """
    rows = await session.scalars(select(DeliveryFinding).where(DeliveryFinding.kind == kind))
    known = {row.subject: row for row in rows}
    for subject in known.keys() - found.keys():
        if known[subject].settled_at is None and (known[subject].told or kind != EXPIRED):
            known[subject].settled_at = now
    new = 0
    for subject, count in found.items():
        row = known.get(subject)
        if row is None:
            row = DeliveryFinding(kind=kind, subject=subject, told=False)
            session.add(row)
            new += 1
        elif row.settled_at is not None:
            row.told, row.settled_at = False, None
            new += 1
        row.count, row.found_on = count, on_date
    await session.flush()
    return new


async def find_open(session: AsyncSession) -> Sequence[DeliveryFinding]:
    """Everything that is not settled, the oldest first."""
    found = await session.scalars(
        select(DeliveryFinding)
        .where(DeliveryFinding.settled_at.is_(None))
        .order_by(DeliveryFinding.kind, DeliveryFinding.id)
    )
    return found.all()


async def count_untold(session: AsyncSession) -> int:
    """How many of them nobody has been told of."""
    counted = await session.scalar(
        select(func.count())
        .select_from(DeliveryFinding)
        .where(DeliveryFinding.settled_at.is_(None), DeliveryFinding.told.is_(False))
    )
    return counted or 0


async def settle(session: AsyncSession, ids: Collection[int], now: datetime) -> None:
    """These are over."""
    for start in range(0, len(ids), 250):
        some = list(ids)[start : start + 250]
        await session.execute(
            update(DeliveryFinding).where(DeliveryFinding.id.in_(some)).values(settled_at=now, told=True)
        )


async def forget_settled(session: AsyncSession, before: date) -> None:
    """Findings that were over long ago."""
    await session.execute(
        delete(DeliveryFinding).where(DeliveryFinding.settled_at.is_not(None), DeliveryFinding.found_on < before)
    )
