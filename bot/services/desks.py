"""What a member is in the middle of: an answer announced by a tap, or one whose case was not said yet."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import orjson

from bot.notices import member_desk
from bot.notices.content import Card, CardChange, Text
from bot.services import answering, clocks, conversations, lanes, people, showing, speaking, telling
from bot.services.cases import Saying
from bot.services.context import Context
from bot.services.people import Member
from storage import cases, contact_tasks, referrals
from storage.conversations import get_desk
from storage.keys import get_key
from storage.models import Case, Constituent, MemberDesk
from storage.outbox import Channel, Purpose

# Later, a plain text is no longer taken for the answer that a tap announced: it could reach the wrong person.
ANNOUNCED = timedelta(minutes=30)
HELD = timedelta(hours=12)
NOTHING_HELD = "没有找到要发的话，请再写一次。"


async def waiting_cases(context: Context, member: Member) -> Sequence[Case]:
    """What waits for this member: a representative's own cases, else the queue of an officer's station."""
    if member.representative is not None:
        own = await cases.waiting_for(
            context.session, representative_code=member.representative.code, station_codes=[]
        )
        own = [case for case in own if lanes.may_see(context, member.userid, case)]
        if own or member.staff is None:
            return own
    queue = people.queue_of(context, member)
    found = await cases.waiting_for(
        context.session,
        representative_code=None,
        station_codes=queue,
        led_codes=people.led_by(context, member),
        centre=people.is_centre(context, member),
        restricted=lanes.may_have_some(context, member.userid),
    )
    return [case for case in found if lanes.may_see(context, member.userid, case)]


async def begin_answer(context: Context, member: Member, case: Case) -> Text:
    """回复: the next thing this member writes answers this case."""
    desk = await get_desk(context.session, member.userid)
    desk.answering_case_id = case.id
    desk.answering_since = context.now
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    who = await conversations.nickname_of(context, constituent)
    return member_desk.AskReply(case.number, who).render()


async def take_announced(context: Context, member: Member) -> Case | None:
    """The case announced by 回复, once, and only for a while."""
    desk = await get_desk(context.session, member.userid)
    case_id, since = desk.answering_case_id, desk.answering_since
    desk.answering_case_id = desk.answering_since = None
    if case_id is None or since is None or context.now - since > ANNOUNCED:
        return None
    case = await cases.find_surviving(context.session, case_id)
    return case if case is not None and people.may_act_on(context, member, case) else None


async def hold(context: Context, member: Member, saying: Saying, waiting: Sequence[Case]) -> Card:
    """Several cases wait: keep the answer and ask which one it is for."""
    desk = await get_desk(context.session, member.userid)
    desk.held_sealed = context.vault.seal(orjson.dumps(saying))
    desk.held_at = context.now
    choices = tuple(
        [
            member_desk.Choice(case.id, case.number, await first_words(context, case))
            for case in waiting[: member_desk.MOST_CHOICES]
        ]
    )
    return member_desk.WhichCase(choices, len(waiting), saying.text or "（附件）").render()


async def first_words(context: Context, case: Case) -> str:
    """What a case is about: its first words, as members see them."""
    key = await get_key(context.session, context.vault, case.key_id)
    said = await telling.constituents_words(context, case)
    words = next((key.open_text(one.text_sealed) for one in said if one.text_sealed), "（没有文字）")
    return showing.shown(context, case, words).text


async def settle_card(
    context: Context, member: Member, case: Case | None, task_id: str, response_code: str, card: Card
) -> None:
    """A question card shows what was tapped."""
    if response_code:
        change = CardChange(response_code, task_id, card)
        await speaking.notify_members(
            context, [member.userid], Purpose.UPDATE, change, case=case, channel=Channel.CARD_UPDATE
        )


async def show_choice(context: Context, member: Member, case: Case, task_id: str, response_code: str) -> None:
    """The question which case shows what was chosen."""
    await settle_card(context, member, case, task_id, response_code, member_desk.Chosen(case.number).render())


async def answer_with_held(context: Context, member: Member, case: Case) -> Text:
    """A choice was tapped: the held answer goes to that case, once."""
    desk = await get_desk(context.session, member.userid)
    saying = _take_held(context, desk)
    if saying is None:
        return Text(NOTHING_HELD)
    return (await answering.answer(context, case, member, saying)).render()


def _take_held(context: Context, desk: MemberDesk) -> Saying | None:
    sealed, since = desk.held_sealed, desk.held_at
    desk.held_sealed = desk.held_at = None
    if sealed is None or since is None or context.now - since > HELD:
        return None
    return Saying.load(orjson.loads(context.vault.open(sealed)))


async def todo(context: Context, member: Member) -> Text:
    """待办: what waits, oldest first."""
    waiting = await waiting_cases(context, member)
    lines = [
        member_desk.Waiting(
            case.number,
            await first_words(context, case),
            clocks.due_shown(case, context.now),
            clocks.is_late(case, context.now),
            case.waiting_since is not None,
        )
        for case in waiting[:10]
    ]
    untold = await _untold(context, member) if people.is_centre(context, member) else ()
    calls = await _calls(context, member)
    return member_desk.Todo(tuple(lines), len(waiting), context.zone, untold, calls).render()


async def _calls(context: Context, member: Member) -> tuple[str, ...]:
    """The numbers of matters whose constituents this member is to call."""
    queue = people.queue_of(context, member)
    if not queue:
        return ()
    centre = people.is_centre(context, member)
    found = await contact_tasks.open_at(context.session, queue, centre=centre, limit=10)
    return tuple(dict.fromkeys(case.number for _, case in found if people.may_act_on(context, member, case)))


async def _untold(context: Context, member: Member) -> tuple[tuple[str, datetime], ...]:
    """Matters that belong elsewhere whose notice has not reached their sender (Regulations, Art. 23)."""
    due = context.now + timedelta(days=context.rules.petition_notice_days)
    rows = await referrals.untold_by(context.session, due, limit=10)
    found = [(await context.session.get_one(Case, row.case_id), row.notice_due_at) for row in rows]
    return tuple([(case.number, due_at) for case, due_at in found if lanes.may_see(context, member.userid, case)])
