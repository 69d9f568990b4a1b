"""Who someone is: owners of cases, and the members who write in the app's chat."""

from dataclasses import dataclass

from bot.notices.words import Owner
from bot.services.context import Context
from storage import people
from storage.models import Case, Representative, StaffMember

QUEUE_ROLES = frozenset({"officer", "lead"})


@dataclass(frozen=True, slots=True)
class Member:
    """A WeCom member: a representative, someone of the staff, both, or neither."""

    userid: str
    representative: Representative | None
    staff: StaffMember | None

    @property
    def is_known(self) -> bool:
        """Whether this member may do anything at all."""
        return self.representative is not None or self.staff is not None

    @property
    def representative_code(self) -> str | None:
        """The code under which cases are theirs."""
        return self.representative.code if self.representative else None


async def identify_member(context: Context, userid: str) -> Member:
    """Find who writes."""
    return Member(
        userid,
        await people.find_representative_of(context.session, userid),
        await people.find_staff(context.session, userid),
    )


async def queue_of(context: Context, member: Member) -> list[str]:
    """The stations whose queue this member works: an officer's own and those below that have none of their own."""
    staff = member.staff
    if staff is None or staff.role not in QUEUE_ROLES or staff.station_code is None:
        return []
    below = await people.children_without_officer(context.session, staff.station_code)
    return [staff.station_code, *below]


async def may_act_on(context: Context, member: Member, case: Case) -> bool:
    """Own cases, those of one's station's queue, and for the service centre all."""
    if member.representative is not None and case.representative_code == member.representative.code:
        return True
    if member.staff is None:
        return False
    if member.staff.role == "centre":
        return True
    return case.station_code is not None and case.station_code in await queue_of(context, member)


async def owner_of(context: Context, case: Case) -> Owner:
    """Who has a case, by name."""
    return await name_owner(context, case.station_code, case.representative_code)


async def name_owner(context: Context, station_code: str | None, representative_code: str | None) -> Owner:
    """A station's and a representative's names."""
    station = await people.find_station(context.session, station_code)
    representative = (
        await people.find_representative(context.session, representative_code) if representative_code else None
    )
    return Owner(station.name if station else "", representative.name if representative else "")


async def readers_of(context: Context, case: Case) -> list[str]:
    """Who sees a case as it comes: its representative first, then the officers of its station."""
    officers = await people.officers_of(context.session, case.station_code)
    if case.representative_code is None:
        return officers
    representative = await people.find_representative(context.session, case.representative_code)
    if representative is None or not representative.userid:
        return officers
    return list(dict.fromkeys([representative.userid, *officers]))


async def officers_to_call(context: Context, case: Case) -> list[str]:
    """Who looks after a case when something about it does not work."""
    return await people.officers_of(context.session, case.station_code)


async def centre(context: Context) -> list[str]:
    """The service centre's people."""
    return await people.centre_staff(context.session)


async def name_of(context: Context, userid: str) -> str:
    """A member as they are called; the id where they are not on the roster."""
    representative = await people.find_representative_of(context.session, userid)
    if representative is not None:
        return f"{representative.name}代表"
    staff = await people.find_staff(context.session, userid)
    return staff.name if staff is not None else userid
