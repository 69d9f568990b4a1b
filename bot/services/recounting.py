"""A calendar or a rule that changed: the clocks of all cases that wait are counted anew, some at a time."""

import hashlib
import logging
from importlib.metadata import version
from typing import Any

import orjson

from bot.services import clocks, people
from bot.services.context import Context
from storage import clocks as stored
from storage import job_marks
from storage.models import Case, JobMark

log = logging.getLogger(__name__)
RECOUNT = "recount clocks"
BATCH = 50


async def recount(context: Context) -> int:
    """Count on where a recount is under way, else begin one if anything changed since; returns how many."""
    mark = await job_marks.claim(context.session, RECOUNT, context.now)
    digest, hours = _digest(context), _hours(context)
    if mark.period == job_marks.NEVER:  # every clock was started with the calendar as it is
        job_marks.put(mark, digest, context.now, {"hours": hours, "after": None})
        return 0
    if mark.facts["after"] is None:
        if mark.period == digest:
            return 0
        log.info("clocks are counted anew")
        facts = {"hours": hours, "were": mark.facts["hours"], "after": 0}
        job_marks.put(mark, digest, context.now, facts)
    return await _count_on(context, mark)


async def _count_on(context: Context, mark: JobMark) -> int:
    """The next cases by id; a further change that comes meanwhile is seen when this one is through."""
    facts: dict[str, Any] = dict(mark.facts)
    found = await stored.running(context.session, after_id=facts["after"], limit=BATCH)
    for case in found:
        await clocks.recompute(context, case, more_hours=_more(context, case, facts))
    facts["after"] = found[-1].id if len(found) == BATCH else None
    mark.facts = facts
    return len(found)


def _more(context: Context, case: Case, facts: dict[str, Any]) -> float:
    """What the rule of its present step was changed by; nothing where the step began under the new rule."""
    rule = 0 if case.clock_step == people.first_step(context, case) else 1
    is_new = case.clock_hours == facts["hours"][rule]
    return 0.0 if is_new else float(facts["hours"][rule] - facts["were"][rule])


def _hours(context: Context) -> list[float]:
    return [float(context.rules.first_answer_hours), float(context.rules.escalation_hours)]


def _digest(context: Context) -> str:
    """What due times are made of: the days, the hours, the zone, and the shipped table's version."""
    calendar, rules = context.calendar, context.rules
    made_of = [
        sorted((day.isoformat(), kind) for day, kind in calendar.days.holidays.items()),
        [str(rules.working_hours), str(rules.quiet_hours), *_hours(context)],
        str(calendar.zone),
        version("holidays"),
    ]
    return hashlib.sha256(orjson.dumps(made_of)).hexdigest()
