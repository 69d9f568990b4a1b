"""What needs two people, who may be the second, and how long they have. Pure but for the directory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.services import lanes
from bot.services.broadcasts import roles
from bot.services.broadcasts.roles import CENTRE_ROLES
from bot.services.context import Context
from bot.services.directory import StaffEntry
from storage.models import Case

REVEAL = "reveal"  # everything that is masked in one case
TEXTS = "texts"  # an export with what people wrote
ADMIN = "admin"  # somebody becomes an administrator, or is none any more
HOURS = 24
LASTS = timedelta(hours=HOURS)
ADMINISTRATOR = "admin"


@dataclass(frozen=True, slots=True)
class AdminChange:
    """A row of the staff that makes or unmakes an administrator; `before` is empty for somebody new."""

    userid: str
    name: str
    role: str
    station_code: str | None
    before: str

    def facts(self) -> dict[str, Any]:
        """As it is kept until somebody agrees."""
        return {
            "userid": self.userid,
            "name": self.name,
            "role": self.role,
            "station": self.station_code,
            "before": self.before,
        }


def seconds_for_case(context: Context, case: Case, asker: str) -> list[str]:
    """A lead of its station or one above, the centre or an administrator; of a restricted one its officers."""
    if case.restricted:
        able: Iterable[str] = lanes.readers(context, case)
    else:
        admins = (one.userid for one in context.directory.staff() if one.role == ADMINISTRATOR)
        able = (*context.directory.leads_of(case.station_code), *context.directory.centre_staff(), *admins)
    return [one for one in lanes.seen_by(context, dict.fromkeys(able), case) if one.lower() != asker.lower()]


def seconds_for_texts(context: Context, asker: StaffEntry) -> list[str]:
    """Those who may stand for a notice of this person."""
    return [one.userid for one in roles.reviewers_of(context, asker)]


def seconds_for_admin(staff: Mapping[str, str], subject: str, asker: str) -> list[str]:
    """Administrators, where there is none other the service centre; never who it is about, nor who asked.

    `staff` are the roles by userid.
    """
    apart = {subject.lower(), asker.lower()}
    for wanted in (ADMINISTRATOR, "centre"):
        if able := [userid for userid, role in staff.items() if role == wanted and userid.lower() not in apart]:
            return able
    return []


def roles_of(context: Context) -> dict[str, str]:
    """Everybody of the staff with their role."""
    return {one.userid: one.role for one in context.directory.staff()}


def may_ask_for_texts(person: StaffEntry | None) -> bool:
    """Officers, leads, the service centre and administrators."""
    return roles.may_write(person)


def overseers(context: Context) -> list[str]:
    """Who hears of what was done from the server's shell: administrators, auditors, the service centre."""
    wanted = CENTRE_ROLES | {"auditor"}
    return [one.userid for one in context.directory.staff() if one.role in wanted]
