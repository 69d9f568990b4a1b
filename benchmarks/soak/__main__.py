"""The bot under load while everything goes wrong; then the phones and the record are read (docs/reliability.md).

`python -m benchmarks.soak [--messages 20000] [--kills 40] [--restarts 10] [--seed 1] [--further 0.3] [--postgresql]
[--folder DIR]`

Played in rounds of `--round` messages, each with a database of its own that is deleted afterwards, so that the
disk holds one round. What was played is a line of `DIR/progress.jsonl`; the same command goes on where it ended.
First of all faults are planted and have to be found. Ends with 1 where anything does not hold; a round that does
not hold keeps its database and logs.
"""

import argparse
import asyncio
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.soak.act import make_crowd, play
from benchmarks.soak.crowd import FURTHER
from benchmarks.soak.plan import Sizes, make_plan
from benchmarks.soak.plants import plant_and_prove
from benchmarks.soak.stand import POSTGRESQL, SQLITE, open_stand

OTHERS_PER_KILL = 2
PATIENCE_SECONDS = 420.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be played."""

    messages: int
    round: int
    kills: int
    restarts: int
    seed: int
    kind: str
    rate: float
    at_once: int
    further: float
    folder: Path

    @property
    def rounds(self) -> int:
        """How many rounds that is."""
        return -(-self.messages // self.round)

    def sizes(self, number: int) -> Sizes:
        """Of one round; kills and restarts are spread evenly."""
        kills = _share(self.kills, self.rounds, number)
        restarts = _share(self.restarts, self.rounds, number)
        messages = min(self.round, self.messages - number * self.round)
        return Sizes(messages, kills, restarts, kills * OTHERS_PER_KILL, has_server=self.kind == POSTGRESQL)


def _share(total: int, parts: int, number: int) -> int:
    return total * (number + 1) // parts - total * number // parts


async def play_round(asked: Asked, number: int, folder: Path) -> dict[str, Any]:
    """One round from nothing to its proof."""
    sizes, seed = asked.sizes(number), asked.seed * 1000 + number
    async with open_stand(folder, asked.kind, bots=2 if sizes.has_server else 1) as stand:
        if number == 0:
            proved = await plant_and_prove(stand, make_crowd(stand, "P", seed, further=0.0))
            if not proved.holds:
                raise RuntimeError(f"the proof does not see what was planted: {proved}")
        played = await play(
            stand,
            make_crowd(stand, f"R{number}x", seed, asked.further),
            sizes.messages,
            make_plan(seed, sizes),
            rate=asked.rate,
            at_once=asked.at_once,
            patience=PATIENCE_SECONDS,
        )
        return {
            "round": number,
            "seed": asked.seed,
            "kind": asked.kind,
            **asdict(played),
            "ended_by_themselves": stand.ended_by_themselves,
            "errors_logged": stand.errors(),
        }


async def run(asked: Asked) -> int:
    """All rounds that were not played yet; 0 where everything held in all of them."""
    progress = asked.folder / "progress.jsonl"
    asked.folder.mkdir(parents=True, exist_ok=True)
    done = {row["round"] for row in _read(progress)}
    for number in range(asked.rounds):
        if number in done:
            continue
        folder = Path(tempfile.mkdtemp(prefix=f"round{number}-", dir=asked.folder))
        row = await play_round(asked, number, folder)
        with progress.open("a") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        print(json.dumps(_sum([row]), ensure_ascii=False), flush=True)
        if row["faults"]:
            print(f"kept: {folder}", flush=True)
        else:
            shutil.rmtree(folder)
    total = _sum(_read(progress))
    print(json.dumps(total, ensure_ascii=False, indent=1))
    return 1 if total["faults"] else 0


def _read(progress: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in progress.read_text().splitlines()] if progress.exists() else []


def _sum(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    befell: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    for row in rows:
        befell.update(row["befell"])
        errors.update(row["errors_logged"])
    kills = sum(count for what, count in befell.items() if what.startswith("killed"))
    restarts = sum(count for what, count in befell.items() if "restarted" in what)
    counted = {name: sum(row[name] for row in rows) for name in ("messages", "answers", "answers_lost_by_wecom")}
    return {
        "rounds": len(rows),
        **counted,
        "kills": kills,
        "server_restarts": restarts,
        "seconds": round(sum(row["seconds"] for row in rows)),
        "ended_by_themselves": sum(row["ended_by_themselves"] for row in rows),
        "faults": [fault for row in rows for fault in row["faults"]],
        "befell": dict(sorted(befell.items())),
        "errors_logged": dict(errors),
    }


def main() -> None:
    """Read the arguments, play, end with what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--round", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--restarts", type=int, default=10, help="of PostgreSQL and Redis")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true", help="two processes on PostgreSQL and Redis")
    parser.add_argument("--rate", type=float, default=60.0, help="messages a second at most")
    parser.add_argument("--at-once", type=int, default=300, help="people who wait for an answer at most")
    parser.add_argument("--further", type=float, default=FURTHER, help="lines after one's first, on average")
    parser.add_argument("--folder", type=Path, help="for progress and what did not hold; default: a new one")
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="lianxin-soak-"))
    kind = POSTGRESQL if asked.postgresql else SQLITE
    wanted = Asked(
        asked.messages,
        asked.round,
        asked.kills,
        asked.restarts,
        asked.seed,
        kind,
        asked.rate,
        asked.at_once,
        asked.further,
        folder,
    )
    raise SystemExit(asyncio.run(run(wanted)))


if __name__ == "__main__":
    main()
