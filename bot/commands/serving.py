"""`serve`, `simulate` and `demo`: what stays up until it is told to stop."""

import logging
from pathlib import Path

from aiohttp import web

from bot.app import CannotListen, Lianxin, Role, open_bot, serve
from bot.commands.running import load_settings, refuse, run
from bot.web.gate import MOST_BYTES
from config import logs
from config.settings import Need
from storage.data_keys import WrongDataKey
from storage.database import DatabaseOwned, DatabaseUnreachable, sqlite_path
from storage.migrate import SchemaBehind
from storage.privacy_list import BadList

log = logging.getLogger(__name__)


def parse_roles(text: str) -> list[Role]:
    """Comma-separated roles; refuses a word that is none."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    wrong = [name for name in names if name not in set(Role)]
    if wrong or not names:
        refuse(f"--roles: {', '.join(wrong) or 'empty'}: choose from {', '.join(Role)}, separated by commas")
    return [Role(name) for name in names]


def serve_command(roles: str, host: str | None, port: int | None) -> int:
    """A production process."""
    wanted = parse_roles(roles)
    settings = load_settings(Need.WECOM, Need.CALLBACK, Need.DATA_KEY)
    logs.set_up()
    if settings.redis_url and sqlite_path(settings.database_url):
        log.warning("Redis is not used: a SQLite database has one process, which coordinates by itself")

    async def work() -> int:
        try:
            async with open_bot(settings) as bot:
                await serve(bot, wanted, web_app(bot), host or settings.host, port or settings.port)
        except (
            BadList,
            CannotListen,
            DatabaseOwned,
            DatabaseUnreachable,
            SchemaBehind,
            WrongDataKey,
        ) as refused:
            refuse(refused)
        return 0

    return run(work)


def web_app(bot: Lianxin) -> web.Application:
    """The bot's own addresses."""
    app = web.Application(client_max_size=MOST_BYTES)
    bot.add_routes(app)
    return app


def simulate_command(port: int, faults: Path | None, callback: str) -> int:
    """The WeCom simulator alone."""
    from bot.simulator.faults import BadFaultsError
    from bot.simulator.run import serve_simulator, simulator_from_args

    logs.set_up("WARNING")
    try:
        simulator = simulator_from_args(faults=faults, callback_url=callback)
    except (BadFaultsError, OSError) as error:
        refuse(f"{faults}: {error}")

    async def work() -> int:
        try:
            await serve_simulator(simulator, "127.0.0.1", port)
        except OSError as error:
            refuse(f"127.0.0.1:{port}: cannot listen: {error.strerror}")
        return 0

    return run(work)


def demo_command(port: int, folder: Path | None) -> int:
    """Bot and simulator with a sample district."""
    from bot.demo import run_demo

    async def work() -> int:
        try:
            await run_demo(port, folder)
        except (CannotListen, DatabaseOwned, DatabaseUnreachable) as refused:
            refuse(refused)
        return 0

    return run(work)
