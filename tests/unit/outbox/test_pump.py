"""The pump sends in order within a lane, holds nobody up for another, and survives whatever it meets."""

import asyncio
import logging
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.notices.content import Text, dump
from bot.outbox.choosing import LEASE_SECONDS
from bot.outbox.flights import MOST_TO_ONE
from bot.outbox.ranks import CALLS
from bot.outbox.sender import Job
from bot.scheduler import free_stuck_rows
from bot.wecom.errors import ConfigFault, Permanent, Temporary, classify
from storage.crypto import Vault
from storage.models import ContentKeyRow, OutboxRow, StaffMember, Station, TunedRule
from storage.outbox import Channel, Purpose
from storage.states import OutboxState
from tests.support.rows import open_case
from tests.unit.outbox.stage import VAULT, PumpStage


def when(words: str, behaviour: object) -> object:
    """Behave so for one text and as usual for the rest."""

    def behave(job: Job) -> object:
        if isinstance(job.content, Text) and job.content.text == words:
            if isinstance(behaviour, Exception):
                raise behaviour
            return behaviour() if callable(behaviour) else None
        return None

    return behave


async def test_what_is_said_in_one_lane_leaves_in_order(stage: PumpStage) -> None:
    for number in range(12):
        await stage.says(str(number))
    await stage.pump.send_pending()
    assert stage.sender.said == [str(number) for number in range(12)]
    assert set(await stage.states()) == {"sent"}


async def test_the_next_of_a_lane_waits_until_the_first_is_sent(stage: PumpStage) -> None:
    release = asyncio.Event()
    stage.sender.behaves = when("slow", release.wait)  # type: ignore[assignment]
    for words in ("slow", "next"):
        await stage.says(words)
    await stage.pump.turn()
    await stage.pump.turn()
    await asyncio.sleep(0)
    assert stage.sender.said == ["slow"]
    release.set()
    await stage.pump.send_pending()
    assert stage.sender.said == ["slow", "next"]


async def test_one_slow_recipient_delays_nobody_else(stage: PumpStage) -> None:
    release = asyncio.Event()
    stage.sender.behaves = when("slow", release.wait)  # type: ignore[assignment]
    await stage.says("slow", "app:li", recipients=("li",))
    running = asyncio.create_task(stage.pump.run())
    await asyncio.sleep(0.01)
    for number in range(60):
        await stage.says("quick", f"app:{number}", recipients=(str(number),))
    async with asyncio.timeout(5):
        while stage.sender.said.count("quick") < 60:
            await asyncio.sleep(0.01)
    assert (await stage.states())[0] == "leased"
    release.set()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert set(await stage.states()) == {"sent"}


async def test_shutting_down_finishes_what_is_under_way_and_records_it(stage: PumpStage) -> None:
    async def slowly() -> None:
        await asyncio.sleep(0.1)

    stage.sender.behaves = lambda _: slowly()
    for lane in ("app:zhang", "app:li"):
        await stage.says("今晚修", lane)
    running = asyncio.create_task(stage.pump.run())
    while len(stage.sender.jobs) < 2:
        await asyncio.sleep(0.005)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await stage.states() == ["sent", "sent"]


async def test_what_was_not_begun_at_the_end_is_left_for_the_next_run(stage: PumpStage) -> None:
    running = asyncio.create_task(stage.pump.run())
    await asyncio.sleep(0.02)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await stage.says("later")
    assert await stage.states() == ["waiting"]


async def test_a_failure_that_comes_after_the_lease_ran_out_is_recorded_all_the_same(stage: PumpStage) -> None:
    release = asyncio.Event()

    async def late(_: Job) -> None:
        await release.wait()
        raise Temporary("message/send", -1)

    stage.sender.behaves = late
    await stage.says("今晚修")
    await stage.pump.turn()
    await asyncio.sleep(0)
    await stage.clock.advance(seconds=200)
    async with stage.database.begin() as session:
        await free_stuck_rows.free(await stage.office.open(session))
    assert await stage.states() == ["waiting"]
    release.set()
    stage.sender.behaves = lambda _: None
    await asyncio.sleep(0.01)
    await stage.pump.turn()
    assert await stage.states() == ["waiting"]
    await stage.clock.advance(seconds=60)
    await stage.pump.send_pending()
    assert await stage.states() == ["sent"]


async def many_that_hang(stage: PumpStage) -> asyncio.Event:
    """One more than may be under way at once, each to somebody else; none is answered until the event is set."""
    release = asyncio.Event()
    stage.sender.behaves = lambda job: None if job.recipients == ("boss",) else release.wait()
    for number in range(CALLS + 1):
        await stage.says(str(number), f"app:{number}", recipients=(str(number),))
    await stage.pump.turn()
    for _ in range(CALLS):
        await asyncio.sleep(0)
    return release


async def test_so_many_calls_are_under_way_at_once_and_only_an_emergency_passes_them(stage: PumpStage) -> None:
    release = await many_that_hang(stage)
    assert len(stage.sender.said) == CALLS
    await stage.says("fire", "app:boss", recipients=("boss",), purpose=Purpose.URGENT)
    await stage.pump.turn()
    await asyncio.sleep(0)
    assert stage.sender.said[CALLS:] == ["fire"]
    release.set()
    await stage.pump.send_pending()
    assert set(await stage.states()) == {"sent"}


async def test_what_waits_for_its_place_at_the_end_is_given_back_without_a_doubt(stage: PumpStage) -> None:
    release = await many_that_hang(stage)
    running = asyncio.create_task(stage.pump.run())
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_later(0.1, release.set)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    *sent, last = await stage.rows()
    assert {row.state for row in sent} == {OutboxState.SENT}
    assert (last.state, last.attempt, last.in_doubt) == (OutboxState.WAITING, 0, False)
    await stage.pump.send_pending()  # as after a loop that broke
    assert set(await stage.states()) == {"sent"}
    assert len(stage.sender.said) == CALLS + 1


async def free_stuck(stage: PumpStage) -> None:
    async with stage.database.begin() as session:
        await free_stuck_rows.free(await stage.office.open(session))


async def test_while_its_pump_lives_nobody_takes_up_what_is_under_way(stage: PumpStage) -> None:
    release = await many_that_hang(stage)
    for _ in range(12):
        await stage.clock.advance(seconds=8)
        await stage.pump.turn()
        await free_stuck(stage)
        assert set(await stage.states()) == {"leased"}
    release.set()
    await stage.pump.send_pending()
    assert len(stage.sender.said) == CALLS + 1


async def test_what_a_pump_had_under_way_when_it_died_is_taken_up_within_half_a_minute(stage: PumpStage) -> None:
    await many_that_hang(stage)
    for task in stage.pump._tasks:
        task.cancel()
    await stage.clock.advance(seconds=LEASE_SECONDS + 1)
    await free_stuck(stage)
    assert {(row.state, row.in_doubt) for row in await stage.rows()} == {(OutboxState.WAITING, True)}
    stage.sender.behaves = lambda _: None
    await stage.starts_again().send_pending()
    assert set(await stage.states()) == {"sent"}


async def test_a_pump_that_was_frozen_begins_nothing_that_another_has_taken_up(stage: PumpStage) -> None:
    release = await many_that_hang(stage)
    last = str(CALLS)
    await stage.clock.advance(seconds=LEASE_SECONDS + 1)
    await free_stuck(stage)
    stage.sender.behaves = lambda _: None
    await stage.starts_again().send_pending()
    release.set()
    await stage.pump.send_pending()
    assert set(await stage.states()) == {"sent"}
    assert stage.sender.said.count(last) == 1


async def test_what_waits_for_its_place_does_not_leave_once_its_api_is_shut(stage: PumpStage) -> None:
    release = asyncio.Event()

    async def hang(job: Job) -> None:
        await release.wait()
        if job.recipients == ("0",) and job.attempt == 1:
            raise classify("message/send", 45009)

    stage.sender.behaves = hang
    for number in range(CALLS):
        await stage.says(str(number), f"app:{number}", recipients=(str(number),))
    await stage.pump.turn()
    for number in range(CALLS, CALLS + 40):
        await stage.says(str(number), f"app:{number}", recipients=(str(number),))
    await stage.pump.turn()
    left_at = stage.clock.now()
    await stage.clock.advance(seconds=1)
    stage.pump._turnstile.note_refused(classify("message/send", 45009), left_at, stage.clock.now(), CALLS)
    release.set()
    await stage.pump.send_pending()
    assert len(stage.sender.said) == CALLS
    assert (await stage.states()).count("waiting") == 41
    await stage.clock.advance(seconds=600)
    await stage.pump.send_pending()
    await stage.clock.advance(seconds=600)
    await stage.pump.send_pending()
    assert set(await stage.states()) == {"sent"}


async def test_a_sender_that_breaks_does_not_break_the_pump(
    stage: PumpStage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.sender.behaves = when("odd", ZeroDivisionError("我叫王小明"))  # type: ignore[assignment]
    await stage.says("odd", "app:li")
    await stage.says("good")
    await stage.pump.send_pending()
    assert stage.sender.said == ["odd", "good"]
    assert await stage.states() == ["waiting", "sent"]
    assert "王小明" not in str((await stage.rows())[0].reason)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == [
        "sending broke"
    ]


async def test_a_row_that_our_own_code_cannot_send_does_not_hold_its_lane_for_days(stage: PumpStage) -> None:
    stage.sender.behaves = when("odd", ZeroDivisionError())  # type: ignore[assignment]
    for words in ("odd", "next"):
        await stage.says(words)
    for _ in range(10):
        await stage.pump.send_pending()
        await stage.clock.advance(minutes=5)
    assert "next" in stage.sender.said


@pytest.mark.parametrize(
    "sealed",
    [Vault(b"x" * 32).seal(dump(Text("sealed with another key"))), b"damaged", VAULT.seal(b'{"type": "Hologram"}')],
    ids=["another key", "damaged", "of a newer version"],
)
async def test_a_row_that_cannot_be_read_stops_nobody(stage: PumpStage, sealed: bytes) -> None:
    await stage.says("", "app:li", sealed=sealed)
    await stage.says("good")
    with suppress(Exception):
        await stage.pump.send_pending()
    assert stage.sender.said == ["good"]


async def test_what_was_erased_is_not_sent(stage: PumpStage) -> None:
    number = await stage.says("erased")
    async with stage.database.begin() as session:
        case = await open_case(session)
        (await session.get_one(ContentKeyRow, case.key_id)).wrapped = None
        (await session.get_one(OutboxRow, number)).key_id = case.key_id
    await stage.says("good")
    await stage.pump.send_pending()
    assert stage.sender.said == ["good"]
    row = (await stage.rows())[0]
    assert (row.state, row.reason) == (OutboxState.DROPPED, "erased")


async def test_a_failure_that_passes_is_tried_again_later_and_later(stage: PumpStage) -> None:
    stage.sender.behaves = when("busy", Temporary("message/send", -1))  # type: ignore[assignment]
    await stage.says("busy")
    waits = []
    for _ in range(4):
        await stage.pump.send_pending()
        (row,) = await stage.rows()
        assert row.state is OutboxState.WAITING
        waits.append((row.due_at - stage.clock.now()).total_seconds())
        await stage.clock.advance(seconds=waits[-1])
    assert all(2**at <= wait <= 1.3 * 2**at for at, wait in enumerate(waits))
    assert len(stage.sender.jobs) == 4


async def test_a_failure_for_good_is_recorded_and_the_lane_goes_on(stage: PumpStage) -> None:
    stage.sender.behaves = when("bad", Permanent("message/send", 40058))  # type: ignore[assignment]
    for words in ("bad", "next"):
        await stage.says(words)
    await stage.pump.send_pending()
    assert await stage.states() == ["failed", "sent"]
    assert "40058" in str((await stage.rows())[0].reason)


async def test_a_wrong_setting_for_a_day_and_then_a_lost_connection_do_not_stop_the_pump(stage: PumpStage) -> None:
    number = await stage.says("patient", "app:li")
    async with stage.database.begin() as session:
        (await session.get_one(OutboxRow, number)).attempt = 1100  # 60020 was answered each minute
    stage.sender.behaves = when("patient", Temporary("message/send", ambiguous=True))  # type: ignore[assignment]
    await stage.pump.send_pending()
    await stage.says("good")
    await stage.pump.send_pending()
    assert "good" in stage.sender.said


async def test_a_wrong_setting_is_waited_for(stage: PumpStage) -> None:
    stage.sender.behaves = when("x", ConfigFault("message/send", 60020))  # type: ignore[assignment]
    await stage.says("x")
    await stage.pump.send_pending()
    assert await stage.states() == ["waiting"]
    stage.sender.behaves = lambda _: None
    await stage.clock.advance(minutes=2)
    await stage.pump.send_pending()
    assert await stage.states() == ["sent"]


async def test_the_start_frees_what_an_earlier_run_held_and_sends_it_in_doubt(stage: PumpStage) -> None:
    number = await stage.says("half sent")
    async with stage.database.begin() as session:
        row = await session.get_one(OutboxRow, number)
        row.state, row.attempt = OutboxState.LEASED, 1
    await stage.pump.prime()
    assert (await stage.rows())[0].in_doubt
    await stage.pump.send_pending()
    assert stage.sender.said == ["half sent"]


async def test_the_start_remembers_what_members_were_sent(stage: PumpStage) -> None:
    for number in range(30):
        await stage.says(str(number))
    await stage.pump.send_pending()
    again = stage.starts_again()
    await again.prime()
    await stage.says("one more")
    await again.send_pending()
    assert "one more" not in stage.sender.said
    await stage.clock.advance(seconds=62)
    await again.send_pending()
    assert "one more" in stage.sender.said


async def test_a_sending_that_outlasts_its_lease_is_not_begun_again_by_the_same_pump(stage: PumpStage) -> None:
    """A slow upload takes longer than a lease: the job that frees dead rows must not double it."""
    release = asyncio.Event()
    stage.sender.behaves = lambda _: release.wait()
    await stage.says("picture")
    await stage.pump.turn()
    await asyncio.sleep(0)
    await stage.clock.advance(seconds=90)
    async with stage.database.begin() as session:
        await free_stuck_rows.free(await stage.office.open(session))
    await stage.pump.turn()
    await asyncio.sleep(0)
    release.set()
    await stage.pump.send_pending()
    assert stage.sender.said == ["picture"]


async def test_who_was_put_off_out_of_a_joint_call_is_not_told_again_when_it_is_repeated(stage: PumpStage) -> None:
    for number in range(30):
        await stage.says(str(number), recipients=("zhang",))
    await stage.pump.send_pending()
    fails = [Temporary("message/send", -1)]

    def once(job: Job) -> None:
        if isinstance(job.content, Text) and job.content.text == "通知" and fails:
            raise fails.pop()

    stage.sender.behaves = once
    for who in ("li", "zhang"):
        await stage.says("通知", f"app:{who}:notice", recipients=(who,), purpose=Purpose.BROADCAST)
    for _ in range(10):
        await stage.pump.send_pending()
        await stage.clock.advance(seconds=30)
    told = [who for job in stage.sender.jobs if job.content == Text("通知") for who in job.recipients]
    assert sorted(told) == ["li", "li", "zhang"]  # the first call to li failed


async def test_members_above_their_limit_get_theirs_later_and_the_others_now(stage: PumpStage) -> None:
    for number in range(30):
        await stage.says(str(number), recipients=("zhang",))
    await stage.pump.send_pending()
    await stage.says("both", "app:li", recipients=("li", "zhang"), task_id="case-1-1")
    await stage.pump.send_pending()
    assert [job.recipients for job in stage.sender.jobs[30:]] == [("li",)]
    await stage.clock.advance(seconds=62)
    await stage.pump.send_pending()
    assert [job.recipients for job in stage.sender.jobs[30:]] == [("li",), ("zhang",)]
    assert len({job.task_id for job in stage.sender.jobs[30:]}) == 2


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_minute_is_not_over_because_a_clock_was_set_ahead(stage: PumpStage, restarts: bool) -> None:
    for number in range(29):
        await stage.says(str(number))
    await stage.pump.send_pending()
    stage.clock.set(minutes=5)
    for number in range(29, 60):
        await stage.says(str(number))
    await stage.pump.send_pending()
    assert len(stage.sender.jobs) == 30
    if restarts:
        stage.pump = stage.starts_again()
        await stage.pump.prime()
    await stage.clock.advance(seconds=55)
    await stage.pump.send_pending()
    assert len(stage.sender.jobs) == 30
    await stage.clock.advance(seconds=7)
    await stage.pump.send_pending()
    assert len(stage.sender.jobs) in (59, 60)
    await stage.clock.advance(seconds=62)
    await stage.pump.send_pending()
    assert stage.sender.said == [str(number) for number in range(60)]


async def test_a_clock_that_is_set_back_holds_nothing_for_longer_than_a_minute(stage: PumpStage) -> None:
    for number in range(40):
        await stage.says(str(number))
    await stage.pump.send_pending()
    assert len(stage.sender.jobs) == 30
    stage.clock.set(seconds=-8)
    await stage.clock.advance(seconds=80)
    await stage.pump.send_pending()
    assert len(stage.sender.jobs) == 40


# --- what WeCom holds back ----------------------------------------------------------------------------


async def test_too_often_blocks_that_api_for_all_rows_and_no_other(stage: PumpStage) -> None:
    stage.sender.behaves = lambda job: fail(45009) if job.channel is Channel.APP else None
    await stage.says("first", "app:a:", recipients=("a",))
    await stage.pump.send_pending()
    for number in range(20):
        await stage.says("next", f"app:{number}:", recipients=(str(number),))
    await stage.says("recall", "app:b:", recipients=("b",), channel=Channel.RECALL)
    await stage.pump.send_pending()
    assert stage.sender.said == ["first", "recall"]
    stage.sender.behaves = lambda _: None
    await stage.clock.advance(seconds=59)
    await stage.pump.send_pending()
    assert len(stage.sender.jobs) == 2
    await stage.clock.advance(seconds=30)
    await stage.pump.send_pending()
    assert set(await stage.states()) == {"sent"}


async def test_another_process_knows_of_the_block(stage: PumpStage) -> None:
    stage.sender.behaves = lambda _: fail(45009)
    await stage.says("first", "app:a:", recipients=("a",))
    await stage.pump.send_pending()
    await stage.says("next", "app:b:", recipients=("b",))
    await stage.starts_again().send_pending()
    assert stage.sender.said == ["first"]


async def test_too_many_at_once_are_sent_fewer_at_once_and_all_in_the_end(stage: PumpStage) -> None:
    """WeCom bears eight at once."""
    flying = most = refused = 0

    async def crowded(_: Job) -> None:
        nonlocal flying, most, refused
        if flying >= 8:
            refused += 1
            raise Temporary("message/send", 45033)
        flying += 1
        most = max(most, flying)
        await asyncio.sleep(0.001)
        flying -= 1

    stage.sender.behaves = crowded
    for number in range(300):
        await stage.says("x", f"app:{number}:", recipients=(str(number),))
    for _ in range(20):
        await stage.pump.send_pending()
        await stage.clock.advance(seconds=5)
    assert set(await stage.states()) == {"sent"}
    assert refused < 150
    assert most == 8


async def test_reminders_leave_the_last_of_the_days_quota_to_people(stage: PumpStage) -> None:
    async with stage.database.begin() as session:
        session.add(TunedRule(name="app_messages_per_day", value=10, changed_at=stage.clock.now(), changed_by="t"))
        session.add(Station(code="H", name="家", kind="home", region_code=None))
        await session.flush()
        session.add(StaffMember(userid="centre", name="中心", role="centre", station_code="H"))
    for number in range(10):
        notice = {"purpose": Purpose.BROADCAST, "task_id": f"notice-{number}-1-x"}
        await stage.says(f"通知{number}", f"app:{number}:", recipients=(str(number),), **notice)  # type: ignore[arg-type]
    await stage.pump.send_pending()
    assert len([words for words in stage.sender.said if words.startswith("通知")]) == 8
    assert sum("今天通过应用发给成员的消息" in words for words in stage.sender.said) == 1
    for number in range(5):
        await stage.says("答复", f"app:x{number}:", recipients=(f"x{number}",))
    await stage.pump.send_pending()
    assert stage.sender.said.count("答复") == 5
    await stage.clock.advance(hours=14, minutes=29)  # 23:59
    await stage.starts_again().send_pending()
    assert len(stage.sender.jobs) == 14
    await stage.clock.advance(hours=8, minutes=2)  # past midnight and the quiet hours
    await stage.pump.send_pending()
    assert len([words for words in stage.sender.said if words.startswith("通知")]) == 10


async def test_a_member_who_hangs_takes_a_few_places_and_not_all(stage: PumpStage) -> None:
    release = asyncio.Event()
    stage.sender.behaves = lambda job: release.wait() if job.recipients == ("li",) else None
    for number in range(29):
        await stage.says("slow", f"app:li:{number}", recipients=("li",))
    for number in range(40):
        await stage.says("quick", f"app:{number}:", recipients=(str(number),))
    for _ in range(20):
        await stage.pump.turn()
        await asyncio.sleep(0)
    assert stage.sender.said.count("quick") == 40
    assert stage.sender.said.count("slow") == MOST_TO_ONE
    release.set()
    await stage.pump.send_pending()
    assert stage.sender.said.count("slow") == 29


async def test_a_commit_that_fails_after_a_sending_says_nothing_twice(stage: PumpStage) -> None:
    """The database goes away while what was sent is written down: it is written down later."""
    await stage.says("once")
    await stage.pump.turn()
    await asyncio.sleep(0.01)

    refuse = "CREATE TRIGGER away BEFORE UPDATE OF sent_at ON outbox BEGIN SELECT RAISE(ABORT, 'away'); END"
    async with stage.database.begin() as session:
        await session.execute(text(refuse))
    with pytest.raises(IntegrityError):
        await stage.pump.turn()
    async with stage.database.begin() as session:
        await session.execute(text("DROP TRIGGER away"))
    await stage.pump.send_pending()
    assert stage.sender.said == ["once"]
    assert await stage.states() == ["sent"]


def fail(errcode: int) -> None:
    raise classify("message/send", errcode)
