"""The duty file: 履职落后."""

from bot.dispatch.messages import MemberMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.progress import bare
from bot.notices import member_desk
from bot.services.context import Context
from bot.services.duty_file import nudging

router = Router("member_duty_file")


@router.on(MemberMessage, lambda one: one.kind == "text" and bare(one.text) in {"履职落后", "落后"})
async def behind(heard: Heard[MemberMessage], context: Context) -> Reply:
    """Who is behind, by name."""
    if not heard.from_member.is_known:
        return Reply(member_desk.Stranger().render())
    return Reply((await nudging.list_behind(context, heard.from_member)).render())
