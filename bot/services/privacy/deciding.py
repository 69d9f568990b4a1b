"""What a person decides: what waits, 批准请求 and 拒绝请求, the clock of 15 days, requests at a desk."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot import masking
from bot.notices import privacy, privacy_desk
from bot.notices.content import Content, Text
from bot.notices.privacy_desk import RequestHelp, RequestLine
from bot.notices.words import shorten
from bot.services import lanes, people, speaking
from bot.services.context import Context
from bot.services.people import Member
from bot.services.privacy import erasing, own_data
from storage import audit, privacy_rights
from storage.conversations import DESK
from storage.erasing import CASE
from storage.keys import add_key, find_key, get_key
from storage.models import Case, Constituent, Conversation, RightsRequest
from storage.outbox import Purpose
from storage.states import RightsState

ERASES = frozenset({"erase", "relative", "guardian"})  # what 批准请求 erases by itself
NAGS = (timedelta(days=5), timedelta(days=1))  # before it is due, staff hear of it again
_WORDS = 40
_DONE = {
    "erase": "有关内容已经删除",
    "relative": "有关内容已经删除",
    "guardian": "有关内容已经删除",
    "correct": "更正已经记下，今后以更正为准",
    "access": "请到联络站领取，或由工作人员与您联系",
    "object": "今后只保存、不作别的用",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A request to be registered."""

    kind: str
    source: str
    source_key: str
    words: str = ""
    scope: str = "all"
    case: Case | None = None
    constituent_id: int | None = None
    conversation_id: int | None = None
    noted_by: str = ""


async def register(context: Context, wish: Wish) -> RightsRequest:
    """Keep it with a day by which it is decided, and tell those who decide; the same message once."""
    known = await privacy_rights.find_by_source(context.session, wish.source_key)
    if known is not None:
        return known
    key_id, key = await add_key(context.session, context.vault)
    row = RightsRequest(
        kind=wish.kind,
        scope=wish.scope,
        state=RightsState.WAITING,
        source=wish.source,
        noted_by=wish.noted_by,
        source_key=wish.source_key,
        constituent_id=wish.constituent_id,
        conversation_id=wish.conversation_id,
        case_id=wish.case.id if wish.case else None,
        key_id=key_id,
        words_sealed=key.seal_text(wish.words) if wish.words else None,
        received_at=context.now,
        due_at=context.now + timedelta(days=context.rules.rights_days),
    )
    context.session.add(row)
    await context.session.flush()
    audit.add_line(
        context.session,
        actor=wish.noted_by or "constituent",
        act="rights request registered",
        subject=f"request {row.id}, {row.kind}",
        at=context.now,
    )
    await announce(context, row)
    return row


async def announce(context: Context, row: RightsRequest, *, again: bool = False) -> None:
    """The service centre hears of it, none whom the matter is about."""
    case = await _case_of(context, row)
    notice = privacy_desk.RequestWaits(await line_of(context, row, case, words=False), context.zone, again)
    deciders = await deciders_of(context, row)
    await speaking.notify_members(context, deciders, Purpose.NOTICE, notice.render())


async def deciders_of(context: Context, row: RightsRequest) -> list[str]:
    """Who may decide: the service centre's people, without those whom a matter of it is about."""
    cases = await _cases_of(context, row)
    staff = context.directory.centre_staff()
    return [one for one in staff if not any(lanes.is_about(context, one, case) for case in cases)]


async def _case_of(context: Context, row: RightsRequest) -> Case | None:
    return await context.session.get(Case, row.case_id) if row.case_id else None


async def _cases_of(context: Context, row: RightsRequest) -> Sequence[Case]:
    """The matters that a request is about."""
    case = await _case_of(context, row)
    if case is not None:
        return [case] if case.erased_at is None else []
    if row.constituent_id is None:
        return []
    return await privacy_rights.cases_of(context.session, row.constituent_id)


async def line_of(
    context: Context, row: RightsRequest, case: Case | None, *, words: bool = True, most: int = _WORDS
) -> RequestLine:
    """A request as a line; its words with private numbers masked, at most `most` characters."""
    said = ""
    if words and row.words_sealed and row.key_id:
        key = await find_key(context.session, context.vault, row.key_id)
        said = shorten(masking.hide(key.open_text(row.words_sealed)), most) if key else ""
    number = case.number if case else ""
    return RequestLine(row.id, row.kind, number, row.due_at, row.due_at < context.now, said)


async def show(context: Context, member: Member) -> Content:
    """权利请求: what waits and this member may decide."""
    if not people.is_centre(context, member):
        return RequestHelp("not_yours").render()
    return privacy_desk.RequestList(await waiting_for(context, member), context.zone).render()


async def waiting_for(context: Context, member: Member, *, most: int = _WORDS) -> tuple[RequestLine, ...]:
    """What waits and one of the service centre may decide, the most urgent first; the look is an audit line."""
    lines = [
        await line_of(context, row, await _case_of(context, row), most=most)
        for row in await privacy_rights.waiting(context.session)
        if member.userid in await deciders_of(context, row)
    ]
    audit.add_line(
        context.session, actor=member.userid, act="rights requests read", subject=f"{len(lines)}", at=context.now
    )
    return tuple(lines)


async def _find(context: Context, member: Member, number: int) -> RightsRequest | RequestHelp:
    if not people.is_centre(context, member):
        return RequestHelp("not_yours")
    row = await privacy_rights.find_waiting(context.session, number)
    if row is None or member.userid.lower() not in map(str.lower, await deciders_of(context, row)):
        return RequestHelp("unknown")
    return row


async def approve(context: Context, member: Member, number: int, note: str) -> Content:
    """Agree and do it in the same commit; they hear when all of it is gone."""
    row = await _find(context, member, number)
    if isinstance(row, RequestHelp):
        return row.render()
    in_chat = await _has_chat(context, row)
    _decide(context, row, member, RightsState.DONE)
    notice = privacy.RequestApproved(row.id, _DONE[row.kind], note)
    await context.session.flush()
    if row.kind in ERASES:
        await _erase(context, row, notice.render())
    else:
        await _answer(context, row, notice.render())
    url = await _copy_for(context, row, member)
    return privacy_desk.RequestDecided(number, approved=True, told_in_chat=in_chat, url=url).render()


async def _copy_for(context: Context, row: RightsRequest, member: Member) -> str:
    """The address of a copy that is handed to somebody at a desk; who asks in the chat has the word for it."""
    if row.kind != "access" or row.constituent_id is None or row.source != "desk":
        return ""
    subject = f"request {row.id}, constituent {row.constituent_id}"
    audit.add_line(context.session, actor=member.userid, act="own data handed out", subject=subject, at=context.now)
    url, _ = await own_data.issue(context, row.constituent_id)
    return url


async def refuse(context: Context, member: Member, number: int, reason: str) -> Content:
    """Refuse with the reason, which the asker hears with where to complain."""
    if not reason:
        return RequestHelp("no_reason").render()
    row = await _find(context, member, number)
    if isinstance(row, RequestHelp):
        return row.render()
    in_chat = await _has_chat(context, row)
    if row.key_id is not None:
        key = await get_key(context.session, context.vault, row.key_id)
    else:
        row.key_id, key = await add_key(context.session, context.vault)
    row.reason_sealed = key.seal_text(reason)
    _decide(context, row, member, RightsState.REFUSED)
    await _answer(context, row, privacy.RequestRefused(row.id, reason).render())
    return privacy_desk.RequestDecided(number, approved=False, told_in_chat=in_chat).render()


def _decide(context: Context, row: RightsRequest, member: Member, state: RightsState) -> None:
    row.move(state)
    row.decided_at, row.decided_by = context.now, member.userid
    audit.add_line(
        context.session,
        actor=member.userid,
        act=f"rights request {state.value}",
        subject=f"request {row.id}, {row.kind}",
        at=context.now,
    )


async def _has_chat(context: Context, row: RightsRequest) -> bool:
    """Whether the answer reaches them by chat: it is open, or what waits goes out when they write again."""
    conversation = await _conversation_of(context, row)
    if conversation is None or conversation.open_kfid == DESK:
        return False
    if (
        row.state is RightsState.WAITING and row.kind in ERASES and row.case_id is None
    ):  # nobody knows them after it
        open_until = conversation.window_until
        return open_until is not None and open_until > context.now and conversation.budget_left > 0
    return True


async def _conversation_of(context: Context, row: RightsRequest) -> Conversation | None:
    """Their chat; a relative's or guardian's request is answered to them, not into the chat it is about."""
    if row.conversation_id is None or (row.source == "desk" and row.kind in {"relative", "guardian"}):
        return None
    return await context.session.get(Conversation, row.conversation_id)


async def _answer(context: Context, row: RightsRequest, said: Text) -> None:
    conversation = await _conversation_of(context, row)
    if conversation is None or conversation.open_kfid == DESK:
        return
    constituent = await context.session.get_one(Constituent, conversation.constituent_id)
    await speaking.notify_constituent(context, conversation, constituent.external_userid, Purpose.REFERRAL, said)


async def _erase(context: Context, row: RightsRequest, said: Text) -> None:
    """The matter, or all of the person's: then nothing leads to them any more. What they wrote since stays."""
    found = await _cases_of(context, row)
    cases = [case for case in found if case.opened_at <= row.received_at]
    conversation = await _conversation_of(context, row)
    text = said.text if conversation is not None and conversation.open_kfid != DESK else ""
    if row.case_id is None and row.constituent_id is not None and len(cases) == len(found):
        constituent = await context.session.get_one(Constituent, row.constituent_id)
        chat = row.conversation_id or next(iter(case.conversation_id for case in cases), 0)
        await erasing.erase_person(
            context, constituent, cases, conversation_id=chat, text=text, written_before=context.now
        )
        return
    keys = await erasing.erase_cases(context, cases)
    proof = await erasing.destroy(context, keys)
    last = None
    if text and conversation is not None:
        constituent = await context.session.get_one(Constituent, conversation.constituent_id)
        last = erasing.LastWord(conversation.id, constituent.external_userid, text)
    await erasing.write_down(context, CASE, proof, last_word=last)


_REGISTER = re.compile(
    r"登记权利请求\s+(?P<kind>删除|查阅|复制|更正|停止使用|近亲属|监护人)"
    r"(?:\s+[#＃]?(?P<number>(?:[A-Za-z0-9]+-\d{4}-)?\d{1,6}))?(?:\s+(?P<words>.+))?",
    re.DOTALL,
)
_WHOLE = "全部"
_KIND = {
    "删除": "erase",
    "查阅": "access",
    "复制": "access",
    "更正": "correct",
    "停止使用": "object",
    "近亲属": "relative",
    "监护人": "guardian",
}


def parse_registration(text: str) -> tuple[str, str, str] | None:
    """Kind, number of a matter and words of `登记权利请求 …`; None where it is not of the form."""
    found = _REGISTER.fullmatch(text.strip())
    if found is None:
        return None
    return _KIND[found["kind"]], found["number"] or "", (found["words"] or "").strip()


async def register_at_desk(
    context: Context, member: Member, kind: str, case: Case | None, words: str, source_key: str
) -> Content:
    """An officer writes down what somebody asked for in person: about one matter, or 全部 of whoever it is from."""
    if case is None and kind in ERASES:
        return RequestHelp("need_case").render()
    whole = words.startswith(_WHOLE)
    row = await register(
        context,
        Wish(
            kind,
            "desk",
            source_key,
            words,
            scope="case" if case and not whole else "all",
            case=None if whole else case,
            constituent_id=case.constituent_id if case else None,
            conversation_id=case.conversation_id if case else None,
            noted_by=member.userid,
        ),
    )
    return privacy_desk.RequestRegistered(
        await line_of(context, row, await _case_of(context, row)), context.zone
    ).render()


async def watch(context: Context) -> int:
    """Staff hear again of what is nearly due; what was explained and never confirmed lapses."""
    done = await privacy_rights.lapse(context.session, context.now - timedelta(days=2))
    for row in await privacy_rights.waiting(context.session):
        passed = sum(context.now >= row.due_at - before for before in NAGS)
        passed += context.now >= row.due_at
        if passed > row.reminded:
            row.reminded = passed
            await announce(context, row, again=True)
            done += 1
    return done
