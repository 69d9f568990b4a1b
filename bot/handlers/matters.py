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
from storage.models import Case, LiveSession
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
    heard: Heard[ConstituentMessage], context: Context, live: LiveSession, saying: Saying, decision: Decision
) -> Reply | None:
    """By the code of a live session one writes questions to it, until it is over or one turns to a matter."""
    if saying.kind == "text" and decision.ask == "matter":
        return None
    if saying.kind != "text" or heard.by.conversation.starts_new or not questions.may_ask(decision):
        finding.leave(heard.by, live)
        return None
    return Reply(await questions.ask(context, heard.by, live, saying))


@router.on(ConstituentMessage)
async def take(heard: Heard[ConstituentMessage], context: Context) -> Reply | None:
    """Join the open case, or open one; the receipt is written where the case is."""
    caller, saying, words = heard.by, saying_of(heard.message), _words(heard.message)
    decision = None
    if (live := await finding.scanned(context, caller)) is not None:
        decision = await deciding.decide(context, caller, saying.platform_id, words, saying.location)
        if (asked := await _ask_live(heard, context, live, saying, decision)) is not None:
            return asked
    open_case = await cases.find_open_for(context, caller)
    if open_case is not None:  # whose it is has been decided: what would keep the message apart is looked at alone
        seen = decision or deciding.glance(context, caller, words, saying.location)
        if not deciding.stands_apart(seen, open_case):
            return await _join(heard, context, open_case, saying, seen.accused)
        await context.session.flush()  # what they wrote just before it may not be in the database yet
    if decision is None:
        decision = await deciding.decide(context, caller, saying.platform_id, words, saying.location)
    only_words = not saying.media_id and saying.location is None
    if only_words and decision.ask == "matter":
        return Reply(ShortMenu().render())
    if only_words and decision.kind in _ANSWERED_BY_ITSELF:
        return Reply(await helping.answer(context, caller, saying, decision.kind, decision.station))
    await cases.open_from(context, caller, saying, decision, at_once=False)
    return None


async def _join(
    heard: Heard[ConstituentMessage], context: Context, case: Case, saying: Saying, accused: frozenset[str]
) -> Reply | None:
    if case.state is CaseState.ANSWERED and bare(saying.text) in _THANKS:
        return Reply(Thanked(case.number).render(), case=case)
    stays_as_it_is = case.state is not CaseState.ANSWERED and case.waiting_since is None and case.asked is None
    await cases.join(context, heard.by, case, saying, begins_burst=heard.begins_burst, accused=accused)
    if stays_as_it_is and not saying.media_id:
        context.joined[case.conversation_id] = take  # and it would take more of the same there
    return None
