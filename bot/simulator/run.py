"""The simulator alone: `python -m bot simulate --port P --faults FILE`."""

import asyncio
from pathlib import Path

from aiohttp import web

from bot.clock import Clock, SystemClock
from bot.simulator.account import DEMO_ACCOUNT, DemoAccount
from bot.simulator.faults import Faults, load_faults
from bot.simulator.world import Simulator

CALLBACK_URL = "http://127.0.0.1:8080/wecom/callback"
KF_NAME = "代表联络站"


def simulator_from_args(
    *,
    faults: Path | str | None = None,
    callback_url: str = CALLBACK_URL,
    clock: Clock | None = None,
    account: DemoAccount = DEMO_ACCOUNT,
) -> Simulator:
    """A simulator of the demo account with its one kf account and nobody in it yet.

    BadFaultsError or OSError where the faults file cannot be used.
    """
    simulator = Simulator(
        clock=clock or SystemClock(),
        corp_id=account.corp_id,
        secret=account.secret,
        agent_id=account.agent_id,
        token=account.token,
        aes_key=account.aes_key,
        callback_url=callback_url,
        faults=load_faults(faults) if faults else Faults(),
    )
    simulator.add_kf_account(account.open_kfid, KF_NAME)
    return simulator


async def serve_simulator(simulator: Simulator, host: str, port: int) -> None:
    """Serve until cancelled."""
    app = web.Application(client_max_size=32 * 1024 * 1024)
    simulator.add_routes(app)
    runner = web.AppRunner(app, access_log=None)
    await simulator.start()
    try:
        await runner.setup()
        await web.TCPSite(runner, host, port).start()
        await asyncio.Event().wait()
    finally:
        await simulator.close()
        await runner.cleanup()
