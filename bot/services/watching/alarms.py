"""An alarm when answers do not leave or WeCom refuses: once, each hour while it lasts, and the all-clear.

What is known stands in the database, so that restarts and several processes repeat nothing. Processes note what
they meet; one job tells, because the mark it locks lets only one look at a time.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.notices.content import Text
from bot.notices.delivery_alarm import AllClear, LateAlarm, RefusedAlarm
from bot.notices.remedies import REMEDIES, code_of
from bot.services import speaking
from bot.services.context import Context
from bot.services.watching.lateness import decide_since, find_late
from storage import delivery_alarms, delivery_figures, job_marks
from storage.delivery_alarms import LATE, REFUSED
from storage.delivery_figures import Stuck, Unsent
from storage.models import DeliveryAlarm, JobMark, OutboxRow
from storage.outbox import Purpose
from storage.states import OutboxState

log = logging.getLogger(__name__)
WATCH = "watch delivery"
REPEAT = timedelta(hours=1)
QUIET = timedelta(minutes=3)  # without a refusal and with nothing waiting because of it: it is over
STOPPED = timedelta(minutes=10)  # what is refused with a code that may pass by itself, for so long, is told, too
_MOST = 200  # answers that are followed one by one
_PASSING = frozenset({40014, 41001, 42001})  # a token that was taken back early: told when it happens again
_LIMITS = frozenset({45009})  # passes within a minute or lasts until midnight
_MANY_ATTEMPTS = 3
_PENDING = (OutboxState.WAITING, OutboxState.LEASED)


async def note_refusal(context: Context, errcode: int | None) -> None:
    """WeCom refused something because of how it is set up; staff hear of it from `watch`."""
    alarm, is_new = await delivery_alarms.note(context.session, REFUSED, errcode or 0, context.now)
    if is_new:
        _log_raised(alarm)


def _log_raised(alarm: DeliveryAlarm) -> None:
    log.error("delivery alarm raised", extra={"alarm": alarm.kind, "errcode": alarm.errcode})


async def watch(context: Context) -> int:
    """One look: raise, tell, tell again, clear; returns how many messages to staff were written."""
    mark = await job_marks.claim(context.session, WATCH, context.now)
    await _follow_answers(context, mark)
    stuck = await delivery_figures.stuck(context.session)
    await _follow_limits(context, stuck)
    alarms = await delivery_alarms.find_open(context.session)
    refused = [alarm for alarm in alarms if alarm.kind == REFUSED]
    told = 0
    for alarm in refused:
        told += await _follow_refusal(
            context, alarm, [one for one in stuck if code_of(one.reason) == alarm.errcode]
        )
    is_explained = any(alarm.told_at is not None and alarm.cleared_at is None for alarm in refused)
    for alarm in alarms:
        if alarm.kind == LATE:
            told += await _tell_late(context, alarm, is_explained=is_explained)
    return told


# --- answers that are late ----------------------------------------------------------------------------


async def _follow_answers(context: Context, mark: JobMark) -> None:
    """Note or clear the alarm about answers; what is still in time is remembered for the next look."""
    unsent = await delivery_figures.unsent(context.session, _MOST)
    seen = {int(row_id): datetime.fromisoformat(at) for row_id, at in mark.facts.get("since", {}).items()}
    since = decide_since(seen, mark.at, unsent, context.now)
    late = find_late(since, context.now, timedelta(minutes=context.rules.unsent_alarm_minutes))
    facts = {"since": {str(row_id): at.isoformat() for row_id, at in since.items()}}
    job_marks.put(mark, job_marks.NEVER, context.now, facts)
    if late:
        await _note_late(context, unsent, late, since[late[0]])
    await context.session.flush()


async def _note_late(context: Context, unsent: Sequence[Unsent], late: list[int], since: datetime) -> None:
    alarm, is_new = await delivery_alarms.note(context.session, LATE, 0, context.now)
    reasons = {row.row_id: row.reason for row in unsent}
    alarm.started_at = since if is_new else alarm.started_at
    alarm.seen_at, alarm.waiting = context.now, len(late)
    alarm.reason = next((reasons[row_id] for row_id in late if reasons[row_id]), "")[:64]
    if is_new:
        _log_raised(alarm)


async def _tell_late(context: Context, alarm: DeliveryAlarm, *, is_explained: bool) -> int:
    if alarm.seen_at < context.now:
        return await _clear(context, alarm)
    if is_explained or not await _is_to_be_told(context, alarm):  # why is told already
        return 0
    notice = LateAlarm(
        alarm.started_at, context.now, alarm.waiting, alarm.reason, context.zone, again=alarm.told_at is not None
    )
    return await _tell(context, alarm, notice.render())


# --- refusals -----------------------------------------------------------------------------------------


async def _follow_limits(context: Context, stuck: Sequence[Stuck]) -> None:
    """A limit that does not pass, such as that of a day, stops sending like a wrong setting."""
    for one in stuck:
        code = code_of(one.reason)
        lasts = context.now - one.since >= STOPPED and one.attempts >= _MANY_ATTEMPTS
        if code in _LIMITS and code in REMEDIES and lasts:
            await note_refusal(context, code)
    await context.session.flush()


async def _follow_refusal(context: Context, alarm: DeliveryAlarm, stuck: Sequence[Stuck]) -> int:
    alarm.waiting = sum(one.count for one in stuck)
    if not stuck and context.now - alarm.seen_at >= QUIET:
        return await _clear(context, alarm)
    again = alarm.times > 1 or any(one.attempts > 1 for one in stuck)
    if alarm.errcode in _PASSING and not again:
        return 0
    if not await _is_to_be_told(context, alarm):
        return 0
    notice = RefusedAlarm(
        alarm.errcode, alarm.started_at, alarm.waiting, context.zone, again=alarm.told_at is not None
    )
    return await _tell(context, alarm, notice.render())


# --- telling ------------------------------------------------------------------------------------------


async def _is_to_be_told(context: Context, alarm: DeliveryAlarm) -> bool:
    """At once at any hour; again by day, an hour after what was told has left."""
    if alarm.told_at is None:
        return True
    if context.now - alarm.told_at < REPEAT or context.calendar.is_quiet(context.now):
        return False
    row = await context.session.get(OutboxRow, alarm.told_row_id) if alarm.told_row_id else None
    if row is None:
        return True
    return row.state not in _PENDING and context.now - (row.sent_at or alarm.told_at) >= REPEAT


async def _clear(context: Context, alarm: DeliveryAlarm) -> int:
    alarm.cleared_at = context.now
    log.info("delivery alarm cleared", extra={"alarm": alarm.kind, "errcode": alarm.errcode})
    if alarm.told_at is None:
        return 0
    await _say(context, AllClear(alarm.errcode, alarm.started_at, context.now, context.zone).render())
    return 1


async def _tell(context: Context, alarm: DeliveryAlarm, told: Text) -> int:
    row = await _say(context, told)
    if row is None:
        log.error("nobody is there to hear an alarm about delivery", extra={"alarm": alarm.kind})
    alarm.told_at, alarm.told_row_id = context.now, row.id if row is not None else None
    return 1


async def _say(context: Context, told: Text) -> OutboxRow | None:
    """In a lane of its own: what cannot be sent to the same people does not hold it up."""
    row = await speaking.say_to_members(context, keepers_of(context), Purpose.URGENT, told)
    if row is not None:
        row.lane = f"{row.lane}alarm"
        await context.session.flush()
    return row


def keepers_of(context: Context) -> list[str]:
    """Who hears of it: the service centre's people and every administrator."""
    admins = [one.userid for one in context.directory.staff() if one.role == "admin"]
    return list(dict.fromkeys([*context.directory.centre_staff(), *admins]))
