"""Behind a door something breaks: people read why in words, the log says where, and neither says more."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy.exc import DBAPIError

from bot.web import doors
from bot.web.gate import Gate
from config.logs import JsonLines
from tests.support.town import Town, listening, open_town

WORDS: Final = "群众写的话"
TOKEN = "t" * 22
AWAY, OURS = "系统这会儿存取不了记录", "我们这边出了错"


class Deadlock(Exception):
    """As asyncpg says it."""

    sqlstate = "40P01"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        yield opened


async def answer_of(town: Town, error: Exception, *, after: bytes = b"") -> tuple[aiohttp.ClientResponse, bytes]:
    """What comes of a page that breaks, `after` it sent so much of a longer file."""

    async def broken(request: web.Request) -> web.StreamResponse:
        if after:
            response = web.StreamResponse(headers={"Content-Length": "100"})
            await response.prepare(request)
            await response.write(after)
        raise error

    app = web.Application()
    app.router.add_get("/thing/{token}", broken)
    doors.guard(app, town.bot.office)
    async with listening(app) as address, aiohttp.ClientSession() as client:
        answer = await client.get(f"{address}/thing/{TOKEN}")
        return answer, await answer.read()


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (ConnectionRefusedError(WORDS), 503, AWAY),
        (TimeoutError(WORDS), 503, AWAY),
        (DBAPIError(WORDS, None, Deadlock(WORDS)), 503, AWAY),
        (DBAPIError(WORDS, None, Exception(WORDS)), 500, OURS),
        (ValueError(WORDS), 500, OURS),
        (FileNotFoundError(WORDS), 500, OURS),
    ],
)
async def test_it_is_said_whether_to_try_again(
    town: Town, caplog: pytest.LogCaptureFixture, error: Exception, status: int, words: str
) -> None:
    answer, body = await answer_of(town, error)
    assert (answer.status, words in body.decode()) == (status, True)
    assert (answer.headers.get("Retry-After") == "5") is (status == 503)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Server"] == doors.SERVER
    told = [record for record in caplog.records if record.levelno > logging.INFO]
    assert [(record.levelname, vars(record)["path"]) for record in told] == [
        ("WARNING" if status == 503 else "ERROR", "/thing/{token}")
    ]
    written = JsonLines().format(told[0])
    assert type(error).__name__ in written
    assert [secret for secret in (WORDS, TOKEN, "127.0.0.1") if secret in written + body.decode()] == []


async def test_half_a_file_is_cut_off_and_no_page_follows(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(aiohttp.ClientPayloadError):
        await answer_of(town, ValueError(WORDS), after=b"half")
    told = [JsonLines().format(record) for record in caplog.records if record.levelno > logging.INFO]
    assert len(told) == 1
    assert "127.0.0.1" not in told[0]


async def test_before_a_page_is_found_who_is_there_may_not_be_known_either(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody_knows(_gate: Gate, _request: web.Request) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(Gate, "look", nobody_knows)
    app = web.Application()
    town.bot.add_routes(app)
    async with listening(app, town.bot) as address, aiohttp.ClientSession() as client:
        answer = await client.get(f"{address}/console")
        assert (answer.status, AWAY in await answer.text()) == (503, True)


async def test_an_address_of_nobody_says_so(town: Town) -> None:
    app = web.Application()
    town.bot.add_routes(app)
    async with listening(app, town.bot) as address, aiohttp.ClientSession() as client:
        answer = await client.get(f"{address}/nobody/here")
        assert (answer.status, "没有这个地址" in await answer.text()) == (404, True)
