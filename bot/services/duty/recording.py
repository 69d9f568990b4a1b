"""Putting on record: the chain of a station, a key of its own for each entry, and who has to be asked.

Receptions and attendances are counted from rows of their own: what is corrected in the entry made from one, or
withdrawn, is put right there, too.
"""

from dataclasses import replace

from bot.services.cases import NO_DISTRICT
from bot.services.context import Context
from bot.services.duty import asking
from storage import activity_days, activity_rosters, duty, duty_sources, receptions
from storage.duty import NewEntry
from storage.keys import add_key, find_key
from storage.models import DutyEntry
from storage.states import AttendanceState


def chain_of(context: Context, station_code: str | None) -> str:
    """The district whose ledger an entry of this station belongs to."""
    return context.directory.district_of(station_code) or NO_DISTRICT


async def write(context: Context, new: NewEntry, key_id: int | None = None) -> DutyEntry:
    """One entry with its line, under `key_id` or a new key; its representative is asked where it was not them."""
    key = await find_key(context.session, context.vault, key_id) if key_id is not None else None
    if key_id is None or key is None:
        key_id, key = await add_key(context.session, context.vault)
    entry = await duty.write(context.session, chain_of(context, new.station_code), new, key_id, key)
    if not entry.own:
        await asking.plan(context, [entry.representative_code])
    return entry


async def correct(context: Context, old: DutyEntry, new: NewEntry, key_id: int | None = None) -> DutyEntry:
    """`new` stands in the place of `old` from now on; the old one stays as it is."""
    key = await find_key(context.session, context.vault, key_id) if key_id is not None else None
    if key_id is None or key is None:
        key_id, key = await add_key(context.session, context.vault)
    named = replace(new, root_id=old.root_id or old.id, corrects_id=old.id, subject=None, case_id=None)
    entry = await duty.correct(context.session, old, named, key_id, key)
    await _follow_in_reception(context, old, entry)
    if entry.withdrawn:
        await _follow_in_attendance(context, old)
    if not entry.own and not entry.withdrawn:
        await asking.plan(context, [entry.representative_code])
    return entry


async def _follow_in_reception(context: Context, old: DutyEntry, entry: DutyEntry) -> None:
    """The row says what the entry says now; of one withdrawn, that it was not this representative who received."""
    reception = await receptions.find_behind(context.session, old)
    if reception is None or reception.representative_code != old.representative_code:
        return
    if entry.withdrawn:
        reception.representative_code = None
        return
    reception.people, reception.opinions, reception.proposals = entry.people, entry.opinions, entry.proposals
    if reception.occurred_on != entry.occurred_on:
        day = await activity_days.on_day_at(context.session, reception.station_code, entry.occurred_on)
        reception.occurred_on, reception.occurred_at = entry.occurred_on, entry.occurred_at
        reception.day_id = day.id if day else None


async def _follow_in_attendance(context: Context, old: DutyEntry) -> None:
    """Whoever was not there is not among those who came."""
    attendance = await duty_sources.find_attendance_behind(context.session, old)
    if attendance is not None and attendance.state in activity_rosters.CAME:
        attendance.move(AttendanceState.ABSENT)
        attendance.arrived_at = attendance.left_at = None
