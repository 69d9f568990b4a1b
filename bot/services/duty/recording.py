"""Putting on record: the chain of a station, a key of its own for each entry, and who has to be asked."""

from dataclasses import replace

from bot.services.cases import NO_DISTRICT
from bot.services.context import Context
from bot.services.duty import asking
from storage import duty
from storage.duty import NewEntry
from storage.keys import add_key, find_key
from storage.models import DutyEntry


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
    if not entry.own and not entry.withdrawn:
        await asking.plan(context, [entry.representative_code])
    return entry
