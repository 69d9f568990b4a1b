"""A notice to ten thousand, the bot killed in the middle; then again to those it failed for."""

import pytest

from benchmarks.broadcast import run

pytestmark = pytest.mark.long


async def test_killed_at_the_4321st_card_every_recipient_has_exactly_one_and_failures_are_sent_again() -> None:
    seen = await run(members=10_000, overlap=500, busy=0, kills=1, answer_seconds=0.2, kill_at=4321)
    assert (seen["not_told"], seen["told_twice"], seen["listed_wrongly"]) == (0, 0, 0)
    assert seen["told_once"] == 10_500 - 2 * int(str(seen["unreachable"]))
    assert seen["sent_again"] == seen["unreachable"]
    assert 0 < int(str(seen["of_them_cured"])) == seen["cured_and_told"] < int(str(seen["unreachable"]))
    assert seen["told_again_who_had_it"] == 0
    assert seen["rules_broken"] == {}
    assert seen["errors_logged"] == 0
