"""收到答复了吗: planned for what has waited for days, asked if it still waits, and what each answer does."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.notices import follow_up as notices
from bot.notices.constituent_menu import Closed
from bot.notices.content import Content
from bot.services import asking, clocks, escalating, people, settling, speaking, telling
from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.reminders.said import Answer, Spoken, Void
from storage import duty, reminders
from storage import follow_ups as stored
from storage.conversations import DESK
from storage.keys import find_key
from storage.models import Case, Conversation
from storage.outbox import Purpose
from storage.reminders import Plan
from storage.states import CaseState

BATCH = 50
LAST_USEFUL_DAYS = 30
_STEP = "asked_"
_ONE_DAY = timedelta(days=1)


async def plan(context: Context) -> int:
    """Plan the questions of every case that will soon have waited long enough; returns how many cases."""
    days = sorted(context.rules.follow_up_days)
    if not days:
        return 0
    before = context.now - timedelta(days=days[0]) + _ONE_DAY
    found = await stored.unplanned(context.session, before, BATCH)
    plans = [each for case in found for each in _plans(context, case, days)]
    await reminders.add_all(context.session, plans, context.now)
    return len(found)


def _plans(context: Context, case: Case, days: Sequence[int]) -> list[Plan]:
    """One question for each of the days, useful until the next is due."""
    since = case.round_since or case.opened_at
    dues = [context.calendar.quiet.end_after(since + timedelta(days=day), context.zone) for day in days]
    ends = [*dues[1:], dues[-1] + timedelta(days=LAST_USEFUL_DAYS)]
    return [
        Plan(
            subject=_subject(case),
            edition=str(case.round),
            step=f"{_STEP}{day}",
            recipient=reminders.conversation(case.conversation_id),
            due_at=due,
            useful_until=end,
        )
        for day, due, end in zip(days, dues, ends, strict=True)
    ]


def _subject(case: Case) -> str:
    return f"case:{case.id}"


async def speak(
    context: Context, subject_id: int, edition: str, step: str, recipients: Sequence[str]
) -> Mapping[str, Answer]:
    """The question, if the same round of the case still waits for an answer."""
    case = await context.session.get(Case, subject_id)
    answer = await _say(context, case, edition, step)
    return dict.fromkeys(recipients, answer)


async def _say(context: Context, case: Case | None, edition: str, step: str) -> Answer:
    if case is None or str(case.round) != edition or not case.waits_for_answer:
        return Void("answered")
    if case.waiting_since is not None:
        return Void("their own word is awaited")
    if case.handed_until is not None and case.handed_until > context.now:
        return Void("a department is asked, and its day has not come")
    if await find_key(context.session, context.vault, case.key_id) is None:
        return Void("erased")
    if (await context.session.get_one(Conversation, case.conversation_id)).open_kfid == DESK:
        return Void("no chat")
    days = int(step.removeprefix(_STEP))
    return Spoken(notices.FollowUp(case.id, case.number, days).render(), case=case)


async def settle(context: Context, caller: Caller, case: Case, act: str, days: str) -> Content:
    """收到了, 还没有 or 已经解决: no further question in this round, and what the answer asks for."""
    await reminders.void(context.session, _subject(case), reason="they answered")
    if not case.waits_for_answer:
        return await _settle_answered(context, caller, case, act)
    if act == notices.DONE:
        return await _close(context, caller, case)
    if case.waiting_since is not None:
        return notices.AnswerIsThere(case.number, waits_for_them=True).render()
    key = f"follow-{case.id}-{case.round}-{days}-{act}"
    again = await stored.is_noted(context.session, key)
    if act == notices.RECEIVED:
        return await _note_received(context, case, key, again=again)
    return await _go_on(context, case, key, again=again)


async def _settle_answered(context: Context, caller: Caller, case: Case, act: str) -> Content:
    if act == notices.DONE:
        return (await settling.close(context, caller, case)).render()
    return notices.AnswerIsThere(case.number).render()


async def _note_received(context: Context, case: Case, key: str, *, again: bool) -> Content:
    """An answer that is not on record: noted, and its owner is asked to record it; the clock runs on till then."""
    if not again:
        await asking.note_by_bot(context, case, "群众点了“收到了”", key)
        told = notices.GotElsewhere(case.number).render()
        await speaking.notify_members(context, people.readers_of(context, case), Purpose.UPDATE, told, case=case)
    return notices.ReceivedNoted(case.number).render()


async def _go_on(context: Context, case: Case, key: str, *, again: bool) -> Content:
    """The next in line at once, or as soon as it is day; a second tap only says so again."""
    awake = clocks.runs_always(case) or context.calendar.awake(context.now) == context.now
    step = people.next_step(context, case)
    if again:
        return notices.NotYetNoted(case.number, case.clock_step or step, awake).render()
    await asking.note_by_bot(context, case, "群众点了“还没有收到答复”", key)
    if case.clock_step != people.CENTRE and awake:
        await escalating.advance(context, case, by="constituent")
    elif case.clock_step != people.CENTRE:
        case.clock_due_at = context.now  # nothing escalates now; the first run in the morning does
    elif awake:
        told = notices.StillNothing(case.number).render()
        centre = people.holders_of(context, case, people.CENTRE)
        await speaking.notify_members(context, centre, Purpose.UPDATE, told, case=case)
    else:
        case.clock_due_at = context.now  # it stands in the morning's list
    return notices.NotYetNoted(case.number, step, awake).render()


async def _close(context: Context, caller: Caller, case: Case) -> Content:
    """They say that it is settled: their own word takes the place of an answer, and there is no duty entry."""
    await asking.note_by_bot(context, case, "群众点了“已经解决”", f"follow-{case.id}-{case.round}-done")
    case.move(CaseState.ANSWERED, context.now)
    case.move(CaseState.CLOSED, context.now)
    clocks.clear(case)
    await duty.stamp_closed(context.session, case, context.now)
    told = notices.SolvedBefore(case.number).render()
    await speaking.notify_members(context, people.readers_of(context, case), Purpose.UPDATE, told, case=case)
    await telling.change_cards(context, case, caller.constituent)
    return Closed(case.number).render()
