"""A day is moved, put off or called off: everyone who was told is told once, and what was planned is void."""

import logging
from datetime import date, timedelta

from bot.calendars.local_time import instant_of, parse_clock
from bot.services.activity_days import facts, roster
from bot.services.activity_days.planning import QUESTIONS, DayRefused
from bot.services.context import Context
from bot.services.reminders.parts import TOLD
from storage import activity_days, activity_rosters, audit, reminder_waves, reminders
from storage.models import ActivityDay
from storage.reminder_waves import open_wave
from storage.states import ActivityState

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
    day.on_date, day.note = to, reason[:_REASON_LENGTH]
    day.edition += 1
    day.move(ActivityState.CONFIRMED)
    day.confirmed_at, day.confirmed_by, day.announced_at = context.now, actor, None
    await _withdraw(context, day)
    await _ask_anew(context, day)
    return await _tell(context, day, MOVED, actor, f"day {day.id} to {to}")


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
    day.note = reason[:_REASON_LENGTH]
    day.edition += 1
    day.move(state)
    day.closed_at = context.now if open_now else None
    await _withdraw(context, day)
    return await _tell(context, day, state.value, actor, f"day {day.id}")


async def _withdraw(context: Context, day: ActivityDay) -> None:
    """What was planned for the day as it was and not said is void; who has heard something was told."""
    await context.session.flush()
    edition = facts.edition(context, day)
    await reminder_waves.void_earlier(
        context.session, facts.subject(day), keep_edition=edition, reason="changed", now=context.now
    )


async def _ask_anew(context: Context, day: ActivityDay) -> None:
    """Everyone on the roster is asked whether the new date suits, those who could not come before too.

    Who was told is asked by the notice of the move; the others are invited when the roster opens again.
    """
    told = await activity_days.told_of(context.session, facts.subject(day), besides=QUESTIONS, kind="m")
    heard = [
        person.code
        for person in map(context.directory.find_representative_of, filter(None, map(reminders.find_userid, told)))
        if person is not None
    ]
    await activity_rosters.ask_anew(
        context.session, day.id, heard, context.now, besides=(roster.LEFT, roster.NOT_NEEDED)
    )


async def _tell(context: Context, day: ActivityDay, step: str, actor: str, subject: str) -> int:
    """Everyone who was told hears of it, some at a time; returns how many they are."""
    until = max(facts.ends_at(context, day), context.now + timedelta(hours=1))
    one = open_wave(facts.subject(day), facts.edition(context, day), step, context.now, until)
    await reminder_waves.begin(context.session, one, TOLD, context.now)
    told = await reminders.count_heard(context.session, facts.subject(day), besides=QUESTIONS)
    audit.add_line(context.session, actor=actor, act=f"activity day {step}", subject=subject, at=context.now)
    log.info("activity day changed by staff", extra={"activity_day": day.id, "step": step, "told": told})
    return told
