"""一年一检查: opened on a day, one list to each representative, filled or waived, confirmed by them (domain E8)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.calendars.local_time import instant_of, parse_clock
from bot.notices.duty_file import Gap
from bot.notices.duty_file_check import STATES, CheckRefused, FileComplete, FileConfirmed, GapList, NumberedGap
from bot.services.context import Context
from bot.services.duty_file import gathering
from bot.services.people import Member
from bot.services.reminders.said import Answer, Spoken, Void
from storage import duty_file_checks, job_marks, reminders
from storage.models import FileCheck, FileGap
from storage.reminders import Plan
from storage.states import FileCheckState

OPENED, LOOKED = "file checks opened", "file checks looked at"
GAPS, COMPLETE = "gaps", "complete"
PART = 100  # files a commit
USEFUL = timedelta(days=14)
OPENING = timedelta(days=14)
_S = FileCheckState


def opens_on(rule: str, year: int) -> date:
    """The local day on which the check of a year is opened; 1 November where the rule is no day."""
    try:
        return datetime.strptime(f"{year}-{rule.strip()}", "%Y-%m-%d").date()
    except ValueError:
        return date(year, 11, 1)


async def open_all(context: Context) -> int:
    """One part: a check for each representative, within days of that of the rule; returns how many were looked at.

    An office that begins later in the year is not asked at once: it sets the rule to a day of its own.
    """
    today = context.calendar.today(context.now)
    day = opens_on(context.rules.file_check_from, today.year)
    if not day <= today < day + OPENING:
        return 0
    mark = await job_marks.claim(context.session, OPENED, context.now)
    after = str(mark.facts.get("after", "")) if mark.period == str(today.year) else ""
    codes = sorted(code for code in context.directory.representatives if code > after)[:PART]
    if not codes:
        return 0
    known = await duty_file_checks.checked(context.session, codes, today.year)
    fresh = [code for code in codes if code not in known]
    lacking = await gathering.gaps_of(context, fresh, today.year)
    for code in fresh:
        await _open(context, code, today.year, lacking[code])
    job_marks.put(mark, str(today.year), context.now, {"after": codes[-1]})
    return len(codes)


async def _open(context: Context, code: str, year: int, lacking: Sequence[Gap]) -> None:
    check = FileCheck(
        representative_code=code, year=year, state=_S.OPENED, opened_at=context.now, digest="", completed_at=None
    )
    context.session.add(check)
    await context.session.flush()
    context.session.add_all([FileGap(check_id=check.id, subject=gap.subject[:96]) for gap in lacking])
    if lacking:
        check.move(_S.GAPS_LISTED)
        await _plan(context, check, GAPS)
    else:
        await complete(context, check)


async def complete(context: Context, check: FileCheck) -> None:
    """Nothing is missing any more: the representative is asked to confirm."""
    check.move(_S.COMPLETE)
    check.completed_at = context.now
    await _plan(context, check, COMPLETE)


async def _plan(context: Context, check: FileCheck, step: str) -> None:
    """Once for each step of a check: the row is unique."""
    person = context.directory.representatives.get(check.representative_code)
    if person is None or not person.userid:
        return
    nine = instant_of(context.calendar.today(context.now), parse_clock("09:00"), context.zone)
    due = max(context.now, nine)
    plan = Plan(f"file:{check.id}", "", step, reminders.member(person.userid), due, due + USEFUL)
    await reminders.add_all(context.session, [plan], context.now)


async def look_again(context: Context) -> int:
    """Once a day, a part at a time: what was filled meanwhile; returns how many files were looked at."""
    today = context.calendar.today(context.now).isoformat()
    mark = await job_marks.claim(context.session, LOOKED, context.now)
    after = int(mark.facts.get("after", 0)) if mark.period == today else 0
    checks = await duty_file_checks.in_state(context.session, _S.GAPS_LISTED, PART, after=after)
    by_year: dict[int, list[FileCheck]] = {}
    for check in checks:
        by_year.setdefault(check.year, []).append(check)
    for year, those in by_year.items():
        lacking = await gathering.gaps_of(context, [one.representative_code for one in those], year)
        for check in those:
            await _fill(context, check, lacking[check.representative_code])
    if checks:
        job_marks.put(mark, today, context.now, {"after": checks[-1].id})
    return len(checks)


async def refresh(context: Context, check: FileCheck) -> None:
    """Look at one file now, because somebody asks."""
    if check.state is _S.GAPS_LISTED:
        code = check.representative_code
        lacking = await gathering.gaps_of(context, [code], check.year)
        await _fill(context, check, lacking[code])


async def _fill(context: Context, check: FileCheck, lacking: Sequence[Gap]) -> None:
    """What is not lacking any more is filled; when nothing is left the file is complete."""
    subjects = {gap.subject for gap in lacking}
    listed = await duty_file_checks.gaps(context.session, check.id)
    for gap in listed:
        if duty_file_checks.is_open(gap) and gap.subject not in subjects:
            gap.filled_at = context.now
    if not any(map(duty_file_checks.is_open, listed)):
        await complete(context, check)


async def open_gaps(context: Context, check: FileCheck) -> tuple[NumberedGap, ...]:
    """What is still missing, in words, with the numbers by which staff waive it."""
    listed = await duty_file_checks.gaps(context.session, check.id)
    lacking = await gathering.gaps_of(context, [check.representative_code], check.year)
    lines = {gap.subject: gap.line for gap in lacking[check.representative_code]}
    return tuple(
        NumberedGap(number, lines[gap.subject])
        for number, gap in enumerate(listed, start=1)
        if duty_file_checks.is_open(gap) and gap.subject in lines
    )


async def speak(
    context: Context, subject_id: int, _edition: str, step: str, recipients: Sequence[str]
) -> Mapping[str, Answer]:
    """The list of what is missing, once; or that nothing is, with a button to confirm."""
    check = await context.session.get(FileCheck, subject_id)
    wanted = _S.GAPS_LISTED if step == GAPS else _S.COMPLETE
    if check is None or check.state is not wanted:
        return dict.fromkeys(recipients, Void("gone on"))
    if step == COMPLETE:
        return dict.fromkeys(recipients, Spoken(FileComplete(check.id, check.year).render(), task_id="file-check"))
    gaps = await open_gaps(context, check)
    if not gaps:
        return dict.fromkeys(recipients, Void("filled"))
    return dict.fromkeys(recipients, Spoken(GapList(check.year, gaps).render()))


async def confirm(
    context: Context, member: Member, check_id: int | None = None
) -> FileConfirmed | GapList | CheckRefused:
    """确认档案: the representative stands for their file of the year; while something is missing they hear what."""
    person = member.representative
    check = await duty_file_checks.newest(context.session, person.code) if person is not None else None
    if check is None or check_id not in (None, check.id):
        return CheckRefused("none")
    await refresh(context, check)
    if check.state is _S.GAPS_LISTED:
        return GapList(check.year, await open_gaps(context, check))
    if check.state is _S.COMPLETE:
        check.move(_S.CONFIRMED)
        check.confirmed_at = context.now
    return FileConfirmed(check.year, STATES[check.state.value])


async def own_gaps(context: Context, member: Member) -> GapList | CheckRefused:
    """档案缺项: what one's own file of the newest check lacks."""
    person = member.representative
    check = await duty_file_checks.newest(context.session, person.code) if person is not None else None
    if check is None:
        return CheckRefused("none")
    await refresh(context, check)
    return GapList(check.year, await open_gaps(context, check) if check.state is _S.GAPS_LISTED else ())


async def state_in_words(context: Context, representative_code: str, year: int) -> str:
    """How the check of a year stands; empty where it was not opened."""
    check = await duty_file_checks.find(context.session, representative_code, year)
    return STATES[check.state.value] if check is not None else ""
