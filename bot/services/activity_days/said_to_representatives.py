"""What those on the roster are told of a day."""

from collections.abc import Mapping, Sequence

from bot.notices.activity_day import DayCalledOff, DayFacts, DayMoved, DayReminder, Invitation, MorningCard
from bot.services.activity_days import facts
from bot.services.activity_days.changing import MOVED, POSTPONED
from bot.services.activity_days.facts import Place
from bot.services.activity_days.invitations import INVITE
from bot.services.context import Context
from bot.services.reminders.said import Answer, Spoken, Void
from storage import activity_rosters, leaves
from storage.models import ActivityDay, Attendance
from storage.states import AttendanceState

ASK_AGAIN = "roster_fixed"


async def say(context: Context, day: ActivityDay, name: str, userids: Sequence[str]) -> Mapping[str, Answer]:
    """An invitation or a reminder to each who is still on the roster and has not come yet."""
    places = await _places_of(context, day, userids)
    away = await leaves.away_on(context.session, day.on_date)
    described = await facts.describe(context, day)
    named = await facts.places(context, {one.station_code for one in places.values()})
    answers: dict[str, Answer] = {}
    for userid in userids:
        place = places.get(userid)
        reason = _void(context, day, place, away)
        if place is None or reason:
            answers[userid] = Void(reason)
        else:
            answers[userid] = _say(context, day, name, described, place, named[place.station_code])
    return answers


def _void(context: Context, day: ActivityDay, place: Attendance | None, away: frozenset[str]) -> str:
    """Why nothing is said; empty where it is."""
    if place is None or place.state is AttendanceState.REPLACED:
        return "not on the roster"
    if place.state in facts.HERE:
        return "checked in"
    if place.state not in facts.GOING or place.representative_code in away:
        return "on leave"
    return "left the station" if facts.has_left(context, day, place) else ""


def _say(
    context: Context, day: ActivityDay, name: str, described: DayFacts, place: Attendance, site: Place
) -> Answer:
    unanswered = place.state is AttendanceState.INVITED
    task_id = f"day-{day.id}-{day.edition}-{name}"
    if name == INVITE:
        if not unanswered:
            return Void("answered")
        missing = facts.name_of(context, place.stands_in_for) if place.stands_in_for else ""
        card = Invitation(described, day.edition, site.where, instead_of=missing)
        return Spoken(card.render(), task_id)
    if name == ASK_AGAIN and unanswered:
        if place.asked_at is not None and (context.now - place.asked_at).total_seconds() < _JUST_ASKED:
            return Void("asked just now")
        return Spoken(Invitation(described, day.edition, site.where, again=True).render(), task_id)
    if facts.today(context) == day.on_date:
        return Spoken(MorningCard(described, day.edition, site.where).render(), task_id)
    return Spoken(DayReminder(described, site.where, unanswered, fixed=name == ASK_AGAIN).render())


_JUST_ASKED = 20 * 3600  # seconds


async def tell_change(
    context: Context, day: ActivityDay, name: str, userids: Sequence[str]
) -> Mapping[str, Answer]:
    """Moved, put off or called off: those on the roster are asked whether the new date suits, the others told."""
    described = await facts.describe(context, day)
    if name != MOVED:
        said = DayCalledOff(described, postponed=name == POSTPONED).render()
        return dict.fromkeys(userids, Spoken(said))
    places = await _places_of(context, day, userids)
    named = await facts.places(context, {one.station_code for one in places.values()})
    answers: dict[str, Answer] = {}
    for userid in userids:
        place = places.get(userid)
        if place is not None and place.state is AttendanceState.INVITED and not facts.has_left(context, day, place):
            card = Invitation(described, day.edition, named[place.station_code].where, moved=True)
            answers[userid] = Spoken(card.render(), f"day-{day.id}-{day.edition}-{name}")
        else:
            answers[userid] = Spoken(DayMoved(described).render())
    return answers


async def _places_of(context: Context, day: ActivityDay, userids: Sequence[str]) -> dict[str, Attendance]:
    """Each member's place on the roster, by member id in small letters."""
    codes = {}
    for userid in userids:
        person = context.directory.find_representative_of(userid)
        if person is not None:
            codes[person.code] = userid
    rows = await activity_rosters.roster_of(context.session, day.id)
    return {codes[row.representative_code]: row for row in rows if row.representative_code in codes}
