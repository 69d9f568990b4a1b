"""Whom a step of a live session is for, some at a time, as things stand when that part is written down."""

from bot.services.context import Context
from bot.services.live import facts, telling
from bot.services.reminders.parts import (
    NOBODY,
    TOLD,
    Part,
    part_of,
    part_of_members,
    part_of_subscribers,
    part_of_told,
)
from storage import live as stored
from storage import reminders, subscriptions
from storage.models import LiveSession, ReminderWave


async def list_part(context: Context, session_id: int, wave: ReminderWave) -> Part:
    """The next of one audience; nobody where the session was changed meanwhile."""
    live = await stored.find(context.session, session_id)
    if live is None or wave.edition != facts.edition(live):
        return NOBODY
    if wave.audience == TOLD:
        return await _told(context, live, wave)
    if wave.audience == telling.SUBSCRIBERS:
        found, after = await part_of_subscribers(context, wave, [live.station_code], subscriptions.LIVE)
        return await _unaware(context, wave, part_of(wave, map(reminders.conversation, found), after))
    return await _unaware(context, wave, part_of_members(wave, telling.members_of(context, live, wave.audience)))


async def _told(context: Context, live: LiveSession, wave: ReminderWave) -> Part:
    """Of a cancellation those who asked hear otherwise: at once, or with what becomes of their question."""
    heard, after = await part_of_told(context, wave)
    if wave.step == telling.CANCELLED:
        asked = set(map(reminders.conversation, await stored.askers_of(context.session, live.id)))
        heard = [one for one in heard if one not in asked]
    return part_of(wave, heard, after)


async def _unaware(context: Context, wave: ReminderWave, part: Part) -> Part:
    """Without those who heard the same when it was approved or moved, after this step was due."""
    known = await stored.planned_for(
        context.session,
        wave.subject,
        wave.edition,
        (telling.APPROVED, telling.MOVED),
        [plan.recipient for plan in part.plans],
    )
    plans = [plan for plan in part.plans if plan.recipient not in known or known[plan.recipient] < wave.due_at]
    return Part(plans, part.after)
