"""The duty record as rows, read as a stream."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.exports.words import ERASED
from storage import duty, people
from storage.crypto import Unreadable, Vault
from storage.keys import KeyDestroyed, get_key
from storage.models import Case, ContentKeyRow, DutyEntry, Representative, Station

BATCH = 500  # entries whose keys are read together
_Found = tuple[DutyEntry, Case | None]


class ExportRefused(Exception):
    """Nothing was written; the text says why and what to do."""


class NoSuchRepresentative(ExportRefused):
    """No representative has this code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"no representative has the code {code!r}: see representatives.csv")


class SummaryUnreadable(ExportRefused):
    """A summary was sealed under another data key, or changed."""

    def __init__(self, entry_id: int) -> None:
        self.entry_id = entry_id
        super().__init__(
            f"duty entry {entry_id}: its summary cannot be read with this LIANXIN_DATA_KEY; "
            "if the key is right, run `python -m bot verify`"
        )


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One duty entry as it is written out; times are local and carry their offset."""

    entry: int
    representative: str
    representative_name: str
    station: str | None
    station_name: str
    kind: str
    occurred_at: datetime
    case: str | None
    summary: str
    delivered: bool
    delivered_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Reader:
    """What turns an entry into a row."""

    session: AsyncSession
    vault: Vault
    zone: ZoneInfo
    representatives: dict[str, str]
    stations: dict[str, str]

    async def read(self, found: Sequence[_Found]) -> list[DutyRow]:
        keys = await self._load_keys(found)
        rows = [await self._row(entry, case) for entry, case in found]
        del keys  # held until here: the session forgets rows that nobody holds
        return rows

    async def _load_keys(self, found: Sequence[_Found]) -> Sequence[ContentKeyRow]:
        wanted = {entry.key_id for entry, _ in found}
        return (await self.session.scalars(select(ContentKeyRow).where(ContentKeyRow.id.in_(wanted)))).all()

    async def _row(self, entry: DutyEntry, case: Case | None) -> DutyRow:
        station = entry.station_code
        return DutyRow(
            entry=entry.id,
            representative=entry.representative_code,
            representative_name=self.representatives.get(entry.representative_code, ""),
            station=station,
            station_name=self.stations.get(station, station) if station else "",
            kind=entry.kind,
            occurred_at=entry.occurred_at.astimezone(self.zone),
            case=case.number if case else None,
            summary=await self._summary(entry),
            delivered=entry.delivered_at is not None,
            delivered_at=self._local(entry.delivered_at),
            closed_at=self._local(entry.closed_at),
        )

    async def _summary(self, entry: DutyEntry) -> str:
        try:
            key = await get_key(self.session, self.vault, entry.key_id)
            return key.open_text(entry.summary_sealed)
        except KeyDestroyed:
            return ERASED
        except Unreadable as error:
            raise SummaryUnreadable(entry.id) from error

    def _local(self, at: datetime | None) -> datetime | None:
        return at.astimezone(self.zone) if at else None


async def duty_rows(
    session: AsyncSession,
    vault: Vault,
    zone: ZoneInfo,
    *,
    representative_code: str | None = None,
    from_on: date | None = None,
    to_on: date | None = None,
) -> AsyncGenerator[DutyRow, None]:
    """Duty entries in order of writing; both local days inclusive.

    Raises `NoSuchRepresentative`, and `SummaryUnreadable` where the data key is not the one of the record.
    """
    if representative_code and await people.find_representative(session, representative_code) is None:
        raise NoSuchRepresentative(representative_code)
    reader = _Reader(session, vault, zone, await _names(session, Representative), await _names(session, Station))
    entries = duty.stream_entries(
        session,
        representative_code=representative_code,
        since=_midnight(from_on, zone),
        until=_midnight(to_on, zone, days_later=1),
    )
    async for batch in _batches(entries):
        for row in await reader.read(batch):
            yield row


async def _names(session: AsyncSession, kind: type[Representative] | type[Station]) -> dict[str, str]:
    found = await session.execute(select(kind.code, kind.name))
    return {code: name for code, name in found}  # noqa: C416  a Row is no pair for mypy


def _midnight(day: date | None, zone: ZoneInfo, days_later: int = 0) -> datetime | None:
    """When a local day begins; None where it has no bound, such as the last day that a calendar can name."""
    if day is None:
        return None
    try:
        return datetime.combine(day + timedelta(days=days_later), time(), zone).astimezone(UTC)
    except OverflowError:
        return None


async def _batches(entries: AsyncIterator[_Found]) -> AsyncIterator[list[_Found]]:
    batch: list[_Found] = []
    async for found in entries:
        batch.append(found)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
