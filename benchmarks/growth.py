"""What a message costs with 10,000,000 stored messages, against what it costs with 10,000.

`python -m benchmarks.growth [--small 10000] [--large 10000000] [--messages 300] [--rounds 3] [--postgresql]`

Two bots, each with a database that was filled as `growth_rows` says, are written to in turns: half by new people,
half by people with a history; each matter is carded to its representative and answered by its number. The cost is
the processor time of the bot's process and of the server's together, less what both use when nothing happens; what
looks through everything once a night has done so. The large database needs some 1.4 KB a message on the disk
(`--folder`), deleted at the end.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, select

from benchmarks import notices
from benchmarks.growth_rows import WRITE_AGAIN, grow
from benchmarks.people import read_members
from benchmarks.soak.crowd import Crowd, read_places
from benchmarks.stage import Stage, open_stage
from bot.services import silence
from bot.services.duty_file import marking
from bot.services.office import Office
from bot.services.privacy import retaining
from bot.simulator.account import DEMO_ACCOUNT
from storage import inbox, job_marks
from storage.models import OutboxRow
from storage.states import OutboxState

DISTRICT = "JH"
IDLE_SECONDS = 5.0
PATIENCE_SECONDS = 300.0
AT_ONCE = 20
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Grown:
    """A bot on a database that holds so much already."""

    name: str
    stage: Stage
    office: Office
    server: Any
    rows: dict[str, int]
    bytes_on_disk: int
    idle: float = 0.0  # processor seconds a second
    costs: list[float] = field(default_factory=list)  # milliseconds a message
    cards: list[float] = field(default_factory=list)  # milliseconds from the word to the card
    _turn: int = 0

    def cpu_seconds(self) -> float:
        """Of the bot and of the server so far."""
        return self.stage.cpu_seconds() + (_family_seconds(self.server.pid) if self.server else 0.0)

    async def rest(self) -> None:
        """Measure what it uses when nothing happens."""
        began, before = time.monotonic(), self.cpu_seconds()
        await asyncio.sleep(IDLE_SECONDS)
        self.idle = (self.cpu_seconds() - before) / (time.monotonic() - began)

    async def play(self, messages: int) -> None:
        """One round: so many write, all are answered."""
        crowd = self._crowd(messages)
        began, before = time.monotonic(), self.cpu_seconds()
        said: dict[str, float] = {}
        while crowd.under_way or crowd.written < messages:
            if crowd.written < messages and crowd.under_way < AT_ONCE:
                person = await crowd.write()
                said[person.written[0].mark] = self.stage.sim.now().timestamp()
            else:
                await asyncio.sleep(0.02)
            await crowd.look()
            if time.monotonic() - began > PATIENCE_SECONDS:
                raise RuntimeError(f"{self.name}: {crowd.under_way} were not answered")
        await self._come_to_rest()
        spent = self.cpu_seconds() - before - self.idle * (time.monotonic() - began)
        self.costs.append(spent * 1000 / messages)
        self._read_cards(crowd, said)

    def _crowd(self, messages: int) -> Crowd:
        self._turn += 1
        owners, _ = read_members(self.stage.folder / "district")
        past = (self._turn - 1) * messages

        def name_of(number: int) -> str:
            return f"wmPast{past + number + 1}" if number % 2 and past + number < self.rows["constituents"] else ""

        places = read_places(self.stage.folder / "district")
        return Crowd(self.stage.sim, f"T{self._turn}x", owners, places, Random(self._turn), 0.0, name_of)

    async def _come_to_rest(self) -> None:
        waiting = select(func.count()).where(OutboxRow.state.in_((OutboxState.WAITING, OutboxState.LEASED)))
        for _ in range(200):
            async with self.office.database.read() as session:
                if not await inbox.count_waiting(session) and not await session.scalar(waiting):
                    return
            await asyncio.sleep(0.05)

    def _read_cards(self, crowd: Crowd, said: dict[str, float]) -> None:
        for person in crowd.people:
            mark = person.written[0].mark
            for line in self.stage.sim.member_chat(person.owner.userid):
                if f"⟦{mark}⟧" in line.text:
                    self.cards.append((line.at.timestamp() - said[mark]) * 1000)
                    break

    def told(self) -> dict[str, Any]:
        """The figures."""
        return {
            "stored": self.rows,
            "gigabytes": round(self.bytes_on_disk / 1e9, 2),
            "idle_cpu_share": round(self.idle, 3),
            "cpu_ms_a_message": [round(cost, 2) for cost in self.costs],
            "card_ms_p50": round(statistics.median(self.cards), 1),
        }


def _family_seconds(pid: int) -> float:
    """Of a process and its children, those that are gone as well."""
    ticks = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(entry.name) == pid:
            ticks += sum(int(one) for one in fields[11:15])
        elif int(fields[1]) == pid:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICKS


@asynccontextmanager
async def _open_grown(folder: Path, messages: int, server: Any) -> AsyncIterator[Grown]:
    async with AsyncExitStack() as stack:
        settings: dict[str, str] = {}
        if server is not None:
            from tests.support.processes import empty_database

            settings["LIANXIN_DATABASE_URL"] = await stack.enter_async_context(empty_database(server))
        folder.mkdir()
        stage = await stack.enter_async_context(open_stage(folder, **settings))
        office = await stack.enter_async_context(notices.open_office(stage.environment))
        await notices.never_night(office)
        async with notices.working(office) as context:
            await marking.mark(context)
        began = time.monotonic()
        rows = await grow(
            office.database, office.vault, messages, open_kfid=DEMO_ACCOUNT.open_kfid, district=DISTRICT
        )
        await finish_the_night(office, rows)
        print(f"{messages} stored in {time.monotonic() - began:.0f} s", flush=True)
        size = await _bytes_on_disk(office)
        representatives, staff = read_members(folder / "district")
        for member in [*representatives, *staff]:
            stage.sim.add_member(member.userid, member.name)
        await stage.start()
        yield Grown(str(messages), stage, office, server, rows, size)


async def finish_the_night(office: Office, rows: Mapping[str, int]) -> None:
    """What looks through everything once a night has done so; what follows the entries has come to the last."""
    async with notices.working(office) as context:
        for name in (silence.WATCH, retaining.MARK):
            mark = await job_marks.claim(context.session, name, context.now)
            job_marks.put(mark, context.calendar.today(context.now).isoformat(), context.now, {"kind": None})
        mark = await job_marks.claim(context.session, marking.NAME, context.now)
        mark.facts = {"upto": rows["duty_entries"]}


async def _bytes_on_disk(office: Office) -> int:
    if office.database.path is not None:
        return office.database.path.stat().st_size
    async with office.database.read() as session:
        return int(await session.scalar(select(func.pg_database_size(func.current_database()))) or 0)


async def run(small: int, large: int, messages: int, rounds: int, folder: Path, server: Any) -> dict[str, Any]:
    """Fill both, write to them in turns, and compare the medians."""
    if rounds * messages > WRITE_AGAIN:
        raise ValueError(f"at most {WRITE_AGAIN} messages in all rounds together")
    async with (
        _open_grown(folder / "small", small, server) as few,
        _open_grown(folder / "large", large, server) as many,
    ):
        for one in (few, many):
            await one.play(min(50, messages))  # what is built at the first message is no cost of the others
            await one.rest()
        few.costs.clear()
        many.costs.clear()
        few.cards.clear()
        many.cards.clear()
        for _ in range(rounds):
            await few.play(messages)
            await many.play(messages)
        for line in [*few.stage.log_lines("error"), *many.stage.log_lines("error")]:
            print(line, file=sys.stderr)
        ratios = sorted(b / a for a, b in zip(few.costs, many.costs, strict=True))
        return {
            "kind": "sqlite" if server is None else "postgresql",
            "small": few.told(),
            "large": many.told(),
            "ratio": round(statistics.median(many.costs) / statistics.median(few.costs), 2),
            "ratios": [round(one, 2) for one in ratios],
            "errors_logged": len(few.stage.log_lines("error")) + len(many.stage.log_lines("error")),
        }


def main() -> None:
    """Read the arguments, measure, print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=10_000_000)
    parser.add_argument("--messages", type=int, default=300, help="a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--folder", type=Path, help="where there is room; default: the folder for temporary files")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lianxin-growth-", dir=asked.folder)))
        server = None
        if asked.postgresql:
            from tests.support.processes import open_postgres

            server = stack.enter_context(open_postgres())
        figures = asyncio.run(run(asked.small, asked.large, asked.messages, asked.rounds, folder, server))
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
