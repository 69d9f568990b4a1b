"""统计 in the chat: an officer sees the figures of their station and the rows behind each."""

import orjson

from bot.services.duty import access
from bot.services.people import identify_member
from bot.services.statistics import counting, writing
from bot.services.statistics.figures import Query
from tests.scenarios.test_duty_entries import tap, visit
from tests.support.town import CENTRE, OFFICER, RESIDENT, START, ZHANG, Town


async def test_an_officer_asks_for_the_month_and_opens_a_figure(town: Town) -> None:
    await visit(town)
    await visit(town, "履职 昨天在牡丹园走访5户")
    await town.writes(OFFICER, "统计 本月")
    told = town.member_heard(OFFICER)[-1]
    assert "2026年11月履职统计" in told
    assert "合计：记录2 天数2 人数8" in told
    assert "联系代表和群众：记录2" in told
    await town.writes(OFFICER, "统计明细 本月 走访 人数")
    told = town.member_heard(OFFICER)[-1]
    assert "“人数”8，出自 2 条履职记录" in told
    assert "1 号 11月20日 张伟 走访 3" in told
    assert "2 号 11月19日 张伟 走访 5" in told
    await town.writes(OFFICER, "统计 去年")
    assert "没有记录" in town.member_heard(OFFICER)[-1]
    await town.assert_at_rest()


async def test_answers_by_station_and_the_matters_behind_them(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园3号楼前面的路灯坏了一个星期了")
    await town.writes(OFFICER, "统计 答复 本月")
    assert "收到1 待答1" in town.member_heard(OFFICER)[-1]
    await town.clock.advance(hours=2)
    await town.writes(ZHANG, "已联系路灯所，今晚来看。")
    await town.writes(OFFICER, "统计 答复 本月")
    told = town.member_heard(OFFICER)[-1]
    assert "钱桥联络站：收到1 已答1 按时1 已办1，首次答复中位 2 小时，按时率 100.0%" in told
    assert "满意率 0.0%" in told
    await town.writes(OFFICER, "统计明细 答复 本月 按时")
    assert "“按时”1 件：\nJH-2026-000001" in town.member_heard(OFFICER)[-1]


async def test_representatives_and_unknown_words_are_told_how(town: Town) -> None:
    await town.writes(ZHANG, "统计")
    assert "我的履职" in town.member_heard(ZHANG)[-1]
    await town.writes(OFFICER, "统计 什么时候")
    assert "没有看懂“什么时候”" in town.member_heard(OFFICER)[-1]


async def test_what_an_officer_may_not_see_is_in_none_of_their_figures(town: Town) -> None:
    await visit(town)
    await town.writes(ZHANG, "履职 今天在牡丹园调解两家纠纷，2人")
    await tap(town, ZHANG, "duty_ok")
    await town.writes(OFFICER, "统计 本月")
    assert "合计：记录1 天数1 人数3" in town.member_heard(OFFICER)[-1]
    await town.writes(CENTRE, "统计 本月")
    assert "合计：记录2 天数1 人数5" in town.member_heard(CENTRE)[-1]


async def test_the_same_month_counted_twice_is_the_same_file(town: Town) -> None:
    await visit(town)
    files = []
    for _ in range(2):
        async with town.bot.database.read() as session:
            context = await town.bot.office.open(session)
            viewer = access.viewer_of(context, identify_member(context, CENTRE))
            query = Query(START.date().replace(day=1), START.date(), ("station", "kind"))
            report = await counting.count(context, viewer, query)
            numbers = await counting.numbers_by_line(context, viewer, query)
            files.append(writing.render_json(report, 5, numbers))
        await town.passes(days=1)
    assert files[0] == files[1]
    (line,) = orjson.loads(files[0])["lines"]
    assert (line["name"], line["entries"], line["people"], line["entry_numbers"]) == (
        "钱桥联络站、走访",
        1,
        None,
        [1],
    )


async def test_a_regions_year_is_counted_in_one_report(town: Town) -> None:
    await visit(town)
    async with town.bot.database.read() as session:
        context = await town.bot.office.open(session)
        viewer = access.viewer_of(context, identify_member(context, CENTRE))
        year = await counting.count_year(context, viewer, "JH", 2026)
    assert (year.name, year.total.entries, year.total.people) == ("锦河区", 1, 3)
    assert [line.key for line in year.months] == [("2026-11",)]
    assert len(year.activity) == 12
    assert year.responses.total.received == 0
