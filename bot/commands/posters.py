"""`posters`: QR posters, table cards and directory sheets as PDF, ready to be printed."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

import aiohttp
from rich.console import Console
from rich.progress import Progress

from bot.clock import SystemClock
from bot.commands.data import opened
from bot.commands.running import load_settings, refuse, run
from bot.intake.contact_links import ContactLinks, NoAccount
from bot.services import posters, public_people
from bot.services.posters import gathering
from bot.services.posters.gathering import StationPosters
from bot.services.public_people import PublicStation
from bot.wecom.client import WeComClient
from bot.wecom.errors import WeComError
from config.settings import Need, Settings
from storage.database import Database

out = Console(highlight=False, soft_wrap=True)
on_error = Console(stderr=True, highlight=False)
NO_ACCOUNT = "posters: no 微信客服 account is known yet: set LIANXIN_KF_ACCOUNT, or let `serve` run once"


@dataclass(frozen=True, slots=True)
class Job:
    """What to print: of one station or all, of one representative or all of them, in which layouts."""

    station: str | None
    representative: str | None
    layouts: Sequence[str]
    folder: Path


def posters_command(job: Job) -> int:
    """One line a file; on standard error one line for each code that has no valid QR."""
    settings = load_settings(Need.WECOM)

    async def work() -> int:
        async with opened(settings) as database, _links(settings, database) as links:
            codes = await _stations(database, job)
            written = 0
            with Progress(console=on_error, transient=True) as progress:
                for station_code in progress.track(codes, description="printing"):
                    written += await _print_station(settings, database, links, job, station_code)
        out.print(f"{written} files in {job.folder}")
        return 0

    return run(work)


@asynccontextmanager
async def _links(settings: Settings, database: Database) -> AsyncIterator[ContactLinks]:
    async with aiohttp.ClientSession() as session:
        client = WeComClient(
            session=session,
            api=settings.wecom_api,
            corp_id=settings.corp_id,
            secret=settings.secret.get_secret_value(),
            agent_id=settings.agent_id,
            clock=SystemClock(),
        )
        yield ContactLinks(client, database, settings.kf_account)


async def _stations(database: Database, job: Job) -> list[str]:
    """The stations to print for; a code that nobody has is refused before anything is written."""
    async with database.read() as session:
        known = await public_people.station_codes(session)
        if job.station is not None and job.station not in known:
            refuse(f"--station {job.station}: no such station")
        if job.representative is None:
            return known if job.station is None else [job.station]
        station = await public_people.find_station_of(session, job.representative)
    if station is None:
        refuse(f"--representative {job.representative}: no such representative with a station")
    if job.station not in (None, station):
        refuse(f"--representative {job.representative}: belongs to station {station}, not {job.station}")
    return [station]


async def _print_station(
    settings: Settings, database: Database, links: ContactLinks, job: Job, station_code: str
) -> int:
    async with database.read() as session:
        station = await public_people.find_station(session, station_code)
        if station is None:  # gone since they were listed
            return 0
        today = SystemClock().now().astimezone(settings.zone).date()
        codes = await gathering.find_codes(session, station, today)
    try:
        told = gathering.describe(station, await gathering.add_links(codes, links.link))
    except NoAccount:
        refuse(NO_ACCOUNT)
    except WeComError as error:
        refuse(f"posters: WeCom gives no link ({error.errcode}): run `check` and see what to do")
    for code, fault in told.left_out:
        if job.representative in (None, code):
            on_error.print(f"{code}: {fault}, nothing printed", markup=False)
    files = _files(station, told, job)
    job.folder.mkdir(parents=True, exist_ok=True)
    for name, write in files.items():
        with (job.folder / name).open("wb") as file:
            write(file)
        out.print(name, markup=False)
    return len(files)


def _files(station: PublicStation, told: StationPosters, job: Job) -> dict[str, Callable[[IO[bytes]], None]]:
    """Names and how each is written."""
    people = [(code, one) for code, one in told.people if job.representative in (None, code)]
    files: dict[str, Callable[[IO[bytes]], None]] = {}
    for layout in job.layouts:
        if told.station is not None and job.representative is None:
            files[f"{station.code}-station-{layout}.pdf"] = partial(posters.print_poster, told.station, layout)
        for code, one in people:
            files[f"{code}-representative-{layout}.pdf"] = partial(posters.print_poster, one, layout)
    own = [told.station] if told.station is not None and job.representative is None else []
    cards = [*own, *(one for _, one in people)]
    if cards:
        name = job.representative or station.code
        files[f"{name}-table-cards.pdf"] = partial(posters.print_table_cards, cards)
    if told.directory.entries and job.representative is None:
        files[f"{station.code}-directory.pdf"] = partial(posters.print_directory, told.directory)
    return files
