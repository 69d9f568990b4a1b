"""Every benchmark of docs/performance.md one after the other, and what is asked and was seen in a table at the end.

`python -m benchmarks.table [--only whole_path,burst]`. What each prints is shown as it comes; one that fails is
named in the table, and the status is 1.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.stage import ROOT


@dataclass(frozen=True, slots=True)
class Row:
    """A benchmark: its words on the command line, what is asked, and the figures that are held against it."""

    words: str
    asked: str = ""
    figures: tuple[str, ...] = ()  # where they are in its JSON, such as `memory_mb.peak`

    @property
    def name(self) -> str:
        """The module."""
        return self.words.split()[0]


ROWS = (
    Row("acknowledging", "0.45 web alone, 0.20 all roles", ("ratio_web_alone", "ratio_all_roles", "fsync_ms")),
    Row("others", "ahead of each", ("per_second", "fsync_ms")),
    Row("whole_path", "0.25; 250 MB", ("ratio", "messages_per_second", "memory_mb.peak", "fsync_ms")),
    Row(
        "two_processes",
        "1.6",
        ("ratio", "processors", "one.messages_per_second", "two.messages_per_second", "fsync_ms"),
    ),
    Row("latency", "p50 10 ms, p99 60 ms", ("beyond_ms", "bot_cpu_share", "fsync_ms")),
    Row("burst", "all kept, normal within 60 s", ("kept", "seconds_after_the_burst", "answer_ms", "fsync_ms")),
    Row("start", "2 s", ("median", "fsync_ms")),
    Row("main_job", "", ("card_ms", "receipt_ms")),
    Row("pump", "0.6", ("ratio",)),
    Row("real_messages"),
    Row("assignment"),
    Row("topic_model"),
    Row("false_alarms"),
    Row("clusters"),
    Row("reminders"),
    Row("figures"),
    Row("broadcast"),
    Row("duty_numbers --share 0.1"),
    Row("duty_numbers"),
    Row("duty_numbers --postgresql"),
    Row("pages"),
)


def read_figure(found: Mapping[str, Any], path: str) -> str:
    """One figure of a benchmark's JSON as text; a dash where it is not there."""
    value: Any = found
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return "–" if value is None else str(value)


def _run(row: Row) -> tuple[int, dict[str, Any]]:
    played = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{row.words.split()[0]}", *row.words.split()[1:]],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    print(f"== {row.words}\n{played.stdout}", flush=True)
    try:
        found = json.loads(played.stdout)
    except ValueError:
        return played.returncode, {}
    return played.returncode, found if isinstance(found, dict) else {}


def render(seen: Sequence[tuple[Row, int, Mapping[str, Any]]]) -> str:
    """The table, in the form of the documentation's."""
    lines = ["| benchmark | is to be | seen |", "|---|---|---|"]
    for row, status, found in seen:
        told = "; ".join(f"{path} {read_figure(found, path)}" for path in row.figures) or "see above"
        lines.append(f"| {row.words} | {row.asked or '–'} | {f'ended with {status}' if status else told} |")
    return "\n".join(lines)


def main() -> None:
    """Run what is asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="names separated by commas")
    names = {name for name in parser.parse_args().only.split(",") if name}
    seen: list[tuple[Row, int, Mapping[str, Any]]] = []
    for row in ROWS:
        if not names or row.name in names:
            status, found = _run(row)
            seen.append((row, status, found))
    print(render(seen))
    sys.exit(any(status for _, status, _ in seen))


if __name__ == "__main__":
    main()
