"""Two pumps on one PostgreSQL keep WeCom's limits together, say everything once, and in order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.clock import ManualClock
from bot.notices.content import Text, dump
from bot.outbox.limits import MemberLimiter
from bot.outbox.media import MediaShelf
from bot.outbox.pump import Pump
from bot.outbox.sender import Sender
from bot.services.office import Office, PeopleCache
from bot.simulator.account import DEMO_ACCOUNT
from bot.simulator.faults import Faults, Rule
from bot.simulator.world import Simulator
from storage import outbox
from storage.coordination import Hints
from storage.crypto import Vault
from storage.database import Database
from storage.files import AttachmentFiles
from storage.models import OutboxRow, TunedRule
from storage.outbox import Channel, Purpose, Utterance
from storage.states import OutboxState
from tests.unit.outbox.stage import open_platform

VAULT = Vault(b"k" * 32)
MEMBERS = ("ann", "bob", "eve")


@dataclass
class Pair:
    """Two processes with their own connections, counters and caches, and one WeCom."""

    sim: Simulator
    clock: ManualClock
    database: Database
    pumps: list[Pump]

    async def write(self, words: str, *userids: str, lane: str = "", purpose: Purpose = Purpose.REPLY) -> None:
        async with self.database.begin() as session:
            outbox.add(
                session,
                Utterance(
                    channel=Channel.APP,
                    purpose=purpose,
                    lane=f"app:{userids[0]}:{lane or words}",
                    content_sealed=VAULT.seal(dump(Text(words))),
                    recipients=userids,
                ),
                self.clock.now(),
            )

    async def work(self) -> None:
        """Both at the same time, until neither has anything to do at this instant."""
        await asyncio.gather(*(pump.send_pending() for pump in self.pumps))

    async def left(self) -> int:
        async with self.database.read() as session:
            waiting = select(func.count()).where(OutboxRow.state.in_((OutboxState.WAITING, OutboxState.LEASED)))
            return await session.scalar(waiting) or 0

    async def work_until_done(self, seconds: float, most: int = 60) -> int:
        """In strides of so many seconds; how many it took."""
        for stride in range(most):
            await self.work()
            if not await self.left():
                return stride
            await self.clock.advance(seconds=seconds)
        raise AssertionError("it is never done")

    def heard(self, userid: str) -> list[str]:
        return self.sim.member_heard(userid)


@pytest.fixture
async def pair(on_postgresql: Database, migrated_postgresql: str, tmp_path: Path) -> AsyncIterator[Pair]:
    async with open_platform() as (sim, client, clock), _another(migrated_postgresql) as second:
        for userid in MEMBERS:
            sim.add_member(userid, userid)
        pumps = []
        for database in (on_postgresql, second):
            zone = ZoneInfo("Asia/Shanghai")
            office = Office(database, VAULT, clock, zone, "http://127.0.0.1:8080", PeopleCache())
            shelf = MediaShelf(client, database, VAULT, AttachmentFiles(tmp_path), clock)
            sender = Sender(client, shelf, DEMO_ACCOUNT.agent_id)
            pumps.append(Pump(office, sender, Hints(), MemberLimiter(30, 1000)))
        yield Pair(sim, clock, on_postgresql, pumps)
        assert not sim.violations
        assert not sim.dropped


@asynccontextmanager
async def _another(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    yield database
    await database.close()


async def test_together_they_send_no_member_more_than_thirty_a_minute(pair: Pair) -> None:
    """A hundred to each of three, in lanes of their own so that nothing but the limit holds them back."""
    pair.sim.faults = Faults(latency_seconds={"*": 0.002})
    for number in range(100):
        for userid in MEMBERS:
            await pair.write(f"{userid}-{number}", userid)
    strides = await pair.work_until_done(seconds=7)
    for userid in MEMBERS:
        assert sorted(pair.heard(userid)) == sorted(f"{userid}-{number}" for number in range(100))
    assert strides * 7 < 4 * 66  # and not much slower than the limit allows


async def test_both_share_the_work_and_nothing_is_said_twice(pair: Pair) -> None:
    for number in range(360):
        await pair.write(f"{number}", f"m{number}")
        pair.sim.add_member(f"m{number}", "x")
    first, second = await asyncio.gather(*(pump.send_pending() for pump in pair.pumps))
    await pair.work_until_done(seconds=1)
    assert first > 20
    assert second > 20
    assert [pair.heard(f"m{number}") for number in range(360)] == [[str(number)] for number in range(360)]


async def test_in_one_lane_the_order_holds_whichever_pump_sends(pair: Pair) -> None:
    pair.sim.faults = Faults(rules=(Rule("message/send", errcode=-1, every=4, times=5),))
    for number in range(25):
        await pair.write(str(number), "ann", lane="case")
    await pair.work_until_done(seconds=3)
    assert pair.heard("ann") == [str(number) for number in range(25)]


async def test_answers_that_are_lost_on_the_way_count_and_are_not_said_twice(pair: Pair) -> None:
    pair.sim.faults = Faults(seed=3, rules=(Rule("message/send", effect="answer_lost", probability=0.2),))
    for number in range(70):
        await pair.write(str(number), "ann")
    await pair.work_until_done(seconds=5)
    assert sorted(pair.heard("ann"), key=int) == [str(number) for number in range(70)]
    pair.sim.dropped.pop("duplicate_check", None)  # those were repeated, and WeCom knew them again


async def test_what_one_is_refused_for_calling_too_often_holds_back_the_other(pair: Pair) -> None:
    pair.sim.faults = Faults(rules=(Rule("message/send", errcode=45009, every=1, times=1),))
    await pair.write("first", "ann")
    await pair.pumps[0].send_pending()
    await pair.write("next", "bob")
    await pair.work()
    assert not pair.heard("bob")
    await pair.work_until_done(seconds=20)
    assert pair.heard("ann") == ["first"]
    assert pair.heard("bob") == ["next"]


async def test_a_new_process_knows_what_the_others_sent(pair: Pair) -> None:
    for number in range(30):
        await pair.write(str(number), "ann")
    await pair.pumps[0].send_pending()
    await pair.write("one more", "ann")
    await pair.pumps[1].send_pending()
    assert len(pair.heard("ann")) == 30
    await pair.work_until_done(seconds=30)
    assert pair.heard("ann")[-1] == "one more"


async def test_they_count_the_days_quota_together(pair: Pair) -> None:
    async with pair.database.begin() as session:
        now = pair.clock.now()
        session.add(TunedRule(name="app_messages_per_day", value=50, changed_at=now, changed_by="t"))
        session.add(TunedRule(name="quiet_hours", value="", changed_at=now, changed_by="t"))
    for number in range(60):
        pair.sim.add_member(f"m{number}", "x")
        await pair.write(f"notice {number}", f"m{number}", purpose=Purpose.BROADCAST)
    await pair.work()
    assert sum(len(pair.heard(f"m{number}")) for number in range(60)) == 40
    await pair.clock.advance(hours=14, minutes=40)  # past midnight in Shanghai
    await pair.work()
    assert sum(len(pair.heard(f"m{number}")) for number in range(60)) == 60
