"""1,000 messages by 300 people through the whole bot, killed three times: nothing lost, nothing said twice.

`python -m benchmarks.real_messages [--kills 3] [--messages 1000] [--people 300]`; LIANXIN_EVAL_DATA names a folder
with `petitions_dev.jsonl.gz`, else the messages are made up.
"""

import argparse
import asyncio
import json
import random
import sqlite3
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.people import petitions, read_members
from benchmarks.stage import Stage, open_stage
from bot.simulator.faults import Faults, Rule

MARK = "⟦{number}⟧"
FAULTS = Faults(
    seed=11,
    duplicate_callbacks_every=3,
    page_size=7,
    empty_pages_every=5,
    rules=(
        Rule("kf/send_msg", effect="answer_lost", every=90),
        Rule("message/send", effect="answer_lost", every=70),
    ),
)
SETTLE_SECONDS = 420


def _settled(stage: Stage) -> tuple[int, int]:
    """Rows of the inbox and the outbox that still wait."""
    with sqlite3.connect(f"file:{stage.folder / 'lianxin.db'}?mode=ro", uri=True) as database:
        inbox = database.execute("SELECT count(*) FROM inbox WHERE state = 'waiting'").fetchone()[0]
        outbox = database.execute("SELECT count(*) FROM outbox WHERE state IN ('waiting', 'leased')").fetchone()[0]
        due = database.execute("SELECT count(*) FROM cases WHERE update_due_at IS NOT NULL").fetchone()[0]
    return inbox, outbox + due


async def _settle(stage: Stage, messages: int) -> float:
    began = time.monotonic()
    while time.monotonic() - began < SETTLE_SECONDS:
        await asyncio.sleep(1)
        with sqlite3.connect(f"file:{stage.folder / 'lianxin.db'}?mode=ro", uri=True) as database:
            kept = database.execute("SELECT count(*) FROM messages").fetchone()[0]
        if kept >= messages and _settled(stage) == (0, 0):
            break
    return time.monotonic() - began


async def run(messages: int, people: int, kills: int, faults: Faults | None, rate: float) -> dict[str, object]:
    """Play it and count from the simulator's side."""
    with tempfile.TemporaryDirectory(prefix="lianxin-bench-") as scratch:
        folder = Path(scratch)
        async with open_stage(folder, faults) as stage:
            representatives, staff = read_members(folder / "district")
            for member in [*representatives, *staff]:
                stage.sim.add_member(member.userid, member.name)
            draw = random.Random(5)
            crowd = [f"wmCrowd{number:04d}" for number in range(people)]
            for number, who in enumerate(crowd):
                stage.sim.add_constituent(who, f"群众{number}")
            await stage.start()
            for who in crowd:
                if draw.random() < 0.8:
                    await stage.sim.enter(who, "rep", draw.choice(representatives).code)
            texts, source = petitions(messages)
            kill_at = {round(messages * (turn + 1) / (kills + 1)) for turn in range(kills)}
            restarts: list[float] = []
            for number, text in enumerate(texts):
                who = crowd[number] if number < people else draw.choice(crowd)
                await stage.sim.says(who, f"{MARK.format(number=number)}{text}"[:1200])
                await asyncio.sleep(1 / rate)
                if number in kill_at:
                    stage.kill()
                    await asyncio.sleep(0.5)
                    restarts.append(round(await stage.start(), 2))
            settle_seconds = await _settle(stage, messages)
            verified = await stage.command("verify")
            return {
                "source": source,
                "messages": messages,
                "people": people,
                "kills": kills,
                "restart_seconds": restarts,
                "settle_seconds": round(settle_seconds, 1),
                **_count(stage, messages, crowd, [one.userid for one in [*representatives, *staff]]),
                "left": _settled(stage),
                "errors_logged": len(stage.log_lines("error")),
                "verify": verified.stdout.strip(),
            }


def _count(stage: Stage, messages: int, crowd: list[str], members: list[str]) -> dict[str, object]:
    """Every message: in how many cases, how often pushed to each member, and the receipts that people heard."""
    with sqlite3.connect(f"file:{stage.folder / 'lianxin.db'}?mode=ro", uri=True) as database:
        kept = database.execute("SELECT count(*), count(DISTINCT platform_id) FROM messages").fetchone()
        cases = database.execute("SELECT count(*) FROM cases").fetchone()[0]
    pushed: Counter[int] = Counter()
    twice = 0
    for userid in members:
        seen: Counter[int] = Counter()
        for text in stage.sim.member_heard(userid):
            if "的全文" in text:
                continue
            for number in _marks(text):
                seen[number] += 1
        twice += sum(count > 1 for count in seen.values())
        pushed.update(set(seen))
    receipts = Counter(sum("您反映的事已收到" in text for text in stage.sim.heard(who)) for who in crowd)
    doubled = 0
    for who in crowd:
        heard = Counter(stage.sim.heard(who))
        doubled += sum(count - 1 for text, count in heard.items() if "您反映的事已收到" in text)
    return {
        "messages_kept": kept[0],
        "messages_distinct": kept[1],
        "cases": cases,
        "messages_pushed": len(pushed),
        "messages_not_pushed": messages - len(pushed),
        "pushed_twice_to_someone": twice,
        "receipts_by_person": dict(receipts),
        "receipts_said_twice": doubled,
        "violations": dict(stage.sim.violations),
        "dropped": dict(stage.sim.dropped),
    }


def _marks(text: str) -> list[int]:
    found = []
    for piece in text.split("⟦")[1:]:
        number, _, _ = piece.partition("⟧")
        if number.isdigit():
            found.append(int(number))
    return found


def main() -> None:
    """Read the arguments, play, print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--rate", type=float, default=20.0)
    parser.add_argument("--calm", action="store_true", help="without the platform's faults")
    asked = parser.parse_args()
    faults = None if asked.calm else FAULTS
    print(json.dumps(asyncio.run(run(asked.messages, asked.people, asked.kills, faults, asked.rate)), indent=1))


if __name__ == "__main__":
    main()
