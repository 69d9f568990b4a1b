"""The bot's own log records in the trace: what it did between WeCom's callback and its answer.

A record is a mapping with `sentence` (or `message`, or `event`): what happened. Optional: `kind` (an icon's name:
`store`, `decide`, `case`, `card`, `duty`, `send`, `wait`, `alarm`), `who`, `level` (`error` and above turn red),
`facts` (a mapping) — and every other key is a fact too. English sentences are put into Chinese where the
simulator's `vocabulary` knows them.
"""

from collections.abc import Mapping
from typing import Any

from bot.simulator.trace import Trace

OWN_KEYS = ("sentence", "message", "event", "kind", "who", "level", "facts")
ALARMING = ("error", "critical")


def add_record(trace: Trace, record: Mapping[str, Any], vocabulary: Mapping[str, str]) -> None:
    """One step of direction `bot`."""
    raw = str(record.get("sentence") or record.get("message") or record.get("event") or "")
    facts = {name: value for name, value in record.items() if name not in OWN_KEYS}
    facts.update(record.get("facts") or {})
    alarming = str(record.get("level", "")).lower() in ALARMING
    trace.add(
        "bot",
        str(record.get("kind", "note")),
        str(record.get("who", "")),
        vocabulary.get(raw, raw),
        errcode=-1 if alarming else 0,
        facts={
            name: value if isinstance(value, int | float | bool) else str(value) for name, value in facts.items()
        },
    )
