"""Who someone is: owners of cases, and the members who write in the app's chat."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.notices.words import Owner
from bot.services import lanes
from bot.services.context import Context
from bot.services.directory import RepresentativeEntry, StaffEntry
from storage.models import Case

T = TypeVar("T")
QUEUE_ROLES = frozenset({"officer", "lead"})
TOWN = "town"  # the office of a town's congress: answers for every station of its region
# Whose turn a case is, in this order (domain E1).
REPRESENTATIVE, OFFICER, LEAD, CENTRE = STEPS = ("representative", "officer", "lead", "centre")


@dataclass(frozen=True, slots=True)
class Member:
    """A WeCom member: a representative, someone of the staff, both, or neither."""

    userid: str
    representative: RepresentativeEntry | None
    staff: StaffEntry | None

    @property
    def is_known(self) -> bool:
        """Whether this member may do anything at all."""
        return self.representative is not None or self.staff is not None


def identify_member(context: Context, userid: str) -> Member:
    """Find who writes."""
    directory = context.directory
    return Member(userid, directory.find_representative_of(userid), directory.find_staff(userid))


def identify_guest(context: Context, userid: str) -> Member:
    """Find who comes in by a browser: as `identify_member`, and reporters besides."""
    member = identify_member(context, userid)
    return member if member.is_known else Member(userid, None, context.directory.find_guest(userid))


def is_centre(context: Context, member: Member) -> bool:
    """Someone of the service centre, or an administrator who stands in for it."""
    return member.staff is not None and member.staff.userid in context.directory.centre_staff()


def queue_of(context: Context, member: Member) -> list[str]:
    """The stations whose queue this member works, with those below that have nobody of their own.

    For the office of a town these are the stations of its region.
    """
    if is_centre(context, member):
        directory = context.directory
        return list(dict.fromkeys([*directory.centre_queue(), *directory.covered_by(member.userid)]))
    staff = member.staff
    if staff is not None and staff.role == TOWN and staff.station_code is not None:
        return context.directory.around(staff.station_code)
    if staff is None or staff.role not in QUEUE_ROLES or staff.station_code is None:
        return []
    return context.directory.queue_of(staff.station_code)


def led_by(context: Context, member: Member) -> list[str]:
    """The stations whose lead this member is, at any depth where nobody nearer leads."""
    if member.staff is None or member.staff.role != LEAD:
        return []
    return context.directory.led_by(member.staff.userid)


def side_of(context: Context, member: Member) -> str:
    """As whom a member puts something right: centre, officer or representative."""
    if is_centre(context, member):
        return "centre"
    return "officer" if member.staff is not None else "representative"


def may_act_on(context: Context, member: Member, case: Case) -> bool:
    """Own cases, those of one's station's queue, for the service centre all; restricted ones for their officers."""
    if not lanes.may_see(context, member.userid, case) or case.erased_at is not None:
        return False
    if case.restricted or is_centre(context, member):
        return True
    if member.representative is not None and case.representative_code == member.representative.code:
        return True
    queue = queue_of(context, member)
    if any(code is not None and code in queue for code in (case.station_code, case.also_station_code)):
        return True
    return has_come_to_lead(case) and _is_among(member.userid, context.directory.leads_of(case.station_code))


def has_come_to_lead(case: Case) -> bool:
    """Whether a case went as far as its station's lead in this round; from then on they may act on it."""
    return case.clock_step in (LEAD, CENTRE)


def _is_among(userid: str, userids: Iterable[str]) -> bool:
    return userid.lower() in map(str.lower, userids)


def holders_of(context: Context, case: Case, step: str) -> list[str]:
    """Whose turn a case is at a step of its clock; empty where nobody has that part, or only the service centre."""
    directory = context.directory
    found: Iterable[str] = ()
    if case.restricted:
        found = lanes.readers(context, case)
    elif step == CENTRE:
        found = directory.centre_staff()
    elif step == REPRESENTATIVE:
        representative = directory.representatives.get(case.representative_code or "")
        found = [representative.userid] if representative and representative.userid else []
    elif step == OFFICER:
        officers = directory.officers_of(case.station_code)
        found = () if officers == directory.centre_staff() else officers
    elif step == LEAD:
        found = directory.leads_of(case.station_code)
    return lanes.seen_by(context, found, case)


def first_step(context: Context, case: Case) -> str:
    """Where the clock of a case begins: with its owner, the one who had its card."""
    if case.restricted:
        return CENTRE
    return next((step for step in (REPRESENTATIVE, OFFICER) if holders_of(context, case, step)), CENTRE)


def next_step(context: Context, case: Case) -> str:
    """The next step with somebody who does not hold the case already; at last the service centre."""
    place = STEPS.index(case.clock_step) if case.clock_step in STEPS else 0
    known = {userid.lower() for step in STEPS[: place + 1] for userid in holders_of(context, case, step)}
    for step in STEPS[place + 1 :]:
        if any(userid.lower() not in known for userid in holders_of(context, case, step)):
            return step
    return CENTRE


def lists_for(
    context: Context, userids: Iterable[str], found: Sequence[T], about: Callable[[T], Case | None]
) -> list[tuple[list[str], list[T]]]:
    """Those of these members who see the same of a list, with what they may see of it."""
    lists: dict[tuple[int, ...], tuple[list[str], list[T]]] = {}
    for userid in userids:
        cases = map(about, found)
        places = [at for at, case in enumerate(cases) if case is None or lanes.may_see(context, userid, case)]
        if places:
            lists.setdefault(tuple(places), ([], [found[at] for at in places]))[0].append(userid)
    return list(lists.values())


def owner_of(context: Context, case: Case) -> Owner:
    """Who has a case, by name."""
    return name_owner(context, case.station_code, case.representative_code)


def name_owner(context: Context, station_code: str | None, representative_code: str | None) -> Owner:
    """A station's and a representative's names."""
    station = context.directory.stations.get(station_code or "")
    representative = context.directory.representatives.get(representative_code or "")
    return Owner(station.name if station else "", representative.name if representative else "")


def readers_of(context: Context, case: Case) -> list[str]:
    """Who sees a case as it comes: its representative first, the officers of its station, who has it beside them.

    Of a restricted one only its named officers hear, and of none those whom it is about.
    """
    directory = context.directory
    if case.restricted:
        return lanes.readers(context, case)
    officers = [*directory.officers_of(case.station_code)]
    if case.also_station_code:
        officers += directory.officers_of(case.also_station_code)
    representative = context.directory.representatives.get(case.representative_code or "")
    first = [representative.userid] if representative and representative.userid else []
    further = holders_of(context, case, case.clock_step or "") if has_come_to_lead(case) else []
    return lanes.seen_by(context, dict.fromkeys([*first, *officers, *further]), case)


def on_call_for(context: Context, case: Case) -> list[str]:
    """Who hears of an emergency at once: those on call at its station and above, or its named officers."""
    if case.restricted:
        return lanes.readers(context, case)
    return lanes.seen_by(context, context.directory.on_call(case.station_code), case)


def name_of(context: Context, userid: str) -> str:
    """A member as they are called; the id where they are not on the roster."""
    member = identify_member(context, userid)
    if member.representative is not None:
        return f"{member.representative.name}代表"
    return member.staff.name if member.staff is not None else userid
