"""The month report (domain A1, row 8): figures counted from the raw rows, with what officers filed beside them."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.exports.duty import ExportRefused
from storage import month_rows, receptions, region_reading
from storage.models import ActivitySite
from storage.month_rows import CameRow, ReceivedRow
from storage.receptions import Counts


class NoSuchRegion(ExportRefused):
    """No region has this code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"--region {code}: no such region")


@dataclass(frozen=True, slots=True)
class Filed:
    """What officers filed for closed site-days: `sites` of them, `filed` of which have."""

    received: int = 0
    opinions: int = 0
    proposals: int = 0
    filed: int = 0
    sites: int = 0


@dataclass(frozen=True, slots=True)
class StationLine:
    """One station's month."""

    station: str
    name: str
    counts: Counts
    filed: Filed


@dataclass(frozen=True, slots=True)
class MonthReport:
    """A region's month: its totals and a line for each station with anything to count."""

    region: str
    name: str
    month: str
    totals: Counts
    filed: Filed
    stations: tuple[StationLine, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """The rows that the figures are added up from."""

    came: Sequence[CameRow] = ()
    received: Sequence[ReceivedRow] = ()


async def rows_behind(session: AsyncSession, region: str, month: date) -> Behind:
    """What `count_month` added up for the same month; of closed matters the numbers alone."""
    below = await region_reading.regions_below(session, region)
    stations = [one.code for one in await region_reading.stations_in(session, below)]
    span = _days(month)
    return Behind(
        await month_rows.came(session, stations, *span), await month_rows.received(session, stations, *span)
    )


def _days(month: date) -> tuple[date, date]:
    return month.replace(day=1), month.replace(day=monthrange(month.year, month.month)[1])


async def count_month(session: AsyncSession, region: str, month: date) -> MonthReport:
    """Count a month of local dates for the stations of a region and those below it. Raises `NoSuchRegion`.

    Receptions on other days than activity days count for people, opinions and proposals, not for sessions.
    """
    names = await region_reading.region_names(session, [region])
    if region not in names:
        raise NoSuchRegion(region)
    below = await region_reading.regions_below(session, region)
    stations = {one.code: one.name for one in await region_reading.stations_in(session, below)}
    first, last = _days(month)
    counted = await receptions.count_by_station(session, list(stations), first, last)
    sites: dict[str, list[ActivitySite]] = {}
    for site in await receptions.sites_between(session, list(stations), first, last):
        sites.setdefault(site.station_code, []).append(site)
    lines = tuple(
        StationLine(code, name, counted.get(code, Counts()), _filed(sites.get(code, [])))
        for code, name in stations.items()
        if code in counted or code in sites
    )
    totals = Counts(*_sums(asdict(line.counts) for line in lines))
    filed = Filed(*_sums(asdict(line.filed) for line in lines))
    return MonthReport(region, names[region], f"{first:%Y-%m}", totals, filed, lines)


def _sums(rows: Iterable[dict[str, int]]) -> list[int]:
    """Column by column; none where there are no rows."""
    return [sum(column) for column in zip(*(row.values() for row in rows), strict=True)]


def _filed(sites: list[ActivitySite]) -> Filed:
    done = [site for site in sites if site.reported_at is not None]
    return Filed(
        sum(site.received or 0 for site in done),
        sum(site.opinions or 0 for site in done),
        sum(site.proposals or 0 for site in done),
        len(done),
        len(sites),
    )


def render_json(report: MonthReport, behind: Behind = Behind()) -> bytes:
    """`totals` first of all; `filed` stands beside the figures, never in their place; `records` are behind them."""
    told = {
        "region": report.region,
        "name": report.name,
        "month": report.month,
        "totals": asdict(report.totals),
        "filed": asdict(report.filed),
        "stations": [
            {"station": line.station, "name": line.name, **asdict(line.counts), "filed": asdict(line.filed)}
            for line in report.stations
        ],
        "records": {"attendances": behind.came, "receptions": behind.received},
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
