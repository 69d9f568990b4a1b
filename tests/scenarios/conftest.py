"""Conversations through the simulator, each with a town of its own."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.town import Town, open_town


@pytest.fixture
async def town(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Town]:
    """Each scenario ends with no error logged."""
    caplog.set_level(logging.INFO)
    async with open_town(tmp_path) as opened:
        yield opened
    errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert errors == []
