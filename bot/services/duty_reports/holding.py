"""The plan and the result of a report: day, place, who came, the voters' marks; a held one is a duty entry."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bot.calendars.local_time import YEARS, instant_of, parse_clock
from bot.notices import duty_reports as notices
from bot.services import speaking
from bot.services.context import Context
from bot.services.directory import RepresentativeEntry
from bot.services.duty import access, recording
from bot.services.duty import drafting as entries
from bot.services.duty_file.terms import usual_term
from bot.services.duty_reports.drafting import get_or_add
from bot.services.people import Member
from bot.services.reminders.said import Answer, Spoken, Void
from storage import duty, duty_reports, reminders
from storage.duty import NewEntry
from storage.keys import find_key
from storage.models import DutyReport
from storage.outbox import Purpose
from storage.reminders import Plan
from storage.states import DutyReportState

KIND = "duty_report"
MOST = 100_000  # people; more is a slip
_DAY = timedelta(days=1)
_BEFORE = (3, 1)
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_NUMBERS: Mapping[str, re.Pattern[str]] = {
    "attendees": re.compile(r"(?:参加|到会|到场)\s*(\d{1,6})\s*人?"),
    "basically": re.compile(r"基本满意\s*(\d{1,6})\s*[票人]?"),
    "dissatisfied": re.compile(r"不满意\s*(\d{1,6})\s*[票人]?"),
    "satisfied": re.compile(r"满意\s*(\d{1,6})\s*[票人]?"),
}


def _find_person(context: Context, member: Member, name: str) -> RepresentativeEntry | notices.ReportHelp:
    """A representative whose duty this member looks after."""
    directory = context.directory
    by_code = directory.representatives.get(name)
    found = [by_code] if by_code else directory.representatives_named(name.removesuffix("代表"))
    viewer = access.viewer_of(context, member)
    seen = [one for one in found if viewer.stations is None or one.station_code in viewer.stations]
    if len(seen) == 1:
        return seen[0]
    return notices.ReportHelp("several" if seen else "nobody")


def _may_note(member: Member) -> bool:
    return member.staff is not None and member.staff.role != "auditor"


def _take_day(words: str) -> tuple[date | None, str]:
    """The day in the words, and the words without it."""
    found = _DATE.search(words)
    if found is None:
        return None, words.strip()
    rest = f"{words[: found.start()]} {words[found.end() :]}".strip(" ，,。\n")
    try:
        on = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None, rest
    return (on if on.year in YEARS else None), rest


async def plan(context: Context, member: Member, words: str) -> notices.Planned | notices.ReportHelp:
    """述职 安排 张伟 2026-12-20 牡丹园社区; a second time moves it. It covers the year of the day."""
    if not _may_note(member):
        return notices.ReportHelp("staff_only")
    name, _, rest = words.partition(" ")
    on, place = _take_day(rest)
    if on is None or not place or on < context.calendar.today(context.now):
        return notices.ReportHelp("plan")
    person = _find_person(context, member, name)
    if isinstance(person, notices.ReportHelp):
        return person
    report = await duty_reports.find_open(context.session, person.code)
    report = report or await get_or_add(context, person.code, date(on.year, 1, 1), date(on.year, 12, 31))
    key = await find_key(context.session, context.vault, report.key_id)
    if report.state is DutyReportState.HELD or key is None:
        return notices.ReportHelp("held")
    moved = report.state is DutyReportState.PLANNED
    if not moved:
        report.move(DutyReportState.PLANNED)
    report.planned_on, report.place_sealed = on, key.seal_text(place[:200])
    report.planned_at, report.planned_by = context.now, member.userid
    await _remind(context, report, person)
    if person.userid:
        told = notices.Planned(on, place, moved=moved).render()
        await speaking.notify_members(context, [person.userid], Purpose.NOTICE, told)
    return notices.Planned(on, place, person.name, moved)


async def _remind(context: Context, report: DutyReport, person: RepresentativeEntry) -> None:
    """Three days before and the day before, to the representative and the officers of their station."""
    if report.planned_on is None:
        return
    subject, edition = f"report:{report.id}", report.planned_on.isoformat()
    await reminders.void(context.session, subject, keep_edition=edition, reason="moved")
    ends = instant_of(report.planned_on + _DAY, parse_clock("00:00"), context.zone)
    heard = [*([person.userid] if person.userid else []), *context.directory.officers_of(person.station_code)]
    plans = [
        Plan(subject, edition, f"before_{days}", reminders.member(userid), due_at, ends)
        for days in _BEFORE
        for userid in dict.fromkeys(heard)
        if (due_at := instant_of(report.planned_on - days * _DAY, parse_clock("09:00"), context.zone)) > context.now
    ]
    await reminders.add_all(context.session, plans, context.now)


async def speak(
    context: Context, subject_id: int, edition: str, _step: str, recipients: Sequence[str]
) -> Mapping[str, Answer]:
    """The day again, while it is still planned for that day."""
    report = await context.session.get(DutyReport, subject_id)
    if report is None or report.state is not DutyReportState.PLANNED or str(report.planned_on) != edition:
        return dict.fromkeys(recipients, Void("moved"))
    person = context.directory.representatives.get(report.representative_code)
    own = reminders.member(person.userid) if person and person.userid else ""
    place = await place_of(context, report)
    day = date.fromisoformat(edition)
    soon = Spoken(notices.Soon(day, place, report.own_sealed is not None).render())
    others = Spoken(notices.Planned(day, place, person.name if person else "").render())
    return {one: soon if one == own else others for one in recipients}


async def place_of(context: Context, report: DutyReport) -> str:
    """Where it is planned; empty where nothing is, or it was erased."""
    key = await find_key(context.session, context.vault, report.key_id)
    return key.open_text(report.place_sealed) if key is not None else ""


async def call_off(context: Context, member: Member, name: str) -> notices.CalledOff | notices.ReportHelp:
    """述职 取消 张伟."""
    if not _may_note(member):
        return notices.ReportHelp("staff_only")
    person = _find_person(context, member, name)
    if isinstance(person, notices.ReportHelp):
        return person
    report = await duty_reports.find_open(context.session, person.code)
    if report is None or report.state is not DutyReportState.PLANNED:
        return notices.ReportHelp("not_planned")
    report.move(DutyReportState.DRAFTED)
    report.planned_on = report.place_sealed = None
    await reminders.void(context.session, f"report:{report.id}", reason="called off")
    if person.userid:
        told = notices.CalledOff().render()
        await speaking.notify_members(context, [person.userid], Purpose.NOTICE, told)
    return notices.CalledOff(person.name)


async def hold(context: Context, member: Member, words: str) -> notices.Held | notices.ReportHelp:
    """述职 结果 张伟 2026-12-20 参加50 满意40 基本满意8 不满意2: on record, and a duty entry that they confirm."""
    if not _may_note(member):
        return notices.ReportHelp("staff_only")
    name, _, rest = words.partition(" ")
    on, rest = _take_day(rest)
    figures = _figures(rest)
    if figures is None:
        return notices.ReportHelp("result")
    person = _find_person(context, member, name)
    if isinstance(person, notices.ReportHelp):
        return person
    report = await duty_reports.find_open(context.session, person.code)
    day = on or (report.planned_on if report is not None else None)
    if day is None or day > context.calendar.today(context.now):
        return notices.ReportHelp("result")
    if sum(figures[1:]) > figures[0]:
        return notices.ReportHelp("marks")
    report = report or await get_or_add(context, person.code, date(day.year, 1, 1), date(day.year, 12, 31))
    if report.state is DutyReportState.HELD:
        return notices.ReportHelp("held")
    return await _note(context, member, person, report, day, figures)


def _figures(words: str) -> tuple[int, int, int, int] | None:
    """Attendees, satisfied, basically, dissatisfied; None where one is not said, or is a slip."""
    found = {}
    for name, pattern in _NUMBERS.items():
        said = pattern.search(words)
        if said is None or int(said[1]) > MOST:
            return None
        found[name] = int(said[1])
        words = words[: said.start()] + " " + words[said.end() :]
    return found["attendees"], found["satisfied"], found["basically"], found["dissatisfied"]


async def _note(
    context: Context,
    member: Member,
    person: RepresentativeEntry,
    report: DutyReport,
    day: date,
    figures: tuple[int, int, int, int],
) -> notices.Held:
    own = member.representative is not None and member.representative.code == person.code
    place = await place_of(context, report)
    new = NewEntry(
        representative_code=person.code,
        station_code=person.station_code,
        kind=KIND,
        source=duty.REP if own else duty.STAFF,
        at=entries.day_begins(context, day),
        on=day,
        recorded_at=context.now,
        summary=notices.REPORTED.format(*figures),
        own=own,
        recorded_by=member.userid,
        subject=f"duty_report:{report.id}",
        people=figures[0],
        evidence=(f"duty_report:{report.id}",),
        details={"place": place} if place else None,
    )
    entry = await recording.write(context, new)
    report.move(DutyReportState.HELD)
    report.held_on, report.noted_by, report.entry_id = day, member.userid, entry.id
    report.attendees, report.satisfied, report.basically, report.dissatisfied = figures
    await reminders.void(context.session, f"report:{report.id}", reason="held")
    return notices.Held(person.name, day, figures[0], figures[1:], entry.id)


async def coverage(context: Context, member: Member) -> notices.Coverage | notices.ReportHelp:
    """述职 名单: of those whom this member looks after, how many reported within a year, and who did not."""
    if member.staff is None:
        return notices.ReportHelp("not_representative")
    viewer = access.viewer_of(context, member)
    today = context.calendar.today(context.now)
    since = today - timedelta(days=365)
    term = usual_term(context.rules, today)
    held = await duty_reports.last_held_on(context.session)
    people = [
        one
        for one in sorted(context.directory.representatives.values(), key=lambda one: one.code)
        if viewer.stations is None or one.station_code in viewer.stations
    ]
    missing = tuple(
        (one.name, held.get(one.code, date.min) < term.first_on)
        for one in people
        if held.get(one.code, date.min) < since
    )
    return notices.Coverage(since, len(people) - len(missing), len(people), missing)


async def status(context: Context, member: Member) -> notices.Status | notices.Coverage | notices.ReportHelp:
    """述职, alone: a representative's own; for staff who are none, the list."""
    person = member.representative
    if person is None:
        return await coverage(context, member)
    held = await duty_reports.find_last_held(context.session, person.code)
    ahead = await duty_reports.find_open(context.session, person.code)
    planned_on = ahead.planned_on if ahead is not None else None
    return notices.Status(
        held.held_on if held is not None else None,
        (held.satisfied or 0, held.basically or 0, held.dissatisfied or 0) if held is not None else None,
        planned_on,
        await place_of(context, ahead) if ahead is not None and planned_on is not None else "",
    )
