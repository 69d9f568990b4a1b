"""The demo page is plain files from this machine."""

import re
from pathlib import Path

import pytest

from bot.simulator.page import STATIC
from tests.unit.simulator.stage import Stage

WEB = Path(__file__).parents[3] / "bot" / "web" / "static"
FILES = sorted(path for path in STATIC.rglob("*") if path.is_file())


async def test_is_served_with_a_policy_that_allows_only_itself(stage: Stage) -> None:
    async with stage.bot.http.get(f"{stage.bot.api}/") as answer:
        assert answer.status == 200
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        page = await answer.text()
    for path in re.findall(r'(?:src|href)="(/[^"]+)"', page):
        async with stage.bot.http.get(stage.bot.api + path) as answer:
            assert answer.status == 200, path


def test_speaks_the_visual_language_of_the_other_pages() -> None:
    """The simulator runs without `bot.web`, so it keeps a copy of the tokens and of the mark."""
    ours = (STATIC / "tokens.css").read_text(encoding="utf-8")
    tokens = ours[ours.index(":root") :]
    assert tokens.count("--accent:") == 2, "light and dark"
    assert tokens in (WEB / "lianxin.css").read_text(encoding="utf-8")
    assert (STATIC / "icon.svg").read_bytes() == (WEB / "mark.svg").read_bytes()


def test_every_colour_by_name_is_defined() -> None:
    styles = "".join(path.read_text(encoding="utf-8") for path in FILES if path.suffix == ".css")
    assert set(re.findall(r"var\((--[a-z0-9-]+)", styles)) <= set(re.findall(r"(--[a-z0-9-]+):", styles))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_comes_from_outside_and_no_text_becomes_markup(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"(?:https?:)?//(?!www\.w3\.org/2000/svg)[a-z0-9.-]+\.[a-z]{2,}", source)
    assert "innerHTML" not in source
    assert "insertAdjacentHTML" not in source
