"""What an officer notes on a roster: who said by telephone that they come or cannot, who is to be asked besides."""

from bot.notices.activity_day_rosters import PlaceNoted, PlaceRefused
from bot.services.activity_days import check_in, facts, invitations
from bot.services.activity_days.planning import DayRefused
from bot.services.context import Context
from bot.services.directory import RepresentativeEntry
from bot.services.people import Member
from storage import activity_days, activity_rosters, audit, leaves
from storage.models import ActivityDay, Attendance
from storage.states import AttendanceState

COMES, CANNOT, ASK = "参加", "请假", "加人"


async def note(
    context: Context, member: Member, day: ActivityDay, act: str, name: str, *, station: str = ""
) -> PlaceNoted | PlaceRefused:
    """`活动日 参加|请假|加人 编号 代表姓名` from those who work a site. Raises `DayRefused`.

    `station` is the site that is meant; without it one of theirs, of their own first.
    """
    sites = [one.station_code for one in await activity_days.sites_of(context.session, day.id)]
    sites = [one for one in sites if station in ("", one)]
    mine = facts.works_at(context, member, sites)
    if not mine:
        raise DayRefused("not_your_site")
    if not invitations.is_answerable(context, day) or day.state not in activity_days.WITH_ROSTER:
        raise DayRefused("state", day.state.value)
    found = await _find(context, day, mine, name)
    if isinstance(found, PlaceRefused):
        return found
    person, place = found
    described = await facts.describe(context, day)
    if act == CANNOT:
        return await _note_cannot(context, member, day, person, place)
    if place is None or place.state in (AttendanceState.DECLINED, AttendanceState.REPLACED):
        refused = await _why_not(context, day, mine, place, person)
        if refused:
            return PlaceRefused(refused, person.name)
    if place is None:
        place = await _add(context, day, mine[0], person)
    elif act == ASK and place.state is AttendanceState.DECLINED:
        place.move(AttendanceState.INVITED)
        place.reason, place.asked_at, place.answered_at = "", None, None
    if act == COMES:
        await invitations.accept(context, day, place)
    elif place.state is AttendanceState.INVITED and place.asked_at is None:
        await invitations.invite(context, day, [place])
    _note(context, member, day, f"{person.code} {place.state.value}")
    asked = act == ASK and person.userid is not None
    said = "asked" if asked else "comes" if act == COMES else "listed"
    return PlaceNoted(described, person.name, said)


async def _note_cannot(
    context: Context, member: Member, day: ActivityDay, person: RepresentativeEntry, place: Attendance | None
) -> PlaceNoted | PlaceRefused:
    if place is None or place.state not in facts.GOING:
        return PlaceRefused("not_listed", person.name)
    await invitations.decline(context, day, place)
    _note(context, member, day, f"{person.code} {place.state.value}")
    return PlaceNoted(await facts.describe(context, day), person.name, "cannot")


async def _find(
    context: Context, day: ActivityDay, mine: list[str], words: str
) -> tuple[RepresentativeEntry, Attendance | None] | PlaceRefused:
    """The representative that is meant: by code, else by name, first of those on the roster of the site."""
    directory, name = context.directory, words.removesuffix("代表")
    people = await activity_rosters.roster_of(context.session, day.id)
    listed = {one.representative_code: one for one in people}
    if name in directory.representatives:
        return _mine_or_not(directory.representatives[name], listed, mine)
    named = directory.representatives_named(name)
    here = [one for one in named if one.code in listed and listed[one.code].station_code in mine]
    branch = {code for station in mine for code in facts.branch_of(context, station)}
    near = here or [one for one in named if one.station_code in branch] or named
    if not near:
        return PlaceRefused("nobody", name)
    if len(near) > 1:
        homes = [directory.stations.get(one.station_code or "") for one in near]
        choices = [
            (one.name, home.name if home else "未编站", one.code) for one, home in zip(near, homes, strict=True)
        ]
        return PlaceRefused("several", name, tuple(choices))
    return _mine_or_not(near[0], listed, mine)


def _mine_or_not(
    person: RepresentativeEntry, listed: dict[str, Attendance], mine: list[str]
) -> tuple[RepresentativeEntry, Attendance | None] | PlaceRefused:
    place = listed.get(person.code)
    if place is not None and place.station_code not in mine:
        return PlaceRefused("elsewhere", person.name)
    return person, place


async def _why_not(
    context: Context, day: ActivityDay, mine: list[str], place: Attendance | None, person: RepresentativeEntry
) -> str:
    if place is not None and place.state is AttendanceState.REPLACED:
        return "replaced"
    if place is None and not any(person.station_code in facts.branch_of(context, station) for station in mine):
        return "far"
    return "away" if person.code in await leaves.away_on(context.session, day.on_date) else ""


async def _add(context: Context, day: ActivityDay, station: str, person: RepresentativeEntry) -> Attendance:
    place = Attendance(
        day_id=day.id,
        station_code=station,
        representative_code=person.code,
        state=AttendanceState.INVITED,
        reason="",
        mode=check_in.STAFF,  # put there by staff: they need not be of the station
    )
    context.session.add(place)
    await context.session.flush()
    return place


def _note(context: Context, member: Member, day: ActivityDay, what: str) -> None:
    audit.add_line(
        context.session,
        actor=member.userid,
        act="activity day roster noted",
        subject=f"day {day.id}: {what}",
        at=context.now,
    )
