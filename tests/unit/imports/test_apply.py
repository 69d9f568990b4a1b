"""What an import leaves in the database."""

import time
from datetime import date

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from bot.services import imports
from bot.services.imports import Count
from bot.services.rosters import load_roster
from bot.simulator.district import write_district
from storage import models
from storage.database import Database
from tests.unit.imports.files import FILES, SQUARE, grids, write


@pytest.fixture
async def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'import.db'}")
    async with database.writer.begin() as connection:
        await connection.run_sync(models.Base.metadata.create_all)
    yield database
    await database.close()


async def load(database, path):
    async with database.begin() as session:
        return await imports.apply(session, imports.read(path))


async def everything(database):
    """All rows of all tables that can be imported, without the numbers that the database gives."""
    async with database.read() as session:
        return {
            table.name: sorted(
                str(row) for row in await session.execute(select(*[c for c in table.c if c.name != "id"]))
            )
            for table in models.Base.metadata.sorted_tables
        }


async def test_a_folder_is_imported_whatever_the_order_of_its_rows(database, tmp_path):
    summary = await load(database, write(tmp_path / "in"))
    assert summary.tables["stations"] == Count(created=3)
    assert summary.changed == 19
    async with database.read() as session:
        station = await session.get_one(models.Station, "YQ-S1")
        assert (station.parent_code, station.longitude, station.themes) == ("JH-H", 120.3, ["transport", "物业"])
        person = await session.get_one(models.Representative, "R1")
        assert person.public_fields == ["name", "level", "unit", "post", "specialities", "station"]
        slots = (await session.scalars(select(models.RosterSlot).order_by(models.RosterSlot.id))).all()
        assert [(slot.on_date, slot.weekday, slot.start, slot.end) for slot in slots] == [
            (None, 0, "09:00", "11:30"),
            (date(2026, 12, 15), None, "22:00", "06:00"),
            (None, 1, "00:00", "24:00"),
        ]


async def test_the_same_folder_twice_changes_nothing(database, tmp_path):
    await load(database, write(tmp_path / "in", grids=grids(SQUARE, crs="WGS84")))
    before = await everything(database)
    summary = await load(database, tmp_path / "in")
    assert summary.changed == 0
    assert summary.tables["representatives"] == Count(unchanged=2)
    assert await everything(database) == before


async def test_a_known_row_is_updated_as_given_and_the_others_stay(database, tmp_path):
    await load(database, write(tmp_path / "in"))
    changed = tmp_path / "changed"
    changed.mkdir()
    (changed / "representatives.csv").write_text("code,name,post,station_code\nR1,孙建国,,\n", "utf-8")
    summary = await load(database, changed)
    assert summary.tables == {"representatives": Count(updated=1)}
    async with database.read() as session:
        person = await session.get_one(models.Representative, "R1")
        assert (person.post, person.station_code) == ("", None)
        assert (person.unit, person.userid) == ("某物流公司", "sun.jianguo")
        assert await session.get(models.Representative, "R2")


async def test_rows_without_a_code_are_the_same_row_by_what_they_name(database, tmp_path):
    await load(database, write(tmp_path / "in"))
    write(
        tmp_path / "in",
        places="name,aliases,grid_code,station_code\n牡丹园,牡丹苑,G1,\n老街,老街坊,,YQ-S1\n老街,,G1,\n",
        rosters="station_code,representative_code,weekday,start,end\nYQ-S1,R1,周一,09:00,12:00\n",
        holidays="date,kind,name\n2027-01-01,off,元旦节\n",
    )
    summary = await load(database, tmp_path / "in")
    assert summary.tables["places"] == Count(created=1, updated=2)
    assert summary.tables["rosters"] == Count(updated=1)
    assert summary.tables["holidays"] == Count(updated=1)


async def test_two_representatives_may_exchange_their_accounts(database, tmp_path):
    await load(database, write(tmp_path / "in"))
    swapped = FILES["representatives.csv"].replace("sun.jianguo", "x").replace("li.wei", "sun.jianguo")
    await load(database, write(tmp_path / "in", representatives=swapped.replace(",x,", ",li.wei,")))
    async with database.read() as session:
        assert (await session.get_one(models.Representative, "R1")).userid == "li.wei"
        assert (await session.get_one(models.Representative, "R2")).userid == "sun.jianguo"


async def test_with_one_fault_nothing_is_imported(database, tmp_path):
    with pytest.raises(imports.ImportRefused, match=r"places\.csv:2: grid_code"):
        await load(database, write(tmp_path / "in", places="name,grid_code\n某村,G9\n"))
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(models.Region)) == 0


def workbook_of(path, *, chinese=False):
    book = Workbook()
    book.remove(book.active)
    book.create_sheet("说明").append(["不要读我"])
    sheets = {name.removesuffix(".csv"): text for name, text in FILES.items()}
    for name, text in sheets.items():
        sheet = book.create_sheet({"regions": "区域", "staff": "工作人员"}.get(name, name) if chinese else name)
        for line in text.splitlines():
            sheet.append(line.split(","))
    ring = ", ".join(f"{x} {y}" for x, y in SQUARE)
    sheet = book.create_sheet("grids")
    sheet.append(["code", "name", "region_code", "station_code", "geometry"])
    sheet.append(["G1", "第1网格", "YQ", "YQ-S1", f"POLYGON(({ring}))"])
    book["holidays"]["A2"] = date(2027, 1, 1)
    book["stations"]["G2"] = 120.3
    book.save(path)
    return path


@pytest.mark.parametrize("chinese", [False, True])
async def test_a_workbook_leaves_what_the_folder_leaves(database, tmp_path, chinese):
    await load(database, write(tmp_path / "in"))
    before = await everything(database)
    summary = await load(database, workbook_of(tmp_path / "in.xlsx", chinese=chinese))
    assert summary.changed == 0
    assert await everything(database) == before


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 broken"])
async def test_what_is_no_workbook_is_one_clear_fault(database, tmp_path, content):
    path = tmp_path / "district.xlsx"
    path.write_bytes(content)
    with pytest.raises(imports.ImportRefused) as refused:
        await load(database, path)
    assert [str(fault)[:28] for fault in refused.value.faults] == ["district.xlsx:1: 文件: 打不开这个工作簿"[:28]]


async def test_the_roster_for_assignment_is_what_was_imported(database, tmp_path):
    await load(database, write(tmp_path / "in"))
    async with database.read() as session:
        roster = await load_roster(session)
    assert roster.centre == "JH-H"
    grid = roster.find_grid(120.305, 31.685)
    assert grid is not None
    assert [person.code for person in roster.representatives_of_grid(grid.code)] == ["R1"]
    assert [mention.name for mention in roster.names.find_all("找李伟代表,牡丹小区停水")] == ["李伟", "牡丹小区"]
    assert len(roster.shifts_of("YQ-S1")) == 3


async def test_the_sample_district_is_imported_twice_without_a_change(database, tmp_path):
    write_district(tmp_path / "jh")
    summary = await load(database, tmp_path / "jh")
    assert summary.tables["stations"].created == 153
    assert summary.tables["representatives"].created == 815
    assert (await load(database, tmp_path / "jh")).changed == 0


@pytest.mark.long
async def test_twenty_thousand_representatives_are_imported_in_seconds(database, tmp_path):
    header = FILES["representatives.csv"].splitlines()[0]
    rows = (f"R{n},代表{n},district,单位,职务,专长,YQ-S1,account{n},,G1," for n in range(20_000))
    folder = write(tmp_path / "in", representatives="\n".join((header, *rows)), rosters=None)
    started = time.process_time()
    await load(database, folder)
    rows = (f"R{n},代表{n},town,单位,职务,专长,YQ-S1,account{n + 1},,G1," for n in range(20_000))
    await load(database, write(tmp_path / "in", representatives="\n".join((header, *rows)), rosters=None))
    assert time.process_time() - started < 20
