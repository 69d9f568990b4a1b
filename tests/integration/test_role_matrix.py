"""Every address that names a record and every word of the chat, with every role, for an own and a foreign record.

Doors come from the program itself (`tests/support/doors.py` is held against `ROUTERS`), expectations from
`tests/support/role_rows.py`: a new word or address without a row fails. One town is built and asked; nothing of
what is said there is kept.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from bot.web.access import ANYONE, allowed
from tests.support.doors import CONSTITUENT_DOORS, MEMBER_DOORS, Tap
from tests.support.role_rows import ADDRESSES, FORMS, LETTERS, WORDS, Row
from tests.support.role_town import ROLES, STRANGER, RoleTown, open_role_town
from tests.support.town import RESIDENT
from tests.support.visits import open_browser, open_site


@dataclass(slots=True)
class Asked:
    """What the town answered: letters of the roles that a door was open to."""

    words: dict[tuple[str, str], Row] = field(default_factory=dict)
    constituent: dict[str, tuple[bool, bool]] = field(default_factory=dict)
    addresses: dict[str, Row] = field(default_factory=dict)
    named: frozenset[str] = frozenset()


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    return asyncio.run(_ask(tmp_path_factory.mktemp("roles")))


async def _ask(folder: Path) -> Asked:
    found = Asked()
    async with open_role_town(folder) as there:
        await _ask_words(there, found, with_record=True)
        async with open_site(there.town) as (app, address):
            found.named = frozenset(_with_records(app))
            await _ask_addresses(there, address, found)
    return found


def _sayings(*, with_record: bool) -> Iterator[tuple[str, str | Tap, str]]:
    for door, sayings in MEMBER_DOORS.items():
        for saying in sayings:
            text = saying.key if isinstance(saying, Tap) else saying
            if ("{" in text) is with_record:
                yield door, saying, text


async def _ask_words(there: RoleTown, found: Asked, *, with_record: bool) -> None:
    async with there.town.bot.database.begin() as session:
        context = await there.town.bot.office.open(session)
        for door, saying, text in _sayings(with_record=with_record):
            first = second = ""
            for role, who in ROLES.items():
                ask = there.answers if with_record else there.does
                one, other = await ask(context, who, saying)
                first, second = first + LETTERS[role] * one, second + LETTERS[role] * other
            found.words[door, text] = (first, second)
        for text in (one for sayings in CONSTITUENT_DOORS.values() for one in sayings if "{" in one):
            found.constituent[text] = await there.answers(context, RESIDENT, text)


def _with_records(app: web.Application) -> Iterator[str]:
    for route in app.router.routes():
        path = route.resource.canonical if route.resource is not None else ""
        if "{" in path and route.method != "HEAD" and allowed(route.method, path) not in (ANYONE, frozenset()):
            yield f"{route.method} {path}"


async def _ask_addresses(there: RoleTown, address: str, found: Asked) -> None:
    facts, letters = await there.facts(), {door: ["", ""] for door in ADDRESSES}
    for role, who in ROLES.items():
        if who == STRANGER:
            continue
        async with open_browser(address) as browser:
            await browser.has_session_of(there.town, who)
            for door, paths in ADDRESSES.items():
                for place, path in enumerate(paths[:2]):
                    if door.startswith("GET"):
                        status, _, _ = await browser.get(path.format(**facts))
                    else:
                        status, _, _ = await browser.send(path.format(**facts), **FORMS.get(door, {}))
                    assert status < 500, f"{role} at {door}: {status}"
                    letters[door][place] += LETTERS[role] * (status not in (403, 404))
    found.addresses = {door: (own, foreign) for door, (own, foreign) in letters.items()}


def test_every_word_of_the_chat_has_its_row() -> None:
    tried = {(door, text) for one in (True, False) for door, _, text in _sayings(with_record=one)}
    assert tried == WORDS.keys()


def test_a_word_about_a_record_does_something_for_those_whose_it_is_alone(asked: Asked) -> None:
    assert asked.words == {key: WORDS[key] for key in asked.words}


def test_a_constituent_reaches_their_own_matters_and_no_others(asked: Asked) -> None:
    assert [text for text, (_, foreign) in asked.constituent.items() if foreign] == []
    assert sum(own for own, _ in asked.constituent.values()) > 8


def test_every_address_with_a_record_has_its_row(asked: Asked) -> None:
    assert asked.named == ADDRESSES.keys()


def test_an_address_shows_a_record_to_those_whose_it_is_alone(asked: Asked) -> None:
    assert asked.addresses == {door: row for door, (_, _, row) in ADDRESSES.items()}


@pytest.mark.long
async def test_a_word_without_a_record_says_and_changes_something_for_some_roles_alone(tmp_path: Path) -> None:
    found = Asked()
    async with open_role_town(tmp_path) as there:
        await _ask_words(there, found, with_record=False)
    assert found.words == {key: WORDS[key] for key in found.words}
