"""Notices on their way: killed between batches, to people who are not there, sent again, taken back."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.notices.broadcast import JOIN, NONE, OK, Wording
from bot.services.broadcasts import attaching, recalling, roles, sending
from bot.services.broadcasts.attaching import Picture
from bot.simulator.faults import Faults, Rule
from storage import broadcasts
from storage.models import Broadcast, BroadcastRecipient, OutboxRow
from storage.states import BroadcastState
from tests.support.notices import WORDS, act, approve, look, results, send, times_heard
from tests.support.town import CENTRE, LI, OFFICER, ZHANG, Town

WANG = "wang.fang"
MANY = 23  # recipients, in rows of 5


class Killed(Exception):
    """The process ends here."""


def kill_at(point: str, times: int) -> Callable[[str], None]:
    """A watcher that ends the work when it comes to a point for the n-th time."""
    seen: Counter[str] = Counter()

    def at(reached: str) -> None:
        seen[reached] += 1
        if reached == point and seen[point] == times:
            raise Killed(point)

    return at


async def run_job(town: Town, at: Callable[[str], None] = sending.go_on) -> int:
    """One run of the job in a commit of its own, as the scheduler does it, five recipients a row."""
    async with town.bot.database.begin() as session:
        return await sending.send_due(await town.bot.office.open(session), at, most=5)


def crowd(town: Town) -> list[str]:
    userids = [f"member{n:03d}" for n in range(MANY)]
    for userid in userids:
        town.sim.add_member(userid, userid)
    return userids


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("point", sending.POINTS)
async def test_killed_anywhere_every_recipient_has_exactly_one(town: Town, point: str, times: int) -> None:
    userids = crowd(town)
    number = await approve(town, userids=userids)
    kills = 0
    watcher = kill_at(point, times)
    for _ in range(12):
        try:
            await run_job(town, watcher)
        except Killed:
            kills += 1
        await town.settle()
    assert kills == (0 if (point, times) == ("begun", 3) else 1)  # it begins once
    assert [times_heard(town, userid) for userid in userids] == [1] * MANY
    assert Counter((await results(town, number)).values()) == {("sent", ""): MANY}
    await town.passes(seconds=5)
    assert (await look(town, number)).state is BroadcastState.SENT
    await town.assert_at_rest()


async def test_two_schedulers_at_once_say_it_once(town: Town) -> None:
    userids = crowd(town)
    await approve(town, userids=userids)
    while await run_job(town) + await run_job(town):
        pass
    await town.settle()
    assert [times_heard(town, userid) for userid in userids] == [1] * MANY


async def test_who_cannot_be_reached_is_listed_and_only_they_hear_it_again(town: Town) -> None:
    town.sim.add_member(LI, LI, licensed=False)
    town.sim.add_member(WANG, WANG, visible=False)
    number = await send(town, userids=[ZHANG, LI, WANG, "ghost.one"])
    await town.passes(seconds=5)
    lost = ("failed", "invalid")
    unlicensed = ("failed", "unlicensed")
    assert await results(town, number) == {ZHANG: ("sent", ""), LI: unlicensed, WANG: lost, "ghost.one": lost}
    assert "没送到：李娜代表、王芳代表、ghost.one" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, f"通知 名单 {number}")
    assert "不在应用可见范围或已离开" in town.member_heard(OFFICER)[-1]
    assert "没有接口许可" in town.member_heard(OFFICER)[-1]

    town.sim.add_member(LI, LI)
    await town.writes(OFFICER, f"通知 重发 {number}")
    assert "3 人再发一次" in town.member_heard(OFFICER)[-1]
    await town.passes(seconds=1)
    await town.passes(seconds=5)
    assert await results(town, number) == {ZHANG: ("sent", ""), LI: ("sent", ""), WANG: lost, "ghost.one": lost}
    assert times_heard(town, ZHANG) == times_heard(town, LI) == 1


async def test_nobody_of_them_exists(town: Town) -> None:
    number = await send(town, userids=["ghost.one", "ghost.two"])
    assert set((await results(town, number)).values()) == {("failed", "invalid")}
    await town.passes(seconds=5)
    assert (await look(town, number)).state is BroadcastState.SENT


async def test_what_wecom_refuses_for_good_is_told_as_such(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    number = await approve(town, userids=[ZHANG, LI])
    await town.settle()  # the author has been told of the approval
    town.sim.faults = Faults(rules=(Rule("message/send", errcode=40058, every=1, times=1),))
    await run_job(town)
    await town.settle()
    assert set((await results(town, number)).values()) == {("failed", "refused")}
    assert "outbox row failed for good" in caplog.messages
    caplog.clear()
    await town.passes(seconds=5)
    assert await act(town, number, "重发") == 2
    await town.passes(seconds=1)
    assert set((await results(town, number)).values()) == {("sent", "")}


async def test_nothing_is_sent_again_before_it_was_sent(town: Town) -> None:
    number = await approve(town)
    with pytest.raises(roles.BroadcastRefused, match="state"):
        await act(town, number, "重发")


async def test_whoever_has_had_thirty_in_a_minute_hears_it_a_little_later(town: Town) -> None:
    for _ in range(30):
        await town.writes(ZHANG, "待办")
    number = await send(town)
    assert (await results(town, number))[LI] == ("sent", "")
    assert (await results(town, number))[ZHANG] == ("waiting", "")
    assert (await look(town, number)).state is BroadcastState.SENDING
    await town.passes(seconds=70)
    assert (await results(town, number))[ZHANG] == ("sent", "")
    assert times_heard(town, ZHANG) == 1
    await town.passes(seconds=5)
    assert (await look(town, number)).state is BroadcastState.SENT


async def test_a_reply_does_not_wait_behind_a_notice_that_is_tried_again(town: Town) -> None:
    await approve(town)
    await town.settle()
    town.sim.faults = Faults(rules=(Rule("message/send", errcode=-1, every=1, times=1),))
    await run_job(town)
    await town.settle()
    town.sim.faults = Faults()
    assert not times_heard(town, ZHANG)
    await town.writes(ZHANG, "待办")
    assert "现在没有等您答复的事" in town.member_heard(ZHANG)[-1]


async def test_what_is_tried_again_at_night_waits_for_the_morning(town: Town) -> None:
    await town.passes(hours=11, minutes=29)  # 20:59
    await approve(town)
    await town.settle()
    town.sim.faults = Faults(rules=(Rule("message/send", errcode=-1, every=1),))
    await run_job(town)
    await town.settle()
    await town.passes(minutes=2)
    town.sim.faults = Faults()
    for _ in range(9):
        await town.passes(hours=1)
    assert not times_heard(town, ZHANG)
    await town.passes(hours=2)
    assert times_heard(town, ZHANG) == 1


# --- taking back --------------------------------------------------------------------------------------


async def test_taken_back_before_it_went_out_nobody_hears_it(town: Town) -> None:
    number = await approve(town)
    await town.writes(OFFICER, f"通知 撤回 {number}")
    assert "还没发的 3 人不发了" in town.member_heard(OFFICER)[-1]
    await town.passes(seconds=2)
    assert not town.member_heard(ZHANG)
    assert set((await results(town, number)).values()) == {("skipped", "recalled")}
    await town.assert_at_rest()


async def test_taken_back_in_the_middle_nobody_keeps_it(town: Town) -> None:
    userids = crowd(town)
    number = await approve(town, userids=userids)
    await run_job(town)  # four rows of five
    await town.settle()
    await run_job(town)
    noted = await act(town, number, "撤回")
    assert (noted.unsent, noted.taking_back) == (3, 20)
    await town.settle()
    kept = [[line.state for line in town.sim.member_chat(userid)] for userid in userids]
    assert kept == [["recalled"]] * 20 + [[]] * 3
    assert Counter((await results(town, number)).values()) == {("sent", ""): 20, ("skipped", "recalled"): 3}
    rows = await town.all(BroadcastRecipient)
    assert sum(one.recalled_at is not None for one in rows) == 20
    await town.assert_at_rest()


async def test_what_was_on_its_way_when_it_was_taken_back_is_taken_back_too(town: Town) -> None:
    number = await approve(town)
    await town.settle()
    await run_job(town)
    await town.bot.pump.turn()  # it is leased, and on its way
    noted = await act(town, number, "撤回")
    assert noted.taking_back == 0
    await town.settle()
    assert all(line.state == "recalled" for line in town.sim.member_chat(ZHANG))
    await town.assert_at_rest()


async def test_a_correction_follows_to_those_who_got_it(town: Town) -> None:
    number = await send(town, audience="station:QQ1")
    await town.taps(ZHANG, f"notice:{number}:{OK}")
    await town.writes(OFFICER, f"通知 撤回 {number}")
    assert "正从 2 人的手机上撤回" in town.member_heard(OFFICER)[-1]
    assert all(line.state == "recalled" for line in town.sim.member_chat(ZHANG))
    await town.writes(OFFICER, f"通知 更正 {number} 会议改到下午三点。")
    ready = town.member_heard(OFFICER)[-1]
    assert "收到通知 1 的人" in ready
    assert "2 人" in ready
    await town.taps(OFFICER, f"notice_submit:{number + 1}")
    await town.taps(CENTRE, f"notice_agree:{number + 1}")
    await town.passes(seconds=1)
    assert times_heard(town, ZHANG, "改到下午三点") == times_heard(town, LI, "改到下午三点") == 1
    assert not town.member_heard(WANG)
    assert town.cards(ZHANG)[-1]["main_title"]["title"] == "更正"


async def test_after_a_day_it_cannot_be_taken_back_and_that_is_said(town: Town) -> None:
    number = await send(town, needs_receipt=True)
    await town.passes(seconds=5)
    await town.passes(hours=24)
    await town.writes(OFFICER, f"通知 撤回 {number}")
    assert "3 人收到的撤不回（发出超过 24 小时）" in town.member_heard(OFFICER)[-1]
    assert all(line.state != "recalled" for line in town.sim.member_chat(ZHANG))


async def test_a_recall_that_wecom_refuses_is_told(town: Town) -> None:
    number = await send(town)
    town.sim.faults = Faults(rules=(Rule("message/recall", errcode=84061, every=1),))
    await town.writes(OFFICER, f"通知 撤回 {number}")
    assert sum("平台没有让撤回，3 人的手机上还有" in heard for heard in town.member_heard(OFFICER)) == 1


async def test_a_tap_on_a_notice_that_was_taken_back_confirms_nothing(town: Town) -> None:
    number = await send(town, Wording(WORDS, buttons=JOIN))
    await town.sim.member_taps(ZHANG, None, f"notice:{number}:join")
    await act(town, number, "撤回")
    await town.settle()
    assert (await results(town, number))[ZHANG] == ("sent", "")


async def test_a_notice_is_over_a_day_after_it_was_sent(town: Town) -> None:
    number = await send(town)
    await town.passes(seconds=5)
    await town.passes(hours=25)
    assert (await look(town, number)).state is BroadcastState.CLOSED
    with pytest.raises(roles.BroadcastRefused, match="state"):
        await act(town, number, "撤回")


# --- a picture goes with it ---------------------------------------------------------------------------


async def test_a_picture_goes_with_it_and_comes_back_with_it(town: Town, tmp_path: Path) -> None:
    number = await approve(town)
    picture = Picture("plan.png", "image/png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    async with town.bot.database.begin() as session:
        context = await town.bot.office.open(session)
        broadcast = await broadcasts.find(session, number)
        assert broadcast is not None
        await attaching.attach(context, broadcast, town.bot.fetcher._files, picture)
    await town.passes(seconds=1)
    await town.passes(seconds=1)
    assert sorted(line.kind for line in town.sim.member_chat(ZHANG)) == ["image", "template_card"]
    assert (await results(town, number))[ZHANG] == ("sent", "")
    await act(town, number, "撤回")
    await town.settle()
    assert all(line.state == "recalled" for line in town.sim.member_chat(ZHANG))
    await town.assert_at_rest()


async def test_the_words_are_gone_from_the_outbox_once_they_are_sent(town: Town) -> None:
    await send(town, Wording(WORDS, buttons=NONE))
    rows = [row for row in await town.all(OutboxRow) if row.purpose == "broadcast"]
    assert [row.content_sealed for row in rows] == [b""]
    (broadcast,) = await town.all(Broadcast)
    assert WORDS.encode() not in broadcast.wording_sealed


def test_what_can_be_taken_back_is_what_the_platform_allows() -> None:
    assert recalling.SPAN.total_seconds() == 24 * 3600
