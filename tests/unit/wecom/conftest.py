"""A client that talks to the stand-in, with a clock that moves when told to."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from bot.clock import ManualClock
from bot.wecom.client import WeComClient
from tests.unit.wecom.stand_in import StandIn


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 10, 12, 8, 0, tzinfo=UTC))


@pytest.fixture
def wecom() -> StandIn:
    return StandIn()


@pytest.fixture
async def client(wecom: StandIn, clock: ManualClock) -> AsyncIterator[WeComClient]:
    async with TestServer(wecom.app()) as server, aiohttp.ClientSession() as session:
        api = str(server.make_url("")).rstrip("/")
        yield WeComClient(session, api, "wwtestcorp000001", "s3cret", 1000002, clock, timeout_seconds=0.5)
