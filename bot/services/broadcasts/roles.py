"""Who may write a notice, and who may stand for it as the second person."""

from bot.services.context import Context
from bot.services.directory import Directory, StaffEntry

CENTRE_ROLES = frozenset({"centre", "admin"})
WRITERS = frozenset({"officer", "lead"}) | CENTRE_ROLES


class BroadcastRefused(Exception):
    """A step that is not possible; `why` is a fixed word, the figures are those of a limit."""

    def __init__(self, why: str, *, is_: int = 0, most: int = 0, unit: str = "字节") -> None:
        self.why, self.is_, self.most, self.unit = why, is_, most, unit
        super().__init__(why)


def may_write(person: StaffEntry | None) -> bool:
    """Officers, leads, the service centre and administrators."""
    return person is not None and person.role in WRITERS


def may_review(context: Context, author: StaffEntry, reviewer: StaffEntry | None) -> bool:
    """As `may_second`, by the directory in force."""
    return may_second(context.directory, author, reviewer)


def may_second(directory: Directory, author: StaffEntry, reviewer: StaffEntry | None) -> bool:
    """Never the author. An officer's: a lead of the station or one above, or the centre; else the centre.

    A lead's and the centre's own are for another of the centre or an administrator.
    """
    if reviewer is None or reviewer.userid.lower() == author.userid.lower():
        return False
    if reviewer.role in CENTRE_ROLES:
        return True
    return reviewer.role == "lead" and author.role == "officer" and _leads(directory, reviewer, author)


def _leads(directory: Directory, lead: StaffEntry, officer: StaffEntry) -> bool:
    return lead.station_code is not None and lead.station_code in directory.line_of(officer.station_code)


def reviewers_of(context: Context, author: StaffEntry) -> list[StaffEntry]:
    """Everyone who may be the second person: leads of the station, of those above, the centre, administrators."""
    able = [one for one in context.directory.staff() if may_review(context, author, one)]
    near = {code: steps for steps, code in enumerate(context.directory.line_of(author.station_code))}

    def nearest(one: StaffEntry) -> tuple[bool, int, bool, str]:
        is_lead = one.role == "lead"
        steps = near.get(one.station_code or "", len(near)) if is_lead else 0
        return not is_lead, steps, one.role == "admin", one.userid

    return sorted(able, key=nearest)


def may_steer(person: StaffEntry | None, author_userid: str, reviewer_userid: str | None) -> bool:
    """Who may look after a notice: those who stand for it and the service centre."""
    if person is None or person.role not in WRITERS:
        return False
    stands = {author_userid.lower(), (reviewer_userid or author_userid).lower()}
    return person.userid.lower() in stands or person.role in CENTRE_ROLES
