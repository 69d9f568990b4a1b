"""Several messages share a commit, and one that fails takes nothing of the others with it."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.clock import ManualClock
from bot.dispatch import messages
from bot.dispatch.messages import ConstituentMessage, Incoming, MemberMessage
from bot.dispatch.pace import MEMBERS, Pace, Talk
from bot.dispatch.router import Heard, Reply, Router
from bot.dispatch.worker import BATCH, WORK_SECONDS, Worker
from bot.notices.content import Text, load
from bot.services.context import Context
from bot.services.office import Office, PeopleCache
from bot.services.people import Member
from storage import accounts, case_numbers, inbox
from storage.coordination import Hints
from storage.crypto import Vault
from storage.database import Database
from storage.inbox import Arrival
from storage.models import (
    CaseSerial,
    Constituent,
    ContentKeyRow,
    InboxRow,
    KfAccount,
    OutboxRow,
    StaffMember,
)
from storage.outbox import Purpose
from storage.states import InboxState

START = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
VAULT = Vault(b"k" * 32)
ATTEMPTS = 5


@dataclass
class Desk:
    """A worker with one handler that does as it is told, on a small database."""

    database: Database
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))
    fails: Callable[[str], bool] = lambda _: False
    is_refused_by_the_database: Callable[[str], bool] = lambda _: False
    heard: list[str] = field(default_factory=list)
    somebody_waits: bool = False

    def __post_init__(self) -> None:
        router = Router("test")
        router.on(MemberMessage)(self._handle)
        router.on(ConstituentMessage)(self._handle)
        zone = ZoneInfo("Asia/Shanghai")
        office = Office(self.database, VAULT, self.clock, zone, "http://127.0.0.1", PeopleCache())
        self.worker = Worker(office, (router,), Hints(), gives_way=lambda: self.somebody_waits)

    async def _handle(self, heard: Heard[MemberMessage], context: Context) -> Reply:
        """Writes here and there, and fails in the middle where it is told to."""
        text = heard.message.text
        await accounts.add_account(context.session, f"wk-{text}", "站", context.now)
        await case_numbers.next_number(context.session, "JH", 2026)
        if self.fails(text):
            raise ValueError(f"我叫王小明，{text}")
        if self.is_refused_by_the_database(text):
            context.session.add(KfAccount(open_kfid=f"wk-{text}", name="again", cursor="", watermark=context.now))
        self.heard.append(text)
        return Reply(Text(f"答{text}"))

    async def comes_in(self, *arrived: Incoming) -> None:
        async with self.database.begin() as session:
            await inbox.add_all(
                session,
                [
                    Arrival(
                        source, one.key, messages.lane_of(one), VAULT.seal(messages.dump(one)), self.clock.now()
                    )
                    for one in arrived
                    for source in [inbox.MEMBERS if isinstance(one, MemberMessage) else "wk1"]
                ],
            )

    async def works(self) -> None:
        while await self.worker.handle_pending():
            pass

    async def all(self, column: object) -> list:
        async with self.database.read() as session:
            return list(await session.scalars(select(column)))  # type: ignore[call-overload]

    async def said(self) -> list[tuple[list[str], str]]:
        rows = await self.all(OutboxRow)
        return [(row.recipients, load(VAULT.open(row.content_sealed)).text) for row in rows]


@pytest.fixture
def desk(sqlite: Database) -> Desk:
    return Desk(sqlite)


def member(text: str, userid: str = "") -> MemberMessage:
    return MemberMessage(f"msg:{text}", userid or f"u-{text}", "text", text, "", "", START)


def constituent(text: str, who: str = "wmA") -> ConstituentMessage:
    return ConstituentMessage(f"m-{text}", "wk1", who, "王女士", "text", text, "", "", None, None, "", START)


async def test_what_was_handled_is_done_and_answered(desk: Desk) -> None:
    await desk.comes_in(member("1"), member("2"))
    await desk.works()
    assert await desk.said() == [(["u-1"], "答1"), (["u-2"], "答2")]
    assert set(await desk.all(InboxRow.state)) == {InboxState.DONE}
    assert set(await desk.all(InboxRow.body_sealed)) == {None}


def _take_a_moment(_text: str) -> bool:
    time.sleep(WORK_SECONDS)
    return False


async def test_who_waits_to_be_acknowledged_waits_for_a_moment_not_for_a_batch(desk: Desk) -> None:
    desk.somebody_waits = True
    desk.fails = _take_a_moment
    await desk.comes_in(member("1"), member("2"), member("3"))
    assert await desk.worker.handle_pending() == 1
    desk.somebody_waits = False
    assert await desk.worker.handle_pending() == 2
    assert desk.heard == ["1", "2", "3"]


async def test_a_handler_that_fails_undoes_all_of_its_message_and_nothing_of_its_neighbours(desk: Desk) -> None:
    desk.fails = lambda text: text == "2"
    await desk.comes_in(member("1"), member("2"), member("3"))
    await desk.works()
    assert await desk.all(KfAccount.open_kfid) == ["wk-1", "wk-3"]
    assert await desk.all(CaseSerial.last) == [2]
    assert await desk.said() == [(["u-1"], "答1"), (["u-3"], "答3")]
    done, failed, also_done = await desk.all(InboxRow)
    assert [done.state, also_done.state] == [InboxState.DONE] * 2
    assert (failed.state, failed.attempt, failed.reason) == (InboxState.WAITING, 1, "ValueError")


async def test_of_many_people_who_write_at_once_one_failure_costs_the_others_nothing(desk: Desk) -> None:
    """They are read and handled together; then again one by one, and each is kept and answered once."""
    people = ["wmA", "wmB", "wmC", "wmD"]
    await desk.comes_in(*(constituent(f"{who} 来了", who) for who in people))
    await desk.works()
    desk.heard.clear()
    desk.fails = lambda text: text == "wmC 又说"
    await desk.comes_in(*(constituent(f"{who} 又说", who) for who in people))
    await desk.works()
    answered = sorted(text for _, text in await desk.said())
    assert answered == sorted(
        f"答{who} {word}" for who in people for word in ("来了", "又说") if (who, word) != ("wmC", "又说")
    )
    assert sorted(await desk.all(Constituent.external_userid)) == people
    failed = (await desk.all(InboxRow))[6]
    assert (failed.state, failed.attempt) == (InboxState.WAITING, 1)


async def test_three_batches_of_four_are_of_members_while_both_wait(desk: Desk) -> None:
    everyone = [f"wm{number:03}" for number in range(2 * BATCH)]
    await desk.comes_in(*(constituent(f"{who} 来了", who) for who in everyone))
    await desk.comes_in(*(member(f"{number}") for number in range(6 * BATCH)))
    for _ in range(8):
        assert await desk.worker.handle_pending() == BATCH
    said_by_constituents = ["来了" in text for text in desk.heard]
    assert said_by_constituents == ([False] * (3 * BATCH) + [True] * BATCH) * 2


async def test_what_the_database_refuses_at_the_end_is_a_failure_of_that_message_alone(desk: Desk) -> None:
    """The row that the handler wrote is refused when its savepoint ends, after everything else went well."""
    desk.is_refused_by_the_database = lambda text: text == "2"
    await desk.comes_in(member("1"), member("2"), member("3"))
    await desk.works()
    assert await desk.said() == [(["u-1"], "答1"), (["u-3"], "答3")]
    failed = (await desk.all(InboxRow))[1]
    assert (failed.state, failed.attempt) == (InboxState.WAITING, 1)


async def test_messages_of_one_person_are_handled_in_order_also_when_one_fails(desk: Desk) -> None:
    failing = {"1"}
    desk.fails = lambda text: text in failing
    await desk.comes_in(*(member(text, "zhang") for text in "123"))
    await desk.works()
    assert desk.heard == []
    failing.clear()
    await desk.clock.advance(minutes=1)
    await desk.works()
    assert desk.heard == ["1", "2", "3"]


async def test_attempts_are_further_and_further_apart_and_then_a_person_looks(desk: Desk) -> None:
    async with desk.database.begin() as session:
        session.add(StaffMember(userid="centre", name="中心", role="centre", station_code=None))
    desk.fails = lambda _: True
    await desk.comes_in(constituent("路灯坏了"))
    waits = []
    for _ in range(ATTEMPTS - 1):
        await desk.works()
        (row,) = await desk.all(InboxRow)
        waits.append((row.due_at - desk.clock.now()).total_seconds())
        await desk.clock.advance(seconds=waits[-1])
    await desk.works()
    assert waits == sorted(set(waits))
    (row,) = await desk.all(InboxRow)
    assert (row.state, row.attempt) == (InboxState.PARKED, ATTEMPTS)
    assert row.body_sealed is not None
    told = {recipients[0]: text for recipients, text in await desk.said()}
    assert "没能处理" in told["centre"]
    assert "人工查看" in told["wmA"]


async def test_the_reason_that_is_kept_holds_nobodys_words(desk: Desk) -> None:
    desk.fails = lambda _: True
    await desk.comes_in(member("我的身份证号"))
    await desk.works()
    assert await desk.all(InboxRow.reason) == ["ValueError"]


async def test_a_row_that_cannot_be_opened_is_counted_like_any_other_failure(desk: Desk) -> None:
    async with desk.database.begin() as session:
        await inbox.add_all(session, [Arrival("app", "x", "app:x", b"damaged", START)])
    await desk.comes_in(member("1"))
    for _ in range(ATTEMPTS + 1):
        await desk.works()
        await desk.clock.advance(minutes=1)
    assert desk.heard == ["1"]
    assert await desk.all(InboxRow.state) == [InboxState.PARKED, InboxState.DONE]


async def test_someone_whose_key_was_destroyed_writes_again_and_holds_nobody_up(desk: Desk) -> None:
    """Erased people may come back; if that cannot be handled it must not take the process with it."""
    await desk.comes_in(constituent("1", "wmGone"))
    await desk.works()
    async with desk.database.begin() as session:
        (gone,) = await session.scalars(select(Constituent))
        gone.nickname_sealed = None
        (await session.get_one(ContentKeyRow, gone.key_id)).wrapped = None
    await desk.comes_in(constituent("2", "wmGone"))
    for _ in range(ATTEMPTS + 1):
        await desk.clock.advance(minutes=1)
        await desk.works()
    await desk.comes_in(member("3"))
    await desk.works()
    assert "3" in desk.heard


async def test_a_full_inbox_is_worked_off(desk: Desk) -> None:
    await desk.comes_in(*(member(str(number)) for number in range(100)))
    await desk.works()
    assert desk.heard == [str(number) for number in range(100)]


async def test_no_words_are_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await desk.comes_in(constituent("我叫王小明电话13800000000"))
    await desk.works()
    assert "王小明" not in caplog.text
    assert "王女士" not in caplog.text


async def test_who_floods_is_told_once_to_slow_down_and_everything_of_theirs_is_handled(desk: Desk) -> None:
    flood = [member(f"{number}", "zhang") for number in range(MEMBERS + 30)]
    await desk.comes_in(*flood, member("other", "li"))
    await desk.works()
    said = await desk.said()
    to_zhang = [text for userids, text in said if userids == ["zhang"]]
    assert len(to_zhang) == MEMBERS + 1
    assert "发得很快" in to_zhang[-1]
    assert (["li"], "答other") in said, "nobody else notices"
    assert len(desk.heard) == len(flood) + 1, "nothing is lost"
    assert set(await desk.all(InboxRow.state)) == {InboxState.DONE}
    await desk.clock.advance(seconds=61)
    await desk.comes_in(member("later", "zhang"))
    await desk.works()
    assert (await desk.said())[-1] == (["zhang"], "答later")


async def test_a_receipt_an_answer_or_an_alarm_is_never_left_out() -> None:
    talk = Talk(constituents=1, members=1)
    heard = Heard(member("1", "zhang"), member=Member("zhang", None, None))
    kept = {
        purpose: [talk.decide(heard, Reply(Text("好"), purpose), START) for _ in range(3)] for purpose in Purpose
    }
    assert kept.pop(Purpose.REPLY) == [Pace.SAY, Pace.SAY_SLOW_DOWN, Pace.LEAVE_OUT]
    assert {one for many in kept.values() for one in many} == {Pace.SAY}
