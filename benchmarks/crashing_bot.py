"""The bot as it serves, and a parent that starts it again whenever it is killed, as a service manager does.

Started by `benchmarks.crashes`. The parent has read all modules, so that a start takes a fraction of a second.
Where to die stands in the file LIANXIN_CRASH_ORDER; each death is a line in the file that ends in `.deaths`. The
file that ends in `.plant` makes the bot a bad one: `forget` what was on its way when it died, or say it `anew`
under another id. A proof that does not see that proves nothing.
"""

import argparse
import ctypes
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import aiohttp
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.crash_points import Executioner, MortalDatabase, mortal_requests
from benchmarks.soak.clock import JumpingClock
from bot.app import Lianxin, Role, make_hints, serve
from bot.clock import Clock, SystemClock
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
from storage import migrate
from storage.models import OutboxRow, Reminder
from storage.states import OutboxState

PR_SET_PDEATHSIG = 1
TICK_SECONDS = 0.2


async def speak(
    _context: Context, number: int, _edition: str, _step: str, recipients: Sequence[str]
) -> Mapping[str, Answer]:
    """The words of a made-up meeting."""
    return {who: Spoken(Text(f"⟦{number}⟧明天上午九点开会，请准时到站。")) for who in recipients}


async def work(port: int, order: Path) -> int:
    """Serve until told to end, or until the executioner comes."""
    settings, clock = Settings(), clock_of(order.with_suffix(".clock"))
    executioner = Executioner(order)
    database = MortalDatabase(settings.database_url, executioner)
    database.own()
    await migrate.ensure(database)
    await spoil(database, order.with_suffix(".plant"))
    async with aiohttp.ClientSession(trace_configs=[mortal_requests(executioner)]) as session:
        hints = await make_hints(settings, database, clock)
        bot = Lianxin(settings, clock, database, session, hints=hints)
        bot.jobs = JobRunner(bot.office, jobs(), bot.hints, bot.leases)
        async with hints.opened():
            await serve(bot, list(Role), web_app(bot), "127.0.0.1", port)
    return 0


def clock_of(path: Path) -> Clock:
    """The machine's clock, or one that whoever started this sets by a file."""
    return JumpingClock(path) if path.exists() else SystemClock()


def jobs() -> list[Job]:
    """All that there are, a little faster where a round waits for them; reminders know of made-up meetings."""
    fire = Job(
        fire_reminders.JOB.name, TICK_SECONDS, partial(firing.fire, kinds={**KINDS, "bench": speak}), again=True
    )
    others = [
        replace(job, every_seconds=TICK_SECONDS) if job.every_seconds <= 1 else job
        for job in JOBS
        if job is not fire_reminders.JOB
    ]
    return [*others, fire]


async def spoil(database: MortalDatabase, plant: Path) -> None:
    """Be a bad bot, where that was asked for."""
    bad = plant.read_text() if plant.exists() else ""
    async with database.begin() as session:
        if bad == "anew":
            leased = (await session.scalars(text("SELECT id FROM outbox WHERE state = 'leased'"))).all()
            for number in leased:
                await _say_anew(session, number)
        if bad:
            await session.execute(text("UPDATE outbox SET state = 'dropped' WHERE state = 'leased'"))


async def _say_anew(session: AsyncSession, number: int) -> None:
    """A copy of the row, with an id of its own; whoever follows the row follows the copy."""
    row = await session.get_one(OutboxRow, number)
    columns = [column.key for column in OutboxRow.__table__.columns if column.key not in {"id", "state", "task_id"}]
    copy = OutboxRow(
        **{name: getattr(row, name) for name in columns},
        state=OutboxState.WAITING,
        task_id=f"{row.task_id}x" if row.task_id else None,
    )
    session.add(copy)
    await session.flush()
    await session.execute(update(Reminder).where(Reminder.outbox_id == number).values(outbox_id=copy.id))


def _live(port: int, order: Path) -> int:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # no orphan keeps the port
    logs.set_up("INFO")
    return run(lambda: work(port, order))


def main() -> None:
    """Start it again and again, until it ends by itself or is told to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port, order = parser.parse_args().port, Path(os.environ["LIANXIN_CRASH_ORDER"])
    children, told_to_end = [0], False

    def end(*_: object) -> None:
        nonlocal told_to_end
        told_to_end = True
        if children[-1]:
            with suppress(ProcessLookupError):
                os.kill(children[-1], signal.SIGTERM)

    signal.signal(signal.SIGTERM, end)
    while not told_to_end:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)  # which ends it where it does not listen yet
            raise SystemExit(_live(port, order))
        children.append(child)
        if told_to_end:
            end()
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            raise SystemExit(os.WEXITSTATUS(status))
        with order.with_suffix(".deaths").open("a") as deaths:
            deaths.write(f"{os.WTERMSIG(status)}\n")


if __name__ == "__main__":
    main()
