"""收到答复了吗, and the written notice of a petition."""

import pytest

from storage import referrals
from storage.models import AuditLine, Case, Message, OutboxRow, Referral, Reminder
from storage.states import CaseState, OutboxState, ReminderState
from tests.scenarios.test_clocks import asked, goes_to, opened
from tests.support.town import CENTRE, OFFICER, RESIDENT, ZHANG, Town

pytestmark = pytest.mark.long

QUESTION = "收到答复了吗"


def times_asked(town: Town) -> int:
    return sum(QUESTION in said for said in town.heard(RESIDENT))


async def day_by_day(town: Town, first: int, last: int, *, says: str = "") -> None:
    """Noon of each day of November and December; with words the window stays open."""
    for day in range(first, last + 1):
        month, on = (11, day) if day <= 30 else (12, day - 30)
        if says:
            await town.says(RESIDENT, says)
        await goes_to(town, f"2026-{month}-{on:02}", "12:00")


async def test_asked_after_seven_days_and_after_fourteen_and_never_again(town: Town) -> None:
    await opened(town)  # 20 November
    await day_by_day(town, 21, 26, says="还在等")
    assert times_asked(town) == 0
    await day_by_day(town, 27, 27, says="还在等")
    assert times_asked(town) == 1
    assert "JH-2026-000001 已经 7 天了，收到答复了吗？" in "".join(town.heard(RESIDENT))
    await day_by_day(town, 28, 33, says="还在等")
    assert times_asked(town) == 1
    await day_by_day(town, 34, 34, says="还在等")
    assert times_asked(town) == 2
    await day_by_day(town, 35, 60, says="还在等")
    assert times_asked(town) == 2


async def test_through_a_closed_window_it_waits_for_their_next_word(town: Town) -> None:
    await opened(town)
    await day_by_day(town, 21, 29)
    assert times_asked(town) == 0
    assert {row.step: row.state for row in await town.all(Reminder)}["asked_7"] is ReminderState.HELD
    await town.says(RESIDENT, "怎么样了")
    await town.passes(seconds=10)
    assert times_asked(town) == 1


async def test_whoever_was_answered_is_not_asked(town: Town) -> None:
    await opened(town)
    await day_by_day(town, 21, 26, says="还在等")
    await town.writes(ZHANG, "今晚修好")
    await day_by_day(town, 27, 40)
    await town.says(RESIDENT, "进度")
    assert times_asked(town) == 0
    assert {row.state for row in await town.all(Reminder)} == {ReminderState.VOID}


async def test_nobody_is_asked_while_their_own_word_is_awaited(town: Town) -> None:
    await opened(town)
    await town.writes(ZHANG, "问 000001 几号楼？")
    await day_by_day(town, 21, 28)
    await town.says(RESIDENT, "进度")
    assert times_asked(town) == 0


async def test_received_is_noted_and_the_owner_asked_to_record_it_once(town: Town) -> None:
    await opened(town)
    await day_by_day(town, 21, 27, says="还在等")
    for _ in range(2):
        await town.taps_menu(RESIDENT, "收到了")
        assert "记下了" in town.heard(RESIDENT)[-1]
    for member in (ZHANG, OFFICER):
        assert sum("群众说 JH-2026-000001 已经收到答复" in said for said in town.member_heard(member)) == 1
    assert [one.author for one in await town.all(Message)].count("note") == 1
    assert (await town.case()).state is CaseState.ASSIGNED
    await day_by_day(town, 28, 40, says="还在等")
    assert times_asked(town) == 1


async def test_not_yet_asks_the_next_in_line_at_once_and_once(town: Town) -> None:
    await opened(town)
    await town.passes(hours=4)
    await town.writes(ZHANG, "问 000001 几号楼？")
    await day_by_day(town, 21, 26)
    await town.says(RESIDENT, "3号楼")  # 20 hours are left
    await goes_to(town, "2026-11-27", "09:31")
    assert (times_asked(town), (await town.case()).clock_step) == (1, "officer")
    for _ in range(2):
        await town.taps_menu(RESIDENT, "还没有")
        assert "已请代表联络服务中心跟进" in town.heard(RESIDENT)[-1]
        assert (await town.case()).clock_step == "centre"
    assert asked(town, CENTRE) == 1
    by_them = [line.act for line in await town.all(AuditLine) if line.actor == "constituent"]
    assert by_them == ["next in line: centre"]


async def test_not_yet_in_the_night_waits_for_the_morning(town: Town) -> None:
    await opened(town)
    await town.writes(ZHANG, "问 000001 几号楼？")
    await day_by_day(town, 21, 25)
    await goes_to(town, "2026-11-26", "17:00")
    await town.says(RESIDENT, "3号楼")
    await goes_to(town, "2026-11-27", "12:00")
    assert (times_asked(town), (await town.case()).clock_step) == (1, "representative")
    await goes_to(town, "2026-11-27", "16:00")
    await town.clock.advance(hours=5, minutes=30)  # 21:30
    await town.taps_menu(RESIDENT, "还没有")
    assert "一上班就请" in town.heard(RESIDENT)[-1]
    await town.passes(minutes=5)
    assert asked(town, OFFICER) == 0
    await goes_to(town, "2026-11-30", "08:00")  # after the weekend
    assert asked(town, OFFICER) == 1


async def test_not_yet_at_the_centre_tells_the_centre_again(town: Town) -> None:
    await opened(town)
    await day_by_day(town, 21, 27, says="还在等")
    assert (await town.case()).clock_step == "centre"
    await town.taps_menu(RESIDENT, "还没有")
    assert "群众说 JH-2026-000001 还没有收到答复" in town.member_heard(CENTRE)[-1]


async def test_solved_closes_it_by_their_own_word_without_a_duty_entry(town: Town) -> None:
    await opened(town)
    await day_by_day(town, 21, 27, says="还在等")
    for _ in range(2):
        await town.taps_menu(RESIDENT, "已经解决")
        assert "就此办结" in town.heard(RESIDENT)[-1]
    case = await town.case()
    assert (case.state, case.clock_due_at) == (CaseState.CLOSED, None)
    assert await town.entries() == []
    assert sum("群众说 JH-2026-000001 已经解决" in said for said in town.member_heard(ZHANG)) == 1


async def test_a_tap_after_the_answer_changes_nothing(town: Town) -> None:
    await opened(town)
    await day_by_day(town, 21, 27, says="还在等")
    await town.writes(ZHANG, "今晚修好")
    await town.taps_menu(RESIDENT, "收到了")
    assert "已经有了答复" in town.heard(RESIDENT)[-1]
    assert (await town.case()).state is CaseState.ANSWERED


async def test_a_new_round_is_asked_about_anew(town: Town) -> None:
    await opened(town)
    await day_by_day(town, 21, 27, says="还在等")
    await town.writes(ZHANG, "今晚修好")
    await town.says(RESIDENT, "没有修好")  # 27 November
    await day_by_day(town, 28, 33, says="还在等")
    assert times_asked(town) == 1
    await day_by_day(town, 34, 34, says="还在等")
    assert times_asked(town) == 2
    assert {(row.edition, row.step) for row in await town.all(Reminder)} == {
        ("1", "asked_7"),
        ("1", "asked_14"),
        ("2", "asked_7"),
        ("2", "asked_14"),
    }


async def petition(town: Town) -> Referral:
    """A petition whose explanation never reached its sender."""
    await town.scans(RESIDENT, "station", "QQ1")
    await town.says(RESIDENT, "我要信访，反映拆迁补偿的事，法院判决我不服")
    (referral,) = await town.all(Referral)
    async with town.bot.database.begin() as session:
        await referrals.stamp_notified(session, referral.case_id, None)
    return referral


def noticed(town: Town, member: str) -> list[str]:
    return [said for said in town.member_heard(member) if "去向告知还没送到对方" in said and "最晚" in said]


async def test_a_petition_whose_sender_was_not_told_is_told_to_staff_in_time(town: Town) -> None:
    referral = await petition(town)
    assert referral.notice_due_at.date().isoformat() == "2026-12-05"  # a Saturday
    await day_by_day(town, 21, 29)
    assert noticed(town, CENTRE) == []
    await day_by_day(town, 30, 30)
    assert len(noticed(town, CENTRE)) == 1
    assert "最晚 12月5日（周六）09:30 前要告知" in noticed(town, CENTRE)[0]
    assert noticed(town, OFFICER) == noticed(town, CENTRE)
    await day_by_day(town, 31, 34)
    assert len(noticed(town, CENTRE)) == 2  # and on Friday, one day before
    await day_by_day(town, 35, 40)
    overdue = [said for said in town.member_heard(CENTRE) if "已经过期" in said and "去向告知还没送到" in said]
    assert len(overdue) == 4  # Monday to Thursday, not at the weekend
    number = (await town.case()).number
    await town.writes(CENTRE, f"已书面告知 {number[-6:]}")
    assert "已记下" in town.member_heard(CENTRE)[-1]
    assert any(line.act == "petition notice given" for line in await town.all(AuditLine))
    await town.writes(CENTRE, f"已书面告知 {number[-6:]}")
    assert "早已记为" in town.member_heard(CENTRE)[-1]
    before = len(town.member_heard(CENTRE))
    await day_by_day(town, 41, 43)
    assert not any("去向告知" in said for said in town.member_heard(CENTRE)[before:])


async def test_a_notice_that_arrives_after_all_stops_the_reminders(town: Town) -> None:
    referral = await petition(town)
    await day_by_day(town, 21, 30)
    async with town.bot.database.begin() as session:
        await referrals.stamp_notified(session, referral.case_id, town.clock.now())
    await day_by_day(town, 31, 40)
    assert len(noticed(town, CENTRE)) == 1


@pytest.mark.parametrize(
    ("who", "words", "said"),
    [
        (CENTRE, "已书面告知", "请这样写"),
        (CENTRE, "已书面告知 000009", "没有找到"),
        (CENTRE, "已书面告知 000001", "不是要告知去向的来信"),
    ],
)
async def test_a_notice_that_nobody_owes_is_refused(town: Town, who: str, words: str, said: str) -> None:
    await opened(town)
    await town.writes(who, words)
    assert said in town.member_heard(who)[-1]


async def test_what_a_constituent_reads_never_holds_a_note(town: Town) -> None:
    await opened(town)
    await town.writes(OFFICER, "备注 000001 此人多次来访")
    await town.writes(ZHANG, "问 000001 几号楼？")
    await town.says(RESIDENT, "3号楼")
    await town.passes(seconds=2)
    await town.writes(ZHANG, "今晚修好")
    assert not any("多次来访" in said for said in town.heard(RESIDENT))
    assert not any("多次来访" in said for said in town.member_heard(ZHANG))
    assert not any(row.state is OutboxState.FAILED for row in await town.all(OutboxRow))
    assert len(await town.all(Case)) == 1
