"""Whatever else a representative or officer writes answers the one case that waits; of several they are asked."""

from bot.dispatch.messages import MemberMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.notices import member_desk
from bot.services import answering, desks
from bot.services.cases import Saying
from bot.services.context import Context

router = Router("member_answers")
ANSWER_KINDS = frozenset({"text", "image", "voice", "video", "file"})


@router.on(MemberMessage, lambda one: one.kind in ANSWER_KINDS)
async def answer(heard: Heard[MemberMessage], context: Context) -> Reply:
    """To the announced case, the one waiting case, or a question which one."""
    member, message = heard.from_member, heard.message
    if not member.is_known:
        return Reply(member_desk.Stranger().render())
    saying = Saying(
        platform_id=message.key,
        kind=message.kind,
        text=message.text.strip() if message.kind == "text" else "",
        said_at=message.sent_at,
        media_id=message.media_id,
        file_name=message.file_name,
    )
    case = await desks.take_announced(context, member)
    waiting = [case] if case else await desks.waiting_cases(context, member)
    if not waiting or not (saying.text or saying.media_id):
        return Reply(member_desk.MemberHelp().render())
    if len(waiting) > 1:
        card = await desks.hold(context, member, saying, waiting)
        return Reply(card, task_id=f"which-{message.key.replace(':', '-')}"[:128])
    return Reply((await answering.answer(context, waiting[0], member, saying)).render(), case=waiting[0])
