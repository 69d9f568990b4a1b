"""Structured logs: one JSON object a line, a fixed sentence and the facts beside it.

What people wrote, their names and their numbers never go in: log ids.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

BROKE_OUTSIDE = "something broke in a task that nobody waits for"


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    """The facts that were given beside the sentence."""
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "room": record.name,
            "event": _event(record),
            **facts_of(record),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record)
        return json.dumps(line, ensure_ascii=False, default=str)


def _event(record: logging.LogRecord) -> str:
    """The fixed sentence; asyncio's own hold the arguments of what broke."""
    return BROKE_OUTSIDE if record.name == "asyncio" and record.exc_info else record.getMessage()


def write_crash(error: BaseException, stream: TextIO | None = None) -> None:
    """What ended a process, one line a cause, without the values and texts that the errors hold."""
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            write_crash(one, stream)
        return
    exc_info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("lianxin", logging.CRITICAL, "", 0, "the process broke", None, exc_info)
    print(JsonLines().format(record), file=stream or sys.stderr)


def _where(record: logging.LogRecord) -> list[str]:
    """File, line and function of each frame: a traceback without the values and texts that a message may hold."""
    frames: list[str] = []
    trace = record.exc_info[2] if record.exc_info else None
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return frames[-6:]


def set_up(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log line to `stream` (standard error by default)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("aiohttp.access", "aiosqlite", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # It warns of a job that is still at work at its next tick, as may well be; our runner logs what breaks.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
