"""Who comes in by a browser: log-ins, sessions and as what somebody is there.

WeCom says who somebody is, never what they may do: that is decided here, from the people of the district, at every
request. A session ends when nobody used it for `session_idle_hours`, after `session_days`, by its owner's wish, and
as soon as its owner is somebody else than they were at log-in (another role, another station, gone).
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services import people
from bot.services.context import Context
from bot.services.people import Member
from storage import audit, web_sessions
from storage.models import WebSession

ATTEMPT = timedelta(minutes=10)
TOUCHED = timedelta(minutes=5)  # `seen_at` is written no more often
REPRESENTATIVE = "representative"
ROLES = ("officer", "lead", "town", "centre", "admin", "auditor", "media", REPRESENTATIVE)


class NotAdmitted(Exception):
    """WeCom knows them, the district does not."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is logged in. `roles`: all that they are here; `csrf` goes with every change they make."""

    member: Member
    roles: frozenset[str]
    digest: str
    csrf: str

    @property
    def userid(self) -> str:
        """The WeCom member id."""
        return self.member.userid


def roles_of(member: Member) -> frozenset[str]:
    """All that a member is here; one of the staff may also be a representative."""
    found = {member.staff.role} if member.staff is not None else set()
    if member.representative is not None:
        found.add(REPRESENTATIVE)
    return frozenset(found)


async def begin(context: Context, next_path: str) -> str:
    """A log-in is under way; the state that comes back from WeCom, once."""
    state = secrets.token_hex(16)
    await web_sessions.add_attempt(context.session, state, next_path, context.now, context.now + ATTEMPT)
    return state


async def take(context: Context, state: str) -> str | None:
    """Where the log-in of this state leads; None where it is over, was used, or never was."""
    return await web_sessions.take_attempt(context.session, state, context.now)


async def admit(context: Context, userid: str) -> str:
    """Let somebody in whom WeCom named: the token of their session. Raises `NotAdmitted`."""
    member = people.identify_guest(context, userid)
    if not roles_of(member):
        raise NotAdmitted
    token = secrets.token_urlsafe(32)
    until = context.now + timedelta(days=context.rules.session_days)
    await web_sessions.add(context.session, token, userid, _standing_of(member), context.now, until)
    audit.add_line(context.session, actor=userid, act="logged in", subject="browser", at=context.now)
    return token


async def find(context: Context, token: str) -> Visitor | None:
    """Who has this session now; None where it is over."""
    row = await web_sessions.find(context.session, token)
    if row is None or context.now >= _ends_at(context, row):
        return None
    member = people.identify_guest(context, row.userid)
    if _standing_of(member) != row.standing:
        return None
    return Visitor(member, roles_of(member), row.digest, csrf_of(token))


async def is_stale(context: Context, token: str) -> bool:
    """Whether it is time to write down that the owner of a session is there."""
    row = await web_sessions.find(context.session, token)
    return row is not None and context.now - row.seen_at >= TOUCHED


async def touch(context: Context, token: str) -> None:
    """The owner of a session is there."""
    await web_sessions.touch(context.session, web_sessions.digest_of(token), context.now)


async def end(context: Context, visitor: Visitor) -> None:
    """Log this browser out."""
    await web_sessions.end(context.session, visitor.digest)
    audit.add_line(context.session, actor=visitor.userid, act="logged out", subject="browser", at=context.now)


async def end_everywhere(context: Context, visitor: Visitor) -> int:
    """Log them out of every browser; how many these were."""
    count = await web_sessions.end_all(context.session, visitor.userid)
    audit.add_line(
        context.session,
        actor=visitor.userid,
        act="logged out everywhere",
        subject=f"{count} browsers",
        at=context.now,
    )
    return count


def csrf_of(token: str) -> str:
    """What a form carries to show that a page of this session sent it; it does not tell the token."""
    return hashlib.blake2b(b"csrf", key=token.encode()[:64], digest_size=16).hexdigest()


def _ends_at(context: Context, row: WebSession) -> datetime:
    """By the rules as they are now, so that a shorter one ends what goes on."""
    unused = row.seen_at + timedelta(hours=context.rules.session_idle_hours)
    return min(row.expires_at, row.began_at + timedelta(days=context.rules.session_days), unused)


def _standing_of(member: Member) -> str:
    """Who somebody is, as far as it matters to what they may do."""
    staff, own = member.staff, member.representative
    parts = (f"{staff.role}@{staff.station_code or ''}" if staff else "", f"{own.code}" if own else "")
    return hashlib.sha256(repr(parts).encode()).hexdigest()
