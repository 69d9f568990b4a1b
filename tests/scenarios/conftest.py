"""Conversations through the simulator, each with a town of its own."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.services.verification import find_violations
from storage import outbox
from tests.support.town import Town, open_town


@pytest.fixture
async def town(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> AsyncIterator[Town]:
    """Each scenario ends with `verify` clean, no row half-way, no error logged and nothing private printed."""
    caplog.set_level(logging.INFO)
    async with open_town(tmp_path) as opened:
        yield opened
        async with opened.bot.database.read() as session:
            assert [violation async for violation in find_violations(session)] == []
            assert (await outbox.count_by_state(session)).get("leased", 0) == 0
        printed = [text for _, kind, text in request.node._report_sections if kind != "log"]
        assert await opened.overheard.leaks("".join(printed)) == []
    errors = [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert errors == []
