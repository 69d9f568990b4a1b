"""A notice to constituents as a reminder: asked again when it is said, so that nobody hears what was taken back."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.services.broadcasts import audiences, writing
from bot.services.context import Context
from bot.services.reminders.parts import NOBODY, Part
from bot.services.reminders.said import Answer, Spoken, Void
from storage import broadcasts, recipients, reminder_waves, reminders, subscriptions
from storage.keys import KeyDestroyed
from storage.models import Broadcast, ReminderWave
from storage.reminder_waves import open_wave
from storage.reminders import PART, Plan
from storage.states import BroadcastState

FROZEN = "frozen"  # the audience: the list as it was when two people stood for it


async def begin(context: Context, broadcast: Broadcast) -> None:
    """Have it written down for everyone on the list: said as reminders are, kept for a while where it cannot be."""
    subject = broadcasts.subject_of(broadcast.id)
    held = timedelta(days=context.rules.notice_held_days)
    step = open_wave(subject, "", broadcasts.STEP, context.now, context.now + held)
    await reminder_waves.begin(context.session, step, FROZEN, context.now)


async def list_part(context: Context, subject_id: int, wave: ReminderWave) -> Part:
    """The next of the list, each on a day on which they heard no other notice; nobody where it was taken back."""
    broadcast = await broadcasts.find(context.session, subject_id)
    if broadcast is None or broadcast.state is not BroadcastState.SENDING:
        return NOBODY
    some = await recipients.waiting_part(context.session, subject_id, int(wave.after or 0), PART)
    keys = [recipient for _, recipient in some]
    held = wave.useful_until - wave.due_at
    lately = await broadcasts.approved_since(context.session, context.now - 2 * held)
    others = [broadcasts.subject_of(one.id) for one in lately if one.id != subject_id]
    last = await broadcasts.last_notices(context.session, others, keys)
    due = {key: _free_day(context, last.get(key)) for key in keys}
    plans = [Plan(wave.subject, wave.edition, wave.step, key, due[key], due[key] + held) for key in keys]
    return Part(plans, str(some[-1][0]) if len(some) == PART else None)


def _free_day(context: Context, last: datetime | None) -> datetime:
    """Now, or the day after the last notice: one a day. Where that is midnight, reminders wait for the morning."""
    if last is None:
        return context.now
    midnight = last.astimezone(context.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(context.now, (midnight + timedelta(days=1)).astimezone(UTC))


async def speak(
    context: Context, subject_id: int, _edition: str, _step: str, hearers: Sequence[str]
) -> Mapping[str, Answer]:
    """The notice, to those who are still subscribed."""
    broadcast = await broadcasts.find(context.session, subject_id)
    if broadcast is None or broadcast.state is not BroadcastState.SENDING:
        return dict.fromkeys(hearers, Void("recalled"))
    try:
        said = Spoken(await writing.render_for_people(context, broadcast), urgent=broadcast.urgent)
    except KeyDestroyed:
        return dict.fromkeys(hearers, Void("recalled"))
    subscribed = await _subscribed(context, broadcast, hearers)
    return {one: said if one in subscribed else Void("unsubscribed") for one in hearers}


async def _subscribed(context: Context, broadcast: Broadcast, hearers: Sequence[str]) -> set[str]:
    """Those of these who still want to hear of one of its stations; the others are not looked at."""
    stations = audiences.parse_audience(broadcast.audience).subscribers
    asked = [number for one in hearers if (number := reminders.find_conversation_id(one)) is not None]
    found = await subscriptions.still_subscribed(context.session, asked, stations)
    return set(map(reminders.conversation, found))
