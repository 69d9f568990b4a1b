"""How many private numbers are found in real sentences, how often something else is taken for one, and how fast.

`python -m benchmarks.masking [--each 2000] [--show]`; LIANXIN_EVAL_DATA names a folder with
`petitions_dev.jsonl.gz`, whose petitions carry the numbers. Without it that is said and nothing is measured. The
numbers are made up from a seed and right by their rules (`benchmarks/private_numbers.py`).
"""

import argparse
import json
import random
import re
import time
from collections import Counter
from collections.abc import Sequence

from benchmarks.false_alarms import petitions
from benchmarks.people import EVALUATION_DATA
from benchmarks.private_numbers import MADE, SAID
from bot.masking import Kind, find, hide

SEED = 20261101
_BREAKS = re.compile(r"(?<=[，。；！？,;])|$")
LENGTHS = (250, 350)  # characters of the messages that the speed is measured on
HOSTILE_LENGTH = 20_000
HOSTILE = (
    "1 ",
    "1",
    "13812345678 ",
    "0510-",
    "6222 ",
    "3栋2单元",
    "三单元",
    "京A",
    "1-1-",
    "栋123",
    "2-2-2",
    "身份证1",
)


def recall(texts: Sequence[str], each: int, show: bool) -> dict[str, str]:
    """The share of the planted numbers that are hidden to the last of their digits, for each kind."""
    figures = {}
    for kind, make in MADE.items():
        chance = random.Random(f"{SEED} {kind}")
        missed = 0
        for _ in range(each):
            text, start, end = _planted(chance, chance.choice(texts), kind, make(chance))
            if not any(span.start <= start and end <= span.end for span in find(text)):
                missed += 1
                if show:
                    print(f"missed {kind}: {text[max(0, start - 20) : end + 12]!r}")
        figures[kind.value] = f"{1 - missed / each:.4f}"
    return figures


def _planted(chance: random.Random, text: str, kind: Kind, number: str) -> tuple[str, int, int]:
    """A number set into a sentence behind one of its marks, and where it is."""
    place = chance.choice([mark.end() for mark in _BREAKS.finditer(text)])
    head, tail = chance.choice(SAID[kind]).split("{}")
    start = place + len(head)
    after = chance.choice(("，", "。", "，", " "))
    return text[:place] + head + number + tail + after + text[place:], start, start + len(number)


def false_hits(texts: Sequence[str], show: bool) -> dict[str, object]:
    """What is found in the petitions as they are: each hit is to be judged by eye (`--show`)."""
    counts: Counter[str] = Counter()
    touched = 0
    for text in texts:
        spans = find(text)
        touched += bool(spans)
        for span in spans:
            counts[span.kind.value] += 1
            if show:
                around = text[max(0, span.start - 24) : span.end + 14]
                print(f"{span.kind}: {text[span.start : span.end]!r} in {around!r}")
    return {"messages": len(texts), "with a hit": touched, "share": f"{touched / len(texts):.3%}", **counts}


def microseconds(texts: Sequence[str]) -> dict[str, float]:
    """A message of about 300 characters, as it is and with a phone number in it."""
    chance = random.Random(SEED)
    planted = [_planted(chance, text, Kind.MOBILE, MADE[Kind.MOBILE](chance))[0] for text in texts]
    return {
        "a message": round(_seconds(texts) / len(texts) * 1e6, 1),
        "with a number in it": round(_seconds(planted) / len(planted) * 1e6, 1),
        f"the worst of {HOSTILE_LENGTH} hostile characters, for 300": round(
            max(_seconds([(part * HOSTILE_LENGTH)[:HOSTILE_LENGTH]]) for part in HOSTILE)
            / HOSTILE_LENGTH * 300 * 1e6, 1
        ),
    }  # fmt: skip


def _seconds(texts: Sequence[str]) -> float:
    best = float("inf")
    for _ in range(2):
        began = time.process_time()
        for text in texts:
            hide(text)
        best = min(best, time.process_time() - began)
    return best


def main() -> None:
    """Read the arguments, measure, print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=2000, help="numbers of each kind")
    parser.add_argument("--show", action="store_true", help="print what was missed, and every hit in the petitions")
    asked = parser.parse_args()
    texts = [f"{row['title']}\n{row['detail']}" for row in petitions()]
    if not texts:
        print(f"skipped: {EVALUATION_DATA} names no folder with petitions_dev.jsonl.gz")
        return
    low, high = LENGTHS
    figures = {
        "recall": recall(texts, asked.each, asked.show),
        "hits in the petitions": false_hits(texts, asked.show),
        "microseconds": microseconds([text for text in texts if low <= len(text) <= high][:1000]),
    }
    print(json.dumps(figures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
