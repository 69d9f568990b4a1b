"""Message in to card out at a steady rate, on SQLite, with the simulator answering at once.

`python -m benchmarks.main_job [--rate 50] [--seconds 40]`: everyone has scanned a code, each message opens a case.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.people import petitions, read_members
from benchmarks.real_messages import _marks
from benchmarks.stage import open_stage


def fsync_milliseconds(folder: Path) -> float:
    """The median time that this disk takes to keep a small write."""
    times = []
    with (folder / "fsync").open("wb") as file:
        for _ in range(50):
            file.write(b"x" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def percentile(values: list[float], share: float) -> float:
    """The value below which this share lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


async def run(rate: float, seconds: float) -> dict[str, object]:
    """Write at the rate, then compare the instants on both phones."""
    count = int(rate * seconds)
    with tempfile.TemporaryDirectory(prefix="lianxin-bench-") as scratch:
        folder = Path(scratch)
        async with open_stage(folder) as stage:
            representatives, staff = read_members(folder / "district")
            for member in [*representatives, *staff]:
                stage.sim.add_member(member.userid, member.name)
            for number in range(count):
                stage.sim.add_constituent(f"wm{number:05d}", f"群众{number}")
            ready = await stage.start()
            texts, source = petitions(min(count, 5000))
            draw = random.Random(3)
            for number in range(count):
                await stage.sim.enter(f"wm{number:05d}", "rep", draw.choice(representatives).code)
                await asyncio.sleep(0.02)
            await asyncio.sleep(3)
            cpu_before = stage.cpu_seconds()
            began = time.monotonic()
            said: dict[int, float] = {}
            for number in range(count):
                await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
                who = f"wm{number:05d}"
                said[number] = stage.sim.now().timestamp()
                await stage.sim.says(who, f"⟦{number}⟧{texts[number % len(texts)]}"[:100])
            busy = stage.cpu_seconds() - cpu_before
            await asyncio.sleep(5)
            card_at: dict[int, float] = {}
            for member in representatives:
                for line in stage.sim.member_chat(member.userid):
                    for number in _marks(line.text):
                        card_at.setdefault(number, line.at.timestamp())
            receipt_at = {
                number: next(
                    line.at.timestamp() for line in stage.sim.chat(f"wm{number:05d}") if "已收到" in line.text
                )
                for number in card_at
            }
            cards = [(card_at[number] - said[number]) * 1000 for number in card_at]
            receipts = [(receipt_at[number] - said[number]) * 1000 for number in card_at]
            return {
                "source": source,
                "rate_per_second": rate,
                "messages": count,
                "cards": len(cards),
                "fsync_ms": round(fsync_milliseconds(folder), 3),
                "bot_cpu_share": round(busy / seconds, 2),
                "ready_seconds": round(ready, 2),
                "card_ms": {name: round(percentile(cards, share), 1) for name, share in SHARES.items()},
                "receipt_ms": {name: round(percentile(receipts, share), 1) for name, share in SHARES.items()},
                "errors_logged": len(stage.log_lines("error")),
            }


SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}


def main() -> None:
    """Read the arguments, measure, print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--seconds", type=float, default=40.0)
    asked = parser.parse_args()
    print(json.dumps(asyncio.run(run(asked.rate, asked.seconds)), indent=1))


if __name__ == "__main__":
    main()
