"""问 编号 … asks the constituent for something; 备注 编号 … keeps a note, 备注 编号 shows the notes."""

import re
from dataclasses import dataclass

from bot.dispatch.messages import MemberMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.member_words import NUMBER, find_theirs
from bot.notices import asking as notices
from bot.notices import member_desk
from bot.services import asking, desks
from bot.services.cases import Saying
from bot.services.context import Context
from bot.services.people import Member
from storage.models import Case

router = Router("member_asking")
ASK, NOTE = "问", "备注"
# 问一下物业 and 备注栏里写了 are what somebody writes to a constituent: the word stands by itself.
_ORDER = re.compile(rf"({ASK}|{NOTE})(?:(?:[\s:：]+|(?=[#＃]))(.*))?", re.DOTALL)
_NUMBERED = re.compile(rf"[#＃]?\s*({NUMBER})(?:[\s:：,，。]+(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Order:
    """What to do, with which case (empty: the one that waits), and the words."""

    asks: bool
    number: str
    words: str


def _parse(text: str) -> _Order | None:
    said = _ORDER.fullmatch(text.strip())
    if said is None:
        return None
    rest = (said[2] or "").strip()
    numbered = _NUMBERED.fullmatch(rest)
    if numbered is None:
        return _Order(said[1] == ASK, "", rest)
    return _Order(said[1] == ASK, numbered[1], (numbered[2] or "").strip())


@router.on(MemberMessage, lambda one: one.kind == "text" and _parse(one.text) is not None)
async def ask_or_note(heard: Heard[MemberMessage], context: Context) -> Reply:
    """For a case of theirs: the one that is numbered, else the one that waits."""
    order, member, message = _parse(heard.message.text), heard.from_member, heard.message
    if not member.is_known:
        return Reply(member_desk.Stranger().render())
    if order is None or not (order.number or order.words):
        return Reply(notices.AskHelp().render())
    case = await _find(context, member, order.number)
    if case is None:
        unknown = member_desk.NotYours(order.number) if order.number else notices.AskHelp()
        return Reply(unknown.render())
    saying = Saying(message.key, "text", order.words, message.sent_at)
    return await (_ask if order.asks else _note)(context, case, member, saying)


async def _find(context: Context, member: Member, number: str) -> Case | None:
    if number:
        return await find_theirs(context, member, number)
    waiting = await desks.waiting_cases(context, member)
    return waiting[0] if len(waiting) == 1 else None


async def _ask(context: Context, case: Case, member: Member, saying: Saying) -> Reply:
    if not saying.text:
        return Reply(notices.AskHelp().render())
    if not case.waits_for_answer:
        return Reply(notices.AskAnswered(case.number).render(), case=case)
    return Reply((await asking.ask(context, case, member, saying)).render(), case=case)


async def _note(context: Context, case: Case, member: Member, saying: Saying) -> Reply:
    if not saying.text:
        shown = notices.Notes(case.number, await asking.notes_of(context, case), context.zone)
        return Reply(shown.render(), case=case)
    return Reply((await asking.note(context, case, member, saying)).render(), case=case)
