"""Who someone is: owners of cases, and the members who write in the app's chat."""

from dataclasses import dataclass

from bot.notices.words import Owner
from bot.services.context import Context
from bot.services.directory import RepresentativeEntry, StaffEntry
from storage.models import Case

QUEUE_ROLES = frozenset({"officer", "lead"})


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


def is_centre(context: Context, member: Member) -> bool:
    """Someone of the service centre, or an administrator who stands in for it."""
    return member.staff is not None and member.staff.userid in context.directory.centre_staff()


def queue_of(context: Context, member: Member) -> list[str]:
    """The stations whose queue this member works, with those below that have nobody of their own."""
    if is_centre(context, member):
        return context.directory.centre_queue()
    staff = member.staff
    if staff is None or staff.role not in QUEUE_ROLES or staff.station_code is None:
        return []
    return context.directory.queue_of(staff.station_code)


def side_of(context: Context, member: Member) -> str:
    """As whom a member puts something right: centre, officer or representative."""
    if is_centre(context, member):
        return "centre"
    return "officer" if member.staff is not None else "representative"


def may_act_on(context: Context, member: Member, case: Case) -> bool:
    """Own cases, those of one's station's queue, and for the service centre all."""
    if is_accused(member, case):
        return False
    if is_centre(context, member):
        return True
    if case.restricted:
        return False
    if member.representative is not None and case.representative_code == member.representative.code:
        return True
    queue = queue_of(context, member)
    return any(code is not None and code in queue for code in (case.station_code, case.also_station_code))


def is_accused(member: Member, case: Case) -> bool:
    """Whether the case is about this member: it is never theirs, whatever else they are."""
    return member.representative is not None and member.representative.code in (case.accused or ())


def owner_of(context: Context, case: Case) -> Owner:
    """Who has a case, by name."""
    return name_owner(context, case.station_code, case.representative_code)


def name_owner(context: Context, station_code: str | None, representative_code: str | None) -> Owner:
    """A station's and a representative's names."""
    station = context.directory.stations.get(station_code or "")
    representative = context.directory.representatives.get(representative_code or "")
    return Owner(station.name if station else "", representative.name if representative else "")


def readers_of(context: Context, case: Case) -> list[str]:
    """Who sees a case as it comes: its representative first, then the officers of its station.

    Of an accusation only the service centre's people hear (Regulations on Petition Work, Art. 30), and none whom
    it is about.
    """
    directory = context.directory
    if case.restricted:
        centre = directory.centre_staff()
        return [userid for userid in centre if not is_accused(identify_member(context, userid), case)]
    officers = [*directory.officers_of(case.station_code)]
    if case.also_station_code:
        officers += directory.officers_of(case.also_station_code)
    representative = context.directory.representatives.get(case.representative_code or "")
    first = [representative.userid] if representative and representative.userid else []
    return list(dict.fromkeys([*first, *officers]))


def name_of(context: Context, userid: str) -> str:
    """A member as they are called; the id where they are not on the roster."""
    member = identify_member(context, userid)
    if member.representative is not None:
        return f"{member.representative.name}代表"
    return member.staff.name if member.staff is not None else userid
