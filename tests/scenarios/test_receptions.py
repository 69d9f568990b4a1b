"""Receptions: what an officer notes of people at the desk, the cases that come of it, and the day's code."""

from datetime import date

import pytest

from bot.services.verification import find_violations
from storage.models import AuditLine, Case, Conversation, OutboxRow, Reception, Referral
from storage.outbox import Channel
from storage.states import CaseState, OutboxState
from tests.scenarios.test_activity_days import HELD_ON, at, goes_to, held
from tests.support.town import LI, NEIGHBOUR, OFFICER, RESIDENT, ZHANG, Town

WORDS = "接待 3人 王大爷反映3号楼路灯不亮 代表张伟"


async def the_reception(town: Town) -> Reception:
    (one,) = await town.all(Reception)
    return one


async def test_a_reception_is_kept_sealed_and_shown_with_what_may_become_of_it(town: Town) -> None:
    await town.writes(OFFICER, WORDS)
    one = await the_reception(town)
    assert (one.people, one.opinions, one.proposals, one.representative_code) == (3, 1, 0, "R1")
    assert (one.station_code, one.day_id, one.source, one.noted_by) == ("QQ1", None, "desk", OFFICER)
    assert "路灯".encode() not in (one.matter_sealed or b"")
    card = str(town.cards(OFFICER)[-1])
    for words in ("王大爷反映3号楼路灯不亮", "3 人，意见 1 条", "张伟代表", "立案转办", "当场已答复"):
        assert words in card
    await town.taps(OFFICER, "desk_done:1")
    assert (await the_reception(town)).outcome == "answered"
    assert not await town.all(Case)
    await town.assert_at_rest()


async def test_a_case_opened_at_the_desk_reaches_no_chat_and_its_answer_is_told_in_person(town: Town) -> None:
    await town.writes(OFFICER, WORDS)
    await town.taps(OFFICER, "desk_case:1")
    case = await town.case()
    assert (case.station_code, case.representative_code) == ("QQ1", "R1")
    assert "钱桥联络站当面接待的" in town.member_heard(ZHANG)[-1]
    assert "已立案 JH-2026-000001" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "已转告 1")
    assert "还没有答复" in town.member_heard(OFFICER)[-1]
    await town.writes(ZHANG, "已联系路灯所，今晚去看")
    assert "不在微信上，已请联络员转告" in town.member_heard(ZHANG)[-1]
    assert "请当面或电话转告：\n张伟代表答复您" in town.member_heard(OFFICER)[-1]
    (entry,) = await town.entries()
    assert entry.delivered_at is None
    await town.writes(OFFICER, "已转告 1")
    assert "办结" in town.member_heard(OFFICER)[-1]
    (entry,) = await town.entries()
    assert entry.delivered_at is not None
    assert (await town.case()).state is CaseState.CLOSED
    await town.passes(days=20)
    sent = [row for row in await town.all(OutboxRow) if row.channel == Channel.KF]
    assert all(row.state == OutboxState.DROPPED for row in sent), "WeCom never hears of a desk"
    async with town.bot.database.read() as session:
        assert [violation async for violation in find_violations(session)] == []
    await town.assert_at_rest()


async def test_taps_that_come_twice_open_one_case(town: Town) -> None:
    await town.writes(OFFICER, WORDS)
    key = town.sim.member_chat(OFFICER)[-1].id
    await town.taps(OFFICER, "desk_case:1", key)
    assert "已立案转办" in str(town.cards(OFFICER))
    assert len(await town.all(Case)) == 1
    await town.writes(OFFICER, "接待 改1 5人 反映别的事")
    assert "已经处理过了" in town.member_heard(OFFICER)[-1]


async def test_what_was_noted_wrongly_is_written_again(town: Town) -> None:
    await town.writes(OFFICER, WORDS)
    await town.taps(OFFICER, "desk_edit:1")
    assert "接待 改1 3人" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "接待 改1 5人 意见2条 建议1条 反映停车难 李娜代表")
    one = await the_reception(town)
    assert (one.people, one.opinions, one.proposals, one.representative_code) == (5, 2, 1, "R2")
    assert [line.act for line in await town.all(AuditLine)][-1] == "reception changed"


@pytest.mark.parametrize(
    ("member", "words", "answer"),
    [
        (OFFICER, "接待", "请写人数"),
        (OFFICER, "接待 0人 没人来", "1 到 500"),
        (OFFICER, "接待 9999人 反映路灯", "1 到 500"),
        (OFFICER, "接待 改7 3人 反映路灯", "没有找到"),
        (ZHANG, "接待 3人 反映路灯", "由联络站的联络员登记"),
    ],
)
async def test_what_cannot_be_noted_is_answered_with_how_it_is_written(
    town: Town, member: str, words: str, answer: str
) -> None:
    await town.writes(member, words)
    assert answer in town.member_heard(member)[-1]
    assert not await town.all(Reception)


@pytest.mark.long
async def test_on_an_activity_day_representatives_note_whom_they_receive_too(town: Town) -> None:
    await held(town)
    await town.writes(LI, "接待 2人 反映公交太少")
    one = await the_reception(town)
    assert (one.day_id, one.station_code, one.representative_code) == (1, "QQ1", "R2")


async def test_danger_at_the_desk_wakes_those_on_call_and_sends_nothing(town: Town) -> None:
    await town.writes(OFFICER, "接待 1人 我家楼下着火了，烟很大")
    await town.taps(OFFICER, "desk_case:1")
    assert (await town.case()).kind == "emergency"
    assert any("紧急情况" in str(card) for card in town.cards(OFFICER))
    await town.assert_at_rest()


async def test_what_belongs_elsewhere_is_explained_by_the_officer_and_that_is_on_record(town: Town) -> None:
    await town.writes(OFFICER, "接待 1人 法院判得不公，我要求重新判")
    await town.taps(OFFICER, "desk_case:1")
    assert (await town.case()).referral == "judicial"
    assert "请当面或电话转告" in "".join(town.member_heard(OFFICER))
    (referral,) = await town.all(Referral)
    assert referral.notified_at is None
    await town.writes(OFFICER, "已转告 1")
    (referral,) = await town.all(Referral)
    assert referral.notified_at is not None
    assert "已记为当面告知" in town.member_heard(OFFICER)[-1]


# --- by the day's code --------------------------------------------------------------------------------


async def test_whoever_scans_the_days_code_is_received_once_and_their_matter_belongs_to_the_day(town: Town) -> None:
    await held(town)
    await town.scans(RESIDENT, "day", "QQ1")
    assert "钱桥联络站" in town.heard(RESIDENT)[-1]
    await town.says(RESIDENT, "牡丹园的路灯坏了三天")
    case = await town.case()
    assert (case.day_id, case.station_code) == (1, "QQ1")
    await town.says(RESIDENT, "反映另一件事", menu_id="word:另一件")
    await town.says(RESIDENT, "公交车站没有雨棚")
    assert [(one.people, one.opinions, one.source) for one in await town.all(Reception)] == [
        (1, 1, "chat"),
        (0, 1, "chat"),
    ]
    assert {conversation.open_kfid for conversation in await town.all(Conversation)} != {"desk"}


@pytest.mark.long
async def test_the_days_code_is_a_stations_code_on_any_other_day(town: Town) -> None:
    await held(town)
    await goes_to(town, at(HELD_ON, 11, 30))
    await goes_to(town, at(date(2026, 12, 16), 10))
    await town.scans(NEIGHBOUR, "day", "QQ1")
    await town.says(NEIGHBOUR, "西头的路灯坏了三天")
    case = await town.case()
    assert (case.day_id, case.station_code) == (None, "QQ1")
    assert not await town.all(Reception)
