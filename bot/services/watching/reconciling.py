"""Every night: what we believe was delivered against what WeCom reports, a kind a commit, told in the morning.

The mark says how far this night is, so that a restart goes on there and a second scheduler finds it done.
"""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from bot.calendars.local_time import MIDNIGHT, instant_of
from bot.notices.remedies import words_of
from bot.services.broadcasts import writing
from bot.services.context import Context
from bot.services.watching import findings
from storage import delivery_figures, job_marks
from storage import delivery_findings as stored
from storage.delivery_findings import UntappedCard
from storage.models import JobMark
from storage.states import BroadcastState, OutboxState

log = logging.getLogger(__name__)
RECONCILE = "reconcile delivery"
_NIGHTLY = time(3, 0)  # local
_REPRESENTATIVES = 500  # whose cards are looked at in one commit
_DRAFTS = 50
_WEEK = 7  # days over which members who are not reached are looked at
_LEAST_DAYS = 2
_BELIEVED_DAYS = 30
_KEPT_DAYS = 90  # findings that are over
Found = tuple[dict[str, int], str | None]  # what was found, and where to go on; None where that was all


async def reconcile(context: Context) -> int:
    """Go on with this night's comparison, or begin it; tell in the morning; returns how much was done."""
    mark = await job_marks.claim(context.session, RECONCILE, context.now)
    today = context.calendar.today(context.now)
    if mark.period != today.isoformat() and context.local_now.time() >= _NIGHTLY:
        job_marks.put(mark, today.isoformat(), context.now, {"kind": 0, "after": "", "found": {}, "new": 0})
    if mark.facts.get("kind") is not None:
        await _go_on(context, mark, date.fromisoformat(mark.period))
        return 1
    if context.calendar.awake(context.now) != context.now or not await stored.count_untold(context.session):
        return 0
    return await findings.tell(context)


async def _go_on(context: Context, mark: JobMark, night: date) -> None:
    """One piece of the comparison; a kind that was looked at to its end is written down in the same commit."""
    facts: dict[str, Any] = dict(mark.facts)
    kind, find = list(FINDERS.items())[facts["kind"]]
    found, after = await find(context, night, facts["after"])
    facts["found"], facts["after"] = {**facts["found"], **found}, after or ""
    if after is None:
        facts["new"] += await stored.note(context.session, kind, facts["found"], night, context.now)
        facts["found"] = {}
        facts["kind"] += 1
    if facts["kind"] == len(FINDERS):
        log.info("delivery compared", extra={"new": facts["new"]})
        facts = {"kind": None}
        await stored.forget_unreached(context.session, night - timedelta(days=_KEPT_DAYS))
        await stored.forget_settled(context.session, night - timedelta(days=_KEPT_DAYS))
    mark.facts = facts


# --- one finder a kind --------------------------------------------------------------------------------


async def _parked(context: Context, _night: date, _after: str) -> Found:
    """Answers that have waited for their constituent for a day."""
    return _once(await stored.parked_cases(context.session, context.now - timedelta(days=1)))


async def _undelivered(context: Context, _night: date, _after: str) -> Found:
    """What the duty record holds for delivered and the outbox does not."""
    since = context.now - timedelta(days=_BELIEVED_DAYS)
    return _once(await stored.undelivered_cases(context.session, since))


def _once(ids: Collection[int]) -> Found:
    return {str(one): 1 for one in ids}, None


async def _failed(context: Context, night: date, _after: str) -> Found:
    """What failed since the last working day began, by reason in words; another night's are struck off by it."""
    since = _midnight(context, context.calendar.days.add(night, -1))
    ended = await delivery_figures.ended_since(context.session, OutboxState.FAILED, since)
    counted: dict[str, int] = {}
    for (_, reason), count in ended.items():
        words = f"{night.isoformat()} {words_of(reason)}"[:160]
        counted[words] = counted.get(words, 0) + count
    return counted, None


async def _unreached(context: Context, night: date, _after: str) -> Found:
    """Members whom messages did not reach on several days of the last week, yesterday or today among them."""
    first, last = night - timedelta(days=_WEEK), night - timedelta(days=1)
    again = await stored.unreached_again(context.session, first, last, _LEAST_DAYS)
    return {userid: days for userid, days in again.items() if findings.is_known(context, userid)}, None


async def _unopened(context: Context, night: date, after: str) -> Found:
    """Representatives who have tapped nothing on cards that left some working days ago."""
    codes = [code for code in sorted(context.directory.representatives) if code > after][:_REPRESENTATIVES]
    if not codes:
        return {}, None
    before = _midnight(context, context.calendar.days.add(night, -int(context.rules.unopened_days)))
    cards = await stored.untapped_cards(context.session, codes, before)
    return _count_untapped(context, cards, before), codes[-1]


def _count_untapped(context: Context, cards: Sequence[UntappedCard], before: datetime) -> dict[str, int]:
    """For each representative: the cases whose last card to them left before then."""
    last: dict[tuple[str, int], datetime] = {}
    for card in cards:
        userid = (context.directory.representatives[card.representative_code].userid or "").lower()
        if userid in map(str.lower, card.recipients):
            key = (card.representative_code, card.case_id)
            last[key] = max(card.sent_at, last.get(key, card.sent_at))
    return Counter(code for (code, _), sent_at in last.items() if sent_at < before)


async def _expired(context: Context, _night: date, after: str) -> Found:
    """Notices to which nobody agreed for two weeks are void from now on."""
    before = context.now - timedelta(days=context.rules.notice_draft_days)
    stale = await stored.claim_stale_drafts(context.session, before, _DRAFTS)
    for broadcast in stale:
        broadcast.move(BroadcastState.RECALLED)
        broadcast.recalled_at = context.now
        writing.note(context, broadcast, "", "notice expired")
    return {str(one.id): 1 for one in stale}, after or "more" if len(stale) == _DRAFTS else None


def _midnight(context: Context, day: date) -> datetime:
    return instant_of(day, MIDNIGHT, context.zone)


FINDERS: Mapping[str, Callable[[Context, date, str], Awaitable[Found]]] = MappingProxyType(
    {
        stored.PARKED: _parked,
        stored.UNDELIVERED: _undelivered,
        stored.FAILED: _failed,
        stored.UNREACHED: _unreached,
        stored.UNOPENED: _unopened,
        stored.EXPIRED: _expired,
    }
)
