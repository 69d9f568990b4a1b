"""A department's reply is due, or late: whoever has the case hears of it until it is here."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.calendars.local_time import MIDNIGHT, instant_of, parse_clock
from bot.notices.work_order import ReplyDue
from bot.services import people, work_orders
from bot.services.context import Context
from bot.services.reminders.said import Answer, Spoken, Void
from storage import job_marks, reminders
from storage import work_orders as stored
from storage.keys import find_key
from storage.models import Case, WorkOrder
from storage.reminders import Plan
from storage.states import OrderState

PLANNED = "work orders"
_AT = parse_clock("09:00")
_DAY = timedelta(days=1)
_LATE = "late"


async def plan(context: Context) -> int:
    """Once a day: the steps of what is due soon, and one for each working day after the day that was asked for."""
    today = context.calendar.today(context.now)
    if not await job_marks.begin(context.session, PLANNED, today.isoformat(), context.now):
        return 0
    ahead = max(context.rules.department_ladder_days, default=0) * 2 + 14  # a long holiday may lie between
    due = await stored.due_before(context.session, context.now + timedelta(days=ahead))
    plans = [
        Plan(f"order:{order.id}", order.due_at.isoformat(), step, reminders.member(userid), due_at, until)
        for order, case in due
        for step, due_at, until in _steps(context, order, today)
        for userid in people.readers_of(context, case)
    ]
    await reminders.add_all(context.session, plans, context.now)
    return 1


def _steps(context: Context, order: WorkOrder, today: date) -> list[tuple[str, datetime, datetime]]:
    """What is said when, each useful until the next."""
    days = context.calendar.days
    if order.is_late(context.now):
        if not days.is_working(today):
            return []
        until = instant_of(today + _DAY, MIDNIGHT, context.zone)
        return [(f"{_LATE}_{today:%Y%m%d}", _nine(context, today), until)]
    due_on = work_orders.day_of(context, order)
    ladder = sorted(context.rules.department_ladder_days, reverse=True)
    said = [(f"before_{count}", days.add(due_on, -count)) for count in ladder]
    ends = [*(_nine(context, on) for _, on in said[1:]), order.due_at]
    return [
        (name, _nine(context, on), end)
        for (name, on), end in zip(said, ends, strict=True)
        if on >= today and end > _nine(context, on)
    ]


def _nine(context: Context, day: date) -> datetime:
    return instant_of(day, _AT, context.zone)


async def speak(
    context: Context, subject_id: int, edition: str, step: str, recipients: Sequence[str]
) -> Mapping[str, Answer]:
    """The reminder, if the reply is still owed by that day; to those who still have the case."""
    order = await context.session.get(WorkOrder, subject_id)
    if order is None or order.state is not OrderState.OPEN or order.due_at.isoformat() != edition:
        return dict.fromkeys(recipients, Void("nothing is owed"))
    case = await context.session.get_one(Case, order.case_id)
    if not case.is_open:
        return dict.fromkeys(recipients, Void("closed"))
    if await find_key(context.session, context.vault, case.key_id) is None:
        return dict.fromkeys(recipients, Void("erased"))
    name, due_on = await work_orders.name_of(context, order), work_orders.day_of(context, order)
    said = ReplyDue(case.number, name, due_on, step.startswith(_LATE)).render()
    theirs = {reminders.member(userid) for userid in people.readers_of(context, case)}
    return {one: Spoken(said, case=case) if one in theirs else Void("not theirs") for one in recipients}
