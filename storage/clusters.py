"""Matters of several people about one thing, and the sealed signatures by which they are found.

Nobody's case is merged: a case only carries the number of its cluster.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy import case as sql_case
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from storage.models import Case, CaseSignature, Cluster, ContentKeyRow
from storage.states import OPEN

_MARK = 8  # bytes of the nonce that begins what is sealed: no two sealings share them

# Built once: putting a statement together costs as much as running it.
_SINCE = (
    select(CaseSignature.case_id, Case.opened_at, Case.cluster_id, CaseSignature.sealed, ContentKeyRow.wrapped)
    .join(Case, Case.id == CaseSignature.case_id)
    .join(ContentKeyRow, ContentKeyRow.id == Case.key_id)
    .where(
        CaseSignature.case_id > bindparam("after"),
        Case.opened_at >= bindparam("opened"),
        Case.state.in_(OPEN),
        Case.restricted.is_(False),
    )
    .order_by(CaseSignature.case_id)
    .limit(bindparam("most"))
)
_COMPARED = (
    select(CaseSignature.sealed, Case.cluster_id)
    .join(Case, Case.id == CaseSignature.case_id)
    .where(CaseSignature.case_id == bindparam("case"), Case.state.in_(OPEN), Case.restricted.is_(False))
)
_UNCLAIMED = (
    select(Case.id).where(Case.id == bindparam("case"), Case.cluster_id.is_(None)).with_for_update(skip_locked=True)
)
_JOIN = (
    update(Case)
    .where(Case.id == bindparam("case"))
    .values(cluster_id=bindparam("cluster"))
    .execution_options(synchronize_session=False)
)
_CLUSTER = (
    select(Cluster)
    .where(Cluster.id == bindparam("cluster"))
    .with_for_update(skip_locked=True)
    .execution_options(populate_existing=True)
)
_COUNTED = select(
    func.count(func.distinct(Case.constituent_id)),
    func.count(func.distinct(sql_case((Case.opened_at >= bindparam("since"), Case.constituent_id)))),
    func.min(Case.opened_at),
    func.max(Case.opened_at),
).where(Case.cluster_id == bindparam("cluster"), Case.restricted.is_(False))


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


async def add_signature(session: AsyncSession, case_id: int, sealed: bytes) -> None:
    """Keep what a case is compared by."""
    session.add(CaseSignature(case_id=case_id, sealed=sealed))
    await session.flush()


async def forget_signature(session: AsyncSession, case_id: int) -> None:
    """Delete what a case is compared by; none is no mistake."""
    await session.execute(delete(CaseSignature).where(CaseSignature.case_id == case_id))


async def signatures_since(
    session: AsyncSession, after_case_id: int, limit: int, *, opened_since: datetime
) -> list[KeptSignature]:
    """Signatures of open cases that anyone may compare (none of a restricted one), in the order of their ids."""
    asked = {"after": after_case_id, "opened": opened_since, "most": limit}
    return [KeptSignature(*row) for row in await session.execute(_SINCE, asked)]


async def find_compared(session: AsyncSession, case_id: int) -> Compared | None:
    """The matter as it stands now; None when it is closed, restricted, forgotten or was never kept."""
    row = (await session.execute(_COMPARED, {"case": case_id})).one_or_none()
    return Compared(mark_of(row[0]), row[1]) if row else None


async def claim_unclustered(session: AsyncSession, case_id: int) -> bool:
    """Lock a case that belongs to no cluster yet; False where somebody else is at it, and nobody waits."""
    return await session.scalar(_UNCLAIMED, {"case": case_id}) is not None


async def open_cluster(session: AsyncSession, case: Case, other_case_id: int) -> int:
    """A cluster that begins with another case, which was claimed before; its number."""
    cluster = Cluster(
        topic=case.topic, station_code=case.station_code, people=1, first_at=case.opened_at, last_at=case.opened_at
    )
    session.add(cluster)
    await session.flush()
    # Not through the mapped object: whoever is at work on that case need not decide anew because of this.
    await session.execute(_JOIN, {"case": other_case_id, "cluster": cluster.id})
    other = session.identity_map.get(identity_key(Case, other_case_id))
    if other is not None:
        set_committed_value(other, "cluster_id", cluster.id)
    return cluster.id


async def join(session: AsyncSession, case: Case, cluster_id: int) -> None:
    """Say that a case is about what the others of a cluster are about."""
    case.cluster_id = cluster_id
    await session.flush()


async def claim_cluster(session: AsyncSession, cluster_id: int) -> Cluster | None:
    """Lock a cluster; None where another process is at it, which counts this case when its next one comes."""
    return (await session.scalars(_CLUSTER, {"cluster": cluster_id})).one_or_none()


async def count(session: AsyncSession, cluster_id: int, since: datetime) -> Counted | None:
    """Who raised it and when, counted from the cases; None for a cluster without any."""
    counted = (await session.execute(_COUNTED, {"cluster": cluster_id, "since": since})).one()
    return Counted(*counted) if counted[0] else None


async def note_count(session: AsyncSession, cluster: Cluster, counted: Counted) -> None:
    """Keep what was counted with the cluster, for whoever lists clusters."""
    cluster.people, cluster.first_at, cluster.last_at = counted.people, counted.first_at, counted.last_at
    await session.flush()


async def add_to_count(session: AsyncSession, cluster: Cluster, case: Case) -> None:
    """Count one more case of a large cluster: one more person unless they have another case in it."""
    own = await session.scalars(
        select(Case.cluster_id).where(Case.constituent_id == case.constituent_id, Case.id != case.id)
    )
    cluster.people += cluster.id not in set(own)
    cluster.last_at = max(cluster.last_at, case.opened_at)
    await session.flush()


async def find(session: AsyncSession, cluster_id: int) -> Cluster | None:
    """A cluster as it was counted last."""
    return await session.get(Cluster, cluster_id)


async def note_alert(session: AsyncSession, cluster: Cluster, at: datetime) -> bool:
    """Stamp that staff are told of it; False when they were told before."""
    if cluster.alerted_at is not None:
        return False
    cluster.alerted_at = at
    await session.flush()
    return True


async def members(session: AsyncSession, cluster_id: int, limit: int = 200) -> list[int]:
    """The ids of its cases, the first one first."""
    found = await session.scalars(
        select(Case.id).where(Case.cluster_id == cluster_id).order_by(Case.id).limit(limit)
    )
    return list(found.all())
