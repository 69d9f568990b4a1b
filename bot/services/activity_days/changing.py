"""A day is moved, put off or called off: everyone who was told is told once, and what was planned is void."""

import logging
from datetime import date, timedelta

from bot.calendars.local_time import instant_of, parse_clock
from bot.services.activity_days import facts, roster
from bot.services.activity_days.planning import QUESTIONS, DayRefused
from bot.services.context import Context
from storage import activity_days, audit, reminders
from storage.models import ActivityDay
from storage.reminders import Plan
from storage.states import ActivityState, AttendanceState

log = logging.getLogger(__name__)
MOVED, POSTPONED, CANCELLED = "moved", "postponed", "cancelled"
_MOVABLE = frozenset({ActivityState.PLANNED, *activity_days.BEFORE_START, *activity_days.CALLED_OFF})
_REASON_LENGTH = 100


async def move(context: Context, day: ActivityDay, to: date, reason: str, actor: str) -> int:
    """Hold it on another date; the roster is kept and asked anew. Returns how many hear of it.

    Raises `DayRefused`. One that was put off or called off before it began is held after all.
    """
    if day.state not in _MOVABLE or day.closed_at is not None:
        raise DayRefused("state", day.state.value)
    called_off = day.state in activity_days.CALLED_OFF
    if to == day.on_date and not called_off:
        raise DayRefused("same")
    if instant_of(to, parse_clock(day.start), context.zone) <= context.now:
        raise DayRefused("past")
    if to != day.planned_on and (day.region_code, to) in await activity_days.taken_between(context.session, to, to):
        raise DayRefused("taken")
    told = await _told(context, day)
    day.on_date, day.note = to, reason[:_REASON_LENGTH]
    day.edition += 1
    day.move(ActivityState.CONFIRMED)
    day.confirmed_at, day.confirmed_by, day.announced_at = context.now, actor, None
    await _ask_anew(context, day, told)
    return await _tell(context, day, MOVED, told, actor, f"day {day.id} to {to}")


async def postpone(context: Context, day: ActivityDay, reason: str, actor: str) -> int:
    """It will be held, the date is not known. Returns how many hear of it; raises `DayRefused`."""
    return await _call_off(context, day, ActivityState.POSTPONED, reason, actor)


async def cancel(context: Context, day: ActivityDay, reason: str, actor: str) -> int:
    """It is not held. Returns how many hear of it; raises `DayRefused`."""
    return await _call_off(context, day, ActivityState.CANCELLED, reason, actor)


async def _call_off(context: Context, day: ActivityDay, state: ActivityState, reason: str, actor: str) -> int:
    open_now = day.state is ActivityState.OPEN
    allowed = {ActivityState.PLANNED, *activity_days.BEFORE_START}
    if state is ActivityState.CANCELLED:
        allowed |= {ActivityState.OPEN, ActivityState.POSTPONED}
    if day.state not in allowed:
        raise DayRefused("state", day.state.value)
    told = await _told(context, day)
    day.note = reason[:_REASON_LENGTH]
    day.edition += 1
    day.move(state)
    day.closed_at = context.now if open_now else None
    return await _tell(context, day, state.value, told, actor, f"day {day.id}")


async def _told(context: Context, day: ActivityDay) -> set[str]:
    """Withdraw what was not said yet; who is left was told."""
    await context.session.flush()
    await reminders.void(context.session, facts.subject(day), reason="changed")
    return await activity_days.told_of(context.session, facts.subject(day), besides=QUESTIONS)


async def _ask_anew(context: Context, day: ActivityDay, told: set[str]) -> None:
    """Everyone on the roster is asked whether the new date suits, those who could not come before too.

    Who was told is asked by the notice of the move; the others are invited when the roster opens again.
    """
    for attendance in await activity_days.roster_of(context.session, day.id):
        settled = attendance.state in (AttendanceState.REPLACED, *facts.HERE, AttendanceState.ABSENT)
        if settled or attendance.reason in (roster.LEFT, roster.NOT_NEEDED):
            continue
        userid = facts.userid_of(context, attendance.representative_code)
        heard = userid is not None and reminders.member(userid) in told
        attendance.move(AttendanceState.INVITED)
        attendance.reason = ""
        attendance.asked_at = context.now if heard else None
        attendance.answered_at = None


async def _tell(context: Context, day: ActivityDay, step: str, told: set[str], actor: str, subject: str) -> int:
    until = max(facts.ends_at(context, day), context.now + timedelta(hours=1))
    edition = facts.edition(context, day)
    plans = [Plan(facts.subject(day), edition, step, who, context.now, until) for who in sorted(told)]
    await reminders.add_all(context.session, plans, context.now)
    audit.add_line(context.session, actor=actor, act=f"activity day {step}", subject=subject, at=context.now)
    log.info("activity day changed by staff", extra={"activity_day": day.id, "step": step, "told": len(told)})
    return len(told)
