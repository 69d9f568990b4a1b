"""The restricted lane: who may see a case at all. Asked at every read, and of every notification as it is written.

Accusations, complaints about a representative, secrets, matters of minors and violence at home are read by the
named officers of the service centre, which is above every place, and by nobody whom they are about or who works
beside them (Regulations on Petition Work, Art. 30; Law on the Protection of Minors, Art. 4; Anti-Domestic Violence
Law, Art. 5). What else a member needs to read a case, `people.may_act_on` asks after this.
"""

import logging
from collections.abc import Collection, Iterable

from bot.services.context import Context
from storage.models import Case

log = logging.getLogger(__name__)
FEWEST = 5  # people or matters of which a number is told: below it somebody could be recognised
ADMINISTRATOR = "admin"
_LEAST_NAME = 2  # characters by which somebody of the staff is known to be named


def may_see(context: Context, userid: str, case: Case) -> bool:
    """Whether a member may know of a case: never one about themselves, a restricted one only as its officer."""
    if is_about(context, userid, case):
        return False
    return not case.restricted or _is_among(userid, readers(context, case))


def seen_by(context: Context, userids: Iterable[str], case: Case) -> list[str]:
    """Those of these members who may know of a case, in their order."""
    return [userid for userid in userids if may_see(context, userid, case)]


def readers(context: Context, case: Case) -> list[str]:
    """The named officers of a restricted case.

    The centre's people whom it is not about and who are not posted beside those named; where that leaves nobody the
    administrators, then whoever of the centre is not named.
    """
    directory = context.directory
    centre = directory.centre_staff()
    admins = [one.userid for one in directory.staff() if one.role == ADMINISTRATOR]
    concerned = _stations_of_named(context, case)
    for found in (_elsewhere(context, centre, concerned), _elsewhere(context, admins, concerned), centre):
        if others := [userid for userid in found if not is_about(context, userid, case)]:
            return others
    log.error("nobody may read a restricted case", extra={"case": case.number})
    return []


def may_have_some(context: Context, userid: str) -> bool:
    """Whether a member may be among the named officers of any case: worth asking for each."""
    staff = context.directory.find_staff(userid)
    centre = _is_among(userid, context.directory.centre_staff())
    return centre or (staff is not None and staff.role == ADMINISTRATOR)


def is_about(context: Context, userid: str, case: Case) -> bool:
    """Whether the case names this member, as a representative or as one of the staff."""
    representative = context.directory.find_representative_of(userid)
    if representative is not None and representative.code in (case.accused or ()):
        return True
    return _is_among(userid, case.named_staff or ())


def note_named(context: Context, case: Case, text: str, accused: Collection[str] = ()) -> None:
    """Keep who a restricted case names, so that none of them is ever shown it; `accused` are codes.

    A full name is enough, for an officer too many is kept out rather than one too few.
    """
    if not case.restricted:
        return
    case.accused = sorted({*(case.accused or ()), *accused}) or None
    named = {one.userid for one in context.directory.staff() if len(one.name) >= _LEAST_NAME and one.name in text}
    case.named_staff = sorted({*(case.named_staff or ()), *named}) or None


def _stations_of_named(context: Context, case: Case) -> set[str]:
    """The stations of those a case names; the service centre itself is above them."""
    directory = context.directory
    people = [directory.representatives.get(code) for code in case.accused or ()]
    staff = [directory.find_staff(userid) for userid in case.named_staff or ()]
    codes = {one.station_code for one in (*people, *staff) if one is not None and one.station_code}
    return codes - {context.roster.centre}


def _elsewhere(context: Context, userids: Iterable[str], stations: Collection[str]) -> list[str]:
    return [userid for userid in userids if _station_of(context, userid) not in stations]


def _station_of(context: Context, userid: str) -> str | None:
    staff = context.directory.find_staff(userid)
    return staff.station_code if staff is not None else None


def _is_among(userid: str, userids: Iterable[str]) -> bool:
    return userid.lower() in map(str.lower, userids)
