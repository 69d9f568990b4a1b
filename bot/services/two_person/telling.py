"""What a command wrote down is told by the bot that serves, and what nobody decided within a day is over."""

import logging

from bot.notices.two_person import DoneFromShell, Lapsed
from bot.services import people, speaking
from bot.services.context import Context
from bot.services.two_person import asking, deciding
from bot.services.two_person.describing import describe, subject
from bot.services.two_person.kinds import overseers
from storage import audit, two_person
from storage.models import TwoPersonAct
from storage.outbox import Purpose
from storage.states import TwoPersonState

log = logging.getLogger(__name__)


async def tell(context: Context) -> int:
    """Ask those who may agree, tell those who are to know; returns how many acts that were."""
    untold = await two_person.find_untold(context.session, context.now)
    for act in untold:
        if act.state is TwoPersonState.ASKED and act.expires_at <= context.now:
            await _end(context, act)
        elif act.state is TwoPersonState.ASKED:
            await asking.tell_seconds(context, act, await deciding.seconds_of(context, act, None))
        else:
            await _tell_overseers(context, act)
        act.told_at = context.now
    return len(untold)


async def _end(context: Context, act: TwoPersonAct) -> None:
    act.move(TwoPersonState.LAPSED)
    audit.add_line(context.session, actor="bot", act="second person lapsed", subject=subject(act), at=context.now)
    if people.identify_member(context, act.asked_by).is_known:
        case = await deciding.case_of(context, act)
        told = Lapsed(act.id, describe(context, act)).render()
        await speaking.notify_members(context, [act.asked_by], Purpose.NOTICE, told, case=case)


async def _tell_overseers(context: Context, act: TwoPersonAct) -> None:
    """Those named in the command too: whoever has the shell may have named anybody."""
    second = act.decided_by
    by, agreed = (people.name_of(context, act.asked_by), people.name_of(context, second)) if second else ("", "")
    told = DoneFromShell(describe(context, act), act.asked_at, context.zone, by, agreed).render()
    named = [one for one in (act.asked_by, second or "") if context.directory.find_staff(one) is not None]
    hearers = list(dict.fromkeys([*overseers(context), *named]))
    if not hearers:
        log.error("nobody to tell what was done from the shell", extra={"act": act.id})
    await speaking.notify_members(context, hearers, Purpose.NOTICE, told)
