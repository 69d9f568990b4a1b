"""Every address of the bot with every role: the table of `bot.web.access` is whole, and it is kept.

Addresses come from the program itself, so one without a row fails here. What somebody sees of a record behind an
open door (their own, a foreign one, a restricted one) is tried with the records of one town.
"""

from collections.abc import AsyncIterator, Iterator

import pytest
from aiohttp import web

from bot.services.visiting import ROLES
from bot.web.access import ANYONE, POLICY, allowed
from tests.support.town import Town
from tests.support.visits import BY_ROLE, hire, open_browser, open_site

SAMPLES = {
    "{rule}": "listed_cases",
    "{text}": "receipt.received",
    "{number}": "JH-2026-000001",
    "{id}": "1",
    "{file}": "1",
    "{sheet}": "banner",
    "{code}": "R1",
    "{station}": "QQ1",
    "{token}": "x" * 22,
}


@pytest.fixture
async def site(town: Town) -> AsyncIterator[tuple[web.Application, str]]:
    await hire(town)
    async with open_site(town) as found:
        yield found


def doors_of(app: web.Application) -> Iterator[tuple[str, str]]:
    for route in app.router.routes():
        if route.resource is not None and route.method != "HEAD":
            yield route.method, route.resource.canonical


def path_of(canonical: str) -> str:
    for name, value in SAMPLES.items():
        canonical = canonical.replace(name, value)
    assert "{" not in canonical, f"give {canonical} a sample"
    return canonical


async def test_every_address_has_its_row_and_is_open_to_the_roles_of_its_row_alone(
    town: Town, site: tuple[web.Application, str]
) -> None:
    app, address = site
    doors = set(doors_of(app))
    assert doors == POLICY.keys(), "an address without a row, or a row without an address"
    assert set(BY_ROLE) == set(ROLES)
    closed = [(method, path) for method, path in sorted(doors) if allowed(method, path) != ANYONE]
    async with open_browser(address) as stranger:
        for method, path in closed:
            ask = stranger.get if method == "GET" else stranger.send
            status, there, _ = await ask(path_of(path))
            assert (status, there.startswith("/login")) == (303, True), f"{method} {path} is open to anybody"
    for role, userid in BY_ROLE.items():
        async with open_browser(address) as browser:
            for method, path in closed:
                await browser.has_session_of(town, userid)
                where = f"{role} at {method} {path}"
                status, _, text = await (browser.get if method == "GET" else browser.send)(path_of(path))
                is_open = role in allowed(method, path)
                assert ("不在您的工作范围内" in text and status == 403) is not is_open, where
                assert status < 500, where
                if method == "POST" and is_open:
                    await browser.has_session_of(town, userid)
                    browser.csrf = "0" * 32
                    assert (await browser.send(path_of(path)))[0] == 403, f"{where} without the mark of its session"
