"""Labelled messages: read from JSON lines, every fault collected, near-duplicates brought together."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.assignment.taxonomy import KINDS, TOPICS, find_topic

FEWEST = 3  # messages that a topic needs, or nothing can be said about it


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled message; rows of one `group` say the same and are never split between parts."""

    text: str
    topic: str | None
    kind: str = "case"
    group: str = ""


class RowsRefused(Exception):
    """Labelled messages that cannot be used; `faults` says each with its line."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def parse_rows(lines: Iterable[str]) -> tuple[Row, ...]:
    """Rows of JSON lines `{"text","topic"}` with optional `kind` and `group`.

    Blank lines and other keys are passed over. Raises RowsRefused with every fault, each `line N: what is wrong,
    what to do`.
    """
    rows: list[Row] = []
    faults: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        found = _parse(line.removeprefix("\ufeff"))
        if isinstance(found, Row):
            rows.append(found)
        else:
            faults += [f"line {number}: {fault}" for fault in found]
    faults = faults or list(_too_few(rows))
    if faults:
        raise RowsRefused(faults)
    return tuple(rows)


def term_rows(terms: Mapping[str, str]) -> tuple[Row, ...]:
    """Telling words as tiny messages: for each topic its words with a blank between them."""
    return tuple(Row(word, topic) for topic, words in terms.items() for word in words.split())


def _parse(line: str) -> Row | list[str]:
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError):
        return ["this is not JSON; write one object a line, in UTF-8"]
    if not isinstance(raw, dict):
        return ['this is no object; write {"text": "…", "topic": "…"}']
    faults = list(_faults(raw))
    if faults:
        return faults
    topic = raw["topic"]
    return Row(
        text=raw["text"],
        topic=find_topic(topic) if topic is not None else None,
        kind=raw.get("kind") or "case",
        group=str(raw.get("group") or ""),
    )


def _faults(raw: dict[str, Any]) -> Iterable[str]:
    text = raw.get("text")
    if not isinstance(text, str) or not text.strip():
        yield "text is missing or empty; give the words of the message, or take the line out"
    if "topic" not in raw:
        yield "topic is missing; give one of the 15 topics, or null for a message about no matter"
    elif raw["topic"] is not None and (not isinstance(raw["topic"], str) or find_topic(raw["topic"]) is None):
        known = ", ".join(TOPICS)
        yield f"topic {_short(raw['topic'])} is unknown; it is one of {known}, their Chinese names, or null"
    if raw.get("kind") is not None and raw["kind"] not in KINDS:
        yield f"kind {_short(raw['kind'])} is unknown; it is one of {', '.join(KINDS)}, or left out"
    if not isinstance(raw.get("group", ""), str | int | None):
        yield "group is neither a word nor a number; rows of one group say the same, else leave it out"


def _short(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:40]


def _too_few(rows: list[Row]) -> Iterable[str]:
    counts = Counter(row.topic for row in rows if row.topic)
    if len(counts) < 2:
        yield f"the file has messages of {len(counts)} topics; at least two topics are needed"
    for topic, count in sorted(counts.items()):
        if count < FEWEST:
            yield f"topic {topic} has {count} of at least {FEWEST} messages; add some, or take its lines out"
