"""The figures of the moment, for everything or for the stations that somebody works for."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.calendars.local_time import MIDNIGHT, instant_of
from bot.notices.broadcast_results import STATES
from bot.notices.delivery_desk import (
    AlarmShown,
    Count,
    Figures,
    KindWaiting,
    NoticeShown,
    ParkedAnswers,
    purpose_name,
)
from bot.notices.remedies import words_of
from bot.notices.words import moment
from bot.services import people
from bot.services.broadcasts.roles import CENTRE_ROLES
from bot.services.context import Context
from bot.services.people import Member
from storage import delivery_alarms, delivery_figures, pacing
from storage.delivery_figures import InProgress
from storage.models import DeliveryAlarm
from storage.states import OutboxState, RecipientState

MOST_NOTICES = 8
_P = RecipientState


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: `stations` None is everything; `userid` is who looks, in small letters."""

    userid: str
    stations: tuple[str, ...] | None
    place: str

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self.stations is None


def scope_of(context: Context, member: Member) -> Scope | None:
    """Everything for the service centre and administrators, their stations for officers and leads; else None."""
    staff = member.staff
    if staff is None:
        return None
    if staff.role in CENTRE_ROLES:
        return Scope(member.userid.lower(), None, "")
    codes = list(dict.fromkeys([*people.queue_of(context, member), *people.led_by(context, member)]))
    if not codes:
        return None
    first = context.directory.stations[codes[0]].name
    place = first if len(codes) == 1 else f"{first}等 {len(codes)} 个站"
    return Scope(member.userid.lower(), tuple(codes), place)


async def collect(context: Context, scope: Scope) -> Figures:
    """Some ten small statements through indexes."""
    session, now, stations = context.session, context.now, scope.stations
    midnight = instant_of(context.calendar.today(now), MIDNIGHT, context.zone)
    waiting = await delivery_figures.waiting(session, now, stations)
    oldest = await delivery_figures.oldest_unsent(session, stations)
    sent = await delivery_figures.sent_since(session, midnight, stations)
    failed = await delivery_figures.ended_since(session, OutboxState.FAILED, midnight, stations)
    dropped = await delivery_figures.ended_since(session, OutboxState.DROPPED, midnight, stations)
    parked = await delivery_figures.parked(session, now, stations)
    notices = await delivery_figures.notices_in_progress(session, MOST_NOTICES, scope.userid if stations else None)
    used = await pacing.count_members_since(session, midnight) if scope.is_all else 0
    last = await delivery_alarms.find_last(session)
    return Figures(
        at=now,
        zone=context.zone,
        place=scope.place,
        waiting=tuple(_kind(one, now) for one in sorted(waiting, key=lambda one: -one.count)),
        more=await _more(context, waiting) if scope.is_all else 0,
        oldest_answer_seconds=_age(oldest, now),
        sent=_counts({purpose_name(purpose): count for purpose, count in sent.items()}),
        failed=_by_reason(failed),
        dropped=_by_reason(dropped),
        parked=ParkedAnswers(parked.held, parked.closed, parked.spent, parked.old),
        budgets=tuple(sorted((await delivery_figures.budgets(session, now, stations)).items())),
        notices=tuple(_notice(context, one) for one in notices),
        alarms=tuple(_alarm(context, one) for one in await delivery_alarms.find_open(session)),
        last_alarm=_alarm(context, last) if last is not None else None,
        late_seconds=60 * context.rules.unsent_alarm_minutes,
        quota=(used, context.rules.app_messages_per_day) if scope.is_all else None,
        inbox=await delivery_figures.count_inbox(session) if scope.is_all else None,
    )


def _age(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else max((now - since).total_seconds(), 0.0)


def _kind(one: delivery_figures.Waiting, now: datetime) -> KindWaiting:
    return KindWaiting(purpose_name(one.purpose), one.count, one.ages, one.later, _age(one.since, now))


async def _more(context: Context, waiting: Iterable[delivery_figures.Waiting]) -> int:
    """Rows beyond those that were looked at."""
    looked_at = sum(one.count for one in waiting)
    if looked_at < delivery_figures.MOST_LOOKED_AT:
        return 0
    return max(0, await delivery_figures.count_in_state(context.session, OutboxState.WAITING) - looked_at)


def _counts(counted: Mapping[str, int]) -> tuple[Count, ...]:
    return tuple(Count(name, count) for name, count in sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def _by_reason(ended: Mapping[tuple[str, str], int]) -> tuple[Count, ...]:
    words: Counter[str] = Counter()
    for (_, reason), count in ended.items():
        words[words_of(reason)] += count
    return _counts(words)


def _notice(context: Context, one: InProgress) -> NoticeShown:
    sent, confirmed = one.recipients.get(_P.SENT, 0), one.recipients.get(_P.CONFIRMED, 0)
    ahead = one.due_at is not None and one.due_at > context.now + timedelta(seconds=1)
    return NoticeShown(
        number=one.broadcast_id,
        state=STATES[one.state],
        size=one.size,
        reached=sent + confirmed,
        waiting=one.recipients.get(_P.WAITING, 0),
        failed=one.recipients.get(_P.FAILED, 0),
        confirmed=confirmed,
        due=moment(one.due_at, context.zone) if ahead and one.due_at is not None else "",
    )


def _alarm(context: Context, one: DeliveryAlarm) -> AlarmShown:
    return AlarmShown(one.errcode, one.started_at, one.cleared_at, context.zone)
