"""The last word for members: a short help, so that nothing they do is met with silence."""

from bot.dispatch.messages import LivingChanged, MemberEntered, MemberMessage, MemberTapped
from bot.dispatch.router import Heard, Reply, Router
from bot.notices import member_desk
from bot.services.context import Context

router = Router("member_help")


@router.on(MemberEntered)
async def stay_quiet(heard: Heard[MemberEntered], context: Context) -> None:
    """Opening the chat asks for nothing."""


@router.on(LivingChanged)
async def note_nothing(heard: Heard[LivingChanged], context: Context) -> None:
    """A broadcast that is none of ours any more."""


@router.on(MemberTapped)
async def explain_tap(heard: Heard[MemberTapped], context: Context) -> Reply:
    """A button we do not know."""
    return Reply(member_desk.MemberHelp("这个按钮现在不能用了。").render())


@router.on(MemberMessage)
async def explain(heard: Heard[MemberMessage], context: Context) -> Reply:
    """A kind of message that cannot be an answer."""
    if not heard.from_member.is_known:
        return Reply(member_desk.Stranger().render())
    return Reply(member_desk.MemberHelp("这种消息不能转给群众，请发文字、图片或文件。").render())
