"""No message ends in silence: a look every night, a list in the morning, and what staff do about it."""

import logging
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from bot.calendars.local_time import MIDNIGHT, instant_of
from bot.notices.silence import MOST_LISTED, Silent, SilentList
from bot.services import people, speaking
from bot.services.context import Context
from bot.services.people import Member
from storage import audit, inbox, job_marks
from storage import silence as stored
from storage.models import Case, JobMark, SilentMatter
from storage.outbox import Purpose
from storage.silence import Night

log = logging.getLogger(__name__)
WATCH = "watch silence"
NIGHTS = 3  # how far back messages are looked at anew; what was found is looked at until it is settled
_NIGHTLY = time(2, 30)  # local
_IDS = 500  # in one statement
_PIECES = 3  # in one commit: the writers in between are not kept waiting
_KINDS = tuple(stored.FINDERS)
_REMEMBERED = ("message", "inbox")  # their ids of some nights ago are where a look begins
Finding = tuple[Silent, Case | None]


async def watch(context: Context) -> int:
    """Go on with the look of this night, or begin it; tell the service centre in the morning what is new."""
    mark = await job_marks.claim(context.session, WATCH, context.now)
    if mark.period != _today(context) and context.local_now.time() >= _NIGHTLY:  # or as soon as the bot is up again
        await _begin(context, mark)
    if mark.facts.get("kind") is not None:
        return await _look_on(context, mark)
    return await _tell(context)


def _today(context: Context) -> str:
    return context.calendar.today(context.now).isoformat()


async def _begin(context: Context, mark: JobMark) -> None:
    """What each night had seen is remembered, so that the next look begins some nights back."""
    nights = mark.facts.get("nights", [])
    tops = {kind: await stored.newest_id(context.session, kind) for kind in _KINDS}
    floors = nights[0] if len(nights) >= NIGHTS else {}
    nights = [*nights, {kind: tops[kind] for kind in _REMEMBERED}][-NIGHTS:]
    facts = {
        "kind": 0,
        "after": floors.get(_KINDS[0], 0),
        "tops": tops,
        "floors": floors,
        "nights": nights,
        "new": 0,
    }
    job_marks.put(mark, _today(context), context.now, facts)


async def _look_on(context: Context, mark: JobMark) -> int:
    """Some statements of the look; returns how many."""
    facts: dict[str, Any] = dict(mark.facts)
    night = Night(context.now, _working_day_ago(context))
    pieces = 0
    while facts["kind"] is not None and pieces < _PIECES:
        pieces += 1
        kind = _KINDS[facts["kind"]]
        upto = min(facts["after"] + _IDS, facts["tops"][kind])
        found = await stored.find_between(context.session, kind, night, facts["after"], upto)
        facts["new"] += await stored.note(context.session, kind, found, context.now)
        facts["after"] = upto
        if upto >= facts["tops"][kind]:
            await _strike_off(context, kind, night)
            _next_kind(facts)
    if facts["kind"] is None:
        log.info("silence looked for", extra={"new": facts["new"]})
    mark.facts = facts
    return pieces


def _next_kind(facts: dict[str, Any]) -> None:
    following = facts["kind"] + 1
    facts["kind"] = following if following < len(_KINDS) else None
    facts["after"] = facts["floors"].get(_KINDS[following], 0) if facts["kind"] is not None else 0


async def _strike_off(context: Context, kind: str, night: Night) -> None:
    """What was found before and has its word now."""
    known = await stored.unsettled(context.session, kind)
    if not known:
        return
    silent = await stored.find_among(context.session, kind, night, [row.row_id for row in known])
    for row in known:
        if row.row_id not in silent:
            row.settled_at = context.now


def _working_day_ago(context: Context) -> datetime:
    days = context.calendar.days
    return instant_of(days.add(context.calendar.today(context.now), -1), MIDNIGHT, context.zone)


async def _tell(context: Context) -> int:
    """One short list, once it is day: everything that is still open, if something on it is new."""
    if context.calendar.awake(context.now) != context.now or not await stored.count_untold(context.session):
        return 0
    open_now = await _still_open(context)
    if all(row.told for row in open_now):
        return 0
    findings = [await _finding(context, row.kind, row.row_id) for row in open_now]
    centre = context.directory.centre_staff()
    for readers, theirs in people.lists_for(context, centre, findings, _about):
        await speaking.notify_members(context, readers, Purpose.NOTICE, _list(theirs).render())
    for row in open_now:
        row.told = True
    return len(open_now)


async def _still_open(context: Context) -> Sequence[SilentMatter]:
    """What was found and is silent still; what was seen to since the night is struck off."""
    night = Night(context.now, _working_day_ago(context))
    for kind in {row.kind for row in await stored.unsettled(context.session)}:
        await _strike_off(context, kind, night)
    await context.session.flush()
    return await stored.unsettled(context.session)


async def _finding(context: Context, kind: str, row_id: int) -> Finding:
    case = await stored.case_of(context.session, kind, row_id)
    return Silent(kind, case.number if case else "", row_id), case


def _about(finding: Finding) -> Case | None:
    return finding[1]


def _list(findings: list[Finding]) -> SilentList:
    return SilentList(tuple(silent for silent, _ in findings[:MOST_LISTED]), len(findings))


async def show(context: Context, member: Member) -> SilentList:
    """待查: what is open now, as this member may see it."""
    findings = [await _finding(context, row.kind, row.row_id) for row in await _still_open(context)]
    seen = people.lists_for(context, [member.userid], findings, _about)
    return _list(seen[0][1] if seen else [])


async def retry(context: Context, member: Member, inbox_id: int) -> bool:
    """重试: what was put aside is handled again from the start; False where nothing of that number is put aside."""
    row = await inbox.find_parked(context.session, inbox_id)
    if row is None:
        return False
    inbox.mark_waiting(row, context.now)
    audit.add_line(
        context.session, actor=member.userid, act="handled again", subject=f"inbox {inbox_id}", at=context.now
    )
    log.info("parked message is handled again", extra={"inbox_id": inbox_id})
    return True
