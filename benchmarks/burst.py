"""A district's live evening, worst case: everyone writes at once, while those who asked before get their answers.

`python -m benchmarks.burst [--rate 3000] [--seconds 20] [--people 5000]`: some asked before; while the burst lasts
their representatives answer, one after the other. Counted are the messages kept, how long an answer took to its
asker's phone, and how long after the burst everything was kept, handled and said (but what the platform's limits
put off, and further messages, which wait ten quiet seconds on purpose).
"""

import argparse
import asyncio
import json
import os
import sqlite3
import tempfile
import time
from pathlib import Path

from benchmarks import crowd
from benchmarks.acknowledging import fsync_milliseconds
from benchmarks.main_job import percentile
from benchmarks.theatre import Theatre
from benchmarks.whole_path import look

ASKERS = 20
GIVE_UP_SECONDS = 1800.0
_CASES = (
    "SELECT c.number, r.userid FROM cases c JOIN representatives r ON r.code = c.representative_code"
    " WHERE r.userid IS NOT NULL ORDER BY c.id"
)


def _rows(database: Path, asked: str) -> list[tuple[str, ...]]:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return connection.execute(asked).fetchall()


async def _ask_first(theatre: Theatre, database: Path) -> list[tuple[str, str]]:
    """A few people write; their cases' numbers and representatives."""
    lines = [(crowd.name_of(number), "小区门口的路灯坏了三天，晚上看不清路") for number in range(ASKERS)]
    await theatre.ask("say", {"lines": lines})
    for _ in range(600):
        await asyncio.sleep(0.1)
        inbox, outbox, due, came = look(database)
        if came >= ASKERS and not inbox and not outbox and not due:
            break
    return [(number, userid) for number, userid in _rows(database, _CASES)]


async def _answer(theatre: Theatre, cases: list[tuple[str, str]], seconds: float) -> dict[int, float]:
    """The representatives answer one after the other, all within the burst; when each did."""
    began: dict[int, float] = {}
    for turn, (number, userid) in enumerate(cases):
        await asyncio.sleep(seconds / (len(cases) + 1))
        began[turn] = time.time()
        words = {"userid": userid, "text": f"#{number} 已经联系供电所，今晚来修。{crowd.MARK.format(number=turn)}"}
        async with theatre.session.post(f"{theatre.api}/sim/member/says", json=words) as answer:
            answer.raise_for_status()
    return began


async def _answered(theatre: Theatre, began: dict[int, float]) -> list[float]:
    """Milliseconds from each answer to the asker's phone."""
    at: dict[int, float] = {}
    for _, when, _, body in await theatre.ask("calls", api="kf/send_msg", bodies="1"):
        if "已经联系供电所" in body:
            at.update(dict.fromkeys(crowd.marks(body), when))
    return sorted((at[turn] - began[turn]) * 1000 for turn in at if turn in began)


async def _until_normal(database: Path, messages: int, ended: float) -> dict[str, float]:
    """Seconds after the burst until all was in the inbox, handled, and nothing waited."""
    kept = handled = said = 0.0
    while not said and (now := time.time() - ended) < GIVE_UP_SECONDS:
        inbox, outbox, _, came = look(database)
        kept = kept or (now if came >= messages else 0.0)
        handled = handled or (now if came >= messages and not inbox else 0.0)
        said = now if handled and not outbox else 0.0
        await asyncio.sleep(0.5)
    return {"kept": round(kept, 1), "handled": round(handled, 1), "said": round(said, 1)}


async def run(rate: float, seconds: float, people: int) -> dict[str, object]:
    """Play it and count."""
    count = int(rate * seconds)
    with tempfile.TemporaryDirectory(prefix="lianxin-bench-") as scratch:
        folder = Path(scratch)
        database = folder / "lianxin.db"
        async with crowd.scene(folder, people) as (theatre, bot):
            cases = await _ask_first(theatre, database)
            lines, source = crowd.lines(count, people)
            await theatre.ask("forget", {})
            burst = asyncio.create_task(theatre.ask("say", {"lines": lines, "rate": rate}))
            began = await _answer(theatre, cases, seconds)
            said = (await burst)["said"]
            normal = await _until_normal(database, count + ASKERS, said[-1])
            await asyncio.sleep(1.0)
            answered = await _answered(theatre, began)
            distinct = _rows(database, "SELECT count(DISTINCT key), count(*) FROM inbox WHERE source <> 'app'")[0]
            told = await theatre.ask("told")
            errors = len(bot.log_lines("error"))
        return {
            "source": source,
            "messages": count,
            "people": people,
            "fsync_ms": round(fsync_milliseconds(folder), 2),
            "load": [round(one, 1) for one in os.getloadavg()],
            "burst_seconds": round(said[-1] - said[0], 1),
            "kept": int(distinct[0]) - ASKERS,
            "kept_twice": int(distinct[1]) - int(distinct[0]),
            "seconds_after_the_burst": normal,
            "answers_written_and_heard": [len(began), len(answered)],
            "answer_ms": {name: round(percentile(answered, share)) for name, share in _SHARES.items()},
            "violations": told["violations"],
            "dropped": told["dropped"],
            "errors_logged": errors,
        }


_SHARES = {"p50": 0.5, "max": 1.0}


def main() -> None:
    """Read the arguments, measure, print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=3000.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--people", type=int, default=5000)
    asked = parser.parse_args()
    print(json.dumps(asyncio.run(run(asked.rate, asked.seconds, asked.people)), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
