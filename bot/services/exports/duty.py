"""The duty record as rows, read as a stream."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.exports.words import ERASED
from config import duty_kinds
from config.duty_kinds import DutyKind
from storage import duty, people
from storage.crypto import Unreadable, Vault
from storage.keys import KeyDestroyed, forget_opened, get_key
from storage.models import Case, ContentKeyRow, DutyEntry, Representative, Station
from storage.rules import get_standing

BATCH = 50  # entries whose keys are read together; between two the loop breathes
_Found = tuple[DutyEntry, DutyEntry | None, Case | None]


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
    """One duty entry as it is written out; times are local and carry their offset.

    `occurred_at` is midnight where only the day is known. `corrects` is the entry in whose place it stands, and
    `source` who wrote it: auto, rep, staff or paper.
    """

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
    occurred_on: date | None = None
    kind_name: str = ""
    place: str = ""
    people: int = 0
    opinions: int = 0
    proposals: int = 0
    source: str = "auto"
    confirmed: bool = True
    corrects: int | None = None
    evidence: tuple[str, ...] = ()
    recorded_by: str = ""
    passed_at: datetime | None = None
    returned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Reader:
    """What turns an entry into a row."""

    session: AsyncSession
    vault: Vault
    zone: ZoneInfo
    representatives: dict[str, str]
    stations: dict[str, str]
    kinds: Mapping[str, DutyKind]

    async def read(self, found: Sequence[_Found]) -> list[DutyRow]:
        keys = await self._load_keys(found)
        rows = [await self._row(*one) for one in found]
        del keys  # held until here: the session forgets rows that nobody holds
        forget_opened(self.session)
        return rows

    async def _load_keys(self, found: Sequence[_Found]) -> Sequence[ContentKeyRow]:
        wanted = {entry.key_id for entry, _, _ in found}
        return (await self.session.scalars(select(ContentKeyRow).where(ContentKeyRow.id.in_(wanted)))).all()

    async def _row(self, entry: DutyEntry, root: DutyEntry | None, case: Case | None) -> DutyRow:
        station = entry.station_code
        first = root or entry  # the stamps of an exchange are on the entry that was written for it
        summary, place = await self._words(entry)
        return DutyRow(
            entry=entry.id,
            representative=entry.representative_code,
            representative_name=self.representatives.get(entry.representative_code, ""),
            station=station,
            station_name=self.stations.get(station, station) if station else "",
            kind=entry.kind,
            occurred_at=entry.occurred_at.astimezone(self.zone),
            case=case.number if case else None,
            summary=summary,
            delivered=first.delivered_at is not None,
            delivered_at=self._local(first.delivered_at),
            closed_at=self._local(first.closed_at),
            occurred_on=entry.occurred_on,
            kind_name=self.kinds[entry.kind].name if entry.kind in self.kinds else entry.kind,
            place=place,
            people=entry.people,
            opinions=entry.opinions,
            proposals=entry.proposals,
            source=entry.source,
            confirmed=entry.is_confirmed,
            corrects=entry.corrects_id,
            evidence=tuple(entry.evidence or ()),
            recorded_by=entry.recorded_by,
            passed_at=self._local(entry.passed_at),
            returned_at=self._local(entry.returned_at),
        )

    async def _words(self, entry: DutyEntry) -> tuple[str, str]:
        """Summary and place."""
        try:
            key = await get_key(self.session, self.vault, entry.key_id)
            details = orjson.loads(key.open(entry.details_sealed)) if entry.details_sealed else {}
            return key.open_text(entry.summary_sealed), str(details.get("place", ""))
        except KeyDestroyed:
            return ERASED, ""
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
    lanes: bool = False,
    by_representative: bool = False,
    station_code: str | None = None,
) -> AsyncGenerator[DutyRow, None]:
    """Duty entries that stand, in order of writing or by representative and day; both local days inclusive.

    Hidden and restricted ones only with `lanes`, for those who may see them.

    Raises `NoSuchRepresentative`, and `SummaryUnreadable` where the data key is not the one of the record.
    """
    if representative_code and await people.find_representative(session, representative_code) is None:
        raise NoSuchRepresentative(representative_code)
    rules, _ = await get_standing(session)
    reader = _Reader(
        session,
        vault,
        zone,
        await _names(session, Representative),
        await _names(session, Station),
        duty_kinds.standing(rules.duty_kinds),
    )
    entries = duty.stream_entries(
        session,
        representative_code=representative_code,
        first=from_on,
        last=to_on,
        lanes=lanes,
        by_representative=by_representative,
        station_code=station_code,
    )
    async for batch in _batches(entries):
        for row in await reader.read(batch):
            yield row
        await asyncio.sleep(0)


async def _names(session: AsyncSession, kind: type[Representative] | type[Station]) -> dict[str, str]:
    found = await session.execute(select(kind.code, kind.name))
    return {code: name for code, name in found}  # noqa: C416  a Row is no pair for mypy


async def _batches(entries: AsyncIterator[_Found]) -> AsyncIterator[list[_Found]]:
    batch: list[_Found] = []
    async for found in entries:
        batch.append(found)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
