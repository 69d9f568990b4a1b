"""A notice to thousands in bad weather: each recipient has exactly one, whatever befalls the calls or the clock."""

from collections import Counter

import pytest

from bot.services.broadcasts import sending
from bot.simulator.faults import Faults, Rule
from storage.states import BroadcastState
from tests.support.notices import approve, look, results, times_heard
from tests.support.town import ZHANG, Town

pytestmark = pytest.mark.long

SEND = "message/send"
A_ROW = 3  # recipients, so that there are many calls
WEATHER = Faults(
    seed=9,
    token_death_every=97,
    rules=(
        Rule(SEND, effect="html", status=502, probability=0.01),
        Rule(SEND, effect="html", status=200, probability=0.01),
        Rule(SEND, effect="hang", seconds=0.02, probability=0.01),
        Rule(SEND, effect="answer_lost", probability=0.01),
        Rule(SEND, errcode=45033, probability=0.01),
        Rule(SEND, errcode=-1, probability=0.01),
    ),
)
GONE = {
    "cut off": Faults(rules=(Rule("*", effect="hang", seconds=0.001, every=1),)),
    "answers 502": Faults(rules=(Rule("*", effect="html", every=1),)),
    "does it and says nothing": Faults(rules=(Rule(SEND, effect="answer_lost", every=1),)),
}


def crowd(town: Town, count: int) -> list[str]:
    userids = [f"member{number:04d}" for number in range(count)]
    for userid in userids:
        town.sim.add_member(userid, userid)
    return userids


async def hand_over(town: Town, rows: int = 10_000) -> int:
    """Runs of the job until it finds nothing more, or so many rows were written; after each all is sent."""
    written = 0
    while written < rows:
        async with town.bot.database.begin() as session:
            count = await sending.send_due(await town.bot.office.open(session), most=A_ROW)
        if not count:
            break
        written += count // A_ROW
        await town.settle()
    return written


async def has_everyone_one(town: Town, number: int, userids: list[str]) -> None:
    assert Counter(times_heard(town, userid) for userid in userids) == {1: len(userids)}
    assert Counter((await results(town, number)).values()) == {("sent", ""): len(userids)}
    await town.passes(seconds=5)
    assert (await look(town, number)).state is BroadcastState.SENT
    assert not town.sim.violations


async def test_each_kind_of_mishap_in_a_hundredth_of_the_calls(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    userids = crowd(town, 2400)
    number = await approve(town, userids=userids)
    town.sim.faults = WEATHER
    for _ in range(60):
        await hand_over(town)
        await town.passes(minutes=2)
        if "waiting" not in {state for state, _ in (await results(town, number)).values()}:
            break
    made = town.sim.world.trace.calls
    assert {code for (api, code), count in made.items() if api == SEND and count} >= {0, -1, 40014, 45033}
    assert town.sim.dropped["duplicate_check"] > 0  # it was sent again, and WeCom knew it
    town.sim.faults = Faults()
    await has_everyone_one(town, number, userids)
    caplog.clear()


async def test_the_token_dies_before_every_other_call(town: Town) -> None:
    userids = crowd(town, 90)
    number = await approve(town, userids=userids)
    town.sim.faults = Faults(token_death_every=2)
    await hand_over(town)
    for _ in range(6):
        await town.passes(minutes=5)
        await hand_over(town)
    town.sim.faults = Faults()
    await town.passes(minutes=15)
    await has_everyone_one(town, number, userids)


@pytest.mark.parametrize("how", GONE)
async def test_wecom_is_gone_for_an_hour(town: Town, how: str, caplog: pytest.LogCaptureFixture) -> None:
    userids = crowd(town, 90)
    number = await approve(town, userids=userids)
    await town.settle()
    await hand_over(town, 8)
    town.sim.faults = GONE[how]
    for _ in range(6):
        await hand_over(town, 4)
        await town.passes(minutes=10)
    town.sim.faults = Faults()
    for _ in range(3):
        await hand_over(town)
        await town.passes(minutes=11)
    await has_everyone_one(town, number, userids)
    caplog.clear()


@pytest.mark.parametrize(
    ("minutes", "under_way"), [(180, False), (180, True), (-10, False), (-10, True), (-180, True)]
)
async def test_the_clock_jumps(town: Town, minutes: int, under_way: bool) -> None:
    userids = crowd(town, 90)
    number = await approve(town, userids=userids)
    await town.settle()
    await hand_over(town, 8)
    if under_way:
        async with town.bot.database.begin() as session:
            await sending.send_due(await town.bot.office.open(session), most=A_ROW)
        await town.bot.pump.turn()
    await town.clock.advance(minutes=minutes)
    for _ in range(3):
        await hand_over(town)
        await town.passes(minutes=max(1, -minutes))
    await has_everyone_one(town, number, userids)


async def test_an_answer_that_was_under_way_when_the_clock_jumped_is_said_once(town: Town) -> None:
    await town.scans("wmResident", "rep", "R1")
    await town.says("wmResident", "牡丹园的路灯坏了")
    await town.sim.member_says(ZHANG, "今晚来修")
    await town.sim.quiet()
    while await town.bot.worker.handle_pending():
        pass
    await town.bot.pump.turn()
    await town.clock.advance(hours=5)
    await town.bot.jobs.run_all_once()  # leases are long over, the sweeper gives the rows back
    await town.settle()
    for _ in range(3):
        await town.passes(minutes=15)
    assert sum("今晚来修" in line for line in town.heard("wmResident")) == 1
