"""Time moves a day: what became due since the last look, in order, each once, whatever was slept through."""

import logging
from datetime import datetime, timedelta

from bot.notices.activity_day_desk import DayLapsed, NoSites
from bot.notices.content import Content
from bot.services import speaking
from bot.services.activity_days import check_in, facts, invitations, planning, reminding, reporting, roster
from bot.services.context import Context
from storage import activity_days, reminders
from storage.models import ActivityDay
from storage.outbox import Purpose
from storage.states import ActivityState as S

log = logging.getLogger(__name__)
_DAY = timedelta(days=1)
_NEAR = timedelta(hours=12)
_OPENS, _FIXES, _ANNOUNCES, _REMINDS = timedelta(days=14), timedelta(days=7), timedelta(days=3), _DAY


async def follow(context: Context) -> int:
    """Plan ahead, or take the next day as far as it should be by now; returns how much there was to do.

    One day a commit: with many people on its roster it has much to write.
    """
    if planned := await planning.plan_ahead(context):
        return planned
    rules = {(rule.region_code, rule.rule) for rule in await activity_days.rules(context.session)}
    for day in await activity_days.running(context.session, facts.today(context)):
        planned_only = day.state is S.PLANNED
        done = await (_follow_planned(context, day, rules) if planned_only else follow_day(context, day))
        if done:
            return done
    return 0


async def _follow_planned(context: Context, day: ActivityDay, rules: set[tuple[str, str]]) -> int:
    if await planning.withdraw(context, day, rules):
        return 1
    if facts.starts_at(context, day) <= context.now:
        await planning.lapse(context, day)
        await _tell_centre(context, DayLapsed(await facts.describe(context, day)).render())
        return 1
    subject, edition = facts.subject(day), facts.edition(context, day)
    if await reminders.is_planned(context.session, subject, edition, planning.ASKED):
        return 0
    return await planning.ask_staff(context, day)


async def follow_day(context: Context, day: ActivityDay) -> int:
    """Take a confirmed day on, step by step; nobody is asked at night for what is days ahead."""
    steps = 0
    if context.calendar.is_quiet(context.now) and context.now < facts.starts_at(context, day) - _NEAR:
        return steps
    while await _step(context, day):
        await context.session.flush()
        steps += 1
    if day.state in activity_days.BEFORE_START and day.state is not S.CONFIRMED:
        steps += await invitations.replace_absent(context, day)
        steps += await invitations.follow_leave(context, day)
        await context.session.flush()
        steps += await reminding.plan_due(context, day)
    if day.state is S.CLOSED:
        steps += await reminding.plan_after(context, day)
    return steps


async def _step(context: Context, day: ActivityDay) -> bool:
    """One change of state, where it is time for it."""
    starts_at = facts.starts_at(context, day)
    match day.state:
        case S.CONFIRMED if _is_time(context, day, "roster_open", starts_at - _OPENS):
            await _open_roster(context, day)
        case S.ROSTER_OPEN if _is_time(context, day, "roster_fixed", starts_at - _FIXES):
            day.move(S.ROSTER_FIXED)
            await reminding.plan_unanswered(context, day)
        case S.ROSTER_FIXED if _is_time(context, day, "announced", starts_at - _ANNOUNCES):
            day.move(S.ANNOUNCED)
            day.announced_at = context.now
        case S.ANNOUNCED if _is_time(context, day, "day_before", starts_at - _REMINDS):
            day.move(S.REMINDED)
        case S.REMINDED if context.now >= starts_at:
            day.move(S.OPEN)
        case S.OPEN if context.now >= facts.ends_at(context, day):
            await _close(context, day)
        case S.CLOSED if not await activity_days.sites_of(context.session, day.id):
            await reporting.complete(context, day)
        case S.REPORTED if _is_old(context, day):
            day.move(S.ARCHIVED)
        case _:
            return False
    return True


def _is_time(context: Context, day: ActivityDay, name: str, default: datetime) -> bool:
    """Whether a step is due; a step that staff took out of the ladder is passed at its usual time."""
    due_at = reminding.due_of(context, day, name)
    return context.now >= min(due_at or default, facts.starts_at(context, day))


def _is_old(context: Context, day: ActivityDay) -> bool:
    since = day.closed_at or facts.ends_at(context, day)
    return context.now >= since + timedelta(days=context.rules.activity_archive_days)


async def _open_roster(context: Context, day: ActivityDay) -> None:
    await roster.open_roster(context, day)
    day.move(S.ROSTER_OPEN)
    await context.session.flush()
    await invitations.invite_all(context, day)
    if not await activity_days.sites_of(context.session, day.id):
        await _tell_centre(context, NoSites(await facts.describe(context, day)).render())


async def _close(context: Context, day: ActivityDay) -> None:
    day.move(S.CLOSED)
    day.closed_at = context.now
    day.report_due_on = context.calendar.today(reminding.report_due_at(context, day))
    absent = await check_in.note_absent(context, day)
    log.info("activity day closed", extra={"activity_day": day.id, "absent": absent})


async def _tell_centre(context: Context, content: Content) -> None:
    await speaking.notify_members(context, context.directory.centre_staff(), Purpose.NOTICE, content)
