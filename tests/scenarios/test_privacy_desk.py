"""Rights at the desk and those that a person decides: registered, with a clock, decided by two words, proved."""

from datetime import timedelta

import pytest

from storage.models import AuditLine, Case, DutyEntry, Erasure, Message, RightsRequest
from storage.states import CaseState, RightsState
from tests.support.raw_bytes import readable
from tests.support.town import CENTRE, NEIGHBOUR, OFFICER, RESIDENT, ZHANG, Town

SECRET = "牡丹园三号楼老刘家漏水的秘密"
NOTE = "本人持身份证到站申请，已核对"


async def request(town: Town) -> RightsRequest:
    return (await town.all(RightsRequest))[-1]


async def open_matter(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, SECRET)


async def test_an_officer_registers_and_the_centre_decides(town: Town) -> None:
    await open_matter(town)
    await town.writes(OFFICER, f"登记权利请求 删除 000001 {NOTE}")
    row = await request(town)
    assert (row.kind, row.scope, row.state, row.source, row.noted_by) == (
        "erase",
        "case",
        RightsState.WAITING,
        "desk",
        OFFICER,
    )
    assert row.due_at - row.received_at == timedelta(days=15)
    assert f"{row.id} · 删除 JH-2026-000001" in town.member_heard(OFFICER)[-1]
    assert NOTE not in town.member_heard(CENTRE)[-1]
    await town.writes(CENTRE, "权利请求")
    assert NOTE in town.member_heard(CENTRE)[-1]
    await town.writes(CENTRE, f"批准请求 {row.id} 身份已核对")
    assert SECRET not in readable(town)
    assert NOTE not in readable(town)
    assert "已同意：有关内容已经删除" in town.heard(RESIDENT)[-1]
    assert (await town.case()).state is CaseState.CLOSED
    acts = [(line.actor, line.act) for line in await town.all(AuditLine)]
    assert (OFFICER, "rights request registered") in acts
    assert (CENTRE, "rights request done") in acts
    assert [one.what for one in await town.all(Erasure)] == ["case"]
    await town.assert_at_rest()


@pytest.mark.parametrize(("word", "kind"), [("近亲属", "relative"), ("监护人", "guardian")])
async def test_a_relative_or_guardian_is_answered_in_person_and_not_in_the_chat(
    town: Town, word: str, kind: str
) -> None:
    """PIPL, Arts. 31 and 49."""
    await open_matter(town)
    heard = len(town.heard(RESIDENT))
    await town.writes(OFFICER, f"登记权利请求 {word} 000001 女儿持死亡证明和户口簿")
    row = await request(town)
    assert row.kind == kind
    await town.writes(CENTRE, f"批准请求 {row.id}")
    assert "请当面或书面答复" in town.member_heard(CENTRE)[-1]
    assert SECRET not in readable(town)
    assert len(town.heard(RESIDENT)) == heard
    assert (await request(town)).state is RightsState.DONE


async def test_a_refusal_needs_a_reason_and_tells_where_to_complain(town: Town) -> None:
    await open_matter(town)
    await town.writes(OFFICER, "登记权利请求 停止使用 000001")
    row = await request(town)
    await town.writes(CENTRE, f"拒绝请求 {row.id}")
    assert "要写明理由" in town.member_heard(CENTRE)[-1]
    assert (await request(town)).state is RightsState.WAITING
    await town.writes(CENTRE, f"拒绝请求 {row.id} 这件事还在办，停下就没法答复您")
    assert (await request(town)).state is RightsState.REFUSED
    said = town.heard(RESIDENT)[-1]
    assert "停下就没法答复您" in said
    assert "第五十条" in said
    await town.writes(CENTRE, f"批准请求 {row.id}")
    assert "没有这个号" in town.member_heard(CENTRE)[-1]
    await town.assert_at_rest()


async def test_only_the_centre_decides_and_only_staff_register(town: Town) -> None:
    await open_matter(town)
    await town.writes(ZHANG, "登记权利请求 删除 000001")
    assert await town.all(RightsRequest) == []
    await town.writes(OFFICER, "登记权利请求 000001")
    assert "请这样登记" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "登记权利请求 删除 000009")
    assert "没有找到这个编号" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "登记权利请求 删除 000001")
    row = await request(town)
    for member in (OFFICER, ZHANG):
        await town.writes(member, "权利请求")
        assert "服务中心" in town.member_heard(member)[-1]
        await town.writes(member, f"批准请求 {row.id}")
    assert (await request(town)).state is RightsState.WAITING
    assert SECRET in readable(town)


async def test_the_clock_reminds_before_the_fifteen_days_are_over(town: Town) -> None:
    await open_matter(town)
    await town.writes(OFFICER, "登记权利请求 查阅 000001")
    for days, times in ((9, 0), (2, 1), (3, 2), (2, 3)):
        await town.passes(days=days)
        told = [said for said in town.member_heard(CENTRE) if "还有一件个人信息权利请求" in said]
        assert len(told) == times
    await town.writes(CENTRE, "权利请求")
    assert "已超期" in town.member_heard(CENTRE)[-1]


async def test_a_correction_stands_beside_what_was_said_and_its_owner_hears(town: Town) -> None:
    await open_matter(town)
    await town.says(RESIDENT, "更正 000001 应该是五号楼")
    assert "今后以更正为准" in town.heard(RESIDENT)[-1]
    await town.passes(seconds=12)
    assert "【更正】应该是五号楼" in town.member_heard(ZHANG)[-1]
    assert SECRET in readable(town)
    assert len(await town.all(Message)) == 2
    await town.says(NEIGHBOUR, "更正 000001 别人的")
    assert "没有找到您的" in town.heard(NEIGHBOUR)[-1]
    await town.says(RESIDENT, "更正")
    assert "请写上要更正什么" in town.heard(RESIDENT)[-1]
    assert len(await town.all(Case)) == 1


async def test_somebody_received_at_a_desk_has_the_same_right(town: Town) -> None:
    """What the officer noted, and the words of the duty entry made from it, go with the matter."""
    await town.writes(OFFICER, "接待 1人 东门井盖丢了，老刘摔伤了 代表张伟")
    await town.taps(OFFICER, "desk_case:1")
    await town.passes(days=1)
    assert "老刘摔伤了" in readable(town)
    await town.writes(OFFICER, "登记权利请求 删除 本人到站申请")
    assert "请写上事项编号" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "登记权利请求 删除 000001 全部 本人到站申请")
    row = await request(town)
    assert (row.case_id, row.scope) == (None, "all")
    await town.writes(CENTRE, f"批准请求 {row.id}")
    assert "请当面或书面答复" in town.member_heard(CENTRE)[-1]
    assert "老刘摔伤了" not in readable(town)
    assert [one.what for one in await town.all(Erasure)] == ["person"]
    (entry,) = await town.all(DutyEntry)
    assert (entry.people, entry.erased_at is not None) == (1, True)


async def test_access_at_the_desk_gives_a_copy_to_hand_over(town: Town) -> None:
    await open_matter(town)
    await town.writes(OFFICER, "登记权利请求 查阅 000001")
    row = await request(town)
    await town.writes(CENTRE, f"批准请求 {row.id}")
    assert "/my-data/" in town.member_heard(CENTRE)[-1]
    assert (CENTRE, "own data handed out") in [(line.actor, line.act) for line in await town.all(AuditLine)]
