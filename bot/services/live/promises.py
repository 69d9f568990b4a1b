"""What was promised on air: an owner and a date within a day, reminded when it is due (domain A5, row 10)."""

from datetime import date, datetime, time, timedelta

from bot.calendars.local_time import instant_of
from bot.notices.live_staff import PromiseLine
from bot.services.context import Context
from bot.services.live import facts, telling
from storage import audit, reminders
from storage import live as stored
from storage.keys import add_key, find_key
from storage.models import LivePromise, LiveSession

DUE, LATE = "promise_due", "promise_late"
MORNING = time(9)
USEFUL = timedelta(days=30)


async def note(context: Context, live: LiveSession, owner: str, due_on: date, text: str, by: str) -> PromiseLine:
    """Write a promise down and plan its two reminders."""
    key_id, key = await add_key(context.session, context.vault)
    promise = LivePromise(
        session_id=live.id,
        key_id=key_id,
        text_sealed=key.seal_text(text),
        owner=owner,
        due_on=due_on,
        noted_at=context.now,
        noted_by=by,
    )
    context.session.add(promise)
    await context.session.flush()
    audit.add_line(
        context.session,
        actor=by,
        act="promise noted",
        subject=f"live {live.id} promise {promise.id}",
        at=context.now,
    )
    await _plan(context, live, promise)
    return await line_of(context, promise)


async def keep(context: Context, promise: LivePromise, by: str) -> bool:
    """兑现: it was kept; False where that was on record before."""
    if promise.kept_at is not None:
        return False
    promise.kept_at, promise.kept_by = context.now, by
    _note(context, promise, "promise kept", by)
    return True


def _note(context: Context, promise: LivePromise, act: str, by: str) -> None:
    subject = f"live {promise.session_id} promise {promise.id}"
    audit.add_line(context.session, actor=by, act=act, subject=subject, at=context.now)


async def line_of(context: Context, promise: LivePromise) -> PromiseLine:
    """A promise as lists show it."""
    key = await find_key(context.session, context.vault, promise.key_id)
    late = promise.kept_at is None and promise.due_on < context.calendar.today(context.now)
    return PromiseLine(
        promise.id, promise.owner, promise.due_on, key.open_text(promise.text_sealed) if key else "", late
    )


async def open_lines(context: Context, sessions: list[LiveSession]) -> tuple[PromiseLine, ...]:
    """What has not been kept yet of these sessions, by date."""
    found = await stored.promises_of(context.session, [live.id for live in sessions])
    return tuple([await line_of(context, one) for one in found if one.kept_at is None])


async def plan_all(context: Context, live: LiveSession) -> None:
    """Plan again what a change of the session made void."""
    for promise in await stored.promises_of(context.session, [live.id]):
        if promise.kept_at is None:
            await _plan(context, live, promise)


async def _plan(context: Context, live: LiveSession, promise: LivePromise) -> None:
    """On the day, and on the working day after it, to the officer and the centre."""
    userids = [*facts.officers_of(context, live), *context.directory.centre_staff()]
    recipients = list(dict.fromkeys(map(reminders.member, userids)))
    due = _morning(context, promise.due_on)
    late = _morning(context, context.calendar.days.add(promise.due_on, 1))
    await telling.plan(context, live, f"{DUE}:{promise.id}", recipients, late, due)
    await telling.plan(context, live, f"{LATE}:{promise.id}", recipients, late + USEFUL, late)


def _morning(context: Context, day: date) -> datetime:
    return instant_of(day, MORNING, context.zone)
