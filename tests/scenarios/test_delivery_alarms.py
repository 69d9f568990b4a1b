"""Staff hear when answers do not leave or WeCom refuses: once, again after an hour, and when it is over."""

import logging
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application

from bot.scheduler import watch_delivery
from bot.scheduler.runner import JobRunner
from bot.simulator.faults import Faults, Rule
from storage.models import DeliveryAlarm, StaffMember
from storage.rules import note_roster_change
from tests.scenarios.test_clocks import goes_to, opened
from tests.support.town import CENTRE, OFFICER, RESIDENT, ZHANG, Town, open_town

ADMIN = "admin.one"


def alarms(town: Town, member: str = CENTRE) -> list[str]:
    return [said for said in town.member_heard(member) if "【送达告警" in said]


def all_clears(town: Town, member: str = CENTRE) -> list[str]:
    return [said for said in town.member_heard(member) if "【送达恢复】" in said]


async def minutes_pass(town: Town, minutes: int) -> None:
    """Minute by minute, as the job looks: what it did not see does not count. Other jobs rest meanwhile."""
    looks = JobRunner(town.bot.office, (watch_delivery.JOB,), town.bot.hints)
    for _ in range(minutes):
        await town.clock.advance(minutes=1)
        await looks.run_all_once()
        await town.bot.pump.send_pending()
    await town.settle()


async def refuse(town: Town, api: str, errcode: int) -> None:
    town.sim.faults = Faults(rules=(Rule(api, errcode=errcode, every=1),))


async def ask(town: Town, address: str) -> tuple[int, str]:
    app = Application()
    town.bot.add_routes(app)
    async with TestClient(TestServer(app)) as client, client.get(address) as answer:
        return answer.status, await answer.text()


async def test_an_answer_that_does_not_leave_for_five_minutes_is_told_and_so_is_the_end(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await opened(town)
    await town.passes(minutes=3)
    await refuse(town, "kf/send_msg", -1)
    await town.writes(ZHANG, "今晚来修")
    await minutes_pass(town, 5)
    assert alarms(town) == []
    await minutes_pass(town, 2)
    (alarm,) = alarms(town)
    assert "从 11月20日 09:33 起，共 1 条" in alarm
    assert "企业微信系统繁忙" in alarm
    assert "1. 看看企业微信能不能正常打开" in alarm
    await minutes_pass(town, 20)
    assert len(alarms(town)) == 1
    town.sim.faults = Faults()
    await minutes_pass(town, 16)  # what was refused so often is tried again every ten minutes or so
    assert any("今晚来修" in said for said in town.heard(RESIDENT))
    (clear,) = all_clears(town)
    assert "没有超时未发的答复了" in clear
    assert [one.message for one in caplog.records if one.levelno >= logging.ERROR] == ["delivery alarm raised"]
    caplog.clear()


async def test_an_answer_that_waits_for_its_constituent_sets_off_no_alarm(town: Town) -> None:
    await opened(town)
    town.sim.add_servicer(OFFICER)
    await town.sim.human_takes(RESIDENT, OFFICER)
    await town.settle()
    await town.writes(ZHANG, "今晚来修")
    await minutes_pass(town, 12)
    assert alarms(town) == []
    assert await town.all(DeliveryAlarm) == []


async def test_a_wrong_setting_is_told_with_steps_again_after_an_hour_and_when_it_is_over(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await refuse(town, "kf/send_msg", 95017)
    await opened(town)
    await minutes_pass(town, 3)
    (alarm,) = alarms(town)
    assert "（错误码 95017），从 11月20日 09:30 起" in alarm
    assert "“微信客服”→“API”，打开接口开关" in alarm
    await minutes_pass(town, 50)
    assert len(alarms(town)) == 1  # that answers are late because of it is not told beside it
    await minutes_pass(town, 15)
    assert len(alarms(town)) == 2
    assert "还没有好" in alarms(town)[1]
    town.sim.faults = Faults()
    await minutes_pass(town, 6)
    (clear,) = all_clears(town)
    assert "错误码 95017" in clear
    assert any("您反映的事已收到" in said for said in town.heard(RESIDENT))
    await minutes_pass(town, 60)
    assert (len(alarms(town)), len(all_clears(town))) == (2, 1)
    caplog.clear()


async def test_at_night_the_first_alarm_is_told_and_not_again_before_the_morning(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await goes_to(town, "2026-11-24", "02:00")
    await refuse(town, "kf/send_msg", 48002)
    await opened(town)
    await minutes_pass(town, 130)
    assert len(alarms(town)) == 1
    await goes_to(town, "2026-11-24", "08:01")
    assert len(alarms(town)) == 2
    caplog.clear()


async def test_when_nothing_can_be_sent_at_all_it_is_seen_elsewhere_and_told_when_it_can(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town.sim.faults = Faults(rules=(Rule("message/send", errcode=60020, every=1),))
    await opened(town)
    await minutes_pass(town, 70)
    assert alarms(town) == []
    assert "delivery alarm raised" in {record.getMessage() for record in caplog.records}
    status, said = await ask(town, "/readyz")
    assert "degraded: WeCom refuses to send (60020) since 2026-11-20T01:30:00Z" in said
    assert status == 503  # only because the loops of this town do not run
    assert said.startswith("starting\n")
    status, said = await ask(town, "/metrics")
    assert 'lianxin_alarm_seconds{errcode="60020",kind="refused"}' in said
    town.sim.faults = Faults()
    await minutes_pass(town, 6)
    (alarm,) = alarms(town)  # what would have repeated it did not pile up
    assert "服务器的出口 IP 不在“企业可信 IP”里" in alarm
    assert len(all_clears(town)) == 1
    caplog.clear()


async def test_a_token_that_was_taken_back_early_disturbs_nobody(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town.sim.faults = Faults(rules=(Rule("kf/send_msg", errcode=40014, every=1, times=2),))
    await opened(town)
    await minutes_pass(town, 10)
    assert any("您反映的事已收到" in said for said in town.heard(RESIDENT))
    assert (alarms(town), all_clears(town)) == ([], [])
    (noted,) = await town.all(DeliveryAlarm)
    assert noted.cleared_at is not None
    caplog.clear()


async def test_an_administrator_hears_it_too_and_the_stations_officer_does_not(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town.sim.add_member(ADMIN, "管理员")
    async with town.bot.database.begin() as session:
        session.add(StaffMember(userid=ADMIN, name="管理员", role="admin", station_code=None))
        await note_roster_change(session, town.clock.now(), "test")
    await refuse(town, "kf/send_msg", 95017)
    await opened(town)
    await minutes_pass(town, 2)
    assert [len(alarms(town, member)) for member in (CENTRE, ADMIN, OFFICER)] == [1, 1, 0]
    caplog.clear()


async def test_a_limit_that_lasts_is_told_and_one_that_passes_is_not(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await refuse(town, "message/send", 45009)
    await opened(town)
    await minutes_pass(town, 6)
    assert await town.all(DeliveryAlarm) == []
    await minutes_pass(town, 40)
    (alarm,) = await town.all(DeliveryAlarm)
    assert alarm.errcode == 45009
    caplog.clear()


async def test_a_restart_and_a_second_scheduler_repeat_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_town(tmp_path) as town:
        await refuse(town, "kf/send_msg", 95017)
        await opened(town)
        await minutes_pass(town, 2)
        second = JobRunner(town.bot.office, (watch_delivery.JOB,), town.bot.hints)
        for _ in range(3):
            await second.run_all_once()
            await minutes_pass(town, 1)
        assert len(alarms(town)) == 1
    caplog.clear()
