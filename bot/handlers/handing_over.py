"""转人工, and what is said and done in a chat while a person has it."""

from bot.dispatch.messages import ConstituentMessage, SaidToPerson, ServicerMessage, SessionChanged
from bot.dispatch.router import Heard, Router
from bot.handlers.matters import saying_of
from bot.handlers.progress import bare
from bot.notices.hand_over import ASK_PERSON
from bot.services import hand_over, human_talk
from bot.services.cases import Saying
from bot.services.context import Context

router = Router("handing_over")
_WORDS = frozenset(
    {"转人工", "人工", "人工客服", "人工服务", "转人工客服", "转人工服务", "找人工", "和工作人员说话"}
)


@router.on(SaidToPerson)
async def keep(heard: Heard[SaidToPerson], context: Context) -> None:
    """The person reads it in their client; it is kept on the case, and the bot stays quiet."""
    await human_talk.note_said(context, heard.by, saying_of(heard.message.said))


@router.on(ServicerMessage)
async def keep_servicer(heard: Heard[ServicerMessage], context: Context) -> None:
    """What staff said in the native client is on the case like an answer."""
    message = heard.message
    saying = Saying(message.key, message.kind, message.text, message.sent_at, message.media_id)
    await human_talk.note_servicer(context, heard.by, message.servicer_userid, saying)


@router.on(SessionChanged)
async def note_session(heard: Heard[SessionChanged], context: Context) -> None:
    """A servicer took, passed on, opened again or ended a session; our own calls cause no event."""
    message = heard.message
    if message.ended:
        await hand_over.note_ended(context, heard.by, message.msg_code, message.sent_at)
    elif message.servicer_userid:
        await hand_over.note_taken(context, heard.by, message.servicer_userid, message.msg_code)


def _asks(one: ConstituentMessage) -> bool:
    return one.menu_id == ASK_PERSON.id or (not one.menu_id and one.kind == "text" and bare(one.text) in _WORDS)


@router.on(ConstituentMessage, _asks)
async def ask(heard: Heard[ConstituentMessage], context: Context) -> None:
    """They hear what came of it as soon as WeCom said so."""
    await human_talk.ask_person(context, heard.by, saying_of(heard.message))
