"""A small town for scenarios: real bot, real simulator, HTTP between them, and a clock that moves when told to."""

import base64
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, chdir
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import shapely
from aiohttp import web
from sqlalchemy import func, select, text

from bot.app import Lianxin, open_bot
from bot.clock import ManualClock
from bot.simulator.account import DEMO_ACCOUNT
from bot.simulator.world import Simulator
from bot.web.metrics import InProcess, Metrics
from bot.wecom.errors import WeComError
from config.settings import Settings
from storage import inbox, ledger_proof, outbox
from storage.database import Database
from storage.models import (
    Case,
    DutyEntry,
    Grid,
    InboxRow,
    OutboxRow,
    Place,
    Region,
    Reminder,
    Representative,
    RosterSlot,
    StaffMember,
    Station,
)
from storage.states import InboxState, OutboxState, ReminderState
from tests.support import pair
from tests.support.overheard import Overheard, listening_to_logs
from tests.support.schema import migrated_file

START = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)  # a Friday, 09:30 in Shanghai
MOMENT = timedelta(microseconds=1)
RESIDENT, NEIGHBOUR = "wmResident", "wmNeighbour"
ZHANG, LI, OFFICER, CENTRE = "zhang.wei", "li.na", "officer.qq", "centre.one"
DATA_KEY = base64.b64encode(b"k" * 32).decode()


def small_district() -> list[object]:
    """One town with a home, two stations, three representatives and an officer."""
    square = shapely.box(120.30, 31.68, 120.31, 31.69)
    return [
        Region(code="JH", name="锦河区", parent_code=None, level="district"),
        Region(code="JH01", name="钱桥街道", parent_code="JH", level="town"),
        Station(code="HOME", name="锦河区代表之家", kind="home", region_code="JH"),
        Station(code="QQ1", name="钱桥联络站", kind="station", region_code="JH01", parent_code="HOME"),
        Station(code="XZ1", name="西庄联络站", kind="station", region_code="JH01", parent_code="HOME"),
        StaffMember(userid=CENTRE, name="中心", role="centre", station_code="HOME"),
        StaffMember(userid=OFFICER, name="钱联络", role="officer", station_code="QQ1"),
        Grid(code="G1", name="一网格", region_code="JH01", station_code="QQ1", polygon=square.wkb),
        _representative("R1", "张伟", "QQ1", ZHANG, ["G1"]),
        _representative("R2", "李娜", "QQ1", LI, []),
        _representative("R3", "王芳", "XZ1", "wang.fang", []),
        Place(id=1, name="牡丹园", aliases=["牡丹苑"], grid_code="G1", station_code="QQ1"),
        Place(id=2, name="西庄村", aliases=[], grid_code=None, station_code="XZ1"),
        RosterSlot(
            id=1,
            station_code="QQ1",
            representative_code="R2",
            on_date=date(2026, 11, 20),
            start="09:00",
            end="11:00",
        ),
    ]


def _representative(code: str, name: str, station: str, userid: str, grids: list[str]) -> Representative:
    return Representative(
        code=code,
        name=name,
        level="district",
        unit="",
        post="",
        specialities=[],
        station_code=station,
        userid=userid,
        phone="",
        grid_codes=grids,
        public_fields=[],
    )


@dataclass(slots=True)
class Town:
    """Act as people do; `settle` lets the bot do all it has to do now."""

    bot: Lianxin
    sim: Simulator
    clock: ManualClock
    overheard: Overheard

    async def settle(self) -> None:
        """Until nothing is left to read, handle, fetch or send at this instant."""
        for _ in range(50):
            await self.sim.quiet()
            done = await self._pull()
            while handled := await self.bot.worker.handle_pending():
                done += handled
            done += await self.bot.fetcher.fetch_pending()
            done += await self.bot.figures.fetch_pending()
            done += await self.bot.pump.send_pending()
            done += await self.bot.shredder.shred_pending()
            if not done:
                return
        raise AssertionError("the bot does not come to rest")

    async def _pull(self) -> int:
        """As the readers do: what fails is read again."""
        for _ in range(10):
            try:
                return await self.bot.puller.pull_all()
            except WeComError:
                continue
        return 0

    async def passes(self, **span: float) -> None:
        """Time goes by; what became due is done."""
        await self.clock.advance(**span)
        await self.bot.jobs.run_all_once()
        await self.settle()

    async def walks(self, until: datetime, **stride: float) -> None:
        """Time goes by in strides (an hour where none is given), with a stop where a reminder is due.

        What writes its reminders down only shortly before they are due needs strides of minutes.
        """
        longest = timedelta(**stride) if stride else timedelta(hours=1)
        while (now := self.clock.now()) < until:
            stop = min(until, now + longest)
            async with self.bot.database.read() as session:
                due = await session.scalar(
                    select(func.min(Reminder.due_at)).where(
                        Reminder.state == ReminderState.WAITING, Reminder.due_at.between(now + MOMENT, stop)
                    )
                )
            await self.passes(seconds=((due or stop) - now).total_seconds())

    async def scans(self, who: str, scene: str, code: str) -> None:
        await self.sim.enter(who, scene, code)
        await self.settle()

    async def says(self, who: str, text: str, *, menu_id: str | None = None) -> None:
        await self.sim.says(who, text, menu_id=menu_id)
        await self.settle()

    async def taps_menu(self, who: str, label: str) -> None:
        """Tap the newest menu item with this label."""
        for line in reversed(self.sim.chat(who)):
            for item in (line.menu or {}).get("list", []):
                if item.get("click", {}).get("content") == label:
                    await self.says(who, label, menu_id=item["click"]["id"])
                    return
        raise AssertionError(f"no menu item {label}: {self.sim.heard(who)}")

    async def writes(self, member: str, text: str) -> None:
        await self.sim.member_says(member, text)
        await self.settle()

    async def taps(self, member: str, key: str, message_id: str | None = None) -> None:
        await self.sim.member_taps(member, message_id, key)
        await self.settle()

    def heard(self, who: str) -> list[str]:
        return self.sim.heard(who)

    def member_heard(self, member: str) -> list[str]:
        return self.sim.member_heard(member)

    def cards(self, member: str) -> list[dict[str, object]]:
        return [dict(line.card) for line in self.sim.member_chat(member) if line.card]

    async def all(self, kind: type) -> list:
        async with self.bot.database.read() as session:
            return list(await session.scalars(select(kind).order_by(kind.id)))

    async def case(self) -> Case:
        """The one case there is."""
        (case,) = await self.all(Case)
        return case

    async def assert_at_rest(self, *, parked: int = 0, dropped: int = 0) -> None:
        """Nothing undelivered, no row half-way, ledger clean, no rule of the platform broken."""
        async with self.bot.database.read() as session:
            assert await inbox.count_waiting(session) == 0
            assert not list(await session.scalars(select(InboxRow).where(InboxRow.state == InboxState.PARKED)))
            left = (OutboxState.WAITING, OutboxState.LEASED, OutboxState.FAILED)
            assert not list(await session.scalars(select(OutboxRow).where(OutboxRow.state.in_(left))))
            assert (await outbox.count_by_state(session)).get("parked", 0) == parked
            assert [v async for v in ledger_proof.find_violations(session)] == []
        assert not self.sim.violations, self.sim.violations
        assert self.sim.dropped.total() == dropped, self.sim.dropped

    async def entries(self) -> list[DutyEntry]:
        return await self.all(DutyEntry)


def make_settings(folder: Path, api: str, **more: object) -> Settings:
    """The settings of the demo account on a database of their own."""
    return Settings(
        _env_file=None,
        **{
            "database_url": f"sqlite+aiosqlite:///{folder / 'town.db'}",
            "wecom_api": api,
            "wecom_login": api,
            "corp_id": DEMO_ACCOUNT.corp_id,
            "agent_id": DEMO_ACCOUNT.agent_id,
            "secret": DEMO_ACCOUNT.secret,
            "callback_token": DEMO_ACCOUNT.token,
            "aes_key": DEMO_ACCOUNT.aes_key,
            "data_key": DATA_KEY,
            **more,
        },
    )


@asynccontextmanager
async def listening(app: web.Application, bot: Lianxin | None = None) -> AsyncIterator[str]:
    """Serve an application on a free port of this machine, a bot's as `serve` does."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    if bot is not None and runner.server is not None:
        bot.take_callbacks_first(runner.server)
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def make_simulator(clock: ManualClock) -> Simulator:
    sim = Simulator(
        clock=clock,
        corp_id=DEMO_ACCOUNT.corp_id,
        secret=DEMO_ACCOUNT.secret,
        agent_id=DEMO_ACCOUNT.agent_id,
        token=DEMO_ACCOUNT.token,
        aes_key=DEMO_ACCOUNT.aes_key,
        callback_url="http://127.0.0.1:9/",
        resend_pause_seconds=0.01,
    )
    sim.add_kf_account(DEMO_ACCOUNT.open_kfid, "锦河人大代表联络站")
    for userid in (ZHANG, LI, "wang.fang", OFFICER, CENTRE):
        sim.add_member(userid, userid)
    sim.add_constituent(RESIDENT, "王女士")
    sim.add_constituent(NEIGHBOUR, "老周")
    return sim


async def settle_in(database: Database) -> None:
    """Put the small district into the database, each kind after what it refers to."""
    async with database.begin() as session:
        for row in small_district():
            session.add(row)
            await session.flush()
        if not database.is_sqlite:  # which counts on from the highest number by itself
            for table in ("places", "roster_slots"):
                last = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608
                await session.execute(text(last))


@asynccontextmanager
async def open_town(folder: Path, **settings: object) -> AsyncIterator[Town]:
    """Everything up, the small district loaded, the account known; at the end nothing private was written down."""
    clock = ManualClock(START)
    sim = make_simulator(clock)
    platform = web.Application()
    sim.add_routes(platform)
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(listening_to_logs())
        api = await stack.enter_async_context(listening(platform))
        await sim.start()
        stack.push_async_callback(sim.close)
        if pair.is_wanted() and "database_url" not in settings:
            settings |= await stack.enter_async_context(pair.open_pair())
        if "database_url" in settings:
            stack.enter_context(chdir(folder))  # what has no SQLite file beside it keeps its files in ./data
        else:
            shutil.copyfile(migrated_file(), folder / "town.db")
        async with open_bot(make_settings(folder, api, **settings), clock) as bot:
            await settle_in(bot.database)
            app = web.Application()
            bot.add_routes(app)
            async with listening(app, bot) as address:
                sim.callback_url = f"{address}/wecom/callback"
                await bot.puller.pull_all()
                metrics = Metrics(bot.office, InProcess(bot.client.counts.calls, bot.lag))
                overheard = Overheard(sim, listener, bot.database, metrics)
                yield Town(bot, sim, clock, overheard)
                await sim.quiet()
                if leaks := await overheard.leaks():
                    raise AssertionError(f"what somebody wrote was written down: {leaks}")
