"""Matters of several people about one thing, and the sealed signatures by which they are found.

Nobody's case is merged: a case only carries the number of its cluster. Every new case passes through here, so rows
are read and written as rows: each statement is built once, and mapped objects are made of none of them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, or_, select, update
from sqlalchemy import case as sql_case
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from storage import lanes, plain, unit_of_work
from storage.models import Base, Case, CaseSignature, Cluster, ContentKeyRow
from storage.states import OPEN

_MARK = 8  # bytes of the nonce that begins what is sealed: no two sealings share them
_SIGNATURES, _CASES, _CLUSTERS, _KEYS = (
    Base.metadata.tables[table.__tablename__] for table in (CaseSignature, Case, Cluster, ContentKeyRow)
)

# Built once: putting a statement together costs as much as running it.
# A list in IN would be put together anew at each call.
_COMPARABLE = (or_(*(_CASES.c.state == state for state in sorted(OPEN))), lanes.is_open_to_all(_CASES.c))
_SINCE = (
    select(_SIGNATURES.c.case_id, _CASES.c.opened_at, _CASES.c.cluster_id, _SIGNATURES.c.sealed, _KEYS.c.wrapped)
    .join(_CASES, _CASES.c.id == _SIGNATURES.c.case_id)
    .join(_KEYS, _KEYS.c.id == _CASES.c.key_id)
    .where(_SIGNATURES.c.case_id > bindparam("after"), _CASES.c.opened_at >= bindparam("opened"), *_COMPARABLE)
    .order_by(_SIGNATURES.c.case_id)
    .limit(bindparam("most"))
)
_COMPARED = (
    select(_SIGNATURES.c.sealed, _CASES.c.cluster_id, _CASES.c.constituent_id, _CASES.c.opened_at)
    .join(_CASES, _CASES.c.id == _SIGNATURES.c.case_id)
    .where(_SIGNATURES.c.case_id == bindparam("case"), *_COMPARABLE)
)
_UNCLAIMED = (
    select(_CASES.c.id)
    .where(_CASES.c.id == bindparam("case"), _CASES.c.cluster_id.is_(None))
    .with_for_update(skip_locked=True, key_share=True)
)
# Not through mapped objects: whoever is at work on the other case need not decide anew because of this.
_JOIN = (
    update(_CASES)
    .where(or_(_CASES.c.id == bindparam("case"), _CASES.c.id == bindparam("other")))
    .values(cluster_id=bindparam("cluster"))
)
_OPEN_CLUSTER = insert(_CLUSTERS).returning(_CLUSTERS.c.id)
_CLUSTER = select(
    _CLUSTERS.c.id, _CLUSTERS.c.people, _CLUSTERS.c.first_at, _CLUSTERS.c.last_at, _CLUSTERS.c.alerted_at
).where(_CLUSTERS.c.id == bindparam("cluster"))
_CLAIMED = _CLUSTER.with_for_update(skip_locked=True, key_share=True)
_NOTE_COUNT = (
    update(_CLUSTERS)
    .where(_CLUSTERS.c.id == bindparam("cluster"))
    .values(people=bindparam("now_people"), first_at=bindparam("now_first"), last_at=bindparam("now_last"))
)
_NOTE_ALERT = (
    update(_CLUSTERS).where(_CLUSTERS.c.id == bindparam("cluster")).values(alerted_at=bindparam("now_alerted"))
)
_COUNTED = select(
    func.count(func.distinct(_CASES.c.constituent_id)),
    func.count(func.distinct(sql_case((_CASES.c.opened_at >= bindparam("since"), _CASES.c.constituent_id)))),
    func.min(_CASES.c.opened_at),
    func.max(_CASES.c.opened_at),
).where(_CASES.c.cluster_id == bindparam("cluster"), lanes.is_open_to_all(_CASES.c))
_OTHERS_OF_PERSON = select(_CASES.c.cluster_id).where(
    _CASES.c.constituent_id == bindparam("constituent"), _CASES.c.id != bindparam("case")
)


@dataclass(frozen=True, slots=True)
class KeptSignature:
    """A signature as it is kept; `wrapped` is the key of its case, None when that was erased."""

    case_id: int
    opened_at: datetime
    cluster_id: int | None
    sealed: bytes
    wrapped: bytes | None

    @property
    def mark(self) -> bytes:
        """Which sealing this is: an id that is used again after a rollback has another."""
        return mark_of(self.sealed)


@dataclass(frozen=True, slots=True)
class Compared:
    """A matter that a new one is like, as it stands now."""

    mark: bytes
    cluster_id: int | None
    constituent_id: int
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """A cluster as it was counted last: distinct people, when the first and the last case of it were opened."""

    id: int
    people: int
    first_at: datetime
    last_at: datetime
    alerted_at: datetime | None = None  # when staff were told that many people raise it


@dataclass(frozen=True, slots=True)
class Counted:
    """Distinct people of a cluster, and when the first and the last of their cases were opened."""

    people: int
    lately: int  # of these, whose case was opened since the time that was asked for
    first_at: datetime
    last_at: datetime


def mark_of(sealed: bytes) -> bytes:
    """The beginning of its nonce."""
    return sealed[:_MARK]


def add_signature(session: AsyncSession, case_id: int, sealed: bytes) -> None:
    """Keep what a case is compared by, with the next flush."""
    unit_of_work.write(session, CaseSignature, {"case_id": case_id, "sealed": sealed})


async def forget_signature(session: AsyncSession, case_id: int) -> None:
    """Delete what a case is compared by; none is no mistake."""
    await session.execute(delete(CaseSignature).where(CaseSignature.case_id == case_id))


async def signatures_since(
    session: AsyncSession, after_case_id: int, limit: int, *, opened_since: datetime
) -> list[KeptSignature]:
    """Signatures of open cases that anyone may compare (none of a restricted one), in the order of their ids."""
    asked = {"after": after_case_id, "opened": opened_since, "most": limit}
    return [KeptSignature(*row) for row in await plain.fetch(session, _SINCE, asked)]


async def find_compared(session: AsyncSession, case_id: int) -> Compared | None:
    """The matter as it stands now; None when it is closed, restricted, forgotten or was never kept."""
    rows = await plain.fetch(session, _COMPARED, {"case": case_id})
    return next((Compared(mark_of(row[0]), *row[1:]) for row in rows), None)


async def claim_unclustered(session: AsyncSession, case_id: int) -> bool:
    """Lock a case that belongs to no cluster yet; False where somebody else is at it, and nobody waits."""
    return bool(await plain.fetch(session, _UNCLAIMED, {"case": case_id}))


async def open_cluster(session: AsyncSession, case: Case, other_case_id: int, other: Compared) -> Tally:
    """A cluster of a case and another one, which was claimed before; not counted in it are alerts."""
    people = len({case.constituent_id, other.constituent_id})
    first, last = sorted((case.opened_at, other.opened_at))
    cluster_id = await session.run_sync(_open, case, other_case_id, (people, first, last))
    return Tally(cluster_id, people, first, last)


async def join(session: AsyncSession, case: Case, cluster_id: int) -> None:
    """Say that a flushed case is about what the others of a cluster are about."""
    await session.run_sync(_join, case.id, case.id, cluster_id)


async def claim_cluster(session: AsyncSession, cluster_id: int) -> Tally | None:
    """Lock a cluster; None where another process is at it, which counts this case when its next one comes."""
    return _tally(await plain.fetch(session, _CLAIMED, {"cluster": cluster_id}))


async def count(session: AsyncSession, cluster_id: int, since: datetime) -> Counted | None:
    """Who raised it and when, counted from the cases; None for a cluster without any."""
    (counted,) = await plain.fetch(session, _COUNTED, {"cluster": cluster_id, "since": since})
    return Counted(*counted) if counted[0] else None


async def note_count(session: AsyncSession, cluster: Tally, counted: Counted) -> Tally:
    """Keep what was counted with the cluster, for whoever lists clusters."""
    return await _keep(
        session, Tally(cluster.id, counted.people, counted.first_at, counted.last_at, cluster.alerted_at)
    )


async def add_to_count(session: AsyncSession, cluster: Tally, case: Case) -> Tally:
    """Count one more case of a large cluster: one more person unless they have another case in it."""
    asked = {"constituent": case.constituent_id, "case": case.id}
    known = any(row[0] == cluster.id for row in await plain.fetch(session, _OTHERS_OF_PERSON, asked))
    people, last_at = cluster.people + (not known), max(cluster.last_at, case.opened_at)
    return await _keep(session, Tally(cluster.id, people, cluster.first_at, last_at, cluster.alerted_at))


async def find(session: AsyncSession, cluster_id: int) -> Tally | None:
    """A cluster as it was counted last."""
    return _tally(await plain.fetch(session, _CLUSTER, {"cluster": cluster_id}))


async def note_alert(session: AsyncSession, cluster: Tally, at: datetime) -> bool:
    """Stamp that staff are told of it; False when they were told before."""
    if cluster.alerted_at is not None:
        return False
    await plain.change(session, _NOTE_ALERT, {"cluster": cluster.id, "now_alerted": at})
    return True


async def members(session: AsyncSession, cluster_id: int, limit: int = 200) -> list[int]:
    """The ids of its cases, the first one first."""
    found = await session.scalars(
        select(Case.id).where(Case.cluster_id == cluster_id).order_by(Case.id).limit(limit)
    )
    return list(found.all())


async def _keep(session: AsyncSession, tally: Tally) -> Tally:
    counted = {"now_people": tally.people, "now_first": tally.first_at, "now_last": tally.last_at}
    await plain.change(session, _NOTE_COUNT, {"cluster": tally.id, **counted})
    return tally


def _tally(rows: plain.Rows) -> Tally | None:
    return Tally(*rows[0]) if rows else None


def _open(session: Session, case: Case, other_case_id: int, counted: tuple[int, datetime, datetime]) -> int:
    people, first, last = counted
    columns: dict[str, Any] = {"topic": case.topic, "station_code": case.station_code}
    columns |= {"people": people, "first_at": first, "last_at": last}
    cluster_id: int = session.connection().execute(_OPEN_CLUSTER, columns).scalar_one()
    _join(session, case.id, other_case_id, cluster_id)
    return cluster_id


def _join(session: Session, case_id: int, other_case_id: int, cluster_id: int) -> None:
    session.connection().execute(_JOIN, {"case": case_id, "other": other_case_id, "cluster": cluster_id})
    for each in (case_id, other_case_id):
        held = session.identity_map.get(identity_key(Case, each))
        if held is not None:
            set_committed_value(held, "cluster_id", cluster_id)
