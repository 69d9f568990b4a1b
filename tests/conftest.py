"""What tests of several rooms share: a SQLite file with the current schema, made once and copied."""

import gc
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from storage.database import Database
from tests.support import schema

# On a machine that others use a moment's pause is no fault; what must be quick says so in its own test.
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")


@pytest.fixture(scope="session")
def migrated_sqlite() -> Path:
    """A file with the current schema, to be copied."""
    return schema.migrated_file()


@pytest.fixture
async def sqlite(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """An open SQLite database with the current schema and nothing in it."""
    opened = Database(f"sqlite+aiosqlite:///{shutil.copyfile(migrated_sqlite, tmp_path / 'lianxin.db')}")
    yield opened
    await opened.close()


def pytest_collection_finish() -> None:
    """What was imported and collected is for good: walking it again and again would cost a part of every test."""
    gc.collect()
    gc.freeze()
