"""Reading 微信客服: every page, once, in order, with the cursor in the same commit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from sqlalchemy import select, text

from bot.clock import ManualClock
from bot.dispatch import messages
from bot.dispatch.messages import ConstituentEntered, ConstituentMessage
from bot.intake.kf_pull import KfPull
from bot.simulator.account import DEMO_ACCOUNT
from bot.simulator.faults import Faults, Rule
from bot.simulator.world import Simulator
from bot.wecom.errors import WeComError
from storage import accounts
from storage.coordination import Hints
from storage.crypto import Vault
from storage.database import Database
from storage.models import InboxRow, KfAccount
from tests.support.town import NEIGHBOUR, RESIDENT
from tests.unit.outbox.stage import open_platform

KF = DEMO_ACCOUNT.open_kfid
VAULT = Vault(b"k" * 32)


@dataclass
class Reader:
    """A reader of the simulator's accounts, and what it kept."""

    sim: Simulator
    pull: KfPull
    database: Database
    clock: ManualClock

    async def rows(self) -> list[InboxRow]:
        async with self.database.read() as session:
            return list(await session.scalars(select(InboxRow).order_by(InboxRow.id)))

    async def heard(self) -> list[messages.Incoming]:
        return [messages.load(VAULT.open(row.body_sealed or b"")) for row in await self.rows()]

    async def words(self) -> list[str]:
        return [one.text for one in await self.heard() if isinstance(one, ConstituentMessage)]

    async def cursor(self) -> str:
        async with self.database.read() as session:
            return (await session.get_one(KfAccount, KF)).cursor

    async def says(self, *words: str, who: str = RESIDENT) -> None:
        for one in words:
            await self.sim.says(who, one)


@pytest.fixture
async def reader(sqlite: Database) -> AsyncIterator[Reader]:
    async with open_platform() as (sim, client, clock):
        pull = KfPull(client, sqlite, VAULT, clock, Hints(), 60)
        await pull.pull_all()
        yield Reader(sim, pull, sqlite, clock)


async def test_what_was_written_is_kept_in_order_with_who_wrote_it(reader: Reader) -> None:
    await reader.says("第一句", "第二句")
    await reader.says("邻居的话", who=NEIGHBOUR)
    assert await reader.pull.pull_all() == 3
    first, _, neighbours = await reader.heard()
    assert isinstance(first, ConstituentMessage)
    assert (first.external_userid, first.nickname, first.kind) == (RESIDENT, "王女士", "text")
    assert await reader.words() == ["第一句", "第二句", "邻居的话"]
    assert messages.lane_of(first) != messages.lane_of(neighbours)


async def test_nothing_is_kept_twice(reader: Reader) -> None:
    await reader.says("第一句")
    assert [await reader.pull.pull_all() for _ in range(3)] == [1, 0, 0]
    assert await reader.words() == ["第一句"]


@pytest.mark.parametrize("faults", [Faults(page_size=1), Faults(page_size=2, empty_pages_every=2)], ids=str)
async def test_every_page_is_read_the_empty_ones_too(reader: Reader, faults: Faults) -> None:
    reader.sim.faults = faults
    said = [f"第{number}句" for number in range(7)]
    await reader.says(*said)
    assert await reader.pull.pull_all() == 7
    assert await reader.words() == said


async def test_an_account_that_is_read_by_two_at_once_is_kept_once(reader: Reader) -> None:
    reader.sim.faults = Faults(page_size=2)
    said = [f"第{number}句" for number in range(9)]
    await reader.says(*said)
    kept = await asyncio.gather(*(reader.pull.pull(KF) for _ in range(3)))
    assert sum(kept) == 9
    assert await reader.words() == said


async def test_who_remembers_an_older_place_than_others_left_keeps_nothing_twice(reader: Reader) -> None:
    await reader.says("第一句")
    assert await reader.pull.pull(KF) == 1
    other = KfPull(reader.pull._client, reader.database, VAULT, reader.clock, Hints(), 60)
    await reader.says("第二句")
    assert await other.pull(KF) == 1
    read_to = await reader.cursor()
    await reader.says("第三句")
    assert await reader.pull.pull(KF) == 1
    assert await reader.words() == ["第一句", "第二句", "第三句"]
    assert await reader.cursor() != read_to
    assert await other.pull(KF) == 0
    await reader.says("第四句")
    assert await other.pull(KF) == 1


async def test_a_page_that_cannot_be_kept_is_read_again(reader: Reader) -> None:
    before = await reader.cursor()
    await reader.says("第一句")
    async with reader.database.begin() as session:
        await session.execute(text("ALTER TABLE inbox RENAME TO elsewhere"))
    with suppress(Exception):
        await reader.pull.pull(KF)
    async with reader.database.begin() as session:
        await session.execute(text("ALTER TABLE elsewhere RENAME TO inbox"))
    assert await reader.cursor() == before
    await reader.pull.pull(KF)
    assert await reader.words() == ["第一句"]


async def test_what_was_written_before_the_first_start_is_history(reader: Reader) -> None:
    async with reader.database.begin() as session:
        (await session.get_one(KfAccount, KF)).watermark = reader.clock.now()
    await reader.clock.advance(hours=-2)
    await reader.says("两小时前")
    await reader.clock.advance(hours=2)
    await reader.says("现在")
    assert await reader.pull.pull_all() == 1
    assert await reader.words() == ["现在"]


async def test_a_scan_is_kept_with_its_code(reader: Reader) -> None:
    await reader.sim.enter(RESIDENT, "rep", "R1")
    await reader.pull.pull_all()
    (entered,) = await reader.heard()
    assert isinstance(entered, ConstituentEntered)
    assert (entered.scene, entered.scene_param) == ("rep", "R1")
    assert entered.welcome_code


async def test_names_that_cannot_be_had_hold_nothing_up(reader: Reader) -> None:
    reader.sim.faults = Faults(rules=(Rule("kf/customer/batchget", errcode=-1, every=1),))
    await reader.says("第一句")
    await reader.pull.pull_all()
    (heard,) = await reader.heard()
    assert isinstance(heard, ConstituentMessage)
    assert (heard.text, heard.nickname) == ("第一句", "")


async def test_an_account_that_comes_later_is_served_as_well(reader: Reader) -> None:
    reader.sim.add_kf_account("wk2", "第二个账号")
    await reader.sim.says(RESIDENT, "在第二个账号", open_kfid="wk2")
    await reader.pull.pull_all()
    assert await reader.words() == ["在第二个账号"]
    async with reader.database.read() as session:
        assert {one.open_kfid for one in await accounts.all_accounts(session)} == {KF, "wk2"}


async def test_a_call_from_wecom_wakes_the_reader_at_once(reader: Reader) -> None:
    running = asyncio.create_task(reader.pull.run())
    await asyncio.sleep(0.1)
    await reader.says("第一句")
    reader.pull.wake(KF, "token-that-is-unknown")
    async with asyncio.timeout(5):
        while not await reader.words():
            await asyncio.sleep(0.01)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_the_token_of_a_call_is_used_while_it_is_good(
    reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    reader.pull.wake(KF, "token-that-is-unknown")
    await reader.pull.pull(KF)
    assert "wecom refused a call" in caplog.messages, "it was tried"
    caplog.clear()
    await reader.clock.advance(minutes=11)
    await reader.says("第一句")
    await reader.pull.pull(KF)
    assert await reader.words() == ["第一句"]
    assert "wecom refused a call" not in caplog.messages


async def test_a_road_that_is_cut_for_a_while_loses_nothing(reader: Reader) -> None:
    reader.sim.faults = Faults(rules=(Rule("kf/sync_msg", effect="html", every=1, times=2),))
    await reader.says("第一句")
    for _ in range(2):
        with pytest.raises(WeComError):
            await reader.pull.pull(KF)
    await reader.pull.pull(KF)
    assert await reader.words() == ["第一句"]


async def test_the_words_are_sealed(reader: Reader) -> None:
    await reader.says("plain words of a person")
    await reader.pull.pull_all()
    (row,) = await reader.rows()
    assert b"plain words" not in (row.body_sealed or b"")
