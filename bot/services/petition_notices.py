"""Within 15 days the sender of a petition is told where it goes; where the chat could not, staff are reminded.

Regulations on Petition Work, Art. 23.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.calendars.local_time import MIDNIGHT, instant_of, parse_clock
from bot.notices.petition_notice import NoNotice, NoticeDue, NoticeNoted
from bot.services import lanes
from bot.services.context import Context
from bot.services.people import Member
from bot.services.reminders.said import Answer, Spoken, Void
from storage import audit, job_marks, referrals, reminders
from storage import follow_ups as stored
from storage.keys import find_key
from storage.models import Case, Referral
from storage.reminders import Plan

PLANNED = "petition notices"
_AT = parse_clock("09:00")
_DAY = timedelta(days=1)
_OVERDUE = "overdue"


async def plan(context: Context) -> int:
    """Once a day: the steps before the last day, and one for each working day after it."""
    today = context.calendar.today(context.now)
    if not await job_marks.begin(context.session, PLANNED, today.isoformat(), context.now):
        return 0
    ahead = max(context.rules.petition_ladder_days, default=0) + 14  # a long holiday may lie between
    untold = await stored.untold_referrals(context.session, context.now + timedelta(days=ahead))
    plans = [
        Plan(f"referral:{referral.id}", "", step, reminders.member(userid), due_at, until)
        for referral, case in untold
        for step, due_at, until in _steps(context, referral, today)
        for userid in readers(context, case)
    ]
    await reminders.add_all(context.session, plans, context.now)
    return 1


def _steps(context: Context, referral: Referral, today: date) -> list[tuple[str, datetime, datetime]]:
    """What is said when, each useful until the next; what falls on a day off comes on the working day before."""
    days = context.calendar.days
    due_on = context.calendar.today(referral.notice_due_at)
    if referral.notice_due_at <= context.now:
        if not days.is_working(today):
            return []
        return [(f"{_OVERDUE}_{today:%Y%m%d}", _nine(context, today), _midnight_after(context, today))]
    ladder = sorted(context.rules.petition_ladder_days, reverse=True)
    said = [(f"before_{count}", days.last_working(due_on - count * _DAY)) for count in ladder]
    ends = [*(_nine(context, on) for _, on in said[1:]), referral.notice_due_at]
    return [(name, _nine(context, on), end) for (name, on), end in zip(said, ends, strict=True)]


def _nine(context: Context, day: date) -> datetime:
    return instant_of(day, _AT, context.zone)


def _midnight_after(context: Context, day: date) -> datetime:
    return instant_of(day + _DAY, MIDNIGHT, context.zone)


def readers(context: Context, case: Case) -> list[str]:
    """The service centre, and the station's officers where they may read the case; nobody whom it is about."""
    if case.restricted:
        return lanes.readers(context, case)
    officers = context.directory.officers_of(case.station_code)
    return lanes.seen_by(context, dict.fromkeys([*context.directory.centre_staff(), *officers]), case)


async def speak(
    context: Context, subject_id: int, _edition: str, step: str, recipients: Sequence[str]
) -> Mapping[str, Answer]:
    """The reminder, if the sender was not told meanwhile; to those who still may read the case."""
    referral = await context.session.get(Referral, subject_id)
    if referral is None or referral.notified_at is not None:
        return dict.fromkeys(recipients, Void("told"))
    case = await context.session.get_one(Case, referral.case_id)
    if await find_key(context.session, context.vault, case.key_id) is None:
        return dict.fromkeys(recipients, Void("erased"))
    said = NoticeDue(case.number, referral.notice_due_at, step.startswith(_OVERDUE), context.zone).render()
    theirs = {reminders.member(userid) for userid in readers(context, case)}
    return {one: Spoken(said, case=case) if one in theirs else Void("not theirs") for one in recipients}


async def note_told(context: Context, case: Case, member: Member) -> NoticeNoted | NoNotice:
    """已书面告知: on record with who said so; a second time says when it was."""
    referral = await referrals.find_for(context.session, case.id)
    if referral is None:
        return NoNotice(case.number)
    if referral.notified_at is not None:
        return NoticeNoted(case.number, referral.notified_at, context.zone, before=True)
    referral.notified_at = context.now
    audit.add_line(
        context.session,
        actor=member.userid,
        act="petition notice given",
        subject=f"case {case.number}",
        at=context.now,
    )
    return NoticeNoted(case.number, context.now, context.zone)
