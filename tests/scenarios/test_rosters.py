"""值班, 换班: asking, agreeing, refusing; and whose the next matter is."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from bot.assignment import Inquiry, Roster
from bot.services import deciding, duty_times, roster_swaps
from bot.services.duty_times import Span
from bot.services.office import PeopleCache
from bot.services.people import identify_member
from bot.services.roster_swaps import SwapRefused
from storage.models import (
    AuditLine,
    Case,
    Leave,
    Region,
    RosterSlot,
    RosterSwap,
    StaffMember,
    Station,
)
from storage.rules import note_roster_change
from tests.support.rows import representative
from tests.support.town import CENTRE, LI, NEIGHBOUR, OFFICER, RESIDENT, ZHANG, Town

WANG = "wang.fang"
LIGHT = "路灯坏了三天了"
TODAY = date(2026, 11, 20)  # a Friday; 李娜 is on duty 09:00-11:00, it is 09:30
REFUSED = [
    ("换班 明天 张伟", "没有排班"),
    ("换班 2026-11-19 张伟", "已经过去"),
    ("换班 今天 赵六", "没有叫“赵六”的代表"),
    ("换班 今天 李娜", "不能换给本人"),
    ("换班 今天 孙立", "那天请假"),
    ("换班 今天 周全", "那个时候也在值班"),
    ("换班 今天 吴敏", "代码 R6"),
    ("换班 今天 郑远", "不是这一片的代表"),
    ("换班 今天 R8", "还没有企业微信账号"),
    ("换班 2026-13-40 张伟", "没有这一天"),
    ("换班 张伟", "请这样写"),
    ("换班", "请这样写"),
]


async def keeps(town: Town, *rows: object) -> None:
    """The roster as it is after an import."""
    async with town.bot.database.begin() as session:
        session.add_all(rows)
        await note_roster_change(session, town.clock.now(), "import")
    await town.passes(seconds=1)


def slot(number: int, whose: str, on: date | None, start: str, end: str, **more: object) -> RosterSlot:
    fields = {"station_code": "QQ1", "weekday": None, **more}
    return RosterSlot(id=number, representative_code=whose, on_date=on, start=start, end=end, **fields)


async def owner_of_the_next(town: Town, who: str = RESIDENT) -> str | None:
    """Whose a new matter by the station's code is."""
    await town.scans(who, "station", "QQ1")
    await town.says(who, LIGHT)
    return (await town.all(Case))[-1].representative_code


async def on_duty(town: Town, code: str, day: date = TODAY) -> list[tuple[str, str]]:
    async with town.bot.database.read() as session:
        times = await duty_times.of_representative(session, code, Span(day, day, town.bot.office.zone))
    return [(one.slot.start, one.slot.representative_code) for one in times]


def said(town: Town, member: str) -> str:
    return town.member_heard(member)[-1]


async def test_after_a_swap_is_agreed_a_new_matter_goes_to_the_stand_in(town: Town) -> None:
    await town.writes(LI, "换班 2026-11-20 张伟")
    assert "已经问张伟代表能不能替班" in said(town, LI)
    assert "李娜代表请您替一下班" in str(town.cards(ZHANG)[-1])
    assert "11月20日（周五） 09:00–11:00 钱桥联络站" in str(town.cards(ZHANG)[-1])
    assert await owner_of_the_next(town) == "R2"  # it does not count yet
    await town.taps(ZHANG, "swapyes:1")
    assert "请您替李娜代表" in said(town, ZHANG)
    assert "由张伟代表替您" in said(town, LI)
    assert "张伟代表替李娜代表" in said(town, OFFICER)
    assert await owner_of_the_next(town, NEIGHBOUR) == "R1"
    await town.assert_at_rest()


async def test_the_card_shows_what_was_answered_and_a_second_tap_changes_nothing(town: Town) -> None:
    await town.writes(LI, "换班 今天 张伟")
    await town.sim.member_taps(ZHANG, None, "swapyes:1")
    await town.sim.member_taps(ZHANG, None, "swapno:1")
    await town.settle()
    assert "已同意" in str(town.cards(ZHANG)[-1])
    assert any("您已经回复过了" in one for one in town.member_heard(ZHANG))
    (row,) = await town.all(RosterSwap)
    assert (row.agreed_at, row.declined_at) == (town.clock.now(), None)
    async with town.bot.database.read() as session:
        acts = list(await session.scalars(select(AuditLine.act).order_by(AuditLine.id)))
    assert acts == ["roster swap asked", "roster swap agreed"]


async def test_nobody_answers_for_another(town: Town) -> None:
    await town.writes(LI, "换班 今天 张伟")
    async with town.bot.database.begin() as session:
        context = await town.bot.office.open(session)
        with pytest.raises(SwapRefused) as refused:
            await roster_swaps.answer(context, identify_member(context, WANG), [1], True, "", "")
    assert refused.value.said.why == "gone"
    assert await owner_of_the_next(town) == "R2"


async def test_a_refusal_leaves_the_roster_and_tells_asker_and_officer(town: Town) -> None:
    await town.writes(LI, "换班 今天 张伟代表")
    await town.taps(ZHANG, "swapno:1")
    assert "排班没有变" in said(town, ZHANG)
    assert "张伟代表那天不便替班" in said(town, LI)
    assert "李娜代表想换班" in said(town, OFFICER)
    assert await owner_of_the_next(town) == "R2"


async def test_whoever_was_asked_first_need_not_answer_when_another_is_asked(town: Town) -> None:
    await town.writes(LI, "换班 今天 张伟")
    await town.writes(LI, "换班 今天 张伟")
    assert "已经问过张伟代表" in said(town, LI)
    assert len(town.cards(ZHANG)) == 1
    await town.writes(LI, "换班 今天 王芳")
    await town.taps(ZHANG, "swapyes:1")
    assert "不用您再回复" in said(town, ZHANG)
    await town.taps(WANG, "swapyes:2")
    assert await owner_of_the_next(town) == "R3"


async def test_one_of_two_slots_is_told_by_its_time(town: Town) -> None:
    await keeps(town, slot(2, "R2", TODAY, "14:00", "17:00"))
    await town.writes(LI, "换班 今天 15:00 张伟")
    assert "没有 15:00 开始的班" in said(town, LI)
    assert "14:00–17:00" in said(town, LI)
    await town.writes(LI, "换班 11月20日 14点 张伟")
    await town.taps(ZHANG, "swapyes:1")
    assert await on_duty(town, "R2") == [("09:00", "R2")]
    assert await on_duty(town, "R1") == [("14:00", "R2")]
    assert await owner_of_the_next(town) == "R2"
    await town.passes(hours=5)
    assert await owner_of_the_next(town, NEIGHBOUR) == "R1"


async def test_without_a_time_all_slots_of_the_day_are_asked_for_at_once(town: Town) -> None:
    await keeps(town, slot(2, "R2", TODAY, "14:00", "17:00"))
    await town.writes(LI, "换班 今天 张伟")
    (card,) = town.cards(ZHANG)
    assert "09:00–11:00" in str(card)
    assert "14:00–17:00" in str(card)
    await town.taps(ZHANG, "swapyes:1.2")
    assert await on_duty(town, "R1") == [("09:00", "R2"), ("14:00", "R2")]
    assert await on_duty(town, "R2") == []


async def test_a_night_is_the_stand_ins_until_morning(town: Town) -> None:
    await keeps(town, slot(2, "R2", None, "22:00", "06:00", weekday=4))
    await town.writes(LI, "换班 今天 22:00 张伟")
    await town.taps(ZHANG, "swapyes:1")
    await town.passes(hours=14, minutes=30)  # midnight
    assert await owner_of_the_next(town) == "R1"
    await town.writes(ZHANG, "值班")
    assert "11月20日（周五） 22:00–次日 06:00 钱桥联络站（替李娜代表）" in said(town, ZHANG)


async def test_a_stand_in_passes_it_on_and_it_can_be_given_back(town: Town) -> None:
    await town.writes(LI, "换班 今天 张伟")
    await town.taps(ZHANG, "swapyes:1")
    await town.passes(minutes=1)
    await town.writes(ZHANG, "换班 今天 王芳")
    await town.taps(WANG, "swapyes:2")
    assert await owner_of_the_next(town) == "R3"
    assert await on_duty(town, "R1") == []
    await town.passes(minutes=1)
    await town.writes(WANG, "换班 今天 李娜")
    await town.taps(LI, "swapyes:3")
    assert await owner_of_the_next(town, NEIGHBOUR) == "R2"
    assert await on_duty(town, "R3") == []


async def test_an_officer_sets_it_at_once_for_their_station(town: Town) -> None:
    await town.writes(OFFICER, "换班 2026-11-20 李娜 张伟")
    assert said(town, OFFICER).startswith("换班已定，张伟代表替李娜代表")
    assert "请您替李娜代表" in said(town, ZHANG)
    assert "由张伟代表替您" in said(town, LI)
    assert await owner_of_the_next(town) == "R1"
    await town.writes(CENTRE, "换班 2026-11-20 09:00 张伟 王芳")
    assert await owner_of_the_next(town, NEIGHBOUR) == "R3"


async def test_an_officer_of_another_station_does_not(town: Town) -> None:
    await keeps(town, StaffMember(userid="officer.xz", name="西联络", role="officer", station_code="XZ1"))
    town.sim.add_member("officer.xz", "西联络")
    await town.writes("officer.xz", "换班 2026-11-20 李娜 张伟")
    assert "不在您的联络站" in said(town, "officer.xz")
    await town.writes(LI, "换班 2026-11-20 李娜 张伟")
    assert "没有看懂要换谁的班" in said(town, LI)
    assert await town.all(RosterSwap) == []


async def test_what_cannot_be_is_said_in_plain_words(town: Town) -> None:
    other = [
        Region(code="SH", name="山区", parent_code=None, level="district"),
        Station(code="SH1", name="山联络站", kind="station", region_code="SH"),
    ]
    people = {"R4": "孙立", "R5": "周全", "R6": "吴敏", "R7": "吴敏", "R8": "钱多", "R9": "郑远"}
    rows = [
        representative(code, name=name, userid=None if code == "R8" else code, station_code="QQ1")
        for code, name in people.items()
    ]
    rows[-1].station_code = "SH1"
    for one in (*other, *rows):
        await keeps(town, one)
    leave = Leave(representative_code="R4", first_on=TODAY, last_on=TODAY, noted_at=town.clock.now())
    await keeps(town, leave, slot(2, "R5", TODAY, "10:59", "12:00", station_code="XZ1"))
    for words, why in REFUSED:
        await town.writes(LI, words)
        assert why in said(town, LI), words
    assert await town.all(RosterSwap) == []


async def test_what_changed_meanwhile_is_seen_when_it_is_agreed(town: Town) -> None:
    await town.writes(LI, "换班 今天 张伟")
    await town.writes(OFFICER, "换班 今天 李娜 王芳")
    await town.taps(ZHANG, "swapyes:1")
    assert "不用您再回复" in said(town, ZHANG)
    assert await owner_of_the_next(town) == "R3"


async def test_a_slot_that_is_over_is_not_swapped_any_more(town: Town) -> None:
    await town.writes(LI, "换班 今天 张伟")
    await town.passes(hours=2)
    await town.taps(ZHANG, "swapyes:1")
    assert "已经过去" in said(town, ZHANG)
    await town.writes(LI, "换班 今天 张伟")
    assert "已经过去" in said(town, LI)


async def test_a_stand_in_who_takes_leave_is_passed_over(town: Town) -> None:
    await town.writes(OFFICER, "换班 今天 李娜 王芳")
    await town.writes(WANG, "请假 今天")
    assert await owner_of_the_next(town) in {"R1", "R2"}  # the next in order of the station
    await town.writes(OFFICER, "值班")
    assert "王芳代表（替李娜代表，请假）" in said(town, OFFICER)


async def test_a_swap_and_the_next_matter_in_one_batch(town: Town) -> None:
    await town.writes(LI, "换班 今天 张伟")
    await town.scans(RESIDENT, "station", "QQ1")
    await town.says(RESIDENT, LIGHT)
    await town.sim.enter(NEIGHBOUR, "station", "QQ1")
    await town.sim.member_taps(ZHANG, None, "swapyes:1")
    await town.sim.quiet()
    await town.sim.says(NEIGHBOUR, LIGHT)
    await town.settle()
    assert [case.representative_code for case in await town.all(Case)] == ["R2", "R1"]


async def test_another_process_knows_at_once(town: Town) -> None:
    """Its roster was read before, and nothing about a swap makes it read that anew."""
    other = replace(town.bot.office, people=PeopleCache())

    async def decides() -> tuple[str | None, Roster]:
        async with town.bot.database.read() as session:
            context = await other.open(session)
            inquiry = Inquiry("1", LIGHT, scene="station", scene_param="QQ1")
            return (await deciding.ask(context, inquiry)).representative, context.roster

    before, roster = await decides()
    await town.writes(OFFICER, "换班 今天 李娜 张伟")
    after, same_roster = await decides()
    assert (before, after) == ("R2", "R1")
    assert same_roster is roster


async def test_duty_lists_are_each_ones_own_and_the_stations(town: Town) -> None:
    await keeps(
        town, slot(2, "R1", None, "14:00", "17:00", weekday=1), slot(3, "R1", None, "08:00", "09:00", weekday=4)
    )
    await town.writes(ZHANG, "值班")
    listed = said(town, ZHANG)
    assert "您近 14 天的班：\n11月24日（周二） 14:00–17:00 钱桥联络站" in listed
    assert listed.count("11月27日（周五） 08:00–09:00") == 1
    assert "11月20日" not in listed  # today's is over
    assert "李娜" not in listed
    await town.writes(OFFICER, "值班表")
    assert "站里近 14 天的班：\n11月20日（周五） 09:00–11:00 钱桥联络站 李娜代表" in said(town, OFFICER)
    await town.writes(WANG, "值班。")
    assert "您近 14 天没有排班" in said(town, WANG)


@pytest.mark.parametrize(
    "words", ["换班的事我问过了，明天有人在", "值班室的灯也坏了", "日历上写着周二", "换日历的事不归我管"]
)
async def test_an_answer_that_begins_with_such_a_word_is_an_answer(town: Town, words: str) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, LIGHT)
    await town.writes(ZHANG, words)
    assert words in str(town.sim.chat(RESIDENT))


async def test_strangers_are_told_that_they_are(town: Town) -> None:
    town.sim.add_member("nobody.here", "路人")
    for words in ("值班", "换班 今天 张伟", "日历", "换日历"):
        await town.writes("nobody.here", words)
        assert "还没有登记" in said(town, "nobody.here")


async def test_a_stand_in_who_takes_leave_afterwards_is_told_on_and_once(town: Town) -> None:
    await keeps(town, slot(2, "R2", date(2026, 11, 25), "14:00", "17:00"))
    await town.writes(LI, "换班 2026-11-25 张伟")
    await town.taps(ZHANG, "swapyes:1")
    await town.writes(ZHANG, "请假 2026-11-24 至 2026-11-26")
    assert "这几天您有班：11月25日（周三） 14:00–17:00 钱桥联络站" in said(town, ZHANG)
    assert "答应替您值班的张伟代表请假了" in said(town, LI)
    assert "张伟代表（替李娜代表）请假了" in said(town, OFFICER)
    assert "换班 2026-11-25 张伟 替班代表姓名" in said(town, OFFICER)
    heard = len(town.member_heard(OFFICER))
    await town.writes(ZHANG, "请假 2026-11-25")  # they are away on that day already
    assert len(town.member_heard(OFFICER)) == heard
    await town.writes(OFFICER, "换班 2026-11-25 张伟 王芳")
    assert await on_duty(town, "R3", date(2026, 11, 25)) == [("14:00", "R2")]
    await town.assert_at_rest()


async def test_leave_without_duty_times_tells_nobody_but_who_takes_it(town: Town) -> None:
    heard = len(town.member_heard(OFFICER))
    await town.writes(ZHANG, "请假 明天")
    assert "班" not in said(town, ZHANG)
    assert len(town.member_heard(OFFICER)) == heard
