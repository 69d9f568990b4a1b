"""Bringing a database to the current schema (Alembic)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

from storage.database import Database

_LOCK = 0x1A4C14  # any number that nothing else locks
_FOLDER = Path(__file__).parent / "migrations"


class SchemaBehind(Exception):
    """The database has an older schema than this program."""

    def __init__(self, found: str | None, wanted: str | None) -> None:
        self.found, self.wanted = found, wanted
        super().__init__(
            f"the database schema is {found or 'empty'}, this program's is {wanted}: "
            "run `python -m bot migrate`, or the newer program that made it"
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    return config


def newest_revision() -> str | None:
    """The schema revision this program was written for."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _found(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _is_known(revision: str) -> bool:
    """Whether this program knows the schema, or a newer program made it."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _upgrade(connection: Connection, to: str) -> None:
    if connection.dialect.name == "postgresql":  # processes that start together take turns
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


async def find_revision(database: Database) -> str | None:
    """The schema revision of the database, or None when it is empty."""
    async with database.writer.connect() as connection:
        return await connection.run_sync(_found)


async def upgrade(database: Database, to: str = "head") -> tuple[str | None, str | None]:
    """Upgrade in one transaction, `to` an earlier revision in drills; returns the revision before and after."""
    before = await find_revision(database)
    async with database.writer.begin() as connection:
        await connection.run_sync(_upgrade, to)
    return before, await find_revision(database)


async def ensure(database: Database) -> None:
    """Upgrade where that is safe without asking (SQLite, or an empty database), else raise `SchemaBehind`."""
    found, wanted = await find_revision(database), newest_revision()
    if found == wanted:
        return
    if found is not None and (not database.is_sqlite or not _is_known(found)):
        raise SchemaBehind(found, wanted)
    await upgrade(database)
