"""How often real petitions are taken for what they are not, how many written emergencies are missed, and how fast.

`python -m benchmarks.false_alarms [--show KIND] [--most 40]`; LIANXIN_EVAL_DATA names a folder with
`petitions_dev.jsonl.gz`. Without it only the emergencies of the project's own corpus are read, and that is said.
"""

import argparse
import gzip
import json
import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from benchmarks.people import EVALUATION_DATA
from bot.assignment.matter import boundary, kinds, language, parts, safety, urgency
from bot.assignment.text import normalise

CORPUS = Path(__file__).resolve().parent.parent / "config" / "corpus"
VIEWS: dict[str, Callable[[dict[str, str]], str]] = {
    "title": lambda row: str(row["title"]),
    "detail": lambda row: str(row["detail"]),
    "both": lambda row: f"{row['title']}\n{row['detail']}",
}
LENGTHS = (250, 350)  # characters of the messages that the speed is measured on


def petitions() -> list[dict[str, str]]:
    """The real petitions, or none where no folder of them is named."""
    folder = os.environ.get(EVALUATION_DATA, "")
    file = Path(folder) / "petitions_dev.jsonl.gz"
    if not folder or not file.exists():
        return []
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def labels(text: str) -> dict[str, str]:
    """What each word rule calls a text, with the words that made it do so."""
    found = {}
    danger = safety.find(text)
    if danger:
        found["emergency"] = f"{danger.kind} {danger.evidence}"
    limit = boundary.find(normalise(text), ())
    if limit:
        name = limit.kind if limit.kind != "referral" else str(limit.referral or limit.about)
        found[name] = f"{limit.about} {limit.evidence}"
    kind, words = kinds.read(text, ())
    if kind != "case":
        found[kind] = words
    level, why = urgency.read(text, kind)
    if level == "urgent":
        found["urgent"] = str(why)
    spoken = language.find(text)
    if spoken:
        found["foreign"] = spoken
    if parts.split(text):
        found["parts"] = str(len(parts.split(text)))
    return found


def rates(rows: list[dict[str, str]], show: str | None, most: int) -> dict[str, dict[str, str]]:
    """The share of messages under each label, for each view; one label's messages are shown on request."""
    table: dict[str, dict[str, str]] = {}
    for view, text_of in VIEWS.items():
        counts: Counter[str] = Counter()
        for row in rows:
            text = text_of(row)
            for label, words in labels(text).items():
                counts[label] += 1
                if label == show and counts[label] <= most:
                    print(f"{view} | {words} | {text[:120]!r}")
        table[view] = {label: f"{count / len(rows):.2%}" for label, count in sorted(counts.items())}
    return table


def recall() -> dict[str, object]:
    """How many of the corpus' own emergencies are found, and how many of its other messages are taken for one."""
    missed: list[str] = []
    counts: Counter[str] = Counter()
    for file in sorted(CORPUS.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            text = json.loads(line)["text"]
            is_danger = file.stem == "emergency"
            counts["emergencies" if is_danger else "others"] += 1
            if is_danger and not safety.find(text):
                missed.append(text)
            elif not is_danger and safety.find(text):
                counts["others called one"] += 1
    return {**counts, "missed": missed}


def microseconds(texts: list[str]) -> dict[str, float]:
    """The time that each rule takes for one message of about 300 characters."""
    plain = [normalise(text) for text in texts]
    jobs: dict[str, Callable[[], object]] = {
        "safety": lambda: [safety.find(text) for text in texts],
        "boundary": lambda: [boundary.find(text, ()) for text in plain],
        "kinds": lambda: [kinds.read(text, ()) for text in texts],
        "urgency": lambda: [urgency.read(text, "case") for text in texts],
        "language": lambda: [language.find(text) for text in texts],
        "parts": lambda: [parts.split(text) for text in texts],
    }
    each = {name: round(min(_seconds(job) for _ in range(3)) / len(texts) * 1e6, 1) for name, job in jobs.items()}
    return {**each, "together": round(sum(each.values()), 1)}


def _seconds(job: Callable[[], object]) -> float:
    began = time.perf_counter()
    job()
    return time.perf_counter() - began


def main() -> None:
    """Read the arguments, measure, print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", help="print the messages under this label")
    parser.add_argument("--most", type=int, default=40)
    asked = parser.parse_args()
    rows = petitions()
    figures: dict[str, object] = {"corpus": recall()}
    if rows:
        low, high = LENGTHS
        figures["real petitions"] = rates(rows, asked.show, asked.most)
        figures["microseconds"] = microseconds(
            [row["detail"] for row in rows if low <= len(str(row["detail"])) <= high]
        )
    else:
        figures["real petitions"] = f"skipped: {EVALUATION_DATA} names no folder with petitions_dev.jsonl.gz"
    print(json.dumps(figures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
