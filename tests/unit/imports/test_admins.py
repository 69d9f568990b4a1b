"""Who is an administrator is changed by an import only where a second person agrees, or where nobody could."""

import pytest
from sqlalchemy import select

from bot.services import imports
from bot.services.imports import Count, admins
from bot.services.imports.admins import Pair
from storage import models
from storage.database import Database
from storage.states import TwoPersonState
from tests.support.rows import MORNING
from tests.unit.imports.files import FILES, write

PEOPLE = FILES["staff.csv"]
FIRST = PEOPLE + "a.one,安一,admin,\n"
TWO = FIRST + "a.two,安二,admin,\n"
BOTH = {"a.one": "admin", "a.two": "admin", "c.one": "centre", "c.two": "centre", "wang.fang": "officer"}


@pytest.fixture
async def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'import.db'}")
    async with database.writer.begin() as connection:
        await connection.run_sync(models.Base.metadata.create_all)
    yield database
    await database.close()


async def load(database, path, staff, **how):
    async with database.begin() as session:
        summary = await imports.apply(session, imports.read(write(path, staff=staff)), **how)
        await admins.note(session, summary.held, MORNING, held=True, pair=None)
        await admins.note(session, summary.administrators, MORNING, held=False, pair=None)
        return summary


async def roles(database):
    async with database.read() as session:
        return {one.userid: one.role for one in await session.scalars(select(models.StaffMember))}


async def acts(database):
    async with database.read() as session:
        return list(await session.scalars(select(models.TwoPersonAct).order_by(models.TwoPersonAct.id)))


async def test_the_first_administrators_come_with_the_first_import(database, tmp_path):
    summary = await load(database, tmp_path / "in", TWO)
    assert (summary.held, summary.tables["staff"]) == ((), Count(created=4))
    assert await acts(database) == []
    assert (await load(database, tmp_path / "in", TWO)).changed == 0


async def test_a_further_one_waits_and_everything_else_is_written(database, tmp_path):
    await load(database, tmp_path / "in", FIRST)
    changed = TWO.replace("刘敏", "刘小敏")
    for _ in range(2):  # the same folder again asks nobody twice
        summary = await load(database, tmp_path / "in", changed)
        assert [one.userid for one in summary.held] == ["a.two"]
    assert "a.two" not in await roles(database)
    async with database.read() as session:
        assert (await session.get_one(models.StaffMember, "liu.min")).name == "刘小敏"
    (act,) = await acts(database)
    assert (act.state, act.asked_by, act.told_at) == (TwoPersonState.ASKED, "import", None)


async def test_who_is_an_administrator_stays_one_until_somebody_agrees(database, tmp_path):
    await load(database, tmp_path / "in", TWO)
    await load(database, tmp_path / "in", TWO.replace("安二,admin", "安二,centre"))
    assert (await roles(database))["a.two"] == "admin"


async def test_where_nobody_could_agree_it_is_done_and_written_down(database, tmp_path):
    await load(database, tmp_path / "in", FIRST)
    await load(database, tmp_path / "in", FIRST.replace("安一,admin", "安一,auditor"))
    assert (await roles(database))["a.one"] == "auditor"
    (act,) = await acts(database)
    assert (act.state, act.decided_by) == (TwoPersonState.AGREED, None)


async def test_with_two_who_stand_for_it_it_is_done_at_once(database, tmp_path):
    await load(database, tmp_path / "in", FIRST)
    await load(database, tmp_path / "in", TWO, two_agreed=True)
    assert (await roles(database))["a.two"] == "admin"


@pytest.mark.parametrize(
    ("subject", "author", "reviewer", "faults"),
    [
        ("new", "a.one", "a.two", 0),
        ("new", "c.one", "a.two", 0),
        ("new", "A.One", "a.two", 0),
        ("a.two", "c.one", "a.one", 0),
        ("new", "a.one", "a.one", 2),  # the same person is nobody who agrees either
        ("new", "a.one", "c.one", 1),  # there is an administrator who can be asked
        ("new", "wang.fang", "a.one", 1),
        ("new", "a.one", "nobody", 2),
        ("a.two", "a.two", "a.one", 1),
        ("a.two", "a.one", "a.two", 1),
    ],
)
def test_the_two_whom_a_command_names_are_checked(subject, author, reviewer, faults):
    change = admins.AdminChange(subject, "某", "admin", None, "")
    assert len(admins.faults_of(BOTH, [change], Pair(author, reviewer))) == faults
