"""Whatever happens in whatever order, through the real bot and the simulator that counts what it should not do."""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from bot.notices.content import Text
from bot.services import speaking
from storage.models import Case, Conversation, OutboxRow
from storage.outbox import Purpose
from storage.states import OutboxState
from tests.support.town import OFFICER, RESIDENT, ZHANG, Town, open_town

GOES, HELD = "正在发给", "已告诉联络员"
SENTENCE = "路灯的安排说明，请您放心。"


class Conversations(RuleBasedStateMachine):
    """One constituent, one representative, one officer who is a servicer, and the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.folder = tempfile.TemporaryDirectory()
        self.answers = 0
        self.promised: list[str] = []  # the author was told that it goes out
        self.held: list[str] = []  # the author was told that it waits

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    @initialize()
    def begin(self) -> None:
        self.town: Town = self.run(self._open())

    async def _open(self) -> Town:
        town = await self.stack.enter_async_context(open_town(Path(self.folder.name)))
        town.sim.add_servicer(OFFICER)
        await town.scans(RESIDENT, "rep", "R1")
        await town.says(RESIDENT, "牡丹园的路灯坏了")
        return town

    @rule(words=st.sampled_from(("进度", "三号楼的路灯还是不亮", "谢谢", "你好")), times=st.integers(1, 2))
    def constituent_writes(self, words: str, times: int) -> None:
        self.run(self._write(words, times))

    async def _write(self, words: str, times: int) -> None:
        for _ in range(times):
            await self.town.sim.says(RESIDENT, words)
        await self.town.settle()

    @rule(length=st.sampled_from((1, 1, 40, 120)))
    def representative_answers(self, length: int) -> None:
        self.answers += 1
        mark = f"答复{self.answers:03d}"
        before = len(self.town.member_heard(ZHANG))
        self.run(self.town.writes(ZHANG, f"#000001 {SENTENCE * length}{mark}"))
        (said,) = [one for one in self.town.member_heard(ZHANG)[before:] if "已记下" in one]
        assert (GOES in said) != (HELD in said)
        arrived = any(mark in one for one in self.town.heard(RESIDENT))
        assert arrived or HELD in said, "it was told that it goes out"
        (self.promised if GOES in said else self.held).append(mark)

    @rule(count=st.integers(1, 4))
    def the_bot_has_something_to_say(self, count: int) -> None:
        self.run(self._notice(count))

    async def _notice(self, count: int) -> None:
        async with self.town.bot.database.begin() as session:
            context = await self.town.bot.office.open(session)
            conversation = await session.get_one(Conversation, 1)
            case = await session.get_one(Case, 1)
            for purpose in (Purpose.NOTICE, Purpose.REMINDER, Purpose.RECEIPT, Purpose.NOTICE)[:count]:
                await speaking.notify_constituent(context, conversation, RESIDENT, purpose, Text("通告"), case=case)
        await self.town.settle()

    @rule(minutes=st.sampled_from((1, 30, 47 * 60 + 59, 2, 48 * 60 + 1)))
    def time_goes_by(self, minutes: int) -> None:
        self.run(self.town.passes(minutes=minutes))

    @rule()
    def a_servicer_takes_it(self) -> None:
        self.run(self._take())

    async def _take(self) -> None:
        session = self._session()
        if session.state_at(self.town.clock.now()) in (0, 1):
            await self.town.sim.human_takes(RESIDENT, OFFICER)
            await self.town.sim.human_says(RESIDENT, "您请说")
        await self.town.settle()

    @rule()
    def the_servicer_ends_it(self) -> None:
        self.run(self._end())

    async def _end(self) -> None:
        if self._session().state_at(self.town.clock.now()) == 3:
            await self.town.sim.human_ends(RESIDENT)
        await self.town.settle()

    @rule()
    def the_officer_has_called(self) -> None:
        card = next((one for one in reversed(self.town.cards(OFFICER)) if "已电话联系" in str(one)), None)
        if card is not None and "· " not in str(card["main_title"]):
            key = next(button["key"] for button in card["button_list"])  # type: ignore[attr-defined]
            self.run(self.town.taps(OFFICER, key))

    def _session(self) -> Any:
        world = self.town.sim.world
        return world.get_session(world.get_account(None), world.get_constituent(RESIDENT))

    def teardown(self) -> None:
        try:
            if hasattr(self, "town"):
                self.run(self._judge())
        finally:
            self.run(self.stack.aclose())
            self.runner.close()
            self.folder.cleanup()

    async def _judge(self) -> None:
        """WeCom refused nothing; in the end every answer arrived, or was told by telephone, once."""
        await self._end()
        for _ in range(12):  # a long answer needs several of their messages
            await self.town.says(RESIDENT, "路灯的事有消息吗")
            await self.town.passes(minutes=2)
        assert not self.town.sim.violations, self.town.sim.violations
        rows = [row for row in await self.town.all(OutboxRow) if row.purpose == Purpose.ANSWER]
        assert all(row.state is OutboxState.SENT or row.told_at is not None for row in rows)
        heard = "".join(self.town.heard(RESIDENT))
        assert all(mark in heard for mark in self.promised), "promised and not kept"
        assert all(heard.count(mark) <= 1 for mark in self.promised + self.held), "nothing is said twice"
        await self.town.assert_at_rest()


Conversations.TestCase.settings = settings(
    max_examples=5,
    stateful_step_count=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
TestConversations = Conversations.TestCase
