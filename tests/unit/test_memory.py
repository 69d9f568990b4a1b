"""The collector of cycles does not stand in the way while people are served, and still throws things away."""

import gc
import subprocess
import sys
import weakref
from collections.abc import Iterator

import pytest

from bot import memory


class Ring:
    """Refers to itself: only the collector can throw it away."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def oldest_looked_at() -> int:
    return gc.get_stats()[2]["collections"]


def test_while_people_are_served_the_oldest_generation_is_left_alone() -> None:
    with memory.calm():
        before = oldest_looked_at()
        kept = [[] for _ in range(400_000)]
        assert oldest_looked_at() == before
    assert len(kept) == 400_000


def test_without_it_the_same_is_walked_again_and_again() -> None:
    memory.tidy()
    before = oldest_looked_at()
    kept = [[] for _ in range(400_000)]
    assert oldest_looked_at() > before
    assert len(kept) == 400_000


def test_afterwards_everything_is_as_it_was() -> None:
    before = gc.get_threshold()
    with memory.calm():
        assert (before[0] < gc.get_threshold()[0] < 10_000, gc.get_threshold()[1]) == (True, before[1])
    assert gc.get_threshold() == before


def test_what_nobody_can_reach_is_thrown_away_and_what_lives_lives_on() -> None:
    lost, kept = Ring(), Ring()
    seen = weakref.ref(lost)
    gc.disable()
    del lost
    gc.enable()
    memory.tidy()
    assert seen() is None
    assert kept.itself is kept


def test_what_makes_documents_or_talks_to_others_is_not_brought_in_before_it_is_needed() -> None:
    asked = "import sys, bot.commands.serving; print(sorted(sys.modules.keys() & set(sys.argv[1:])))"
    unneeded = [
        "PIL",
        "alembic",
        "docx",
        "docxtpl",
        "fontTools",
        "icalendar",
        "jinja2",
        "lxml",
        "openpyxl",
        "redis",
        "reportlab",
        "segno",
    ]
    found = subprocess.run([sys.executable, "-c", asked, *unneeded], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_nothing_is_looked_for_while_the_house_is_brought_in() -> None:
    with memory.unwatched():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_was_brought_in_is_never_walked() -> None:
    with memory.unwatched():
        kept = [[] for _ in range(10_000)]
    assert gc.get_freeze_count() > len(kept)
