"""Steps that many are to hear are written down some at a time, so that nobody waits for 20,000 rows."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from bot.services.activity_days import hearers as activity_days
from bot.services.broadcasts import reminding as notices
from bot.services.context import Context
from bot.services.live import hearers as live_sessions
from bot.services.reminders.parts import Audience
from storage import reminder_waves, reminders
from storage.models import ReminderWave
from storage.reminder_waves import SWEEP

log = logging.getLogger(__name__)
TRY_AGAIN = timedelta(minutes=1)  # where a subject's own code broke
AUDIENCES: Mapping[str, Audience] = MappingProxyType(
    {"day": activity_days.list_part, "live": live_sessions.list_part, "notice": notices.list_part}
)


async def write(context: Context, audiences: Mapping[str, Audience] = AUDIENCES) -> int:
    """One part of the oldest wave; returns how much was done, 0 when nothing is left."""
    wave = await reminder_waves.claim(context.session, context.now)
    if wave is None:
        return 0
    if wave.audience == SWEEP:
        return await _sweep(context, wave)
    facts = {"subject": wave.subject, "step": wave.step}
    try:
        async with context.session.begin_nested():
            return await _write_part(context, audiences, wave)
    except Exception:
        log.exception("reminders could not be planned", extra=facts)
        wave.next_at = context.now + TRY_AGAIN
        return 1


async def _write_part(context: Context, audiences: Mapping[str, Audience], wave: ReminderWave) -> int:
    kind, _, number = wave.subject.partition(":")
    part = await audiences[kind](context, int(number), wave)
    written = await reminders.add_all(context.session, part.plans, context.now)
    wave.after, wave.next_at = (part.after, context.now) if part.after is not None else (wave.after, None)
    await context.session.flush()
    log.info(
        "reminders planned",
        extra={"subject": wave.subject, "step": wave.step, "count": written, "done": part.after is None},
    )
    return max(written, 1)


async def _sweep(context: Context, wave: ReminderWave) -> int:
    voided = await reminder_waves.sweep(
        context.session, wave.subject, keep_edition=wave.edition or None, reason=wave.step
    )
    if not voided:
        wave.next_at = None
    return max(voided, 1)
