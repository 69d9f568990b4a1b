"""`make soak` in short: the real process under load while it is killed, cut off and out of disk; then the proof."""

from pathlib import Path

import pytest

from benchmarks.soak import plan
from benchmarks.soak.act import make_crowd, play
from benchmarks.soak.plan import Mishap, Sizes, make_plan
from benchmarks.soak.plants import plant_and_prove
from benchmarks.soak.stand import POSTGRESQL, SQLITE, open_stand

MISHAPS = [
    Mishap(2, plan.WEATHER, size=0),
    Mishap(4, plan.DIE, "received, before the commit", 150),
    Mishap(8, plan.FULL, size=0.5),
    Mishap(12, plan.CUT, "wecom", 0.5),
    Mishap(14, plan.JUMP, size=90.0),
    Mishap(16, plan.DIE, "request answered", 150),
    Mishap(18, plan.CUT, "callbacks", 0.5),
    Mishap(20, plan.KILL),
    Mishap(20, plan.JUMP, size=-1.0),
]
# What may be logged as an error while a disk is full or a line dead, and nothing else.
EXPECTED = {"loop broke and starts again", "job failed", "message could not be handled"}
pytestmark = pytest.mark.long


async def test_killed_cut_off_and_out_of_disk_it_loses_nothing_and_says_nothing_twice(tmp_path: Path) -> None:
    """What is planted first has to be found: a dropped row, a doubled send, a lost answer, a doubled duty entry."""
    async with open_stand(tmp_path, SQLITE, quick=True) as stand:
        proved = await plant_and_prove(stand, make_crowd(stand, "P", 1, further=0.0))
        assert proved.holds, proved
        crowd = make_crowd(stand, "R", 2)
        played = await play(stand, crowd, 24, MISHAPS, rate=15.0, at_once=100, patience=60.0)
        assert played.faults == []
        assert played.answers == len(crowd.people)
        assert sum(count for what, count in played.befell.items() if what.startswith("killed")) == 3
        assert played.befell["disk full"] == played.befell["cut: wecom"] == played.befell["cut: callbacks"] == 1
        assert stand.errors().keys() <= EXPECTED
        assert stand.ended_by_themselves == 0


@pytest.mark.slow
async def test_two_processes_lose_nothing_while_postgresql_and_redis_are_restarted(tmp_path: Path) -> None:
    sizes = Sizes(300, kills=8, restarts=4, others=10, has_server=True)
    async with open_stand(tmp_path, POSTGRESQL, bots=2) as stand:
        proved = await plant_and_prove(stand, make_crowd(stand, "P", 1, further=0.0))
        assert proved.holds, proved
        crowd = make_crowd(stand, "R", 2)
        played = await play(stand, crowd, 300, make_plan(5, sizes), rate=20.0, at_once=150, patience=240.0)
        assert played.faults == []
        assert played.answers + played.answers_lost_by_wecom == len(crowd.people)
        assert sum(count for what, count in played.befell.items() if "restarted" in what) == 4
