"""Who hears of a session and when: reminders that ask again, when they fire, whether it still holds."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bot.calendars import Due, parse_ladder
from bot.calendars.ladders import AUDIENCES
from bot.services.context import Context
from bot.services.live import facts
from bot.services.reminders.parts import TOLD
from storage import live as stored
from storage import reminder_waves, reminders
from storage.models import LiveSession
from storage.reminder_waves import open_wave
from storage.reminders import Plan
from storage.states import QuestionState

DRAFT, APPROVED, MOVED, CANCELLED = "draft", "approved", "moved", "cancelled"
SUBSCRIBERS = "subscribers"
ANNOUNCED = "announced"  # the step of the ladder that makes it public
KEEP_CANCELLED = timedelta(days=30)  # for those whose chat lets nothing through now
AHEAD = timedelta(minutes=5)  # a step's rows are written so long before it is due


async def ask_reviewers(context: Context, live: LiveSession) -> None:
    """Those who may approve a draft hear of it."""
    await _withdraw(context, live, MOVED)
    await plan(context, live, DRAFT, map(reminders.member, facts.reviewers_of(context, live)), live.starts_at)


async def tell_approved(context: Context, live: LiveSession) -> None:
    """Officers and hosts hear that it will be held."""
    await reminders.void(context.session, facts.subject(live), step=DRAFT, reason="approved")
    await plan(context, live, APPROVED, map(reminders.member, facts.runners_of(context, live)), live.starts_at)


async def tell_moved(context: Context, live: LiveSession) -> None:
    """Old reminders are void; everyone who was told or asked hears of the new time, those who run it as well."""
    await _withdraw(context, live, MOVED)
    asked = map(reminders.conversation, await stored.askers_of(context.session, live.id))
    runners = map(reminders.member, facts.runners_of(context, live))
    await plan(context, live, MOVED, [*runners, *asked], live.starts_at)
    await _begin(context, live, MOVED, TOLD, context.now, live.starts_at)


async def tell_cancelled(context: Context, live: LiveSession, *, was_draft: bool) -> None:
    """The same; whoever still waits for an answer hears it with what becomes of their question."""
    until = context.now + KEEP_CANCELLED
    await _withdraw(context, live, CANCELLED)
    if was_draft:
        await plan(context, live, CANCELLED, [reminders.member(live.author)], until)
        return
    questions = await stored.questions_of(context.session, live.id)
    asked = {one.conversation_id for one in questions if one.state is not QuestionState.WITHDRAWN}
    waiting = {one.conversation_id for one in questions if one.state is QuestionState.WAITING}
    runners = map(reminders.member, facts.runners_of(context, live))
    await plan(context, live, CANCELLED, [*runners, *map(reminders.conversation, sorted(asked - waiting))], until)
    await _begin(context, live, CANCELLED, TOLD, context.now, until)


async def _withdraw(context: Context, live: LiveSession, reason: str) -> None:
    """What was planned for it as it was and not said is void."""
    await context.session.flush()
    await reminder_waves.void_earlier(
        context.session, facts.subject(live), keep_edition=facts.edition(live), reason=reason, now=context.now
    )


async def _begin(
    context: Context, live: LiveSession, step: str, audience: str, due_at: datetime, useful_until: datetime
) -> bool:
    """Have a step written down for an audience that may be large; False where that was begun before."""
    one = open_wave(facts.subject(live), facts.edition(live), step, due_at, useful_until)
    return await reminder_waves.begin(context.session, one, audience, context.now)


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
    """Begin the steps that are due soon, for whoever is subscribed by then; a step is begun once."""
    ahead = [due for due in ladder(context, live) if due.due_at - AHEAD <= context.now < due.useful_until]
    if not ahead:
        return 0
    begun = await reminder_waves.find_begun(context.session, facts.subject(live), facts.edition(live))
    planned = 0
    for due in ahead:
        for audience in due.step.audiences or AUDIENCES:
            if (due.step.name, audience) not in begun:
                planned += await _begin(context, live, due.step.name, audience, due.due_at, due.useful_until)
    return planned


def members_of(context: Context, live: LiveSession, audience: str) -> list[str]:
    """The members of an audience of the ladder, by their ids."""
    directory = context.directory
    match audience:
        case "officers":
            return facts.officers_of(context, live)
        case "leads":
            return list(directory.leads_of(live.station_code))
        case "centre":
            return list(directory.centre_staff())
        case _:
            return facts.hosts_of(context, live)
