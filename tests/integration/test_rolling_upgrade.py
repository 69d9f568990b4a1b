"""Old and new version side by side: what runs before the new version starts only adds to the schema."""

from typing import Any

import pytest
from sqlalchemy import Connection, inspect, text

from storage import migrate
from storage.database import Database
from storage.migrate import BEGINS, POST, PRE, SchemaBehind, Step, floor_of, last_before_post

Columns = dict[tuple[str, str], dict[str, Any]]
STEPS = [Step("0001", PRE), Step("0002", PRE), Step("0003", POST), Step("0004", PRE)]


@pytest.mark.parametrize(
    ("found", "reached"), [("0001", "0002"), ("0002", "0002"), ("0003", "0004"), (None, "0002"), ("0004", "0004")]
)
def test_before_the_deployment_it_goes_as_far_as_nothing_is_taken_away(found: str | None, reached: str) -> None:
    assert last_before_post(STEPS, found) == reached


@pytest.mark.parametrize(("reached", "floor"), [("0002", BEGINS), ("0003", "0003"), ("0004", "0003")])
def test_the_floor_is_the_newest_step_that_took_something_away(reached: str, floor: str) -> None:
    assert floor_of(STEPS, reached) == floor


def columns(connection: Connection) -> Columns:
    read = inspect(connection)
    return {
        (table, str(column["name"])): {**column, "type": str(column["type"])}
        for table in read.get_table_names()
        for column in read.get_columns(table)
    }


def broken(before: Columns, after: Columns) -> list[str]:
    """What the program before could no longer read or write."""
    tables = {table for table, _ in before}
    found = [f"{table}.{name} is gone" for table, name in before.keys() - after.keys()]
    for (table, name), column in after.items():
        old = before.get((table, name))
        if old is None and table in tables and not (column["nullable"] or column.get("default")):
            found.append(f"{table}.{name} must be given")
        if old is not None and old["type"] != column["type"]:
            found.append(f"{table}.{name} is of another type")
        if old is not None and old["nullable"] and not column["nullable"]:
            found.append(f"{table}.{name} may no longer be empty")
    return sorted(found)


def test_the_check_finds_whatever_would_break_the_program_before() -> None:
    plain = {"type": "TEXT", "nullable": True, "default": None}
    before = {("cases", name): plain for name in ("gone", "other", "empty", "kept")}
    must = {**plain, "nullable": False}
    after = {
        ("cases", "other"): {**plain, "type": "INTEGER"},
        ("cases", "empty"): must,
        ("cases", "kept"): plain,
        ("cases", "new"): must,
        ("cases", "new with a default"): {**must, "default": "0"},
        ("another", "new"): must,
    }
    assert broken(before, after) == [
        "cases.empty may no longer be empty",
        "cases.gone is gone",
        "cases.new must be given",
        "cases.other is of another type",
    ]


async def test_every_pre_step_leaves_what_the_program_before_needs(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    known = [step.revision for step in migrate.steps()]
    await migrate.upgrade(database, BEGINS)
    for step in migrate.steps()[known.index(BEGINS) + 1 :]:
        assert step.phase in (PRE, POST), step
        async with database.writer.connect() as connection:
            before = await connection.run_sync(columns)
        await migrate.upgrade(database, step.revision)
        async with database.writer.connect() as connection:
            after = await connection.run_sync(columns)
        assert step.phase == POST or broken(before, after) == [], step
    await _a_newer_program_only_added(database)
    await _a_newer_program_took_something_away(database)
    await database.close()


async def _a_newer_program_only_added(database: Database) -> None:
    """A bot of this version starts again after the new version's pre steps, and works beside it."""
    async with database.begin() as session:
        await session.execute(text("ALTER TABLE cases ADD COLUMN of_the_next_version INTEGER"))
        await session.execute(text("UPDATE alembic_version SET version_num = 'next'"))
    await migrate.ensure(database)


async def _a_newer_program_took_something_away(database: Database) -> None:
    async with database.begin() as session:
        await session.execute(text("UPDATE schema_floor SET revision = 'next'"))
    with pytest.raises(SchemaBehind):
        await migrate.ensure(database)
