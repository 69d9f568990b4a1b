"""Bringing a database to the current schema (Alembic), on PostgreSQL while bots of both versions run.

A step says in its file when it runs: `PHASE = "pre"` (as without the word) only adds, so that the program before
goes on working on it; `PHASE = "post"` takes away what only that program needed, and runs when none of it is left.
Alembic is brought in where there is something to be done; a start that finds the newest schema asks without it.

The `schema_floor` is the newest post step that a database has had: whoever knows that step may use the database,
however many newer ones only added to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, inspect, select, text

from storage.database import Database

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

_LOCK = 0x1A4C14  # any number that nothing else locks
_FOLDER = Path(__file__).parent / "migrations"
PRE, POST = "pre", "post"
BEGINS = "0026"  # the step that made the floor: programs from before refuse every schema but their own
_LOCK_WAIT = text("SET LOCAL lock_timeout = '10s'")  # else all who write would stand behind a step that waits


@dataclass(frozen=True, slots=True)
class Step:
    """One migration, and when it runs."""

    revision: str
    phase: str


class SchemaBehind(Exception):
    """The database has an older schema than this program."""

    def __init__(self, found: str | None, wanted: str | None) -> None:
        self.found, self.wanted = found, wanted
        super().__init__(
            f"the database schema is {found or 'empty'}, this program's is {wanted}: "
            "run `python -m bot migrate`, or the newer program that made it"
        )


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    return config


def _scripts() -> "ScriptDirectory":
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


def newest_revision() -> str:
    """The schema revision this program was written for: the number of the last step's file."""
    return max(path.name.partition("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*_*.py"))


def steps() -> list[Step]:
    """All, the oldest first."""
    walked = _scripts().walk_revisions()
    return [Step(one.revision, getattr(one.module, "PHASE", PRE)) for one in walked][::-1]


def last_before_post(all_steps: Sequence[Step], found: str | None) -> str | None:
    """How far one may go from `found` while bots of the version before run."""
    reached = found
    known = [step.revision for step in all_steps]
    for step in all_steps[known.index(found) + 1 if found in known else 0 :]:
        if step.phase == POST:
            break
        reached = step.revision
    return reached


def floor_of(all_steps: Sequence[Step], reached: str) -> str:
    """The newest post step up to there."""
    upto = [step.revision for step in all_steps].index(reached) + 1
    return max((step.revision for step in all_steps[:upto] if step.phase == POST), default=BEGINS)


def _found(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _is_known(revision: str) -> bool:
    """Whether this program knows the schema, or a newer program made it."""
    return revision in {script.revision for script in _scripts().walk_revisions()}


def _upgrade(connection: Connection, to: str) -> None:
    if connection.dialect.name == "postgresql":  # processes that start together take turns
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        connection.execute(_LOCK_WAIT)
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)
    reached = _found(connection)
    if reached is not None and inspect(connection).has_table("schema_floor"):
        connection.execute(text("DELETE FROM schema_floor"))
        floor = floor_of(steps(), reached)
        connection.execute(text("INSERT INTO schema_floor (revision) VALUES (:floor)"), {"floor": floor})


def _floor(connection: Connection) -> str | None:
    if not inspect(connection).has_table("schema_floor"):
        return None
    return connection.execute(text("SELECT revision FROM schema_floor")).scalar()


async def find_revision(database: Database) -> str | None:
    """The schema revision of the database, or None when it is empty."""
    async with database.writer.connect() as connection:
        return await connection.run_sync(_found)


async def upgrade(database: Database, to: str = "head", *, only_pre: bool = False) -> tuple[str | None, str | None]:
    """Upgrade in one transaction; returns the revision before and after.

    `to` is an earlier revision in drills; `only_pre` stops before the first step that takes something away.
    """
    before = await find_revision(database)
    if only_pre:
        to = last_before_post(steps(), before) or "head"
        if to == before:
            return before, before
    async with database.writer.begin() as connection:
        await connection.run_sync(_upgrade, to)
    return before, await find_revision(database)


async def _is_near(database: Database, found: str) -> bool:
    """Whether this program works on a schema that is not quite its own."""
    all_steps = steps()
    known = [step.revision for step in all_steps]
    if found in known:
        return all(step.phase == POST for step in all_steps[known.index(found) + 1 :])
    async with database.writer.connect() as connection:
        return await connection.run_sync(_floor) in known


async def ensure(database: Database) -> None:
    """Upgrade where that is safe without asking (SQLite, or an empty database), else raise `SchemaBehind`.

    On PostgreSQL this program also runs where only post steps are missing, and where newer programs only added.
    """
    found, wanted = await find_revision(database), newest_revision()
    if found == wanted or (found is not None and not database.is_sqlite and await _is_near(database, found)):
        return
    if found is not None and (not database.is_sqlite or not _is_known(found)):
        raise SchemaBehind(found, wanted)
    await upgrade(database)
