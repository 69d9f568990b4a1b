"""Restricted matters against everybody, at every door: words, taps, notifications, pages, exports.

The doors are those of the program itself: one without a row in `tests/support/doors.py` fails here. One town is
built and swept once; the tests look at what was found.
"""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import typer
from aiohttp import web
from sqlalchemy import select
from typer.testing import CliRunner

from bot.__main__ import app, export_app
from bot.dispatch.messages import MemberMessage
from bot.dispatch.router import Handler, Heard, Reply, Router, get_handler
from bot.handlers import ROUTERS
from bot.notices.content import Text
from bot.services import delivery, lanes
from bot.services.context import Context
from storage import cases
from storage.models import Case, OutboxRow
from storage.outbox import Purpose
from tests.support.doors import (
    BY_EVENTS,
    CONSTITUENT_DOORS,
    EXPORTS,
    GIVEN,
    MEMBER_DOORS,
    NO_EXPORTS,
    NO_PAGES,
    NO_WORDS,
    PAGES,
)
from tests.support.lane_town import (
    MATTERS,
    MEMBERS,
    NAMED,
    PLAIN,
    WITH_PICTURE,
    Said,
    Sweep,
    open_lane_town,
    read_file,
)
from tests.support.town import CENTRE, DATA_KEY, LI, NEIGHBOUR, OFFICER, ZHANG, listening

LINKED = ("送达", "档案", "日历", "接待登记", "导出 履职登记 李娜 2026年", "导出 接待登记 钱桥联络站 2026年")
LATER = ({"seconds": 20.0}, {"hours": 24.0}, {"days": 4.0}, {"days": 12.0})


@dataclass(slots=True)
class Found:
    """What the sweep of one town found."""

    folder: Path
    sweep: Sweep
    lanes: dict[str, tuple[bool, str | None, str | None]] = field(default_factory=dict)
    readers: dict[str, frozenset[str]] = field(default_factory=dict)
    at_doors: list[str] = field(default_factory=list)
    on_pages: list[str] = field(default_factory=list)
    planted: list[str] = field(default_factory=list)
    routes: set[str] = field(default_factory=set)
    heard: list[Said] = field(default_factory=list)
    at_events: list[str] = field(default_factory=list)
    astray: list[str] = field(default_factory=list)
    addressed: list[Said] = field(default_factory=list)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    return asyncio.run(_sweep(tmp_path_factory.mktemp("lane")))


async def _sweep(folder: Path) -> Found:
    async with open_lane_town(folder) as sweep:
        found = Found(folder, sweep)
        await _look_at_cases(found)
        found.at_doors = await sweep.try_doors(ROUTERS, MEMBER_DOORS, MEMBERS)
        found.at_doors += await sweep.try_doors(ROUTERS, CONSTITUENT_DOORS, [NEIGHBOUR])
        found.at_events, found.astray = await sweep.try_events(ROUTERS, MEMBERS)
        leaky = {"leaky.tell": ("泄露 {n}",)}
        found.planted = await sweep.try_doors((_leaky(), *ROUTERS), leaky, [OFFICER, CENTRE])
        await _lose_the_cards(sweep)
        for span in LATER:
            await sweep.town.passes(**span)
        await sweep.ask_for_addresses(MEMBERS, LINKED)
        found.heard = sweep.heard_by_all()
        found.addressed = await sweep.addressed()
        await _look_at_pages(found)
        return found


async def _look_at_cases(found: Found) -> None:
    async with found.sweep.town.bot.database.begin() as session:
        context = await found.sweep.town.bot.office.open(session)
        for one in found.sweep.kept:
            case = await session.get_one(Case, one.id)
            found.lanes[one.kind] = (case.restricted, case.station_code, case.representative_code)
            found.readers[one.kind] = frozenset(lanes.seen_by(context, MEMBERS, case))


def _leaky() -> Router:
    """A door that asks nobody who may see what it tells."""
    router = Router("leaky")

    @router.on(MemberMessage, lambda one: one.text.startswith("泄露"))
    async def tell(heard: Heard[MemberMessage], context: Context) -> Reply:
        for case in await cases.find_numbered(context.session, heard.message.text.split()[1]):
            return Reply(Text(f"{case.number} 在服务中心，请保密"))
        return Reply(Text("没有这件事"))

    return router


async def _lose_the_cards(sweep: Sweep) -> None:
    """The platform says that the centre's people could not be reached: others must not hear of it instead."""
    async with sweep.town.bot.database.begin() as session:
        context = await sweep.town.bot.office.open(session)
        for row in (await session.scalars(select(OutboxRow).where(OutboxRow.purpose == Purpose.CARD))).all():
            await delivery.note_unreachable(context, row, {CENTRE: "invalid", NAMED: "invalid"})


async def _look_at_pages(found: Found) -> None:
    site = web.Application()
    found.sweep.town.bot.add_routes(site)
    found.routes = {one.canonical for one in site.router.resources()}
    paths = [(NEIGHBOUR, path) for ways in PAGES.values() for path in ways if path != GIVEN]
    for who, addresses in found.sweep.addresses.items():
        paths += [(who, "/" + address.split("/", 3)[3]) for address in addresses]
    async with listening(site) as base:
        found.on_pages = await found.sweep.open_pages(base, paths)


# --- every door has its row ------------------------------------------------------------------------------


def handlers_of(routers: tuple[Router, ...]) -> dict[str, Handler]:
    return {
        f"{one.name}.{handler.__name__}": handler
        for one in routers
        for routes in one._routes.values()
        for _, handler in routes
    }


def without_a_row(routers: tuple[Router, ...]) -> set[str]:
    return (
        handlers_of(routers).keys() - MEMBER_DOORS.keys() - CONSTITUENT_DOORS.keys() - NO_WORDS.keys() - BY_EVENTS
    )


def test_every_handler_has_a_row_and_no_row_is_left_over() -> None:
    assert without_a_row(ROUTERS) == set()
    assert {*MEMBER_DOORS, *CONSTITUENT_DOORS, *NO_WORDS, *BY_EVENTS} == handlers_of(ROUTERS).keys()


def test_a_new_handler_without_a_row_is_noticed() -> None:
    assert without_a_row((*ROUTERS, _leaky())) == {"leaky.tell"}


def test_every_word_leads_to_the_handler_of_its_row(found: Found) -> None:
    astray = []
    for doors, who in ((MEMBER_DOORS, OFFICER), (CONSTITUENT_DOORS, NEIGHBOUR)):
        for door, sayings in doors.items():
            for saying in sayings:
                handler = get_handler(ROUTERS, found.sweep.message(who, saying, found.sweep.kept[0], {}))
                if handlers_of(ROUTERS)[door] is not handler:
                    astray.append((door, saying, handler.__name__))
    assert astray == []


def test_every_page_has_a_row(found: Found) -> None:
    assert found.routes == {*PAGES, *NO_PAGES}


def test_every_export_has_a_row() -> None:
    group = typer.main.get_command(export_app)
    assert set(group.commands) == {*EXPORTS, *NO_EXPORTS}  # type: ignore[attr-defined]


# --- what was found at them ------------------------------------------------------------------------------


def test_each_kind_enters_the_lane_at_once_and_has_no_representative(found: Found) -> None:
    assert found.lanes == dict.fromkeys(MATTERS, (True, "HOME", None))


def test_only_its_named_officers_may_see_a_restricted_matter(found: Found) -> None:
    assert found.readers == {kind: one.readers for kind, one in MATTERS.items()}


def test_no_word_or_tap_of_anybody_else_tells_of_it(found: Found) -> None:
    assert found.at_doors == []


def test_nothing_that_comes_in_without_a_word_tells_of_it(found: Found) -> None:
    assert found.astray == []
    assert found.at_events == []


def test_no_row_about_it_pictures_too_was_written_for_anybody_else(found: Found) -> None:
    assert found.sweep.leaks(found.addressed) == []
    numbers = {one.kind: one.id for one in found.sweep.kept}
    seen = {one.to for one in found.addressed if one.case_id == numbers[WITH_PICTURE]}
    assert seen == MATTERS[WITH_PICTURE].readers
    assert [line.kind for line in found.sweep.town.sim.member_chat(CENTRE) if line.media_id], "the picture came"


def test_no_notification_of_these_weeks_tells_of_it(found: Found) -> None:
    assert found.sweep.leaks(found.heard) == []


def test_no_page_tells_of_it(found: Found) -> None:
    assert found.on_pages == []
    assert all(found.sweep.addresses[who] for who in (CENTRE, OFFICER, ZHANG, LI)), "pages were looked at"
    assert found.sweep.fetched, "documents were fetched"


@pytest.mark.parametrize("export", EXPORTS)
def test_no_export_tells_of_it(found: Found, export: str) -> None:
    env = {
        "LIANXIN_DATABASE_URL": f"sqlite+aiosqlite:///{found.folder / 'town.db'}",
        "LIANXIN_DATA_KEY": DATA_KEY,
    }
    for at, words in enumerate(EXPORTS[export]):
        line = [part.format(o=found.folder / f"{export}-{at}") for part in words]
        made = CliRunner().invoke(app, ["export", export, *line], env=env)
        assert made.exit_code == 0, (line, made.output)
        text = read_file(Path(line[line.index("-o") + 1])) + made.output
        assert found.sweep.leaks([Said("whoever has the file", text)]) == [], line


# --- and that something would have been found ------------------------------------------------------------


def test_a_planted_leak_is_found(found: Found) -> None:
    assert len([one for one in found.planted if f"{OFFICER} can tell" in one]) == len(MATTERS)
    assert not [one for one in found.planted if CENTRE in one], "whoever may know is told"


def test_the_named_officers_hear_of_it_and_a_station_of_its_own(found: Found) -> None:
    heard = {who: " ".join(one.text for one in found.heard if one.to == who) for who in MEMBERS}
    assert all(one.word in heard[CENTRE] for one in MATTERS.values())
    assert all(PLAIN.word in heard[who] for who in PLAIN.readers)
    assert "紧急情况，请马上处理" in heard[CENTRE], "the alarm reaches those on call"


def test_a_sender_hears_of_their_own(found: Found) -> None:
    for case in found.sweep.kept:
        assert any(case.number in one.text for one in found.heard if one.to == case.sender)
