"""The platform at its worst: duplicates, short and empty pages, dead tokens, lost answers, error codes."""

import logging

import pytest

from bot.simulator.faults import Faults, Rule
from storage.models import Case, Message, OutboxRow
from storage.states import OutboxState
from tests.support.town import CENTRE, OFFICER, RESIDENT, ZHANG, Town


async def say_ten(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    for number in range(10):
        await town.sim.says(RESIDENT, f"牡丹园的路灯坏了，第{number}句")
    await town.settle()
    await town.passes(seconds=11)
    await town.passes(minutes=3)


@pytest.mark.parametrize(
    "faults",
    [
        Faults(duplicate_callbacks_every=1),
        Faults(page_size=1),
        Faults(page_size=2, empty_pages_every=2),
        Faults(token_death_every=2),
        Faults(rules=(Rule("kf/send_msg", effect="answer_lost", every=2),)),
        Faults(rules=(Rule("message/send", effect="answer_lost", every=2),)),
        Faults(rules=(Rule("kf/send_msg", errcode=-1, every=2), Rule("message/send", errcode=45033, every=2))),
        Faults(rules=(Rule("kf/sync_msg", effect="html", every=2),)),
        Faults(drop_callbacks_every=1),
    ],
    ids=lambda faults: next(str(rule) for rule in (faults.rules or (faults,)))[:60],
)
async def test_everything_is_said_once_whatever_the_platform_does(
    town: Town, faults: Faults, caplog: pytest.LogCaptureFixture
) -> None:
    town.sim.faults = faults
    await say_ten(town)
    for _ in range(12):
        await town.passes(minutes=2)
    town.sim.faults = Faults()
    await town.passes(minutes=20)
    assert len(await town.all(Case)) == 1
    assert len(await town.all(Message)) >= 10
    assert len(town.cards(ZHANG)) == 1
    said = "".join(town.member_heard(ZHANG))
    assert all(said.count(f"第{number}句") == 1 for number in range(1, 10))
    receipts = [text for text in town.heard(RESIDENT) if "您反映的事已收到" in text]
    assert len(receipts) == 1
    errors = {record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR}
    assert errors <= {"WeCom refuses because of its settings", "delivery alarm raised"}
    caplog.clear()


async def test_a_refused_recipient_does_not_stop_the_officer(town: Town) -> None:
    town.sim.add_member(ZHANG, ZHANG, visible=False)
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    assert len(town.cards(OFFICER)) == 1
    assert any("收不到" in said for said in town.member_heard(OFFICER))


async def test_a_failure_reported_later_makes_the_answer_wait_and_tells_the_officer(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    town.sim.faults = Faults(rules=(Rule("kf/send_msg", effect="send_fail", fail_type=4, every=1, times=1),))
    await town.writes(ZHANG, "今晚来修")
    assert any("发不到" in said for said in town.member_heard(OFFICER))
    (entry,) = await town.entries()
    assert entry.delivered_at is None
    await town.says(RESIDENT, "路灯的事有消息吗")
    assert any("今晚来修" in said for said in town.heard(RESIDENT))
    (entry,) = await town.entries()
    assert entry.delivered_at is not None
    await town.assert_at_rest(dropped=1)


async def test_a_person_holding_the_session_is_not_talked_over(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    town.sim.add_servicer(OFFICER)
    await town.sim.human_takes(RESIDENT, OFFICER)
    await town.settle()
    await town.writes(ZHANG, "今晚来修")
    assert not any("今晚来修" in said for said in town.heard(RESIDENT))
    assert any("发不到" in said for said in town.member_heard(OFFICER))
    await town.assert_at_rest(parked=1)


async def test_no_member_is_sent_more_than_thirty_messages_a_minute(town: Town) -> None:
    for number in range(40):
        who = f"wmCrowd{number}"
        town.sim.add_constituent(who, f"群众{number}")
        await town.sim.enter(who, "rep", "R1")
        await town.sim.says(who, f"牡丹园的路灯坏了，我是{number}号楼的")
    await town.settle()
    assert len(town.cards(ZHANG)) == 30
    for _ in range(4):
        await town.passes(seconds=65)
    assert len(town.cards(ZHANG)) == 40
    assert len(town.cards(OFFICER)) == 40
    assert not town.sim.dropped
    await town.assert_at_rest()


async def test_one_poisoned_message_stops_nobody_and_is_told(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    from storage.models import InboxRow
    from storage.states import InboxState

    await town.sim.says(RESIDENT, "牡丹园的路灯坏了")
    await town.sim.quiet()
    await town.bot.puller.pull_all()
    async with town.bot.database.begin() as session:
        first = await session.get_one(InboxRow, 1)
        first.body_sealed = b"not what was sealed"
    await town.says("wmNeighbour", "牡丹园的垃圾没人清")
    for _ in range(8):
        await town.passes(minutes=1)
    (case,) = await town.all(Case)
    assert case.id == 1
    states = [one.state for one in await town.all(InboxRow)]
    assert states.count(InboxState.PARKED) == 1
    assert any("没能处理" in said for said in town.member_heard("centre.one"))
    caplog.clear()


async def test_an_answer_that_cannot_be_sent_for_good_is_told(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    town.sim.faults = Faults(rules=(Rule("kf/send_msg", errcode=40058, every=1),))
    await town.writes(ZHANG, "今晚来修")
    for member in (ZHANG, OFFICER):
        assert any("没能发给" in said for said in town.member_heard(member))
    failed = [row for row in await town.all(OutboxRow) if row.state is OutboxState.FAILED]
    assert len(failed) >= 1
    assert "40058" in str(failed[0].reason)
    caplog.clear()


async def test_a_wrong_setting_is_told_to_staff_once_and_nothing_is_lost(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town.sim.faults = Faults(rules=(Rule("kf/send_msg", errcode=95017, every=1),))
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.passes(minutes=2)
    assert sum("95017" in said for said in town.member_heard(CENTRE)) == 1
    town.sim.faults = Faults()
    await town.passes(minutes=2)
    assert any("您反映的事已收到" in said for said in town.heard(RESIDENT))
    caplog.clear()
