"""A district with people of every kind, and a unit of work on it."""

import os
from collections.abc import AsyncIterator
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from bot.clock import ManualClock
from bot.services.context import Context
from bot.services.office import Office, PeopleCache
from storage.crypto import Vault
from storage.database import Database
from storage.models import Leave, Region, Representative, RosterSlot, RosterSwap, StaffMember, Station
from tests.support.rows import MORNING

ZONE = ZoneInfo("Asia/Shanghai")


def _person(code: str, level: str, station: str, userid: str | None) -> Representative:
    return Representative(
        code=code,
        name=f"代表{code}",
        level=level,
        unit="",
        post="",
        specialities=[],
        station_code=station,
        userid=userid,
        phone="",
        grid_codes=[],
        public_fields=[],
    )


def district() -> list[list[object]]:
    """A city with one district, two towns and a village below one of them; each kind after what it refers to."""
    friday = date(2026, 11, 20)
    return [
        [
            Region(code="C", name="江城市", parent_code=None, level="city"),
            Region(code="D", name="锦河区", parent_code="C", level="district"),
            Region(code="T1", name="钱桥街道", parent_code="D", level="town"),
            Region(code="T2", name="西庄镇", parent_code="D", level="town"),
            Region(code="T11", name="牡丹社区", parent_code="T1", level="town"),
        ],
        [
            Station(code="HOME", name="代表之家", kind="home", region_code="D"),
            Station(code="S1", name="钱桥站", kind="station", region_code="T1", parent_code="HOME"),
            Station(code="S11", name="牡丹站", kind="point", region_code="T11", parent_code="S1"),
            Station(code="S2", name="西庄站", kind="station", region_code="T2", parent_code="HOME"),
        ],
        [
            _person("R1", "district", "S1", "Rep.One"),
            _person("R2", "town", "S1", "rep.two"),
            _person("R3", "town", "S11", "rep.three"),
            _person("R4", "street", "S2", "rep.four"),
            _person("R5", "district", "S2", None),
        ],
        [
            StaffMember(userid="off.one", name="甲", role="officer", station_code="S1"),
            StaffMember(userid="off.two", name="乙", role="officer", station_code="S2"),
            StaffMember(userid="lead.one", name="丙", role="lead", station_code="S1"),
            StaffMember(userid="lead.two", name="丁", role="lead", station_code="S2"),
            StaffMember(userid="lead.home", name="戊", role="lead", station_code="HOME"),
            StaffMember(userid="centre.one", name="己", role="centre", station_code="HOME"),
            StaffMember(userid="centre.two", name="庚", role="centre", station_code="HOME"),
            StaffMember(userid="admin.one", name="辛", role="admin", station_code=None),
            StaffMember(userid="audit.one", name="壬", role="auditor", station_code=None),
        ],
        [
            _slot(1, "S1", "R1", on_date=friday),
            _slot(2, "S1", "R2", weekday=4),
            _slot(3, "S2", "R4", weekday=0),
            _slot(4, "S11", "R3", weekday=4),
            Leave(representative_code="R2", first_on=friday, last_on=friday, noted_at=MORNING),
            RosterSwap(
                station_code="S11",
                on_date=friday,
                start="09:00",
                from_code="R3",
                to_code="R4",
                asked_at=MORNING,
                asked_by="rep.three",
                agreed_at=MORNING,
            ),
        ],
    ]


def _slot(number: int, station: str, code: str, **when: object) -> RosterSlot:
    return RosterSlot(id=number, station_code=station, representative_code=code, start="09:00", end="11:00", **when)


@pytest.fixture
async def context(sqlite: Database) -> AsyncIterator[Context]:
    """One unit of work on the district, at 09:30 on a Friday."""
    for rows in district():
        async with sqlite.begin() as session:
            session.add_all(rows)
    office = Office(sqlite, Vault(os.urandom(32)), ManualClock(MORNING), ZONE, "http://x", PeopleCache())
    async with sqlite.begin() as session:
        yield await office.open(session)
