"""The shipped corpus and an office's corrected messages, trained together in a process of its own.

`python -m bot.training.retrain OUTPUT`: JSON lines `{"text","topic"}` on standard input, one JSON line
`[step, done, of]` for each step on standard output, the model in OUTPUT. No message is written to disk.
Exit 3 when another training has the folder.
"""

import fcntl
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from bot.training import shipped
from bot.training.rows import parse_rows
from bot.training.run import train

BUSY = 3
_NICE = 10  # who is being answered goes first


def main(output: Path, lines: Iterable[str], folder: Path = shipped.FOLDER / "corpus") -> int:
    """Train and write; the corrected messages come after the corpus, so that all its topics stay."""
    with (output.parent / "training.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return BUSY
        files = sorted(folder.glob("*.jsonl"))
        corpus = [line for file in files for line in file.read_text(encoding="utf-8").split("\n")]
        model, _ = train(
            parse_rows([*corpus, *lines]), helpers=shipped.terms(), settings=shipped.SETTINGS, progress=_tell
        )
        output.write_bytes(model.dump())
    return 0


def _tell(step: str, done: int, of: int) -> None:
    sys.stdout.write(json.dumps([step, done, of]) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.nice(_NICE)
    raise SystemExit(main(Path(sys.argv[1]), sys.stdin.read().split("\n")))
