"""A SQLite file with the current schema, made once in a run and copied: migrating anew for each test is slow."""

import asyncio
import atexit
import shutil
import tempfile
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from storage import migrate
from storage.database import Database


def run_apart(work: Coroutine[Any, Any, None]) -> None:
    """What serves the whole run lives outside any test's event loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


async def bring_up(url: str) -> None:
    """The current schema in an empty database."""
    database = Database(url)
    await migrate.upgrade(database)
    await database.close()


@cache
def migrated_file() -> Path:
    """The file; it goes with the run."""
    folder = tempfile.mkdtemp(prefix="lianxin-schema-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "lianxin.db"
    run_apart(bring_up(f"sqlite+aiosqlite:///{path}"))
    return path
