"""What becomes of a constituent's words: case, receipt, joined messages, assignment, menu, progress."""

import pytest

from storage.models import Case, Message
from tests.support.town import CENTRE, LI, NEIGHBOUR, OFFICER, RESIDENT, ZHANG, Town


async def test_the_first_message_has_a_receipt_with_number_owner_and_date(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园门口的路灯坏了三天")
    receipt = town.heard(RESIDENT)[-1]
    assert "JH-2026-000001" in receipt
    assert "钱桥联络站张伟代表" in receipt
    assert "最晚 11月23日（周一）09:30 前" in receipt  # written on a Friday: the weekend does not count


async def test_several_messages_in_a_row_have_one_case_one_receipt_and_one_update(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    for text in ("牡丹园门口的路灯坏了", "三天了", "晚上老人摔了一跤", "请派人看看", "在东门"):
        await town.says(RESIDENT, text)
        await town.clock.advance(seconds=1)
    assert len(await town.all(Case)) == 1
    assert sum("JH-2026-000001" in said for said in town.heard(RESIDENT)) == 1
    assert len(town.cards(ZHANG)) == 1
    assert len(town.member_heard(ZHANG)) == 1

    await town.passes(seconds=10)
    update = town.member_heard(ZHANG)[-1]
    assert len(town.member_heard(ZHANG)) == 2
    assert all(text in update for text in ("三天了", "摔了一跤", "请派人看看", "在东门"))
    await town.passes(seconds=120)
    assert len(town.member_heard(ZHANG)) == 2
    await town.assert_at_rest()


async def test_someone_who_writes_on_and_on_is_passed_on_after_a_minute(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园门口的路灯坏了")
    for second in range(12):
        await town.passes(seconds=6)
        await town.says(RESIDENT, f"补充第{second}句")
    assert len(town.member_heard(ZHANG)) >= 2


async def test_a_later_message_joins_the_open_case_and_has_its_own_receipt(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园门口的路灯坏了")
    await town.passes(hours=3)
    await town.says(RESIDENT, "今晚又黑了一片")
    assert len(await town.all(Case)) == 1
    assert "补充" in town.heard(RESIDENT)[-1]
    await town.passes(seconds=11)
    assert "又黑了一片" in town.member_heard(ZHANG)[-1]


async def test_two_people_with_the_same_words_are_both_heard(town: Town) -> None:
    for who in (RESIDENT, NEIGHBOUR):
        await town.scans(who, "rep", "R1")
        await town.says(who, "路灯坏了")
    assert len(await town.all(Case)) == 2
    assert len(town.cards(ZHANG)) == 2


async def test_one_person_saying_the_same_twice_is_told_twice(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园路灯坏了")
    for _ in range(2):
        await town.passes(minutes=2)
        await town.says(RESIDENT, "还没修")
        await town.passes(seconds=11)
    assert sum("还没修" in said for said in town.member_heard(ZHANG)) == 2


@pytest.mark.parametrize(
    ("words", "station", "representative"),
    [
        ("想请李娜代表帮忙看看路灯", "QQ1", "R2"),
        ("西庄联络站的同志，水渠堵了", "XZ1", "R3"),
        ("牡丹苑门口的路灯坏了", "QQ1", "R1"),
        ("西庄村的机耕路压坏了", "XZ1", "R3"),
        ("我家附近的路灯坏了好几天", "HOME", None),
    ],
)
async def test_named_people_stations_and_places_find_their_owner(
    town: Town, words: str, station: str, representative: str | None
) -> None:
    await town.says(RESIDENT, words)
    case = await town.case()
    assert (case.station_code, case.representative_code) == (station, representative)


async def test_what_has_no_owner_by_rule_goes_to_the_service_centre(town: Town) -> None:
    await town.says(RESIDENT, "我家附近的路灯坏了好几天")
    assert len(town.cards(CENTRE)) == 1
    assert "服务中心" in town.heard(RESIDENT)[-1] or "代表之家" in town.heard(RESIDENT)[-1]


async def test_without_a_greeting_the_receipt_carries_the_privacy_notice(town: Town) -> None:
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    assert "/privacy" in town.heard(RESIDENT)[-1]


async def test_words_that_say_nothing_get_the_short_menu_and_no_case(town: Town) -> None:
    for words in ("你好", "在吗", "？"):
        await town.says(RESIDENT, words)
    assert await town.all(Case) == []
    assert len(town.heard(RESIDENT)) == 3
    await town.taps_menu(RESIDENT, "我要反映一件事")
    assert "请写下" in town.heard(RESIDENT)[-1]


async def test_progress_lists_ones_own_matters_with_owner_step_and_date(town: Town) -> None:
    await town.says(RESIDENT, "进度")
    assert "还没有反映" in town.heard(RESIDENT)[-1]
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.says(NEIGHBOUR, "西庄村的水渠堵了")
    await town.says(RESIDENT, "进度")
    listed = town.heard(RESIDENT)[-1]
    assert "JH-2026-000001" in listed
    assert "JH-2026-000002" not in listed
    assert "张伟代表" in listed
    assert "最晚 11月23日（周一）09:30 前答复" in listed
    await town.passes(days=2)
    await town.says(RESIDENT, "进度")
    assert "已经晚了" not in town.heard(RESIDENT)[-1]
    await town.passes(days=1, minutes=1)
    await town.says(RESIDENT, "进度")
    assert "已经晚了" in town.heard(RESIDENT)[-1]
    assert len(await town.all(Case)) == 2


async def test_another_matter_on_request_opens_a_second_case(town: Town) -> None:
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.says(RESIDENT, "进度")
    await town.taps_menu(RESIDENT, "反映另一件事")
    await town.says(RESIDENT, "西庄村的水渠堵了")
    assert len(await town.all(Case)) == 2


async def test_a_long_matter_is_short_on_the_card_and_whole_beside_it(town: Town) -> None:
    words = "牡丹园的路灯坏了。" + "这里是很长的经过，" * 200 + "完。"
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, words)
    heard = town.member_heard(ZHANG)
    assert "…" in heard[0]
    assert "".join(heard[1:]).count("这里是很长的经过，") == 200
    assert heard[-1].endswith("完。")
    await town.assert_at_rest()


async def test_the_officer_sees_what_the_representative_sees(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.passes(seconds=11)
    await town.says(RESIDENT, "昨晚又有人摔了")
    await town.passes(seconds=11)
    assert town.member_heard(OFFICER) == town.member_heard(ZHANG)
    assert town.member_heard(LI) == []


async def test_a_recalled_message_is_forgotten_and_its_owner_told(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    msgid = await town.sim.says(RESIDENT, "牡丹园的路灯坏了，我电话是某某")
    await town.settle()
    await town.sim.recalls(RESIDENT, msgid)
    await town.settle()
    (message,) = await town.all(Message)
    assert message.text_sealed is None
    assert "撤回" in town.member_heard(ZHANG)[-1]


async def test_messages_from_before_the_first_start_are_history(town: Town) -> None:
    from bot.simulator.account import DEMO_ACCOUNT
    from storage.models import KfAccount

    async with town.bot.database.begin() as session:
        account = await session.get_one(KfAccount, DEMO_ACCOUNT.open_kfid)
        account.watermark = town.clock.now()
    await town.clock.advance(hours=-3)
    await town.sim.says(RESIDENT, "三小时前的话，路灯坏了")
    await town.clock.advance(hours=3)
    await town.settle()
    assert await town.all(Case) == []
