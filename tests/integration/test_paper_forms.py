"""A day on the paper forms, kept as a spreadsheet: the same figures as the same day typed in the chat."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from bot.services import imports
from bot.services.exports import month_report
from bot.services.exports.month_report import MonthReport
from bot.services.imports import Count, ImportRefused
from storage.duty_reading import KindCount
from storage.models import Reception
from tests.integration.test_duty_paper import figures, load
from tests.scenarios.test_duty_entries import tap
from tests.support.town import OFFICER, ZHANG, Town, open_town

RECEPTION = [
    ["人大代表接待选民（群众）登记表"],
    [],
    ["站点：钱桥联络站", None, "日期：2026年11月20日"],
    [
        "序号",
        "接待时间",
        "接待代表",
        "来访人\n姓名",
        "联系方式",
        "人 数",
        "反映事项",
        "意见",
        "建议",
        "处理情况",
        "备注",
    ],
    [1, "09:30", "张伟", "王大爷", "13800000000", "4人", "反映停车难", "1条", 0, "已转办", ""],
    [2, "10:00—10:20", "〃", "李女士", None, 2, "建议增设公交站", 1, "1条", "", ""],
    [None, None, "李娜代表", "", "", 1, "咨询社保", 0, 0, "当场答复", ""],
    ["合计", None, None, None, None, 7, None, 2, 1],
    ["接待代表签名：", None, None, "联络员签名："],
]
REGISTER = [
    ["履职登记表"],
    ["姓名", "张伟", "编号", "R1"],
    ["日期", "类别", "地点（联络站）", "内容", "人数", "本人签名"],
    [datetime(2026, 11, 19), "走访", "牡丹园", "走访3户居民、反映路灯不亮", 3, ""],
    ["", "走访", "西庄村", "走访2户", 2, ""],
    ["登记人：王芳"],
]


@pytest.fixture
async def town(tmp_path: Path):
    async with open_town(tmp_path) as opened:
        yield opened


def book(path: Path, **sheets: list[list[Any]]) -> Path:
    made = Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


async def month_of(town: Town) -> tuple[MonthReport, list[KindCount]]:
    async with town.bot.database.read() as session:
        report = await month_report.count_month(session, "JH", date(2026, 11, 1))
    return report, (await figures(town, "R1"))[0]


async def test_the_same_day_typed_and_imported_gives_the_same_month(town: Town, tmp_path: Path) -> None:
    folder = tmp_path / "typed"
    folder.mkdir()
    async with open_town(folder) as typed:
        for words in ("昨天在牡丹园走访3户居民，反映路灯不亮", "昨天在西庄村走访2户"):
            await typed.writes(ZHANG, f"履职 {words}")
            await tap(typed, ZHANG, "duty_ok")
        for words in ("4人 意见1条 建议0条 反映停车难 代表张伟", "2人 意见1条 建议1条 建议增设公交站 代表张伟"):
            await typed.writes(OFFICER, f"接待 {words}")
            await tap(typed, OFFICER, "desk_done")
        await typed.writes(OFFICER, "接待 1人 意见0条 建议0条 咨询社保 代表李娜")
        await tap(typed, OFFICER, "desk_done")
        await typed.passes(seconds=61)
        by_hand = await month_of(typed)

    path = book(tmp_path / "day.xlsx", 接待登记表=RECEPTION, 履职登记表=REGISTER)
    assert await load(town, path) == Count(created=5)
    assert await month_of(town) == by_hand
    assert by_hand[0].totals.received == 7
    assert await load(town, path) == Count(unchanged=5), "the same sheet again changes nothing"


async def test_who_came_and_how_to_reach_them_is_not_kept(town: Town, tmp_path: Path) -> None:
    await load(town, book(tmp_path / "day.xlsx", 接待登记表=RECEPTION))
    async with town.bot.database.read() as session:
        context = await town.bot.office.open(session)
        matters = []
        for one in await town.all(Reception):
            from bot.services.receptions.noting import matter_of

            matters.append(await matter_of(context, one))
    assert matters == ["反映停车难", "建议增设公交站", "咨询社保"]


def change(rows: list[list[Any]], line: int, column: int, value: Any) -> list[list[Any]]:
    changed = [list(row) for row in rows]
    changed[line - 1][column - 1] = value
    return changed


@pytest.mark.parametrize(
    ("line", "column", "value", "fault"),
    [
        (5, 3, "赵六", "day.xlsx[接待登记表]:5: 接待代表: 找不到这位代表"),
        (5, 3, "张伟、李娜", "day.xlsx[接待登记表]:5: 接待代表: 一行写一位代表；几位代表一起的请分行写"),
        (5, 6, "几个", "day.xlsx[接待登记表]:5: 人数: “几个”要填 0 到 5000 的整数"),
        (5, 6, None, "day.xlsx[接待登记表]:5: 人数: 接待要填这一格"),
        (6, 7, None, "day.xlsx[接待登记表]:6: 反映事项: 不能为空"),
        (3, 3, "日期：2026年11月31日", "day.xlsx[接待登记表]:5: 接待时间: 日期“2026年11月31日”要写成 2026-12-08"),
        (3, 3, "", "day.xlsx[接待登记表]:5: 接待时间: 不能为空"),
        (3, 3, "日期：2026年12月20日", "day.xlsx[接待登记表]:5: 接待时间: 这一天还没有到"),
        (3, 1, "站点：没有的站", "day.xlsx[接待登记表]:5: 站点: 找不到站点“没有的站”"),
        (4, 7, "什么", "day.xlsx[接待登记表]:4: 文件: 缺少内容这一列"),
        (4, 10, "意见", "day.xlsx[接待登记表]:4: 意见: 这一列出现了两次"),
        (4, 1, "登记号", "day.xlsx[接待登记表]:4: 登记号: 这是从系统里导出的表"),
    ],
)
async def test_a_fault_is_told_by_file_line_and_the_head_of_the_paper(
    town: Town, tmp_path: Path, line: int, column: int, value: Any, fault: str
) -> None:
    path = book(tmp_path / "day.xlsx", 接待登记表=change(RECEPTION, line, column, value))
    with pytest.raises(ImportRefused) as refused:
        await load(town, path)
    assert str(refused.value).startswith(fault)
    assert not await town.entries()


async def test_a_sheet_without_heads_is_told_what_heads_there_are(town: Town, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match=r"day.xlsx\[接待登记表\]:1: 文件: 找不到表头"):
        await load(town, book(tmp_path / "day.xlsx", 接待登记表=[["接待登记表"], [1, 2, 3]]))


async def test_two_who_receive_together_count_their_visitors_once(town: Town, tmp_path: Path) -> None:
    together = [*RECEPTION[:5], [None, None, "李娜", "", "", 0, "反映停车难", 0, 0]]
    assert await load(town, book(tmp_path / "day.xlsx", 接待登记表=together)) == Count(created=2)
    report, _ = await month_of(town)
    assert (report.totals.received, report.totals.opinions) == (4, 1)


async def test_a_form_of_each_day_may_be_a_sheet_of_its_own(town: Town, tmp_path: Path) -> None:
    earlier = change(RECEPTION, 3, 3, "日期：2026-11-18")
    path = book(
        tmp_path / "days.xlsx", **{"接待登记表18日": earlier, "接待登记表20日": RECEPTION, "说明": [["甲"]]}
    )
    assert await load(town, path) == Count(created=6)
    assert {f"{one.occurred_on}" for one in await town.all(Reception)} == {"2026-11-18", "2026-11-20"}


def test_what_the_bot_exported_is_not_taken_for_a_paper_day(tmp_path: Path) -> None:
    from bot.services.exports.xlsx import COLUMNS

    rows = [[name for name, _ in COLUMNS], [1, "R1", "张伟", "2026-11-20", "走访", "牡丹园", "走访"]]
    tables = imports.read(book(tmp_path / "out.xlsx", 履职登记表=rows))
    assert any("已经在册" in fault.what for fault in tables.faults)
