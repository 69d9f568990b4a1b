"""Codes by which constituents come in: issued anew, revoked, given a last day; who may, and what follows.

Every change is an audit line and makes every process read the roster anew.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncSession

from bot.services import people
from bot.services.context import Context
from bot.services.directory import Directory
from bot.services.people import Member
from storage import audit, entry_codes, live
from storage.entry_codes import OTHER, REP, STATION
from storage.models import EntryCode
from storage.people import find_representative, find_station
from storage.rules import note_roster_change
from storage.states import LiveState

LIVE = "live"
_ANY_STATION = frozenset({"centre", "admin"})
JUST_RENEWED = timedelta(minutes=5)


class CodeRefused(Exception):
    """A code that cannot be changed: `nobody`, `already` revoked, `gone` from the roster, or a `past` day.

    `valid` is the code of the same target that holds now, empty where there is none.
    """

    def __init__(self, why: str, code: str, valid: str = "") -> None:
        super().__init__(f"{code}: {why}")
        self.why, self.code, self.valid = why, code, valid


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who changes codes, when, and in whose books. `today` is the local date."""

    session: AsyncSession
    directory: Directory
    now: datetime
    today: date
    by: str


@dataclass(frozen=True, slots=True)
class Target:
    """Whose codes are meant: a representative (`rep`) or a station.

    `station_code` is the station that looks after them, `instead_code` where their code leads when it is no
    longer valid: a representative's station, the station above a station; None is the service centre. `code` is
    one code of theirs that was named, where it is not all of them.
    """

    kind: str
    target_code: str
    name: str
    station_code: str | None
    instead_code: str | None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A code as `list` shows it; `fault` is `revoked`, `expired` or empty."""

    code: str
    target: Target
    fault: str = ""
    reason: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Printable:
    """What to print for a code that was asked for, or the rule that says why nothing."""

    scene: str = ""
    code: str = ""
    fault: str = ""


def clerk_of(context: Context, userid: str) -> Clerk:
    """A member who changes codes in the chat."""
    return Clerk(context.session, context.directory, context.now, context.local_now.date(), userid)


def picture_url(public_url: str, code: str) -> str:
    """Where the QR of a code is."""
    return f"{public_url}/code/{quote(code, safe='')}.svg"


def may_change(context: Context, member: Member, target: Target) -> bool:
    """The service centre and administrators all codes, officers and leads those of their station's queue."""
    if member.staff is None:
        return False
    if member.staff.role in _ANY_STATION:
        return True
    return target.station_code is not None and target.station_code in people.queue_of(context, member)


async def find_targets(clerk: Clerk, words: str) -> list[Target]:
    """Whom a code or a name means; several where they share the name, by code."""
    directory = clerk.directory
    row = await entry_codes.find(clerk.session, words)
    if row is not None:
        return [_target_of(directory, row)]
    if (own := _own(directory, words)) is not None:
        return [own]
    named = [_representative(directory, one.code) for one in directory.representatives_named(words)]
    stations = [_station(directory, code) for code, one in directory.stations.items() if one.name == words]
    return named + stations


def _own(directory: Directory, code: str) -> Target | None:
    if code in directory.representatives:
        return _representative(directory, code)
    return _station(directory, code) if code in directory.stations else None


def _representative(directory: Directory, code: str) -> Target:
    one = directory.representatives[code]
    return Target(REP, code, one.name, one.station_code, one.station_code)


def _station(directory: Directory, code: str) -> Target:
    one = directory.stations[code]
    return Target(STATION, code, one.name, code, one.parent_code)


def _target_of(directory: Directory, row: EntryCode) -> Target:
    """Whose code on record it is; by the remembered station where the roster has them no more."""
    code = None if row.code == row.target_code else row.code
    if row.kind == REP and row.target_code in directory.representatives:
        one = _representative(directory, row.target_code)
    elif row.kind == STATION and row.target_code in directory.stations:
        one = _station(directory, row.target_code)
    else:
        return Target(row.kind, row.target_code, "", row.station_code, row.station_code, row.code)
    return Target(one.kind, one.target_code, one.name, one.station_code, one.instead_code, code)


async def get_code(clerk: Clerk, code: str) -> EntryCode:
    """A code's row, made for an own code that was never changed; raise `CodeRefused` where nobody has it."""
    row = await entry_codes.find(clerk.session, code)
    if row is not None:
        return row
    own = _own(clerk.directory, code)
    if own is None:
        raise CodeRefused("nobody", code)
    return await _note_own(clerk, own)


async def _note_own(clerk: Clerk, target: Target) -> EntryCode:
    code = target.target_code
    row = await entry_codes.find(clerk.session, code)
    return row or await entry_codes.issue(
        clerk.session,
        code=code,
        kind=target.kind,
        target_code=code,
        station_code=target.instead_code,
        at=clerk.now,
    )


async def revoke(clerk: Clerk, row: EntryCode, reason: str = OTHER) -> None:
    """Stop one code; raise `CodeRefused` where it was stopped before."""
    await _refuse_revoked(clerk, row)
    entry_codes.revoke(row, at=clerk.now, by=clerk.by, reason=reason)
    await _note(clerk, "code revoked", f"{row.code}: {reason}")


async def revoke_all(clerk: Clerk, target: Target, reason: str = OTHER) -> list[EntryCode]:
    """Stop the code that was named, else every code of a target; raise `CodeRefused` where none is left to stop."""
    if target.code is not None:
        rows: Sequence[EntryCode] = [await get_code(clerk, target.code)]
    else:
        await _note_own(clerk, target)
        rows = await entry_codes.of_target(clerk.session, target.kind, target.target_code)
    standing = [row for row in rows if row.revoked_at is None]
    if not standing:
        await _refuse_revoked(clerk, rows[-1])
    for row in standing:
        await revoke(clerk, row, reason)
    return standing


async def renew(clerk: Clerk, target: Target) -> EntryCode:
    """Issue the next code and stop the earlier ones; raise `CodeRefused` where the target has left the roster."""
    if not target.name:
        raise CodeRefused("gone", target.code or target.target_code)
    await _note_own(clerk, target)
    row = await entry_codes.renew(
        clerk.session,
        kind=target.kind,
        target_code=target.target_code,
        station_code=target.instead_code,
        at=clerk.now,
        by=clerk.by,
    )
    await _note(clerk, "code renewed", f"{row.code} of {target.kind} {target.target_code}")
    return row


async def find_just_renewed(clerk: Clerk, target: Target) -> EntryCode | None:
    """The valid code that was issued a moment ago: a second tap must not stop what is being printed."""
    rows = await entry_codes.of_target(clerk.session, target.kind, target.target_code)
    newest = rows[-1] if rows and target.name else None
    if newest is None or newest.code == newest.target_code or newest.fault_on(clerk.today):
        return None
    return newest if clerk.now - newest.issued_at < JUST_RENEWED else None


async def expire(clerk: Clerk, row: EntryCode, on: date) -> None:
    """Give a code its last valid local day; raise `CodeRefused` for a past day or a code that was stopped."""
    await _refuse_revoked(clerk, row)
    if on < clerk.today:
        raise CodeRefused("past", row.code)
    row.expires_on = on
    await _note(clerk, "code expires", f"{row.code}: {on}")


async def _refuse_revoked(clerk: Clerk, row: EntryCode) -> None:
    if row.revoked_at is None:
        return
    rows = await entry_codes.of_target(clerk.session, row.kind, row.target_code)
    valid = [one.code for one in rows if not one.fault_on(clerk.today)]
    raise CodeRefused("already", row.code, valid[-1] if valid else "")


async def _note(clerk: Clerk, act: str, subject: str) -> None:
    audit.add_line(clerk.session, actor=clerk.by, act=act, subject=subject, at=clerk.now)
    await note_roster_change(clerk.session, clerk.now, clerk.by)


async def list_codes(clerk: Clerk, station_code: str | None = None) -> list[Listed]:
    """Every code there is, own ones included, of one station or of all; those of one target together."""
    directory = clerk.directory
    listed: dict[tuple[str, str], list[Listed]] = {}
    for row in await entry_codes.list_all(clerk.session):
        target = _target_of(directory, row)
        one = Listed(row.code, target, row.fault_on(clerk.today), row.reason or "", row.expires_on)
        listed.setdefault((row.kind, row.target_code), []).append(one)
    for target in _all_own(directory):
        known = listed.setdefault((target.kind, target.target_code), [])
        if all(one.code != target.target_code for one in known):
            known.insert(0, Listed(target.target_code, target))
    return [
        one
        for _, codes in sorted(listed.items())
        for one in codes
        if station_code is None or one.target.station_code == station_code
    ]


def _all_own(directory: Directory) -> list[Target]:
    stations = [_station(directory, code) for code in directory.stations]
    return [*stations, *(_representative(directory, code) for code in directory.representatives)]


async def find_printable(session: AsyncSession, code: str, today: date) -> Printable:
    """What the picture of a code shows: the code itself, or the newest valid one of whom an own code is."""
    row = await entry_codes.find(session, code)
    if row is None:
        scene = await _own_scene(session, code)
        return Printable(scene, code) if scene else Printable(fault="code_unknown")
    if not await _is_there(session, row):
        return Printable(fault="code_revoked")
    if not row.fault_on(today):
        return Printable(row.kind, code)
    if row.code == row.target_code:
        for newer in reversed(await entry_codes.of_target(session, row.kind, row.target_code)):
            if not newer.fault_on(today):
                return Printable(newer.kind, newer.code)
    return Printable(fault=f"code_{row.fault_on(today)}")


async def valid_codes(session: AsyncSession, kind: str, targets: Collection[str], today: date) -> dict[str, str]:
    """The code to show for each of these representatives or stations; nobody is there who has no valid one."""
    changed = await entry_codes.of_targets(session, kind, targets)
    found = {}
    for own in targets:
        rows = changed.get(own, [])
        valid = [row.code for row in rows if not row.fault_on(today)]
        if own in valid or all(row.code != own for row in rows):
            found[own] = own
        elif valid:
            found[own] = valid[-1]
    return found


async def _own_scene(session: AsyncSession, code: str) -> str:
    if await find_representative(session, code):
        return REP
    if await find_station(session, code):
        return STATION
    session_of = await live.find_by_code(session, code)
    stands = session_of is not None and session_of.state not in (LiveState.DRAFT, LiveState.CANCELLED)
    return LIVE if stands else ""


async def _is_there(session: AsyncSession, row: EntryCode) -> bool:
    find = find_representative if row.kind == REP else find_station
    return await find(session, row.target_code) is not None
