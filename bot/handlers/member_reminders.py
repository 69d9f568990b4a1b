"""提醒 from staff: what will be said for their stations, and what could not be."""

from bot.dispatch.messages import MemberMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.progress import bare
from bot.notices import member_desk
from bot.services.context import Context
from bot.services.reminders import overview

router = Router("member_reminders")


@router.on(MemberMessage, lambda one: one.kind == "text" and bare(one.text) in {"提醒", "提醒情况"})
async def show(heard: Heard[MemberMessage], context: Context) -> Reply:
    """Counts by subject and step; no constituent is named."""
    if heard.from_member.staff is None:
        return Reply(member_desk.MemberHelp().render())
    return Reply((await overview.show(context, heard.from_member)).render())
