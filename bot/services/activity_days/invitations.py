"""参加, 请假 and 换人: what representatives answer, and who is asked in their place."""

import logging
from collections.abc import Sequence

from bot.notices import activity_day as notices
from bot.notices import activity_day_rosters
from bot.notices.content import Content
from bot.services import speaking
from bot.services.activity_days import facts, roster
from bot.services.context import Context
from bot.services.people import Member
from storage import activity_days, activity_rosters, audit, leaves, reminder_waves, reminders
from storage.models import ActivityDay, Attendance
from storage.outbox import Purpose
from storage.reminder_waves import open_wave
from storage.reminders import Plan
from storage.states import ActivityState, AttendanceState

log = logging.getLogger(__name__)
INVITE = "invite"
INVITED = "invited"  # the audience of it
AT_ONCE = 10  # places that change hands in one commit
_ANSWERABLE = frozenset({ActivityState.CONFIRMED, *activity_days.WITH_ROSTER} - {ActivityState.OPEN})


def is_answerable(context: Context, day: ActivityDay) -> bool:
    """Whether the roster may still change by itself: until the start."""
    return day.state in _ANSWERABLE and context.now < facts.starts_at(context, day)


async def invite(context: Context, day: ActivityDay, attendances: Sequence[Attendance]) -> int:
    """Ask these few, as far as they were not asked for this date; without a member id the officer is shown them."""
    subject, edition, until = facts.subject(day), facts.edition(context, day), facts.starts_at(context, day)
    unasked = [one for one in attendances if one.state is AttendanceState.INVITED and one.asked_at is None]
    plans = [
        Plan(subject, edition, INVITE, reminders.member(userid), context.now, until)
        for userid in note_asked(context, unasked)
    ]
    return await reminders.add_all(context.session, plans, context.now)


async def invite_all(context: Context, day: ActivityDay) -> bool:
    """Ask everyone on the roster who was not asked for this date."""
    until = facts.starts_at(context, day)
    step = open_wave(facts.subject(day), facts.edition(context, day), INVITE, context.now, until)
    return await reminder_waves.begin(context.session, step, INVITED, context.now)


def note_asked(context: Context, attendances: Sequence[Attendance]) -> list[str]:
    """They are asked now; returns the member ids of those who have one."""
    asked = []
    for attendance in attendances:
        userid = facts.userid_of(context, attendance.representative_code)
        if userid is not None:
            attendance.asked_at = context.now
            asked.append(userid)
    return asked


async def find_theirs(context: Context, day: ActivityDay, member: Member) -> Attendance | None:
    """The member's own place on a day."""
    if member.representative is None:
        return None
    return await activity_rosters.find_attendance(context.session, day.id, member.representative.code, lock=True)


async def accept(context: Context, day: ActivityDay, attendance: Attendance) -> str:
    """参加; returns how it stands now, a word of `notices.activity_day`. A second tap changes nothing."""
    if not is_answerable(context, day):
        return "over"
    if attendance.state is AttendanceState.REPLACED:
        return "replaced"
    if attendance.state is AttendanceState.ACCEPTED:
        return "accepted"
    attendance.move(AttendanceState.ACCEPTED)
    attendance.reason, attendance.answered_at = "", context.now
    await context.session.flush()
    await _withdraw_substitutes(context, day, attendance)
    await _settle_substitute(context, day, attendance)
    return "accepted"


async def decline(context: Context, day: ActivityDay, attendance: Attendance, reason: str = roster.LEAVE) -> str:
    """请假: the officer hears of it and somebody else is asked; returns how it stands now."""
    if not is_answerable(context, day):
        return "over"
    if attendance.state in (AttendanceState.REPLACED, AttendanceState.DECLINED):
        return "replaced" if attendance.state is AttendanceState.REPLACED else "declined"
    attendance.move(AttendanceState.DECLINED)
    attendance.reason, attendance.answered_at = reason, context.now
    await context.session.flush()
    if await _refuse_substitution(context, day, attendance):
        return "declined"
    await replace(context, day, attendance)
    return "declined"


async def replace(context: Context, day: ActivityDay, gone: Attendance) -> Attendance | None:
    """Ask the next reserve to stand in for somebody who cannot come; the officer hears who, or that nobody can."""
    missing = gone.stands_in_for or gone.representative_code
    reserves = await roster.find_reserves(context, day, gone.station_code)
    asked = await _ask(context, day, gone.station_code, reserves[0], missing) if reserves else None
    places = await facts.places(context, [gone.station_code])
    told = activity_day_rosters.LeaveTaken(
        await facts.describe(context, day),
        places[gone.station_code].name,
        facts.name_of(context, gone.representative_code),
        facts.name_of(context, asked.representative_code) if asked else "",
        left=gone.reason == roster.LEFT,
    )
    await tell_officers(context, gone.station_code, told.render())
    return asked


async def tell_officers(context: Context, station_code: str, content: Content) -> None:
    """A notice to those who work a site."""
    officers = context.directory.officers_of(station_code)
    await speaking.notify_members(context, officers, Purpose.NOTICE, content)


async def _ask(context: Context, day: ActivityDay, station: str, code: str, missing: str) -> Attendance:
    attendance = Attendance(
        day_id=day.id,
        station_code=station,
        representative_code=code,
        state=AttendanceState.INVITED,
        stands_in_for=missing,
        reason="",
    )
    context.session.add(attendance)
    await context.session.flush()
    await invite(context, day, [attendance])
    log.info("a substitute is asked", extra={"activity_day": day.id, "representative": code})
    return attendance


async def _settle_substitute(context: Context, day: ActivityDay, attendance: Attendance) -> None:
    """Who agreed to stand in takes the place of the one they stand in for, who is told."""
    if attendance.stands_in_for is None:
        return
    missing = await activity_rosters.find_attendance(context.session, day.id, attendance.stands_in_for, lock=True)
    if missing is None:
        return
    knows = missing.state not in facts.GOING
    if missing.state is not AttendanceState.REPLACED:
        missing.move(AttendanceState.REPLACED)
    described = await facts.describe(context, day)
    places = await facts.places(context, [attendance.station_code])
    name = facts.name_of(context, attendance.representative_code)
    found = activity_day_rosters.ReplacementFound(
        described,
        places[attendance.station_code].name,
        name,
        facts.name_of(context, missing.representative_code),
    )
    await tell_officers(context, attendance.station_code, found.render())
    userid = facts.userid_of(context, missing.representative_code)
    if userid is not None and not knows:
        agreed = notices.SubstituteAnswered(described, name, agreed=True).render()
        await speaking.notify_members(context, [userid], Purpose.NOTICE, agreed)


async def _withdraw_substitutes(context: Context, day: ActivityDay, attendance: Attendance) -> None:
    """Who was asked to stand in and has not said yet need not any more: the one they stand in for comes."""
    for other in await activity_rosters.roster_of(context.session, day.id):
        waits = other.state is AttendanceState.INVITED
        if not waits or other.stands_in_for != attendance.representative_code:
            continue
        other.move(AttendanceState.DECLINED)
        other.reason = roster.NOT_NEEDED
        userid = facts.userid_of(context, other.representative_code)
        if userid is not None:
            left = notices.RosterLeft(await facts.describe(context, day)).render()
            await speaking.notify_members(context, [userid], Purpose.NOTICE, left)


async def _refuse_substitution(context: Context, day: ActivityDay, attendance: Attendance) -> bool:
    """A named substitute cannot come, and the one who named them still can: they are told. False where not so."""
    if attendance.stands_in_for is None:
        return False
    missing = await activity_rosters.find_attendance(context.session, day.id, attendance.stands_in_for)
    if missing is None or missing.state not in facts.GOING:
        return False
    userid = facts.userid_of(context, missing.representative_code)
    if userid is not None:
        name = facts.name_of(context, attendance.representative_code)
        said = notices.SubstituteAnswered(await facts.describe(context, day), name, agreed=False).render()
        await speaking.notify_members(context, [userid], Purpose.NOTICE, said)
    return True


async def name_substitute(
    context: Context, day: ActivityDay, attendance: Attendance, words: str
) -> notices.SubstituteAsked | notices.SubstituteRefused | notices.InvitationAnswered:
    """`换人 编号 代表姓名`: they are asked; until they agree, the one who asks stays on the roster."""
    described = await facts.describe(context, day)
    if not is_answerable(context, day):
        return notices.InvitationAnswered(described, "over")
    if attendance.state is AttendanceState.REPLACED:
        return notices.InvitationAnswered(described, "replaced")
    found = _find_person(context, words, attendance.station_code)
    if isinstance(found, notices.SubstituteRefused):
        return found
    if refused := await _refusal(context, day, attendance, found):
        return notices.SubstituteRefused(refused, facts.name_of(context, found))
    await _ask(context, day, attendance.station_code, found, attendance.representative_code)
    audit.add_line(
        context.session,
        actor=facts.userid_of(context, attendance.representative_code) or attendance.representative_code,
        act="substitute named",
        subject=f"day {day.id}: {found}",
        at=context.now,
    )
    return notices.SubstituteAsked(described, facts.name_of(context, found))


def _find_person(context: Context, words: str, station: str) -> str | notices.SubstituteRefused:
    directory = context.directory
    name = words.strip().removesuffix("代表")
    if name in directory.representatives:
        return name
    named = directory.representatives_named(name)
    near = [one for one in named if one.station_code in facts.branch_of(context, station)] or named
    if not near:
        return notices.SubstituteRefused("nobody", name)
    if len(near) > 1:
        listed = []
        for one in near:
            home = directory.stations.get(one.station_code or "")
            listed.append((one.name, home.name if home else "未编站", one.code))
        return notices.SubstituteRefused("several", name, tuple(listed))
    return near[0].code


async def _refusal(context: Context, day: ActivityDay, attendance: Attendance, code: str) -> str:
    """Why this person cannot be asked; empty where they can."""
    if code == attendance.representative_code:
        return "yourself"
    if facts.userid_of(context, code) is None:
        return "unreachable"
    if context.directory.representatives[code].station_code not in facts.branch_of(
        context, attendance.station_code
    ):
        return "far"
    on_it = {one.representative_code: one for one in await activity_rosters.roster_of(context.session, day.id)}
    if code in on_it:
        same = on_it[code].stands_in_for == attendance.representative_code
        return "pending" if same and on_it[code].state is AttendanceState.INVITED else "listed"
    return "away" if code in await leaves.away_on(context.session, day.on_date) else ""


async def follow_leave(context: Context, day: ActivityDay) -> int:
    """Some of those on leave that day, and of those who left the site, give up their place; returns how many."""
    away = await leaves.away_on(context.session, day.on_date)
    given_up = 0
    for attendance in await activity_rosters.roster_of(context.session, day.id):
        if attendance.state not in facts.GOING or given_up >= AT_ONCE:
            continue
        left = facts.has_left(context, day, attendance)
        if left or attendance.representative_code in away:
            became = await decline(context, day, attendance, roster.LEFT if left else roster.LEAVE)
            given_up += became == "declined"
    return given_up


async def replace_absent(context: Context, day: ActivityDay) -> int:
    """Somebody else is asked for some of those who were on leave from the beginning; returns how many."""
    absent = await activity_rosters.unreplaced(context.session, day.id, roster.LEAVE, AT_ONCE)
    stands_in = await activity_rosters.stood_in_for(context.session, day.id) if absent else set()
    for gone in absent:
        gone.answered_at = context.now
        if gone.representative_code not in stands_in and is_answerable(context, day):
            await replace(context, day, gone)
    return len(absent)
