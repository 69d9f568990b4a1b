"""同意申请 and 退回申请: what the second person decides, within a day, once, and never on what they asked for."""

from collections.abc import Sequence

from bot.notices.content import Content
from bot.notices.two_person import Act, CannotDecide, Decided, SentBack, ToDecide
from bot.services import people, speaking
from bot.services.context import Context
from bot.services.people import Member
from bot.services.two_person import doing
from bot.services.two_person.describing import asker, describe, subject
from bot.services.two_person.kinds import (
    ADMIN,
    REVEAL,
    TEXTS,
    roles_of,
    seconds_for_admin,
    seconds_for_case,
    seconds_for_texts,
)
from storage import audit, two_person
from storage.models import Case, TwoPersonAct
from storage.outbox import Purpose
from storage.states import TwoPersonState


async def decide(context: Context, member: Member, number: int, *, agrees: bool) -> Content:
    """Their word on an act; what follows from a yes is done in the same commit."""
    act = await two_person.find(context.session, number)
    if act is None:
        return CannotDecide("none").render()
    if act.asked_by.lower() == member.userid.lower():
        return CannotDecide("own").render()
    case = await case_of(context, act)
    if member.userid.lower() not in map(str.lower, await seconds_of(context, act, case)):
        return CannotDecide("none").render()
    if act.state is not TwoPersonState.ASKED or act.expires_at <= context.now:
        return CannotDecide("over").render()
    if not agrees:
        await _refuse(context, act, member, case)
    elif not await doing.do(context, act, case, member.userid):
        return CannotDecide("gone").render()
    else:
        _settle(context, act, member, TwoPersonState.AGREED)
    return Decided(act.id, describe(context, act), agrees).render()


async def show(context: Context, member: Member) -> Content:
    """What waits for this member, in words."""
    return ToDecide(await waiting_for(context, member)).render()


async def waiting_for(context: Context, member: Member) -> tuple[tuple[int, str, Act], ...]:
    """What waits for this member: number, by whom, what."""
    waiting = []
    for act in await two_person.find_waiting(context.session, context.now):
        able = await seconds_of(context, act, await case_of(context, act))
        if member.userid.lower() in map(str.lower, able):
            waiting.append((act.id, asker(context, act), describe(context, act)))
    return tuple(waiting)


async def seconds_of(context: Context, act: TwoPersonAct, case: Case | None) -> Sequence[str]:
    """Who may be the second person now."""
    if act.kind == REVEAL:
        return seconds_for_case(context, case, act.asked_by) if case is not None else []
    if act.kind == TEXTS:
        staff = context.directory.find_staff(act.asked_by)
        return seconds_for_texts(context, staff) if staff is not None else []
    if act.kind == ADMIN:
        return seconds_for_admin(roles_of(context), act.facts["userid"], act.asked_by)
    return []


async def case_of(context: Context, act: TwoPersonAct) -> Case | None:
    """The case that an act is about, where it is about one."""
    return await context.session.get(Case, act.facts["case"]) if act.kind == REVEAL else None


async def _refuse(context: Context, act: TwoPersonAct, member: Member, case: Case | None) -> None:
    _settle(context, act, member, TwoPersonState.REFUSED)
    told = SentBack(act.id, describe(context, act), people.name_of(context, member.userid)).render()
    if people.identify_member(context, act.asked_by).is_known:
        await speaking.notify_members(context, [act.asked_by], Purpose.NOTICE, told, case=case)


def _settle(context: Context, act: TwoPersonAct, member: Member, state: TwoPersonState) -> None:
    act.move(state)
    act.decided_by, act.decided_at = member.userid, context.now
    audit.add_line(
        context.session,
        actor=member.userid,
        act=f"second person {state.value}",
        subject=f"{subject(act)}, asked by {act.asked_by}",
        at=context.now,
    )
