"""Activity days with their sites; who is on their rosters is in `activity_rosters`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import exists, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import ActivityDay, ActivityRule, ActivitySite, Reminder, Subscription
from storage.states import ActivityState, AttendanceState, ReminderState

_S, _T = ActivityState, AttendanceState
CALLED_OFF = (_S.CANCELLED, _S.POSTPONED)
BEFORE_START = (_S.CONFIRMED, _S.ROSTER_OPEN, _S.ROSTER_FIXED, _S.ANNOUNCED, _S.REMINDED)
WITH_ROSTER = (_S.ROSTER_OPEN, _S.ROSTER_FIXED, _S.ANNOUNCED, _S.REMINDED, _S.OPEN)
AFTER = (_S.CLOSED, _S.COUNTED, _S.REPORTED, _S.ARCHIVED)
RUNNING = (_S.PLANNED, *BEFORE_START, _S.OPEN, _S.CLOSED, _S.COUNTED, _S.REPORTED)
_KEPT_DAYS = 400  # after which an archived day is found no more by its number alone


@dataclass(frozen=True, slots=True)
class Facts:
    """What a region's day begins with."""

    region_code: str
    on_date: date
    start: str
    end: str
    topic: str
    rule: str = ""


async def plan(session: AsyncSession, facts: Facts) -> bool:
    """Write a day down as planned; False where the region has one that was first planned for that date."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    given = dialect.insert(ActivityDay).values(
        version=1,
        region_code=facts.region_code,
        planned_on=facts.on_date,
        on_date=facts.on_date,
        start=facts.start,
        end=facts.end,
        topic=facts.topic,
        rule=facts.rule,
        state=_S.PLANNED,
        edition=1,
        note="",
    )
    written = given.on_conflict_do_nothing(index_elements=["region_code", "planned_on"]).returning(ActivityDay.id)
    return (await session.execute(written)).first() is not None


async def rules(session: AsyncSession) -> Sequence[ActivityRule]:
    """Every region's rules."""
    return (await session.scalars(select(ActivityRule).order_by(ActivityRule.id))).all()


async def taken_between(session: AsyncSession, first: date, last: date) -> set[tuple[str, date]]:
    """(region, date) that a day was first planned for or is held on; a called off one keeps its first date only."""
    rows = await session.execute(
        select(ActivityDay.region_code, ActivityDay.planned_on, ActivityDay.on_date, ActivityDay.state).where(
            or_(ActivityDay.planned_on.between(first, last), ActivityDay.on_date.between(first, last))
        )
    )
    taken: set[tuple[str, date]] = set()
    for region, planned_on, on_date, state in rows:
        taken.add((region, planned_on))
        if state not in CALLED_OFF:
            taken.add((region, on_date))
    return taken


async def get_day(session: AsyncSession, day_id: int, *, lock: bool = False) -> ActivityDay | None:
    """A day by its number; with `lock` nobody else changes it until this transaction ends."""
    return await session.get(ActivityDay, day_id, with_for_update=lock or None)


async def running(session: AsyncSession, today: date, limit: int = 500) -> Sequence[ActivityDay]:
    """Days on which something may have to be done: all that are not archived or called off."""
    found = await session.scalars(
        select(ActivityDay)
        .where(ActivityDay.state.in_(RUNNING), ActivityDay.on_date >= today - timedelta(days=_KEPT_DAYS))
        .order_by(ActivityDay.on_date, ActivityDay.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return found.all()


async def listed(
    session: AsyncSession, *, region_codes: Collection[str] | None, first: date, last: date, limit: int = 1000
) -> Sequence[ActivityDay]:
    """Days of some regions (all where None) in a span of dates, in order; called off ones too."""
    query = select(ActivityDay).where(ActivityDay.on_date.between(first, last))
    if region_codes is not None:
        query = query.where(ActivityDay.region_code.in_(region_codes))
    return (await session.scalars(query.order_by(ActivityDay.on_date, ActivityDay.id).limit(limit))).all()


async def of_station(
    session: AsyncSession, station_code: str, *, since: date, states: Collection[ActivityState], limit: int = 20
) -> Sequence[ActivityDay]:
    """Days that a station takes part in, from `since` on, in order."""
    here = exists().where(ActivitySite.day_id == ActivityDay.id, ActivitySite.station_code == station_code)
    found = await session.scalars(
        select(ActivityDay)
        .where(ActivityDay.on_date >= since, ActivityDay.state.in_(states), here)
        .order_by(ActivityDay.on_date, ActivityDay.id)
        .limit(limit)
    )
    return found.all()


async def of_regions(
    session: AsyncSession, region_codes: Collection[str], *, since: date, states: Collection[ActivityState]
) -> Sequence[ActivityDay]:
    """Days of these regions from `since` on, in order."""
    found = await session.scalars(
        select(ActivityDay)
        .where(
            ActivityDay.region_code.in_(region_codes),
            ActivityDay.on_date >= since,
            ActivityDay.state.in_(states),
        )
        .order_by(ActivityDay.on_date, ActivityDay.id)
        .limit(20)
    )
    return found.all()


async def on_day_at(session: AsyncSession, station_code: str, on_date: date) -> ActivityDay | None:
    """The day that a station holds on a date, if it was not called off."""
    return next(
        iter(
            await session.scalars(
                select(ActivityDay)
                .join(ActivitySite, ActivitySite.day_id == ActivityDay.id)
                .where(
                    ActivitySite.station_code == station_code,
                    ActivityDay.on_date == on_date,
                    ActivityDay.state.in_((*BEFORE_START, _S.OPEN, *AFTER)),
                )
                .order_by(ActivityDay.id)
                .limit(1)
            )
        ),
        None,
    )


async def sites_of(session: AsyncSession, day_id: int) -> Sequence[ActivitySite]:
    """The sites of a day, by station."""
    found = await session.scalars(
        select(ActivitySite).where(ActivitySite.day_id == day_id).order_by(ActivitySite.station_code)
    )
    return found.all()


async def stations_of_days(session: AsyncSession, day_ids: Collection[int]) -> dict[int, set[str]]:
    """The stations of each of these days; one without sites is left out."""
    rows = await session.execute(
        select(ActivitySite.day_id, ActivitySite.station_code).where(ActivitySite.day_id.in_(day_ids))
    )
    found: dict[int, set[str]] = {}
    for day_id, station in rows:
        found.setdefault(day_id, set()).add(station)
    return found


async def get_site(session: AsyncSession, site_id: int) -> ActivitySite | None:
    """A site by its number."""
    return await session.get(ActivitySite, site_id, with_for_update=True)


async def find_site(session: AsyncSession, day_id: int, station_code: str) -> ActivitySite | None:
    """A station's part in a day."""
    found = await session.scalars(
        select(ActivitySite).where(ActivitySite.day_id == day_id, ActivitySite.station_code == station_code)
    )
    return found.one_or_none()


async def unfiled_at(session: AsyncSession, station_codes: Collection[str]) -> Sequence[ActivitySite]:
    """Sites of closed days for which nothing was filed yet, the oldest first."""
    found = await session.scalars(
        select(ActivitySite)
        .join(ActivityDay, ActivityDay.id == ActivitySite.day_id)
        .where(
            ActivitySite.station_code.in_(station_codes),
            ActivitySite.reported_at.is_(None),
            ActivityDay.state.in_((_S.CLOSED, _S.COUNTED, _S.REPORTED)),
        )
        .order_by(ActivityDay.on_date, ActivitySite.id)
    )
    return found.all()


async def told_of(session: AsyncSession, subject: str, *, besides: Collection[str], kind: str = "") -> set[str]:
    """Recipients to whom something was said of a subject; `besides` are steps that do not count.

    Only members (`m`) or conversations (`c`) where `kind` says so.
    """
    found = await session.scalars(
        select(Reminder.recipient)
        .where(
            Reminder.subject == subject,
            Reminder.state == ReminderState.SENT,
            Reminder.step.not_in(besides),
            Reminder.recipient.startswith(kind),
        )
        .distinct()
    )
    return set(found)


async def subscribed_to(
    session: AsyncSession, conversations: Collection[int], station_codes: Collection[str], kind: str
) -> dict[int, str]:
    """Conversation to the first of these stations that it is subscribed to; others are left out."""
    rows = await session.execute(
        select(Subscription.conversation_id, func.min(Subscription.station_code))
        .where(
            Subscription.conversation_id.in_(conversations),
            Subscription.station_code.in_(station_codes),
            Subscription.kind == kind,
            Subscription.ended_at.is_(None),
        )
        .group_by(Subscription.conversation_id)
    )
    return {conversation: str(station) for conversation, station in rows}


async def filed_until(session: AsyncSession, day_id: int) -> tuple[int, int]:
    """How many sites of a day there are, and how many have filed."""
    row = (
        await session.execute(
            select(func.count(), func.count(ActivitySite.reported_at)).where(ActivitySite.day_id == day_id)
        )
    ).one()
    return row[0], row[1]
