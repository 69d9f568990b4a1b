"""A day on paper, filled in as a sheet: on record with the figures that typing it in would have given."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.services import imports
from bot.services.imports import Count, ImportRefused
from bot.services.verification import find_violations
from storage import duty_reading, receptions
from storage.duty_reading import KindCount
from storage.models import ActivityDay, ActivitySite, Attendance, DutyEntry, Reminder
from storage.receptions import Counts
from storage.states import ActivityState, AttendanceState
from tests.scenarios.test_duty_entries import tap
from tests.support.town import OFFICER, ZHANG, Town, open_town

HEADER = "日期,代表,类别,地点,人数,内容,意见,建议"
DAY = (
    "2026-11-19,张伟,走访,牡丹园,3,走访3户居民，反映路灯不亮,,",
    "2026-11-19,R1,走访,西庄村,2,走访2户,,",
    "2026-11-20,张伟代表,接待,钱桥联络站,4,接待4人，反映停车难,1,0",
    "2026/11/20,李娜,培训,,,参加代表培训班,,",
)


@pytest.fixture
async def town(tmp_path: Path):
    async with open_town(tmp_path) as opened:
        yield opened


def sheet(folder: Path, *rows: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "duty.csv").write_text("\n".join([HEADER, *(f"{row.replace('，', '、')}" for row in rows)]), "utf-8")
    return folder


async def load(town: Town, path: Path) -> Count:
    tables = imports.read(path)
    async with town.bot.database.begin() as session:
        await imports.apply(session, tables)
        context = await town.bot.office.open(session)
        return await imports.apply_duty(replace(context, now=town.clock.now()), tables)


async def figures(town: Town, code: str) -> tuple[list[KindCount], Counts]:
    async with town.bot.database.read() as session:
        kinds = await duty_reading.count_kinds(session, code, date(2026, 11, 1), date(2026, 11, 30))
        counts = await receptions.count_by_station(session, ["QQ1"], date(2026, 11, 1), date(2026, 11, 30))
        assert [one async for one in find_violations(session, now=town.clock.now())] == []
    return list(kinds), counts.get("QQ1", Counts())


async def test_a_sheet_gives_the_figures_that_typing_it_in_gives(town: Town, tmp_path: Path) -> None:
    folder = tmp_path / "typed"
    folder.mkdir()
    async with open_town(folder) as typed:
        for words in ("昨天在牡丹园走访3户居民，反映路灯不亮", "昨天在西庄村走访2户"):
            await typed.writes(ZHANG, f"履职 {words}")
            await tap(typed, ZHANG, "duty_ok")
        await typed.writes(OFFICER, "接待 4人 意见1条 建议0条 反映停车难 代表张伟")
        await tap(typed, OFFICER, "desk_done")
        await typed.passes(seconds=61)
        by_hand = await figures(typed, "R1")

    assert await load(town, sheet(tmp_path / "in", *DAY)) == Count(created=4)
    assert await figures(town, "R1") == by_hand


async def test_the_same_sheet_twice_changes_nothing_and_a_changed_row_is_a_further_entry(
    town: Town, tmp_path: Path
) -> None:
    await load(town, sheet(tmp_path / "in", *DAY))
    before = await town.entries()
    assert await load(town, sheet(tmp_path / "in", *DAY)) == Count(unchanged=4)
    assert len(await town.entries()) == len(before)
    changed = DAY[0].replace(",3,", ",5,")
    assert await load(town, sheet(tmp_path / "in", changed, *DAY[1:])) == Count(created=1, unchanged=3)
    assert [one.people for one in await town.entries()] == [3, 2, 4, 0, 5]


async def test_two_equal_rows_of_one_sheet_are_two_visits(town: Town, tmp_path: Path) -> None:
    assert await load(town, sheet(tmp_path / "in", DAY[0], DAY[0])) == Count(created=2)
    assert await load(town, sheet(tmp_path / "in", DAY[0], DAY[0])) == Count(unchanged=2)


async def test_a_workbook_of_the_same_sheet_is_the_same_day(town: Town, tmp_path: Path) -> None:
    await load(town, sheet(tmp_path / "in", *DAY))
    book = Workbook()
    page = book.active
    page.title = "履职"
    for line in (HEADER, *(row.replace("，", "、") for row in DAY)):
        page.append(line.split(","))
    book.save(tmp_path / "day.xlsx")
    assert await load(town, tmp_path / "day.xlsx") == Count(unchanged=4)


async def test_what_came_from_paper_waits_for_the_word_of_whose_it_is(town: Town, tmp_path: Path) -> None:
    await load(town, sheet(tmp_path / "in", *DAY))
    entries: list[DutyEntry] = await town.entries()
    assert {one.source for one in entries} == {"paper"}
    assert not any(one.is_confirmed for one in entries)
    assert {one.step for one in await town.all(Reminder)} == {"ask", "ask_3", "ask_6", "late"}
    await town.passes(hours=9)
    assert "3 条履职记录请您确认" in str(town.cards(ZHANG)[-1])


async def test_an_activity_day_on_paper_counts_who_came_as_checking_them_in_does(
    town: Town, tmp_path: Path
) -> None:
    async with town.bot.database.begin() as session:
        on = date(2026, 11, 18)
        session.add(
            ActivityDay(
                region_code="JH", planned_on=on, on_date=on, start="09:00", end="11:30", state=ActivityState.CLOSED
            )
        )
        await session.flush()
        session.add(ActivitySite(day_id=1, station_code="QQ1"))
        session.add(
            Attendance(
                day_id=1, station_code="QQ1", representative_code="R2", state=AttendanceState.ABSENT, reason=""
            )
        )
    rows = [
        f"2026-11-{on},{name},活动日,钱桥联络站,,到站接待,,"
        for on, name in ((18, "张伟"), (18, "李娜"), (19, "张伟"))
    ]
    assert await load(town, sheet(tmp_path / "in", *rows, rows[0])) == Count(created=3, unchanged=1)
    places = {one.representative_code: (one.state.value, one.mode) for one in await town.all(Attendance)}
    assert places == {"R1": ("present", "staff"), "R2": ("present", "staff")}
    _, counts = await figures(town, "R1")
    assert (counts.attendances, counts.sessions) == (2, 1)
    assert await load(town, sheet(tmp_path / "in", *rows, rows[0])) == Count(unchanged=4)
    await town.passes(seconds=61)
    assert len(await town.entries()) == 3, "the sweep finds that they have their entries"
    assert (await figures(town, "R1"))[1] == counts
    await town.writes(OFFICER, "履职作废 2 那天来的不是李娜代表")
    assert (await figures(town, "R1"))[1] == replace(counts, attendances=1)
    assert await load(town, sheet(tmp_path / "in", *rows, rows[0])) == Count(unchanged=4)
    assert (await figures(town, "R1"))[1] == replace(counts, attendances=1), "the sheet says nothing new"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("2026-11-19,赵六,走访,牡丹园,3,走访3户,,", "duty.csv:2: 代表: 找不到这位代表"),
        ("2026-11-19,张伟,散步,牡丹园,3,走访3户,,", "duty.csv:2: 类别: 不认识“散步”"),
        ("2026-11-19,张伟,走访,,3,走访3户,,", "duty.csv:2: 地点: 走访要填这一格"),
        ("2026-11-19,张伟,走访,牡丹园,,走访3户,,", "duty.csv:2: 人数: 走访要填这一格"),
        ("2026-11-21,张伟,走访,牡丹园,3,走访3户,,", "duty.csv:2: 日期: 这一天还没有到"),
        ("2026-11-19,张伟,走访,牡丹园,三,走访3户,,", "duty.csv:2: 人数: “三”要填 0 到 5000 的整数"),
        ("2026-11-19,张伟,走访,牡丹园,3,,,", "duty.csv:2: 内容: 不能为空"),
    ],
)
async def test_a_row_that_cannot_go_on_record_stops_the_whole_sheet(
    town: Town, tmp_path: Path, row: str, fault: str
) -> None:
    with pytest.raises(ImportRefused) as refused:
        await load(town, sheet(tmp_path / "in", row, *DAY))
    assert str(refused.value).startswith(fault)
    assert not await town.entries()
