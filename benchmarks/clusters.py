"""Many people, one matter: what finding it costs, what it catches and how often it errs.

`python -m benchmarks.clusters [--messages 100000] [--people 5] [--days 30]` prints JSON: cost with so many open
messages (made of our own corpus and invented places), then planted matters in a background of real messages where
LIANXIN_EVAL_DATA names a folder with `hot_stream_to_2019-06.jsonl.gz`, of our corpus elsewhere: their whole text,
their titles alone, and their first 60 characters alone.
`python -m benchmarks.clusters --pairs` prints the usual pairs for `bot/assignment/likeness/words_usual.py`.
"""

import argparse
import gzip
import json
import os
import random
import re
import resource
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.people import EVALUATION_DATA
from benchmarks.planted_matters import BURSTS, MORE_BURSTS, OTHER_THINGS_THERE
from bot.assignment.likeness.similar import Index, Signature, signature
from config.rules import Rules

CORPUS = Path(__file__).resolve().parent.parent / "config" / "corpus"
STREAM = "hot_stream_to_2019-06.jsonl.gz"
PETITIONS = "petitions_dev.jsonl.gz"
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
_NAMES = "春夏秋冬东西南北金银翠竹梅兰松柏云龙江河湖海山石桥塔林花鸟雅苑名邸"
_EVERY_PAIR = re.compile(r"(?=([\u4e00-\u9fff]{2}))")
_NAME_GOES_ON = re.compile(r"[\u4e00-\u9fff]?(?:小区|花园|华庭|家园|社区|街道|公馆|新村|苑|镇|路|府|县|中学|小学)")
_ALL_BURSTS = {**BURSTS, **MORE_BURSTS}
_CLASSES = ((160, 1 << 30), (80, 160), (40, 80), (20, 40), (10, 20), (5, 10))
_VIEWS = {"whole": "{title}。{words}", "title": "{title}", "first 60": "{words:.60}"}


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of a stream; `planted` names the matter that it was made up for."""

    at: datetime
    who: str
    signature: Signature
    title: str
    planted: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """A cluster that reached so many people in so many days."""

    at_message: int  # of the cluster
    at: datetime
    members: Sequence[Heard]


def corpus() -> list[str]:
    """The messages that the project wrote itself."""
    files = sorted(CORPUS.glob("*.jsonl"))
    return [json.loads(line)["text"] for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def read_of(text: str) -> Signature:
    """By words alone."""
    return signature(text, place="", grid=None, station=None, topic=None)


def cost(messages: int) -> dict[str, object]:
    """Processor milliseconds a message when so many are held, and the memory they take."""
    draw, texts = random.Random(1), corpus()
    index = Index()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    steps: dict[str, list[float]] = defaultdict(list)
    for number in range(1, messages + 1001):
        at = BEGINNING + timedelta(days=50) * (number / messages)
        place = "".join(draw.sample(_NAMES, 3)) + draw.choice(("小区", "花园", "路", "村"))
        text = f"{place}，{draw.choice(texts)}。{draw.choice(texts)}"
        given = {"place": place if draw.random() < 0.5 else "", "topic": f"t{draw.randrange(15)}"}
        began = time.thread_time()
        mark = signature(text, grid=f"g{draw.randrange(500)}", station=f"s{draw.randrange(40)}", **given)
        read = time.thread_time()
        if number > messages:
            index.nearest(mark, at)
        found = time.thread_time()
        index.add(number, mark, at)
        ended = time.thread_time()
        if number > messages:
            for name, seconds in (("read", read - began), ("nearest", found - read), ("add", ended - found)):
                steps[name].append(seconds * 1000)
    steps["all"] = [sum(three) for three in zip(*steps.values(), strict=True)]
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"held": len(index), "memory_mb": round(grown / 1024), "milliseconds": _spread(steps)}


def _spread(steps: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    return {
        name: {
            "median": round(statistics.median(values), 2),
            "p99": round(sorted(values)[int(len(values) * 0.99)], 2),
            "most": round(max(values), 2),
        }
        for name, values in steps.items()
    }


def linked(stream: Sequence[Heard]) -> tuple[dict[int, list[int]], int]:
    """The clusters, each with the numbers of its messages, and how many messages were linked to an earlier one."""
    index = Index(max(2, len(stream)))
    cluster_of: dict[int, int] = {}
    clusters: dict[int, list[int]] = defaultdict(list)
    links = 0
    for number, heard in enumerate(stream, 1):
        match = index.nearest(heard.signature, heard.at)
        links += match is not None
        cluster_of[number] = cluster_of[match.case_id] if match else number
        clusters[cluster_of[number]].append(number)
        if match:
            index.note_group(match.case_id, cluster_of[number])
        index.add(number, heard.signature, heard.at, cluster_of[number] if match else 0)
    return clusters, links


def alerts(stream: Sequence[Heard], clusters: dict[int, list[int]], people: int, days: float) -> list[Alert]:
    """As `bot.services.clustering` raises them: once a cluster, by distinct people."""
    found = []
    for numbers in clusters.values():
        members = [stream[number - 1] for number in numbers]
        for place, heard in enumerate(members, 1):
            near = {one.who for one in members[:place] if heard.at - one.at <= timedelta(days=days)}
            if len(near) >= people:
                found.append(Alert(place, heard.at, members))
                break
    return sorted(found, key=lambda alert: alert.at)


def background(view: str) -> tuple[list[Heard], str]:
    """Messages of half a year by real people, or of our own corpus."""
    file = Path(os.environ.get(EVALUATION_DATA, "")) / STREAM
    cut = _VIEWS[view].format
    if not os.environ.get(EVALUATION_DATA) or not file.exists():
        texts = corpus()
        random.Random(3).shuffle(texts)
        made = [
            Heard(BEGINNING + timedelta(hours=2 * n), f"p{n}", read_of(cut(title=text[:30], words=text)), text[:30])
            for n, text in enumerate(texts[:2100])
        ]
        return made, "our own corpus (LIANXIN_EVAL_DATA names no folder with the stream: real messages skipped)"
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    heard = [
        Heard(
            _when(row["留言时间"]),
            row["留言用户"],
            read_of(cut(title=row["留言主题"], words=words)),
            row["留言主题"],
        )
        for row in rows
        if (words := re.sub(r"\s", "", row["留言详情"]))
    ]
    return sorted(heard, key=lambda one: one.at), STREAM


def _when(text: str) -> datetime:
    return datetime.strptime(text.replace("/", "-"), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)


def planted(end: datetime, days: float, seed: int) -> list[Heard]:
    """Each made-up matter within 15 days, every message by somebody else, and other matters at the same places."""
    draw = random.Random(seed)
    began = end - timedelta(days=days + 10)
    heard = []
    for name, texts in _ALL_BURSTS.items():
        shuffled = draw.sample(texts, len(texts))
        heard += [
            Heard(began + timedelta(days=15 * n / len(texts)), f"{name} {n}", read_of(text), text[:30], name)
            for n, text in enumerate(shuffled)
        ]
    others = enumerate(OTHER_THINGS_THERE)
    return heard + [
        Heard(began + timedelta(days=3 + n), f"other {n}", read_of(text), text[:30], "other") for n, text in others
    ]


def quality(view: str, people: int, days: float) -> dict[str, object]:
    """What is caught and what is raised in vain; alerts in the background are listed for a person to judge."""
    real, source = background(view)
    stream = sorted([*real, *planted(real[-1].at, days, seed=3)], key=lambda one: one.at)
    clusters, links = linked(stream)
    raised = alerts(stream, clusters, people, days)
    in_background = [alert for alert in raised if not any(one.planted in _ALL_BURSTS for one in alert.members)]
    months = (real[-1].at - real[len(real) // 100].at).days / 30.4  # without the few stragglers at the beginning
    return {
        "background": source,
        "linked": f"{links} of {len(stream)}",
        "planted": {name: _caught(stream, raised, name) for name in BURSTS},
        "planted, written afterwards": {name: _caught(stream, raised, name) for name in MORE_BURSTS},
        "other matters of their places drawn in": _drawn_in(stream, clusters),
        "alerts in the background": len(in_background),
        "a month": round(len(in_background) / months, 2),
        "which": [_told(alert) for alert in in_background],
    }


def _caught(stream: Sequence[Heard], raised: Sequence[Alert], name: str) -> str:
    mine = [one for one in stream if one.planted == name]
    times = [
        alert.at for alert in raised if sum(one.planted == name for one in alert.members) * 2 > len(alert.members)
    ]
    if not times:
        return f"not caught in {len(mine)}"
    return f"at its message {sum(one.at <= min(times) for one in mine)} of {len(mine)}"


def _drawn_in(stream: Sequence[Heard], clusters: dict[int, list[int]]) -> str:
    drawn = 0
    for numbers in clusters.values():
        kinds = Counter(stream[number - 1].planted for number in numbers)
        drawn += kinds["other"] if any(kind in _ALL_BURSTS for kind in kinds) else 0
    return f"{drawn} of {len(OTHER_THINGS_THERE)}"


def _told(alert: Alert) -> str:
    who = len({one.who for one in alert.members})
    titles = " / ".join(one.title[:18] for one in alert.members[:5])
    return f"at its message {alert.at_message}; in the end {len(alert.members)} by {who}: {titles}"


def unrelated(people: int, days: float) -> dict[str, object] | str:
    """Petitions in any order, 72 a day, one of each group of near-duplicates. Some are truly about one matter."""
    file = Path(os.environ.get(EVALUATION_DATA, "")) / PETITIONS
    if not os.environ.get(EVALUATION_DATA) or not file.exists():
        return f"skipped: LIANXIN_EVAL_DATA names no folder with {PETITIONS}"
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    random.Random(5).shuffle(rows)
    one_of_each = list({row["group"]: row for row in rows}.values())
    stream = [
        Heard(BEGINNING + timedelta(minutes=20 * n), f"p{n}", read_of(f"{row['title']}。{row['detail']}"), "")
        for n, row in enumerate(one_of_each)
    ]
    clusters, links = linked(stream)
    raised = alerts(stream, clusters, people, days)
    return {"messages": len(stream), "linked": f"{links / len(stream):.1%}", "alerts": len(raised)}


def pairs() -> str:
    """The table of usual pairs, as Python, without those that are mostly parts of the corpus's invented names."""
    found: Counter[str] = Counter()
    in_names: Counter[str] = Counter()
    texts = corpus()
    for text in texts:
        begins = {match[1]: match.end(1) for match in _EVERY_PAIR.finditer(text)}
        found.update(begins.keys())
        in_names.update(pair for pair, end in begins.items() if _NAME_GOES_ON.match(text, end))
    counts = {pair: count for pair, count in found.items() if in_names[pair] < 0.35 * count}
    lines = [f"COUNTED = {len(texts)}  # messages in which PAIRS were counted", "PAIRS: dict[int, str] = {"]
    for least, below in _CLASSES:
        joined = "".join(sorted(pair for pair, count in counts.items() if least <= count < below))
        lines += [f'    {least}: """', *(f"        {joined[at : at + 52]}" for at in range(0, len(joined), 52))]
        lines.append('    """,')
    return "\n".join([*lines, "}"])


def main() -> None:
    """Read the arguments, measure, print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=5)
    parser.add_argument("--days", type=float, default=Rules().cluster_alert_days)
    parser.add_argument("--pairs", action="store_true", help="print the table of usual pairs and nothing else")
    asked = parser.parse_args()
    if asked.pairs:
        print(pairs())
        return
    figures = {
        "alert": f"{asked.people} people in {asked.days:g} days",
        "cost": cost(asked.messages),
        "quality": {view: quality(view, asked.people, asked.days) for view in _VIEWS},
        "unrelated petitions": unrelated(asked.people, asked.days),
    }
    print(json.dumps(figures, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
