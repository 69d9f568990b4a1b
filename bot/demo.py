"""`make demo`: the bot and the simulator in one process, on one port, with a sample district and nobody outside."""

import asyncio
import base64
import logging
import secrets
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic import SecretStr
from rich.console import Console
from sqlalchemy import select

from bot.app import Lianxin, Role, open_bot, serve
from bot.clock import SystemClock
from bot.demo_words import SHOWN
from bot.services import explaining, imports
from bot.simulator.account import DEMO_ACCOUNT
from bot.simulator.district import DemoCast, demo_places, people_of_interest, write_district
from bot.simulator.run import simulator_from_args
from bot.simulator.state import Code, Door, Place
from bot.simulator.world import Simulator
from config import logs
from config.settings import Settings
from storage import cases
from storage.database import Database
from storage.models import Representative, StaffMember, Station
from storage.rules import note_roster_change

HOST = "127.0.0.1"
LEVELS = {
    "national": "全国人大代表",
    "provincial": "省人大代表",
    "city": "市人大代表",
    "district": "区人大代表",
    "town": "镇人大代表",
    "street": "街道议政代表",
}
ROLES = {"officer": "联络员", "lead": "负责人", "centre": "代表联络服务中心", "admin": "管理员", "auditor": "审计"}
DOORS = [Door("工作台", "/console"), Door("代表的页面", "/r"), Door("个人信息保护", "/privacy")]
out = Console(highlight=False, soft_wrap=True)


class _Feed(logging.Handler):
    """Shows what the bot wrote in its log as steps of the simulator's trace, and why a case went where it did.

    The log holds nothing that people wrote, so the reasons are read from the case itself.
    """

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(logging.INFO)
        self._simulator = simulator
        self._explaining: set[asyncio.Task[None]] = set()
        self.bot: Lianxin | None = None

    async def _explain(self, number: str) -> None:
        """The decision's steps, as soon as the case is on disk."""
        if self.bot is None:
            return
        for _ in range(20):
            await asyncio.sleep(0.1)
            async with self.bot.database.read() as session:
                found = await cases.find_numbered(session, number)
                if found:
                    steps = await explaining.steps_of(await self.bot.office.open(session), found[0])
                    sentence = f"为什么这样分：{'；'.join(steps)}"
                    self._simulator.feed({"sentence": sentence, "kind": "decide", "facts": {"case": number}})
                    return

    def emit(self, record: logging.LogRecord) -> None:
        shown = SHOWN.get(record.getMessage())
        if shown is None and record.levelno < logging.WARNING:
            return
        kind, sentence = shown or ("alarm", record.getMessage())
        facts = {"sentence": sentence, "kind": kind, "level": record.levelname, "facts": logs.facts_of(record)}
        self._simulator.feed(facts)
        if record.getMessage() == "case opened":
            task = asyncio.ensure_future(self._explain(str(logs.facts_of(record).get("case", ""))))
            self._explaining.add(task)
            task.add_done_callback(self._explaining.discard)


async def run_demo(port: int, folder: Path | None) -> None:
    """Set the scene, say where to look, and play until cancelled."""
    with tempfile.TemporaryDirectory(prefix="lianxin-demo-") as scratch:
        home = (folder or Path(scratch)).resolve()
        home.mkdir(parents=True, exist_ok=True)
        async with AsyncExitStack() as stack:
            simulator = simulator_from_args(callback_url=f"http://{HOST}:{port}/wecom/callback")
            logs.set_up("WARNING")
            logging.getLogger().setLevel(logging.INFO)
            logging.getLogger().handlers[0].setLevel(logging.WARNING)
            feed = _Feed(simulator)
            logging.getLogger().addHandler(feed)
            bot = feed.bot = await stack.enter_async_context(open_bot(_settings(home, port)))
            with out.status("正在准备示范区：153 个站点、815 位代表……"):
                district = home / "district"
                cast = await asyncio.to_thread(_make_district, district)
                await _load(bot.database, district)
                await _fill(simulator, bot.database, cast, district)
            await _play(stack, bot, simulator, cast, port)


def _settings(home: Path, port: int) -> Settings:
    address = f"http://{HOST}:{port}"
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        database_url=f"sqlite+aiosqlite:///{home / 'lianxin.db'}",
        redis_url="",
        wecom_api=address,
        wecom_login=address,
        public_url=address,
        corp_id=DEMO_ACCOUNT.corp_id,
        agent_id=DEMO_ACCOUNT.agent_id,
        secret=SecretStr(DEMO_ACCOUNT.secret),
        callback_token=SecretStr(DEMO_ACCOUNT.token),
        aes_key=SecretStr(DEMO_ACCOUNT.aes_key),
        kf_account=DEMO_ACCOUNT.open_kfid,
        data_key=SecretStr(_data_key(home)),
        host=HOST,
        port=port,
        timezone="Asia/Shanghai",
    )


def _data_key(home: Path) -> str:
    """The demo makes its own key and keeps it beside its data."""
    file = home / "demo.key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(base64.b64encode(secrets.token_bytes(32)).decode())
    return file.read_text()


def _make_district(folder: Path) -> DemoCast:
    write_district(folder)
    return people_of_interest(folder)


async def _load(database: Database, folder: Path) -> None:
    tables = await asyncio.to_thread(imports.read, folder)
    async with database.begin() as session:
        await imports.apply(session, tables)
        await note_roster_change(session, SystemClock().now(), "demo")


async def _fill(simulator: Simulator, database: Database, cast: DemoCast, folder: Path) -> None:
    """Put the people of the district on their phones and the codes on the wall."""
    async with database.read() as session:
        stations = {one.code: one for one in await session.scalars(select(Station).order_by(Station.code))}
        representatives = list(await session.scalars(select(Representative).order_by(Representative.code)))
        staff = list(await session.scalars(select(StaffMember).order_by(StaffMember.userid)))
    first = {member.userid: member.hint for member in cast.members}
    known: dict[str, tuple[str, str]] = {}
    for one in representatives:
        if one.userid:
            station = stations.get(one.station_code or "")
            known[one.userid] = (one.name, _title(LEVELS.get(one.level, ""), station))
    for person in staff:
        station = stations.get(person.station_code or "")
        known[person.userid] = (person.name, _title(ROLES.get(person.role, ""), station))
    for userid in [*first, *(userid for userid in known if userid not in first)]:
        simulator.add_member(userid, *known[userid], hint=first.get(userid, ""))
    for person in staff:
        if person.userid in first:
            simulator.add_servicer(person.userid)
    for persona in cast.constituents:
        simulator.add_constituent(persona.external_userid, persona.nickname, hint=persona.hint)
    codes = {member.code for member in cast.members}
    shown = sorted(representatives, key=lambda one: (one.code not in codes, one.code))
    simulator.catalog = [_representative_code(one, stations) for one in shown]
    simulator.catalog += [Code(one.name, "station", "station", one.code, one.address) for one in stations.values()]
    simulator.doors = DOORS
    simulator.places = [Place(name, "锦河区", lat, lon) for name, lat, lon in demo_places(folder)]


def _representative_code(one: Representative, stations: dict[str, Station]) -> Code:
    station = stations.get(one.station_code or "")
    return Code(f"{one.name}代表", "rep", "rep", one.code, _title(LEVELS.get(one.level, ""), station))


def _title(what: str, station: Station | None) -> str:
    return " · ".join(filter(None, (what, station.name if station else "")))


async def _play(stack: AsyncExitStack, bot: Lianxin, simulator: Simulator, cast: DemoCast, port: int) -> None:
    app = web.Application(client_max_size=32 * 1024 * 1024)
    bot.add_routes(app)
    simulator.add_routes(app)
    await simulator.start()
    stack.push_async_callback(simulator.close)
    _greet(cast, port)
    await serve(bot, Role, app, HOST, port)


def _greet(cast: DemoCast, port: int) -> None:
    address = f"http://{HOST}:{port}"
    constituent, member = cast.constituents[0], cast.members[0]
    lines: list[tuple[str, Any]] = [
        ("演示页面", f"{address}/"),
        (f"以群众 {constituent.nickname} 进入", f"{address}/?constituent={constituent.external_userid}"),
        (f"以代表 {member.name} 进入", f"{address}/?member={member.userid}"),
        ("工作人员的工作台", f"{address}/console"),
        ("代表的页面", f"{address}/r"),
        ("个人信息保护说明", f"{address}/privacy"),
    ]
    out.print("\n连心桥演示已就绪，全部在本机运行，按 Ctrl-C 结束：\n")
    for what, where in lines:
        out.print(f"  {what}  {where}")
    out.print("\n  试一试：① 左边扫一位代表的码 ② 写一句话 ③ 右边以代表身份回复\n")
