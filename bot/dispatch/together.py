"""The messages of a batch one after the other, but that those which open a case wait for their numbers together.

A number is locked from the moment it is taken until the commit, for every process. So each message is handled as
far as it goes without one; then all numbers are taken at once, and what is said about them is written in the same
order. Nobody is ever at work beside another: they share one session.
"""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage import case_numbers

_PAUSE = object()


class _Pause:
    """Awaited within a turn, gives the word back to whoever awaits the turn."""

    def __await__(self) -> Generator[Any, None, None]:
        yield _PAUSE


async def _until_given() -> None:
    await _Pause()


class _Turn:
    """Awaited, goes on with its work until that is done or pauses."""

    def __init__(self, work: Coroutine[Any, Any, object]) -> None:
        self._work = work

    def __await__(self) -> Generator[Any, None, bool]:
        """Whether it is done."""
        step: Callable[[], Any] = partial(self._work.send, None)
        while True:
            try:
                asked = step()
            except StopIteration:
                return True
            if asked is _PAUSE:
                return False
            try:
                step = partial(self._work.send, (yield asked))
            except BaseException as error:  # noqa: BLE001  a time-out or the end of the process: the work's own affair
                step = partial(self._work.throw, error)

    def close(self) -> None:
        """Never go on."""
        self._work.close()


class Together:
    """One batch on its session."""

    def __init__(self, session: AsyncSession, *, late: bool) -> None:
        self._session = session
        self._paused: list[_Turn] = []
        if late:
            case_numbers.take_late(session, _until_given)

    async def begin(self, work: Coroutine[Any, Any, object]) -> None:
        """Work for one message, to its end or until it waits for a number."""
        turn = _Turn(work)
        if not await turn:
            self._paused.append(turn)

    async def finish(self) -> None:
        """Give the numbers and end what waits for them; from now on nothing waits."""
        await case_numbers.give(self._session)
        while self._paused:
            await self._paused.pop(0)
            await asyncio.sleep(0)  # others have their turn

    def close(self) -> None:
        """Nothing of what still waits is to be."""
        for turn in self._paused:
            turn.close()
