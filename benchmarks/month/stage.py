"""The district of the month: bot, simulator and clock in one process, loopback only."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from pathlib import Path

from aiohttp import web
from sqlalchemy import select

from benchmarks.stage import DATA_KEY
from bot.app import Lianxin, open_bot
from bot.clock import ManualClock
from bot.services import imports
from bot.simulator.account import DEMO_ACCOUNT
from bot.simulator.district import write_district
from bot.simulator.world import Simulator
from bot.wecom.errors import WeComError
from config.settings import Settings
from storage.models import Representative, StaffMember
from storage.rules import note_roster_change

Act = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class District:
    """Bot and simulator with a diary of what people do when."""

    bot: Lianxin
    sim: Simulator
    clock: ManualClock
    folder: Path
    _diary: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _order: count = field(default_factory=count)

    def note(self, at: datetime, act: Act) -> None:
        """Somebody will do something at an instant; what is past happens at the next step."""
        heappush(self._diary, (at, next(self._order), act))

    async def walk(self, until: datetime, tick: timedelta) -> None:
        """Let time pass in steps no longer than `tick`; at each, people act and what is due is done."""
        while (now := self.clock.now()) < until:
            upcoming = self._diary[0][0] if self._diary else until
            step = min(max(upcoming, now + timedelta(seconds=1)), now + tick, until)
            await self.clock.advance(seconds=(step - now).total_seconds())
            acted = await self._act()
            due = await self.bot.jobs.run_due(tick)
            if acted or due:
                await self.settle()

    async def _act(self) -> int:
        acted = 0
        while self._diary and self._diary[0][0] <= self.clock.now():
            await heappop(self._diary)[2]()
            acted += 1
        return acted

    async def settle(self) -> None:
        """Until nothing is left to read, handle, fetch or send at this instant."""
        for _ in range(200):
            await self.sim.quiet()
            done = await self._pull()
            while handled := await self.bot.worker.handle_pending():
                done += handled
            done += await self.bot.fetcher.fetch_pending()
            done += await self.bot.pump.send_pending()
            if not done:
                return
        raise RuntimeError("the bot does not come to rest")

    async def _pull(self) -> int:
        try:
            return await self.bot.puller.pull_all()
        except WeComError:
            return 0


def _settings(folder: Path, api: str) -> Settings:
    return Settings(
        _env_file=None,
        database_url=f"sqlite+aiosqlite:///{folder / 'month.db'}",
        wecom_api=api,
        corp_id=DEMO_ACCOUNT.corp_id,
        agent_id=DEMO_ACCOUNT.agent_id,
        secret=DEMO_ACCOUNT.secret,
        callback_token=DEMO_ACCOUNT.token,
        aes_key=DEMO_ACCOUNT.aes_key,
        kf_account=DEMO_ACCOUNT.open_kfid,
        data_key=DATA_KEY,
    )


async def _listen(stack: AsyncExitStack, app: web.Application) -> str:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}"


async def _settle_people(bot: Lianxin, sim: Simulator, folder: Path, now: datetime) -> None:
    await asyncio.to_thread(write_district, folder / "district")
    tables = await asyncio.to_thread(imports.read, folder / "district")
    async with bot.database.begin() as session:
        await imports.apply(session, tables)
        await note_roster_change(session, now, "month")
        for one in [*await session.scalars(select(Representative)), *await session.scalars(select(StaffMember))]:
            if one.userid:
                sim.add_member(one.userid, one.name)


@asynccontextmanager
async def open_district(folder: Path, start: datetime) -> AsyncIterator[District]:
    """The sample district at `start`, everyone with a phone in hand, nothing said yet."""
    clock = ManualClock(start)
    sim = Simulator(
        clock=clock,
        corp_id=DEMO_ACCOUNT.corp_id,
        secret=DEMO_ACCOUNT.secret,
        agent_id=DEMO_ACCOUNT.agent_id,
        token=DEMO_ACCOUNT.token,
        aes_key=DEMO_ACCOUNT.aes_key,
        callback_url="http://127.0.0.1:9/",
        resend_pause_seconds=0.01,
        trace_size=200,
    )
    sim.add_kf_account(DEMO_ACCOUNT.open_kfid, "锦河人大代表联络站")
    async with AsyncExitStack() as stack:
        platform = web.Application(client_max_size=32 * 1024 * 1024)
        sim.add_routes(platform)
        api = await _listen(stack, platform)
        await sim.start()
        stack.push_async_callback(sim.close)
        bot = await stack.enter_async_context(open_bot(_settings(folder, api), clock))
        app = web.Application()
        bot.add_routes(app)
        sim.callback_url = f"{await _listen(stack, app)}/wecom/callback"
        await _settle_people(bot, sim, folder, start)
        await bot.puller.pull_all()
        yield District(bot, sim, clock, folder)
