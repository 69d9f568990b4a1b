"""The table of faults on the way out, from end to end: what is tried again, how often, and who hears of it."""

import asyncio
import logging
from collections import Counter

import pytest

from bot.simulator.faults import Faults, Rule
from bot.simulator.state import ASSISTANT, HUMAN
from storage.models import OutboxRow
from storage.states import OutboxState
from tests.support.town import OFFICER, RESIDENT, ZHANG, Town

pytestmark = pytest.mark.long

KF, APP = "kf/send_msg", "message/send"
ANSWER = "今晚来修"
MORE_THAN_THE_LONGEST_PAUSE = 15  # minutes


async def open_case(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")


async def hours_go_by(town: Town, hours: int) -> None:
    for _ in range(hours):
        await town.passes(hours=1)


async def days_go_by(town: Town, days: int) -> None:
    """With a look every three hours."""
    for _ in range(days * 8 + 1):
        await town.passes(hours=3)


async def tries_go_by(town: Town, count: int) -> None:
    """The first pauses are of seconds."""
    for _ in range(count):
        await town.passes(minutes=1)


async def pauses_go_by(town: Town, count: int) -> None:
    for _ in range(count):
        await town.passes(minutes=MORE_THAN_THE_LONGEST_PAUSE)


def calls(town: Town) -> Counter[tuple[str, int]]:
    """How often each API was called and answered with each code, so far."""
    return Counter({call: count for call, count in town.sim.world.trace.calls.items() if call[0] in (KF, APP)})


def times_heard(lines: list[str], words: str = ANSWER) -> int:
    return sum(words in line for line in lines)


def told_of_the_case(town: Town, member: str) -> int:
    return sum("JH-2026-000001" in line or "000001" in line for line in town.member_heard(member))


async def outbox(town: Town, state: OutboxState) -> list[OutboxRow]:
    return [row for row in await town.all(OutboxRow) if row.state is state]


# --- two sinks, one of them fails: only that one is tried again ---------------------------------------


@pytest.mark.parametrize("failures", range(5))
@pytest.mark.parametrize("sink", [KF, APP])
async def test_of_receipt_and_card_only_the_one_that_failed_is_tried_again(
    town: Town, sink: str, failures: int
) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    before = calls(town)
    if failures:
        town.sim.faults = Faults(rules=(Rule(sink, errcode=-1, every=1, times=failures),))
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await tries_go_by(town, failures)
    made = calls(town) - before
    assert made == {(KF, 0): 1, (APP, 0): 1} | ({(sink, -1): failures} if failures else {})
    assert times_heard(town.heard(RESIDENT), "您反映的事已收到") == 1
    assert len(town.cards(ZHANG)) == len(town.cards(OFFICER)) == 1
    await town.assert_at_rest()


@pytest.mark.parametrize("failures", range(1, 5))
async def test_of_two_members_only_the_one_it_failed_for_is_told_again(town: Town, failures: int) -> None:
    await open_case(town)
    town.sim.add_servicer(OFFICER)
    await town.sim.human_takes(RESIDENT, OFFICER)
    await town.settle()
    replies, told = len(town.member_heard(ZHANG)), told_of_the_case(town, OFFICER)
    before = calls(town)
    town.sim.faults = Faults(rules=(Rule(APP, to=OFFICER, errcode=-1, every=1, times=failures),))
    await town.writes(ZHANG, ANSWER)
    assert len(town.member_heard(ZHANG)) == replies + 1
    assert told_of_the_case(town, OFFICER) == told
    await tries_go_by(town, failures)
    assert len(town.member_heard(ZHANG)) == replies + 1
    assert told_of_the_case(town, OFFICER) > told
    assert set(Counter(town.member_heard(OFFICER)).values()) == {1}
    assert (calls(town) - before)[APP, -1] == failures


# --- a person holds the session -----------------------------------------------------------------------


async def test_what_a_person_holds_up_is_not_tried_blindly_and_follows_once(town: Town) -> None:
    await open_case(town)
    town.sim.add_servicer(OFFICER)
    await town.sim.human_takes(RESIDENT, OFFICER)
    await town.settle()
    told, before = told_of_the_case(town, OFFICER), calls(town)
    await town.writes(ZHANG, ANSWER)
    await hours_go_by(town, 2)
    assert times_heard(town.heard(RESIDENT)) == 0
    assert (calls(town) - before)[KF, 95018] <= 1
    assert told_of_the_case(town, OFFICER) > told
    await town.sim.human_ends(RESIDENT)
    await town.settle()
    await town.says(RESIDENT, "有消息吗")
    assert times_heard(town.heard(RESIDENT)) == 1
    await hours_go_by(town, 2)
    assert times_heard(town.heard(RESIDENT)) == 1
    (entry,) = await town.entries()
    assert entry.delivered_at is not None


async def test_a_session_that_is_held_without_a_word_to_us_is_found_out_by_one_refusal(town: Town) -> None:
    await open_case(town)
    session = town.sim.world.get_session(town.sim.world.get_account(None), town.sim.world.get_constituent(RESIDENT))
    session.state, session.servicer_userid = HUMAN, OFFICER
    told, before = told_of_the_case(town, OFFICER), calls(town)
    await town.writes(ZHANG, ANSWER)
    await hours_go_by(town, 3)
    assert (calls(town) - before)[KF, 95018] == 1
    assert told_of_the_case(town, OFFICER) > told
    session.state = ASSISTANT
    await town.says(RESIDENT, "有消息吗")
    assert times_heard(town.heard(RESIDENT)) == 1


# --- the window ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "minutes", "arrives"), [(47, 59, True), (48, 1, False)])
async def test_the_last_minute_of_48_hours_is_used_and_the_first_after_it_is_not(
    town: Town, hours: int, minutes: int, arrives: bool
) -> None:
    await open_case(town)
    await town.passes(hours=hours, minutes=minutes)
    told, before = told_of_the_case(town, OFFICER), calls(town)
    await town.writes(ZHANG, ANSWER)
    await town.passes(minutes=10)
    assert times_heard(town.heard(RESIDENT)) == arrives
    assert not town.sim.violations
    assert (calls(town) - before)[KF, 0] == arrives
    if not arrives:
        assert told_of_the_case(town, OFFICER) > told
        await town.says(RESIDENT, "有消息吗")
        assert times_heard(town.heard(RESIDENT)) == 1


async def test_a_sixth_message_is_foreseen_told_and_said_with_the_next_word(town: Town) -> None:
    await open_case(town)
    told = told_of_the_case(town, OFFICER)
    for number in range(1, 8):
        await town.writes(ZHANG, f"#000001 第{number}次答复")
    await town.passes(minutes=10)
    said = sum(times_heard(town.heard(RESIDENT), f"第{number}次答复") for number in range(1, 8))
    assert 3 <= said <= 5
    assert not town.sim.violations
    assert told_of_the_case(town, OFFICER) > told
    await town.says(RESIDENT, "知道了")
    await town.says(RESIDENT, "谢谢")
    assert [times_heard(town.heard(RESIDENT), f"第{number}次答复") for number in range(1, 8)] == [1] * 7
    assert not town.sim.violations


# --- refusals of the road -----------------------------------------------------------------------------

ROADS = {
    "45009": Rule(KF, errcode=45009, every=1),
    "45033": Rule(KF, errcode=45033, every=1),
    "busy": Rule(KF, errcode=-1, every=1),
    "a gateway's page": Rule(KF, effect="html", every=1),
    "a page with 200": Rule(KF, effect="html", status=200, every=1),
    "cut off": Rule(KF, effect="hang", seconds=0.001, every=1),
    "answer lost": Rule(KF, effect="answer_lost", every=1),
}


@pytest.mark.parametrize("road", ROADS)
async def test_a_road_that_is_bad_for_an_hour_costs_a_few_calls_and_nothing_else(
    town: Town, road: str, caplog: pytest.LogCaptureFixture
) -> None:
    await open_case(town)
    before = calls(town)
    town.sim.faults = Faults(rules=(ROADS[road],))
    await town.writes(ZHANG, ANSWER)
    for _ in range(12):
        await town.passes(minutes=5)
    assert sum(count for (api, _), count in (calls(town) - before).items() if api == KF) <= 13
    town.sim.faults = Faults()
    await pauses_go_by(town, 2)
    assert times_heard(town.heard(RESIDENT)) == 1
    (entry,) = await town.entries()
    assert entry.delivered_at is not None
    assert set(town.sim.violations) <= {"kf_msgid_taken"}
    caplog.clear()


@pytest.mark.parametrize("road", ["busy", "a gateway's page", "cut off"])
async def test_a_road_that_stays_bad_is_given_up_in_bounds_and_people_know(
    town: Town, road: str, caplog: pytest.LogCaptureFixture
) -> None:
    await open_case(town)
    told, before = told_of_the_case(town, OFFICER), calls(town)
    town.sim.faults = Faults(rules=(ROADS[road],))
    await town.writes(ZHANG, ANSWER)
    await days_go_by(town, 3)
    tried = sum(count for (api, _), count in (calls(town) - before).items() if api == KF)
    assert 10 < tried < 60
    await days_go_by(town, 1)
    again = sum(count for (api, _), count in (calls(town) - before).items() if api == KF)
    assert again - tried <= 2  # what follows of itself, such as a word to the constituent, is not this answer
    assert not await outbox(town, OutboxState.LEASED)
    kept = [row for row in await town.all(OutboxRow) if row.purpose == "answer"]
    assert [row.state for row in kept] in ([OutboxState.PARKED], [OutboxState.FAILED])
    assert kept[0].reason
    assert told_of_the_case(town, OFFICER) > told
    caplog.clear()


async def test_a_card_that_never_goes_through_ends_as_a_failure_with_its_reason(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town.sim.faults = Faults(rules=(Rule(APP, to=ZHANG, effect="html", every=1),))
    await open_case(town)
    await days_go_by(town, 3)
    failed = await outbox(town, OutboxState.FAILED)
    assert failed
    assert all("message/send" in str(row.reason) and row.attempt > 10 for row in failed if row.purpose == "card")
    assert "outbox row failed for good" in caplog.messages
    caplog.clear()


async def test_a_call_that_hangs_for_thirty_seconds_is_cut_short_and_the_answer_said_once(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await open_case(town)
    town.sim.faults = Faults(rules=(Rule(KF, effect="hang", seconds=30, every=1, times=1),))
    began = asyncio.get_running_loop().time()
    await town.writes(ZHANG, ANSWER)
    assert asyncio.get_running_loop().time() - began < 25
    await pauses_go_by(town, 1)
    assert times_heard(town.heard(RESIDENT)) == 1
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


# --- poison -------------------------------------------------------------------------------------------


async def test_one_recipient_that_always_fails_holds_up_nobody_else(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    crowd = [f"wmCrowd{number}" for number in range(40)]
    town.sim.faults = Faults(rules=(Rule(KF, to=crowd[0], effect="hang", seconds=4, every=1),))
    for who in crowd:
        town.sim.add_constituent(who, who)
        await town.sim.enter(who, "station", "QQ1")
        await town.sim.says(who, f"牡丹园的路灯坏了，我是{who}")
    await town.sim.quiet()
    await town.bot.puller.pull_all()
    while await town.bot.worker.handle_pending():
        pass
    sending = asyncio.create_task(town.bot.pump.run())
    try:
        async with asyncio.timeout(60):
            while sum(times_heard(town.heard(who), "已收到") for who in crowd) < len(crowd) - 1:
                await asyncio.sleep(0.05)
        tried = sum(count for (api, code), count in calls(town).items() if (api, code) == (KF, -1))
        assert tried <= 1
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    assert times_heard(town.heard(crowd[0]), "已收到") == 0
    town.sim.faults = Faults()
    await pauses_go_by(town, 2)  # what was cut off with the pump is freed, and said after all
    assert [times_heard(town.heard(who), "已收到") for who in crowd] == [1] * len(crowd)
    caplog.clear()
