"""Entries that nobody has to write: activity day, live session, desk, meeting; and how they are confirmed."""

from dataclasses import asdict
from datetime import date, timedelta

import pytest

from bot.notices.broadcast import JOIN, Wording
from bot.services.duty import publishing, recording
from bot.services.exports.month_report import count_month, rows_behind
from bot.services.live import planning
from bot.services.verification import find_violations
from storage.live import find
from storage.models import DutyEntry, Reception, Reminder, StaffMember
from storage.states import ReminderState
from tests.integration.test_ledger_tampering import visit
from tests.scenarios.test_activity_days import HELD_ON, adds, at, goes_to, held
from tests.scenarios.test_duty_entries import assert_verifies, summary_of, tap
from tests.support import live_town
from tests.support.notices import send
from tests.support.town import CENTRE, LI, OFFICER, ZHANG, Town

AUDITOR = "audit.or"


async def of(town: Town, code: str) -> list[DutyEntry]:
    return [one for one in await town.entries() if one.representative_code == code]


async def received(town: Town, words: str = "接待 3人 王大爷反映3号楼路灯不亮 代表张伟") -> DutyEntry:
    """The officer notes whom the representative received, and the job comes by."""
    await town.writes(OFFICER, words)
    await tap(town, OFFICER, "desk_done")
    await town.passes(seconds=61)
    return (await town.entries())[-1]


@pytest.mark.long
async def test_whoever_was_there_on_an_activity_day_has_one_entry(town: Town) -> None:
    await held(town)
    await town.writes(ZHANG, "签到")
    await town.writes(OFFICER, "签到 李娜")
    await goes_to(town, at(HELD_ON, 12))
    await town.passes(seconds=61)
    (zhang,), (li,) = await of(town, "R1"), await of(town, "R2")
    assert (zhang.kind, zhang.subject, str(zhang.occurred_on)) == ("activity_day", "attendance:1", "2026-12-15")
    assert zhang.own, "they checked in by themselves"
    assert not li.own, "an officer said that they were there"
    assert "老旧小区改造" in await summary_of(town, zhang)
    await assert_verifies(town)


@pytest.mark.long
async def test_attendance_that_is_put_right_afterwards_makes_its_entry_then(town: Town) -> None:
    await held(town)
    await goes_to(town, at(HELD_ON, 12))
    assert not await town.entries()
    await town.writes(OFFICER, "签到 张伟 09:05")
    await town.passes(seconds=61)
    assert [one.representative_code for one in await town.entries()] == ["R1"]
    await town.passes(days=1)
    assert len(await town.entries()) == 1


@pytest.mark.long
async def test_whose_entry_is_withdrawn_was_not_there_and_may_have_been_after_all(town: Town) -> None:
    await held(town)
    for words in ("签到 张伟", "签到 李娜"):
        await town.writes(OFFICER, words)
    await goes_to(town, at(HELD_ON, 12))
    await town.passes(seconds=61)

    async def month() -> dict[str, int]:
        async with town.bot.database.read() as session:
            totals = asdict((await count_month(session, "JH", HELD_ON)).totals)
            behind = await rows_behind(session, "JH", HELD_ON)
        standing = {one.id for one in await town.entries() if one.is_standing}
        assert {one.entry for one in behind.came} == standing, "each figure leads to what stands for it"
        assert len(behind.came) == totals["attendances"]
        return totals

    before = await month()
    assert (before["attendances"], before["sessions"]) == (2, 1)
    await town.writes(OFFICER, "履职作废 2 那天来的不是李娜代表")
    assert [one.is_standing for one in await of(town, "R2")] == [False, False]
    assert await month() == {**before, "attendances": 1}, "this figure and no other"
    await town.passes(seconds=61)
    assert len(await of(town, "R2")) == 2, "it is not made again"
    await town.writes(OFFICER, "签到 李娜 09:00")
    assert await month() == before
    *_, withdrawn, again = await of(town, "R2")
    assert (again.corrects_id, again.is_standing, again.kind) == (withdrawn.id, True, "activity_day")
    await assert_verifies(town)


@pytest.mark.long
async def test_each_host_of_a_live_session_has_an_entry_when_it_is_over_for_good(town: Town) -> None:
    number = await live_town.approved(town)
    await live_town.until(town, live_town.EVENING + timedelta(minutes=5))
    async with town.bot.database.begin() as session:
        live = await find(session, number, lock=True)
        assert live is not None
        await planning.end(await town.bot.office.open(session), live, town.clock.now())
    await town.passes(minutes=10)
    assert not await town.entries(), "the stream may come back"
    await town.passes(minutes=30)
    entries = await town.entries()
    assert [(one.kind, one.representative_code, one.subject) for one in entries] == [
        ("live_session", "R1", "live:1"),
        ("live_session", "R2", "live:1"),
    ]
    assert "老旧小区改造" in await summary_of(town, entries[0])
    await assert_verifies(town)


async def test_people_received_at_a_desk_make_an_entry_for_who_received_them(town: Town) -> None:
    entry = await received(town)
    assert (entry.kind, entry.people, entry.opinions, entry.source, entry.own) == (
        "reception",
        3,
        1,
        "staff",
        False,
    )
    assert entry.evidence == ["reception:1"]
    assert "王大爷反映3号楼路灯不亮" in await summary_of(town, entry)
    await town.passes(hours=1)
    assert len(await town.entries()) == 1


async def test_a_reception_noted_anew_the_next_day_corrects_its_entry(town: Town) -> None:
    await town.writes(OFFICER, "接待 3人 王大爷反映路灯不亮 代表张伟")
    await town.passes(days=1)
    await town.writes(OFFICER, "接待 改1 5人 王大爷反映路灯不亮 代表张伟")
    old, new = await town.entries()
    assert (old.people, new.people, new.corrects_id) == (3, 5, old.id)
    await town.writes(OFFICER, "接待 改1 5人 王大爷反映路灯不亮 代表李娜")
    await town.passes(seconds=61)
    standing = [one for one in await town.entries() if one.is_standing]
    assert [(one.representative_code, one.people) for one in standing] == [("R2", 5)]
    await assert_verifies(town)


async def test_a_meeting_that_was_agreed_to_is_an_entry_the_day_after(town: Town) -> None:
    number = await send(town, Wording("11月24日上午在区会议中心举办代表培训班，请准时参加。", buttons=JOIN))
    await town.taps(ZHANG, f"notice:{number}:join")
    await town.taps(LI, f"notice:{number}:leave")
    await town.passes(days=3)
    assert not await town.entries(), "it has not taken place yet"
    await town.passes(days=2)
    (entry,) = await town.entries()
    assert (entry.kind, entry.representative_code, entry.own) == ("training", "R1", False)
    assert entry.occurred_on == date(2026, 11, 24)
    await assert_verifies(town)


async def test_what_was_written_for_them_is_confirmed_by_a_tap_the_same_evening(town: Town) -> None:
    entry = await received(town)
    await town.passes(hours=9)
    card = str(town.cards(ZHANG)[-1])
    assert "1 条履职记录请您确认" in card
    assert "接待 3 人" in card
    await tap(town, ZHANG, "duty_yes")
    (entry,) = await town.entries()
    assert entry.is_confirmed
    assert "已确认 1 条" in town.member_heard(ZHANG)[-1]
    await town.passes(days=8)
    assert "没有本人确认" not in "".join(town.member_heard(OFFICER))
    await assert_verifies(town)
    await town.assert_at_rest()


async def test_the_button_confirms_what_is_on_the_card_and_no_more(town: Town) -> None:
    for number in range(6):
        await received(town, f"接待 {number + 1}人 反映第{number + 1}件事 代表张伟")
    await town.passes(hours=9)
    assert "6 条履职记录请您确认" in str(town.cards(ZHANG)[-1])
    await tap(town, ZHANG, "duty_yes")
    assert [one.is_confirmed for one in await town.entries()] == [True] * 4 + [False] * 2
    assert "还有 2 条" in str(town.cards(ZHANG)[-1])
    await tap(town, ZHANG, "duty_yes")
    assert all(one.is_confirmed for one in await town.entries())


@pytest.mark.long
async def test_who_says_nothing_is_asked_twice_more_and_then_the_officer_hears(town: Town) -> None:
    await received(town)
    await town.walks(at(date(2026, 11, 28), 10), hours=6)
    asked = [one for one in town.member_heard(ZHANG) if "履职记录请您确认" in one]
    assert len(asked) == 3
    assert [one for one in town.member_heard(OFFICER) if "七天了还没有本人确认：张伟代表 1 条" in one]
    late = [one for one in await town.all(Reminder) if one.step == "late"]
    assert [one.state for one in late] == [ReminderState.SENT]
    await town.assert_at_rest()


async def test_the_officer_is_told_no_number_of_closed_entries(town: Town) -> None:
    async with town.bot.database.begin() as session:
        context = await town.bot.office.open(session)
        closed = visit(lane="restricted", own=False, source="paper", recorded_by="import", recorded_at=context.now)
        await recording.write(context, closed)
    await town.walks(at(date(2026, 11, 28), 10), hours=12)
    (entry,) = await town.entries()
    assert not entry.is_confirmed
    assert [one for one in town.member_heard(ZHANG) if "履职记录请您确认" in one]
    assert not [one for one in town.member_heard(OFFICER) if "没有本人确认" in one]


async def test_what_is_wrong_is_said_heard_by_staff_and_put_right_by_a_new_entry(town: Town) -> None:
    await received(town)
    await town.writes(ZHANG, "履职有误 1 那天只有2人")
    assert "标为有异议" in town.member_heard(ZHANG)[-1]
    assert "那天只有2人" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "履职待审")
    assert "代表说有误：那天只有2人" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "通过 1")
    assert "不能通过：1" in town.member_heard(OFFICER)[-1], "what is disputed cannot be passed"
    await town.writes(OFFICER, "履职更正 1 人数 2")
    await tap(town, OFFICER, "duty_ok")
    old, new = await town.entries()
    assert (old.is_standing, new.people, new.own, new.source) == (False, 2, False, "staff")
    (row,) = await town.all(Reception)
    assert (row.people, row.representative_code) == (2, "R1"), "the month counts what is right now"
    await town.writes(ZHANG, "履职确认 2")
    assert (await town.entries())[-1].is_confirmed
    await town.writes(OFFICER, "履职作废 2 那天接待的不是张伟代表")
    (row,) = await town.all(Reception)
    assert (row.people, row.representative_code) == (2, None), "people were received, but not by him"
    await town.passes(seconds=61)
    assert not [one for one in await town.entries() if one.is_standing and not one.withdrawn]
    await assert_verifies(town)


async def test_own_duty_shows_the_year_by_group_and_what_is_behind(town: Town) -> None:
    await received(town)
    await town.writes(ZHANG, "履职 昨天在牡丹园走访3户")
    await tap(town, ZHANG, "duty_ok")
    await town.writes(ZHANG, "我的履职")
    told = town.member_heard(ZHANG)[-1]
    for words in (
        "2026 年您有 2 条履职记录，当面联系 6 人次",
        "联系代表和群众：接待 1、走访 1",
        "联系群众 2/2 次",
        "联系选民 6/10 人，还差 4 人",
        "接待 1/2 次，还差 1 次",
        "等您确认 1 条",
    ):
        assert words in told


async def test_the_auditor_hears_the_heads_each_morning_and_can_check_them(town: Town) -> None:
    await adds(town, StaffMember(userid=AUDITOR, name="审计", role="auditor", station_code=None))
    town.sim.add_member(AUDITOR, AUDITOR)
    await received(town)
    await town.walks(at(date(2026, 11, 21), 9), hours=1)
    (told,) = [one for one in town.member_heard(AUDITOR) if "末行摘要" in one]
    async with town.bot.database.read() as session:
        heads = publishing.parse_heads(told.splitlines())
        assert [chain for chain, _, _ in heads] == ["JH"]
        assert [one async for one in publishing.find_differences(session, heads)] == []
    await town.walks(at(date(2026, 11, 22), 9), hours=3)
    assert len([one for one in town.member_heard(AUDITOR) if "末行摘要" in one]) == 2
    async with town.bot.database.read() as session:
        assert [one async for one in find_violations(session, now=town.clock.now())] == []
    assert not [one for one in town.member_heard(CENTRE) if "末行摘要" in one]
