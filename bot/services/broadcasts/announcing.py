"""Approval with what both people hear of it."""

from dataclasses import replace

from bot.notices import broadcast_desk as desk
from bot.services import people, speaking
from bot.services.broadcasts import approving
from bot.services.broadcasts.audiences import Hearers
from bot.services.context import Context
from storage.models import Broadcast
from storage.outbox import Purpose


async def approve(
    context: Context, broadcast: Broadcast, userid: str, hearers: Hearers, *, by_command: bool = False
) -> None:
    """Freeze the list and tell the author; the second person too where a command spoke for them."""
    due = await approving.approve(context, broadcast, userid, hearers)
    facts = replace(await approving.facts_of(context, broadcast, hearers), size=broadcast.size or 0)
    by, author = (people.name_of(context, each) for each in (userid, broadcast.author_userid))
    told = desk.Approved(broadcast.id, by, facts, due, context.now, context.zone).render()
    await speaking.notify_members(context, [broadcast.author_userid], Purpose.NOTICE, told)
    if by_command:
        stands = desk.StandsForIt(broadcast.id, author, facts).render()
        await speaking.notify_members(context, [userid], Purpose.NOTICE, stands)
