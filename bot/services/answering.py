"""What representatives and officers do with a case: take it, answer it, settle it offline, pass it on."""

import logging
from collections.abc import Sequence

from bot.assignment import Reason
from bot.notices import answer as answers
from bot.notices import member_desk
from bot.notices.content import Content, Media
from bot.notices.words import Owner, kind_name
from bot.services import (
    clocks,
    conversations,
    emergencies,
    handing,
    people,
    promising,
    speaking,
    telephone,
    telling,
)
from bot.services.cases import Saying, keep_message
from bot.services.context import Context
from bot.services.handing import Tap
from bot.services.people import Member
from storage import corrections, duty
from storage.keys import get_key
from storage.models import Case, Constituent, Conversation, DutyEntry
from storage.outbox import Purpose
from storage.states import CaseState

log = logging.getLogger(__name__)
RECEPTION = "reception"
_SUMMARY = "在线接待：答复群众反映的事"
_OFFLINE_SUMMARY = "线下接待：当面或电话处理群众反映的事"


async def _parties(context: Context, case: Case) -> tuple[Constituent, Conversation]:
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    return constituent, await context.session.get_one(Conversation, case.conversation_id)


def author_of(context: Context, case: Case, member: Member) -> Owner:
    """Under whose name a member speaks: a representative under their own, an officer for the station."""
    if member.representative is not None:
        return people.name_owner(context, member.representative.station_code, member.representative.code)
    return people.name_owner(context, case.station_code, None)


async def accept(context: Context, case: Case, member: Member, tap: Tap) -> None:
    """接收: someone has taken it up; the constituent hears of it if there is room."""
    emergencies.note_confirmed(context, case, member.userid)
    case.move(CaseState.ACCEPTED, context.now)
    constituent, conversation = await _parties(context, case)
    taken = answers.Taken(case.number, author_of(context, case, member))
    await speaking.notify_constituent(
        context, conversation, constituent.external_userid, Purpose.NOTICE, taken.render(), case=case
    )
    await telling.change_cards(context, case, constituent, tapped=tap.row, response_code=tap.response_code)


async def answer(
    context: Context, case: Case, member: Member, saying: Saying, *, attached: Sequence[Content] = ()
) -> member_desk.AnswerNoted:
    """Write the answer down for the constituent's chat, with the duty entry; returns what to tell its author.

    `attached` goes before it: files that are in the case already.
    """
    constituent, _ = await _parties(context, case)
    author = author_of(context, case, member)
    entry = await _record(context, case, member, saying, _SUMMARY)
    log.info("answer written down", extra={"case": case.number, "by": member.userid, "kind": saying.kind})
    contents = (*attached, *await _render_answer(context, case, author, saying))
    held = await promising.say_answer(context, case, contents, entry_id=entry.id if entry else None)
    if case.state is not CaseState.CLOSED:
        case.move(CaseState.ANSWERED, context.now)
    clocks.clear(case)
    await telephone.note_answered(context, case, member.userid)
    await telling.change_cards(context, case, constituent)
    return member_desk.AnswerNoted(case.number, await conversations.nickname_of(context, constituent), held)


async def keep_files(
    context: Context, case: Case, member: Member, sayings: Sequence[Saying]
) -> tuple[Content, ...]:
    """Files that go before an answer, kept as its author's; returns what is to be attached to it."""
    attached: list[Content] = []
    for saying in sayings:
        await _keep(context, case, member, saying)
        attached.append(Media(saying.kind, await telling.newest_attachment(context, case)))
    return tuple(attached)


async def _keep(context: Context, case: Case, member: Member, saying: Saying) -> None:
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


async def _record(context: Context, case: Case, member: Member, saying: Saying, summary: str) -> DutyEntry | None:
    """Keep the words, and for a representative the duty entry (Deputies Law 2025, Art. 58)."""
    emergencies.note_confirmed(context, case, member.userid)
    case.asked = None
    representative = member.representative
    await _keep(context, case, member, saying)
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
    if not saying.media_id and saying.upload is None:
        return answers.Answer(case.id, case.number, author, saying.text).render()
    attachment_id = await telling.newest_attachment(context, case)
    said = answers.MediaAnswer(case.id, case.number, author, kind_name(saying.kind))
    return Media(saying.kind, attachment_id), said.render()


async def settle_offline(context: Context, case: Case, member: Member, saying: Saying, tap: Tap) -> None:
    """线下已处理: on record as an answer; the constituent is asked whether it is so."""
    constituent, _ = await _parties(context, case)
    entry = await _record(context, case, member, saying, _OFFLINE_SUMMARY)
    said = answers.OfflineAnswer(case.id, case.number, author_of(context, case, member)).render()
    # They were told face to face or by telephone: where the question has to wait, nobody need call for it.
    await promising.say_answer(context, case, (said,), entry_id=entry.id if entry else None, to_be_called=False)
    case.move(CaseState.ANSWERED, context.now)
    clocks.clear(case)
    await telephone.note_answered(context, case, member.userid)
    await telling.change_cards(context, case, constituent, tapped=tap.row, response_code=tap.response_code)


async def pass_on(context: Context, case: Case, member: Member, tap: Tap) -> Owner:
    """转交: from the representative to the station's officer, from the station to the service centre.

    After `most_transfers` the centre rules (domain E1: two returns), whoever gives it back.
    """
    corrections.add(
        context.session, case, by=people.side_of(context, member), what="representative", at=context.now
    )
    case.transfers += 1
    centre = context.roster.centre
    rules_now = case.transfers > context.rules.most_transfers
    station = case.station_code if case.representative_code is not None and not rules_now else centre
    owner = await handing.hand_over(
        context,
        case,
        station=station,
        representative=None,
        actor=member.userid,
        reasons=(Reason("passed_on", station or ""),),
        tap=tap,
    )
    if rules_now:
        asked = member_desk.CentreRules(case.number, case.transfers).render()
        await speaking.notify_members(context, context.directory.centre_staff(), Purpose.UPDATE, asked, case=case)
    return owner


async def assign_to(context: Context, case: Case, member: Member, representative_code: str) -> Owner:
    """指派: to a named representative, whose station follows. What the centre says after two transfers stands."""
    representative = context.directory.representatives[representative_code]
    case.ruled = people.is_centre(context, member) and case.transfers >= context.rules.most_transfers
    case.asked = None
    return await handing.hand_over(
        context,
        case,
        station=representative.station_code or case.station_code,
        representative=representative.code,
        actor=member.userid,
        reasons=(Reason("assigned_by_officer", representative.code),),
    )


async def note_pass_reason(context: Context, case: Case, member: Member, reason: str, words: str) -> None:
    """Why it was passed on: for the register, and for whoever has it now."""
    await corrections.note_reason(context.session, case.id, reason)
    if reason == "related" and member.representative is not None:
        code = member.representative.code
        case.refused_representatives = sorted({*(case.refused_representatives or ()), code})
    told = member_desk.PassedBecause(case.number, people.name_of(context, member.userid), words).render()
    await speaking.notify_members(context, people.readers_of(context, case), Purpose.UPDATE, told, case=case)
