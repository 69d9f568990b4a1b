"""履职积分 in the chat: one's own line by line, published to each alone, appealed against, counted again."""

from datetime import date

from sqlalchemy import func, select

from bot.services import tuning
from bot.services.scores import rules, telling
from storage.models import AuditLine, ScoreAppeal, ScorePublication
from tests.scenarios.test_duty_entries import tap, visit
from tests.support.town import CENTRE, LI, OFFICER, ZHANG, Town

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


async def choose(town: Town, label: str) -> None:
    async with town.bot.database.begin() as session:
        context = await town.bot.office.open(session)
        await tuning.change(context, "score_rules", [label], CENTRE)


async def points_of(town: Town, label: str, code: str = "R1", *, published: bool = False) -> str:
    async with town.bot.database.read() as session:
        context = await town.bot.office.open(session)
        at = await session.scalar(select(func.max(ScorePublication.published_at))) if published else None
        ruled = await rules.find(context, label)
        assert ruled is not None
        return str((await telling.count(context, ruled, code, *YEAR, at)).total)


async def test_without_rules_there_are_no_points(town: Town) -> None:
    await town.writes(ZHANG, "我的积分")
    assert "还没有选定积分规则" in town.member_heard(ZHANG)[-1]


async def test_ones_own_points_line_by_line_with_entry_numbers(town: Town) -> None:
    await choose(town, "jiangbei@1")
    await visit(town)
    await visit(town, "履职 今天在西庄村走访5户")
    await town.writes(ZHANG, "履职 昨天在西庄村视察道路工程")
    await tap(town, ZHANG, "duty_ok")
    await town.writes(ZHANG, "履职 今天在牡丹园调解两家纠纷，2人")
    await tap(town, ZHANG, "duty_ok")
    await town.writes(ZHANG, "我的积分")
    told = town.member_heard(ZHANG)[-1]
    assert "您2026年的履职积分：4 分" in told
    assert "视察调研 3 分：记录 3（3）" in told
    assert "接待走访 1 分：记录 1（1）；不计（同一天只计一次）：2" in told
    assert "调解" not in told, "of closed entries no line speaks"
    await town.assert_at_rest()


async def test_staff_see_those_of_their_station_and_nobody_a_list(town: Town) -> None:
    await choose(town, "dongbao@1")
    await town.writes(OFFICER, "积分 张伟 2026")
    assert "张伟代表2026年的履职积分：60 分" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "积分 王芳")
    assert "没有找到这位代表" in town.member_heard(OFFICER)[-1]
    async with town.bot.database.read() as session:
        acts = [line.act for line in await session.scalars(select(AuditLine))]
    assert "points of another station refused" in acts
    await town.writes(CENTRE, "积分 王芳")
    assert "王芳代表2026年的履职积分" in town.member_heard(CENTRE)[-1]
    await town.writes(LI, "积分 张伟")
    assert "60 分" not in town.member_heard(LI)[-1]


async def test_published_points_stay_what_they_were_and_are_appealed_against_in_time(town: Town) -> None:
    await choose(town, "jiangbei@1")
    await visit(town)
    await town.writes(OFFICER, "积分公布 2026")
    assert "由服务中心来做" in town.member_heard(OFFICER)[-1]
    await town.writes(CENTRE, "积分公布 2026")
    assert "通知了 3 位代表" in town.member_heard(CENTRE)[-1]
    heard = [one for one in town.member_heard(ZHANG) if "积分已经算好" in one]
    assert len(heard) == 1
    assert "1 分" not in heard[0], "the same words for everybody, nobody's points in them"
    await town.clock.advance(minutes=5)
    await visit(town, "履职 昨天在牡丹园走访5户")
    assert (await points_of(town, "jiangbei@1"), await points_of(town, "jiangbei@1", published=True)) == ("2", "1")
    await town.writes(ZHANG, "我的积分 2026")
    assert "履职积分：1 分" in town.member_heard(ZHANG)[-1], "as it stood when it was published"
    await town.writes(ZHANG, "积分申诉 昨天的走访没有算进去")
    assert "申诉已经收到，编号 1" in town.member_heard(ZHANG)[-1]
    assert "张伟代表对积分有异议（申诉 1）：昨天的走访没有算进去" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "积分申诉")
    assert "共 1 件，已答复 0 件" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "积分答复 1 已核对，重新公布时会算进去。")
    assert "已核对" in town.member_heard(ZHANG)[-1]
    await town.writes(OFFICER, "积分答复 1 再说一次")
    assert "已经答复过" in town.member_heard(OFFICER)[-1]
    await town.writes(CENTRE, "积分申诉")
    assert "共 1 件，已答复 1 件" in town.member_heard(CENTRE)[-1]
    async with town.bot.database.read() as session:
        (row,) = await session.scalars(select(ScoreAppeal))
    assert "走访".encode() not in row.words_sealed
    await town.clock.advance(days=11)
    await town.writes(ZHANG, "积分申诉 太晚了")
    assert "已经过了" in town.member_heard(ZHANG)[-1]


async def test_an_offices_own_rules_have_versions_and_the_old_one_still_counts(town: Town) -> None:
    await visit(town)
    body = {"title": "锦河区", "items": [{"name": "走访", "kinds": ["visit"], "points": 2}]}
    async with town.bot.database.begin() as session:
        context = await town.bot.office.open(session)
        assert (await rules.add(context, "jinhe", body, CENTRE)).label == "jinhe@1"
        body["items"][0]["points"] = "3.5"  # type: ignore[index]
        assert (await rules.add(context, "jinhe", body, CENTRE)).label == "jinhe@2"
    await choose(town, "jinhe@2")
    await town.writes(ZHANG, "我的积分")
    assert "3.5 分" in town.member_heard(ZHANG)[-1]
    assert (await points_of(town, "jinhe@1"), await points_of(town, "jinhe@2")) == ("2", "3.5")
