"""Live sessions from the chat: written down, put off when the stream breaks down, called off."""

from datetime import timedelta

import pytest

from bot.notices.screen import warning_of
from bot.services.live.drafts import Wanted, parse_draft
from bot.services.live.planning import LiveRefused
from storage.models import LiveSession
from tests.support.live_town import EVENING, LINK, approved, get, questions, state_of, subscribes
from tests.support.town import CENTRE, NEIGHBOUR, OFFICER, RESIDENT, ZHANG, Town

pytestmark = pytest.mark.long  # days and weeks pass: minutes together


def said(town: Town, member: str) -> str:
    return town.member_heard(member)[-1]


async def test_an_officer_writes_a_session_down_and_another_stands_for_it(town: Town) -> None:
    await town.writes(OFFICER, f"直播 安排 2026-12-01 19:30 老旧小区改造 代表张伟、李娜 {LINK} 90分钟")
    assert "等另一位负责同志同意" in said(town, OFFICER)
    await town.passes(seconds=2)
    assert "直播 同意 1" in said(town, CENTRE)
    (live,) = await town.all(LiveSession)
    assert (live.title, live.hosts, live.join_url) == ("老旧小区改造", ["R1", "R2"], LINK)
    assert (live.starts_at, live.ends_at - live.starts_at) == (EVENING, timedelta(minutes=90))
    await town.writes(CENTRE, "直播 同意 1")
    assert await state_of(town, 1) == "approved"


async def test_without_an_address_the_first_representative_broadcasts_in_wecom(town: Town) -> None:
    await town.writes(OFFICER, "直播 安排 12月1日 19:30 老旧小区改造 代表张伟")
    (live,) = await town.all(LiveSession)
    assert (live.platform, live.anchor_userid) == ("wecom", ZHANG)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("直播 安排", "请这样写"),
        ("直播 安排 2026-12-01 19:30 老旧小区改造", "请这样写"),
        ("直播 安排 2026-11-01 19:30 旧闻 代表张伟", "时间已经过了"),
        ("直播 安排 2026-12-01 29:30 夜话 代表张伟", "日期没有看懂"),
        ("直播 安排 2026-12-01 19:30 夜话 代表赵六", "没有叫“赵六”的代表"),
        ("直播 安排 2026-12-01 19:30 夜话 代表张伟 http://a.example/", "https://"),
        ("直播 改期 9 2026-12-01 19:30", "您名下没有第 9 场"),
        ("直播 取消 9", "您名下没有第 9 场"),
    ],
)
async def test_what_cannot_be_arranged_is_said_with_how_to_write_it(town: Town, words: str, why: str) -> None:
    await town.writes(OFFICER, words)
    assert why in said(town, OFFICER)
    assert await town.all(LiveSession) == []


async def test_a_host_asks_the_officer_to_move_it(town: Town) -> None:
    await approved(town)
    await town.writes(ZHANG, "直播 取消 1 有事")
    assert "由联络员、负责人或服务中心安排" in said(town, ZHANG)
    assert await state_of(town, 1) == "approved"


async def test_a_session_that_is_moved_three_times_tells_each_time_once_and_reminds_for_the_last(
    town: Town,
) -> None:
    await subscribes(town, RESIDENT)
    await approved(town)
    await town.walks(EVENING - timedelta(days=3) + timedelta(minutes=1), hours=6)
    for hour in ("20:00", "20:15", "20:30"):
        await town.says(RESIDENT, "您好")
        await town.writes(OFFICER, f"直播 改期 1 2026-12-01 {hour} 设备检修")
        await town.passes(seconds=3)
    moved = [one for one in town.heard(RESIDENT) if "设备检修" in one]
    assert len(moved) == 3
    assert "20:30" in moved[-1]
    assert (await get(town, 1)).starts_at == EVENING + timedelta(hours=1)


async def test_a_stream_that_broke_down_is_held_another_day_with_its_questions(town: Town) -> None:
    await approved(town)
    await town.walks(EVENING - timedelta(hours=1), hours=24)
    await town.scans(NEIGHBOUR, "live", "L1")
    await town.says(NEIGHBOUR, "什么时候装电梯")
    await town.walks(EVENING + timedelta(minutes=5))
    assert await state_of(town, 1) == "live"
    await town.writes(OFFICER, "直播 改期 1 2026-12-03 19:30 信号中断")
    await town.passes(seconds=3)
    live = await get(town, 1)
    assert (live.state.value, live.started_at) == ("collecting", None)  # it is less than three days ahead
    assert any("信号中断" in one for one in town.heard(NEIGHBOUR))
    assert [one.state.value for one in await questions(town)] == ["waiting"]


async def test_called_off_from_the_chat_it_is_told_and_its_questions_become_matters(town: Town) -> None:
    await approved(town)
    await town.scans(NEIGHBOUR, "live", "L1")
    await town.says(NEIGHBOUR, "什么时候装电梯")
    await town.writes(OFFICER, "直播 取消 1 停电")
    await town.passes(seconds=12)
    assert await state_of(town, 1) == "cancelled"
    assert [one.state.value for one in await questions(town)] == ["case"]


def test_title_people_address_and_length_in_any_order() -> None:
    wanted = Wanted("代表接待日 直播", ("张伟", "李娜"), LINK, 45)
    assert parse_draft(f"代表接待日 直播 {LINK} 45分钟 代表张伟、李娜") == wanted
    with pytest.raises(LiveRefused):
        parse_draft(f"夜话 {LINK} {LINK}")


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("什么时候装电梯", ""),
        ("3 号楼电梯坏了", ""),
        ("我的电话 13912345678，请回电", "有个人信息，勿上屏"),
        ("我家3号楼402室漏水", "有个人信息，勿上屏"),
        ("我叫王小明，想问问补贴", "有个人信息，勿上屏"),
        ("我今年12岁，学校门口没有斑马线", "可能是孩子提的，勿上屏"),
        ("我今年六十二岁，办老年卡要几天", ""),
        ("我今年十六岁，想去图书馆", "可能是孩子提的，勿上屏"),
        ("我是实验小学的学生，操场很晒", "可能是孩子提的，勿上屏"),
        ("我家孩子上小学，放学没人接", ""),
    ],
)
def test_what_should_stay_off_the_screen_is_marked(text: str, warned: str) -> None:
    assert warning_of(text) == warned
