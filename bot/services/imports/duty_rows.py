"""A day on paper put on record: each row is a duty entry, with the figures that typing it in would have given.

A row that is on record already is known by its mark and left alone; a changed row is a further entry, because
nothing on record is overwritten: what is wrong there is put right by a correction in the chat.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

from sqlalchemy import select

from bot.services.activity_days import check_in
from bot.services.context import Context
from bot.services.duty import asking, kinds, parsing, recording
from bot.services.imports.applying import Count
from bot.services.imports.entries import Entry, read_entries
from bot.services.imports.faults import Fault, ImportRefused
from bot.services.imports.tables import Tables
from config.duty_kinds import DutyKind
from storage import activity_days, activity_rosters, duty, duty_sources
from storage.chunks import chunks
from storage.duty import NewEntry
from storage.keys import add_key, add_keys
from storage.models import Attendance, DutyEntry, Reception
from storage.states import AttendanceState

TABLE = "duty"
BY = "import"
ACTIVITY_DAY = "activity_day"


@dataclass(frozen=True, slots=True)
class _Row:
    """One row that can go on record."""

    mark: str
    new: NewEntry
    receives: bool  # at a station: counts as a reception


@dataclass(frozen=True, slots=True)
class _Came:
    """Who was at an activity day that the bot holds; `known` where that is on record as an entry already."""

    attendance: Attendance
    known: bool


async def apply(context: Context, tables: Tables) -> Count:
    """Put the rows on record; their representatives are asked. Raises `ImportRefused` with every fault."""
    entries, _ = read_entries(tables)
    rows = _read(context, [one for some in entries.values() for one in some if one.sheet.table.name == TABLE])
    known = await _known(context, [row.mark for row in rows])
    came = await _note_attendances(context, [row for row in rows if row.mark not in known])
    fresh = [row for row in rows if row.mark not in known and not (row.mark in came and came[row.mark].known)]
    by_chain: defaultdict[str, list[NewEntry]] = defaultdict(list)
    for row in fresh:
        new = await _note_reception(context, row) if row.receives else row.new
        if row.mark in came:
            subject = duty_sources.attendance(came[row.mark].attendance.id)
            new = replace(new, subject=subject, evidence=(subject, f"day:{came[row.mark].attendance.day_id}"))
        by_chain[recording.chain_of(context, new.station_code)].append(new)
    for chain, entries_of in sorted(by_chain.items()):
        async for some in chunks(entries_of):
            keys = await add_keys(context.session, context.vault, len(some))
            sealed = [(new, *key) for new, key in zip(some, keys, strict=True)]
            await duty.write_all(context.session, chain, sealed)
    await asking.plan(context, [row.new.representative_code for row in fresh])
    return Count(created=len(fresh), unchanged=len(rows) - len(fresh))


def _read(context: Context, entries: Sequence[Entry]) -> list[_Row]:
    """Rows with their marks; equal rows of one file are told apart by which of them they are."""
    faults: list[Fault] = []
    rows: list[_Row] = []
    seen: Counter[tuple[Any, ...]] = Counter()
    known = kinds.standing(context)
    for entry in entries:
        found = _faults(context, entry, known)
        faults += found
        if not found:
            seen[entry.key] += 1
            rows.append(_row(context, entry, known, seen[entry.key]))
    if faults:
        raise ImportRefused(sorted(faults))
    return rows


def _faults(context: Context, entry: Entry, known: Mapping[str, DutyKind]) -> list[Fault]:
    values = entry.values
    faults = []
    whose = _named(context, values["representative"])
    if len(whose) != 1:
        wrong = "找不到这位代表，请核对姓名或填代表编号" if not whose else "有几位同名的代表，请填代表编号"
        faults.append(entry.fault("representative", wrong))
    kind = known.get(parsing.exact_kind(values["kind"], known) or "")
    if kind is None:
        names = "、".join(one.name for one in known.values())
        faults.append(entry.fault("kind", f"不认识“{values['kind'][:20]}”，可以填：{names}"))
    if values.get("station") and _station(context, values["station"]) is None:
        faults.append(entry.fault("station", f"找不到站点“{values['station'][:20]}”，请核对名称或填站点编号"))
    if values["date"] > context.calendar.today(context.now):
        faults.append(entry.fault("date", "这一天还没有到"))
    for name, said in (("place", values.get("place")), ("people", values.get("people"))):
        if kind is not None and name in kind.needs and said in (None, ""):
            faults.append(entry.fault(name, f"{kind.name}要填这一格"))
    return faults


def _named(context: Context, words: str) -> list[str]:
    """The codes that a code or name means."""
    directory = context.directory
    if words in directory.representatives:
        return [words]
    return [one.code for one in directory.representatives_named(words.removesuffix("代表"))]


def _station(context: Context, words: str) -> str | None:
    """The code that a station's code or name means; None where there is none, or several of one name."""
    stations = context.directory.stations
    found = (
        [words] if words in stations else [code for code, one in stations.items() if words and one.name == words]
    )
    return found[0] if len(found) == 1 else None


def _row(context: Context, entry: Entry, known: Mapping[str, DutyKind], which: int) -> _Row:
    values = entry.values
    code = _named(context, values["representative"])[0]
    kind = known[parsing.exact_kind(values["kind"], known) or ""]
    named = _station(context, values.get("station") or "")
    station = values.get("station_code") or named or context.directory.representatives[code].station_code
    summary, place = values["summary"], values.get("place") or ""
    matters = parsing.find_matters(summary)
    facts = (code, kind.code, values["date"], place, values.get("people"), summary, which)
    opinions = values.get("opinions")
    new = NewEntry(
        representative_code=code,
        station_code=station,
        kind=kind.code,
        source=duty.PAPER,
        at=datetime.combine(values["date"], time(), context.zone),
        on=values["date"],
        recorded_at=context.now,
        summary=summary,
        own=False,
        lane=parsing.lane_of(summary) or kind.lane,
        recorded_by=BY,
        subject=f"paper:{context.vault.mark('|'.join(map(str, facts)))}",
        people=values.get("people") or 0,
        opinions=len(matters) if opinions is None else opinions,
        proposals=values.get("proposals") or 0,
        details={name: value for name, value in (("place", place), ("matters", list(matters))) if value},
    )
    return _Row(new.subject or "", new, kind.reception and station is not None)


async def _known(context: Context, marks: Sequence[str]) -> set[str]:
    """The marks that are on record, as an entry of their own or as the reception that one was made from."""
    known: set[str] = set()
    async for some in chunks(marks):
        made = await context.session.scalars(select(DutyEntry.subject).where(DutyEntry.subject.in_(some)))
        known.update(filter(None, made))
        known.update(
            await context.session.scalars(select(Reception.source_key).where(Reception.source_key.in_(some)))
        )
    return known


async def _note_attendances(context: Context, rows: Sequence[_Row]) -> Mapping[str, _Came]:
    """Who was at a day that the bot holds stands among its attendances, too, where the month's figures are counted.

    Staff say so as with 签到; the same representative twice on a day was there once. Whose entry was withdrawn
    since was not there, whatever the sheet says again.
    """
    found: dict[str, _Came] = {}
    seen: set[int] = set()
    for row in rows:
        attendance = await _place_of(context, row.new) if row.new.kind == ACTIVITY_DAY else None
        if attendance is None:
            continue
        made = await duty.find_made(
            context.session, duty_sources.attendance(attendance.id), row.new.representative_code
        )
        if made is None and attendance.state not in activity_rosters.CAME:
            attendance.move(AttendanceState.PRESENT)
            attendance.mode = check_in.STAFF
            await context.session.flush()
        found[row.mark] = _Came(attendance, made is not None or attendance.id in seen)
        seen.add(attendance.id)
    return found


async def _place_of(context: Context, new: NewEntry) -> Attendance | None:
    """Their place on the day that the station held then, a new one where they had none; None where it held none."""
    day = await activity_days.on_day_at(context.session, new.station_code or "", new.on)
    if day is None:
        return None
    place = await activity_rosters.find_attendance(context.session, day.id, new.representative_code, lock=True)
    if place is None:
        place = Attendance(
            day_id=day.id,
            station_code=new.station_code or "",
            representative_code=new.representative_code,
            state=AttendanceState.ACCEPTED,
        )
        context.session.add(place)
        await context.session.flush()
    return place


async def _note_reception(context: Context, row: _Row) -> NewEntry:
    """People received at a station stand among the receptions, too, where the month's figures are counted."""
    new = row.new
    station = new.station_code or ""
    day = await activity_days.on_day_at(context.session, station, new.on)
    key_id, key = await add_key(context.session, context.vault)
    reception = Reception(
        station_code=station,
        occurred_on=new.on,
        occurred_at=new.at,
        day_id=day.id if day else None,
        representative_code=new.representative_code,
        people=new.people,
        opinions=new.opinions,
        proposals=new.proposals,
        key_id=key_id,
        matter_sealed=key.seal_text(new.summary),
        source="desk",
        outcome="answered",
        noted_by=BY,
        noted_at=context.now,
        source_key=row.mark,
    )
    context.session.add(reception)
    await context.session.flush()
    subject = duty_sources.reception(reception.id)
    return replace(new, subject=subject, evidence=(subject,))
