"""The bot as it serves, with one more kind of reminder and a probe that watches how long its loop stands still.

Started by `benchmarks.reminders`. The probe's figures go to the file `LIANXIN_PROBE`, twice a second.
"""

import argparse
import asyncio
import json
import os
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from bot.app import Role, open_bot, serve
from bot.commands.running import run
from bot.commands.serving import web_app
from bot.notices.content import Text
from bot.scheduler import JOBS, fire_reminders
from bot.scheduler.job import Job
from bot.scheduler.runner import JobRunner
from bot.services.context import Context
from bot.services.reminders import firing
from bot.services.reminders.kinds import KINDS
from bot.services.reminders.said import Answer, Spoken
from config import logs
from config.settings import Settings

PROBE_SECONDS = 0.002


async def speak(
    _context: Context, _number: int, _edition: str, step: str, recipients: Sequence[str]
) -> Mapping[str, Answer]:
    """The same words to all, or to each their own where the step says so."""
    own = step == "own"
    return {
        who: Spoken(Text(f"⏰代表联系群众活动日明天上午九点开始{f'，{who}' if own else ''}，请准时到站。"))
        for who in recipients
    }


async def watch(path: Path) -> None:
    """Note the worst of each second: how late the loop came back, what of that it worked itself, the most work.

    What it did not work itself another program of this machine did.
    """
    worst: dict[int, tuple[float, float, float]] = {}
    written = time.monotonic()
    while True:
        began, worked = time.monotonic(), time.thread_time()
        await asyncio.sleep(PROBE_SECONDS)
        late = time.monotonic() - began - PROBE_SECONDS
        work, second = time.thread_time() - worked, int(time.time())
        latest, of_it, most = worst.get(second, (0.0, 0.0, 0.0))
        worst[second] = (*max((latest, of_it), (late, work)), max(most, work))
        if time.monotonic() - written > 0.5:
            written = time.monotonic()
            scratch = path.with_suffix(".new")
            scratch.write_text(json.dumps(worst))
            scratch.replace(path)


async def work(port: int) -> int:
    """Serve until the process is told to end."""
    async with open_bot(Settings()) as bot:
        fire = Job(fire_reminders.JOB.name, fire_reminders.JOB.every_seconds, _fire, again=True)
        others = [job for job in JOBS if job is not fire_reminders.JOB]
        bot.jobs = JobRunner(bot.office, (*others, fire), bot.hints)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(watch(Path(os.environ["LIANXIN_PROBE"])))
            tasks.create_task(serve(bot, list(Role), web_app(bot), "127.0.0.1", port))
    return 0


_fire = partial(firing.fire, kinds={**KINDS, "bench": speak})


def main() -> None:
    """Read the port and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    logs.set_up("WARNING")
    port = parser.parse_args().port
    raise SystemExit(run(lambda: work(port)))


if __name__ == "__main__":
    main()
