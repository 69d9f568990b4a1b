"""Buttons of the cards that representatives and officers have."""

import re

from sqlalchemy import select

from bot.dispatch.messages import MemberTapped
from bot.dispatch.router import Heard, Reply, Router
from bot.notices import member_desk
from bot.notices.case_card import ACCEPT, OFFLINE, PASS_ON, REPLY
from bot.notices.emergency import CONFIRM, Confirmed
from bot.notices.words import STEP_NAMES
from bot.services import answering, desks, emergencies, people
from bot.services.cases import Saying
from bot.services.context import Context
from bot.services.handing import Tap
from bot.services.people import Member
from storage import cases
from storage.models import Case, OutboxRow
from storage.states import CaseState

router = Router("member_taps")
_KEY = re.compile(rf"({ACCEPT}|{REPLY}|{PASS_ON}|{OFFLINE}|{member_desk.CHOOSE}):(\d{{1,18}})")
_CONFIRM = re.compile(rf"{CONFIRM}:(\d{{1,18}})")
_WHY_PASSED = re.compile(rf"{member_desk.WHY_PASSED}:(\d{{1,18}}):(\w+)")


@router.on(MemberTapped, lambda one: _CONFIRM.fullmatch(one.event_key) is not None)
async def confirm(heard: Heard[MemberTapped], context: Context) -> Reply:
    """我来处理: the alarm stops for everyone."""
    key = _CONFIRM.fullmatch(heard.message.event_key)
    case = await cases.find_surviving(context.session, int(key[1])) if key else None
    if case is None or not emergencies.may_confirm(context, heard.from_member, case):
        return Reply(member_desk.NotYours(f"…{key[1] if key else ''}").render())
    message = heard.message
    if not await emergencies.confirm(context, case, heard.from_member, message.response_code, message.task_id):
        return Reply(member_desk.AlreadyDone(case.number, "已有人接手").render(), case=case)
    return Reply(Confirmed(case.number).render(), case=case)


@router.on(MemberTapped, lambda one: _WHY_PASSED.fullmatch(one.event_key) is not None)
async def why_passed(heard: Heard[MemberTapped], context: Context) -> Reply | None:
    """The reason of 转交, from whoever passed the case on."""
    key = _WHY_PASSED.fullmatch(heard.message.event_key)
    case = await context.session.get(Case, int(key[1])) if key else None
    row = (await find_tap(context, heard.message)).row
    words = dict(member_desk.PASS_REASONS).get(key[2]) if key else None
    if key is None or case is None or words is None or not _is_asked(row, case, heard.from_member):
        return Reply(member_desk.MemberHelp("这个按钮现在不能用了。").render())
    await answering.note_pass_reason(context, case, heard.from_member, key[2], words)
    noted = member_desk.PassReasonNoted(case.number, words).render()
    message = heard.message
    await desks.settle_card(context, heard.from_member, case, message.task_id, message.response_code, noted)
    return None


def _is_asked(row: OutboxRow | None, case: Case, member: Member) -> bool:
    """Whether the card that was tapped is about the case and was this member's."""
    return row is not None and row.case_id == case.id and member.userid.lower() in map(str.lower, row.recipients)


@router.on(MemberTapped, lambda one: _KEY.fullmatch(one.event_key) is not None)
async def act(heard: Heard[MemberTapped], context: Context) -> Reply | None:
    """Do what the button says, for a case that is theirs and still waits; say so where it is not."""
    message, member = heard.message, heard.from_member
    key = _KEY.fullmatch(message.event_key)
    case = await cases.find_surviving(context.session, int(key[2])) if key else None
    if key is None or case is None or not people.may_act_on(context, member, case):
        return Reply(member_desk.NotYours(f"…{key[2] if key else ''}").render())
    tap = await find_tap(context, message)
    if key[1] == member_desk.CHOOSE:
        await desks.show_choice(context, member, case, message.task_id, message.response_code)
        return Reply(await desks.answer_with_held(context, member, case), case=case)
    if key[1] == REPLY:
        return Reply(await desks.begin_answer(context, member, case), case=case)
    if not case.waits_for_answer or (key[1] == ACCEPT and case.state is CaseState.ACCEPTED):
        return Reply(member_desk.AlreadyDone(case.number, STEP_NAMES[case.state]).render(), case=case)
    if key[1] == ACCEPT:
        await answering.accept(context, case, member, tap)
        return None
    if key[1] == OFFLINE:
        saying = Saying(platform_id=message.key, kind="offline", text="线下已处理", said_at=message.sent_at)
        await answering.settle_offline(context, case, member, saying, tap)
        return None
    if case.restricted:
        return Reply(member_desk.StaysHere(case.number).render(), case=case)
    if case.ruled:
        return Reply(member_desk.RuledAlready(case.number).render(), case=case)
    owner = await answering.pass_on(context, case, member, tap)
    asked = member_desk.WhyPassed(case.id, case.number, owner.name).render()
    return Reply(asked, case=case, task_id=f"why-{message.key.replace(':', '-')}"[:128])


async def find_tap(context: Context, message: MemberTapped) -> Tap:
    """The card that was tapped, with the code by which it may be changed."""
    found = await context.session.scalars(
        select(OutboxRow).where(OutboxRow.task_id == message.task_id.split("@")[0])
    )
    return Tap(found.one_or_none(), message.response_code)
