"""Style sheets and pictures: named by what is in them, kept for a year, never inline."""

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.web import static

_FOLDER = static.FOLDER.parent / "pages"
PAGES = [
    file for file in sorted(_FOLDER.rglob("*.html")) if "<!doctype" not in file.read_text(encoding="utf-8")[:99]
]


@pytest.fixture
async def browser() -> AsyncIterator[TestClient[web.Request, web.Application]]:
    app = web.Application()
    static.add_routes(app)
    async with TestClient(TestServer(app), auto_decompress=False) as client:
        yield client


@pytest.mark.parametrize("packs", [True, False])
async def test_a_file_is_kept_for_a_year_and_comes_packed_to_who_can_unpack_it(
    browser: TestClient[web.Request, web.Application], packs: bool
) -> None:
    accepted = {"Accept-Encoding": "gzip, br" if packs else "identity"}
    answer = await browser.get(static.address_of("lianxin.css"), headers=accepted)
    body = await answer.read()
    assert (answer.status, answer.content_type) == (200, "text/css")
    assert "immutable" in answer.headers["Cache-Control"]
    assert ("Content-Encoding" in answer.headers) is packs
    assert (gzip.decompress(body) if packs else body) == (static.FOLDER / "lianxin.css").read_bytes()


@pytest.mark.parametrize("name", ["lianxin.css", "..%2Ftemplates.py", "lianxin.0000.css", "mark"])
async def test_nothing_else_of_the_machine_is_found_there(
    browser: TestClient[web.Request, web.Application], name: str
) -> None:
    answer = await browser.get(f"/static/{name}")
    assert answer.status == 404


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_a_page_of_the_frame_has_no_style_or_script_of_its_own(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|https?://\w", source)


def test_the_style_sheet_is_light_enough_for_a_slow_line() -> None:
    assert len(gzip.compress((static.FOLDER / "lianxin.css").read_bytes())) < 8_000
