"""An answer is late: the next in line have the case, the one before and the constituent are told."""

import logging
from collections.abc import Iterable, Sequence

from bot.notices.clock import MOST_LISTED, CentreList, FurtherUp, Overdue, StepPassed
from bot.notices.words import due_moment
from bot.services import clocks, people, speaking, telling
from bot.services.context import Context
from storage import audit, job_marks
from storage import clocks as stored
from storage.keys import find_key
from storage.models import Case, Constituent, Conversation
from storage.outbox import Purpose

log = logging.getLogger(__name__)
CLOCK = "clock"  # who acts, in the audit
BATCH = 10  # share a commit: the writers in between are not kept waiting
MOST_OVERDUE = 1000
CENTRE_LIST = "centre list"


async def advance_due(context: Context) -> int:
    """Every case whose time has come goes one step on; at night and on days off emergencies alone."""
    awake = context.calendar.awake(context.now) == context.now
    due = await stored.due(context.session, context.now, awake=awake, limit=BATCH)
    for case in due:
        if await find_key(context.session, context.vault, case.key_id) is None:
            clocks.clear(case)  # erased: there is nothing left to answer
        else:
            await advance(context, case)
    return len(due)


async def advance(context: Context, case: Case, by: str = CLOCK) -> str:
    """The next step of a case that waits: a card, a word to the one before, an audit line; returns the step."""
    before = case.clock_step or people.first_step(context, case)
    was_first = before == people.first_step(context, case)
    late = case.promised_at or case.due_at
    had_it = people.holders_of(context, case, before)
    step = people.next_step(context, case)
    await clocks.move_to(context, case, step)
    audit.add_line(
        context.session, actor=by, act=f"next in line: {step}", subject=f"case {case.number}", at=context.now
    )
    log.info("case escalated", extra={"case": case.number, "step": step, "by": by})
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    have_it = await _notify_holders(
        context, case, constituent, step, f"{due_moment(late, context.zone)} 前没有答复"
    )
    told = StepPassed(case.number, step).render()
    await speaking.notify_members(context, _without(had_it, have_it), Purpose.UPDATE, told, case=case)
    if was_first and by == CLOCK:
        conversation = await context.session.get_one(Conversation, case.conversation_id)
        said = FurtherUp(case.number, step).render()
        await speaking.notify_constituent(
            context, conversation, constituent.external_userid, Purpose.NOTICE, said, case=case
        )
    return step


async def _notify_holders(
    context: Context, case: Case, constituent: Constituent, step: str, overdue: str
) -> Sequence[str]:
    """The case's card again, to those whose turn it is now."""
    holders = people.holders_of(context, case, step)
    if not holders:
        log.warning("nobody is next in line", extra={"case": case.number, "step": step})
        return holders
    case.cards += 1
    said = await telling.constituents_words(context, case)
    hint = f"{people.owner_of(context, case).voice} {overdue}"
    await telling.notify_card(context, case, constituent, said, holders, hint)
    return holders


def _without(userids: Iterable[str], others: Iterable[str]) -> list[str]:
    taken = {userid.lower() for userid in others}
    return [userid for userid in userids if userid.lower() not in taken]


async def notify_centre_list(context: Context) -> int:
    """Once every working day, in the morning: what the service centre has and nobody has answered in time."""
    if context.calendar.awake(context.now) != context.now:
        return 0
    today = context.calendar.today(context.now).isoformat()
    if not await job_marks.begin(context.session, CENTRE_LIST, today, context.now):
        return 0
    overdue = await stored.overdue_at_centre(context.session, context.now, MOST_OVERDUE)
    for readers, theirs in people.lists_for(context, context.directory.centre_staff(), overdue, lambda case: case):
        lines = tuple(
            Overdue(one.number, people.owner_of(context, one), one.promised_at or one.due_at)
            for one in theirs[:MOST_LISTED]
        )
        said = CentreList(lines, len(theirs), context.zone).render()
        await speaking.notify_members(context, readers, Purpose.NOTICE, said)
    return 1
