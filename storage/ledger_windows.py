"""Lines of the ledger with their facts, a window at a time, checked the quick way.

The database hands over what a digest is made of as the text that it is made of, so that nothing is turned into an
object and back. A window that does not hold is read again by `storage.ledger_proof`, exactly, line by line, which
alone says what is wrong: all that being quick can do is to send something there that is in order. While a window is
checked the next one is fetched.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Integer,
    LargeBinary,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncSession

from storage.ledger import ENTRY, GENESIS, SAID, STAMPS
from storage.models import ContentKeyRow, DutyEntry, DutyStamp, LedgerLine

WINDOW = 4000  # lines
_PART = 250  # lines checked at a stretch; between two the loop takes in what the database sends
_sha256, _dumps, _loads = hashlib.sha256, orjson.dumps, orjson.loads


@dataclass(frozen=True, slots=True)
class Place:
    """After which line a walk is: chain, sequence and digest of that line."""

    chain: str = ""
    seq: int = 0
    digest: str = GENESIS


def after(place: Place) -> ColumnElement[bool]:
    """The lines that follow a place, in the order of chain and sequence."""
    return tuple_(LedgerLine.chain, LedgerLine.seq) > tuple_(
        bindparam("chain", place.chain, String), bindparam("seq", place.seq, Integer)
    )


def joined(query: Select[Any]) -> Select[Any]:
    """Lines with their entry, or the word that somebody said, and whether the entry's key is still there."""
    return (
        query.select_from(LedgerLine)
        .outerjoin(DutyEntry, and_(DutyEntry.id == LedgerLine.entry_id, LedgerLine.event == ENTRY))
        .outerjoin(
            DutyStamp,
            and_(
                DutyStamp.entry_id == LedgerLine.entry_id,
                DutyStamp.event == LedgerLine.event,
                DutyStamp.at == LedgerLine.at,
            ),
        )
        .outerjoin(ContentKeyRow, ContentKeyRow.id == DutyEntry.key_id)
        .order_by(LedgerLine.chain, LedgerLine.seq)
    )


def as_bytes(column: ColumnElement[bytes | None]) -> ColumnElement[bytes | None]:
    """A sealed column as bytes, also where somebody put a text there by hand (SQLite takes it)."""
    return cast(column, LargeBinary)


async def read(session: AsyncSession, place: Place, most: int = WINDOW) -> Sequence[Any]:
    """The next lines after a place; none at the end."""
    query = _query(session.get_bind().dialect.name)
    given = {"chain": place.chain, "seq": place.seq, "most": most}
    connection = await session.connection()  # a session would make rows of entities of it, at twice the price
    found: Sequence[Any] = (await connection.execute(query, given)).all()
    return found


@cache
def _query(dialect: str) -> Select[Any]:
    def instant(column: Any) -> Any:
        if dialect == "postgresql":
            return func.to_char(func.timezone("UTC", column), 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
        raw = type_coerce(column, String)
        return func.substr(raw, 1, 10) + "T" + func.substr(raw, 12) + "+00:00"

    entry = DutyEntry
    columns = (
        *(LedgerLine.chain, LedgerLine.seq, LedgerLine.event, LedgerLine.entry_id, instant(LedgerLine.at)),
        *(LedgerLine.fact_digest, LedgerLine.previous, LedgerLine.digest),
        *(DutyStamp.id, DutyStamp.by, as_bytes(DutyStamp.note_sealed.expression), DutyStamp.note_digest),
        ContentKeyRow.wrapped.is_not(None),
        *(as_bytes(entry.summary_sealed.expression), as_bytes(entry.details_sealed.expression)),
        cast(entry.evidence, String),
        # From here on in the order of the digest (`storage.ledger`), but for the evidence.
        *(entry.form, entry.id, entry.representative_code, entry.station_code, entry.case_id, entry.round),
        *(entry.kind, entry.source, instant(entry.occurred_at), entry.key_id, entry.summary_digest, entry.own),
        *(entry.lane, cast(entry.occurred_on, String), instant(entry.recorded_at), entry.recorded_by),
        *(entry.subject, entry.root_id, entry.corrects_id, entry.withdrawn),
        *(entry.people, entry.opinions, entry.proposals, entry.details_digest),
    )
    return joined(select(*columns)).where(after(Place())).limit(bindparam("most", type_=Integer))


async def follow_and_read(
    session: AsyncSession, rows: Sequence[Any], place: Place, ends: dict[str, tuple[int, str]], most: int
) -> tuple[Place | None, Sequence[Any]]:
    """`follow` these lines, and meanwhile `read` the next ones."""
    last = Place(rows[-1].chain, rows[-1].seq)
    following, then = await asyncio.gather(read(session, last, most), _follow_in_parts(rows, place, ends))
    return then, following


async def _follow_in_parts(rows: Sequence[Any], place: Place, ends: dict[str, tuple[int, str]]) -> Place | None:
    for start in range(0, len(rows), _PART):
        await asyncio.sleep(0)
        then = follow(rows[start : start + _PART], place, ends)
        if then is None:
            return None
        place = then
    return place


def follow(rows: Sequence[Any], place: Place, ends: dict[str, tuple[int, str]]) -> Place | None:
    """Where a walk is after these lines; None where anything of them does not hold. Notes the ends of chains."""
    chain, seq, digest = place.chain, place.seq, place.digest
    found: dict[str, tuple[int, str]] = {}
    for row in rows:
        its_chain, its_seq, event, entry_id, at, fact, previous, its_digest = row[:8]
        if its_chain != chain:
            chain, seq, digest = its_chain, 0, GENESIS
        if its_seq != seq + 1 or previous != digest:
            return None
        line = (chain, its_seq, event, entry_id, at, fact, previous)
        if its_digest != _sha256(_dumps(line)).hexdigest():
            return None
        if not (_entry_holds(row, fact) if event == ENTRY else _stamp_holds(row, event, entry_id, at, fact)):
            return None
        seq, digest = its_seq, its_digest
        found[chain] = (seq, digest)
    ends.update(found)
    return Place(chain, seq, digest)


def _entry_holds(row: Any, fact: str) -> bool:
    readable, summary, details, evidence = row[12:16]
    told = row[16:]
    if told[0] == 1 or told[1] is None:  # the first form, or gone
        return False
    digest_of_summary, digest_of_details = told[10], told[-1]
    for sealed, digest in ((summary, digest_of_summary), (details, digest_of_details)):
        if sealed is None:
            if digest and readable:
                return False
        elif _sha256(sealed).hexdigest() != digest:
            return False
    shown = None if evidence is None or evidence == "null" else _loads(evidence)
    said: bool = _sha256(_dumps((*told[:-1], shown, digest_of_details))).hexdigest() == fact
    return said


def _stamp_holds(row: Any, event: str, entry_id: int, at: str, fact: str) -> bool:
    stamp_id, by, note, note_digest = row[8:12]
    if event not in STAMPS:
        return False
    parts: tuple[object, ...] = (entry_id, event, at)
    if event in SAID:
        if stamp_id is None or (note is not None and _sha256(note).hexdigest() != note_digest):
            return False
        parts = (*parts, by, note_digest)
    return _sha256(_dumps(parts)).hexdigest() == fact
