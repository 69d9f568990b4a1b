"""The duty ledger: append-only lines, each carrying the digest of its fact and of the line before.

It holds digests only, so it still verifies when the content key of a case has been destroyed (domain F6, F7).
`storage.ledger_proof` walks it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from types import MappingProxyType
from typing import Any, cast

import orjson
from sqlalchemy import Table, bindparam, event, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

from storage import plain
from storage.models import DutyEntry, LedgerHead, LedgerLine

GENESIS = "0" * 64
_WAITING, _SAVEPOINTS = "ledger lines", "ledger lines at savepoints"
_HEADS, _LINES = cast("Table", LedgerHead.__table__), cast("Table", LedgerLine.__table__)
_HEAD = select(_HEADS.c.seq, _HEADS.c.digest).where(_HEADS.c.chain == bindparam("of")).with_for_update()
_MOVE_HEAD = update(_HEADS).where(_HEADS.c.chain == bindparam("of"))
_MOVE_HEAD = _MOVE_HEAD.values(seq=bindparam("to_seq"), digest=bindparam("to_digest"))
_BEGIN_CHAIN = {
    dialect.dialect.name: dialect.insert(_HEADS).on_conflict_do_nothing() for dialect in (postgresql, sqlite)
}
ENTRY = "entry"
DELIVERED, UNDELIVERED, CLOSED, CORRECTED = "delivered", "undelivered", "closed", "corrected"
ERASED = "erased"  # of what people wrote: the event and nothing else
CONFIRMED, DISPUTED, PASSED, RETURNED, RELEASED = "confirmed", "disputed", "passed", "returned", "released"
# Which column of the entry an event stamps, and whether it sets it or takes it back.
STAMPS: Mapping[str, tuple[str, bool]] = MappingProxyType(
    {
        DELIVERED: ("delivered_at", True),
        UNDELIVERED: ("delivered_at", False),
        CLOSED: ("closed_at", True),
        CORRECTED: ("corrected_at", True),
        CONFIRMED: ("confirmed_at", True),
        DISPUTED: ("disputed_at", True),
        PASSED: ("passed_at", True),
        RETURNED: ("returned_at", True),
        RELEASED: ("released_at", True),
        ERASED: ("erased_at", True),
    }
)
SAID = frozenset({CONFIRMED, DISPUTED, PASSED, RETURNED, RELEASED})  # somebody said it: a row of duty_stamps each
STAMPED = tuple(dict.fromkeys(column for column, _ in STAMPS.values()))
_FIRST_FORM = (
    "id",
    "representative_code",
    "station_code",
    "case_id",
    "round",
    "kind",
    "source",
    "occurred_at",
    "key_id",
    "summary_digest",
)
_SECOND_FORM = (
    "form",
    *_FIRST_FORM,
    "own",
    "lane",
    "occurred_on",
    "recorded_at",
    "recorded_by",
    "subject",
    "root_id",
    "corrects_id",
    "withdrawn",
    "people",
    "opinions",
    "proposals",
    "evidence",
    "details_digest",
)
_EMPTY = {"own": True, "withdrawn": False, "lane": "", "recorded_by": "", "details_digest": ""}
_ZERO = {"people": 0, "opinions": 0, "proposals": 0}


def digest_of(*parts: object) -> str:
    """SHA-256 of the canonical JSON of `parts`: compact, UTF-8, instants in UTC with microseconds."""
    return hashlib.sha256(orjson.dumps(parts, _plain, orjson.OPT_PASSTHROUGH_DATETIME)).hexdigest()


def _plain(value: object) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else str(value)


def china_day(at: datetime) -> date:
    """The day in the zone of the law, where nothing says which zone is meant."""
    return (at.astimezone(UTC) + timedelta(hours=8)).date()


_first_facts, _second_facts = attrgetter(*_FIRST_FORM), attrgetter(*_SECOND_FORM)


def entry_digest(entry: Any) -> str:
    """The digest of what an entry says, a row or an object; its stamps are lines of their own.

    Entries of the first form (before schema 0009) are covered as they were then; what the schema added to them
    has to be as the migration left it.
    """
    if entry.form != 1:
        return digest_of(*_second_facts(entry))
    added = {name: getattr(entry, name) for name in _SECOND_FORM[len(_FIRST_FORM) + 1 :]}
    left = dict.fromkeys(added) | _EMPTY | _ZERO | {"occurred_on": china_day(entry.occurred_at)}
    if added != left or entry.details_sealed is not None:
        return ""
    return digest_of(*_first_facts(entry))


def stamp_digest(entry_id: int, event: str, at: datetime, *said: str) -> str:
    """The digest of a stamp; of one that somebody said, with who it was and the digest of why."""
    return digest_of(entry_id, event, at, *said)


def sealed_digest(sealed: bytes) -> str:
    """The digest of a ciphertext: proves it unchanged and says nothing about the words."""
    return hashlib.sha256(sealed).hexdigest()


def line_digest(
    chain: str, seq: int, event: str, entry_id: int, at: datetime, fact_digest: str, previous: str
) -> str:
    """The digest of a line, which the next one carries."""
    return digest_of(chain, seq, event, entry_id, at, fact_digest, previous)


@dataclass(frozen=True, slots=True)
class Fact:
    """What a line stands for."""

    event: str
    entry_id: int
    digest: str
    at: datetime


# --- lines are the last that a unit of work writes --------------------------------------------------------
# The head of a chain is locked until the commit, for every process; whoever locked it and waited for something else
# would make all the others wait, or each other for ever.


def add_lines(session: AsyncSession, chain: str, facts: Iterable[Fact]) -> None:
    """Append lines to a region's chain, in the commit of the facts they stand for and in their order."""
    session.info.setdefault(_WAITING, []).extend((chain, fact) for fact in facts)


async def write_lines(session: AsyncSession) -> None:
    """Write what was appended in this unit of work, chain after chain in the order that everybody keeps to."""
    by_chain: defaultdict[str, list[Fact]] = defaultdict(list)
    for chain, fact in session.info.pop(_WAITING, ()):
        by_chain[chain].append(fact)
    if by_chain:
        await session.flush()
    for chain in sorted(by_chain):
        await _write(session, chain, by_chain[chain])


async def _write(session: AsyncSession, chain: str, facts: Sequence[Fact]) -> None:
    seq, digest = await _lock_head(session, chain)
    lines = []
    for fact in facts:
        seq, before = seq + 1, digest
        digest = line_digest(chain, seq, fact.event, fact.entry_id, fact.at, fact.digest, before)
        lines.append(
            {
                "chain": chain,
                "seq": seq,
                "event": fact.event,
                "entry_id": fact.entry_id,
                "at": fact.at,
                "fact_digest": fact.digest,
                "previous": before,
                "digest": digest,
            }
        )
    await plain.change(session, insert(_LINES), lines)
    await plain.change(session, _MOVE_HEAD, {"of": chain, "to_seq": seq, "to_digest": digest})


async def _lock_head(session: AsyncSession, chain: str) -> tuple[int, str]:
    found = await plain.fetch(session, _HEAD, {"of": chain})
    if not found:
        begin = _BEGIN_CHAIN[session.get_bind().dialect.name]
        await plain.change(session, begin, {"chain": chain, "seq": 0, "digest": GENESIS})
        found = await plain.fetch(session, _HEAD, {"of": chain})
    ((seq, digest),) = found
    return seq, digest


@event.listens_for(Session, "after_transaction_create")
def _remember_savepoint(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault(_SAVEPOINTS, {})[transaction] = len(session.info.get(_WAITING, ()))


@event.listens_for(Session, "after_soft_rollback")
def _take_back(session: Session, transaction: SessionTransaction) -> None:
    """Lines of a savepoint go with the facts that they stand for."""
    kept = session.info.get(_SAVEPOINTS, {}).get(transaction)
    if kept is not None:
        del session.info.get(_WAITING, [])[kept:]


async def get_chain(session: AsyncSession, entry: DutyEntry) -> str:
    """The chain that has the line of an entry; its stamps follow there."""
    found = await session.scalars(
        select(LedgerLine.chain).where(LedgerLine.entry_id == entry.id, LedgerLine.event == ENTRY)
    )
    chain = found.one_or_none()
    if chain is not None:
        return chain
    waiting: list[tuple[str, Fact]] = session.info.get(_WAITING, [])
    return next(name for name, fact in waiting if fact.entry_id == entry.id and fact.event == ENTRY)


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that does not hold; `where` names the row."""

    where: str
    what: str
