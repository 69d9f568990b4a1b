"""Who hears of a session and when: reminders that ask again, when they fire, whether it still holds."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from bot.calendars import Due, parse_ladder
from bot.services.context import Context
from bot.services.live import facts
from storage import live as stored
from storage import reminders, subscriptions
from storage.models import LiveSession
from storage.reminders import Plan
from storage.states import QuestionState

DRAFT, APPROVED, MOVED, CANCELLED = "draft", "approved", "moved", "cancelled"
ANNOUNCED = "announced"  # the step of the ladder that makes it public
KEEP_CANCELLED = timedelta(days=30)  # for those whose chat lets nothing through now
AHEAD = timedelta(minutes=5)  # a step's rows are written so long before it is due


async def ask_reviewers(context: Context, live: LiveSession) -> None:
    """Those who may approve a draft hear of it."""
    await reminders.void(context.session, facts.subject(live), keep_edition=facts.edition(live), reason="moved")
    await plan(context, live, DRAFT, map(reminders.member, facts.reviewers_of(context, live)), live.starts_at)


async def tell_approved(context: Context, live: LiveSession) -> None:
    """Officers and hosts hear that it will be held."""
    await reminders.void(context.session, facts.subject(live), step=DRAFT, reason="approved")
    await plan(context, live, APPROVED, map(reminders.member, facts.runners_of(context, live)), live.starts_at)


async def tell_moved(context: Context, live: LiveSession) -> None:
    """Old reminders are void; everyone who was told or asked hears of the new time, those who run it as well."""
    heard = await _heard(context, live, reason=MOVED)
    asked = await stored.askers_of(context.session, live.id)
    await plan(context, live, MOVED, heard | set(map(reminders.conversation, asked)), live.starts_at)


async def tell_cancelled(context: Context, live: LiveSession, *, was_draft: bool) -> None:
    """The same; whoever still waits for an answer hears it with what becomes of their question."""
    heard = await _heard(context, live, reason=CANCELLED, with_runners=not was_draft)
    if was_draft:
        await plan(context, live, CANCELLED, [reminders.member(live.author)], context.now + KEEP_CANCELLED)
        return
    questions = await stored.questions_of(context.session, live.id)
    asked = {one.conversation_id for one in questions if one.state is not QuestionState.WITHDRAWN}
    waiting = {one.conversation_id for one in questions if one.state is QuestionState.WAITING}
    told = (heard | set(map(reminders.conversation, asked))) - set(map(reminders.conversation, waiting))
    await plan(context, live, CANCELLED, told, context.now + KEEP_CANCELLED)


async def _heard(context: Context, live: LiveSession, *, reason: str, with_runners: bool = True) -> set[str]:
    subject = facts.subject(live)
    await reminders.void(context.session, subject, keep_edition=facts.edition(live), reason=reason)
    heard = await stored.told_of(context.session, subject)
    if with_runners:
        heard |= set(map(reminders.member, facts.runners_of(context, live)))
    return heard


async def plan(
    context: Context,
    live: LiveSession,
    step: str,
    recipients: Iterable[str],
    useful_until: datetime,
    due_at: datetime | None = None,
) -> int:
    """One step for its recipients, from now on where nothing else is said; returns how many rows are new."""
    plans = [
        Plan(facts.subject(live), facts.edition(live), step, recipient, due_at or context.now, useful_until)
        for recipient in recipients
    ]
    return await reminders.add_all(context.session, plans, context.now)


def ladder(context: Context, live: LiveSession) -> list[Due]:
    """The steps before the start, by the rule that staff tune."""
    start = live.starts_at.astimezone(UTC)
    due = context.calendar.due(parse_ladder(context.rules.live_ladder), live.starts_at)
    return [one for one in due if one.due_at < start]


async def plan_due(context: Context, live: LiveSession) -> int:
    """Write down the steps that are due soon, for whoever is subscribed by then; a step is written once."""
    planned = 0
    subject, edition = facts.subject(live), facts.edition(live)
    for due in ladder(context, live):
        if not due.due_at - AHEAD <= context.now < due.useful_until:
            continue
        if await stored.is_planned(context.session, subject, edition, due.step.name):
            continue
        known = await stored.planned_for(context.session, subject, edition, (APPROVED, MOVED))
        recipients = [one for one in await _audience(context, live, due) if not _knows(known, one, due)]
        planned += await plan(context, live, due.step.name, recipients, due.useful_until, due.due_at)
    return planned


def _knows(known: Mapping[str, datetime], recipient: str, due: Due) -> bool:
    """Whether they heard the same when it was approved or moved, after this step was due."""
    return recipient in known and known[recipient] >= due.due_at


async def _audience(context: Context, live: LiveSession, due: Due) -> list[str]:
    directory = context.directory
    members = {
        "officers": facts.officers_of(context, live),
        "leads": directory.leads_of(live.station_code),
        "centre": directory.centre_staff(),
        "representatives": facts.hosts_of(context, live),
    }
    recipients = [
        reminders.member(userid)
        for audience, userids in members.items()
        if due.step.concerns(audience)
        for userid in userids
    ]
    if due.step.concerns("subscribers"):
        found = await subscriptions.subscribers(context.session, [live.station_code], subscriptions.LIVE)
        recipients += map(reminders.conversation, found)
    return list(dict.fromkeys(recipients))
