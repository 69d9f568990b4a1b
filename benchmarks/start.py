"""From the start of a process to `/readyz`, with a year of a district behind it.

`python -m benchmarks.start [--years 1] [--rounds 5]`: the database of `benchmarks.pages`, `serve` with all roles.
"""

import argparse
import asyncio
import json
import os
import signal
import statistics
import tempfile
from pathlib import Path

from benchmarks.acknowledging import fsync_milliseconds
from benchmarks.pages.__main__ import prepare, settings_of
from benchmarks.pages.filling import Size
from benchmarks.stage import open_stage
from bot.app import open_bot

ASKED_SECONDS = 2.0


async def run(years: float, rounds: int) -> dict[str, object]:
    """Fill, then start and end it again and again; the seconds each time."""
    with tempfile.TemporaryDirectory(prefix="lianxin-bench-") as scratch:
        folder = Path(scratch)
        size = Size.of(years)
        async with open_stage(folder) as stage:
            async with open_bot(settings_of(stage), own=False) as bot:
                await prepare(bot.office, size, folder)
            took = []
            for _ in range(rounds):
                took.append(await stage.start())
                stage.kill(signal.SIGTERM)
        return {
            "years": years,
            "matters": size.matters,
            "fsync_ms": round(fsync_milliseconds(folder), 2),
            "load": [round(one, 1) for one in os.getloadavg()],
            "database_mb": round((folder / "lianxin.db").stat().st_size / 2**20),
            "ready_seconds": [round(one, 2) for one in took],
            "median": round(statistics.median(took), 2),
            "asked": ASKED_SECONDS,
        }


def main() -> None:
    """Read the arguments, measure, print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    print(json.dumps(asyncio.run(run(asked.years, asked.rounds)), indent=1))


if __name__ == "__main__":
    main()
