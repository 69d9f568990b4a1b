"""A live session from its draft to its end: two people, reminders, questions, the claim list, every answer."""

from datetime import timedelta

import aiohttp
import pytest

from bot.simulator import Faults
from storage.models import Case, Reminder
from storage.states import LiveState
from tests.support import live_town
from tests.support.live_town import EVENING, LINK
from tests.support.town import CENTRE, LI, NEIGHBOUR, OFFICER, RESIDENT, ZHANG, Town

pytestmark = pytest.mark.long  # days and weeks pass: minutes together

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


async def test_a_draft_waits_for_somebody_else(town: Town) -> None:
    number = await live_town.draft(town)
    assert f"直播 同意 {number}" in town.member_heard(CENTRE)[-1]
    await town.writes(OFFICER, f"直播 同意 {number}")
    assert "站长或服务中心" in town.member_heard(OFFICER)[-1]
    assert await live_town.state_of(town, number) == "draft"
    await town.writes(CENTRE, f"直播 同意 {number}")
    await town.passes(seconds=1)
    assert await live_town.state_of(town, number) == "approved"
    assert f"/code/L{number}.svg" in town.member_heard(ZHANG)[-1]
    await town.assert_at_rest()


async def test_an_author_may_not_approve_their_own(town: Town) -> None:
    number = await live_town.draft(town, author=CENTRE)
    await town.writes(CENTRE, f"直播 同意 {number}")
    assert "另一位" in town.member_heard(CENTRE)[-1]
    assert await live_town.state_of(town, number) == "draft"


async def test_the_ladder_is_climbed_once(town: Town) -> None:
    await live_town.subscribes(town, RESIDENT)
    number = await live_town.approved(town)
    await live_town.until(town, EVENING - 3 * DAY)
    assert await live_town.state_of(town, number) == "collecting"
    said = [one for one in town.member_heard(ZHANG) if "老旧小区改造" in one]
    assert len(said) == 2  # approved, announced
    await town.says(RESIDENT, "在吗")  # their window had closed
    assert [one for one in town.heard(RESIDENT) if "老旧小区改造" in one]
    for before in (DAY, HOUR, 10 * MINUTE):
        await live_town.until(town, EVENING - before)
    assert await live_town.state_of(town, number) == "reminded"
    assert len([one for one in town.member_heard(ZHANG) if "老旧小区改造" in one]) == 5
    steps = [(row.step, row.recipient) for row in await town.all(Reminder) if row.state == "sent"]
    assert len(steps) == len(set(steps))
    await live_town.until(town, EVENING)
    assert await live_town.state_of(town, number) == "live"


async def test_a_question_by_the_code_is_noted_once_and_answered(town: Town) -> None:
    number = await live_town.approved(town)
    await live_town.until(town, EVENING - DAY)
    await town.scans(RESIDENT, "live", f"L{number}")
    assert "老旧小区改造" in town.heard(RESIDENT)[-1]
    await town.says(RESIDENT, "什么时候给我们楼装电梯")
    assert "第 1 号" in town.heard(RESIDENT)[-1]
    await live_town.until(town, EVENING + 5 * MINUTE)
    await town.says(NEIGHBOUR, "直播 停车位不够怎么办")
    assert "第 2 号" in town.heard(NEIGHBOUR)[-1]
    await town.writes(OFFICER, f"直播 问题 {number}")
    assert "装电梯" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, f"直播 结束 {number}")
    assert any("问题认领清单" in one for one in town.member_heard(ZHANG))
    await town.writes(ZHANG, "直播 1 已答 明年三月动工")
    assert "明年三月动工" in town.heard(RESIDENT)[-1]
    await town.writes(OFFICER, "直播 2 立案 李娜")
    assert "JH-2026-000001" in town.heard(NEIGHBOUR)[-1]
    assert (await town.case()).representative_code == "R2"
    assert await live_town.state_of(town, number) == "claimed"
    await town.passes(seconds=1)
    assert await live_town.state_of(town, number) == "published"
    await town.writes(LI, "下月在小区北侧划二十个车位")
    await town.passes(seconds=1)
    assert await live_town.state_of(town, number) == "followed_up"
    await live_town.until(town, EVENING + 31 * DAY, every=DAY)
    assert await live_town.state_of(town, number) == LiveState.ARCHIVED
    await town.assert_at_rest()


async def look(town: Town, number: int) -> tuple[int, str, str]:
    """Status, address and words behind the link of a session."""
    async with (
        aiohttp.ClientSession() as web,
        web.get(f"{address(town)}/live/L{number}", allow_redirects=False) as answer,
    ):
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.status, answer.headers.get("Location", ""), await answer.text()


def address(town: Town) -> str:
    return town.sim.callback_url.removesuffix("/wecom/callback")


async def test_the_link_leads_in_only_near_the_start(town: Town) -> None:
    number = await live_town.approved(town)
    await live_town.until(town, EVENING - 40 * MINUTE)
    status, where, text = await look(town, number)
    assert (status, where) == (200, "")
    assert "12月1日（周二）19:30 开始" in text
    assert LINK not in text
    await live_town.until(town, EVENING - 10 * MINUTE)
    assert (await look(town, number))[:2] == (302, LINK)
    await live_town.until(town, EVENING + 30 * MINUTE)
    assert (await look(town, number))[:2] == (302, LINK)
    await town.writes(OFFICER, f"直播 结束 {number}")
    status, where, text = await look(town, number)
    assert (status, where) == (200, "")
    assert "已经结束" in text


async def test_the_link_is_over_even_if_nobody_ends_it(town: Town) -> None:
    number = await live_town.approved(town)
    await live_town.until(town, EVENING + HOUR + 29 * MINUTE)
    assert (await look(town, number))[0] == 302
    await live_town.until(town, EVENING + HOUR + 30 * MINUTE)
    assert (await look(town, number))[0] == 200
    assert await live_town.state_of(town, number) == "ended"
    await town.passes(minutes=31)
    assert await live_town.state_of(town, number) == "followed_up"  # nobody asked anything


async def test_nobody_finds_a_draft_and_what_is_written_in_it_stays_text(town: Town) -> None:
    number = await live_town.draft(town, title="<script>alert(1)</script>")
    async with aiohttp.ClientSession() as web:
        for path in (f"/live/L{number}", "/live/L99", f"/code/L{number}.svg"):
            async with web.get(address(town) + path) as answer:
                assert answer.status == 404
    await town.writes(CENTRE, f"直播 同意 {number}")
    _, _, text = await look(town, number)
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    async with aiohttp.ClientSession() as web, web.get(f"{address(town)}/code/L{number}.svg") as answer:
        assert (answer.status, answer.content_type) == (200, "image/svg+xml")


async def test_36_questions_are_all_in_the_list_of_the_same_evening(town: Town) -> None:
    number = await live_town.approved(town)
    await live_town.until(town, EVENING + MINUTE)
    for place in range(36):
        who = (RESIDENT, NEIGHBOUR)[place % 2]
        await town.says(who, f"直播 {place + 1}号楼什么时候装电梯")
    await live_town.until(town, EVENING + HOUR)
    await town.writes(OFFICER, f"直播 结束 {number}")
    said = "".join(town.member_heard(ZHANG)[-4:])
    assert all(f"{place + 1}号楼什么时候装电梯" in said for place in range(36))
    assert said.count("由钱联络认领") == 36
    for place in range(1, 31):
        if place % 10 == 0:
            await town.passes(minutes=1)  # WeCom lets a member have thirty messages a minute
        await town.writes(OFFICER, f"直播 {place} 已答 明年三月排期")
    for place in range(31, 34):
        await town.writes(OFFICER, f"直播 {place} 立案 R1")
    await town.writes(OFFICER, "直播 34 并入 31")
    await town.writes(OFFICER, "直播 35 不采纳 和这次的主题无关")
    assert await live_town.state_of(town, number) == "ended"
    await town.writes(OFFICER, "直播 36 已答 明年三月排期")
    await town.passes(seconds=1)
    last = "".join(town.member_heard(ZHANG)[-4:])
    assert last.count(" —— ") == 36
    assert all(f"{place + 1}号楼什么时候装电梯" in last for place in range(36))
    assert {one.state.value for one in await live_town.questions(town)} == {
        "answered",
        "case",
        "merged",
        "declined",
    }
    assert [one.due_on for one in await live_town.questions(town) if one.case_id] != [None] * 3
    answers = "".join(town.heard(RESIDENT) + town.heard(NEIGHBOUR))
    await town.says(RESIDENT, "谢谢")
    await town.says(NEIGHBOUR, "谢谢")
    for _ in range(12):
        await town.says(RESIDENT, "您好")
        await town.says(NEIGHBOUR, "您好")
    answers = "".join(town.heard(RESIDENT) + town.heard(NEIGHBOUR))
    assert all(f"第 {place} 号问题" in answers for place in range(1, 37))
    await town.assert_at_rest()


async def test_a_message_that_comes_twice_is_asked_once(town: Town) -> None:
    await live_town.approved(town)
    await live_town.until(town, EVENING + MINUTE)
    town.sim.faults = Faults(duplicate_callbacks_every=1)
    await town.says(RESIDENT, "直播 什么时候装电梯")
    assert len(await live_town.questions(town)) == 1
    assert sum("第 1 号" in one for one in town.heard(RESIDENT)) == 1
    await town.says(RESIDENT, "直播 什么时候装电梯")
    assert [one.number for one in await live_town.questions(town)] == [1, 2]


async def test_danger_in_a_question_goes_the_emergency_way(town: Town) -> None:
    number = await live_town.approved(town)
    await town.scans(RESIDENT, "live", f"L{number}")
    await town.says(RESIDENT, "我家着火了，牡丹园3号楼")
    assert await live_town.questions(town) == []
    assert "119" in town.heard(RESIDENT)[1]
    assert (await town.case()).urgency == "emergency"
    await town.says(RESIDENT, "在五楼")  # belongs to the fire
    assert await live_town.questions(town) == []
    await town.says(NEIGHBOUR, "直播 有人要跳楼，在西庄村村委会")
    assert await live_town.questions(town) == []


async def test_what_a_station_does_not_decide_keeps_its_rules(town: Town) -> None:
    number = await live_town.approved(town)
    await town.scans(RESIDENT, "live", f"L{number}")
    await town.says(RESIDENT, "我要举报钱桥街道主任收受贿赂")
    assert await live_town.questions(town) == []
    assert (await town.case()).restricted


async def test_another_matter_and_a_picture_are_no_questions(town: Town) -> None:
    number = await live_town.approved(town)
    await town.scans(RESIDENT, "live", f"L{number}")
    await town.says(RESIDENT, "什么时候装电梯")
    await town.says(RESIDENT, "我要反映另一件事", menu_id="word:另一件")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.says(RESIDENT, "就在3号楼门口")
    assert len(await live_town.questions(town)) == 1
    assert len(await town.all(Case)) == 1


async def test_after_the_end_words_go_their_usual_way(town: Town) -> None:
    number = await live_town.approved(town)
    await town.scans(RESIDENT, "live", f"L{number}")
    await live_town.until(town, EVENING + 2 * HOUR)
    await town.says(RESIDENT, "牡丹园什么时候装电梯")
    assert await live_town.questions(town) == []
    assert (await town.case()).station_code == "QQ1"
    await town.says(NEIGHBOUR, "直播 西庄村的路灯坏了三天")
    assert {case.station_code for case in await town.all(Case)} == {"QQ1", "XZ1"}


async def test_an_asker_whose_window_is_closed_reads_the_answer_with_their_next_message(town: Town) -> None:
    number = await live_town.approved(town)
    await town.scans(RESIDENT, "live", f"L{number}")
    await town.says(RESIDENT, "什么时候装电梯")
    await live_town.until(town, EVENING + 2 * HOUR)  # eleven days later
    await town.writes(OFFICER, "直播 1 已答 明年三月动工")
    assert "对方一来信就先发给他" in town.member_heard(OFFICER)[-2] + town.member_heard(OFFICER)[-1]
    assert not any("明年三月动工" in one for one in town.heard(RESIDENT))
    await town.passes(hours=1)
    assert await live_town.state_of(town, number) == "claimed"
    await town.says(RESIDENT, "您好")
    assert any("明年三月动工" in one for one in town.heard(RESIDENT))
    await town.passes(hours=1)
    assert await live_town.state_of(town, number) == "followed_up"
    assert [one.told_at is not None for one in await live_town.questions(town)] == [True]
    await town.assert_at_rest()


async def test_officers_hear_of_answers_that_are_not_delivered_in_a_week(town: Town) -> None:
    number = await live_town.approved(town)
    await town.scans(RESIDENT, "live", f"L{number}")
    await town.says(RESIDENT, "什么时候装电梯")
    await live_town.until(town, EVENING + 2 * HOUR)
    await town.writes(OFFICER, "直播 1 已答 明年三月动工")
    await live_town.until(town, EVENING + 8 * DAY)
    assert await live_town.state_of(town, number) == "followed_up"
    assert any("一周还没送到" in one for one in town.member_heard(OFFICER))
    await town.assert_at_rest(parked=1)


async def test_merged_askers_read_the_answer_of_the_case(town: Town) -> None:
    number = await live_town.approved(town)
    await live_town.until(town, EVENING + MINUTE)
    await town.says(RESIDENT, "直播 什么时候装电梯")
    await town.says(NEIGHBOUR, "直播 电梯什么时候装上")
    await town.writes(OFFICER, f"直播 结束 {number}")
    await town.writes(OFFICER, "直播 2 并入 1")
    await town.writes(OFFICER, "直播 1 立案 张伟")
    assert "JH-2026-000001" in town.heard(RESIDENT)[-1]
    assert "张伟代表" in town.heard(NEIGHBOUR)[-1]
    assert "JH-2026" not in town.heard(NEIGHBOUR)[-1]
    await town.writes(OFFICER, "直播 1 并入 2")
    assert "不能并入它自己" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "直播 2 已答 好")
    assert "已经有着落" in town.member_heard(OFFICER)[-1]
    await town.writes(ZHANG, "#000001 设计图在公示，欢迎来看")
    await town.passes(seconds=1)
    assert "设计图在公示" in town.heard(NEIGHBOUR)[-1]
    assert await live_town.state_of(town, number) == "followed_up"
    await town.assert_at_rest()


async def test_questions_are_claimed_by_taps(town: Town) -> None:
    number = await live_town.approved(town)
    await live_town.until(town, EVENING + MINUTE)
    for words in ("什么时候装电梯", "停车位不够怎么办", "外墙什么时候修"):
        await town.says(RESIDENT, f"直播 {words}")
    await town.writes(OFFICER, f"直播 结束 {number}")
    first, second, third = [one.id for one in await live_town.questions(town)]
    await town.taps(OFFICER, f"live-answered:{first}")
    await town.taps(OFFICER, f"live-skip:{second}")
    await town.taps(OFFICER, f"live-case:{third}")
    await town.taps(ZHANG, f"live-case:{first}")  # somebody else was quicker
    await town.taps(OFFICER, f"live-answered:{second}")
    assert [one.state.value for one in await live_town.questions(town)] == ["answered", "answered", "case"]
    assert await live_town.state_of(town, number) == "claimed"
    await town.assert_at_rest()


async def test_whoever_does_not_sort_is_reminded_each_working_morning(town: Town) -> None:
    number = await live_town.approved(town, starts_at=EVENING - 8 * HOUR)  # 11:30
    await live_town.until(town, EVENING - 8 * HOUR + MINUTE)
    await town.says(RESIDENT, "直播 什么时候装电梯")
    await town.writes(OFFICER, f"直播 结束 {number}")

    def nagged(userid: str) -> int:
        return sum("还有 1 个问题没有着落" in one for one in town.member_heard(userid))

    await live_town.until(town, EVENING, every=HOUR)  # the evening, 18:00
    assert (nagged(OFFICER), nagged(ZHANG), nagged(CENTRE)) == (1, 1, 0)
    await live_town.until(town, EVENING + 13 * HOUR + 31 * MINUTE + 30 * MINUTE, every=HOUR)  # Wednesday, 09:01
    assert (nagged(OFFICER), nagged(CENTRE)) == (2, 0)
    await live_town.until(town, EVENING + 13 * HOUR + 2 * DAY + HOUR, every=HOUR)  # Friday
    assert (nagged(OFFICER), nagged(CENTRE)) == (4, 1)
    await live_town.until(town, EVENING + 13 * HOUR + 4 * DAY + HOUR, every=HOUR)  # Sunday
    assert (nagged(OFFICER), nagged(CENTRE)) == (4, 1)
    await town.writes(OFFICER, "直播 1 已答 明年三月动工")
    await live_town.until(town, EVENING + 13 * HOUR + 6 * DAY + HOUR, every=HOUR)  # Tuesday
    assert (nagged(OFFICER), nagged(CENTRE)) == (4, 1)


async def test_everyone_who_was_told_hears_of_a_move_once(town: Town) -> None:
    await live_town.subscribes(town, NEIGHBOUR)
    number = await live_town.approved(town)
    await town.scans(RESIDENT, "live", f"L{number}")
    await town.says(RESIDENT, "什么时候装电梯")
    await live_town.until(town, EVENING - 2 * DAY)
    await town.says(NEIGHBOUR, "您好")  # opens the window: the announcement comes
    await town.says(RESIDENT, "您好")
    later = EVENING + 7 * DAY
    await live_town.move(town, number, later, "设备检修")
    for who in (RESIDENT, NEIGHBOUR):
        assert sum("改时间了（设备检修）" in one for one in town.heard(who)) == 1
    assert "您提的问题还在" in town.heard(RESIDENT)[-1]
    assert sum("改到 12月8日" in one for one in town.member_heard(ZHANG)) == 1
    assert await live_town.state_of(town, number) == "approved"
    await live_town.until(town, EVENING + HOUR)
    assert not any("马上开始" in one for one in town.heard(NEIGHBOUR))
    assert await live_town.state_of(town, number) == "approved"
    await live_town.until(town, later - DAY)
    await town.says(NEIGHBOUR, "您好")
    for before in (HOUR, 10 * MINUTE):
        await live_town.until(town, later - before)
    assert sum("马上开始" in one for one in town.heard(NEIGHBOUR)) == 2
    assert sum("改时间了" in one for one in town.heard(NEIGHBOUR)) == 1


async def test_a_session_that_is_called_off_leaves_nobody_without_an_answer(town: Town) -> None:
    await live_town.subscribes(town, NEIGHBOUR)
    number = await live_town.approved(town)
    await town.scans(RESIDENT, "live", f"L{number}")
    await town.says(RESIDENT, "什么时候装电梯")
    await live_town.until(town, EVENING - 2 * DAY)
    await town.says(NEIGHBOUR, "您好")
    await town.says(RESIDENT, "您好")
    await live_town.cancel(town, number, "场地停电")
    assert sum("取消了（场地停电）" in one for one in town.heard(NEIGHBOUR)) == 1
    assert sum("直播取消了" in one and "JH-2026-000001" in one for one in town.heard(RESIDENT)) == 1
    assert sum("取消了" in one for one in town.heard(RESIDENT)) == 1
    assert (await look(town, number))[0] == 200
    await live_town.until(town, EVENING + DAY)
    waiting = [
        row.step for row in await town.all(Reminder) if row.state in ("waiting", "held") and "live" in row.subject
    ]
    assert waiting == []
    assert sum("老旧小区改造" in one for one in town.member_heard(ZHANG)[-3:]) <= 1
    await town.assert_at_rest()


async def test_a_promise_on_air_has_an_owner_and_a_date(town: Town) -> None:
    number = await live_town.approved(town, kind="inquiry", title="物业管理")
    await live_town.until(town, EVENING + 2 * HOUR)
    await live_town.until(town, EVENING + 14 * HOUR)  # 09:30
    assert any("还没有记下会上的承诺" in one for one in town.member_heard(OFFICER))
    await town.writes(OFFICER, f"直播 承诺 {number} 市政公司 2026-12-18 补种行道树")
    assert "12月18日" in town.member_heard(OFFICER)[-1]
    due = EVENING.replace(day=18, hour=1, minute=1)
    await live_town.until(town, due)
    assert any("今天到期" in one for one in town.member_heard(CENTRE))
    await live_town.until(town, due + 3 * DAY)  # Friday to Monday
    assert any("已经过期" in one for one in town.member_heard(OFFICER))
    await live_town.until(town, EVENING + 32 * DAY, every=DAY)
    assert await live_town.state_of(town, number) == "followed_up"
    await town.writes(OFFICER, "直播 兑现 1")
    await town.passes(seconds=1)
    assert await live_town.state_of(town, number) == "archived"
    await town.assert_at_rest()


async def test_an_answer_that_begins_like_an_order_reaches_the_constituent(town: Town) -> None:
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.writes(OFFICER, "直播的事我问过了，明晚有人来修")
    assert any("直播的事我问过了" in one for one in town.heard(RESIDENT))
    await town.writes(OFFICER, "直播 随便写写")
    assert "没有看懂" in town.member_heard(OFFICER)[-1]


async def test_the_words_of_refusals(town: Town) -> None:
    number = await live_town.approved(town)
    await live_town.until(town, EVENING + MINUTE)
    await town.says(RESIDENT, "直播 什么时候装电梯")
    for order, words in (
        ("直播 9 已答 好", "没有第 9 号"),
        ("直播 1 已答", "要点"),
        ("直播 1 不采纳", "原因"),
        ("直播 1 并入 1", "并入它自己"),
        ("直播 1 并入 8", "没有第 8 号"),
        ("直播 1 立案 赵六", "没有叫“赵六”的代表"),
        ("直播 同意 99", "没有第 99 场"),
        (f"直播 承诺 {number} 市政公司 某天 补种行道树", "日期没有看懂"),
        (f"直播 承诺 {number} 市政公司 2020-01-01 补种行道树", "时间已经过了"),
        ("直播 兑现 5", "没有第 5 号承诺"),
        (f"直播 恢复 {number}", "不能这样改"),
    ):
        await town.writes(OFFICER, order)
        assert words in town.member_heard(OFFICER)[-1], order
    await town.writes("wang.fang", f"直播 结束 {number}")  # of another station
    assert "没有第" in town.member_heard("wang.fang")[-1]
    assert await live_town.state_of(town, number) == "live"


async def test_a_question_that_was_taken_back_is_nobodys_task(town: Town) -> None:
    number = await live_town.approved(town)
    await live_town.until(town, EVENING + MINUTE)
    await town.says(RESIDENT, "直播 什么时候装电梯")
    (asked,) = await live_town.questions(town)
    await town.sim.recalls(RESIDENT, asked.platform_id)
    await town.settle()
    assert [one.state.value for one in await live_town.questions(town)] == ["withdrawn"]
    await town.writes(OFFICER, f"直播 结束 {number}")
    await town.passes(seconds=1)
    assert not any("装电梯" in one for one in town.member_heard(OFFICER))
