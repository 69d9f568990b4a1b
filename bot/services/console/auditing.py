"""操作记录: the audit for those who look after it, newest first, as sentences; ids and codes, never content.

The auditor sees every line but those of matters that name themselves; an administrator none of a restricted matter
that is not theirs to know of.
"""

import re
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from bot.calendars.local_time import MIDNIGHT, instant_of
from bot.notices import audit_lines
from bot.notices.audit_lines import BEGINNINGS, GROUPS
from bot.services import lanes, people
from bot.services.context import Context
from bot.services.people import Member
from storage import audit
from storage.audit import Sought
from storage.lanes import is_restricted
from storage.models import AuditLine, Case

A_PAGE, A_PART = 100, 250  # a part is some ten milliseconds of the loop
MOST_EXPORTED = 200_000
USUAL_DAYS = 30
_NUMBER = re.compile(r"[\w]{1,24}-\d{4}-\d{6,12}")


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for, as it was written; local days, both included."""

    first: date
    last: date
    who: str = ""
    group: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is read. `is_known`: `actor` is somebody of this district."""

    at: datetime
    actor: str
    who: str
    what: str
    act: str
    subject: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, and the id from which the next page goes on; 0 where there is none."""

    lines: tuple[Line, ...]
    before: int


def usual(context: Context) -> Search:
    """The last 30 days of everything."""
    today = context.calendar.today(context.now)
    return Search(today - timedelta(days=USUAL_DAYS), today)


async def look(context: Context, member: Member, search: Search, before: int = 0) -> Page:
    """A page of lines."""
    sought = sought_of(context, search)
    found = await audit.find(context.session, sought, limit=A_PAGE + 1, before_id=before or None)
    shown = found[:A_PAGE]
    lines = await _lines(context, member, shown)
    return Page(lines, shown[-1].id if len(found) > A_PAGE else 0)


async def part(context: Context, member: Member, search: Search, before: int) -> Page:
    """The next lines of an export."""
    found = await audit.find(context.session, sought_of(context, search), limit=A_PART, before_id=before or None)
    return Page(await _lines(context, member, found), found[-1].id if len(found) == A_PART else 0)


def note_export(context: Context, member: Member, search: Search) -> None:
    """Before anything leaves."""
    about = f"{search.first}..{search.last} {search.who} {search.group} {search.about}".strip()
    audit.add_line(context.session, actor=member.userid, act="audit exported", subject=about, at=context.now)


def sought_of(context: Context, search: Search) -> Sought:
    """The search with names as userids and days as instants; a reversed span finds nothing."""
    zone = context.zone
    return Sought(
        first=instant_of(search.first, MIDNIGHT, zone),
        before=instant_of(search.last + timedelta(days=1), MIDNIGHT, zone),
        actors=_actors_of(context, search.who) if search.who else None,
        acts=tuple(GROUPS[search.group][1]) if search.group else (),
        beginnings=BEGINNINGS.get(search.group, ()),
        subject=search.about,
    )


def _actors_of(context: Context, words: str) -> tuple[str, ...]:
    """Everybody of this name, and whoever has this userid or is called so in the audit."""
    staff = [one.userid for one in context.directory.staff() if one.name == words]
    named = [one.userid for one in context.directory.representatives_named(words) if one.userid]
    return tuple(dict.fromkeys(one.lower() for one in (words, *staff, *named)))


async def _lines(context: Context, member: Member, found: Sequence[AuditLine]) -> tuple[Line, ...]:
    hidden = await _hidden(context, member, (one.subject for one in found))
    names = {actor: _name_of(context, actor) for actor in {one.actor for one in found}}
    return tuple(
        _line(one, names[one.actor])
        for one in found
        if not hidden or hidden.isdisjoint(_NUMBER.findall(one.subject))
    )


def _name_of(context: Context, actor: str) -> str:
    known = people.identify_guest(context, actor)
    return people.name_of(context, actor) if known.staff or known.representative else ""


def _line(one: AuditLine, name: str) -> Line:
    told = audit_lines.tell(one.act, one.subject, name, one.actor)
    return Line(one.at, one.actor, told.who, told.what, one.act, one.subject)


async def _hidden(context: Context, member: Member, subjects: Iterable[str]) -> set[str]:
    """Numbers of matters that this reader may not know of."""
    numbers = {number for one in subjects for number in _NUMBER.findall(one)}
    found = await context.session.scalars(select(Case).where(Case.number.in_(numbers), is_restricted()))
    is_auditor = member.staff is not None and member.staff.role == "auditor"
    if is_auditor:
        return {case.number for case in found if lanes.is_about(context, member.userid, case)}
    return {case.number for case in found if not lanes.may_see(context, member.userid, case)}


async def parts(context: Context, member: Member, search: Search) -> AsyncIterator[tuple[Line, ...]]:
    """All of them in parts, at most `MOST_EXPORTED`."""
    before, seen = 0, 0
    while seen < MOST_EXPORTED:
        page = await part(context, member, search, before)
        yield page.lines
        seen, before = seen + A_PART, page.before
        if not before:
            return
