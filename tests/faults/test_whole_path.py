"""The benchmarks of the whole path and of a burst run, and count what is there."""

from typing import Any

import pytest

from benchmarks import burst, whole_path

pytestmark = pytest.mark.long


async def test_a_crowd_writes_at_once_and_everybody_is_answered() -> None:
    seen: dict[str, Any] = await whole_path.run(messages=40, people=10)
    assert seen["rows"]["messages"] == 40
    assert seen["rows"]["cases"] == 10
    assert seen["calls"]["kf/send_msg"] >= 10
    assert seen["violations"] == {}
    assert seen["errors_logged"] == 0
    assert min(seen["floor_seconds"].values()) > 0


async def test_in_a_burst_all_is_kept_and_those_who_asked_before_are_answered() -> None:
    seen: dict[str, Any] = await burst.run(rate=60.0, seconds=2.0, people=30)
    assert (seen["kept"], seen["kept_twice"]) == (120, 0)
    written, heard = seen["answers_written_and_heard"]
    assert written == heard > 0
    assert seen["violations"] == {}
    assert seen["errors_logged"] == 0
