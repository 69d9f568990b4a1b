"""`make growth` with small numbers: rows of years are written, both bots answer everybody, figures come out."""

from pathlib import Path

import pytest

from benchmarks.growth import run

pytestmark = [pytest.mark.long, pytest.mark.slow]


async def test_what_a_message_costs_is_measured_on_two_sizes(tmp_path: Path) -> None:
    seen = await run(small=200, large=2000, messages=6, rounds=1, folder=tmp_path, server=None)
    assert seen["large"]["stored"]["messages"] == 2000
    assert seen["large"]["stored"]["cases"] == 250
    assert seen["ratio"] > 0
    assert seen["errors_logged"] == 0
