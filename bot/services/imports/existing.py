"""What the database has already, as far as new rows are checked against it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import models


@dataclass(frozen=True, slots=True)
class KnownStation:
    """A station's place in the tree."""

    kind: str
    parent_code: str | None


@dataclass(frozen=True, slots=True)
class KnownStaff:
    """What someone does, and where."""

    role: str
    station_code: str | None


@dataclass(frozen=True, slots=True)
class Existing:
    """Codes of the database; empty for a first import."""

    regions: Mapping[str, str | None] = field(default_factory=dict)  # code → parent
    stations: Mapping[str, KnownStation] = field(default_factory=dict)
    staff: Mapping[str, KnownStaff] = field(default_factory=dict)
    representatives: Mapping[str, str | None] = field(default_factory=dict)  # code → userid
    grids: frozenset[str] = frozenset()

    def codes(self, table: str) -> frozenset[str]:
        """The codes of a table that other rows may refer to."""
        return frozenset(
            {
                "regions": self.regions,
                "stations": self.stations,
                "representatives": self.representatives,
                "grids": self.grids,
            }[table]
        )


async def load_existing(session: AsyncSession) -> Existing:
    """Read the codes of the database."""
    region, station, staff = models.Region, models.Station, models.StaffMember
    person = models.Representative
    regions = await session.execute(select(region.code, region.parent_code))
    stations = await session.execute(select(station.code, station.kind, station.parent_code))
    members = await session.execute(select(staff.userid, staff.role, staff.station_code))
    people = await session.execute(select(person.code, person.userid))
    grids = await session.scalars(select(models.Grid.code))
    return Existing(
        regions=dict(regions.all()),
        stations={code: KnownStation(kind, parent) for code, kind, parent in stations},
        staff={userid: KnownStaff(role, home) for userid, role, home in members},
        representatives=dict(people.all()),
        grids=frozenset(grids),
    )
