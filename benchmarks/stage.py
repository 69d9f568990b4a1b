"""A stage for measurements and faults: the simulator here, the bot as a process of its own, loopback only."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.clock import SystemClock
from bot.simulator.account import DEMO_ACCOUNT
from bot.simulator.district import write_district
from bot.simulator.faults import Faults
from bot.simulator.world import Simulator

ROOT = Path(__file__).resolve().parent.parent
DATA_KEY = "bGlhbnhpbi1iZW5jaG1hcmsta2V5LW9mLTMyLWJ5dGU="
READY_SECONDS = 300  # a machine that others use may stand still for a while
END_SECONDS = 180
LOOK_SECONDS = 0.05


async def until(holds: Callable[[], bool], seconds: float, *, times: int = 1) -> bool:
    """Whether it came true in time; seen so many times in a row where it may be between two steps."""
    began, seen = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        seen = seen + 1 if holds() else 0
        if seen == times:
            return True
        await asyncio.sleep(LOOK_SECONDS)
    return False


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class BotProcess:
    """Folder and bot process; `start` and `kill` may be called again and again."""

    folder: Path
    port: int
    environment: dict[str, str]
    program: tuple[str, ...] = ("bot", "serve")  # the module that is started, with its words
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def address(self) -> str:
        """Where the bot listens."""
        return f"http://127.0.0.1:{self.port}"

    async def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m bot …` to its end."""
        return await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "bot", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    async def start(self) -> float:
        """Start the bot; returns the seconds until it was ready."""
        began = time.monotonic()
        log = (self.folder / "bot.log").open("ab")
        words = [sys.executable, "-m", *self.program, "--port", str(self.port)]
        self.process = subprocess.Popen(words, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        log.close()
        async with aiohttp.ClientSession() as session:
            while time.monotonic() - began < READY_SECONDS:
                if self.process.poll() is not None:
                    said = (self.folder / "bot.log").read_text()[-2000:]
                    raise RuntimeError(f"the bot ended with {self.process.returncode}: {said}")
                try:
                    async with session.get(f"{self.address}/readyz") as answer:
                        if answer.status == 200:
                            return time.monotonic() - began
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.05)
        raise RuntimeError("the bot did not become ready")

    def kill(self, signum: int = signal.SIGKILL) -> None:
        """End the bot process, at once by default."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signum)
            self.process.wait(timeout=END_SECONDS)

    def cpu_seconds(self) -> float:
        """Processor time of the bot process so far."""
        if self.process is None:
            return 0.0
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def log_lines(self, level: str) -> list[str]:
        """What the bot logged at a level."""
        text = (self.folder / "bot.log").read_text()
        return [line for line in text.splitlines() if f'"level": "{level}"' in line]


@dataclass(slots=True)
class Stage(BotProcess):
    """The bot with its simulator, which is in this process."""

    sim: Simulator = field(kw_only=True)


def bot_environment(folder: Path, api: str, **settings: str) -> dict[str, str]:
    """What a bot needs to know whose WeCom is at `api`; its database is in the folder."""
    return {
        **os.environ,
        "LIANXIN_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'lianxin.db'}",
        "LIANXIN_WECOM_API": api,
        "LIANXIN_CORP_ID": DEMO_ACCOUNT.corp_id,
        "LIANXIN_AGENT_ID": str(DEMO_ACCOUNT.agent_id),
        "LIANXIN_SECRET": DEMO_ACCOUNT.secret,
        "LIANXIN_CALLBACK_TOKEN": DEMO_ACCOUNT.token,
        "LIANXIN_AES_KEY": DEMO_ACCOUNT.aes_key,
        "LIANXIN_DATA_KEY": DATA_KEY,
        "LIANXIN_POLL_SECONDS": "5",
        **settings,
    }


async def import_district(bot: BotProcess) -> None:
    """The sample district, into the bot's database."""
    await asyncio.to_thread(write_district, bot.folder / "district")
    imported = await bot.command("import", str(bot.folder / "district"))
    if imported.returncode:
        raise RuntimeError(f"import ended with {imported.returncode}: {imported.stderr}")


@asynccontextmanager
async def open_stage(
    folder: Path,
    faults: Faults | None = None,
    settle: Callable[[BotProcess], Awaitable[None]] = import_district,
    *,
    resend_pause_seconds: float = 1.0,
    **settings: str,
) -> AsyncIterator[Stage]:
    """The sample district where the folder has none (or what `settle` does), the simulator up, no bot yet."""
    sim = Simulator(
        clock=SystemClock(),
        corp_id=DEMO_ACCOUNT.corp_id,
        secret=DEMO_ACCOUNT.secret,
        agent_id=DEMO_ACCOUNT.agent_id,
        token=DEMO_ACCOUNT.token,
        aes_key=DEMO_ACCOUNT.aes_key,
        callback_url="http://127.0.0.1:9/",
        faults=faults,
        trace_size=200,
        resend_pause_seconds=resend_pause_seconds,
    )
    sim.add_kf_account(DEMO_ACCOUNT.open_kfid, "人大代表联络站")
    app = web.Application(client_max_size=32 * 1024 * 1024)
    sim.add_routes(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = free_port()
    sim.callback_url = f"http://127.0.0.1:{port}/wecom/callback"
    environment = bot_environment(folder, f"http://127.0.0.1:{runner.addresses[0][1]}", **settings)
    stage = Stage(folder, port, environment, sim=sim)
    await sim.start()
    try:
        if not (folder / "district").exists():
            await settle(stage)
        yield stage
    finally:
        stage.kill(signal.SIGTERM)
        await sim.close()
        await runner.cleanup()
