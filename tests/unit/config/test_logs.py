"""Logs: one JSON object a line, facts beside the sentence, and never a value out of an exception."""

import asyncio
import gc
import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from config import logs

log = logging.getLogger("bot.test")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    out = io.StringIO()
    logs.set_up(stream=out)
    yield out
    root.handlers[:] = handlers
    root.setLevel(level)


def only_line(stream: io.StringIO) -> dict[str, Any]:
    (line,) = stream.getvalue().splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_line_is_one_json_object_with_a_sentence_and_its_facts(stream: io.StringIO) -> None:
    log.info("outbox sent", extra={"outbox_id": 7, "states": ["a", "b"], "at_station": "钱桥联络站"})
    line = only_line(stream)
    assert (line["level"], line["room"], line["event"]) == ("info", "bot.test", "outbox sent")
    assert (line["outbox_id"], line["states"], line["at_station"]) == (7, ["a", "b"], "钱桥联络站")
    assert datetime.fromisoformat(line["at"]).tzinfo is not None


def test_line_breaks_in_a_fact_stay_on_the_line(stream: io.StringIO) -> None:
    log.warning("refused", extra={"reason": 'two\nlines and a "quote"'})
    assert only_line(stream)["reason"] == 'two\nlines and a "quote"'


def test_facts_of_any_type_can_be_written(stream: io.StringIO) -> None:
    log.info("told", extra={"due": datetime(2026, 11, 20, tzinfo=UTC), "who": {"a"}, "odd": b"\x00"})
    assert only_line(stream)["due"].startswith("2026-11-20")


def test_an_exception_says_its_type_and_where_and_never_its_values(stream: io.StringIO) -> None:
    def fails(words: str) -> None:
        raise ValueError(f"cannot handle {words}")

    try:
        fails("我叫王小明，电话13800000000")
    except ValueError:
        log.exception("message could not be handled", extra={"inbox_id": 3})
    line = only_line(stream)
    assert line["error"] == "ValueError"
    assert line["where"][-1].split()[-1] == "fails"
    assert line["inbox_id"] == 3
    assert "王小明" not in stream.getvalue()
    assert "13800000000" not in stream.getvalue()


def test_the_cause_of_an_exception_is_not_printed_either(stream: io.StringIO) -> None:
    def fails() -> None:
        try:
            {}["王小明"]
        except KeyError as error:
            raise RuntimeError("王小明") from error

    try:
        fails()
    except RuntimeError:
        log.exception("broke")
    assert "王小明" not in stream.getvalue()


def test_chatty_libraries_are_quiet(stream: io.StringIO) -> None:
    for name in ("aiohttp.access", "apscheduler", "alembic.runtime.migration"):
        logging.getLogger(name).info("GET /wecom/callback?msg_signature=… 200")
    assert stream.getvalue() == ""


def test_what_ends_a_process_is_one_line_a_cause_without_values() -> None:
    out = io.StringIO()
    causes = [ValueError("我叫王小明"), ExceptionGroup("inner", [KeyError("13800000000")])]
    logs.write_crash(ExceptionGroup("王小明", causes), out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(line["event"], line["error"]) for line in lines] == [
        ("the process broke", "ValueError"),
        ("the process broke", "KeyError"),
    ]
    assert "王小明" not in out.getvalue()
    assert "13800000000" not in out.getvalue()


async def test_a_task_that_nobody_waited_for_is_told_without_its_words(stream: io.StringIO) -> None:
    async def fails() -> None:
        raise ValueError("我叫王小明")

    task = asyncio.ensure_future(fails())
    await asyncio.wait([task])
    del task
    gc.collect()
    line = only_line(stream)
    assert (line["event"], line["error"]) == (logs.BROKE_OUTSIDE, "ValueError")
    assert "王小明" not in stream.getvalue()
