"""What happens to a session because time passes: announced, reminded, begun, ended, nagged about, filed away."""

import logging
from datetime import date, datetime, time, timedelta

from bot.calendars.local_time import instant_of
from bot.notices.live_staff import UNAPPROVED
from bot.services.context import Context
from bot.services.live import claiming, facts, planning, telling
from storage import cases, reminders
from storage import live as stored
from storage.keys import find_key
from storage.live import AHEAD
from storage.models import Case, LiveQuestion, LiveSession
from storage.states import LiveState, OutboxState, QuestionState

log = logging.getLogger(__name__)
SORT, UNDELIVERED, PROMISES = "sort", "undelivered", "promises"
MORNING, EVENING, EARLY_ENOUGH = time(9), time(18), time(17)
LEAD_ON, CENTRE_ON = 2, 3  # working mornings after the end
WITH_PROMISES = ("deliberation", "inquiry")
BY_CLOCK = "live"
ANSWERERS = frozenset({"representative", "officer"})  # what they write is read by the constituent
UNSORTED = frozenset({LiveState.DRAFT, *AHEAD, LiveState.LIVE, LiveState.ENDED})
SORTED = frozenset({LiveState.SORTED, LiveState.CLAIMED, LiveState.PUBLISHED, LiveState.FOLLOWED_UP})


async def follow(context: Context) -> int:
    """One look at every session up to its sorting; returns at how many something happened."""
    unsorted = await stored.lock_in(context.session, UNSORTED)
    cancelled = await stored.lock_cancelled_with_questions(context.session)
    return sum([await _follow_one(context, live) for live in (*unsorted, *cancelled)])


async def file_away(context: Context) -> int:
    """One look at every session that is sorted and not yet archived; returns at how many something happened."""
    found = await stored.lock_in(context.session, SORTED)
    return sum([await _follow_after(context, live) for live in found])


async def _follow_one(context: Context, live: LiveSession) -> bool:
    if live.state is LiveState.DRAFT:
        return await _drop_unapproved(context, live)
    if live.state is LiveState.CANCELLED:
        return bool(await claiming.open_cases_of_cancelled(context, live))
    if live.state in AHEAD:
        return await _follow_ahead(context, live)
    if live.state is LiveState.LIVE:
        return _is_over(context, live) and await planning.end(context, live, context.now)
    if _may_be_settled(context, live) and await claiming.settle(context, live):
        return True
    return await _nag(context, live) > 0


def _may_be_settled(context: Context, live: LiveSession) -> bool:
    """A stream that broke down has some time to come back before a session without open questions is closed."""
    over = timedelta(minutes=context.rules.live_over_minutes)
    return context.now >= max(live.ends_at, live.ended_at or live.ends_at) + over


async def _drop_unapproved(context: Context, live: LiveSession) -> bool:
    if context.now < live.starts_at:
        return False
    await planning.cancel(context, live, UNAPPROVED, BY_CLOCK)
    return True


def _is_over(context: Context, live: LiveSession) -> bool:
    """Long enough after its planned end that somebody forgot to end it, or WeCom to say so."""
    return context.now >= live.ends_at + timedelta(minutes=context.rules.live_over_minutes)


async def _follow_ahead(context: Context, live: LiveSession) -> bool:
    if _is_over(context, live):
        return await planning.end(context, live, context.now)
    if live.platform == "link" and context.now >= live.starts_at:
        return planning.begin(live, live.starts_at)
    planned = await telling.plan_due(context, live) if context.now < live.starts_at else 0
    return _advance(context, live) or planned > 0


def _advance(context: Context, live: LiveSession) -> bool:
    """Announced from the step of that name on, and collecting with it; reminded from the next step on."""
    ladder = telling.ladder(context, live)
    announced = next((one for one in ladder if one.step.name == telling.ANNOUNCED), None)
    since = announced.due_at if announced else live.approved_at or context.now
    if context.now < since:
        return False
    before = live.state
    if live.state is LiveState.APPROVED:
        live.move(LiveState.ANNOUNCED)
        live.announced_at = context.now
        live.move(LiveState.COLLECTING)
    later = [one.due_at for one in ladder if one.due_at > since]
    if live.state is LiveState.COLLECTING and later and context.now >= min(later):
        live.move(LiveState.REMINDED)
    return live.state is not before


# --- after the end ----------------------------------------------------------------------------------


async def _follow_after(context: Context, live: LiveSession) -> bool:
    before = live.state
    await _stamp_told(context, live)
    if live.state is LiveState.CLAIMED:
        await _publish(context, live)
    passed_on = await _pass_on_answers(context, live)
    if live.state is LiveState.PUBLISHED and await _is_followed_up(context, live):
        live.move(LiveState.FOLLOWED_UP)
    if live.state is LiveState.FOLLOWED_UP and await _may_be_archived(context, live):
        live.move(LiveState.ARCHIVED)
    asked = await _ask_for_promises(context, live)
    return live.state is not before or passed_on > 0 or asked > 0


async def _nag(context: Context, live: LiveSession) -> int:
    """The evening of the day where it ended early enough, then each working morning, higher and higher."""
    ended = _local(context, live.ended_at or live.ends_at)
    now = _local(context, context.now)
    asked = await _ask_for_promises(context, live)
    if now.date() == ended.date():
        if ended.time() >= EARLY_ENOUGH or now.time() < EVENING:
            return asked
        return asked + await _plan_nag(context, live, now.date(), EVENING, 0)
    if now.time() < MORNING or not context.calendar.days.is_working(now.date()):
        return asked
    number = context.calendar.days.between(ended.date(), now.date())
    return asked + await _plan_nag(context, live, now.date(), MORNING, number)


async def _plan_nag(context: Context, live: LiveSession, on: date, at: time, number: int) -> int:
    directory = context.directory
    due = instant_of(on, at, context.zone)
    groups = [("", facts.runners_of(context, live))]
    if number >= LEAD_ON:
        groups.append((":lead", list(directory.leads_of(live.station_code))))
    if number >= CENTRE_ON:
        groups.append((":centre", list(directory.centre_staff())))
    planned, told = 0, set[str]()
    for rung, userids in groups:
        recipients = [one for one in map(reminders.member, userids) if one not in told]
        told.update(recipients)
        step = f"{SORT}:{on:%Y%m%d}{rung}"
        planned += await telling.plan(context, live, step, recipients, due + timedelta(hours=20), due)
    return planned


async def _ask_for_promises(context: Context, live: LiveSession) -> int:
    """The next morning after a meeting or question session, where nobody wrote down a promise."""
    if live.kind not in WITH_PROMISES or live.ended_at is None:
        return 0
    morning = instant_of(_local(context, live.ended_at).date() + timedelta(days=1), MORNING, context.zone)
    if not morning <= context.now < morning + timedelta(hours=12):
        return 0
    recipients = map(reminders.member, facts.officers_of(context, live))
    return await telling.plan(context, live, PROMISES, recipients, morning + timedelta(hours=12), morning)


async def _stamp_told(context: Context, live: LiveSession) -> None:
    """A question's asker is told when the row that tells them is sent; not any more when it comes back."""
    for question, row in await stored.answers_of(context.session, live.id):
        told_at = row.sent_at if row.state is OutboxState.SENT else None
        if question.told_at != told_at:
            question.told_at = told_at


async def undelivered(context: Context, live: LiveSession) -> tuple[int, ...]:
    """The numbers of the questions whose answers wait for their askers."""
    found = await stored.answers_of(context.session, live.id)
    return tuple(question.number for question, row in found if row.state is not OutboxState.SENT)


async def _publish(context: Context, live: LiveSession) -> None:
    """As soon as every answer arrived; after a week without, and officers hear which ones wait."""
    waiting = await undelivered(context, live)
    limit = (live.ended_at or live.ends_at) + timedelta(days=context.rules.live_publish_days)
    if waiting and context.now < limit:
        return
    live.move(LiveState.PUBLISHED)
    if waiting:
        recipients = map(reminders.member, facts.officers_of(context, live))
        await telling.plan(context, live, UNDELIVERED, recipients, context.now + timedelta(days=7))


async def _pass_on_answers(context: Context, live: LiveSession) -> int:
    """The case of a question is answered: the askers of those that were put together with it read the answer."""
    passed_on = 0
    for question, case in await stored.cases_of(context.session, live.id):
        if case.answered_at is None:
            continue
        for follower in await stored.merged_into(context.session, question.id):
            if follower.answer_sealed is None:
                await _pass_on(context, live, follower, question, case)
                passed_on += 1
    return passed_on


async def _pass_on(
    context: Context, live: LiveSession, follower: LiveQuestion, question: LiveQuestion, case: Case
) -> None:
    key = await find_key(context.session, context.vault, case.key_id)
    said = await cases.messages_of(context.session, case.id)
    words = [
        key.open_text(one.text_sealed)
        for one in said
        if key is not None and one.author in ANSWERERS and one.text_sealed and one.recalled_at is None
    ]
    if await find_key(context.session, context.vault, follower.key_id) is None:
        follower.answer_sealed = b""  # erased: there is nobody left to tell
        return
    await claiming.pass_on_answer(context, live, follower, question, words[-1] if words else "")


async def _is_followed_up(context: Context, live: LiveSession) -> bool:
    """Every case from it was answered, and nobody who shares an answer waits for it."""
    found = await stored.cases_of(context.session, live.id)
    if any(case.answered_at is None for _, case in found):
        return False
    roots = {question.id for question, _ in found}
    questions = await stored.questions_of(context.session, live.id)
    return not any(
        one.state is QuestionState.MERGED and one.merged_into_id in roots and one.answer_sealed is None
        for one in questions
    )


async def _may_be_archived(context: Context, live: LiveSession) -> bool:
    kept_for = timedelta(days=context.rules.live_archive_days)
    if context.now < (live.ended_at or live.ends_at) + kept_for:
        return False
    return all(one.kept_at is not None for one in await stored.promises_of(context.session, [live.id]))


def _local(context: Context, instant: datetime) -> datetime:
    return instant.astimezone(context.zone)
