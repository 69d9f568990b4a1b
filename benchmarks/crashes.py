"""The bot dies at every named point of claim, send and record: nothing is lost, nothing is said twice.

`python -m benchmarks.crashes [--times 1] [--plant forget]`: at each point of `crash_points.POINTS`, for an answer
in WeChat, a card, a notice and a reminder, the process kills itself and is started again; then the phones are
read.
"""

import argparse
import asyncio
import json
import random
import sqlite3
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path

import aiohttp

from benchmarks import notices
from benchmarks.crash_points import ON_ITS_WAY_SECONDS, POINTS, RECEIVED, Order
from benchmarks.people import Member, petitions, read_members
from benchmarks.stage import Stage, open_stage, until
from bot.services.office import Office
from bot.simulator.faults import Faults

ANSWER, CARD, NOTICE, REMINDER = "answer", "card", "broadcast", "reminder"
PURPOSES = (ANSWER, CARD, NOTICE, REMINDER)
SLOW = Faults(latency_seconds={"kf/send_msg": 2 * ON_ITS_WAY_SECONDS, "message/send": 2 * ON_ITS_WAY_SECONDS})
DEATH_SECONDS, REST_SECONDS = 15.0, 30.0
BAD_SECONDS = 3.0  # a bad bot is not waited for
AUDIENCE = 5
PLANTS = ("", "forget", "anew")


@dataclass(frozen=True, slots=True)
class Round:
    """One death: where, with what on its way, and what was read on the phones afterwards."""

    point: str
    purpose: str
    died: bool
    lost: int
    twice: int

    @property
    def holds(self) -> bool:
        """The bot died as it was told, and everyone concerned has it exactly once."""
        return self.died and not self.lost and not self.twice


@dataclass(slots=True)
class Rounds:
    """A stage on which one death follows another, each with people of its own."""

    stage: Stage
    office: Office
    order_file: Path
    people: list[Member]
    texts: list[str]
    numbers: Iterable[int] = field(default_factory=lambda: count(1))

    async def play(self, point: str, purpose: str, *, plant: str = "", microseconds: int = 0) -> Round:
        """Set the scene, die at the point, come up again, come to rest, read the phones."""
        number = next(iter(self.numbers))
        mark = f"⟦{number}⟧"
        scene = {ANSWER: self._answer, CARD: self._card, NOTICE: self._notice, REMINDER: self._remind}[purpose]
        act, heard = await scene(number, mark)
        deaths = self._deaths()
        self.order_file.with_suffix(".plant").write_text(plant)
        Order(point, purpose, mark, microseconds).give(self.order_file)
        await act()
        died = await until(lambda: self._deaths() > deaths, DEATH_SECONDS)
        self.order_file.unlink(missing_ok=True)
        await _until_ready(self.stage)

        def copies() -> list[int]:
            return [sum(mark in line for line in lines) for lines in heard()]

        # What was not kept yet when it died is read anew, so an empty inbox alone does not say that all has come.
        await until(lambda: 0 not in copies(), BAD_SECONDS if plant else REST_SECONDS)
        await until(self._is_at_rest, REST_SECONDS, times=4)
        return Round(point, purpose, died, copies().count(0), sum(one > 1 for one in copies()))

    # --- scenes: what has to be done when the order is given, and the phones that are to show it once ----------

    async def _answer(self, number: int, mark: str) -> tuple[Callable[[], Awaitable[object]], Callable[[], list]]:
        sim, who, member = self.stage.sim, await self._visitor(number), self.people[number]
        await sim.says(who, self.texts[number])
        await until(lambda: len(sim.member_chat(member.userid)) > 0, REST_SECONDS)
        await until(self._is_at_rest, REST_SECONDS, times=4)
        return lambda: sim.member_says(member.userid, f"{mark}已经联系有关单位。"), lambda: [sim.heard(who)]

    async def _card(self, number: int, mark: str) -> tuple[Callable[[], Awaitable[object]], Callable[[], list]]:
        sim, who, member = self.stage.sim, await self._visitor(number), self.people[number]

        def heard() -> list[list[str]]:
            received = sum("已收到" in line for line in sim.heard(who))
            return [sim.member_heard(member.userid), [mark] * received]

        return lambda: sim.says(who, f"{mark}{self.texts[number]}"), heard

    async def _notice(self, number: int, mark: str) -> tuple[Callable[[], Awaitable[object]], Callable[[], list]]:
        userids = self._audience(number)
        return lambda: notices.approve(self.office, f"{mark}明天上午开会。", userids), self._phones(userids)

    async def _remind(self, number: int, _mark: str) -> tuple[Callable[[], Awaitable[object]], Callable[[], list]]:
        userids = self._audience(number)
        return lambda: notices.remind(self.office, number, userids), self._phones(userids)

    async def _visitor(self, number: int) -> str:
        who = f"wmVisitor{number:04d}"
        self.stage.sim.add_constituent(who, f"群众{number}")
        await self.stage.sim.enter(who, "rep", self.people[number].code)
        await until(lambda: len(self.stage.sim.heard(who)) > 0, REST_SECONDS)
        return who

    def _audience(self, number: int) -> list[str]:
        return [one.userid for one in self.people[number * AUDIENCE : (number + 1) * AUDIENCE]]

    def _phones(self, userids: Sequence[str]) -> Callable[[], list[list[str]]]:
        return lambda: [self.stage.sim.member_heard(userid) for userid in userids]

    # --- looking ------------------------------------------------------------------------------------------

    def _deaths(self) -> int:
        file = self.order_file.with_suffix(".deaths")
        return file.read_text().count("\n") if file.exists() else 0

    def _is_at_rest(self) -> bool:
        """Nothing waits in the inbox, in the outbox, or to be handed to it."""
        with sqlite3.connect(f"file:{self.stage.folder / 'lianxin.db'}?mode=ro", uri=True) as database:
            return not any(database.execute(query).fetchone()[0] for query in _UNSETTLED)


_UNSETTLED = (
    "SELECT count(*) FROM inbox WHERE state = 'waiting'",
    "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'leased')",
    "SELECT count(*) FROM reminders WHERE state = 'waiting'",
    "SELECT count(*) FROM broadcast_recipients WHERE state = 'waiting' AND outbox_id IS NULL",
)


async def _until_ready(stage: Stage) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(200):
            try:
                async with session.get(f"{stage.address}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
    raise RuntimeError("the bot did not come up again")


@asynccontextmanager
async def open_rounds(folder: Path) -> AsyncIterator[Rounds]:
    """The sample district, everyone on the platform, the bot up."""
    order_file = folder / "order"
    async with open_stage(folder, SLOW, LIANXIN_CRASH_ORDER=str(order_file), LIANXIN_POLL_SECONDS="0.5") as stage:
        stage.program = ("benchmarks.crashing_bot",)
        representatives, staff = read_members(folder / "district")
        for member in [*representatives, *staff]:
            stage.sim.add_member(member.userid, member.name)
        async with notices.open_office(stage.environment) as office:
            await notices.never_night(office)
            await stage.start()
            random.Random(2).shuffle(representatives)
            texts, _ = petitions(len(representatives))
            yield Rounds(stage, office, order_file, representatives, [text[:100] for text in texts])


def all_deaths() -> list[tuple[str, str]]:
    """Each point with each purpose that comes by it: what is not asked for by a message is not received."""
    return [(point, one) for point in POINTS for one in PURPOSES if point not in RECEIVED or one in (ANSWER, CARD)]


async def run(times: int, plant: str) -> dict[str, object]:
    """All points, all purposes; returns the counts and what does not hold."""
    draw = random.Random(4)
    with tempfile.TemporaryDirectory(prefix="lianxin-bench-") as scratch:
        async with open_rounds(Path(scratch)) as rounds:
            played = [
                await rounds.play(point, purpose, plant=plant, microseconds=draw.randrange(800))
                for _ in range(times)
                for point, purpose in all_deaths()
            ]
            broken = dict(rounds.stage.sim.violations)
            errors = len(rounds.stage.log_lines("error"))
    return {
        "deaths": sum(one.died for one in played),
        "did_not_die": [asdict(one) for one in played if not one.died],
        "lost": sum(one.lost for one in played),
        "twice": sum(one.twice for one in played),
        "does_not_hold": dict(
            Counter(f"{one.point}: {one.purpose}" for one in played if one.died and not one.holds)
        ),
        "rules_broken": broken,
        "errors_logged": errors,
    }


def main() -> None:
    """Read the arguments, die and live, print the counts as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--plant", choices=PLANTS, default="")
    asked = parser.parse_args()
    print(json.dumps(asyncio.run(run(asked.times, asked.plant)), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
