"""A loop of the process is started again when it breaks, and ends with the process whatever breaks meanwhile."""

import asyncio

import pytest

from bot import app


async def test_a_loop_that_breaks_starts_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "RESTART_SECONDS", 0.0)
    began: list[int] = []

    async def breaks_twice() -> None:
        began.append(len(began))
        if len(began) < 3:
            raise OSError("gone")
        await asyncio.Event().wait()

    going = asyncio.create_task(app.keep_going(breaks_twice, "looking"))
    async with asyncio.timeout(2):
        while len(began) < 3:
            await asyncio.sleep(0)
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going
    assert began == [0, 1, 2]


async def test_what_breaks_while_it_lets_go_does_not_keep_the_process_from_ending() -> None:
    ended: list[str] = []

    async def breaks_at_its_end() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("")
            if len(ended) == 1:
                raise OSError("gone")  # such as the database, while something is given back

    going = asyncio.create_task(app.keep_going(breaks_at_its_end, "looking"))
    await asyncio.sleep(0)
    going.cancel()
    await asyncio.wait({going}, timeout=2)
    was_over = going.done()
    going.cancel()
    await asyncio.wait({going}, timeout=2)
    assert was_over
    assert going.cancelled()
