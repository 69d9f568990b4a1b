"""20,000 reminders that are due in the same minute, while people go on writing.

`python -m benchmarks.reminders [--count 20000] [--own] [--rate 8]`: the simulator here, the bot as a process of its
own, on SQLite. `--own` gives each their own words, so that each is a call of its own.
"""

import argparse
import asyncio
import json
import random
import sqlite3
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.main_job import percentile
from benchmarks.people import Member, petitions, read_members
from benchmarks.real_messages import _marks
from benchmarks.stage import Stage, open_stage
from storage import reminders
from storage.database import Database
from storage.models import StaffMember, TunedRule
from storage.reminders import Plan

BEFORE_SECONDS = 10.0
AFTER_SECONDS = 3.0
STALLED_SECONDS = 180.0
LOOK_SECONDS = 0.5
LOOKED_AT = 20  # one of so many is asked, to see whether it goes on
EACH_TIME = {"p50": 0.5, "p95": 0.95, "max": 1.0}


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when, as the wall clock says."""

    since: float
    until: float

    def holds(self, at: float) -> bool:
        """Whether an instant lies in it."""
        return self.since <= at < self.until


async def plan(stage: Stage, count: int, due: datetime, *, own: bool) -> None:
    """The members, and a reminder for each; it is never night here."""
    now = datetime.now(UTC)
    database = Database(stage.environment["LIANXIN_DATABASE_URL"])
    step = "own" if own else "same"
    async with database.begin() as session:
        session.add(TunedRule(name="quiet_hours", value="", changed_at=now, changed_by="bench"))
        session.add_all(StaffMember(userid=name, name="委员", role="auditor") for name in members(count))
        await session.flush()
        plans = (
            Plan("bench:1", "e", step, reminders.member(name), due, due + timedelta(hours=1))
            for name in members(count)
        )
        await reminders.add_all(session, plans, now)
    await database.close()


def members(count: int) -> list[str]:
    """Their userids."""
    return [f"deputy{number:05d}" for number in range(count)]


async def all_told(stage: Stage, count: int, due: datetime) -> None:
    """Until those who come last have read it, or nobody has for so long that nobody will."""
    last = members(count)[-200:]
    told, changed = 0, time.monotonic() + max(0.0, due.timestamp() - time.time())
    while len(reminded(stage, last)) < len(last) and time.monotonic() - changed < STALLED_SECONDS:
        await asyncio.sleep(LOOK_SECONDS)
        if (now_told := len(reminded(stage, members(count)[::LOOKED_AT]))) > told:
            told, changed = now_told, time.monotonic()


def left_waiting(stage: Stage) -> dict[str, int]:
    """What had not been sent or handled at the end: where not all were told, this says what they stood behind."""
    with sqlite3.connect(f"file:{stage.folder / 'lianxin.db'}?mode=ro", uri=True) as database:
        outbox = database.execute(
            "SELECT purpose, count(*) FROM outbox WHERE state IN ('waiting', 'leased') GROUP BY purpose"
        ).fetchall()
        inbox = database.execute("SELECT count(*) FROM inbox WHERE state = 'waiting'").fetchone()[0]
        due = database.execute("SELECT count(*) FROM reminders WHERE state = 'waiting'").fetchone()[0]
    counts = {**dict(outbox), "messages to handle": inbox, "reminders not handed over": due}
    return {name: number for name, number in counts.items() if number}


def reminded(stage: Stage, names: list[str]) -> list[float]:
    """When each of them read it."""
    return [
        line.at.timestamp() for name in names for line in stage.sim.member_chat(name) if line.text.startswith("⏰")
    ]


async def people_write(stage: Stage, representatives: list[Member], rate: float, said: dict[int, float]) -> None:
    """Matters at a steady rate until cancelled."""
    draw, number = random.Random(3), 0
    texts, _ = petitions(500)
    began = time.monotonic()
    while True:
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        who = f"wm{number:05d}"
        stage.sim.add_constituent(who, f"群众{number}")
        await stage.sim.enter(who, "rep", draw.choice(representatives).code)
        said[number] = stage.sim.now().timestamp()
        await stage.sim.says(who, f"⟦{number}⟧{texts[number % len(texts)]}"[:100])
        number += 1


async def run(count: int, rate: float, *, own: bool) -> dict[str, object]:
    """Write, let the reminders fall due meanwhile, and compare."""
    with tempfile.TemporaryDirectory(prefix="lianxin-bench-") as scratch:
        folder = Path(scratch)
        async with open_stage(folder, LIANXIN_PROBE=str(folder / "probe.json")) as stage:
            stage.program = ("benchmarks.reminding_bot",)
            representatives, staff = read_members(folder / "district")
            for member in [*representatives, *staff]:
                stage.sim.add_member(member.userid, member.name)
            for name in members(count):
                stage.sim.add_member(name, name)
            due = datetime.now(UTC) + timedelta(seconds=BEFORE_SECONDS + 15)
            await plan(stage, count, due, own=own)
            await stage.start()
            said: dict[int, float] = {}
            await asyncio.sleep(max(0.0, due.timestamp() - BEFORE_SECONDS - time.time()))
            writing = asyncio.create_task(people_write(stage, representatives, rate, said))
            await all_told(stage, count, due)
            heard = reminded(stage, members(count))
            await asyncio.sleep(AFTER_SECONDS)
            writing.cancel()
            await asyncio.sleep(AFTER_SECONDS)
            if stage.process is None or stage.process.poll() is not None:
                raise RuntimeError(f"the bot ended: {(folder / 'bot.log').read_text()[-2000:]}")
            during = Span(due.timestamp(), max(heard, default=due.timestamp()))
            before = Span(during.since - BEFORE_SECONDS + 2, during.since)
            return {
                "reminders": count,
                "told": len(heard),
                "left_waiting": left_waiting(stage),
                "each_own_words": own,
                "messages_per_second": rate,
                "seconds": round(during.until - during.since, 1),
                "before": figures(stage, representatives, said, before),
                "during": figures(stage, representatives, said, during),
                "limits_broken": len(stage.sim.violations) + stage.sim.dropped.total(),
                "errors_logged": len(stage.log_lines("error")),
            }


def figures(
    stage: Stage, representatives: list[Member], said: dict[int, float], span: Span
) -> dict[str, dict[str, float]]:
    """Milliseconds from a message to its receipt and its card, and the longest stall of the bot's loop."""
    cards: dict[int, float] = {}
    for member in representatives:
        for line in stage.sim.member_chat(member.userid):
            for number in _marks(line.text):
                cards.setdefault(number, line.at.timestamp())
    written = [number for number, at in said.items() if span.holds(at)]
    receipts = {
        number: line.at.timestamp()
        for number in written
        for line in stage.sim.chat(f"wm{number:05d}")
        if "已收到" in line.text
    }
    stalls = json.loads((stage.folder / "probe.json").read_text())
    here = [each for second, each in stalls.items() if span.holds(int(second))] or [(0.0, 0.0, 0.0)]
    late, of_it, most = max(here)[0], max(here)[1], max(each[2] for each in here)
    return {
        "receipt_ms": _times([(receipts[number] - said[number]) * 1000 for number in receipts]),
        "card_ms": _times([(cards[number] - said[number]) * 1000 for number in written if number in cards]),
        "loop_ms": {
            "longest_stall": round(late * 1000, 1),
            "of_it_own_work": round(of_it * 1000, 1),
            "most_own_work": round(most * 1000, 1),
        },
        "messages": {"written": len(written), "receipts": len(receipts)},
    }


def _times(values: list[float]) -> dict[str, float]:
    return {name: round(percentile(values, share), 1) for name, share in EACH_TIME.items()} if values else {}


def main() -> None:
    """Read the arguments, measure, print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--rate", type=float, default=8.0)
    parser.add_argument("--own", action="store_true", help="each their own words, each a call of its own")
    asked = parser.parse_args()
    seen = asyncio.run(run(asked.count, asked.rate, own=asked.own))
    print(json.dumps(seen, indent=1))
    raise SystemExit(0 if seen["told"] == asked.count else 1)


if __name__ == "__main__":
    main()
