"""WeCom did it and the answer was lost: what is tried again is the same request, whatever happened meanwhile."""

import pytest

from bot.notices.broadcast import NONE, OK, Wording
from bot.simulator.faults import Faults, Rule
from tests.support.notices import WORDS, approve, times_heard
from tests.support.town import LI, ZHANG, Town

LOST = Faults(rules=(Rule("message/send", effect="answer_lost", every=1),))


@pytest.mark.parametrize("buttons", [OK, NONE])
async def test_one_of_them_has_no_room_by_then_and_nobody_hears_it_twice(town: Town, buttons: str) -> None:
    for _ in range(29):
        await town.writes(LI, "待办")
    await approve(town, Wording(WORDS, buttons=buttons), userids=[ZHANG, LI])
    await town.settle()
    town.sim.faults = LOST
    await town.passes(seconds=1)
    assert times_heard(town, ZHANG) == times_heard(town, LI) == 1
    town.sim.faults = Faults()
    for _ in range(8):
        await town.passes(seconds=20)
    assert times_heard(town, ZHANG) == times_heard(town, LI) == 1
    await town.passes(minutes=15)
    await town.assert_at_rest(dropped=town.sim.dropped.total())


async def test_an_hour_of_lost_answers_is_not_heard_as_many_messages(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await approve(town, Wording(WORDS, buttons=NONE), userids=[ZHANG, LI])
    await town.settle()
    town.sim.faults = LOST
    for _ in range(12):
        await town.passes(minutes=5)
    town.sim.faults = Faults()
    for _ in range(3):
        await town.passes(minutes=15)
    assert times_heard(town, ZHANG) == times_heard(town, LI) == 1
    await town.assert_at_rest(dropped=town.sim.dropped.total())
    caplog.clear()
