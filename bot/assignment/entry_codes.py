"""Where a scanned code leads on a day: to whom it is for, or, when it is no longer valid, to a station instead."""

from dataclasses import dataclass
from datetime import date

from bot.assignment.facts import EntryCode
from bot.assignment.roster import Roster

REP, STATION = "rep", "station"
REVOKED, EXPIRED, UNKNOWN = "code_revoked", "code_expired", "code_unknown"


@dataclass(frozen=True, slots=True)
class Entrance:
    """Whose code it is (`target`, of `kind` `rep` or `station`).

    With a `fault`, the rule that tells why, it leads to `station` instead; None where none is known.
    """

    kind: str
    target: str
    fault: str = ""
    station: str | None = None


def read(roster: Roster, scene: str, code: str, day: date) -> Entrance:
    """Read a code on a local day. One's own code is valid without being on record.

    Scene `rep` is a representative's; any other reads it as a station's. A code whose target has left the roster
    counts as revoked.
    """
    kind = REP if scene == REP else STATION
    issued = roster.codes.get(code)
    if issued is None or issued.kind != kind:
        return Entrance(kind, code, "" if _is_there(roster, kind, code) else UNKNOWN)
    fault = _fault(roster, issued, day)
    return Entrance(kind, issued.target, fault, _instead(roster, issued) if fault else None)


def _fault(roster: Roster, issued: EntryCode, day: date) -> str:
    if issued.revoked or not _is_there(roster, issued.kind, issued.target):
        return REVOKED
    return EXPIRED if issued.expires_on is not None and day > issued.expires_on else ""


def _is_there(roster: Roster, kind: str, target: str) -> bool:
    return roster.representatives.row(target) >= 0 if kind == REP else target in roster.stations


def _instead(roster: Roster, issued: EntryCode) -> str | None:
    """The remembered station, else that of the representative, else the nearest above the station."""
    if issued.station is not None and issued.station in roster.stations:
        return issued.station
    if issued.kind == REP:
        row = roster.representatives.row(issued.target)
        return roster.sites.code(int(roster.representatives.homes[row])) if row >= 0 else None
    above = roster.sites.line(roster.sites.number(issued.target))[1:]
    return roster.sites.code(above[0]) if above else None
