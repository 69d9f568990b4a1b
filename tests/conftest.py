"""What tests of several rooms share: a SQLite file with the current schema, made once and copied."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from storage import migrate
from storage.database import Database


def run_apart(work: Coroutine[Any, Any, None]) -> None:
    """Fixtures of the whole run live outside any test's event loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


async def bring_up(url: str) -> None:
    """The current schema in an empty database."""
    database = Database(url)
    await migrate.upgrade(database)
    await database.close()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the current schema, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "lianxin.db"
    run_apart(bring_up(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
async def sqlite(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """An open SQLite database with the current schema and nothing in it."""
    opened = Database(f"sqlite+aiosqlite:///{shutil.copyfile(migrated_sqlite, tmp_path / 'lianxin.db')}")
    yield opened
    await opened.close()
