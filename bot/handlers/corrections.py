"""The question under a receipt and its answers; 不是这里, 换一位代表, 为什么, and the way to a person."""

import re
from collections.abc import Callable

from bot.dispatch.messages import ConstituentMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.progress import bare
from bot.notices import receipt
from bot.notices.boundary import HUMAN
from bot.notices.constituent_menu import TO_PERSON, NoSuchCase, NothingKept, OwnReasons, PersonLooks
from bot.notices.content import Content
from bot.services import cases, deciding, explaining, helping, questions, settling
from bot.services.context import Context
from storage.models import Case

router = Router("corrections")
_ITEM = re.compile(
    rf"({receipt.NOT_HERE}|{receipt.ANOTHER}|{receipt.PICK_REPRESENTATIVE}|{receipt.PICK_STATION}"
    rf"|{receipt.PICK_TOPIC}|{receipt.SEND_PLACE}|{HUMAN}):(\d{{1,18}})(?::(.+))?"
)
_NOT_HERE = frozenset({"不是这里", "不是这儿", "地方不对", "不在这里"})
_ANOTHER = frozenset({"换一位代表", "换个代表", "换一个代表", "换代表", "换人"})
_WHY = frozenset({"为什么", "为什么转给他", "为什么转给她", "为什么是他", "为什么是她", "为什么分给他", "缘由"})
_PERSON = frozenset({"找人看", "请人看", "请人再看", "人工再看"})


@router.on(ConstituentMessage, lambda one: _ITEM.fullmatch(one.menu_id) is not None)
async def put_right(heard: Heard[ConstituentMessage], context: Context) -> Reply | None:
    """One tap on one's own case."""
    item = _ITEM.fullmatch(heard.message.menu_id)
    case = await settling.find_own(context, heard.by, int(item[2])) if item else None
    if item is None or case is None:
        return Reply(NoSuchCase().render())
    return await _act(heard, context, case, item[1], item[3] or "")


async def _act(
    heard: Heard[ConstituentMessage], context: Context, case: Case, act: str, chosen: str
) -> Reply | None:
    said: Content | None
    match act:
        case receipt.NOT_HERE:
            said = await questions.not_here(context, case)
        case receipt.SEND_PLACE:
            said = receipt.AskPlace(case.number, wrong=False).render()
        case receipt.ANOTHER:
            said = await questions.another_representative(context, case)
        case receipt.PICK_REPRESENTATIVE:
            said = await questions.choose_representative(context, case, chosen)
        case receipt.PICK_STATION:
            said = await questions.choose_station(context, case, chosen)
        case receipt.PICK_TOPIC:
            said = await questions.choose_topic(context, case, chosen)
        case _:
            await questions.ask_person(context, case)
            said = PersonLooks(case.number).render()
    return Reply(said, case=case) if said is not None else None


def _says(words: frozenset[str]) -> Callable[[ConstituentMessage], bool]:
    return lambda one: not one.menu_id and one.kind == "text" and bare(one.text) in words


async def _latest(heard: Heard[ConstituentMessage], context: Context) -> Case | None:
    return await cases.find_latest(context, heard.by)


@router.on(ConstituentMessage, _says(_NOT_HERE))
async def not_here(heard: Heard[ConstituentMessage], context: Context) -> Reply | None:
    """The same as the tap, for the latest matter."""
    case = await _latest(heard, context)
    return await _act(heard, context, case, receipt.NOT_HERE, "") if case else Reply(NoSuchCase().render())


@router.on(ConstituentMessage, _says(_ANOTHER))
async def another(heard: Heard[ConstituentMessage], context: Context) -> Reply | None:
    """The same as the tap, for the latest matter."""
    case = await _latest(heard, context)
    return await _act(heard, context, case, receipt.ANOTHER, "") if case else Reply(NoSuchCase().render())


@router.on(ConstituentMessage, _says(_PERSON))
async def person(heard: Heard[ConstituentMessage], context: Context) -> Reply | None:
    """One word brings a person, for what was kept or for the latest matter."""
    if heard.by.conversation.held_sealed is not None:
        return await to_person(heard, context)
    case = await _latest(heard, context)
    return await _act(heard, context, case, HUMAN, "") if case else Reply(NoSuchCase().render())


@router.on(ConstituentMessage, _says(_WHY))
async def why(heard: Heard[ConstituentMessage], context: Context) -> Reply:
    """Why one's own latest matter is where it is (Personal Information Protection Law, Art. 24)."""
    case = await _latest(heard, context)
    if case is None:
        return Reply(NoSuchCase().render())
    steps = await explaining.steps_of(context, case)
    return Reply(OwnReasons(case.number, steps).render(), case=case)


@router.on(ConstituentMessage, lambda one: one.menu_id == TO_PERSON)
async def to_person(heard: Heard[ConstituentMessage], context: Context) -> Reply | None:
    """What the bot answered by itself becomes a matter for a person."""
    saying = helping.take_held(context, heard.by)
    if saying is None:
        return Reply(NothingKept().render())
    decision = await deciding.decide(context, heard.by, saying.platform_id, saying.text, saying.location)
    await cases.open_from(context, heard.by, saying, deciding.for_officer(decision))
    return None
