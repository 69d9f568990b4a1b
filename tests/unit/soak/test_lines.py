"""A line between two programs: it carries, waits, is cut in the middle, and lives again."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.soak.clock import JumpingClock, set_clock
from benchmarks.soak.proxy import Line, open_port
from bot.clock import SystemClock


@pytest.fixture
async def line() -> AsyncIterator[tuple[Line, int]]:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while said := await reader.read(100):
            writer.write(said.upper())
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, open_port(lambda: [1, port]) as opened:
        yield opened


async def say(port: int, words: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(words)
        return await reader.read(100)
    finally:
        writer.close()


async def ended(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read(100) == b""
    except ConnectionError:
        return True


async def test_it_carries_both_ways_to_whoever_listens(line: tuple[Line, int]) -> None:
    assert await say(line[1], b"one") == b"ONE"
    assert await say(line[1], b"two") == b"TWO"


async def test_cut_it_ends_what_was_under_way_and_dead_it_takes_nothing(line: tuple[Line, int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", line[1])
    writer.write(b"one")
    assert await reader.read(100) == b"ONE"
    line[0].is_dead = True
    line[0].cut()
    assert await ended(reader)
    second, other = await asyncio.open_connection("127.0.0.1", line[1])
    assert await ended(second)
    line[0].is_dead = False
    assert await say(line[1], b"three") == b"THREE"
    writer.close()
    other.close()


async def test_whoever_is_killed_in_the_middle_is_gone_for_the_other_end_too() -> None:
    """A killed process resets its connections; the server has to hear of it, or it keeps its locks for ever."""
    heard = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await ended(reader)
        heard.set()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, open_port(lambda: [port]) as (_, through):
        _, writer = await asyncio.open_connection("127.0.0.1", through)
        await asyncio.sleep(0.1)
        linger = struct.pack("ii", 1, 0)  # closed like this it is reset
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()
        async with asyncio.timeout(5):
            await heard.wait()


def test_a_clock_that_is_set_beside_the_machines(tmp_path: Path) -> None:
    set_clock(tmp_path / "clock", 0.0)
    clock = JumpingClock(tmp_path / "clock")
    assert abs((clock.now() - SystemClock().now()).total_seconds()) < 5
    set_clock(tmp_path / "clock", 3600.0)
    assert 3590 < (clock.now() - SystemClock().now()).total_seconds() < 3610
    set_clock(tmp_path / "clock", -60.0)
    assert -70 < (clock.now() - SystemClock().now()).total_seconds() < -50
