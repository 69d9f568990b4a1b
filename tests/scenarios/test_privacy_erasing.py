"""删除我的信息 and 撤回: told first, then gone from every file, also from a back-up put back; `verify` holds."""

import shutil
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.app import open_bot
from bot.clock import ManualClock
from bot.services.verification import find_violations
from storage import audit, privacy_list
from storage.models import AuditLine, Case, Constituent, DutyEntry, Erasure, LedgerLine, Message, RightsRequest
from storage.states import CaseState, RightsState
from tests.support.pictures import PICTURE
from tests.support.raw_bytes import VAULT, on_a_file, raw_bytes, raw_bytes_in, readable, readable_in, wrapped_keys
from tests.support.town import (
    CENTRE,
    NEIGHBOUR,
    OFFICER,
    RESIDENT,
    START,
    ZHANG,
    Town,
    make_settings,
    open_town,
)

SECRET = "牡丹园三号楼老刘家漏水的秘密"
ANSWER = "已请维修人员上门看老刘家"


async def tell(town: Town) -> None:
    """A matter with a picture, an answer, a subscription, and one of somebody else."""
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, SECRET)
    await town.sim.sends_media(RESIDENT, "image", "lamp.png", PICTURE)
    await town.settle()
    await town.passes(seconds=12)
    await town.writes(ZHANG, ANSWER)
    await town.says(RESIDENT, "订阅 钱桥联络站")
    await town.says(NEIGHBOUR, "西庄村的桥坏了")


async def erase(town: Town) -> None:
    await town.says(RESIDENT, "删除我的信息")
    await town.says(RESIDENT, "确认删除")


async def test_what_goes_and_what_the_law_keeps_is_told_before_anything_is_done(town: Town) -> None:
    await tell(town)
    await town.says(RESIDENT, "删除我的信息")
    told = town.heard(RESIDENT)[-1]
    for words in ("1 件事", "1 个图片", "履职登记", "180 天", "90 天", "JH-2026-000001", "确认删除"):
        assert words in told
    assert SECRET in readable(town)
    assert await town.all(Erasure) == []
    await town.says(RESIDENT, "先不删")
    await town.says(RESIDENT, "确认删除")
    assert "确认后会删除" in town.heard(RESIDENT)[-1]
    assert SECRET in readable(town)


async def test_after_the_word_nothing_is_left_in_any_file_and_the_record_still_verifies(town: Town) -> None:
    await tell(town)
    before = wrapped_keys(town)
    assert len(list((town.bot.settings.data_folder / "attachments").rglob("*.sealed"))) == 1
    await erase(town)
    assert "已经删除：1 件事" in town.heard(RESIDENT)[-1]
    assert "第五十条" in town.heard(RESIDENT)[-1]
    left = wrapped_keys(town)
    gone = [key for key in before if key not in left]
    assert len(gone) >= 2
    raw = raw_bytes(town)
    assert not [key for key in gone if key in raw]
    assert RESIDENT.encode() not in raw
    words = readable(town)
    for secret in (SECRET, ANSWER, "王女士", RESIDENT, "老刘"):
        assert secret not in words
    assert "西庄村的桥坏了" in words
    assert not list((town.bot.settings.data_folder / "attachments").rglob("*.sealed"))
    await town.assert_at_rest()


async def test_the_duty_record_stays_with_a_line_that_says_the_words_are_gone(town: Town) -> None:
    await tell(town)
    await erase(town)
    (entry,) = await town.all(DutyEntry)
    assert (entry.representative_code, entry.kind, entry.erased_at is not None) == ("R1", "reception", True)
    assert [line.event for line in await town.all(LedgerLine)][-1] == "erased"
    (erasure,) = await town.all(Erasure)
    assert erasure.what == "person"
    assert RESIDENT not in str(vars(erasure))
    assert "erased on request" in [line.act for line in await town.all(AuditLine)]


async def test_an_open_matter_is_closed_and_its_people_hear_numbers_only(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, SECRET)
    await erase(town)
    case = await town.case()
    assert (case.state, case.answered_at, case.erased_at is not None) == (CaseState.CLOSED, None, True)
    for member in (ZHANG, OFFICER):
        assert "JH-2026-000001：当事人撤回并要求删除" in town.member_heard(member)[-1]
        assert next(line.state for line in town.sim.member_chat(member)) == "recalled"
    await town.writes(ZHANG, "#000001 看看")
    assert "000001" in town.member_heard(ZHANG)[-1]
    assert town.heard(RESIDENT)[-1].startswith("已经删除")
    await town.passes(days=3)
    assert [case.number for case in await town.all(Case)] == ["JH-2026-000001"]
    await town.assert_at_rest()


async def test_whoever_writes_again_begins_anew(town: Town) -> None:
    await tell(town)
    await erase(town)
    await town.says(RESIDENT, "确认删除")
    assert "没有保存" in town.heard(RESIDENT)[-1]
    await town.says(RESIDENT, "进度")
    assert "还没有反映过" in town.heard(RESIDENT)[-1]
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    cases = await town.all(Case)
    assert cases[-1].constituent_id != cases[0].constituent_id
    assert "JH-2026-000003" in town.heard(RESIDENT)[-1]


async def take_back(town: Town) -> None:
    await town.says(RESIDENT, "撤回 000001")
    await town.taps_menu(RESIDENT, f"第 1 条：{SECRET}")


async def recall(town: Town) -> None:
    await town.sim.recalls(RESIDENT, (await town.all(Message))[0].platform_id)
    await town.settle()


async def ask_at_a_desk(town: Town) -> None:
    await town.writes(OFFICER, "登记权利请求 删除 000001 全部 本人到站申请")
    await town.writes(CENTRE, "批准请求 1")


@on_a_file
@pytest.mark.parametrize("way", [take_back, recall, ask_at_a_desk])
async def test_whichever_way_it_went_a_back_up_that_is_put_back_loses_it_again(
    tmp_path: Path, way: Callable[[Town], Awaitable[None]]
) -> None:
    async with open_town(tmp_path) as town:
        await tell(town)
        await town.bot.database.scrub()
        shutil.copyfile(tmp_path / "town.db", tmp_path / "copy.db")
        shutil.copytree(tmp_path / "attachments", tmp_path / "copied")
        sealed = (await town.all(Message))[0].text_sealed or b""
        assert sealed in raw_bytes_in(tmp_path)
        await way(town)
        assert SECRET not in readable(town)
    put_back(tmp_path)
    assert SECRET in readable_in(tmp_path / "town.db", VAULT)
    async with open_bot(
        make_settings(tmp_path, "http://127.0.0.1:9"), ManualClock(START + timedelta(days=2))
    ) as bot:
        for _ in range(3):
            await bot.shredder.shred_pending()
        assert SECRET not in readable_in(tmp_path / "town.db", VAULT)
        assert sealed not in raw_bytes_in(tmp_path)
        async with bot.database.read() as session:
            assert [one async for one in find_violations(session)] == []


@on_a_file
async def test_a_back_up_that_is_put_back_is_erased_again_at_the_start(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await tell(town)
        await town.bot.database.scrub()
        shutil.copyfile(tmp_path / "town.db", tmp_path / "copy.db")
        shutil.copytree(tmp_path / "attachments", tmp_path / "copied")
        await erase(town)
        assert SECRET not in readable(town)
    put_back(tmp_path)
    assert SECRET in readable_in(tmp_path / "town.db", VAULT)
    async with open_bot(
        make_settings(tmp_path, "http://127.0.0.1:9"), ManualClock(START + timedelta(days=9))
    ) as bot:
        await bot.shredder.shred_pending()
        await bot.shredder.shred_pending()
        words = readable_in(tmp_path / "town.db", VAULT)
        for secret in (SECRET, ANSWER, "王女士", RESIDENT):
            assert secret not in words
        assert RESIDENT.encode() not in raw_bytes_in(tmp_path)
        assert "西庄村的桥坏了" in words
        assert not list((tmp_path / "attachments").rglob("*.sealed"))
        async with bot.database.read() as session:
            assert [one async for one in find_violations(session)] == []


def put_back(folder: Path) -> None:
    """The copies take the place of what is there, as the how-to says; the list of erasures stays."""
    for name in ("town.db", "town.db-wal", "town.db-shm"):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "attachments")
    (folder / "copy.db").rename(folder / "town.db")
    (folder / "copied").rename(folder / "attachments")


async def test_what_wecom_still_has_of_before_is_not_taken_in_again(town: Town) -> None:
    await tell(town)
    await town.clock.advance(seconds=5)
    await erase(town)
    async with town.bot.database.begin() as session:
        await session.execute(text("UPDATE kf_accounts SET cursor = ''"))
        await session.execute(text("DELETE FROM inbox"))
    await town.settle()
    assert SECRET not in readable(town)
    assert "没有保存" in town.heard(RESIDENT)[-1]


async def test_one_message_of_several_is_taken_back_by_a_tap(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.says(RESIDENT, SECRET)
    await town.passes(seconds=12)
    assert SECRET in readable(town)
    await town.says(RESIDENT, "撤回 000001")
    await town.taps_menu(RESIDENT, f"第 2 条：{SECRET}")
    assert "这条已删除" in town.heard(RESIDENT)[-1]
    assert SECRET not in readable(town)
    assert "牡丹园的路灯坏了" in readable(town)
    assert "不要再引用" in town.member_heard(ZHANG)[-1]
    (erasure,) = await town.all(Erasure)
    assert (erasure.what, erasure.finished_at is not None) == ("message", True)
    assert (await town.case()).state is CaseState.ASSIGNED
    await town.assert_at_rest()


async def test_the_only_message_goes_at_once_and_the_matter_by_one_more_tap(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, SECRET)
    await town.says(RESIDENT, "撤回 JH-2026-000001")
    assert "这件事还在办" in town.heard(RESIDENT)[-1]
    assert SECRET not in readable(town)
    await town.taps_menu(RESIDENT, "整件事都撤回，不办了")
    assert "已按您的意思撤回" in town.heard(RESIDENT)[-1]
    assert (await town.case()).state is CaseState.CLOSED
    await town.says(RESIDENT, "撤回 000001")
    assert "没有找到" in town.heard(RESIDENT)[-1]
    await town.says(RESIDENT, "撤回")
    assert "请写上编号" in town.heard(RESIDENT)[-1]
    await town.assert_at_rest()


async def test_nobody_takes_back_what_another_wrote(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, SECRET)
    message = (await town.all(Message))[0]
    await town.says(NEIGHBOUR, "撤回 000001")
    await town.says(NEIGHBOUR, "撤回", menu_id=f"takeback:1:{message.id}")
    await town.says(NEIGHBOUR, "撤回", menu_id="takeback:1:all")
    assert SECRET in readable(town)
    assert await town.all(Erasure) == []


async def test_a_word_taken_back_in_wechat_leaves_no_byte(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, SECRET)
    (message,) = await town.all(Message)
    sealed = message.text_sealed
    assert sealed in raw_bytes(town)
    await town.sim.recalls(RESIDENT, message.platform_id)
    await town.settle()
    assert sealed not in raw_bytes(town)
    assert SECRET not in readable(town)


@pytest.mark.parametrize("verdict", ["批准请求", "拒绝请求"])
async def test_what_is_registered_as_a_petition_is_decided_by_a_person(town: Town, verdict: str) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "我对法院的判决不服，要求改判，案件已经判了")
    await town.says(RESIDENT, "另一件", menu_id="word:另一件")
    await town.says(RESIDENT, SECRET)
    await erase(town)
    assert "申请号" in town.heard(RESIDENT)[-1]
    assert SECRET not in readable(town)
    assert "判决不服" in readable(town)
    request = (await town.all(RightsRequest))[-1]
    assert (request.state, request.due_at - request.received_at) == (RightsState.WAITING, timedelta(days=15))
    assert "个人信息权利请求" in town.member_heard(CENTRE)[-1]
    await town.writes(CENTRE, "权利请求")
    assert f"{request.id} · 删除" in town.member_heard(CENTRE)[-1]
    await town.writes(OFFICER, f"{verdict} {request.id} 依法办理")
    assert "服务中心" in town.member_heard(OFFICER)[-1]
    await town.writes(CENTRE, f"{verdict} {request.id} 依《信访工作条例》需要保存")
    if verdict == "批准请求":
        assert "判决不服" not in readable(town)
        assert RESIDENT.encode() not in raw_bytes(town)
        assert "已同意" in town.heard(RESIDENT)[-1]
    else:
        assert "判决不服" in readable(town)
        assert "依《信访工作条例》需要保存" in town.heard(RESIDENT)[-1]
        assert "第五十条" in town.heard(RESIDENT)[-1]
    assert (await town.all(Constituent))[0].external_userid.startswith("erased") is (verdict == "批准请求")


async def test_what_was_written_since_the_request_stays_when_a_person_agrees(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "我对法院的判决不服，要求改判，案件已经判了")
    await erase(town)
    await erase(town)
    waiting = [one for one in await town.all(RightsRequest) if one.state is RightsState.WAITING]
    assert len(waiting) == 1
    await town.passes(seconds=60)
    await town.says(RESIDENT, "另一件", menu_id="word:另一件")
    await town.says(RESIDENT, SECRET)
    await town.writes(CENTRE, f"批准请求 {waiting[0].id}")
    assert "判决不服" not in readable(town)
    assert SECRET in readable(town)
    assert "已同意" in town.heard(RESIDENT)[-1]
    assert (await town.all(Constituent))[0].external_userid == RESIDENT


async def test_where_the_chat_is_shut_staff_are_told_to_answer_in_writing(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "我对法院的判决不服，要求改判，案件已经判了")
    await erase(town)
    await town.passes(days=3)
    row = (await town.all(RightsRequest))[-1]
    await town.writes(CENTRE, f"批准请求 {row.id}")
    assert any("请当面或书面答复" in said for said in town.member_heard(CENTRE))
    await town.passes(seconds=60)
    assert RESIDENT.encode() not in raw_bytes(town)


async def test_a_refusal_waits_for_the_next_message_where_the_chat_is_shut(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "我对法院的判决不服，要求改判，案件已经判了")
    await erase(town)
    await town.passes(days=3)
    row = (await town.all(RightsRequest))[-1]
    await town.writes(CENTRE, f"拒绝请求 {row.id} 依《信访工作条例》需要保存")
    await town.says(RESIDENT, "进度")
    assert any("依《信访工作条例》需要保存" in said for said in town.heard(RESIDENT))


async def test_whoever_exported_words_is_asked_to_destroy_the_file(town: Town) -> None:
    await tell(town)
    async with town.bot.database.begin() as session:
        subject = "of all ..: texts"
        audit.add_line(session, actor="export", act="cases exported", subject=subject, at=town.clock.now())
    await erase(town)
    (said,) = [one for one in town.member_heard(CENTRE) if "请把导出文件" in one]
    assert "JH-2026-000001" in said
    assert "11月20日" in said


async def test_cut_off_after_the_word_it_is_finished_later_and_told_once(town: Town) -> None:
    """Killed when the keys were gone and the list was written, and nothing else."""
    await tell(town)
    await town.says(RESIDENT, "删除我的信息")
    await town.sim.says(RESIDENT, "确认删除")
    await town.sim.quiet()
    await town.bot.puller.pull_all()
    while await town.bot.worker.handle_pending():
        pass
    await town.bot.pump.send_pending()
    (erasure,) = await town.all(Erasure)
    assert erasure.finished_at is None
    assert not any("已经删除" in said for said in town.heard(RESIDENT))
    path = privacy_list.path_in(town.bot.settings.data_folder)
    privacy_list.add(path, [erasure])
    await town.settle()
    assert sum("已经删除" in said for said in town.heard(RESIDENT)) == 1
    assert len(path.read_text().splitlines()) == 1
    assert RESIDENT.encode() not in raw_bytes(town)
    await town.assert_at_rest()
