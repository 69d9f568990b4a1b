"""The bot dies at every named point between a word and the phone; the phones are read afterwards."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from benchmarks.crash_points import POINTS, RECEIVED
from benchmarks.crashes import ANSWER, CARD, NOTICE, PURPOSES, REMINDER, Rounds, open_rounds

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rounds(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rounds]:
    """One stage for all deaths: each has people of its own."""
    folder: Path = tmp_path_factory.mktemp("crashes")
    async with open_rounds(folder) as opened:
        yield opened


@pytest.mark.parametrize("purpose", [CARD, REMINDER])
async def test_a_bot_that_forgets_what_was_on_its_way_is_found_out(rounds: Rounds, purpose: str) -> None:
    seen = await rounds.play("request leaves", purpose, plant="forget")
    assert seen.died
    assert seen.lost


@pytest.mark.parametrize("purpose", [ANSWER, NOTICE])
async def test_a_bot_that_says_it_anew_is_found_out(rounds: Rounds, purpose: str) -> None:
    seen = await rounds.play("request answered", purpose, plant="anew")
    assert seen.died
    assert seen.twice


def _purpose(turn: int, point: str) -> str:
    """In turns; `make bench` plays all with all."""
    return (ANSWER, CARD)[turn % 2] if point in RECEIVED else PURPOSES[turn % len(PURPOSES)]


@pytest.mark.parametrize(
    ("point", "purpose"), [(point, _purpose(turn, point)) for turn, point in enumerate(POINTS)]
)
async def test_killed_there_nothing_is_lost_and_nothing_said_twice(
    rounds: Rounds, point: str, purpose: str
) -> None:
    seen = await rounds.play(point, purpose, microseconds=150)
    assert seen.died
    assert (seen.lost, seen.twice) == (0, 0)
