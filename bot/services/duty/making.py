"""Entries that the bot makes by itself: who was at an activity day, hosted a session, received people, met.

A sweep over what has none yet: it may be late, run twice or be cut off, and writes each entry once. Exchanges have
theirs in the commit of the answer (`bot.services.answering`).
"""

from dataclasses import replace
from datetime import timedelta

from bot.notices.broadcast import JOIN
from bot.notices.duty_entries import AttendedDay, HostedLive, JoinedMeeting, ReceivedAtDesk
from bot.services.activity_days import facts
from bot.services.broadcasts import writing
from bot.services.context import Context
from bot.services.duty import kinds, numbers, parsing, recording
from bot.services.duty.drafting import day_begins
from storage import duty, duty_sources, job_marks
from storage.duty import NewEntry
from storage.keys import find_key
from storage.models import ActivityDay, Attendance, Broadcast, LiveSession, Reception
from storage.states import AttendanceState

AGO = timedelta(days=60)  # what is older was made long ago, or belongs on paper
BATCH = 100
MEETINGS = "duty of meetings"
MEETING = "congress_activity"
_SELF = frozenset({"tap", "word", "scan"})  # ways of checking in that are the representative's own act
_LIVE_KINDS = {"live": "live_session", "deliberation": "deliberation", "inquiry": "deliberation"}


async def make(context: Context) -> int:
    """One look at everything; returns how many entries were written."""
    made = await _from_attendances(context) + await _from_receptions(context)
    return made + await _from_live_sessions(context) + await _from_meetings(context)


async def _from_attendances(context: Context) -> int:
    found = await duty_sources.attendances(context.session, context.now - AGO, BATCH)
    places = await facts.places(context, {attendance.station_code for attendance, _ in found})
    for attendance, day in found:
        await recording.write(context, _attended(context, attendance, day, places[attendance.station_code].name))
    return len(found)


async def follow_attendance(context: Context, attendance: Attendance, day: ActivityDay) -> None:
    """Whoever was said not to have been there was there after all: a correction brings their entry back."""
    subject, code = duty_sources.attendance(attendance.id), attendance.representative_code
    old = await duty.find_made(context.session, subject, code)
    if old is None or not old.withdrawn:
        return
    places = await facts.places(context, {attendance.station_code})
    await recording.correct(context, old, _attended(context, attendance, day, places[attendance.station_code].name))


def _attended(context: Context, attendance: Attendance, day: ActivityDay, place: str) -> NewEntry:
    late = attendance.state is AttendanceState.LATE
    return NewEntry(
        representative_code=attendance.representative_code,
        station_code=attendance.station_code,
        kind="activity_day",
        source=duty.AUTO,
        at=attendance.arrived_at or facts.starts_at(context, day),
        on=day.on_date,
        recorded_at=context.now,
        summary=AttendedDay(day.topic, late).summary,
        own=attendance.mode in _SELF,
        subject=duty_sources.attendance(attendance.id),
        evidence=(f"attendance:{attendance.id}", f"day:{day.id}"),
        details={"place": place},
    )


async def _from_receptions(context: Context) -> int:
    today = context.calendar.today(context.now)
    found = await duty_sources.desk_receptions(context.session, context.now - AGO, today, BATCH)
    for reception in found:
        await recording.write(context, await _received(context, reception))
    return len(found)


async def _received(context: Context, reception: Reception) -> NewEntry:
    code = reception.representative_code or ""
    person = context.directory.representatives.get(code)
    station = context.directory.stations.get(reception.station_code)
    key = await find_key(context.session, context.vault, reception.key_id) if reception.key_id else None
    matter = key.open_text(reception.matter_sealed) if key and reception.matter_sealed else ""
    own = person is not None and person.userid is not None and person.userid.lower() == reception.noted_by.lower()
    evidence = [f"reception:{reception.id}"]
    if reception.case_id is not None:
        evidence.append(f"case:{reception.case_id}")
    return NewEntry(
        representative_code=code,
        station_code=reception.station_code,
        kind="reception",
        source=duty.AUTO if own else duty.STAFF,
        at=reception.occurred_at,
        on=reception.occurred_on,
        recorded_at=context.now,
        summary=ReceivedAtDesk(reception.people, matter).summary,
        own=own,
        lane=parsing.lane_of(matter),
        recorded_by=reception.noted_by,
        subject=duty_sources.reception(reception.id),
        people=reception.people,
        opinions=reception.opinions,
        proposals=reception.proposals,
        evidence=tuple(evidence),
        details={"place": station.name if station else ""},
    )


async def follow_reception(context: Context, reception: Reception, before_code: str | None) -> None:
    """A reception was noted anew after its entry was written: a correction takes its place, or withdraws it."""
    subject = duty_sources.reception(reception.id)
    if before_code is None:
        return
    old = await duty.find_made(context.session, subject, before_code)
    if old is None or not old.is_standing:
        return
    if reception.representative_code == before_code:
        await recording.correct(context, old, await _received(context, reception))
        return
    of_another = replace(
        await _received(context, reception), representative_code=before_code, own=False, withdrawn=True
    )
    await recording.correct(context, old, of_another)


async def _from_live_sessions(context: Context) -> int:
    until = context.now - timedelta(minutes=context.rules.live_over_minutes)  # a stream may come back before
    found = await duty_sources.live_sessions(context.session, context.now - AGO, until)
    made = await duty_sources.made_from(context.session, [duty_sources.live(live.id) for live in found])
    count = 0
    for live in found:
        for code in _hosts(context, live):
            if (duty_sources.live(live.id), code) not in made:
                await recording.write(context, _hosted(context, live, code))
                count += 1
    return count


def _hosts(context: Context, live: LiveSession) -> list[str]:
    """Its hosts, and the anchor where they are a representative."""
    anchor = context.directory.find_representative_of(live.anchor_userid or "")
    codes = [*live.hosts, *([anchor.code] if anchor else [])]
    return [code for code in dict.fromkeys(codes) if code in context.directory.representatives]


def _hosted(context: Context, live: LiveSession, code: str) -> NewEntry:
    station = context.directory.stations.get(live.station_code)
    at = live.started_at or live.starts_at
    return NewEntry(
        representative_code=code,
        station_code=live.station_code,
        kind=_LIVE_KINDS.get(live.kind, "live_session"),
        source=duty.AUTO,
        at=at,
        on=context.calendar.today(at),
        recorded_at=context.now,
        summary=HostedLive(live.kind, live.title).summary,
        own=False,
        subject=duty_sources.live(live.id),
        evidence=(f"live:{live.id}",),
        details={"place": station.name if station else ""},
    )


async def _from_meetings(context: Context) -> int:
    """Once a day: who agreed to a meeting that is over by now; they say whether they were there."""
    today = context.calendar.today(context.now)
    if not await job_marks.begin(context.session, MEETINGS, today.isoformat(), context.now):
        return 0
    found = await duty_sources.meetings(context.session, JOIN, context.now - AGO)
    made = await duty_sources.made_from(context.session, [duty_sources.notice(one.id) for one, _ in found])
    count = 0
    for broadcast, userids in found:
        for userid in userids:
            person = context.directory.find_representative_of(userid)
            if person is None or (duty_sources.notice(broadcast.id), person.code) in made:
                continue
            new = await _met(context, broadcast, person.code, person.station_code)
            if new is not None:
                await recording.write(context, new)
                count += 1
    return count


async def _met(context: Context, broadcast: Broadcast, code: str, station: str | None) -> NewEntry | None:
    """The day is the one that the notice names, else the one on which it was sent; None while it is to come."""
    if await find_key(context.session, context.vault, broadcast.key_id) is None or broadcast.sent_at is None:
        return None
    wording = await writing.wording_of(context, broadcast)
    today, sent_on = context.calendar.today(context.now), context.calendar.today(broadcast.sent_at)
    on = numbers.find_coming_day(f"{wording.title} {wording.text}", sent_on) or sent_on
    if on >= today:
        return None
    kind = parsing.find_kind(f"{wording.title} {wording.text}", kinds.standing(context)) or MEETING
    return NewEntry(
        representative_code=code,
        station_code=station,
        kind=kind,
        source=duty.AUTO,
        at=day_begins(context, on),
        on=on,
        recorded_at=context.now,
        summary=JoinedMeeting(wording.title or wording.text).summary,
        own=False,
        subject=duty_sources.notice(broadcast.id),
        evidence=(f"notice:{broadcast.id}",),
    )
