"""签到 and 签退: who was there, when they came, and by which way that was noted."""

import re
from datetime import datetime, timedelta

from bot.calendars.faults import BadCalendar
from bot.calendars.local_time import instant_of, parse_clock
from bot.notices.activity_day import CheckedIn, CheckedOut, CheckInRefused
from bot.services.activity_days import facts
from bot.services.context import Context
from bot.services.duty import making
from bot.services.people import Member
from storage import activity_days, activity_rosters, audit
from storage.models import ActivityDay, Attendance
from storage.states import ActivityState, AttendanceState

TAP, WORD, SCAN, STAFF = "tap", "word", "scan", "staff"
_NAMED = re.compile(r"(?P<name>[^\s，,]+?)(?:代表)?(?:[\s，,]+(?P<at>\d{1,2}[:：]\d{2}))?[。\s]*")
_OPEN = frozenset({ActivityState.REMINDED, ActivityState.ANNOUNCED, ActivityState.OPEN})
_ON_THE_DAY = _OPEN | frozenset(activity_days.AFTER)


async def check_in(
    context: Context, member: Member, mode: str, *, day_id: int | None = None, station: str | None = None
) -> CheckedIn | CheckInRefused:
    """A representative says that they are there; a second time says when it was noted.

    `station` is a site that they scanned: whoever is on no roster is written onto that of the site, as somebody
    who came of their own accord; without it onto that of their own station.
    """
    person = member.representative
    if person is None:
        return CheckInRefused("no_day")
    places = await activity_rosters.attendances_on(context.session, person.code, facts.today(context))
    found = next((place for place in places if day_id is None or place[1].id == day_id), None)
    if found is None:
        found = await _walk_in(context, person.code, station or person.station_code)
    if found is None:
        return CheckInRefused("no_day")
    attendance, day = found
    early = facts.starts_at(context, day) - timedelta(minutes=context.rules.check_in_early_minutes)
    if attendance.state not in facts.HERE and context.now < early:
        described = await facts.describe(context, day)
        return CheckInRefused("early", f"活动日是{described.when}")
    if attendance.state not in facts.HERE and context.now >= facts.ends_at(context, day):
        return CheckInRefused("over")
    return await _note(context, day, attendance, context.now, mode)


async def _walk_in(context: Context, code: str, station: str | None) -> tuple[Attendance, ActivityDay] | None:
    """A representative who is on no roster of today comes to a site."""
    day = await activity_days.on_day_at(context.session, station, facts.today(context)) if station else None
    if day is None or station is None or day.state not in _OPEN:
        return None
    early = facts.starts_at(context, day) - timedelta(minutes=context.rules.check_in_early_minutes)
    if not early <= context.now < facts.ends_at(context, day):
        return None
    attendance = Attendance(
        day_id=day.id,
        station_code=station,
        representative_code=code,
        state=AttendanceState.ACCEPTED,
        reason="",
    )
    context.session.add(attendance)
    await context.session.flush()
    return attendance, day


async def _note(
    context: Context, day: ActivityDay, attendance: Attendance, at: datetime, mode: str, whose: str = ""
) -> CheckedIn:
    described = await facts.describe(context, day)
    again = attendance.state in facts.HERE and mode != STAFF
    if not again:
        late = at > facts.starts_at(context, day) + timedelta(minutes=context.rules.late_minutes)
        state = AttendanceState.LATE if late else AttendanceState.PRESENT
        if attendance.state is not state:
            attendance.move(state)
        attendance.arrived_at, attendance.mode = at, mode
        await making.follow_attendance(context, attendance, day)
    arrived = (attendance.arrived_at or at).astimezone(context.zone)
    late = attendance.state is AttendanceState.LATE
    return CheckedIn(described, f"{arrived:%H:%M}", late, whose, again)


async def check_in_for(context: Context, member: Member, words: str) -> CheckedIn | CheckInRefused:
    """`签到 代表姓名 [时间]` by those who work the site; after the end the time defaults to the start."""
    said = _NAMED.fullmatch(words.strip())
    if said is None:
        return CheckInRefused("time")
    found = await _find_named(context, member, said["name"])
    if isinstance(found, CheckInRefused):
        return found
    return await note_by_staff(context, member, *found, said["at"])


def opens_at(context: Context, day: ActivityDay) -> datetime:
    """From when on somebody may be noted as there."""
    return facts.starts_at(context, day) - timedelta(minutes=context.rules.check_in_early_minutes)


def may_be_noted(day: ActivityDay) -> bool:
    """Whether staff may write down who was there: from the notice to the public on, until it is filed away."""
    return day.state in _ON_THE_DAY and day.state is not ActivityState.ARCHIVED


async def note_by_staff(
    context: Context, member: Member, attendance: Attendance, day: ActivityDay, clock: str | None
) -> CheckedIn | CheckInRefused:
    """They were there, from a local time of that day on (`HH:MM`; None is now, or the start once it is over).

    The caller has made sure that the member works the site.
    """
    if context.now < opens_at(context, day):
        return CheckInRefused("early", f"活动日是{(await facts.describe(context, day)).when}")
    at = _time(context, day, clock)
    if at is None:
        return CheckInRefused("time")
    name = facts.name_of(context, attendance.representative_code)
    audit.add_line(
        context.session,
        actor=member.userid,
        act="attendance noted by staff",
        subject=f"day {day.id}: {attendance.representative_code}",
        at=context.now,
    )
    return await _note(context, day, attendance, at, STAFF, name)


def _time(context: Context, day: ActivityDay, words: str | None) -> datetime | None:
    """What was written; else now, or the start where the day is over. None where it is no time of that day."""
    if words is None:
        return context.now if context.now < facts.ends_at(context, day) else facts.starts_at(context, day)
    try:
        at = instant_of(day.on_date, parse_clock(words.replace("：", ":")), context.zone)
    except BadCalendar:
        return None
    return at if at <= context.now and at < facts.ends_at(context, day) else None


async def _find_named(
    context: Context, member: Member, name: str
) -> tuple[Attendance, ActivityDay] | CheckInRefused:
    """The one place of that name, on today's day or the latest that is over, at a site that the member works."""
    days = await _days_of(context, member)
    if not days:
        return CheckInRefused("no_site")
    for day in days:
        named = [
            one
            for one in await activity_rosters.roster_of(context.session, day.id)
            if name in (one.representative_code, facts.name_of(context, one.representative_code))
        ]
        mine = [one for one in named if facts.may_work_site(context, member, one.station_code)]
        if len(mine) > 1:
            return CheckInRefused("several", name=name, choices=await _choices(context, mine))
        if mine:
            return mine[0], day
        if named:
            return CheckInRefused("not_yours", name=name)
    return CheckInRefused("nobody", name=name)


async def _days_of(context: Context, member: Member) -> list[ActivityDay]:
    """Today's days, then those of the last two weeks that are not filed away, at the member's sites."""
    today = facts.today(context)
    days = await activity_days.listed(
        context.session, region_codes=None, first=today - timedelta(days=14), last=today
    )
    held = [day for day in reversed(days) if may_be_noted(day)]
    found = []
    for day in held:
        sites = await activity_days.sites_of(context.session, day.id)
        if facts.works_at(context, member, [site.station_code for site in sites]):
            found.append(day)
    return found


async def _choices(context: Context, places: list[Attendance]) -> tuple[tuple[str, str], ...]:
    named = await facts.places(context, [one.station_code for one in places])
    return tuple(
        (
            f"{facts.name_of(context, one.representative_code)}（{named[one.station_code].name}）",
            one.representative_code,
        )
        for one in places
    )


async def check_out(context: Context, member: Member) -> CheckedOut | CheckInRefused:
    """签退: when they left; a later one takes its place."""
    person = member.representative
    places = (
        await activity_rosters.attendances_on(context.session, person.code, facts.today(context)) if person else []
    )
    here = next((place for place, _ in places if place.state in facts.HERE), None)
    if here is None:
        return CheckInRefused("not_in")
    here.left_at = context.now
    return CheckedOut(f"{context.local_now:%H:%M}")


async def note_absent(context: Context, day: ActivityDay) -> int:
    """At the close: whoever was expected and did not check in was not there; staff may put it right."""
    return await activity_rosters.note_absent(context.session, day.id)
