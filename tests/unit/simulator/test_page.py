"""The demo page is plain files from this machine."""

import re
from pathlib import Path

import pytest

from bot.simulator.page import STATIC
from tests.unit.simulator.stage import Stage

FILES = sorted(path for path in STATIC.rglob("*") if path.is_file())


async def test_is_served_with_a_policy_that_allows_only_itself(stage: Stage) -> None:
    async with stage.bot.http.get(f"{stage.bot.api}/") as answer:
        assert answer.status == 200
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        page = await answer.text()
    for path in re.findall(r'(?:src|href)="(/[^"]+)"', page):
        async with stage.bot.http.get(stage.bot.api + path) as answer:
            assert answer.status == 200, path


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_comes_from_outside_and_no_text_becomes_markup(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"(?:https?:)?//(?!www\.w3\.org/2000/svg)[a-z0-9.-]+\.[a-z]{2,}", source)
    assert "innerHTML" not in source
    assert "insertAdjacentHTML" not in source
