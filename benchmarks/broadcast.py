"""20,000 cards to 19,000 members under the platform's limits, the bot killed twice in the middle.

`python -m benchmarks.broadcast [--members 19000] [--overlap 1000] [--busy 200] [--kills 2] [--answer-seconds 0.4]`:
one notice to all, one to some of the same people; some do not exist, are out of the app's sight or have no licence;
`busy` ones have just been sent 30 messages, the most that the platform lets through to one member in a minute.

What the limits allow is the longer of two: the calls of 1,000 recipients each, so many at once as the bot gives
to notices, each as long as WeCom takes; and 60 s from the first of the 30 messages to the busy ones, and one call.
"""

import argparse
import asyncio
import json
import math
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import notices
from benchmarks.main_job import percentile
from benchmarks.people import read_members
from benchmarks.stage import Stage, open_stage, until
from bot.notices.content import Text
from bot.outbox.ranks import SHARES, Rank
from bot.services import speaking
from bot.services.broadcasts.sending import MOST_RECIPIENTS
from bot.services.office import Office
from bot.simulator.app_messages import PER_MINUTE
from bot.simulator.faults import Faults
from storage.outbox import Purpose

FIRST, SECOND = "【全体】明天上午九点在区人大三楼开会，请准时。", "【部分】会后请到二楼领取视察材料。"
UNREACHABLE = 400 / 19_000  # of the members
FAULTS_SEED = 21
LONGEST_SECONDS = 300.0
WINDOW_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom the two notices are for; `unreachable` are among the first."""

    first: Sequence[str]
    second: Sequence[str]
    busy: Sequence[str]
    unreachable: frozenset[str]

    def heard_by(self, words: str) -> list[str]:
        """Who of them can hear the notice with these words."""
        told = self.first if words == FIRST else self.second
        return [userid for userid in told if userid not in self.unreachable]


def gather(members: int, overlap: int, busy: int) -> Audience:
    """The last of them cannot be reached; the second notice is for people at the end, so for some of those, too."""
    userids = [f"deputy{number:05d}" for number in range(members)]
    lost = round(members * UNREACHABLE)
    return Audience(userids, userids[members - overlap :], userids[:busy], frozenset(userids[members - lost :]))


def settle(stage: Stage, audience: Audience) -> None:
    """Who can be reached is there; of the others a third each does not exist, is not seen, has no licence."""
    for userid in audience.first:
        if userid not in audience.unreachable:
            stage.sim.add_member(userid, userid)
    for number, userid in enumerate(sorted(audience.unreachable)):
        if number % 3:
            stage.sim.add_member(userid, userid, visible=number % 3 != 1, licensed=number % 3 != 2)


async def keep_busy(office: Office, userids: Sequence[str]) -> None:
    """Thirty messages to each, in lanes of their own."""
    async with notices.working(office) as context:
        for number in range(PER_MINUTE if userids else 0):
            turned = [*userids[number:], *userids[:number]]
            await speaking.notify_members(context, turned, Purpose.NOTICE, Text(f"第 {number + 1} 条消息"))


def told_at(stage: Stage, userids: Sequence[str], words: str) -> list[float]:
    """When they were told, as many times as they were."""
    return [
        line.at.timestamp()
        for userid in userids
        if stage.sim.world.find_member(userid)
        for line in stage.sim.member_chat(userid)
        if words in line.text
    ]


def count_told(stage: Stage, words: str) -> int:
    """On how many phones something with these words is, without reading each."""
    sent = stage.sim.world.app_messages.values()
    return sum(len(message.holders) for message in sent if words in str(message.body))


def is_over(stage: Stage) -> bool:
    """Whether every notice has come to its end."""
    with sqlite3.connect(f"file:{stage.folder / 'lianxin.db'}?mode=ro", uri=True) as database:
        states = [state for (state,) in database.execute("SELECT state FROM broadcasts")]
    return len(states) == 2 and not {"scheduled", "sending"}.intersection(states)


async def kill_in_the_middle(stage: Stage, audience: Audience, kills: int, at: int) -> list[float]:
    """When so many cards have arrived, evenly where `at` is 0; returns the seconds until it was up each time."""
    restarts: list[float] = []
    whole = len(audience.heard_by(FIRST)) + len(audience.heard_by(SECOND))
    for turn in range(kills):
        wanted = at or whole * (turn + 1) / (kills + 2)
        await until(lambda: count_told(stage, "【") >= wanted, LONGEST_SECONDS)  # noqa: B023
        stage.kill()
        restarts.append(round(await stage.start(), 2))
    return restarts


async def listed(stage: Stage, number: int) -> dict[str, set[str]]:
    """What the export says: the recipients by state."""
    file = stage.folder / f"notice{number}.jsonl"
    done = await stage.command("export", "broadcast", str(number), "--format", "jsonl", "-o", str(file))
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, set[str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.setdefault(row["state"], set()).add(row["userid"])
    return found


async def run(
    *, members: int, overlap: int, busy: int, kills: int, answer_seconds: float, kill_at: int = 0
) -> dict[str, object]:
    """Send both, count on the phones."""
    audience = gather(members, overlap, busy)
    with tempfile.TemporaryDirectory(prefix="lianxin-bench-") as scratch:
        folder = Path(scratch)
        faults = Faults(seed=FAULTS_SEED, latency_seconds={"message/send": answer_seconds}, calls_per_minute=10_000)
        async with open_stage(folder, faults) as stage, notices.open_office(stage.environment) as office:
            for member in [each for some in read_members(folder / "district") for each in some]:
                stage.sim.add_member(member.userid, member.name)
            settle(stage, audience)
            await notices.never_night(office)
            await keep_busy(office, audience.busy)
            await stage.start()
            await _until_busy(stage, audience)
            numbers = [await notices.approve(office, FIRST, audience.first)]
            numbers.append(await notices.approve(office, SECOND, audience.second))
            began = time.time()
            restarts = await kill_in_the_middle(stage, audience, kills, kill_at)
            await until(lambda: is_over(stage), LONGEST_SECONDS)
            counts = await _count(stage, audience, numbers)
            times = _times(stage, audience, began, answer_seconds)
            return {
                "members": members,
                "cards": members + overlap,
                "kills": kills,
                "restart_seconds": restarts,
                **counts,
                **await _send_again(stage, office, audience, numbers[0]),
                **times,
                "rules_broken": dict(stage.sim.violations),
                "silently_dropped": dict(stage.sim.dropped),
                "errors_logged": len(stage.log_lines("error")),
            }


async def _until_busy(stage: Stage, audience: Audience) -> None:
    """The thirty have arrived at all of them."""
    wanted = PER_MINUTE * len(audience.busy)
    await until(lambda: count_told(stage, "条消息") >= wanted, LONGEST_SECONDS)


async def _count(stage: Stage, audience: Audience, numbers: Sequence[int]) -> dict[str, object]:
    lost = twice = wrong = 0
    copies: Counter[int] = Counter()
    for number, words in zip(numbers, (FIRST, SECOND), strict=True):
        hearers = audience.heard_by(words)
        times = [len(told_at(stage, [userid], words)) for userid in hearers]
        lost, twice = lost + times.count(0), twice + sum(one > 1 for one in times)
        copies.update(times)
        states = await listed(stage, number)
        told = audience.first if words == FIRST else audience.second
        wrong += len(states.get("failed", set()) ^ audience.unreachable.intersection(told))
        wrong += len(states.get("sent", set()) ^ set(hearers))
    return {
        "told_once": copies[1],
        "not_told": lost,
        "told_twice": twice,
        "unreachable": len(audience.unreachable),
        "listed_wrongly": wrong,
    }


async def _send_again(stage: Stage, office: Office, audience: Audience, number: int) -> dict[str, int]:
    """Those without a licence get one; the notice is sent again to whom it failed for."""
    cured = [
        one.userid
        for userid in sorted(audience.unreachable)
        if (one := stage.sim.world.find_member(userid)) is not None and one.visible
    ]
    for userid in cured:
        stage.sim.add_member(userid, userid)
    others = audience.heard_by(FIRST)
    before = len(told_at(stage, others, FIRST))
    again = await notices.send_again(office, number)
    await until(lambda: is_over(stage), LONGEST_SECONDS)
    return {
        "sent_again": again,
        "of_them_cured": len(cured),
        "cured_and_told": len(told_at(stage, cured, FIRST)),
        "told_again_who_had_it": len(told_at(stage, others, FIRST)) - before,
    }


def _times(stage: Stage, audience: Audience, began: float, answer_seconds: float) -> dict[str, object]:
    at = sorted(one - began for words in (FIRST, SECOND) for one in told_at(stage, audience.heard_by(words), words))
    calls = sum(math.ceil(len(each) / MOST_RECIPIENTS) for each in (audience.first, audience.second))
    allowed = math.ceil(calls / SHARES[Rank.BROADCASTS].most) * answer_seconds
    if audience.busy:
        first = min(told_at(stage, audience.busy, "条消息")) - began
        allowed = max(allowed, first + WINDOW_SECONDS + answer_seconds)
    last = at[-1] if at else 0.0
    return {
        "seconds": {
            "half": round(percentile(at, 0.5), 2),
            "95%": round(percentile(at, 0.95), 2),
            "all": round(last, 2),
        },
        "limits_allow_seconds": round(allowed, 2),
        "ratio": round(last / allowed, 2),
    }


def main() -> None:
    """Read the arguments, send, print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=19_000)
    parser.add_argument("--overlap", type=int, default=1_000)
    parser.add_argument("--busy", type=int, default=200)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--answer-seconds", type=float, default=0.4)
    asked = parser.parse_args()
    print(json.dumps(asyncio.run(run(**vars(asked))), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
