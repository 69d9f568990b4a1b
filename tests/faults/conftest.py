"""A town for the table of faults; what they are meant to log is named where they are."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.services.verification import find_violations
from tests.support.town import Town, open_town


@pytest.fixture
async def town(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Town]:
    """Whatever the platform did, the record is whole at the end."""
    caplog.set_level(logging.INFO)
    async with open_town(tmp_path) as opened:
        yield opened
        async with opened.bot.database.read() as session:
            assert [violation async for violation in find_violations(session)] == []
