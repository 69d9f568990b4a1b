"""Activity days with their sites and rosters, and the regions and stations that they are made from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.chunks import chunks
from storage.models import (
    ActivityDay,
    ActivityRule,
    ActivitySite,
    Attendance,
    Region,
    Reminder,
    Representative,
    Station,
    Subscription,
)
from storage.states import ATTENDANCE, ActivityState, AttendanceState, ReminderState

_S, _T = ActivityState, AttendanceState
CAME = (_T.PRESENT, _T.LATE)
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


@dataclass(frozen=True, slots=True)
class SiteStation:
    """A station as an activity day needs to know it."""

    code: str
    name: str
    kind: str
    address: str
    phone: str


@dataclass(frozen=True, slots=True)
class PublicPerson:
    """A representative with the fields that may be shown; empty `public_fields` are all but the telephone."""

    code: str
    name: str
    level: str
    unit: str
    post: str
    public_fields: tuple[str, ...]


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


async def roster_of(session: AsyncSession, day_id: int) -> Sequence[Attendance]:
    """Everyone on the roster of a day, by number."""
    found = await session.scalars(select(Attendance).where(Attendance.day_id == day_id).order_by(Attendance.id))
    return found.all()


async def codes_of(session: AsyncSession, day_id: int) -> set[str]:
    """The representatives on the roster of a day, whatever became of their places."""
    found = await session.scalars(select(Attendance.representative_code).where(Attendance.day_id == day_id))
    return set(found)


async def unasked(session: AsyncSession, day_id: int, after_id: int, most: int) -> Sequence[Attendance]:
    """Places behind a number whose people were not asked for this date yet, in order."""
    found = await session.scalars(
        select(Attendance)
        .where(
            Attendance.day_id == day_id,
            Attendance.id > after_id,
            Attendance.state == _T.INVITED,
            Attendance.asked_at.is_(None),
        )
        .order_by(Attendance.id)
        .limit(most)
    )
    return found.all()


async def add_places(session: AsyncSession, rows: Sequence[Mapping[str, object]]) -> None:
    """Write places on a roster, many at a time."""
    async for some in chunks(rows):
        await session.execute(insert(Attendance), some)


async def unreplaced(session: AsyncSession, day_id: int, reason: str, most: int) -> Sequence[Attendance]:
    """Places of those who could not come from the beginning, for whom nobody was looked for yet."""
    found = await session.scalars(
        select(Attendance)
        .where(
            Attendance.day_id == day_id,
            Attendance.state == _T.DECLINED,
            Attendance.reason == reason,
            Attendance.answered_at.is_(None),
        )
        .order_by(Attendance.id)
        .limit(most)
    )
    return found.all()


async def stood_in_for(session: AsyncSession, day_id: int) -> set[str]:
    """The representatives in whose place somebody else was asked."""
    found = await session.scalars(
        select(Attendance.stands_in_for).where(Attendance.day_id == day_id, Attendance.stands_in_for.is_not(None))
    )
    return {code for code in found if code}


async def ask_anew(
    session: AsyncSession, day_id: int, heard: Collection[str], now: datetime, *, besides: Collection[str]
) -> None:
    """The date changed: everyone on the roster is to be asked; `heard` are asked now, by the notice of the change.

    Left as they are: who was replaced, who came or was absent, and whose reason is one of `besides`.
    """
    settled = (_T.REPLACED, _T.PRESENT, _T.LATE, _T.ABSENT)
    changed = (
        update(Attendance)
        .where(Attendance.day_id == day_id, Attendance.state.not_in(settled), Attendance.reason.not_in(besides))
        .values(state=_T.INVITED, reason="", asked_at=None, answered_at=None)
    )
    await session.execute(changed)
    async for some in chunks(heard):
        await session.execute(
            update(Attendance)
            .where(
                Attendance.day_id == day_id,
                Attendance.state == _T.INVITED,
                Attendance.answered_at.is_(None),
                Attendance.representative_code.in_(some),
            )
            .values(asked_at=now)
        )


async def note_absent(session: AsyncSession, day_id: int) -> int:
    """Whoever was expected and did not come was absent; returns how many."""
    expected = [state for state in (_T.INVITED, _T.ACCEPTED) if _T.ABSENT in ATTENDANCE[state]]
    changed = await session.execute(
        update(Attendance)
        .where(Attendance.day_id == day_id, Attendance.state.in_(expected))
        .values(state=_T.ABSENT)
        .returning(Attendance.id)
    )
    return len(changed.all())


async def find_attendance(
    session: AsyncSession, day_id: int, representative_code: str, *, lock: bool = False
) -> Attendance | None:
    """A representative's place on a day."""
    query = select(Attendance).where(
        Attendance.day_id == day_id, Attendance.representative_code == representative_code
    )
    return (await session.scalars(query.with_for_update() if lock else query)).one_or_none()


async def attendances_on(
    session: AsyncSession, representative_code: str, on_date: date
) -> Sequence[tuple[Attendance, ActivityDay]]:
    """A representative's places on the days of a date that are not called off."""
    rows = await session.execute(
        select(Attendance, ActivityDay)
        .join(ActivityDay, ActivityDay.id == Attendance.day_id)
        .where(
            Attendance.representative_code == representative_code,
            ActivityDay.on_date == on_date,
            ActivityDay.state.in_((*BEFORE_START, _S.OPEN, *AFTER)),
        )
        .order_by(ActivityDay.id)
    )
    return [(attendance, day) for attendance, day in rows]


async def count_attended(session: AsyncSession, codes: Collection[str], since: date, until: date) -> dict[str, int]:
    """How often each came, or is going to come, from `since` to before `until`; who never did is left out."""
    rows = await session.execute(
        select(Attendance.representative_code, func.count())
        .join(ActivityDay, ActivityDay.id == Attendance.day_id)
        .where(
            Attendance.representative_code.in_(codes),
            Attendance.state.in_((*CAME, _T.ACCEPTED)),
            ActivityDay.on_date >= since,
            ActivityDay.on_date < until,
            ActivityDay.state.not_in(CALLED_OFF),
        )
        .group_by(Attendance.representative_code)
    )
    return {str(code): count for code, count in rows}


async def regions_below(session: AsyncSession, code: str) -> list[str]:
    """A region and every region below it."""
    parents: dict[str, list[str]] = {}
    for child, parent in await session.execute(select(Region.code, Region.parent_code)):
        parents.setdefault(parent or "", []).append(child)
    found, ahead = [code], [code]
    while ahead:
        ahead = [child for each in ahead for child in sorted(parents.get(each, ())) if child not in found]
        found += ahead
    return found


async def regions_above(session: AsyncSession, code: str | None) -> list[str]:
    """A region and every region above it."""
    rows = await session.execute(select(Region.code, Region.parent_code))
    above = {child: parent for child, parent in rows}  # noqa: C416  a Row is no pair for mypy
    line: list[str] = []
    while code is not None and code in above and code not in line:
        line.append(code)
        code = above[code]
    return line


async def region_names(session: AsyncSession, codes: Collection[str]) -> Mapping[str, str]:
    """Code to name."""
    rows = await session.execute(select(Region.code, Region.name).where(Region.code.in_(codes)))
    return {code: name for code, name in rows}  # noqa: C416  a Row is no pair for mypy


async def stations_in(session: AsyncSession, region_codes: Collection[str]) -> list[SiteStation]:
    """The stations of these regions, by code."""
    rows = await session.execute(
        select(Station.code, Station.name, Station.kind, Station.address, Station.phone)
        .where(Station.region_code.in_(region_codes))
        .order_by(Station.code)
    )
    return [SiteStation(*row) for row in rows]


async def stations_named(session: AsyncSession, codes: Collection[str]) -> dict[str, SiteStation]:
    """These stations by code."""
    rows = await session.execute(
        select(Station.code, Station.name, Station.kind, Station.address, Station.phone).where(
            Station.code.in_(codes)
        )
    )
    return {row[0]: SiteStation(*row) for row in rows}


async def assigned_to(session: AsyncSession, station_codes: Collection[str]) -> list[tuple[str, str]]:
    """(representative, station) of everyone assigned to these stations, by code."""
    rows = await session.execute(
        select(Representative.code, Representative.station_code)
        .where(Representative.station_code.in_(station_codes))
        .order_by(Representative.code)
    )
    return [(code, str(station)) for code, station in rows]


async def public_people(session: AsyncSession, codes: Collection[str]) -> dict[str, PublicPerson]:
    """These representatives by code, with what may be shown of them."""
    table = Representative
    rows = await session.execute(
        select(table.code, table.name, table.level, table.unit, table.post, table.public_fields).where(
            table.code.in_(codes)
        )
    )
    return {row[0]: PublicPerson(*row[:5], tuple(row[5])) for row in rows}


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
