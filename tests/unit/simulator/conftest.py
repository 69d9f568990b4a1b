"""Fixtures for the simulator's stories."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.clock import ManualClock
from tests.unit.simulator.stage import Stage


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 20, 2, 0, tzinfo=UTC))


@pytest.fixture
async def stage(clock: ManualClock) -> AsyncIterator[Stage]:
    async with Stage(clock) as ready:
        yield ready
