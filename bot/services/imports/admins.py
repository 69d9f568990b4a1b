"""Rows of the staff that make or unmake an administrator: not by one person alone once there is one.

The import itself is the first person's; a second one agrees in the chat, or both are named in the command.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.two_person import kinds
from bot.services.two_person.kinds import ADMIN, ADMINISTRATOR, LASTS, AdminChange
from storage import audit, two_person
from storage.states import TwoPersonState

Rows = Mapping[tuple[Any, ...], Mapping[str, Any]]
IMPORT = "import"
_STATION = "station_code"


@dataclass(frozen=True, slots=True)
class Pair:
    """The two whom the command names."""

    author: str
    reviewer: str


def find_changes(stored: Rows, rows: Rows) -> list[AdminChange]:
    """What these rows would change about who is an administrator; nothing where there is none yet."""
    if not any(row["role"] == ADMINISTRATOR for row in stored.values()):
        return []
    found = []
    for key, values in rows.items():
        before = stored.get(key, {})
        old = str(before.get("role", ""))
        new = str(values.get("role", old))
        if old != new and ADMINISTRATOR in (old, new):
            name = str(values.get("name", before.get("name", "")))
            station = values.get(_STATION, before.get(_STATION))
            found.append(AdminChange(str(key[0]), name, new, station, old))
    return found


def held_back(stored: Rows, changes: Iterable[AdminChange]) -> list[AdminChange]:
    """Those for which somebody can be asked; without anybody an office would never have an administrator again."""
    staff = {str(key[0]): str(row["role"]) for key, row in stored.items()}
    return [one for one in changes if kinds.seconds_for_admin(staff, one.userid, IMPORT)]


def faults_of(staff: Mapping[str, str], changes: Sequence[AdminChange], pair: Pair) -> list[str]:
    """What is wrong with the two whom the command names, a line each; `staff` are the roles by userid."""
    known = {userid.lower(): role for userid, role in staff.items()}
    author, reviewer = pair.author.lower(), pair.reviewer.lower()
    faults = [
        f"--{option} {name}: is neither of the centre nor an administrator"
        for option, name in (("author", pair.author), ("reviewer", pair.reviewer))
        if known.get(name.lower()) not in ("centre", ADMINISTRATOR)
    ]
    if author == reviewer:
        faults.append(f"--reviewer {pair.reviewer}: is the author; somebody else has to agree")
    for one in changes:
        able = kinds.seconds_for_admin(staff, one.userid, pair.author)
        if one.userid.lower() in (author, reviewer):
            faults.append(f"staff: {one.userid}: nobody decides on their own part")
        elif reviewer not in map(str.lower, able):
            faults.append(f"--reviewer {pair.reviewer}: {one.userid} needs an administrator who agrees")
    return faults


async def note(
    session: AsyncSession, changes: Sequence[AdminChange], now: datetime, *, held: bool, pair: Pair | None
) -> None:
    """Write down what waits for a second person, or what was done; the bot that serves tells of it."""
    for one in changes:
        asked_by = pair.author if pair is not None else IMPORT
        if held and await two_person.find_same(session, ADMIN, one.facts(), asked_by, now) is not None:
            continue
        two_person.add(
            session,
            ADMIN,
            one.facts(),
            asked_by=asked_by,
            state=TwoPersonState.ASKED if held else TwoPersonState.AGREED,
            at=now,
            until=now + LASTS,
            decided_by=pair.reviewer if pair is not None else None,
        )
        act = "second person asked" if held else "administrator changed"
        second = f", agreed by {pair.reviewer}" if pair is not None else ""
        subject = f"{one.userid} {one.before or 'new'} -> {one.role or 'none'}{second}"
        audit.add_line(session, actor=asked_by, act=act, subject=subject, at=now)
    await session.flush()
