"""What those who look after days change of them, in the chat and on the pages of staff."""

from datetime import date

from bot.notices import activity_day as notices
from bot.services import speaking
from bot.services.activity_days import facts, invitations, planning, roster
from bot.services.activity_days.planning import DayRefused
from bot.services.context import Context
from bot.services.people import Member
from storage import activity_days
from storage.activity_days import Facts
from storage.models import ActivityDay
from storage.outbox import Purpose

TOPIC_LENGTH = 40  # characters


async def access_day(context: Context, member: Member, day_id: int) -> ActivityDay:
    """The day, locked, if the member may change it. Raises `DayRefused`."""
    if not facts.may_manage(context, member):
        raise DayRefused("not_yours")
    day = await activity_days.get_day(context.session, day_id, lock=True)
    if day is None or not await facts.may_manage_day(context, member, day):
        raise DayRefused("not_found")
    return day


async def add(context: Context, member: Member, on: date | None, topic: str) -> ActivityDay:
    """A day of the member's region that no rule found; it is confirmed by that. Raises `DayRefused`."""
    if not facts.may_manage(context, member):
        raise DayRefused("not_yours")
    region = facts.region_of(context, member)
    if on is None:
        raise DayRefused("date")
    if region is None:
        raise DayRefused("no_region")
    start, end = planning.hours_of(context)
    return await planning.add(context, Facts(region, on, start, end, topic.strip()[:TOPIC_LENGTH]), member.userid)


async def add_site(context: Context, member: Member, day: ActivityDay, station: str) -> None:
    """It is held there, too; those who come on the roster by that are asked. Raises `DayRefused`."""
    await invitations.invite(context, day, await roster.add_site(context, day, station, member.userid))


async def leave_out(context: Context, member: Member, day: ActivityDay, station: str) -> None:
    """It is not held there; whoever was asked to come there hears of it. Raises `DayRefused`."""
    described = await facts.describe(context, day)
    gone = await roster.leave_out(context, day, station, member.userid)
    told = [facts.userid_of(context, one.representative_code) for one in gone if one.asked_at is not None]
    left = notices.RosterLeft(described).render()
    await speaking.notify_members(context, [one for one in told if one], Purpose.NOTICE, left)
