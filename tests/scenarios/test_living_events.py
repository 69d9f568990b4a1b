"""What WeCom tells of livings reaches the bot and is done with, also of livings that nobody here knows."""

from datetime import timedelta

import pytest

from bot.simulator import Faults
from bot.wecom.errors import Permanent
from bot.wecom.living import LivingPlan, LivingStatus, ReplayStatus
from storage.models import InboxRow
from storage.states import InboxState
from tests.support.town import RESIDENT, ZHANG, Town


def plan(town: Town, theme: str = "代表接待群众") -> LivingPlan:
    return LivingPlan(theme, town.clock.now() + timedelta(hours=1), 3600, "说说老旧小区改造")


async def test_every_change_is_kept_and_done(town: Town) -> None:
    livingid = await town.bot.client.living_create(ZHANG, plan(town))
    await town.sim.start_living(livingid)
    await town.sim.end_living(livingid)
    await town.settle()
    rows = await town.all(InboxRow)
    assert [(row.lane, row.state) for row in rows] == [(f"app:{ZHANG}", InboxState.DONE)] * 3
    assert town.heard(RESIDENT) == []
    await town.assert_at_rest()


async def test_the_client_and_the_platform_agree_on_a_living(town: Town) -> None:
    client, sim = town.bot.client, town.sim
    sim.faults = Faults(watch_page_size=1, empty_pages_every=2)
    livingid = await client.living_create(ZHANG, plan(town))
    await client.living_modify(livingid, plan(town, "一" * 30))
    reserved = await client.living_info(livingid)
    assert (reserved.status, reserved.theme) == (LivingStatus.RESERVED, "一" * 19 + "…")
    assert (reserved.starts_at, reserved.replay) == (town.clock.now() + timedelta(hours=1), None)
    await sim.start_living(livingid)
    for who in (RESIDENT, ZHANG):
        await sim.watch_living(who, livingid, 60, comments=1)
    await sim.end_living(livingid)
    ended = await client.living_info(livingid)
    assert (ended.status, ended.viewer_num, ended.replay) == (LivingStatus.ENDED, 2, ReplayStatus.MAKING)
    watchers = await client.living_watch_stat(livingid)
    assert [(each.external_userid, each.userid, each.watch_seconds) for each in watchers] == [
        (RESIDENT, "", 60),
        ("", ZHANG, 60),
    ]
    with pytest.raises(Permanent):
        await client.living_cancel(livingid)
    await town.settle()
    await town.assert_at_rest()
