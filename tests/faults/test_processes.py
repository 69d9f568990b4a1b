"""Whole `serve` processes on PostgreSQL and Redis: one is killed, the servers go and come, all is heard once."""

import asyncio
import contextlib
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import func, select

from benchmarks.stage import BotProcess, Stage
from bot.services.verification import find_violations
from bot.simulator.faults import Faults
from storage import migrate
from storage.database import Database
from storage.models import Case, InboxRow, Message, OutboxRow
from storage.states import InboxState, OutboxState
from tests.support.processes import House, Postgres, Valkey, open_house, open_postgres, open_valkey
from tests.support.town import LI, OFFICER, ZHANG, settle_in

ROLES = "web,worker,scheduler"
RECEIPT, ADDED, ANSWER = "您反映的事已收到", "群众补充了", "⟪今晚来修⟫"
PATIENCE = 3600  # looks, not seconds: what a killed process was sending is freed after 35 seconds
MARK = re.compile(r"⟦(\d+)-(\d+)⟧")
FAULTS = Faults(seed=7, duplicate_callbacks_every=4, page_size=5, empty_pages_every=4)


async def settle_small(bot: BotProcess) -> None:
    """The small district of the scenarios, which needs no process of its own."""
    database = Database(bot.environment["LIANXIN_DATABASE_URL"])
    await migrate.upgrade(database)
    await settle_in(database)
    await database.close()


class Story:
    """People who write numbered messages, and what became of them."""

    def __init__(self, house: House, url: str, people: int) -> None:
        self.house = house
        self.sim = house.stage.sim
        self.database = Database(url)
        self.people = [f"wmPerson{number:02d}" for number in range(people)]
        self.said: Counter[int] = Counter()
        self.order: list[str] = []  # the platform's keys, as they were written
        for userid in (ZHANG, LI, "wang.fang", OFFICER, "centre.one"):
            self.sim.add_member(userid, userid)
        for number, who in enumerate(self.people):
            self.sim.add_constituent(who, f"群众{number}")

    async def enter(self) -> None:
        for who in self.people:
            await self.sim.enter(who, "rep", "R1")

    async def say(self, rounds: int, pause: float) -> None:
        """Everybody says the next numbered word, so many times."""
        for _ in range(rounds):
            for number, who in enumerate(self.people):
                words = f"⟦{number}-{self.said[number]}⟧牡丹园的路灯坏了，晚上看不见路。"
                self.order.append(await self.sim.says(who, words))
                self.said[number] += 1
                await asyncio.sleep(pause)

    async def answer(self) -> None:
        """The representative answers each case, once."""
        async with self.database.read() as session:
            numbers = list(await session.scalars(select(Case.number).order_by(Case.id)))
        for number in numbers:
            await self.sim.member_says(ZHANG, f"#{number[-6:]} {ANSWER}")

    async def until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        for _ in range(PATIENCE):
            with contextlib.suppress(OSError):
                if await holds():
                    return
            await asyncio.sleep(0.1)
        raise AssertionError("it does not come true")

    async def all_is_kept(self) -> bool:
        """Every word is in the record."""
        async with self.database.read() as session:
            kept = await session.scalar(select(func.count()).where(Message.author_userid.is_(None)))
        return kept == self.said.total()

    async def all_is_handled(self) -> bool:
        """Every word in the record, and nothing waits to leave or to be handled."""
        async with self.database.read() as session:
            waiting = await session.scalar(select(func.count()).where(InboxRow.state == InboxState.WAITING))
            moving = (OutboxState.WAITING, OutboxState.LEASED)
            leaving = await session.scalar(select(func.count()).where(OutboxRow.state.in_(moving)))
            later = await session.scalar(select(func.count()).where(Case.update_due_at.is_not(None)))
        return not (waiting or leaving or later) and await self.all_is_kept()

    async def everybody_has_an_answer(self) -> bool:
        return all(any(ANSWER in text for text in self.sim.heard(who)) for who in self.people)

    def heard_once(self, words: str) -> list[str]:
        """Who did not hear these words exactly once."""
        return [who for who in self.people if sum(words in text for text in self.sim.heard(who)) != 1]

    async def assert_whole(self) -> None:
        """Each message in one case, in the order it was said; pushed once; receipt and answer once; all at rest."""
        assert self.heard_once(RECEIPT) == []
        assert self.heard_once(ANSWER) == []
        for member in (ZHANG, OFFICER):
            heard = [text for text in self.sim.member_heard(member) if MARK.search(text)]
            later = [MARK.findall(text) for text in heard if text.startswith(ADDED)]
            # a card shows all words when it changes; what it was sent with is the first of them
            cards = [MARK.findall(text)[:1] for text in heard if not text.startswith(ADDED)]
            pushed = Counter(mark for marks in later + cards for mark in marks)
            assert {mark: count for mark, count in pushed.items() if count > 1} == {}
        async with self.database.read() as session:
            rows = (
                await session.execute(
                    select(Message.case_id, Message.platform_id)
                    .where(Message.author_userid.is_(None))
                    .order_by(Message.id)
                )
            ).all()
            assert len({key for _, key in rows}) == len(rows) == self.said.total()
            assert len({case for case, _ in rows}) == len(self.people)
            assert [one async for one in find_violations(session)] == []
            assert not list(await session.scalars(select(InboxRow.id).where(InboxRow.state == InboxState.PARKED)))
        for case in {case for case, _ in rows}:
            places = [self.order.index(key) for one, key in rows if one == case]
            assert places == sorted(places)
        assert not self.sim.violations
        assert not self.sim.dropped


async def readiness(process: Stage) -> tuple[int, str]:
    async with aiohttp.ClientSession() as client, client.get(f"{process.address}/readyz") as answer:
        return answer.status, await answer.text()


async def is_degraded(process: Stage) -> bool:
    """Whether it says that Redis is away, and is ready all the same."""
    status, said = await readiness(process)
    return status == 200 and "degraded: Redis does not answer" in said


async def clocks(house: House) -> list[str]:
    """Which processes have the clock, by their metrics."""
    found = []
    async with aiohttp.ClientSession() as client:
        for one in house.processes:
            if one.process is not None and one.process.poll() is None:
                async with client.get(f"{one.address}/metrics") as answer:
                    found += re.findall(r"^lianxin_scheduler_leads (\S+)", await answer.text(), re.MULTILINE)
    return found


async def test_one_of_two_is_killed_and_the_servers_restart_and_everything_is_heard_once(tmp_path: Path) -> None:
    with open_postgres() as postgres, open_valkey() as redis:
        url = postgres.get_uri("postgres")
        async with open_house(tmp_path, url, redis.url, FAULTS, settle_small) as house:
            story = Story(house, url, people=6)
            await house.start(ROLES, ROLES)
            first, second = house.processes
            await story.enter()
            await story.say(1, 0.02)
            first.kill()  # in the middle of it
            house.call(second)
            await story.say(1, 0.02)
            await asyncio.gather(story.say(1, 0.02), asyncio.to_thread(postgres.restart, "immediate"))
            redis.flush()
            await story.until(story.all_is_kept)
            await story.answer()
            await story.until(story.everybody_has_an_answer)
            await story.until(story.all_is_handled)
            await story.assert_whole()
            assert await clocks(house) == ["1.0"]
            assert await readiness(second) == (200, "ready")
            await story.database.close()


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_kills_restarts_and_a_redis_that_is_cut_off_lose_and_double_nothing(tmp_path: Path) -> None:
    draw = random.Random(3)
    with open_postgres() as postgres, open_valkey() as redis:
        url = postgres.get_uri("postgres")
        async with open_house(tmp_path, url, redis.url, FAULTS, settle_small) as house:
            story = Story(house, url, people=12)
            await house.start("web", ROLES, ROLES)
            front, *workers = house.processes
            await story.enter()
            for turn in range(3):
                victim = workers[turn % 2]
                await story.say(1, 0.1)
                await _trouble(turn, postgres, redis)
                victim.kill()
                await asyncio.gather(story.say(1, 0.1), asyncio.to_thread(postgres.restart, "immediate", 1.0))
                await asyncio.sleep(draw.random())
                if turn < 2:
                    await story.until(lambda: is_degraded(front))
                await victim.start()
                redis.thaw() if turn == 0 else redis.start() if turn == 1 else None
                await story.until(story.all_is_handled)
            await story.answer()
            await story.until(story.everybody_has_an_answer)
            await story.until(story.all_is_handled)
            await story.assert_whole()
            assert sorted(await clocks(house)) == ["0.0", "0.0", "1.0"]
            assert await readiness(front) == (200, "ready")
            await story.database.close()


async def _trouble(turn: int, postgres: Postgres, redis: Valkey) -> None:
    (redis.freeze, redis.stop, redis.flush)[turn]()
