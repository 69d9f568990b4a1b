"""What a reminder of a live session says when it fires, if it still holds then."""

from collections.abc import Sequence
from datetime import timedelta

from bot.notices.content import Content
from bot.notices.live import LiveCancelled, LiveMoved, LiveUpcoming
from bot.notices.live_staff import (
    AnswersUndelivered,
    DraftWaits,
    PromiseDue,
    PromisesAsked,
    SessionAhead,
    SessionCancelled,
    SessionMoved,
    SortReminder,
)
from bot.services import people
from bot.services.context import Context
from bot.services.live import facts, following, promises, telling
from bot.services.reminders.said import Answer, Spoken, Void
from storage import live as stored
from storage import reminders, subscriptions
from storage.live import AHEAD
from storage.models import LivePromise, LiveSession
from storage.states import LiveState

SOON = timedelta(hours=2)
GONE, MOVED, CALLED_OFF, BEGUN, DONE, LEFT, UNSUBSCRIBED = (
    "gone",
    "moved",
    "called off",
    "begun",
    "done",
    "left",
    "unsubscribed",
)


async def speak(
    context: Context, subject_id: int, edition: str, step: str, recipients: Sequence[str]
) -> dict[str, Answer]:
    """One answer for each recipient."""
    live = await stored.find(context.session, subject_id)
    if live is None:
        return {recipient: Void(GONE) for recipient in recipients}
    if edition != facts.edition(live):
        return {recipient: Void(MOVED) for recipient in recipients}
    refused = _refuse(live, step)
    if refused is not None:
        return dict.fromkeys(recipients, refused)
    to_member = await _to_member(context, live, step)
    to_constituents = await _to_constituents(context, live, step, recipients)
    answers: dict[str, Answer] = {}
    for recipient in recipients:
        userid = reminders.find_userid(recipient)
        if userid is None:
            answers[recipient] = to_constituents.get(recipient, Void(UNSUBSCRIBED))
        elif not people.identify_member(context, userid).is_known:
            answers[recipient] = Void(LEFT)
        else:
            answers[recipient] = to_member
    return answers


def _refuse(live: LiveSession, step: str) -> Void | None:
    """Why a step has nothing to say any more."""
    name = step.partition(":")[0]
    if name in (promises.DUE, promises.LATE, following.PROMISES):
        return None
    if name == telling.CANCELLED:
        return None if live.state is LiveState.CANCELLED else Void(DONE)
    if live.state is LiveState.CANCELLED:
        return Void(CALLED_OFF)
    if name == telling.DRAFT:
        return None if live.state is LiveState.DRAFT else Void(DONE)
    if name == following.SORT:
        return None if live.state is LiveState.ENDED else Void(DONE)
    if name == following.UNDELIVERED:
        return None
    return None if live.state in AHEAD else Void(BEGUN)


async def _to_member(context: Context, live: LiveSession, step: str) -> Answer:
    """What members read; the same for all of them."""
    described = facts.describe(context, live)
    name, _, rest = step.partition(":")
    match name:
        case telling.DRAFT:
            return Spoken(DraftWaits(described, people.name_of(context, live.author)).render())
        case telling.MOVED:
            return Spoken(SessionMoved(described).render())
        case telling.CANCELLED:
            return Spoken(SessionCancelled(described, live.approved_at is None).render())
        case following.SORT:
            waiting = await stored.count_waiting(context.session, live.id)
            rung = rest.partition(":")[2]
            return Spoken(SortReminder(described, waiting, rung).render()) if waiting else Void(DONE)
        case following.UNDELIVERED:
            numbers = await following.undelivered(context, live)
            return Spoken(AnswersUndelivered(described, numbers).render()) if numbers else Void(DONE)
        case following.PROMISES:
            noted = await stored.promises_of(context.session, [live.id])
            return Void(DONE) if noted else Spoken(PromisesAsked(described).render())
        case promises.DUE | promises.LATE:
            promise = await context.session.get(LivePromise, int(rest))
            if promise is None or promise.kept_at is not None:
                return Void(DONE)
            return Spoken(PromiseDue(described, await promises.line_of(context, promise)).render())
    waiting = await stored.count_waiting(context.session, live.id)
    approved = name == telling.APPROVED
    public = approved or name == telling.ANNOUNCED
    early = int(context.rules.live_early_minutes)
    poster = facts.poster_url(context, live)
    return Spoken(SessionAhead(described, poster, waiting, approved, public, early).render())


async def _to_constituents(
    context: Context, live: LiveSession, step: str, recipients: Sequence[str]
) -> dict[str, Spoken]:
    """What constituents read: those who are still subscribed, and of a change whoever knows of the session."""
    ids = [found for one in recipients if (found := reminders.find_conversation_id(one)) is not None]
    if not ids:
        return {}
    described = facts.describe(context, live)
    if step == telling.CANCELLED:
        return {reminders.conversation(one): Spoken(LiveCancelled(described).render()) for one in ids}
    if step == telling.MOVED:
        asked = await stored.askers_of(context.session, live.id)
        return {reminders.conversation(one): Spoken(LiveMoved(described, one in asked).render()) for one in ids}
    subscribed = await stored.still_subscribed(context.session, ids, live.station_code, subscriptions.LIVE)
    said: Content = LiveUpcoming(described, context.now >= live.starts_at - SOON).render()
    return {reminders.conversation(one): Spoken(said) for one in sorted(subscribed)}
