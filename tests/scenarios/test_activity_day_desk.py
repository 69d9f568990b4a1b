"""Activity days as officers and the centre keep them in the chat: rosters, topics, days besides, counts."""

from datetime import date

import pytest

from storage.models import ActivityDay, Attendance
from storage.states import ActivityState, AttendanceState
from tests.scenarios.test_activity_days import HELD_ON, accepted, adds, at, goes_to, held, opened, places, with_rule
from tests.support.rows import representative
from tests.support.town import CENTRE, LI, OFFICER, ZHANG, Town

pytestmark = pytest.mark.long  # days and weeks pass: minutes together

T = AttendanceState


def said(town: Town, member: str) -> str:
    return town.member_heard(member)[-1]


async def without_wecom(town: Town) -> None:
    """A representative of the station who is not on WeCom."""
    await adds(town, representative("R8", name="赵敏", station_code="QQ1", userid=None))


async def test_what_was_said_by_telephone_is_noted_by_the_officer(town: Town) -> None:
    await without_wecom(town)
    await opened(town)
    opened_notice = next(one for one in town.member_heard(OFFICER) if "名单开始定了" in one)
    assert "已经问这 2 位代表能不能来：张伟、李娜" in opened_notice
    assert "没有开通企业微信，请电话问：赵敏" in opened_notice
    await town.writes(OFFICER, "活动日 参加 1 赵敏")
    assert "赵敏代表参加" in said(town, OFFICER)
    await town.writes(OFFICER, "活动日 请假 1 李娜代表")
    await town.passes(seconds=6)
    assert "李娜代表来不了" in "".join(town.member_heard(OFFICER)[-3:])
    assert await places(town) == {"R1": T.INVITED, "R2": T.DECLINED, "R8": T.ACCEPTED, "R3": T.INVITED}
    await town.writes(OFFICER, "活动日 请假 1 李娜")
    assert "不在这次的名单里，或者已经说了来不了" in said(town, OFFICER)


async def test_an_officer_has_somebody_asked_besides_who_stays_on_the_roster(town: Town) -> None:
    await opened(town)
    await town.writes(OFFICER, "活动日 加人 1 王芳")
    assert "已请王芳代表参加" in said(town, OFFICER)
    await town.passes(seconds=6)
    await town.taps("wang.fang", "day_yes:1:1")
    await goes_to(town, at(date(2026, 12, 9), 9))
    assert (await places(town))["R3"] is T.ACCEPTED
    for words, why in (
        ("活动日 加人 1 没有这人", "没有叫“没有这人”的代表"),
        ("活动日 加人 9 王芳", "没有这个编号的活动日"),
        ("活动日 参加 1", "可以这样写"),
    ):
        await town.writes(OFFICER, words)
        assert why in said(town, OFFICER)
    await town.writes(ZHANG, "活动日 请假 1 李娜")
    assert "不能改它的名单" in said(town, ZHANG)
    assert (await places(town))["R2"] is T.INVITED


async def test_two_of_one_name_are_told_apart_by_code(town: Town) -> None:
    town.sim.add_member("li.na2", "李娜")
    await adds(town, representative("R8", name="李娜", station_code="QQ1", userid="li.na2"))
    await opened(town)
    await town.writes(OFFICER, "活动日 参加 1 李娜")
    assert "代码 R2" in said(town, OFFICER)
    assert "代码 R8" in said(town, OFFICER)
    await town.writes(OFFICER, "活动日 参加 1 R8")
    assert (await places(town))["R8"] is T.ACCEPTED
    assert (await places(town))["R2"] is T.INVITED


async def test_nothing_is_noted_on_a_roster_once_the_day_began(town: Town) -> None:
    await held(town)
    await town.writes(OFFICER, "活动日 加人 1 王芳")
    assert "进行中" in said(town, OFFICER)


async def test_the_topic_is_set_and_read_by_everyone_afterwards(town: Town) -> None:
    await with_rule(town)
    await town.writes(CENTRE, "活动日 主题 1 养老服务")
    assert "主题定为：养老服务" in said(town, CENTRE)
    await town.writes(CENTRE, "活动日 主题 1")
    assert "请写上主题" in said(town, CENTRE)
    await town.writes(CENTRE, "活动日 确认 1")
    assert "到日子会请代表" in said(town, CENTRE)
    await goes_to(town, at(date(2026, 12, 1), 9))
    assert "养老服务" in str(town.cards(ZHANG)[-1])


@pytest.mark.parametrize("words", ["2026-12-22", "12月22日", "12-22"])
async def test_a_day_besides_the_rules_is_confirmed_by_being_added(town: Town, words: str) -> None:
    await town.writes(CENTRE, f"活动日 加办 {words} 春节前走访")
    (day,) = await town.all(ActivityDay)
    assert (day.on_date, day.region_code, day.topic) == (date(2026, 12, 22), "JH", "春节前走访")
    assert day.state is ActivityState.CONFIRMED
    await town.writes(CENTRE, f"活动日 加办 {words}")
    assert "已经有这个区域的活动日" in said(town, CENTRE)
    await town.writes(CENTRE, "活动日 加办 2026-11-01")
    assert "今天以后" in said(town, CENTRE)
    await town.writes(OFFICER, f"活动日 加办 {words}")
    assert "没有发给任何人" in said(town, OFFICER)


async def test_a_date_may_be_written_as_people_write_dates(town: Town) -> None:
    await with_rule(town)
    for words in ("2026-02-30", "哪天都行"):
        await town.writes(CENTRE, f"活动日 改期 1 {words}")
        assert "没有看懂日子，或者没有这一天" in said(town, CENTRE)
    await town.writes(CENTRE, "活动日 改期 1 12月16日 换场地")
    (day,) = await town.all(ActivityDay)
    assert day.on_date == date(2026, 12, 16)


async def test_who_asks_how_to_name_somebody_may_still_answer_by_the_card(town: Town) -> None:
    await opened(town)
    await town.taps(ZHANG, "day_swap:1:1")
    assert "换人 1 代表姓名" in said(town, ZHANG)
    await town.taps(ZHANG, "day_yes:1:1")
    assert (await places(town))["R1"] is T.ACCEPTED
    assert "已回复：参加" in str(town.cards(ZHANG)[-1])


async def test_who_asks_for_another_date_may_still_confirm_by_the_card(town: Town) -> None:
    await with_rule(town)
    await town.taps(CENTRE, "day_other:1:20261215")
    assert "活动日 改期 1" in said(town, CENTRE)
    await town.taps(CENTRE, "day_confirm:1:20261215")
    (day,) = await town.all(ActivityDay)
    assert day.state is ActivityState.CONFIRMED


async def test_the_card_of_the_morning_shows_that_one_is_checked_in(town: Town) -> None:
    await accepted(town)
    await goes_to(town, at(date(2026, 12, 14), 18))
    await goes_to(town, at(HELD_ON, 8))
    await town.taps(ZHANG, "day_in:1:1")
    assert "已签到" in str(town.cards(ZHANG)[-1])
    (place,) = [one for one in await town.all(Attendance) if one.representative_code == "R1"]
    assert place.state is T.PRESENT


async def test_staff_see_who_came_less_often_than_they_should(town: Town) -> None:
    await accepted(town)
    await town.writes(OFFICER, "活动日 次数")
    assert "2026 年每位代表到站接待 2 次" in said(town, OFFICER)
    assert "张伟　钱桥联络站　1 次" in said(town, OFFICER)
    await town.writes(LI, "活动日 次数")
    assert "可以这样写" in said(town, LI)
