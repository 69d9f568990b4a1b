"""The readers of 微信客服 as they run: woken, polling by themselves, with WeCom away at the start."""

import asyncio
from contextlib import suppress

from bot.app import Role
from bot.simulator.faults import Faults, Rule
from storage.models import Case, OutboxRow
from tests.support.town import RESIDENT, Town


async def until(condition, seconds: float = 8.0) -> None:
    """Wait for something that becomes true."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.05)


async def running(town: Town) -> asyncio.Task[None]:
    return asyncio.create_task(town.bot.run([Role.WORKER]))


async def stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_wake_up_is_followed_at_once(town: Town) -> None:
    task = await running(town)
    await town.sim.says(RESIDENT, "牡丹园的路灯坏了")

    async def answered() -> bool:
        return any("JH-2026-000001" in said for said in town.heard(RESIDENT))

    await until(answered)
    await stop(task)
    await town.assert_at_rest()


async def test_wecom_away_at_the_start_is_waited_for(town: Town) -> None:
    town.sim.faults = Faults(rules=(Rule("*", effect="html", every=1, times=6),))
    task = await running(town)
    await town.sim.says(RESIDENT, "牡丹园的路灯坏了")

    async def answered() -> bool:
        opened = await town.all(Case)  # first: what it says is written with it
        return len(opened) == 1 and all(row.state == "sent" for row in await town.all(OutboxRow))

    await until(answered, 20)
    await stop(task)
