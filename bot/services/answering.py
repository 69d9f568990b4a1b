"""What representatives and officers do with a case: take it, answer it, settle it offline, pass it on."""

import logging
from dataclasses import dataclass

import orjson

from bot.notices import answer as answers
from bot.notices import member_desk
from bot.notices.content import Content, Media
from bot.notices.words import Owner, kind_name
from bot.services import conversations, people, speaking, telling
from bot.services.cases import Saying, keep_message
from bot.services.context import Context
from bot.services.people import Member
from storage import audit, duty
from storage.keys import get_key
from storage.models import Case, Constituent, Conversation, DutyEntry, OutboxRow
from storage.outbox import Purpose
from storage.states import CaseState

log = logging.getLogger(__name__)
RECEPTION = "reception"
_SUMMARY = "在线接待：答复群众反映的事"
_OFFLINE_SUMMARY = "线下接待：当面或电话处理群众反映的事"


@dataclass(frozen=True, slots=True)
class Tap:
    """The card that was tapped, and the code by which it may be changed once."""

    row: OutboxRow | None
    response_code: str


async def _parties(context: Context, case: Case) -> tuple[Constituent, Conversation]:
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    return constituent, await context.session.get_one(Conversation, case.conversation_id)


def _author(context: Context, case: Case, member: Member) -> Owner:
    """A representative speaks under their own name, an officer for the station."""
    if member.representative is not None:
        return people.name_owner(context, member.representative.station_code, member.representative.code)
    return people.name_owner(context, case.station_code, None)


async def accept(context: Context, case: Case, member: Member, tap: Tap) -> None:
    """接收: someone has taken it up; the constituent hears of it if there is room."""
    case.move(CaseState.ACCEPTED, context.now)
    constituent, conversation = await _parties(context, case)
    taken = answers.Taken(case.number, _author(context, case, member))
    await speaking.notify_constituent(
        context, conversation, constituent.external_userid, Purpose.NOTICE, taken.render(), case=case
    )
    await telling.change_cards(context, case, constituent, tapped=tap.row, response_code=tap.response_code)


async def answer(context: Context, case: Case, member: Member, saying: Saying) -> member_desk.AnswerNoted:
    """Write the answer down for the constituent's chat, with the duty entry; returns what to tell its author."""
    constituent, conversation = await _parties(context, case)
    author = _author(context, case, member)
    entry = await _record(context, case, member, saying, _SUMMARY)
    log.info("answer written down", extra={"case": case.number, "by": member.userid, "kind": saying.kind})
    contents = await _render_answer(context, case, author, saying)
    for content in contents:
        await speaking.notify_constituent(
            context,
            conversation,
            constituent.external_userid,
            Purpose.ANSWER,
            content,
            case=case,
            entry_id=entry.id if entry else None,
        )
    if case.state is not CaseState.CLOSED:
        case.move(CaseState.ANSWERED, context.now)
    await telling.change_cards(context, case, constituent)
    who = await conversations.nickname_of(context, constituent)
    parts = sum(speaking.count_parts(content) for content in contents)
    return member_desk.AnswerNoted(case.number, who, _held(context, conversation, parts))


async def _record(context: Context, case: Case, member: Member, saying: Saying, summary: str) -> DutyEntry | None:
    """Keep the words, and for a representative the duty entry (Deputies Law 2025, Art. 58)."""
    representative = member.representative
    await keep_message(
        context,
        case,
        saying,
        author="representative" if representative else "officer",
        author_userid=member.userid,
        representative_code=representative.code if representative else None,
        pushed=True,
    )
    if representative is None:
        return None
    return await duty.add_entry(
        context.session,
        case=case,
        representative_code=representative.code,
        kind=RECEPTION,
        summary=summary,
        key=await get_key(context.session, context.vault, case.key_id),
        at=context.now,
    )


async def _render_answer(context: Context, case: Case, author: Owner, saying: Saying) -> tuple[Content, ...]:
    if not saying.media_id:
        return answers.Answer(case.id, case.number, author, saying.text).render()
    attachment_id = await telling.newest_attachment(context, case)
    said = answers.MediaAnswer(case.id, case.number, author, kind_name(saying.kind))
    return Media(saying.kind, attachment_id), said.render()


def _held(context: Context, conversation: Conversation, parts: int) -> str:
    """Why the answer cannot go out whole now, in words for its author; empty when it can."""
    if conversation.human_userid is not None:
        return member_desk.HELD_PERSON
    if conversation.window_until is None or conversation.window_until <= context.now:
        return member_desk.HELD_WINDOW
    return member_desk.HELD_BUDGET if conversation.budget_left < parts else ""


async def settle_offline(context: Context, case: Case, member: Member, saying: Saying, tap: Tap) -> None:
    """线下已处理: on record as an answer; the constituent is asked whether it is so."""
    constituent, conversation = await _parties(context, case)
    entry = await _record(context, case, member, saying, _OFFLINE_SUMMARY)
    said = answers.OfflineAnswer(case.id, case.number, _author(context, case, member))
    await speaking.notify_constituent(
        context,
        conversation,
        constituent.external_userid,
        Purpose.ANSWER,
        said.render(),
        case=case,
        entry_id=entry.id if entry else None,
    )
    case.move(CaseState.ANSWERED, context.now)
    await telling.change_cards(context, case, constituent, tapped=tap.row, response_code=tap.response_code)


async def pass_on(context: Context, case: Case, member: Member, tap: Tap) -> Owner:
    """转交: from the representative to the station's officer, from the station to the service centre."""
    had_representative = case.representative_code is not None
    case.representative_code = None
    if not had_representative:
        case.station_code = context.roster.centre
    return await _hand_to_owner(context, case, member, "passed_on", tap)


async def assign_to(context: Context, case: Case, member: Member, representative_code: str) -> Owner:
    """指派: to a named representative, whose station follows."""
    representative = context.directory.representatives[representative_code]
    case.representative_code = representative.code
    case.station_code = representative.station_code or case.station_code
    return await _hand_to_owner(context, case, member, "assigned_by_officer", Tap(None, ""))


async def _add_reason(context: Context, case: Case, rule: str) -> None:
    key = await get_key(context.session, context.vault, case.key_id)
    reasons = orjson.loads(key.open(case.reasons_sealed))
    reasons.append({"rule": rule, "evidence": case.representative_code or case.station_code or ""})
    case.reasons_sealed = key.seal(orjson.dumps(reasons))


async def _hand_to_owner(context: Context, case: Case, member: Member, rule: str, tap: Tap) -> Owner:
    to = case.representative_code or case.station_code or "service centre"
    audit.add_line(
        context.session, actor=member.userid, act=rule, subject=f"case {case.number} to {to}", at=context.now
    )
    await _add_reason(context, case, rule)
    case.move(CaseState.ASSIGNED, context.now)
    constituent, conversation = await _parties(context, case)
    owner = people.owner_of(context, case)
    await telling.change_cards(
        context, case, constituent, tapped=tap.row, response_code=tap.response_code, passed_on=owner.name
    )
    case.cards += 1
    await telling.notify_owner(context, case, constituent, await telling.constituents_words(context, case))
    moved = answers.PassedOn(case.number, owner)
    await speaking.notify_constituent(
        context, conversation, constituent.external_userid, Purpose.NOTICE, moved.render(), case=case
    )
    return owner
