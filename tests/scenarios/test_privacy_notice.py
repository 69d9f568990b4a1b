"""The privacy notice is part of the first answer, once for each wording; what goes beyond the law is asked for."""

import pytest

from bot.services import tuning
from storage.models import Consent, OutboxRow
from tests.support.town import CENTRE, NEIGHBOUR, RESIDENT, ZHANG, Town

NOTICE = "怎样保存、怎样删除"


async def renew(town: Town, version: str) -> None:
    async with town.bot.database.begin() as session:
        await tuning.change(await town.bot.office.open(session), "privacy_version", [version], CENTRE)


async def kept(town: Town) -> list[tuple[str, str, bool]]:
    return [(one.purpose, one.version, one.ended_at is None) for one in await town.all(Consent)]


def told(town: Town, who: str = RESIDENT) -> int:
    return sum(NOTICE in said for said in town.heard(who))


async def test_it_is_part_of_the_first_answer_and_no_message_more(town: Town) -> None:
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    assert len(town.heard(RESIDENT)) == 1
    said = town.heard(RESIDENT)[0]
    for words in ("人大常委会办事机构保管", "转达和答复", "2 年", "删除我的信息", "/privacy"):
        assert words in said
    await town.passes(seconds=90)
    await town.says(RESIDENT, "还有井盖也坏了")
    assert told(town) == 1
    assert await kept(town) == [("notice", "2026-11", True)]


async def test_the_greeting_carries_it_and_the_receipt_does_not_repeat_it(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    assert told(town) == 1
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    assert told(town) == 1
    assert await kept(town) == [("notice", "2026-11", True)]


async def test_a_new_wording_is_told_once_more(town: Town) -> None:
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await renew(town, "2027-01")
    await town.passes(seconds=90)
    await town.says(RESIDENT, "还有井盖也坏了")
    assert "保护说明有更新" in town.heard(RESIDENT)[-1]
    await town.passes(seconds=90)
    await town.says(RESIDENT, "垃圾桶也坏了")
    assert told(town) == 2
    assert await kept(town) == [("notice", "2026-11", False), ("notice", "2027-01", True)]


async def test_in_danger_the_number_comes_first_and_the_notice_with_a_later_answer(town: Town) -> None:
    await town.says(RESIDENT, "牡丹园三号楼着火了，有人困在里面")
    assert "119" in town.heard(RESIDENT)[0]
    assert told(town) == 0
    await town.passes(seconds=90)
    await town.says(RESIDENT, "消防车到了")
    assert told(town) == 1


@pytest.mark.parametrize(("word", "purpose"), [("引用", "quote"), ("转交", "share"), ("敏感", "sens")])
async def test_what_goes_beyond_the_law_is_asked_for_and_taken_back_as_easily(
    town: Town, word: str, purpose: str
) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.writes(ZHANG, f"征求同意 000001 {word} 登在月报上")
    assert "不回复就按不同意" in town.heard(RESIDENT)[-1]
    assert [one for one in await kept(town) if one[0] != "notice"] == []
    await town.taps_menu(RESIDENT, "同意")
    assert (f"{purpose}:1", "2026-11", True) in await kept(town)
    assert "对方同意" in town.member_heard(ZHANG)[-1]
    await town.says(RESIDENT, "我的同意")
    item = next(one for one in town.sim.chat(RESIDENT)[-1].menu["list"] if "收回" in one["click"]["content"])
    await town.says(RESIDENT, item["click"]["content"], menu_id=item["click"]["id"])
    assert (f"{purpose}:1", "2026-11", False) in await kept(town)
    assert "请撤下" in town.member_heard(ZHANG)[-1]
    await town.assert_at_rest()


async def test_nobody_agrees_for_another(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.says(NEIGHBOUR, "同意", menu_id="consent:yes:quote:1")
    assert not [one for one in await kept(town) if one[0].startswith("quote")]
    assert all(row.reason != "unreadable" for row in await town.all(OutboxRow))


@pytest.mark.parametrize(
    ("words", "way_out"),
    [
        ("我对法院的判决不服，要求改判", "请人再看"),
        ("加微信领红包，刷单日赚三百，点击链接 http://x.cn", "转给"),
        ("你们联络站几点开门", "工作人员"),
        ("在吗", "工作人员"),
    ],
)
async def test_whatever_the_bot_decides_by_itself_one_word_brings_a_person(
    town: Town, words: str, way_out: str
) -> None:
    """PIPL, Art. 24."""
    await town.says(RESIDENT, words)
    labels = [
        item["click"]["content"]
        for line in town.sim.chat(RESIDENT)
        for item in (line.menu or {}).get("list", [])
        if "click" in item
    ]
    assert any(way_out in label for label in labels), labels
