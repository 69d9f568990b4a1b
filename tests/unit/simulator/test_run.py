"""The simulator alone, as `python -m bot simulate` serves it."""

import asyncio
from contextlib import suppress

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

from bot.simulator import BadFaultsError, serve_simulator, simulator_from_args


async def test_serves_until_cancelled() -> None:
    port = unused_port()
    serving = asyncio.create_task(serve_simulator(simulator_from_args(), "127.0.0.1", port))
    async with aiohttp.ClientSession() as http:
        for _ in range(100):
            with suppress(aiohttp.ClientError):
                async with http.get(f"http://127.0.0.1:{port}/") as answer:
                    assert "连心桥" in await answer.text()
                    break
            await asyncio.sleep(0.02)
        else:
            pytest.fail("never came up")
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving
    assert serving.done()


def test_a_faults_file_that_is_not_there_is_an_error(tmp_path: object) -> None:
    with pytest.raises((OSError, BadFaultsError)):
        simulator_from_args(faults=f"{tmp_path}/none.json")
