"""How a command runs: its loop, its signals, and what a refusal looks like."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

import uvloop

from config import logs
from config.settings import Need, Settings, SettingsRefused

REFUSED, BROKEN = 2, 1


def refuse(*lines: object) -> NoReturn:
    """One clear line a fault on standard error, exit 2."""
    for line in lines:
        print(line, file=sys.stderr)  # noqa: T201  the command line's own voice
    raise SystemExit(REFUSED)


def load_settings(*needs: Need) -> Settings:
    """The settings, or a refusal that lists every fault."""
    try:
        return Settings.load(*needs)
    except SettingsRefused as refused:
        refuse(*refused.faults)


def run(work: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run to the end on uvloop; SIGTERM and Ctrl-C let it finish or release what it holds.

    What breaks is told as a log line, without values.
    """
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_until_signalled(work))
    except Exception as error:  # noqa: BLE001  a traceback would print what people wrote
        logs.write_crash(error)
        return BROKEN


async def _until_signalled(work: Callable[[], Coroutine[Any, Any, int]]) -> int:
    task = asyncio.ensure_future(work())
    loop = asyncio.get_running_loop()
    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = True
        task.cancel()

    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop)
    try:
        return await task
    except asyncio.CancelledError:
        if stopped:
            return 0
        raise
