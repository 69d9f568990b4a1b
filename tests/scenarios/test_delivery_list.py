"""At night what is believed delivered is compared with what WeCom reports; in the morning there is a short list."""

import asyncio

import pytest
from sqlalchemy import update

from bot.scheduler import reconcile_delivery
from bot.scheduler.runner import JobRunner
from bot.services.watching import reconciling
from bot.simulator.faults import Faults, Rule
from storage import delivery_findings, job_marks
from storage.models import Broadcast, DeliveryFinding, DutyEntry, JobMark, OutboxRow
from storage.outbox import Purpose
from storage.states import BroadcastState
from tests.scenarios.test_clocks import goes_to, opened
from tests.support.notices import draft_in_chat
from tests.support.town import CENTRE, LI, OFFICER, RESIDENT, ZHANG, Town

LISTED = "昨晚核对送达"


def lists(town: Town, member: str) -> list[str]:
    return [said for said in town.member_heard(member) if LISTED in said]


async def night(town: Town, day: int, month: int = 11) -> None:
    """Three o'clock passes, and the morning after it."""
    await goes_to(town, f"2026-{month}-{day:02}", "03:01")
    await goes_to(town, f"2026-{month}-{day:02}", "08:01")


async def held_answer(town: Town) -> None:
    """An answer that waits: a servicer has the session."""
    await opened(town)
    town.sim.add_servicer(OFFICER)
    await town.sim.human_takes(RESIDENT, OFFICER)
    await town.settle()
    await town.writes(ZHANG, "今晚来修")


async def test_a_town_in_which_everything_arrives_has_no_list(town: Town) -> None:
    await opened(town)
    await town.writes(ZHANG, "今晚来修")
    await town.taps_menu(RESIDENT, "已解决")
    for day in (21, 23, 24):
        await night(town, day)
    assert await town.all(DeliveryFinding) == []
    assert lists(town, CENTRE) == lists(town, OFFICER) == []
    await town.writes(OFFICER, "送达 清单")
    assert "现在没有要处理的" in town.member_heard(OFFICER)[-1]


async def test_an_answer_that_waits_for_a_day_is_on_the_officers_list_once_until_it_has_left(town: Town) -> None:
    await goes_to(town, "2026-11-23", "10:00")
    await held_answer(town)
    await night(town, 24)
    assert lists(town, OFFICER) == []
    await night(town, 25)
    (listed,) = lists(town, OFFICER)
    assert "答复等了一天还发不出去，请电话联系：#000001" in listed
    assert "（联络员已知）：钱桥联络站 1 件" in lists(town, CENTRE)[0]
    await night(town, 26)
    assert len(lists(town, OFFICER)) == len(lists(town, CENTRE)) == 1
    await town.writes(OFFICER, "送达清单")
    assert "#000001" in town.member_heard(OFFICER)[-1]
    await town.says(RESIDENT, "有消息吗")
    async with town.bot.database.begin() as session:
        await session.execute(update(OutboxRow).where(OutboxRow.state == "parked").values(state="failed"))
    await town.writes(OFFICER, "送达 清单")
    assert "现在没有要处理的" in town.member_heard(OFFICER)[-1]


async def test_a_member_who_is_not_reached_on_several_days_is_named_to_be_corrected(town: Town) -> None:
    town.sim.add_member(ZHANG, ZHANG, visible=False)
    await goes_to(town, "2026-11-23", "10:00")
    await opened(town)
    await night(town, 24)
    assert lists(town, OFFICER) == []
    await goes_to(town, "2026-11-24", "10:00")
    await opened(town, "西边的井盖也没了", "wmNeighbour")
    await night(town, 25)
    assert "请核对名册、激活和可见范围：张伟代表 2 天" in lists(town, OFFICER)[0]
    assert "张伟代表 2 天" in lists(town, CENTRE)[0]


async def test_a_representative_who_taps_nothing_for_five_working_days_is_named(town: Town) -> None:
    await opened(town)  # Friday, the 20th
    await night(town, 27)
    assert lists(town, OFFICER) == []
    await night(town, 30)
    assert "卡片发出 5 个工作日没有点过，请问一问本人：张伟代表 1 张" in lists(town, OFFICER)[0]
    await town.taps(ZHANG, "accept:1")
    await night(town, 1, month=12)
    assert [row.kind for row in await town.all(DeliveryFinding) if row.settled_at is None] == []


async def test_what_failed_is_counted_by_reason_for_the_centre(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await goes_to(town, "2026-11-23", "10:00")
    await opened(town)
    town.sim.faults = Faults(rules=(Rule("kf/send_msg", errcode=40058, every=1),))
    await town.writes(ZHANG, "今晚来修")
    town.sim.faults = Faults()
    await night(town, 24)
    assert "没有送成：内容不合平台的要求 " in lists(town, CENTRE)[0]
    await night(town, 25)
    assert len(lists(town, CENTRE)) == 1
    caplog.clear()


async def test_a_record_that_says_delivered_while_the_answer_is_not_there_is_found(town: Town) -> None:
    await goes_to(town, "2026-11-23", "10:00")
    await opened(town)
    await town.writes(ZHANG, "今晚来修")
    (entry,) = await town.all(DutyEntry)
    assert entry.delivered_at is not None
    async with town.bot.database.begin() as session:
        answer = update(OutboxRow).where(OutboxRow.purpose == Purpose.ANSWER)
        await session.execute(answer.values(state="failed", created_at=entry.occurred_at))
        await session.execute(update(DutyEntry).values(delivered_at=town.clock.now().replace(year=2027)))
    await night(town, 24)
    assert "记的是已送达，平台说没有送到，请电话核实：#000001" in lists(town, OFFICER)[0]
    async with town.bot.database.begin() as session:
        await session.execute(update(OutboxRow).where(OutboxRow.purpose == Purpose.ANSWER).values(state="sent"))
        await session.execute(update(DutyEntry).values(delivered_at=entry.delivered_at))


async def test_a_notice_that_nobody_agrees_to_is_void_after_two_weeks_and_its_author_hears_it(town: Town) -> None:
    number = await draft_in_chat(town)  # Friday, the 20th
    await night(town, 4, month=12)
    assert (await town.all(Broadcast))[0].state is BroadcastState.DRAFT
    await night(town, 5, month=12)  # a Saturday: nobody is told before Monday
    assert (await town.all(Broadcast))[0].state is BroadcastState.RECALLED
    expired = f"通知 {number} 过了 14 天没有人同意"
    assert not any(expired in said for said in town.member_heard(OFFICER))
    await night(town, 6, month=12)
    await night(town, 7, month=12)
    assert sum(expired in said for said in town.member_heard(OFFICER)) == 1
    assert "已作废的通知：1" in lists(town, CENTRE)[0]
    await night(town, 8, month=12)
    assert sum(expired in said for said in town.member_heard(OFFICER)) == 1


async def test_a_night_that_was_cut_short_goes_on_where_it_was_and_two_schedulers_tell_once(town: Town) -> None:
    await held_answer(town)
    await town.clock.advance(hours=65, minutes=31)  # Monday, 03:01
    runners = [JobRunner(town.bot.office, (reconcile_delivery.JOB,), town.bot.hints) for _ in range(2)]
    async with town.bot.database.begin() as session:
        await reconciling.reconcile(await town.bot.office.open(session))
    async with town.bot.database.read() as session:
        mark = await session.get_one(JobMark, reconciling.RECONCILE)
    assert mark.facts["kind"] == 1
    assert mark.period == "2026-11-23"
    await asyncio.gather(*[runner.run_all_once() for runner in runners])
    assert [row.kind for row in await town.all(DeliveryFinding)] == [delivery_findings.PARKED]
    await town.clock.advance(hours=5)
    await asyncio.gather(*[runner.run_all_once() for runner in runners])
    await town.settle()
    assert len(lists(town, OFFICER)) == 1
    async with town.bot.database.begin() as session:
        done = await job_marks.claim(session, reconciling.RECONCILE, town.clock.now())
        assert done.facts == {"kind": None}


async def test_an_officer_sees_nothing_of_another_station_or_of_a_restricted_case(town: Town) -> None:
    await goes_to(town, "2026-11-23", "10:00")
    await held_answer(town)
    case = await town.case()
    async with town.bot.database.begin() as session:
        await session.execute(update(type(case)).values(restricted=True, representative_code=None))
    await night(town, 25)
    assert lists(town, OFFICER) == []
    await town.writes(OFFICER, "送达 清单")
    assert "现在没有要处理的" in town.member_heard(OFFICER)[-1]
    assert "钱桥联络站 1 件" in lists(town, CENTRE)[0]
    assert lists(town, LI) == []
