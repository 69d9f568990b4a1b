"""A pump on a small database with a sender that does as it is told, and a sender that talks to the simulator."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web
from sqlalchemy import select

from bot.clock import ManualClock
from bot.notices.content import Content, Text, dump
from bot.outbox.limits import MemberLimiter
from bot.outbox.pump import Pump
from bot.outbox.sender import Job, Outcome
from bot.services.office import Office, PeopleCache
from bot.simulator.account import DEMO_ACCOUNT
from bot.simulator.world import Simulator
from bot.wecom.client import WeComClient
from storage import outbox
from storage.coordination import Hints
from storage.crypto import Vault
from storage.database import Database
from storage.models import OutboxRow
from storage.outbox import Channel, Purpose, Utterance
from tests.support.town import listening, make_simulator

START = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
VAULT = Vault(b"k" * 32)


@dataclass
class FakeSender:
    """Remembers what it was handed; `behaves` may wait or raise in its stead."""

    jobs: list[Job] = field(default_factory=list)
    behaves: Callable[[Job], object] = lambda _: None

    async def send(self, job: Job) -> Outcome:
        self.jobs.append(job)
        done = self.behaves(job)
        if asyncio.iscoroutine(done):
            await done
        return Outcome(platform_id=f"msg-{job.row_id}")

    @property
    def said(self) -> list[str]:
        return [job.content.text for job in self.jobs if isinstance(job.content, Text)]


@dataclass
class PumpStage:
    """Write rows, let the pump work, look at what became of them."""

    office: Office
    clock: ManualClock
    sender: FakeSender
    pump: Pump

    @property
    def database(self) -> Database:
        return self.office.database

    def starts_again(self) -> Pump:
        """Another process with the same sender: it knows only what is in the database."""
        return Pump(self.office, self.sender, Hints(), MemberLimiter(30, 1000))  # type: ignore[arg-type]

    async def says(
        self,
        words: str,
        lane: str = "app:zhang",
        *,
        recipients: Sequence[str] = ("zhang",),
        sealed: bytes | None = None,
        task_id: str | None = None,
        channel: Channel = Channel.APP,
        purpose: Purpose = Purpose.REPLY,
    ) -> int:
        async with self.database.begin() as session:
            row = outbox.add(
                session,
                Utterance(
                    channel=channel,
                    purpose=purpose,
                    lane=lane,
                    content_sealed=VAULT.seal(dump(Text(words))) if sealed is None else sealed,
                    recipients=recipients,
                    task_id=task_id,
                ),
                self.clock.now(),
            )
            await session.flush()
            return row.id

    async def rows(self) -> list[OutboxRow]:
        async with self.database.read() as session:
            return list(await session.scalars(select(OutboxRow).order_by(OutboxRow.id)))

    async def states(self) -> list[str]:
        return [row.state.value for row in await self.rows()]


def make_pump_stage(database: Database) -> PumpStage:
    clock = ManualClock(START)
    office = Office(database, VAULT, clock, ZoneInfo("Asia/Shanghai"), "http://127.0.0.1:8080", PeopleCache())
    sender = FakeSender()
    pump = Pump(office, sender, Hints(), MemberLimiter(30, 1000))  # type: ignore[arg-type]  # filled by a fake
    return PumpStage(office, clock, sender, pump)


@asynccontextmanager
async def open_platform() -> AsyncIterator[tuple[Simulator, WeComClient, ManualClock]]:
    """The simulator over HTTP, and a client that talks to it."""
    clock = ManualClock(START)
    sim = make_simulator(clock)
    app = web.Application()
    sim.add_routes(app)
    async with listening(app) as api, aiohttp.ClientSession() as http:
        await sim.start()
        client = WeComClient(
            session=http,
            api=api,
            corp_id=DEMO_ACCOUNT.corp_id,
            secret=DEMO_ACCOUNT.secret,
            agent_id=DEMO_ACCOUNT.agent_id,
            clock=clock,
        )
        try:
            yield sim, client, clock
        finally:
            await sim.close()


def make_job(content: Content, channel: Channel = Channel.APP, number: int = 1, **changes: object) -> Job:
    usual: dict[str, object] = {
        "row_id": number,
        "generation": 0,
        "attempt": 1,
        "created_at": START,
        "channel": channel,
        "recipients": ("zhang.wei",),
        "open_kfid": DEMO_ACCOUNT.open_kfid,
        "content": content,
        "task_id": f"case-{number}-1",
    }
    return Job(**{**usual, **changes})  # type: ignore[arg-type]
