"""Whatever else a constituent writes is, or belongs to, a matter; what says nothing gets the short menu."""

from bot.assignment import Decision, Location
from bot.dispatch.messages import ConstituentMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.progress import bare
from bot.notices.constituent_menu import ShortMenu, Thanked
from bot.services import cases, deciding, helping
from bot.services.cases import Saying
from bot.services.context import Context
from bot.services.live import finding, questions
from storage.states import CaseState

router = Router("matters")

_THANKS = frozenset(
    {
        "谢谢",
        "谢谢您",
        "谢谢你",
        "多谢",
        "感谢",
        "好的",
        "好的谢谢",
        "好",
        "收到",
        "嗯",
        "嗯嗯",
        "知道了",
        "行",
        "辛苦了",
    }
)


_ANSWERED_BY_ITSELF = frozenset({"spam", "service_query"})


def _words(message: ConstituentMessage) -> str:
    """What was written; the words on a shared location are read as its own."""
    return "" if message.kind == "location" else message.text


def saying_of(message: ConstituentMessage) -> Saying:
    """What was written, as cases keep it."""
    location = None
    text = message.text
    if message.kind == "location" and message.latitude is not None and message.longitude is not None:
        location = Location(message.latitude, message.longitude, message.place, message.text)
        text = f"位置：{message.place} {message.text}（{message.latitude:.6f}, {message.longitude:.6f}）"
    return Saying(
        platform_id=message.key,
        kind=message.kind,
        text=text,
        said_at=message.sent_at,
        media_id=message.media_id,
        location=location,
    )


async def _ask_live(
    heard: Heard[ConstituentMessage], context: Context, saying: Saying, decision: Decision
) -> Reply | None:
    """By the code of a live session one writes questions to it, until it is over or one turns to a matter."""
    live = await finding.scanned(context, heard.by)
    if live is None or (saying.kind == "text" and decision.ask == "matter"):
        return None
    if saying.kind != "text" or heard.by.conversation.starts_new or not questions.may_ask(decision):
        finding.leave(heard.by, live)
        return None
    return Reply(await questions.ask(context, heard.by, live, saying))


@router.on(ConstituentMessage)
async def take(heard: Heard[ConstituentMessage], context: Context) -> Reply | None:
    """Join the open case, or open one; the receipt is written where the case is."""
    caller, saying = heard.by, saying_of(heard.message)
    decision = await deciding.decide(context, caller, saying.platform_id, _words(heard.message), saying.location)
    if (asked := await _ask_live(heard, context, saying, decision)) is not None:
        return asked
    open_case = await cases.find_open_for(context, caller)
    if open_case is not None and not deciding.stands_apart(decision, open_case):
        if open_case.state is CaseState.ANSWERED and bare(saying.text) in _THANKS:
            return Reply(Thanked(open_case.number).render(), case=open_case)
        await cases.join(
            context, caller, open_case, saying, begins_burst=heard.begins_burst, accused=decision.accused
        )
        return None
    only_words = not saying.media_id and saying.location is None
    if only_words and decision.ask == "matter":
        return Reply(ShortMenu().render())
    if only_words and decision.kind in _ANSWERED_BY_ITSELF:
        return Reply(await helping.answer(context, caller, saying, decision.kind, decision.station))
    await cases.open_from(context, caller, saying, decision, at_once=False)
    return None
