"""The duty record in the chat: told in a sentence, confirmed by a tap, corrected by a new entry."""

from bot.services.verification import find_violations
from storage.keys import get_key
from storage.models import Attachment, Case, DutyEntry, LedgerLine
from tests.support.pictures import PICTURE
from tests.support.town import CENTRE, LI, OFFICER, RESIDENT, ZHANG, Town


def newest_card(town: Town, member: str) -> str:
    return str(town.cards(member)[-1])


async def tap(town: Town, member: str, act: str) -> None:
    """Tap the newest button whose id begins so."""
    for card in reversed(town.cards(member)):
        for button in card.get("button_list", []):
            if button["key"].startswith(f"{act}:"):
                await town.taps(member, button["key"])
                return
    raise AssertionError(f"no button {act}: {town.cards(member)}")


async def summary_of(town: Town, entry: DutyEntry) -> str:
    async with town.bot.database.read() as session:
        key = await get_key(session, town.bot.office.vault, entry.key_id)
        return key.open_text(entry.summary_sealed)


async def assert_verifies(town: Town) -> None:
    async with town.bot.database.read() as session:
        found = [violation async for violation in find_violations(session, now=town.clock.now())]
    assert found == []


async def visit(town: Town, words: str = "履职 今天在牡丹园走访3户，反映路灯问题") -> DutyEntry:
    await town.writes(ZHANG, words)
    await tap(town, ZHANG, "duty_ok")
    return (await town.entries())[-1]


async def test_a_visit_in_one_sentence_is_on_record_after_one_tap(town: Town) -> None:
    await town.writes(ZHANG, "履职 今天在牡丹园走访3户，反映路灯问题")
    card = newest_card(town, ZHANG)
    for words in ("11月20日（周五）", "走访", "牡丹园", "3 人", "路灯问题", "确认并转办", "改一下", "取消"):
        assert words in card
    assert not await town.entries(), "nothing is on record before the tap"
    await tap(town, ZHANG, "duty_ok")
    (entry,) = await town.entries()
    assert (entry.kind, entry.people, entry.source, entry.own, entry.representative_code) == (
        "visit",
        3,
        "rep",
        True,
        "R1",
    )
    assert entry.station_code == "QQ1"
    assert str(entry.occurred_on) == "2026-11-20"
    assert await summary_of(town, entry) == "今天在牡丹园走访3户，反映路灯问题"
    assert "牡丹园".encode() not in (entry.details_sealed or b"") + (entry.summary_sealed or b"")
    assert "已登记，编号 1" in town.member_heard(ZHANG)[-1]
    await assert_verifies(town)
    await town.assert_at_rest()


async def test_a_second_tap_writes_nothing_again(town: Town) -> None:
    await town.writes(ZHANG, "履职 今天在牡丹园走访3户")
    key = town.sim.member_chat(ZHANG)[-1].id
    for act in ("duty_ok", "duty_ok", "duty_drop"):
        await town.sim.member_taps(ZHANG, key, f"{act}:1")
    await town.settle()
    assert len(await town.entries()) == 1


async def test_what_is_missing_is_asked_in_at_most_three_questions(town: Town) -> None:
    await town.writes(ZHANG, "履职 解决了一些邻里的事情")
    assert "这是哪一类履职" in newest_card(town, ZHANG)
    await town.taps(ZHANG, "duty_kind:1:visit")
    assert "在什么地方" in town.member_heard(ZHANG)[-1]
    await town.writes(ZHANG, "西庄村")
    assert "多少人" in town.member_heard(ZHANG)[-1]
    await town.writes(ZHANG, "五位")
    assert "请核对" in newest_card(town, ZHANG)
    await tap(town, ZHANG, "duty_ok")
    (entry,) = await town.entries()
    assert (entry.kind, entry.people) == ("visit", 5)


async def test_after_three_questions_the_card_says_what_is_still_missing(town: Town) -> None:
    await town.writes(ZHANG, "履职 走访")
    for _ in range(3):
        await town.writes(ZHANG, "？？？")
    assert "还缺人数" in newest_card(town, ZHANG)
    await tap(town, ZHANG, "duty_ok")
    assert "还缺人数" in town.member_heard(ZHANG)[-1]
    assert not await town.entries()
    await town.writes(ZHANG, "人数 2")
    await tap(town, ZHANG, "duty_ok")
    assert [one.people for one in await town.entries()] == [2]


async def test_a_day_to_come_is_asked_for_again(town: Town) -> None:
    await town.writes(ZHANG, "履职 12月15日在牡丹园走访3户")
    assert "是哪一天的事" in town.member_heard(ZHANG)[-1]
    await town.writes(ZHANG, "昨天")
    await tap(town, ZHANG, "duty_ok")
    assert str((await town.entries())[0].occurred_on) == "2026-11-19"


async def test_pictures_and_voices_are_evidence_and_reach_no_constituent(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园门口的路灯坏了三天")
    said = len(town.heard(RESIDENT))
    await town.writes(ZHANG, "履职 今天在牡丹园走访3户")
    for kind, content in (("image", PICTURE), ("voice", b"#!AMR\nbytes of it")):
        await town.sim.member_sends_media(ZHANG, kind, f"visit.{kind}", content)
        await town.settle()
    assert "现在共 2 份" in town.member_heard(ZHANG)[-1]
    assert len(town.heard(RESIDENT)) == said, "none of it is an answer"
    await tap(town, ZHANG, "duty_ok")
    entry = (await town.entries())[-1]
    kept = await town.all(Attachment)
    assert entry.evidence == [f"attachment:{one.id}" for one in kept]
    assert {one.key_id for one in kept} == {entry.key_id}
    assert all(one.size for one in kept)
    await town.writes(ZHANG, "今晚派人去看")
    assert any("今晚派人去看" in one for one in town.heard(RESIDENT)), "words are an answer again"


async def test_matters_become_cases_when_that_is_tapped(town: Town) -> None:
    await town.writes(ZHANG, "履职 今天在牡丹园走访3户，反映路灯不亮、停车难")
    await tap(town, ZHANG, "duty_case")
    numbers = [case.number for case in await town.all(Case)]
    assert len(numbers) == 2
    (entry,) = await town.entries()
    assert entry.evidence == ["case:1", "case:2"]
    assert entry.opinions == 2
    assert all(number in "".join(town.member_heard(ZHANG)) for number in numbers)
    await assert_verifies(town)


async def test_what_was_understood_wrongly_is_changed_before_it_is_on_record(town: Town) -> None:
    await town.writes(ZHANG, "履职 今天在牡丹园走访3户")
    await tap(town, ZHANG, "duty_edit")
    await town.writes(ZHANG, "人数5 地点西庄村 日期昨天")
    await tap(town, ZHANG, "duty_ok")
    (entry,) = await town.entries()
    assert (entry.people, str(entry.occurred_on)) == (5, "2026-11-19")


async def test_a_dropped_draft_leaves_nothing_on_record(town: Town) -> None:
    await town.writes(ZHANG, "履职 今天在牡丹园走访3户")
    key = town.sim.member_chat(ZHANG)[-1].id
    for act in ("duty_drop", "duty_ok"):
        await town.sim.member_taps(ZHANG, key, f"{act}:1")
    await town.settle()
    assert not await town.entries()
    assert not await town.all(LedgerLine)


async def test_a_correction_is_a_new_entry_that_names_the_old_one(town: Town) -> None:
    first = await visit(town)
    await town.writes(ZHANG, f"履职更正 {first.id} 人数 5")
    assert "更正 1 号记录" in newest_card(town, ZHANG)
    await tap(town, ZHANG, "duty_ok")
    old, new = await town.entries()
    assert (old.people, new.people) == (3, 5)
    assert (new.corrects_id, new.root_id) == (old.id, old.id)
    assert old.corrected_at is not None
    assert new.is_standing
    assert not old.is_standing
    await town.writes(ZHANG, "履职更正 1 人数 9")
    assert "已经更正过了" in town.member_heard(ZHANG)[-1]
    await town.writes(ZHANG, "我的履职")
    assert "1 条履职记录，当面联系 5 人次" in town.member_heard(ZHANG)[-1]
    await assert_verifies(town)


async def test_an_exchange_can_be_corrected_and_still_has_one_entry(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园门口的路灯坏了三天")
    await town.writes(ZHANG, "今晚派人去看")
    await town.writes(ZHANG, "履职更正 1 类别 调研 地点 牡丹园")
    await tap(town, ZHANG, "duty_ok")
    await town.writes(ZHANG, "#1 再补充一句")
    old, new = await town.entries()
    assert (new.kind, new.case_id, new.root_id) == ("research", None, old.id)
    await assert_verifies(town)


async def test_what_never_was_is_withdrawn_with_a_reason(town: Town) -> None:
    await visit(town)
    await town.writes(ZHANG, "履职作废 1")
    assert "请写明原因" in town.member_heard(ZHANG)[-1]
    await town.writes(ZHANG, "履职作废 1 记重了")
    assert "不再计入" in town.member_heard(ZHANG)[-1]
    await town.writes(ZHANG, "我的履职")
    assert "还没有您的履职记录" in town.member_heard(ZHANG)[-1]
    assert len(await town.entries()) == 2
    await assert_verifies(town)


async def test_somebody_elses_entry_is_nobodys_business(town: Town) -> None:
    await visit(town)
    for words in ("履职更正 1 人数 5", "履职作废 1 不对", "履职有误 1 不对", "履职确认 1"):
        await town.writes(LI, words)
    assert len(await town.entries()) == 1
    assert (await town.entries())[0].disputed_at is None


async def test_staff_pass_and_return_one_or_many(town: Town) -> None:
    for place in ("牡丹园", "西庄村", "钱桥"):
        await visit(town, f"履职 今天在{place}走访3户")
    await town.writes(OFFICER, "履职待审")
    listed = town.member_heard(OFFICER)[-1]
    assert "履职记录 3 条" in listed
    assert "张伟代表" in listed
    await town.writes(OFFICER, "退回 2 没有写清楚哪三户")
    assert "已退回 1 条" in town.member_heard(OFFICER)[-1]
    assert "没有写清楚哪三户" in town.member_heard(ZHANG)[-1]
    await town.writes(OFFICER, "通过 1 3 99")
    heard = town.member_heard(OFFICER)[-1]
    assert "已通过 2 条" in heard
    assert "不能通过：99" in heard
    entries = await town.entries()
    assert [one.passed_at is not None for one in entries] == [True, False, True]
    assert entries[1].returned_at is not None
    await town.writes(OFFICER, "履职待审")
    assert "没有等您核对" in town.member_heard(OFFICER)[-1]
    await town.writes(ZHANG, "履职更正 2 地点 西庄村一组")
    await tap(town, ZHANG, "duty_ok")
    await town.writes(OFFICER, "履职待审")
    await town.writes(OFFICER, "通过 全部")
    assert "已通过 1 条" in town.member_heard(OFFICER)[-1]
    await assert_verifies(town)
    await town.assert_at_rest()


async def test_all_passes_what_was_shown_and_nothing_that_came_since(town: Town) -> None:
    await visit(town, "履职 今天在牡丹园走访3户")
    await town.writes(OFFICER, "通过 全部")
    assert "等您核对的履职记录 1 条" in town.member_heard(OFFICER)[-1], "nobody passes what they have not seen"
    await visit(town, "履职 今天在西庄村走访8户")
    await town.writes(OFFICER, "通过 全部")
    assert "已通过 1 条" in town.member_heard(OFFICER)[-1]
    assert [one.passed_at is not None for one in await town.entries()] == [True, False]
    await town.writes(OFFICER, "履职待审")
    await town.passes(hours=13)
    await town.writes(OFFICER, "通过 全部")
    assert "等您核对的履职记录 1 条" in town.member_heard(OFFICER)[-1], "a list of yesterday is forgotten"
    await town.writes(OFFICER, "通过 全部")
    assert [one.passed_at is not None for one in await town.entries()] == [True, True]


async def test_a_word_of_staff_alone_means_review_and_a_representative_answers_with_it(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园门口的路灯坏了三天")
    await town.writes(ZHANG, "通过 12")
    assert any("通过 12" in one for one in town.heard(RESIDENT))


async def test_a_hidden_entry_is_seen_by_the_centre_alone_until_it_is_released(town: Town) -> None:
    entry = await visit(town, "履职 今天暗访西庄农贸市场")
    assert entry.lane == "hidden"
    await town.writes(OFFICER, "履职待审")
    assert "没有等您核对" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "通过 1")
    assert "不能通过：1" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "履职公开 1")
    assert "没有找到" in town.member_heard(OFFICER)[-1]
    await town.writes(CENTRE, "履职待审")
    assert "农贸市场" in town.member_heard(CENTRE)[-1]
    await town.writes(CENTRE, "履职公开 1")
    await town.writes(OFFICER, "履职待审")
    assert "农贸市场" in town.member_heard(OFFICER)[-1]
    await assert_verifies(town)


async def test_a_mediation_and_what_speaks_of_minors_stay_closed(town: Town) -> None:
    await visit(town, "履职 今天在牡丹园调解两家的纠纷")
    await visit(town, "履职 今天在西庄村走访留守儿童2户")
    assert [one.lane for one in await town.entries()] == ["restricted", "restricted"]
    await town.writes(OFFICER, "履职待审")
    assert "没有等您核对" in town.member_heard(OFFICER)[-1]
    await town.writes(ZHANG, "我的履职")
    assert "2 条履职记录" in town.member_heard(ZHANG)[-1], "their own they always see"
