"""A line between two programs of this machine that can be slow, cut and dead."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
CHUNK = 65536


class Line:
    """Carries every connection to where `reach` leads; `delay_seconds` before each piece."""

    def __init__(self, reach: Callable[[], Awaitable[Streams]]) -> None:
        self._reach = reach
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.delay_seconds = 0.0
        self.is_dead = False

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it or the line is cut."""
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if self.is_dead:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await self._reach()
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, far_writer}
        self._ends |= ends
        try:
            with suppress(
                OSError
            ):  # whoever is killed with something unread resets it: both ends are to hear of that
                await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))
        finally:
            self._ends -= ends
            for end in ends:
                end.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while chunk := await source.read(CHUNK):
            if self.delay_seconds:
                await asyncio.sleep(self.delay_seconds)
            sink.write(chunk)
            await sink.drain()
        if sink.can_write_eof():
            sink.write_eof()

    def cut(self) -> None:
        """Every connection ends in the middle of what it carries."""
        for end in list(self._ends):
            end.transport.abort()

    async def close(self) -> None:
        """Cut, and wait until nobody carries anything."""
        self.is_dead = True
        while self._tasks:
            self.cut()
            await asyncio.wait(self._tasks, timeout=1)


@asynccontextmanager
async def open_port(ports: Callable[[], list[int]]) -> AsyncIterator[tuple[Line, int]]:
    """A line from a free port of this machine to the first of the ports that answers, in turns."""
    turn = 0

    async def reach() -> Streams:
        nonlocal turn
        turn += 1
        wanted = ports()
        for place in range(len(wanted)):
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", wanted[(turn + place) % len(wanted)])
        raise ConnectionRefusedError

    line = Line(reach)
    server = await asyncio.start_server(line.take, "127.0.0.1", 0)
    try:
        yield line, int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        await line.close()


@asynccontextmanager
async def open_socket(folder: Path, target: Path) -> AsyncIterator[Line]:
    """A line from a socket of the same name in another folder: for a server that listens on a file."""
    line = Line(lambda: asyncio.open_unix_connection(str(target)))
    server = await asyncio.start_unix_server(line.take, str(folder / target.name))
    try:
        yield line
    finally:
        server.close()
        await line.close()
