"""The same figures as on the page, raw, for machines that watch."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.calendars.local_time import MIDNIGHT, instant_of
from bot.services.context import Context
from storage import delivery_alarms, delivery_figures, pacing, watched_figures
from storage.delivery_figures import AGES
from storage.states import OutboxState

_STATES = (
    OutboxState.WAITING,
    OutboxState.LEASED,
    OutboxState.PARKED,
    OutboxState.FAILED,
    OutboxState.DROPPED,
)
_LATE_COMMITS = timedelta(minutes=1)  # what was sent longer ago is in the database, whichever pump sent it
_FIGURES = re.compile(r"not reached: .*")
_AGE_NAMES = (*(f"under_{seconds}s" for seconds in AGES), "older")


@dataclass(frozen=True, slots=True)
class Gauges:
    """Everything that /metrics says of the database; ages in seconds."""

    states: Mapping[str, int]
    waiting: Mapping[tuple[str, str], int]  # by purpose and age
    oldest_seconds: float
    oldest_answer_seconds: float
    sent: Mapping[str, int]
    failed: Mapping[tuple[str, str], int]  # by purpose and reason
    dropped: Mapping[tuple[str, str], int]
    parked: Mapping[str, int]
    parked_over_a_day: int
    budgets: Mapping[int, int]
    alarms: Mapping[tuple[str, int], float]
    blocked: Mapping[str, float]
    inbox: tuple[int, int]
    inbox_oldest_seconds: float
    clocks: Mapping[str, int]  # due, by whom they ask
    ledger_lines: int
    ledger_published_seconds: float
    quota: tuple[int, int]  # person-times of app messages today, and how many a day may have; 0 is no limit


class SentToday:
    """What was sent since midnight, counted on from where the last count ended."""

    def __init__(self) -> None:
        self._since: datetime | None = None
        self._upto: datetime | None = None
        self._counted: Counter[str] = Counter()

    async def count(self, context: Context, midnight: datetime) -> Mapping[str, int]:
        """By purpose; only the last minute is counted anew."""
        session = context.session
        if self._since != midnight or self._upto is None:
            self._since, self._upto, self._counted = midnight, midnight, Counter()
        settled = max(self._upto, context.now - _LATE_COMMITS)
        if settled > self._upto:
            self._counted.update(await delivery_figures.sent_between(session, self._upto, settled))
            self._upto = settled
        return self._counted + Counter(await delivery_figures.sent_since(session, settled))


async def collect(context: Context, sent: SentToday) -> Gauges:
    """Some twenty small statements through indexes; sent rows are never counted as a whole."""
    session, now = context.session, context.now
    midnight = instant_of(context.calendar.today(now), MIDNIGHT, context.zone)
    waiting = await delivery_figures.waiting(session, now)
    oldest = min((one.since for one in waiting if one.since is not None), default=None)
    parked = await delivery_figures.parked(session, now)
    return Gauges(
        states={str(state): await delivery_figures.count_in_state(session, state) for state in _STATES},
        waiting=_by_age(waiting),
        oldest_seconds=_age(oldest, now),
        oldest_answer_seconds=_age(await delivery_figures.oldest_unsent(session), now),
        sent=await sent.count(context, midnight),
        failed=_plain(await delivery_figures.ended_since(session, OutboxState.FAILED, midnight)),
        dropped=_plain(await delivery_figures.ended_since(session, OutboxState.DROPPED, midnight)),
        parked={"person": parked.held, "window": parked.closed, "budget": parked.spent},
        parked_over_a_day=parked.old,
        budgets=await delivery_figures.budgets(session, now),
        alarms={
            (alarm.kind, alarm.errcode): _age(alarm.started_at, now)
            for alarm in await delivery_alarms.find_open(session)
        },
        blocked=await _blocked(context),
        inbox=await delivery_figures.count_inbox(session),
        inbox_oldest_seconds=_age(await watched_figures.oldest_in_inbox(session), now),
        clocks=await watched_figures.clocks_due(session, now),
        ledger_lines=await watched_figures.ledger_lines(session),
        ledger_published_seconds=_age(await watched_figures.last_published(session), now),
        quota=(await pacing.count_members_since(session, midnight), context.rules.app_messages_per_day),
    )


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)


def _by_age(waiting: list[delivery_figures.Waiting]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for one in waiting:
        for name, count in zip(_AGE_NAMES, one.ages, strict=True):
            found[one.purpose, name] = count
        found[one.purpose, "not_due"] = one.later
    return found


def _plain(ended: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """Reasons as labels: short, and without figures that would make each one of its own."""
    found: Counter[tuple[str, str]] = Counter()
    for (purpose, reason), count in ended.items():
        found[purpose, _FIGURES.sub("not reached", reason)[:64]] += count
    return found


async def _blocked(context: Context) -> dict[str, float]:
    until = await delivery_figures.blocked_apis(context.session, context.now)
    return {api: (at - context.now).total_seconds() for api, at in until.items()}
