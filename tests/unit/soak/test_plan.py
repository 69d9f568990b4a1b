"""A plan of misfortunes: the same seed gives the same; every kind and point is in it; jumps stay short."""

from collections import Counter

from benchmarks.crash_points import POINTS
from benchmarks.soak import plan
from benchmarks.soak.plan import MOST_AHEAD_SECONDS, Sizes, make_plan

SIZES = Sizes(5000, kills=60, restarts=7, others=60, has_server=True)


def test_the_same_seed_gives_the_same_plan_and_another_one_another() -> None:
    assert make_plan(3, SIZES) == make_plan(3, SIZES)
    assert make_plan(3, SIZES) != make_plan(4, SIZES)


def test_it_has_as_many_of_everything_as_were_asked_for_in_their_order() -> None:
    mishaps = make_plan(3, SIZES)
    kinds = Counter(one.kind for one in mishaps)
    assert sum(kinds[kind] for kind in (plan.KILL, plan.COLD, plan.DIE, plan.TERM)) == 60
    assert kinds[plan.SERVER] == 7
    assert sorted(mishaps, key=lambda one: one.at) == mishaps
    assert 0 < mishaps[0].at <= mishaps[-1].at < 5000
    assert {one.where for one in mishaps if one.kind == plan.DIE} == set(POINTS)


def test_without_a_server_none_is_restarted_and_no_line_to_it_is_cut() -> None:
    mishaps = make_plan(3, Sizes(5000, kills=6, restarts=7, others=60))
    assert plan.SERVER not in {one.kind for one in mishaps}
    assert "database" not in {one.where for one in mishaps}


def test_all_jumps_together_stay_short_of_every_deadline() -> None:
    for seed in range(50):
        ahead = sum(max(one.size, 0.0) for one in make_plan(seed, SIZES) if one.kind == plan.JUMP)
        assert ahead < MOST_AHEAD_SECONDS + 300
