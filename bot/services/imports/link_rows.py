"""双联系 as a sheet: who keeps contact with whom; the names of voters are sealed.

A row whose representative, person and year are known updates that link; rows that the file lacks stay. A link ends
by its `until`, so that the years before keep their figures.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import insert, select

from bot.services.context import Context
from bot.services.duty_file import voters
from bot.services.duty_file.voters import Voter
from bot.services.imports.applying import Count
from bot.services.imports.entries import Entry, read_entries
from bot.services.imports.tables import Tables
from storage.chunks import chunks
from storage.duty_file_links import REPRESENTATIVE, VOTER
from storage.keys import add_key, add_keys, find_key
from storage.models import ContentKeyRow, LiaisonLink

TABLE = "contact_links"
_Key = tuple[str, str, int, str]


async def apply(context: Context, tables: Tables) -> Count:
    """Write the links; the faults of the sheet were told before (`checking`)."""
    entries, _ = read_entries(tables)
    created = updated = unchanged = 0
    async for some in chunks(_unique(context, entries.get(TABLE, ())).items()):
        rows = dict(some)
        known = await _known(context, rows)
        kept = await _load_keys(context, known.values())
        for key, link in known.items():
            if await _follow(context, link, rows[key]):
                updated += 1
            else:
                unchanged += 1
        del kept  # held until here: the session forgets rows that nobody holds
        fresh = [(key, entry) for key, entry in rows.items() if key not in known]
        await _add(context, fresh)
        created += len(fresh)
    return Count(created, updated, unchanged)


def _unique(context: Context, entries: Sequence[Entry]) -> dict[_Key, Entry]:
    return {_key_of(context, entry): entry for entry in entries}


def _key_of(context: Context, entry: Entry) -> _Key:
    values = entry.values
    kind, year = values["kind"], values.get("year") or 0
    told = values["to_code"] if kind == REPRESENTATIVE else context.vault.mark(f"voter|{values['voter']}")
    return values["representative_code"], kind, year, told


async def _known(context: Context, rows: dict[_Key, Entry]) -> dict[_Key, LiaisonLink]:
    codes = {code for code, _, _, _ in rows}
    found = await context.session.scalars(select(LiaisonLink).where(LiaisonLink.representative_code.in_(codes)))
    links = {(one.representative_code, one.kind, one.year, one.mark): one for one in found}
    return {key: link for key, link in links.items() if key in rows}


async def _load_keys(context: Context, links: Iterable[LiaisonLink]) -> Sequence[ContentKeyRow]:
    """In one statement, so that each is found without asking again."""
    wanted = [link.key_id for link in links if link.key_id is not None]
    return (await context.session.scalars(select(ContentKeyRow).where(ContentKeyRow.id.in_(wanted)))).all()


async def _follow(context: Context, link: LiaisonLink, entry: Entry) -> bool:
    """Columns that the file has are taken; returns whether anything was different."""
    values = entry.values
    wanted = (values.get("contacts", link.contacts), values.get("until_on", link.until_on))
    changed = wanted != (link.contacts, link.until_on)
    if changed:
        link.contacts, link.until_on = wanted
    if link.kind != VOTER:
        return changed
    key = await find_key(context.session, context.vault, link.key_id) if link.key_id else None
    if key is not None and voters.read(key, link.voter_sealed) == _voter(entry):
        return changed
    if key is None:  # it was erased, and they are linked anew
        link.key_id, key = await add_key(context.session, context.vault)
    link.voter_sealed = voters.seal(key, _voter(entry))
    return True


async def _add(context: Context, fresh: Sequence[tuple[_Key, Entry]]) -> None:
    sealed = [entry for (_, kind, _, _), entry in fresh if kind == VOTER]
    keys = dict(zip(map(id, sealed), await add_keys(context.session, context.vault, len(sealed)), strict=True))
    rows: list[dict[str, Any]] = []
    for (code, kind, year, mark), entry in fresh:
        key_id, key = keys.get(id(entry), (None, None))
        rows.append(
            {
                "representative_code": code,
                "kind": kind,
                "to_code": entry.values.get("to_code"),
                "year": year,
                "mark": mark,
                "contacts": entry.values.get("contacts"),
                "until_on": entry.values.get("until_on"),
                "key_id": key_id,
                "voter_sealed": voters.seal(key, _voter(entry)) if key else None,
            }
        )
    if rows:
        await context.session.execute(insert(LiaisonLink.__table__), rows)  # type: ignore[arg-type]


def _voter(entry: Entry) -> Voter:
    values = entry.values
    return Voter(values["voter"], values.get("note") or "", values.get("care") == "yes")
