"""The bot is killed while people write; duplicate callbacks, short pages and lost answers are on."""

import pytest

from benchmarks.real_messages import FAULTS, run

pytestmark = pytest.mark.long


async def test_nothing_is_lost_and_nothing_said_twice_when_the_bot_is_killed() -> None:
    seen = await run(messages=90, people=30, kills=2, faults=FAULTS, rate=15.0)
    assert seen["messages_kept"] == seen["messages_distinct"] == 90
    assert seen["cases"] == 30
    assert seen["messages_not_pushed"] == 0
    assert seen["pushed_twice_to_someone"] == 0
    assert seen["receipts_by_person"] == {1: 30}
    assert seen["left"] == (0, 0)
    assert seen["errors_logged"] == 0
    assert str(seen["verify"]).startswith("verified")
