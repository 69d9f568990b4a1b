"""Who may see which entries: one's own, those of one's stations, and the closed ones."""

from bot.services import lanes, people
from bot.services.context import Context
from bot.services.people import Member
from storage import duty_reading
from storage.duty_reading import Viewer
from storage.models import Case, DutyEntry


def viewer_of(context: Context, member: Member) -> Viewer:
    """As whom a member reads: the centre all, officers and leads their stations, a representative their own."""
    code = member.representative.code if member.representative else None
    if people.is_centre(context, member):
        return Viewer(member.userid, code, None, sees_closed=True)
    if member.staff is None:
        return Viewer(member.userid, code)
    if member.staff.role in ("admin", "auditor"):
        return Viewer(member.userid, code, None)
    stations = dict.fromkeys([*people.queue_of(context, member), *people.led_by(context, member)])
    return Viewer(member.userid, code, tuple(stations))


async def access_entry(context: Context, member: Member, entry_id: int) -> DutyEntry | None:
    """The entry of this number, where the member may see it; locked."""
    return await duty_reading.find(context.session, viewer_of(context, member), entry_id)


async def may_read_words(context: Context, member: Member, entry: DutyEntry) -> bool:
    """Whether the words of an entry that a member sees are theirs to read: of a restricted matter, its readers."""
    root = await context.session.get(DutyEntry, entry.root_id) if entry.root_id else entry
    case_id = root.case_id if root is not None else None
    case = await context.session.get(Case, case_id) if case_id is not None else None
    return case is None or not case.restricted or lanes.may_see(context, member.userid, case)


def may_review(member: Member, entry: DutyEntry) -> bool:
    """Staff who see it decide, but nobody on their own entries, and no auditor."""
    staff = member.staff
    own = member.representative is not None and member.representative.code == entry.representative_code
    return staff is not None and staff.role != "auditor" and not own


def may_correct(member: Member, entry: DutyEntry) -> bool:
    """The representative themselves, and whoever may review it."""
    own = member.representative is not None and member.representative.code == entry.representative_code
    return own or may_review(member, entry)
