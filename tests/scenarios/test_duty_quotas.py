"""What a year asks for: contact with those one is linked to, checklists, and who is behind, by name."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.services import imports
from bot.services.context import Context
from bot.services.duty_file import quotas
from bot.services.imports import Count
from storage.models import LiaisonLink, Reminder, Representative, TunedRule
from tests.scenarios.test_duty_entries import tap
from tests.support.town import CENTRE, LI, OFFICER, ZHANG, Town

FIRST_OF_OCTOBER = datetime(2027, 9, 30, 16, 0, tzinfo=UTC)  # midnight in Shanghai
VOTERS = ("王秀英", "老周", "陈大爷", "赵敏", "孙强", "钱多多", "周杰", "吴刚", "郑爽", "冯巩")


def colleague(number: int) -> Representative:
    return Representative(
        code=f"C{number}", name=f"同事{number}", level="district", unit="", post="", specialities=[],
        station_code="XZ1", userid=None, phone="", grid_codes=[], public_fields=[],
    )  # fmt: skip


async def open_context(town: Town, session: object) -> Context:
    return replace(await town.bot.office.open(session), now=town.clock.now())


async def load(town: Town, folder: Path, *rows: str) -> Count:
    folder.mkdir(exist_ok=True)
    header = "representative_code,kind,to_representative_code,voter,year,contacts,until,care,note"
    (folder / "contact_links.csv").write_text("\n".join([header, *rows]), "utf-8")
    tables = imports.read(folder)
    async with town.bot.database.begin() as session:
        await imports.apply(session, tables)
        return await imports.apply_links(await open_context(town, session), tables)


async def set_rule(town: Town, name: str, value: object) -> None:
    async with town.bot.database.begin() as session:
        await session.merge(TunedRule(name=name, value=value, changed_at=town.clock.now(), changed_by=CENTRE))


async def log(town: Town, words: str, member: str = ZHANG) -> None:
    await town.writes(member, f"履职 {words}")
    await tap(town, member, "duty_ok")


@pytest.fixture
async def linked(town: Town, tmp_path: Path) -> Town:
    """张伟 is a member of the standing committee who links 李娜 and four others in 2027."""
    async with town.bot.database.begin() as session:
        session.add_all([colleague(number) for number in range(1, 5)])
    await load(town, tmp_path / "links", *(f"R1,,{code},,2027,,,," for code in ("R2", "C1", "C2", "C3", "C4")))
    return town


async def test_on_the_first_of_october_a_member_with_one_of_two_contacts_is_nudged_exactly_once(
    linked: Town,
) -> None:
    town = linked
    await town.passes(seconds=(FIRST_OF_OCTOBER - timedelta(days=3) - town.clock.now()).total_seconds())
    for name in ("同事1", "同事2", "同事3", "同事4"):
        await log(town, f"昨天联系代表{name}1人，听意见")
        await log(town, f"今天联系代表{name}1人，听意见")
    await log(town, "今天联系代表李娜1人，谈民生项目")
    before = len(town.member_heard(ZHANG))
    await town.passes(seconds=(FIRST_OF_OCTOBER - town.clock.now()).total_seconds())
    assert len(town.member_heard(ZHANG)) == before, "not at midnight"
    for _ in range(3):
        await town.passes(hours=9)
    nudges = [text for text in town.member_heard(ZHANG)[before:] if "还差" in text]
    assert len(nudges) == 1
    assert "联系代表次数 4/5 位，还差 1 位：李娜 1/2 次" in nudges[0]
    assert "同事" not in nudges[0], "what is done is not asked for"
    await town.writes(OFFICER, "履职落后")
    assert "张伟代表：联系代表次数 4/5 位，还差 1 位：李娜 1/2 次" in town.member_heard(OFFICER)[-1]
    await town.passes(hours=200)
    assert sum("年的履职还差" in text for text in town.member_heard(ZHANG)) == 1


async def test_who_caught_up_before_nine_hears_nothing(linked: Town) -> None:
    town = linked
    await set_rule(town, "duty_receptions_a_year", 0)
    await set_rule(town, "duty_voters_a_year", 0)
    await set_rule(town, "duty_contacts_a_year", 0)
    await set_rule(town, "liaison_contacts_a_year", 1)
    await town.passes(seconds=(FIRST_OF_OCTOBER + timedelta(minutes=5) - town.clock.now()).total_seconds())
    assert any(row.subject == "quota:20271001" for row in await town.all(Reminder)), "planned at midnight"
    await log(town, "昨天联系代表李娜、同事1、同事2、同事3、同事4，5人，听意见")
    before = len(town.member_heard(ZHANG))
    await town.passes(hours=9)
    assert len(town.member_heard(ZHANG)) == before
    assert [row.state for row in await town.all(Reminder) if row.subject == "quota:20271001"] == ["void"] * 1


async def test_a_representative_with_nine_of_ten_voters_is_listed(town: Town, tmp_path: Path) -> None:
    nine = [f"R1,联系选民,,{name},,0,,是,独居" for name in VOTERS[:9]]
    ten = [f"R2,联系选民,,{name},,0,,," for name in VOTERS]
    await set_rule(town, "duty_receptions_a_year", 0)
    assert await load(town, tmp_path / "links", *nine, *ten) == Count(created=19)
    await town.writes(OFFICER, "履职落后")
    heard = town.member_heard(OFFICER)[-1]
    assert "张伟代表：联系选民 9/10 位，还差 1 位" in heard
    assert "李娜" not in heard
    assert "2 位代表中有 1 位还差" in heard


async def test_the_list_names_only_ones_own_stations(town: Town) -> None:
    await town.writes(OFFICER, "履职落后")
    assert "王芳" not in town.member_heard(OFFICER)[-1]
    await town.writes(CENTRE, "履职落后")
    assert "王芳代表" in town.member_heard(CENTRE)[-1]
    await town.writes(LI, "履职落后")
    assert "1 位代表中有 1 位还差" in town.member_heard(LI)[-1], "a representative sees themselves"


async def test_closed_entries_are_in_no_figure_that_an_officer_reads(town: Town) -> None:
    await set_rule(town, "duty_receptions_a_year", 0)
    await log(town, "今天在牡丹园走访留守儿童家庭6户")
    for words, member, counted in (
        ("我的履职", ZHANG, "6/10"),
        ("履职落后", OFFICER, "0/10"),
        ("履职落后", CENTRE, "6/10"),
    ):
        await town.writes(member, words)
        assert f"联系选民 {counted} 人" in town.member_heard(member)[-1]
    await log(town, "昨天在牡丹园走访留守儿童家庭6户")
    await town.writes(OFFICER, "履职落后")
    assert "张伟" not in town.member_heard(OFFICER)[-1], "whoever has done it is not called behind"


async def test_contacts_are_counted_by_the_names_in_what_was_logged(town: Town, tmp_path: Path) -> None:
    await load(town, tmp_path / "links", "R1,,,王秀英,,,,,", "R1,,,王秀,,,,,", "R2,,,王秀英,,,,,")
    await log(town, "昨天在牡丹园走访王秀英老人1户")
    await log(town, "今天在牡丹园走访王秀英老人1户")
    await log(town, "今天参加学习，谈到王秀英")
    await town.passes(minutes=1)
    async with town.bot.database.read() as session:
        found = await quotas.of_all(await open_context(town, session), ["R1", "R2"], 2026)
    assert [one.missing for one in found["R1"] if one.subject == "contacts:voter"] == [("王秀 0/2 次",)]
    assert [one.missing for one in found["R2"] if one.subject == "contacts:voter"] == [("王秀英 0/2 次",)]


async def test_a_contact_that_is_withdrawn_or_disputed_does_not_count(town: Town, tmp_path: Path) -> None:
    await load(town, tmp_path / "links", "R1,,,王秀英,,1,,,")
    await log(town, "今天在牡丹园走访王秀英老人1户")
    await town.passes(minutes=1)
    assert await missing_contacts(town) == ()
    await town.writes(ZHANG, "履职作废 1 记错了")
    assert await missing_contacts(town) == ("王秀英 0/1 次",)


async def missing_contacts(town: Town) -> tuple[str, ...]:
    async with town.bot.database.read() as session:
        found = await quotas.of_one(await open_context(town, session), "R1", 2026)
    return next((one.missing for one in found if one.subject == "contacts:voter"), ())


async def test_links_that_come_after_the_visits_find_them(town: Town, tmp_path: Path) -> None:
    await log(town, "今天在牡丹园走访王秀英老人1户")
    await town.passes(hours=1)
    await load(town, tmp_path / "links", "R1,,,王秀英,,1,,,")
    await town.passes(minutes=1)
    assert await missing_contacts(town) == ()


async def test_names_of_voters_are_sealed_and_the_same_sheet_twice_changes_nothing(
    town: Town, tmp_path: Path
) -> None:
    rows = ("R1,,,王秀英,,,,是,独居老人", "R1,,R2,,2026,3,,,")
    assert await load(town, tmp_path / "links", *rows) == Count(created=2)
    assert await load(town, tmp_path / "links", *rows) == Count(unchanged=2)
    assert await load(town, tmp_path / "links", "R1,,,王秀英,,,2026-12-31,是,独居老人") == Count(updated=1)
    links = await town.all(LiaisonLink)
    assert [(one.kind, one.to_code, one.contacts) for one in links] == [
        ("voter", None, None),
        ("representative", "R2", 3),
    ]
    assert links[0].until_on == date(2026, 12, 31)
    for link in links:
        assert "王秀英".encode() not in (link.voter_sealed or b"")
        assert "王秀英" not in link.mark


async def test_seven_of_ten_with_the_three_that_are_missing_by_name(town: Town) -> None:
    await set_rule(town, "duty_checklists", {"ten_ones": {"on": True}})
    for words in (
        "今天参加人代会",
        "今天提交代表建议一件",
        "今天在牡丹园走访3户",
        "今天接待群众2人",
        "今天在西庄村调研污水",
        "今天在西庄村执法检查",
        "今天参加培训",
    ):
        await log(town, words)
    await town.writes(ZHANG, "我的履职")
    heard = town.member_heard(ZHANG)[-1]
    assert "七带头十个一 7/10 项，还差 3 项：做一次宣讲、帮办一件实事、向选民述职一次" in heard


async def test_an_office_defines_its_own_list_with_words_and_targets(town: Town) -> None:
    grid = {
        "name": "进网格",
        "levels": ["district"],
        "items": [
            {"code": "river", "name": "巡河", "words": ["巡河"], "target": 2},
            {"code": "talk", "name": "网格夜谈", "kinds": ["deliberation"], "words": ["夜谈"]},
        ],
    }
    await set_rule(town, "duty_checklists", {"grid": grid})
    await log(town, "今天在牡丹园走访3户，一起巡河")
    await log(town, "今天在西庄议事，网格夜谈")
    await town.passes(minutes=1)
    await town.writes(ZHANG, "我的履职")
    assert "进网格 1/2 项，还差 1 项：巡河 1/2" in town.member_heard(ZHANG)[-1]
    grid["items"][0]["words"] = ["走访"]
    await set_rule(town, "duty_checklists", {"grid": grid | {"levels": ["town"]}})
    await town.passes(minutes=1)
    await town.writes(ZHANG, "我的履职")
    assert "进网格" not in town.member_heard(ZHANG)[-1], "it is for town representatives"
