"""Danger to life, body or money: the number first, those on call at once and again until someone confirms."""

import logging
from datetime import timedelta

from bot.assignment import Decision
from bot.notices import emergency
from bot.notices.content import CardChange
from bot.services import conversations, people, speaking, telling
from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.people import Member
from storage import audit, cases, outbox
from storage.models import Case, Constituent, Conversation
from storage.outbox import Channel, Purpose

log = logging.getLogger(__name__)


async def raise_alarm(context: Context, caller: Caller, case: Case, decision: Decision) -> None:
    """Say the number to the constituent, wake those on call, and keep reminding them."""
    call = emergency.CallNow(decision.about or "", decision.numbers, case.restricted)
    await speaking.notify_constituent(
        context, caller.conversation, caller.external_userid, Purpose.URGENT, call.render(), case=case
    )
    await alert(context, case, decision.numbers)


async def alert(context: Context, case: Case, numbers: tuple[str, ...] = ()) -> None:
    """Tell everyone on call; due again until somebody confirms."""
    case.alerts += 1
    case.alert_due_at = context.now + timedelta(seconds=context.rules.alert_repeat_seconds)
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    card = emergency.Alarm(
        case_id=case.id,
        number=case.number,
        who=await conversations.nickname_of(context, constituent),
        owner=people.owner_of(context, case),
        matter=await telling.shown_words_of(context, case),
        told=tuple(map(emergency.number_words, numbers or ((case.referral,) if case.referral else ()))),
        opened_at=case.opened_at,
        zone=context.zone,
        times=case.alerts,
    )
    heard = people.on_call_for(context, case)
    if not heard:
        log.error("nobody is on call for an emergency", extra={"case": case.number})
    task_id = f"alarm-{case.id}-{case.alerts}-{int(context.now.timestamp() * 1000):x}"
    for place, userid in enumerate(heard):
        await speaking.notify_members(
            context, [userid], Purpose.URGENT, card.render(), case=case, task_id=f"{task_id}-{place}"
        )
    log.warning("emergency told", extra={"case": case.number, "readers": list(heard), "times": case.alerts})


async def alert_again(context: Context) -> int:
    """Every emergency that nobody has confirmed in time is told again; returns how many."""
    due = await cases.due_alerts(context.session, context.now)
    for case in due:
        if case.waits_for_answer:
            await alert(context, case)
        else:
            case.alert_due_at = None
    return len(due)


def may_confirm(context: Context, member: Member, case: Case) -> bool:
    """Those who were alarmed, and whoever may act on the case anyway."""
    on_call = {userid.lower() for userid in people.on_call_for(context, case)}
    return member.userid.lower() in on_call or people.may_act_on(context, member, case)


async def confirm(context: Context, case: Case, member: Member, response_code: str, task_id: str) -> bool:
    """Someone takes it in hand: the alarm stops, everyone sees who; False where someone else was quicker."""
    if case.confirmed_at is not None:
        return False
    note_confirmed(context, case, member.userid)
    name = people.name_of(context, member.userid)
    audit.add_line(
        context.session,
        actor=member.userid,
        act="emergency confirmed",
        subject=f"case {case.number}",
        at=context.now,
    )
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    conversation = await context.session.get_one(Conversation, case.conversation_id)
    voice = people.owner_of(context, case).station or "代表联络服务中心"
    said = emergency.InHand(case.number, f"{voice}值班人员")
    await speaking.notify_constituent(
        context, conversation, constituent.external_userid, Purpose.NOTICE, said.render(), case=case
    )
    await context.session.flush()
    for row in await outbox.sent_alarms(context.session, case.id):
        code = response_code if row.task_id == task_id else telling.code_of(context, row)
        row.response_code = None
        if code:
            change = CardChange(code, row.task_id or "", emergency.AlarmTaken(case.number, name).render())
            await speaking.notify_members(
                context, row.recipients, Purpose.UPDATE, change, case=case, channel=Channel.CARD_UPDATE
            )
    return True


def note_confirmed(context: Context, case: Case, userid: str) -> None:
    """Whoever takes or answers a case has confirmed it, too."""
    if case.alert_due_at is not None or case.alerts:
        case.alert_due_at = None
        case.confirmed_at = case.confirmed_at or context.now
        case.confirmed_by = case.confirmed_by or userid
