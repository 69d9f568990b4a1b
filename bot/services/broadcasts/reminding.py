"""A notice to constituents as a reminder: asked again when it is said, so that nobody hears what was taken back."""

from collections.abc import Mapping, Sequence

from bot.services.broadcasts import audiences, writing
from bot.services.context import Context
from bot.services.reminders.said import Answer, Spoken, Void
from storage import broadcasts, reminders
from storage.keys import KeyDestroyed
from storage.models import Broadcast
from storage.states import BroadcastState


async def speak(
    context: Context, subject_id: int, _edition: str, _step: str, recipients: Sequence[str]
) -> Mapping[str, Answer]:
    """The notice, to those who are still subscribed."""
    broadcast = await broadcasts.find(context.session, subject_id)
    if broadcast is None or broadcast.state is not BroadcastState.SENDING:
        return dict.fromkeys(recipients, Void("recalled"))
    try:
        said = Spoken(await writing.render_for_people(context, broadcast), urgent=broadcast.urgent)
    except KeyDestroyed:
        return dict.fromkeys(recipients, Void("recalled"))
    subscribed = await _subscribed(context, broadcast)
    return {one: said if one in subscribed else Void("unsubscribed") for one in recipients}


async def _subscribed(context: Context, broadcast: Broadcast) -> set[str]:
    audience = audiences.parse_audience(broadcast.audience)
    hearers = await audiences.find_hearers(context, audience)
    return {reminders.conversation(number) for number in hearers.conversations}
