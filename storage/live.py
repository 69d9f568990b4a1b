"""Live sessions with their questions and promises: found, listed, counted."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Case, LivePromise, LiveQuestion, LiveSession, OutboxRow, Reminder, Subscription
from storage.states import LiveState, QuestionState

_L = LiveState
AHEAD = frozenset({_L.APPROVED, _L.ANNOUNCED, _L.COLLECTING, _L.REMINDED})  # stands, and has not begun
PUBLIC = frozenset({_L.ANNOUNCED, _L.COLLECTING, _L.REMINDED, _L.LIVE})  # anybody may know of it
TAKES_QUESTIONS = AHEAD | {_L.LIVE}  # from whoever knows of it: the poster is printed before it is announced
OVER = frozenset({_L.ENDED, _L.SORTED, _L.CLAIMED, _L.PUBLISHED, _L.FOLLOWED_UP, _L.ARCHIVED})


async def find(session: AsyncSession, session_id: int, *, lock: bool = False) -> LiveSession | None:
    """By its number; locked until this transaction ends where it is about to change."""
    return await session.get(LiveSession, session_id, with_for_update=lock, populate_existing=lock)


async def find_by_code(session: AsyncSession, code: str) -> LiveSession | None:
    """By what its QR carries."""
    return (await session.scalars(select(LiveSession).where(LiveSession.code == code))).one_or_none()


async def find_by_living_id(session: AsyncSession, living_id: str) -> LiveSession | None:
    """By what WeCom calls it."""
    found = await session.scalars(
        select(LiveSession)
        .where(LiveSession.living_id == living_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.one_or_none()


async def known_living_ids(session: AsyncSession, anchor_userid: str) -> Sequence[str]:
    """What WeCom calls the sessions of an anchor, as far as it is on record."""
    found = await session.scalars(
        select(LiveSession.living_id).where(
            func.lower(LiveSession.anchor_userid) == anchor_userid.lower(), LiveSession.living_id.is_not(None)
        )
    )
    return [living_id for living_id in found if living_id]


async def list_all(session: AsyncSession, station_code: str | None = None) -> Sequence[LiveSession]:
    """Every session there is, of one station or of all, by start."""
    wanted = select(LiveSession).order_by(LiveSession.starts_at, LiveSession.id)
    if station_code is not None:
        wanted = wanted.where(LiveSession.station_code == station_code)
    return (await session.scalars(wanted)).all()


async def in_states(
    session: AsyncSession, states: Collection[LiveState], station_codes: Collection[str] | None = None
) -> Sequence[LiveSession]:
    """The sessions of these states, of some stations or of all, by start."""
    wanted = (
        select(LiveSession).where(LiveSession.state.in_(states)).order_by(LiveSession.starts_at, LiveSession.id)
    )
    if station_codes is not None:
        wanted = wanted.where(LiveSession.station_code.in_(station_codes))
    return (await session.scalars(wanted)).all()


async def between(
    session: AsyncSession, first: datetime, last: datetime, station_codes: Collection[str] | None = None
) -> Sequence[LiveSession]:
    """Sessions that begin from `first` to before `last`, of some stations or of all, by their start."""
    query = select(LiveSession).where(LiveSession.starts_at >= first, LiveSession.starts_at < last)
    if station_codes is not None:
        query = query.where(LiveSession.station_code.in_(station_codes))
    return (await session.scalars(query.order_by(LiveSession.starts_at, LiveSession.id))).all()


async def lock_in(session: AsyncSession, states: Collection[LiveState]) -> Sequence[LiveSession]:
    """The sessions of these states, locked; those that another process has are left out."""
    found = await session.scalars(
        select(LiveSession)
        .where(LiveSession.state.in_(states))
        .order_by(LiveSession.starts_at, LiveSession.id)
        .with_for_update(skip_locked=True)
    )
    return found.all()


async def lock_cancelled_with_questions(session: AsyncSession) -> Sequence[LiveSession]:
    """Sessions that were called off and hold questions without a fate, locked."""
    waiting = select(LiveQuestion.session_id).where(LiveQuestion.state == QuestionState.WAITING)
    found = await session.scalars(
        select(LiveSession)
        .where(LiveSession.state == _L.CANCELLED, LiveSession.id.in_(waiting))
        .with_for_update(skip_locked=True)
    )
    return found.all()


async def due_figures(session: AsyncSession, now: datetime, most: int) -> Sequence[LiveSession]:
    """Sessions whose watch figures WeCom is to be asked for, locked."""
    found = await session.scalars(
        select(LiveSession)
        .where(LiveSession.figures_due_at <= now)
        .order_by(LiveSession.figures_due_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return found.all()


async def has_due_figures(session: AsyncSession, now: datetime) -> bool:
    """Whether WeCom is to be asked for anything now."""
    found = await session.scalar(select(LiveSession.id).where(LiveSession.figures_due_at <= now).limit(1))
    return found is not None


# --- questions --------------------------------------------------------------------------------------


async def next_number(session: AsyncSession, session_id: int) -> int:
    """The number of the next question; the session's row must be locked."""
    last = await session.scalar(select(func.max(LiveQuestion.number)).where(LiveQuestion.session_id == session_id))
    return (last or 0) + 1


async def questions_of(session: AsyncSession, session_id: int) -> Sequence[LiveQuestion]:
    """What was asked in a session, by number."""
    found = await session.scalars(
        select(LiveQuestion).where(LiveQuestion.session_id == session_id).order_by(LiveQuestion.number)
    )
    return found.all()


async def find_question(session: AsyncSession, session_id: int, number: int) -> LiveQuestion | None:
    """By its number within the session."""
    found = await session.scalars(
        select(LiveQuestion).where(LiveQuestion.session_id == session_id, LiveQuestion.number == number)
    )
    return found.one_or_none()


async def find_asked(session: AsyncSession, platform_id: str) -> LiveQuestion | None:
    """The question that a message became."""
    found = await session.scalars(select(LiveQuestion).where(LiveQuestion.platform_id == platform_id))
    return found.one_or_none()


async def merged_into(session: AsyncSession, question_id: int) -> Sequence[LiveQuestion]:
    """The questions that share the answer of this one."""
    found = await session.scalars(
        select(LiveQuestion)
        .where(LiveQuestion.merged_into_id == question_id, LiveQuestion.state == QuestionState.MERGED)
        .order_by(LiveQuestion.number)
    )
    return found.all()


async def count_questions(
    session: AsyncSession, session_ids: Collection[int]
) -> dict[int, dict[QuestionState, int]]:
    """How many questions of each state a session has."""
    counted = await session.execute(
        select(LiveQuestion.session_id, LiveQuestion.state, func.count())
        .where(LiveQuestion.session_id.in_(session_ids))
        .group_by(LiveQuestion.session_id, LiveQuestion.state)
    )
    figures: dict[int, dict[QuestionState, int]] = {session_id: {} for session_id in session_ids}
    for session_id, state, count in counted:
        figures[session_id][state] = count
    return figures


async def count_waiting(session: AsyncSession, session_id: int) -> int:
    """How many questions have no fate yet."""
    return (await count_questions(session, [session_id]))[session_id].get(QuestionState.WAITING, 0)


async def askers_of(session: AsyncSession, session_id: int) -> set[int]:
    """The conversations that asked something in a session and did not take it back."""
    found = await session.scalars(
        select(LiveQuestion.conversation_id)
        .where(LiveQuestion.session_id == session_id, LiveQuestion.state != QuestionState.WITHDRAWN)
        .distinct()
    )
    return set(found)


async def answers_of(session: AsyncSession, session_id: int) -> Sequence[tuple[LiveQuestion, OutboxRow]]:
    """The questions whose askers were written to, with the row that tells them."""
    found = await session.execute(
        select(LiveQuestion, OutboxRow)
        .join(OutboxRow, OutboxRow.id == LiveQuestion.answer_row_id)
        .where(LiveQuestion.session_id == session_id)
        .order_by(LiveQuestion.number)
    )
    return [(question, row) for question, row in found]


async def cases_of(session: AsyncSession, session_id: int) -> Sequence[tuple[LiveQuestion, Case]]:
    """The questions that became cases, with them."""
    found = await session.execute(
        select(LiveQuestion, Case)
        .join(Case, Case.id == LiveQuestion.case_id)
        .where(LiveQuestion.session_id == session_id)
        .order_by(LiveQuestion.number)
    )
    return [(question, case) for question, case in found]


# --- reminders and subscribers ----------------------------------------------------------------------


async def planned_for(
    session: AsyncSession, subject: str, edition: str, steps: Collection[str], recipients: Collection[str]
) -> dict[str, datetime]:
    """Which of these recipients have a reminder of these steps, and when the last of them is due."""
    found = await session.execute(
        select(Reminder.recipient, func.max(Reminder.due_at))
        .where(
            Reminder.subject == subject,
            Reminder.edition == edition,
            Reminder.step.in_(steps),
            Reminder.recipient.in_(recipients),
        )
        .group_by(Reminder.recipient)
    )
    return {recipient: at for recipient, at in found.all()}  # noqa: C416  rows are no pairs for the type checker


async def still_subscribed(
    session: AsyncSession, conversation_ids: Collection[int], station_code: str, kind: str
) -> set[int]:
    """Those of these conversations that are subscribed to a station."""
    found = await session.scalars(
        select(Subscription.conversation_id).where(
            Subscription.conversation_id.in_(conversation_ids),
            Subscription.station_code == station_code,
            Subscription.kind == kind,
            Subscription.ended_at.is_(None),
        )
    )
    return set(found)


# --- promises ---------------------------------------------------------------------------------------


async def promises_of(session: AsyncSession, session_ids: Collection[int]) -> Sequence[LivePromise]:
    """What was promised in these sessions, by date."""
    found = await session.scalars(
        select(LivePromise)
        .where(LivePromise.session_id.in_(session_ids))
        .order_by(LivePromise.due_on, LivePromise.id)
    )
    return found.all()
