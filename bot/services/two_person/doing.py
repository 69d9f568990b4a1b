"""What is done once two people stand for it."""

from bot.services import people, showing, speaking
from bot.services.context import Context
from bot.services.ordering import asking as ordering
from bot.services.ordering import rights
from bot.services.ordering.orders import load
from bot.services.two_person.kinds import ADMIN, REVEAL
from storage import people as roster
from storage.models import Case, TwoPersonAct
from storage.outbox import Purpose
from storage.rules import note_roster_change


async def do(context: Context, act: TwoPersonAct, case: Case | None, second: str) -> bool:
    """Do it; False where whoever asked may not have it any more, or what it is about is gone."""
    if act.kind == REVEAL:
        return case is not None and await _reveal(context, act, case, second)
    if act.kind == ADMIN:
        return await _change_role(context, act)
    return await _give_texts(context, act)


async def _reveal(context: Context, act: TwoPersonAct, case: Case, second: str) -> bool:
    asker = people.identify_member(context, act.asked_by)
    if not people.may_act_on(context, asker, case):
        return False
    told = await showing.reveal_all(context, case, asker, second)
    await speaking.notify_members(context, [act.asked_by], Purpose.NOTICE, told, case=case)
    return True


async def _give_texts(context: Context, act: TwoPersonAct) -> bool:
    asker, order = people.identify_member(context, act.asked_by), load(act.facts)
    if not await rights.may_have(context, asker, order):
        return False
    given = await ordering.give(context, asker, order, await ordering.count(context, order))
    await speaking.notify_members(context, [act.asked_by], Purpose.NOTICE, given.render())
    return True


async def _change_role(context: Context, act: TwoPersonAct) -> bool:
    """As the import had it, unless the person's role was changed otherwise since."""
    facts = act.facts
    done = await roster.change_role(
        context.session,
        facts["userid"],
        name=facts["name"],
        role=facts["role"],
        station_code=facts["station"],
        before=facts["before"],
    )
    if done:
        await note_roster_change(context.session, context.now, "import")
    return done
