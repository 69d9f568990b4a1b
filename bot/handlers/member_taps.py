"""Buttons of the cards that representatives and officers have."""

import re

from sqlalchemy import select

from bot.dispatch.messages import MemberTapped
from bot.dispatch.router import Heard, Reply, Router
from bot.notices import member_desk
from bot.notices.case_card import ACCEPT, OFFLINE, PASS_ON, REPLY
from bot.notices.words import STEP_NAMES
from bot.services import answering, desks, people
from bot.services.answering import Tap
from bot.services.cases import Saying
from bot.services.context import Context
from storage.models import Case, OutboxRow
from storage.states import CaseState

router = Router("member_taps")
_KEY = re.compile(rf"({ACCEPT}|{REPLY}|{PASS_ON}|{OFFLINE}|{member_desk.CHOOSE}):(\d{{1,18}})")


@router.on(MemberTapped, lambda one: _KEY.fullmatch(one.event_key) is not None)
async def act(heard: Heard[MemberTapped], context: Context) -> Reply | None:
    """Do what the button says, for a case that is theirs and still waits; say so where it is not."""
    message, member = heard.message, heard.from_member
    key = _KEY.fullmatch(message.event_key)
    case = await context.session.get(Case, int(key[2])) if key else None
    if key is None or case is None or not people.may_act_on(context, member, case):
        return Reply(member_desk.NotYours(f"…{key[2] if key else ''}").render())
    tap = await _tap(context, message)
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
    owner = await answering.pass_on(context, case, member, tap)
    return Reply(member_desk.Moved(case.number, owner.name).render(), case=case)


async def _tap(context: Context, message: MemberTapped) -> Tap:
    found = await context.session.scalars(
        select(OutboxRow).where(OutboxRow.task_id == message.task_id.split("@")[0])
    )
    return Tap(found.one_or_none(), message.response_code)
