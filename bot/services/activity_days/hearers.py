"""Whom a step of an activity day is for, some at a time, as things stand when that part is written down."""

from bot.services.activity_days import facts, invitations
from bot.services.activity_days.planning import QUESTIONS
from bot.services.context import Context
from bot.services.reminders.parts import (
    NOBODY,
    TOLD,
    Part,
    part_of,
    part_of_members,
    part_of_subscribers,
    part_of_told,
)
from storage import activity_days, activity_rosters, reminders, subscriptions
from storage.models import ActivityDay, ReminderWave
from storage.reminders import PART
from storage.states import ActivityState

STAFF = ("officers", "leads", "centre")
EVERYONE = ("representatives", "subscribers", *STAFF)


async def list_part(context: Context, day_id: int, wave: ReminderWave) -> Part:
    """The next of one audience; nobody where the day was changed meanwhile."""
    day = await activity_days.get_day(context.session, day_id)
    if day is None or wave.edition != facts.edition(context, day):
        return NOBODY
    if wave.audience == TOLD:
        return part_of(wave, *await part_of_told(context, wave, besides=QUESTIONS))
    if wave.audience == invitations.INVITED:
        return await _invited(context, day, wave)
    if wave.audience == "representatives":
        going = [
            one for one in await activity_rosters.roster_of(context.session, day.id) if one.state in facts.GOING
        ]
        userids = [facts.userid_of(context, one.representative_code) for one in going]
        return part_of_members(wave, [userid for userid in userids if userid])
    stations = await _stations(context, day)
    if wave.audience == "subscribers":
        found, after = await part_of_subscribers(context, wave, stations, subscriptions.ACTIVITY)
        return part_of(wave, map(reminders.conversation, found), after)
    return part_of_members(wave, staff_of(context, stations, wave.audience))


async def _stations(context: Context, day: ActivityDay) -> list[str]:
    """The sites; after the close those that have not filed."""
    sites = await activity_days.sites_of(context.session, day.id)
    return [one.station_code for one in sites if one.reported_at is None or day.state is not ActivityState.CLOSED]


async def _invited(context: Context, day: ActivityDay, wave: ReminderWave) -> Part:
    """Those of the roster who were not asked for this date; they are asked by this."""
    found = await activity_rosters.unasked(context.session, day.id, int(wave.after or 0), PART)
    asked = invitations.note_asked(context, found)
    return part_of(wave, map(reminders.member, asked), str(found[-1].id) if len(found) == PART else None)


def staff_of(context: Context, stations: list[str], audience: str) -> set[str]:
    """The officers, leads or the centre of these stations."""
    directory = context.directory
    if audience == "centre":
        return set(directory.centre_staff())
    found = directory.officers_of if audience == "officers" else directory.leads_of
    return {userid for station in stations for userid in found(station)}
