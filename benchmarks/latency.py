"""From a message to the representative's card at a steady rate, against the simulator's own time on the way.

`python -m benchmarks.latency [--rate 100] [--seconds 60]`: all have scanned a code before and write one message,
which opens a case. A message's way is the page it is read with, its writer's name, and the card; the time that the
simulator itself takes for these three is measured in the simulator and stands beside.
"""

import argparse
import asyncio
import json
import os
import tempfile
from pathlib import Path

from benchmarks import crowd
from benchmarks.acknowledging import fsync_milliseconds
from benchmarks.main_job import percentile
from benchmarks.theatre import Theatre

ON_THE_WAY = ("kf/sync_msg", "kf/customer/batchget", "message/send")
QUIET_SECONDS, GIVE_UP_SECONDS = 5.0, 300.0
SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
ASKED = {"p50": 10.0, "p99": 60.0}


async def _until_quiet(theatre: Theatre) -> None:
    """Until no call comes for a while, but those that only look whether there is something."""
    before, waited = -1, 0.0
    while waited < GIVE_UP_SECONDS:
        counted = (await theatre.ask("told"))["calls"]
        now = counted.get("message/send", 0) + counted.get("kf/send_msg", 0)
        if now == before:
            return
        before = now
        await asyncio.sleep(QUIET_SECONDS)
        waited += QUIET_SECONDS


async def _card_times(theatre: Theatre) -> dict[int, float]:
    """When the first card that quotes each message was taken by the simulator."""
    found: dict[int, float] = {}
    for _, at, _, body in await theatre.ask("calls", api="message/send", bodies="1"):
        for number in crowd.marks(body):
            found[number] = min(at, found.get(number, at))
    return found


async def run(rate: float, seconds: float) -> dict[str, object]:
    """Write at the rate, then hold the instants against each other."""
    count = int(rate * seconds)
    with tempfile.TemporaryDirectory(prefix="lianxin-bench-") as scratch:
        folder = Path(scratch)
        async with crowd.scene(folder, count) as (theatre, bot):
            lines, source = crowd.lines(count, count)
            cpu = bot.cpu_seconds()
            said = (await theatre.ask("say", {"lines": lines, "rate": rate, "step": 0.5 / rate}))["said"]
            share = (bot.cpu_seconds() - cpu) / seconds
            await _until_quiet(theatre)
            cards = await _card_times(theatre)
            own = {
                api: [took * 1000 for _, _, took, _ in await theatre.ask("calls", api=api)] for api in ON_THE_WAY
            }
            errors = len(bot.log_lines("error"))
        took = [(at - said[number]) * 1000 for number, at in cards.items()]
        simulator = {
            name: sum(percentile(times, share_) for times in own.values() if times)
            for name, share_ in SHARES.items()
        }
        card = {name: percentile(took, share_) for name, share_ in SHARES.items()}
        return {
            "source": source,
            "rate_per_second": rate,
            "messages": count,
            "cards": len(cards),
            "fsync_ms": round(fsync_milliseconds(folder), 2),
            "load": [round(one, 1) for one in os.getloadavg()],
            "bot_cpu_share": round(share, 2),
            "card_ms": {name: round(value, 1) for name, value in card.items()},
            "simulator_ms": {name: round(value, 1) for name, value in simulator.items()},
            "beyond_ms": {name: round(card[name] - simulator[name], 1) for name in ASKED},
            "asked_ms": ASKED,
            "errors_logged": errors,
        }


def main() -> None:
    """Read the arguments, measure, print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=100.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    asked = parser.parse_args()
    print(json.dumps(asyncio.run(run(asked.rate, asked.seconds)), indent=1))


if __name__ == "__main__":
    main()
