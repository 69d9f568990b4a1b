"""Every address of the bot: headers on each answer, and a polite word for whoever knocks too often."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime

import aiohttp
from aiohttp import web

from bot.notices.doors import TOO_OFTEN
from bot.simulator.account import DEMO_ACCOUNT
from bot.simulator.envelope import Envelope
from bot.web.doors import CALLBACK, SECRET
from tests.support.town import Town, listening

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Server": "Lianxin",
}
SAMPLES = {
    "{token}": "x" * 22,
    "{code}": "R1",
    "{rule}": "listed_cases",
    "{station}": "QQ1",
    "{name}": "lianxin.css",
    "{number}": "JH-2026-000001",
    "{id}": "1",
    "{file}": "1",
    "{sheet}": "directory",
    "{text}": "receipt.received",
}


@asynccontextmanager
async def served(town: Town) -> AsyncIterator[tuple[web.Application, str, aiohttp.ClientSession]]:
    app = web.Application()
    town.bot.add_routes(app)
    async with listening(app, town.bot) as address, aiohttp.ClientSession() as client:
        yield app, address, client


def paths_of(app: web.Application) -> list[str]:
    paths = [resource.canonical for resource in app.router.resources()]
    for name, value in SAMPLES.items():
        paths = [path.replace(name, value) for path in paths]
    assert not [path for path in paths if "{" in path], "give the new address a sample"
    return [*paths, "/nobody", "/file/%00", "/duty/%F0%9F%98%80"]


async def test_every_answer_of_every_address_has_its_headers(town: Town) -> None:
    async with served(town) as (app, address, client):
        for path in paths_of(app):
            for method in ("GET", "POST", "DELETE"):
                async with client.request(method, address + path, allow_redirects=False) as answer:
                    where = f"{method} {path} {answer.status}"
                    assert answer.status < 500 or path == "/readyz", where
                    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, where
                    policy = answer.headers["Content-Security-Policy"]
                    assert policy.startswith("default-src 'none'"), where
                    assert "base-uri 'none'" in policy, where
                    assert policy.count("script-src") == policy.count("script-src 'self';"), where
                    assert answer.headers["X-Frame-Options"] in ("DENY", "SAMEORIGIN"), where
                    assert ("Set-Cookie" in answer.headers) is (where == "GET /login 303"), where
                    assert "Cache-Control" in answer.headers, where


async def test_who_tries_addresses_is_shut_out_and_others_are_not(town: Town) -> None:
    async with served(town) as (app, address, client):
        own = {
            resource.canonical.split("/")[1] for resource in app.router.resources() if SECRET in resource.canonical
        }
        assert own >= {"my-data", "file", "delivery", "calendar", "export", "desk"}

        async def ask(number: int, who: str) -> aiohttp.ClientResponse:
            return await client.get(f"{address}/file/{number:022d}", headers={"X-Forwarded-For": who})

        statuses = [(await ask(number, "198.51.99.1")).status for number in range(70)]
        assert statuses[:60] == [404] * 60
        last = await ask(99, "198.51.99.1")
        assert (last.status, await last.text()) == (429, TOO_OFTEN)
        assert int(last.headers["Retry-After"]) > 0
        assert (await ask(1, "198.51.99.2")).status == 404
        assert (await client.get(f"{address}/privacy", headers={"X-Forwarded-For": "198.51.99.1"})).status == 200
        await town.clock.advance(minutes=11)
        assert (await ask(1, "198.51.99.1")).status == 404


async def test_one_address_of_a_private_page_is_not_asked_without_end(town: Town) -> None:
    async with served(town) as (_, address, client):
        statuses = []
        for number in range(62):
            who = {"X-Forwarded-For": f"198.51.{number}.1"}  # from everywhere: the token is what is counted
            statuses.append((await client.get(f"{address}/delivery/{'t' * 22}", headers=who)).status)
        assert (statuses[0], statuses[-1]) == (404, 429)


async def test_a_callback_is_answered_with_nothing_but_the_time(town: Town) -> None:
    envelope = Envelope(token=DEMO_ACCOUNT.token, aes_key=DEMO_ACCOUNT.aes_key, receive_id=DEMO_ACCOUNT.corp_id)
    sealed, signed = envelope.seal("<xml><MsgType>event</MsgType><Event>view</Event></xml>", timestamp=1)
    body = f"<xml><Encrypt>{sealed}</Encrypt></xml>"
    async with served(town) as (_, address, client):

        async def post(**headers: str) -> aiohttp.ClientResponse:
            async with client.post(f"{address}{CALLBACK}", params=signed, data=body, headers=headers) as answer:
                assert (answer.status, await answer.read()) == (200, b"")
                return answer

        for _ in range(2):
            answer = await post()
            assert set(answer.headers) == {"Content-Length", "Date"}
            assert parsedate_to_datetime(answer.headers["Date"]) == town.clock.now().replace(microsecond=0)
            await town.clock.advance(seconds=1)
        assert (await post(Connection="close")).headers["Connection"] == "close"
        assert (await post(Expect="100-continue")).status == 200
