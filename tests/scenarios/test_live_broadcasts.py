"""The broadcast in WeCom that belongs to a session: reserved once, changed with it, counted after it."""

from datetime import timedelta

import pytest

from bot.simulator import Faults
from bot.simulator.faults import Rule
from bot.simulator.state import CANCELLED, RESERVED, Living
from storage.models import AuditLine, OutboxRow
from storage.outbox import Channel
from tests.support import live_town
from tests.support.live_town import EVENING
from tests.support.town import CENTRE, NEIGHBOUR, OFFICER, RESIDENT, ZHANG, Town

pytestmark = pytest.mark.long  # days and weeks pass: minutes together

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def livings(town: Town) -> list[Living]:
    return list(town.sim.world.livings.values())


async def test_a_draft_reserves_nothing_and_an_approved_session_one(town: Town) -> None:
    number = await live_town.draft(town, anchor_userid=ZHANG)
    assert livings(town) == []
    await town.writes(CENTRE, f"直播 同意 {number}")
    (living,) = livings(town)
    assert (living.theme, living.starts_at, living.duration_seconds) == ("老旧小区改造", EVENING, 3600)
    assert living.description.startswith(f"场次 {number}。")
    assert (await live_town.get(town, number)).living_id == living.livingid
    await town.assert_at_rest()


async def test_the_anchor_begins_and_ends_it(town: Town) -> None:
    number = await live_town.approved(town, anchor_userid=ZHANG)
    (living,) = livings(town)
    await live_town.until(town, EVENING + 2 * MINUTE)
    assert await live_town.state_of(town, number) == "reminded"
    await town.sim.start_living(living.livingid)
    await town.settle()
    assert await live_town.state_of(town, number) == "live"
    await town.says(RESIDENT, "直播 什么时候装电梯")
    await town.sim.watch_living(RESIDENT, living.livingid, 600, comments=3)
    await town.sim.watch_living(ZHANG, living.livingid, 1200, speaks=True)
    await town.passes(minutes=50)
    town.sim.faults = Faults(duplicate_callbacks_every=1, watch_page_size=1, empty_pages_every=2)
    await town.sim.end_living(living.livingid)
    await town.settle()
    assert await live_town.state_of(town, number) == "ended"
    assert sum("问题认领清单" in one for one in town.member_heard(OFFICER)) == 1
    await town.passes(minutes=11)
    live = await live_town.get(town, number)
    assert (live.viewers, live.comments, live.mics, live.watch_seconds) == (2, 3, 1, 1800)
    assert live.figures_due_at is None
    await town.assert_at_rest()


async def test_events_that_overtake_each_other_end_it_once(town: Town) -> None:
    number = await live_town.approved(town, anchor_userid=ZHANG)
    (living,) = livings(town)
    await live_town.until(town, EVENING)
    town.sim.faults = Faults(drop_callbacks_every=1)  # nobody hears that it began
    await town.sim.start_living(living.livingid)
    town.sim.faults = Faults()
    await town.sim.end_living(living.livingid)
    await town.settle()
    live = await live_town.get(town, number)
    assert live.state.value in {"ended", "claimed"}
    assert live.started_at is not None
    assert sum("问题认领清单" in one for one in town.member_heard(OFFICER)) == 1


async def test_a_lost_answer_does_not_reserve_a_second_one(town: Town) -> None:
    town.sim.faults = Faults(rules=(Rule("living/create", "answer_lost", every=1, times=1),))
    number = await live_town.approved(town, anchor_userid=ZHANG)
    assert len(livings(town)) == 1
    assert (await live_town.get(town, number)).living_id is None
    await town.passes(seconds=5)
    (living,) = livings(town)
    assert (await live_town.get(town, number)).living_id == living.livingid
    await town.assert_at_rest()


async def test_where_the_lost_call_was_not_carried_out_another_is_made(town: Town) -> None:
    """Among the anchor's broadcasts are one of another session and one of their own: neither is taken for it."""
    first = await live_town.approved(town, anchor_userid=ZHANG, title="老旧小区改造")
    await town.sim.reserve_living(ZHANG, "老旧小区改造", EVENING, 3600)
    town.sim.faults = Faults(rules=(Rule("living/create", "html", every=1, times=1),), watch_page_size=1)
    second = await live_town.approved(town, anchor_userid=ZHANG, title="老旧小区改造")
    await town.passes(seconds=5)
    known = {(await live_town.get(town, number)).living_id for number in (first, second)}
    assert len(known) == 2
    assert len([one for one in livings(town) if one.by_app]) == 2
    assert town.sim.violations == {"not_your_living": 1}  # looking at it is the only way to know whose it is


async def test_called_off_while_the_answer_was_lost_leaves_no_broadcast(town: Town) -> None:
    town.sim.faults = Faults(rules=(Rule("living/create", "answer_lost", every=1, times=1),))
    number = await live_town.approved(town, anchor_userid=ZHANG)
    await live_town.cancel(town, number, "场地停电")
    await town.passes(seconds=5)
    assert [one.state for one in livings(town)] == [CANCELLED]
    await town.assert_at_rest()


async def test_moved_twice_before_the_platform_answers_is_reserved_once_at_the_right_time(town: Town) -> None:
    town.sim.faults = Faults(rules=(Rule("living/create", "errcode", errcode=-1, every=1, times=1),))
    number = await live_town.approved(town, anchor_userid=ZHANG)
    await live_town.move(town, number, EVENING + DAY, "设备检修")
    await live_town.move(town, number, EVENING + 2 * DAY, "设备检修")
    await town.passes(seconds=5)
    (living,) = livings(town)
    assert (living.state, living.starts_at) == (RESERVED, EVENING + 2 * DAY)


async def test_a_move_and_a_cancellation_reach_wecom(town: Town) -> None:
    number = await live_town.approved(town, anchor_userid=ZHANG)
    await live_town.move(town, number, EVENING + DAY, "设备检修")
    (living,) = livings(town)
    assert living.starts_at == EVENING + DAY
    await live_town.cancel(town, number, "场地停电")
    assert living.state == CANCELLED
    assert sum("取消了" in one for one in town.member_heard(ZHANG)) == 1  # the echo of WeCom says it no second time
    await town.assert_at_rest()


async def test_the_anchor_cancels_it_in_wecom(town: Town) -> None:
    number = await live_town.approved(town, anchor_userid=ZHANG)
    await live_town.subscribes(town, NEIGHBOUR)
    await live_town.until(town, EVENING - 2 * DAY)
    await town.says(NEIGHBOUR, "您好")
    (living,) = livings(town)
    await town.bot.client.living_cancel(living.livingid)
    await town.passes(seconds=1)
    await town.passes(seconds=1)
    assert await live_town.state_of(town, number) == "cancelled"
    assert sum("主播在企业微信里取消了" in one for one in town.heard(NEIGHBOUR)) == 1
    await town.assert_at_rest()


async def test_what_wecom_refuses_for_good_is_done_by_hand(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    town.sim.faults = Faults(rules=(Rule("living/create", "errcode", errcode=40058, every=1),))
    await live_town.approved(town, anchor_userid=ZHANG)
    assert any("没有预约或修改成功" in one for one in town.member_heard(ZHANG))
    (row,) = [row for row in await town.all(OutboxRow) if row.channel == Channel.LIVING]
    assert row.state.value == "failed"
    caplog.clear()


async def test_figures_that_cannot_be_read_are_asked_for_again_and_then_noted(town: Town) -> None:
    number = await live_town.approved(town, anchor_userid=ZHANG)
    (living,) = livings(town)
    await live_town.until(town, EVENING)
    await town.sim.start_living(living.livingid)
    await town.sim.end_living(living.livingid)
    await town.settle()
    town.sim.faults = Faults(rules=(Rule("living/get_living_info", "errcode", errcode=-1, every=1, times=2),))
    await town.passes(minutes=11)
    assert (await live_town.get(town, number)).viewers is None
    await town.passes(minutes=11)
    await town.passes(minutes=11)
    assert (await live_town.get(town, number)).viewers == 0
    other = await live_town.approved(town, anchor_userid=ZHANG, starts_at=EVENING + DAY)
    await live_town.until(town, EVENING + DAY)
    await town.sim.start_living(livings(town)[-1].livingid)
    await town.sim.end_living(livings(town)[-1].livingid)
    await town.settle()
    town.sim.faults = Faults(rules=(Rule("living/get_living_info", "errcode", errcode=92008, every=1),))
    await town.passes(minutes=11)
    live = await live_town.get(town, other)
    assert (live.viewers, live.figures_due_at) == (None, None)
    assert "no watch figures" in [line.act for line in await town.all(AuditLine)]
