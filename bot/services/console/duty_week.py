"""值班: a week of duty times as a grid of days and hours, station by station; put in, take out, swap."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.notices.member_rosters import day_name
from bot.services import duty_rosters, duty_times, roster_swaps
from bot.services.activity_days import facts
from bot.services.console import places
from bot.services.context import Context
from bot.services.duty_rosters import Wanted
from bot.services.duty_times import DutyTime, Span
from bot.services.people import Member
from bot.services.roster_swaps import Request, SwapRefused
from storage import public_directory, roster_slots
from storage import roster_swaps as stored_swaps
from storage.models import Representative, RosterSlot

MOST_STATIONS = 12
_DAY = timedelta(days=1)


class NotDone(Exception):
    """It was not done; `words` say why."""

    def __init__(self, words: str) -> None:
        super().__init__("not done")
        self.words = words


@dataclass(frozen=True, slots=True)
class Chip:
    """Somebody on duty in a cell; `whose` where they stand in, `weekly` where it is so each week."""

    code: str
    name: str
    whose: str
    away: bool
    is_over: bool
    slot_id: int
    weekly: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A day and hours at a station."""

    on: date
    chips: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Hours, with the seven days of the week."""

    start: str
    end: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A station's week."""

    code: str
    name: str
    rows: tuple[Row, ...]
    may_change: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A swap that a representative asked for and that was not answered yet."""

    id: int
    station: str
    when: str
    asker: str
    stand_in: str
    may_confirm: bool


@dataclass(frozen=True, slots=True)
class Picked:
    """The cell that was tapped: who is there, who could come; `chip` is the one that was meant."""

    station: str
    station_code: str
    on: date
    start: str
    end: str
    chips: tuple[Chip, ...]
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DutyPage:
    """The week."""

    days: tuple[date, ...]
    today: date
    before: date
    after: date
    grids: tuple[Grid, ...]
    stations: tuple[tuple[str, str], ...]
    chosen: str
    bench: tuple[tuple[str, str], ...]  # whom of its own may be drawn to a cell, where one station is shown
    asked: tuple[Asked, ...]
    picked: Picked | None
    more: int


@dataclass(frozen=True, slots=True)
class Tapped:
    """A cell as its address names it; empty hours are new ones."""

    station: str = ""
    on: date | None = None
    start: str = ""
    end: str = ""


async def look(context: Context, member: Member, on: date, chosen: str, tapped: Tapped) -> DutyPage:
    """The week around a day, of one station or of those that have duty times."""
    monday = on - on.weekday() * _DAY
    days = tuple(monday + number * _DAY for number in range(7))
    reach = places.stations_of(context, member)
    names = context.directory.stations
    known = sorted(((code, one.name) for code, one in names.items() if reach is None or code in reach), key=_named)
    chosen = chosen if chosen in dict(known) else ""
    codes = [chosen] if chosen else await _shown(context, member, reach)
    shown = codes[:MOST_STATIONS]
    grids = await _grids(context, member, shown, days)
    return DutyPage(
        days=days,
        today=context.local_now.date(),
        before=monday - 7 * _DAY,
        after=monday + 7 * _DAY,
        grids=grids,
        stations=tuple(known),
        chosen=chosen,
        bench=await _people(context, shown[0], shown[:1]) if len(grids) == 1 and grids[0].may_change else (),
        asked=await _asked(context, member, days, shown),
        picked=await _picked(context, grids, tapped),
        more=len(codes) - len(shown),
    )


def _named(one: tuple[str, str]) -> tuple[str, str]:
    return one[1], one[0]


async def _shown(context: Context, member: Member, reach: tuple[str, ...] | None) -> list[str]:
    """One's own station first, then those with duty times."""
    own = member.staff.station_code if member.staff else None
    found = list(await roster_slots.with_slots(context.session, reach))
    return sorted(dict.fromkeys([*found, *(reach or ())[:1]]), key=lambda code: (code != own, code))


async def _grids(
    context: Context, member: Member, codes: Sequence[str], days: tuple[date, ...]
) -> tuple[Grid, ...]:
    span = Span(days[0], days[-1], context.zone)
    slots: dict[tuple[str, str, str], list[RosterSlot]] = defaultdict(list)
    for slot in await roster_slots.of_stations(context.session, codes):
        slots[slot.station_code, slot.representative_code, slot.start].append(slot)
    times: dict[str, list[DutyTime]] = defaultdict(list)
    for one in await duty_times.of_stations(context.session, codes, span):
        times[one.slot.station_code].append(one)
    return tuple(_grid(context, member, code, times[code], slots, days) for code in codes)


def _grid(
    context: Context,
    member: Member,
    code: str,
    times: Sequence[DutyTime],
    slots: dict[tuple[str, str, str], list[RosterSlot]],
    days: tuple[date, ...],
) -> Grid:
    cells: dict[tuple[str, str, date], list[Chip]] = defaultdict(list)
    for one in times:
        row = _slot_of(one, slots[code, one.slot.representative_code, one.slot.start])
        cells[one.slot.start, one.end, one.slot.on].append(_chip(context, one, row))
    hours = sorted({(start, end) for start, end, _ in cells})
    station = context.directory.stations.get(code)
    return Grid(
        code=code,
        name=station.name if station else code,
        rows=tuple(
            Row(start, end, tuple(Cell(day, tuple(cells.get((start, end, day), ()))) for day in days))
            for start, end in hours
        ),
        may_change=roster_swaps.may_set(context, member, code),
    )


def _slot_of(one: DutyTime, rows: Sequence[RosterSlot]) -> RosterSlot | None:
    """The row that this time is of: the one of its date before that of its weekday."""
    fitting = [row for row in rows if row.end == one.end and (row.on_date or one.slot.on) == one.slot.on]
    return min(fitting, key=lambda row: row.on_date is None, default=None)


def _chip(context: Context, one: DutyTime, row: RosterSlot | None) -> Chip:
    whose = one.slot.representative_code
    return Chip(
        code=one.holder,
        name=facts.name_of(context, one.holder),
        whose=facts.name_of(context, whose) if one.is_swapped else "",
        away=one.away,
        is_over=one.ends_at <= context.now,
        slot_id=row.id if row else 0,
        weekly=row is not None and row.weekday is not None,
    )


async def _asked(
    context: Context, member: Member, days: tuple[date, ...], codes: Sequence[str]
) -> tuple[Asked, ...]:
    found = await stored_swaps.waiting_between(context.session, days[0], days[-1], codes)
    names = context.directory.stations
    return tuple(
        Asked(
            id=row.id,
            station=names[row.station_code].name if row.station_code in names else row.station_code,
            when=f"{day_name(row.on_date)} {row.start}",
            asker=facts.name_of(context, row.from_code),
            stand_in=facts.name_of(context, row.to_code),
            may_confirm=roster_swaps.may_set(context, member, row.station_code),
        )
        for row in found
    )


async def _picked(context: Context, grids: Sequence[Grid], tapped: Tapped) -> Picked | None:
    grid = next((one for one in grids if one.code == tapped.station and one.may_change), None)
    if grid is None or tapped.on is None:
        return None
    chips = tuple(
        chip
        for row in grid.rows
        if (row.start, row.end) == (tapped.start, tapped.end)
        for cell in row.cells
        if cell.on == tapped.on
        for chip in cell.chips
    )
    people = await _people(context, grid.code, sorted(facts.branch_of(context, grid.code)))
    return Picked(grid.name, grid.code, tapped.on, tapped.start, tapped.end, chips, people)


async def _people(context: Context, station: str, codes: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Who of these stations could come: those of the station first."""
    found = await public_directory.representatives(context.session, codes)
    ordered = sorted(found, key=lambda one: (one.station_code != station, one.station_code or "", one.name))
    return tuple((one.code, _called(context, one, station)) for one in ordered)


def _called(context: Context, one: Representative, station: str) -> str:
    home = context.directory.stations.get(one.station_code or "")
    return one.name if one.station_code == station or home is None else f"{one.name}（{home.name}）"


async def put(context: Context, member: Member, wanted: Wanted) -> str:
    """Somebody is on duty there. Raises `NotDone`."""
    try:
        await duty_rosters.put(context, member, wanted)
    except duty_rosters.RosterRefused as refused:
        raise NotDone(refused.said.render().text) from refused
    return "duty_put"


async def take_out(context: Context, member: Member, slot_id: int, on: date) -> str:
    """A slot is gone. Raises `NotDone`."""
    try:
        await duty_rosters.take_out(context, member, slot_id, on)
    except duty_rosters.RosterRefused as refused:
        raise NotDone(refused.said.render().text) from refused
    return "duty_out"


async def swap(context: Context, member: Member, who: str, stand_in: str, on: date, start: str) -> str:
    """As `换班 日期 时间 原值班代表 替班代表` of staff. Raises `NotDone`."""
    people = context.directory.representatives
    if who not in people or stand_in not in people:
        raise NotDone(duty_rosters.RosterRefused("nobody").said.render().text)
    try:
        await roster_swaps.set_directly(context, member, Request(people[who], people[stand_in], on, start))
    except SwapRefused as refused:
        raise NotDone(refused.said.render().text) from refused
    return "duty_swapped"


async def confirm(context: Context, member: Member, swap_id: int) -> str:
    """What a representative asked for counts, without waiting for the other's answer. Raises `NotDone`."""
    row = next(iter(await stored_swaps.of_ids(context.session, [swap_id])), None)
    if row is None or row.agreed_at or row.declined_at:
        raise NotDone(duty_rosters.RosterRefused("gone").said.render().text)
    asker = context.directory.find_representative_of(row.asked_by)  # who has the slot now, and gives it
    return await swap(context, member, asker.code if asker else row.from_code, row.to_code, row.on_date, row.start)
