"""The composition root: the one file that knows everybody."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from enum import StrEnum

import aiohttp
from aiohttp import web

from bot import memory
from bot.clock import Clock, SystemClock
from bot.dispatch.worker import Worker
from bot.handlers import ROUTERS
from bot.intake import web as callback_web
from bot.intake.attachments import AttachmentFetcher
from bot.intake.callbacks import CallbackDoor
from bot.intake.contact_links import ContactLinks, NoAccount
from bot.intake.gathering import TURNS, Gatherer
from bot.intake.kf_pull import KfPull
from bot.intake.living_figures import LivingFigures
from bot.outbox.limits import MemberLimiter
from bot.outbox.media import MediaShelf
from bot.outbox.pump import Pump
from bot.outbox.sender import Sender
from bot.outbox.shredder import Shredder
from bot.scheduler import JOBS
from bot.scheduler.runner import JobRunner
from bot.services import clustering
from bot.services.likeness import Likeness
from bot.services.models import ModelShelf
from bot.services.office import Office, PeopleCache
from bot.services.privacy import again
from bot.throttle import Knocks
from bot.web import (
    calendars,
    delivery,
    desk,
    doors,
    duty_file,
    exports,
    health,
    ledger,
    live,
    login,
    my_data,
    public,
    static,
    stations,
    status,
)
from bot.web.console import calendar, centre, cover, duty, duty_figures, importing, notices, today
from bot.web.console import cases as console_cases
from bot.web.console import duty_files as console_files
from bot.web.console import posters as console_posters
from bot.web.console.frame import Frame
from bot.web.gate import Gate
from bot.web.login import NotKnown, WeComDoor
from bot.web.loop_lag import LoopLag
from bot.web.metrics import InProcess
from bot.web.own import pages as own_pages
from bot.wecom.client import WeComClient
from bot.wecom.crypto import CallbackCrypto
from bot.wecom.errors import WeComError
from bot.wecom.login import LoginAddresses
from bot.wecom.tokens import TokenCache
from config.rules import Rules
from config.settings import Settings
from storage import data_keys, installation, migrate, privacy_list
from storage.coordination import Hints, Topic
from storage.crypto import Vault
from storage.database import Database
from storage.files import AttachmentFiles
from storage.leases import Leases

log = logging.getLogger(__name__)
CONNECTIONS = 64
RESTART_SECONDS = 1.0


class CannotListen(Exception):
    """The address is taken, or not this machine's."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(f"{host}:{port}: cannot listen: {why}; choose another address or port")


class Role(StrEnum):
    """What a process does."""

    WEB = "web"
    WORKER = "worker"
    SCHEDULER = "scheduler"


class Lianxin:
    """One process of the bot. `open_bot` builds it; `run` keeps it working."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        database: Database,
        session: aiohttp.ClientSession,
        vault: Vault | None = None,
        hints: Hints | None = None,
    ) -> None:
        vault = vault or Vault(*settings.data_keys)
        self.hints = hints = hints or Hints()
        self.leases = leases = Leases(database)
        self._files = files = AttachmentFiles(settings.data_folder)
        secret = settings.secret.get_secret_value()
        self.settings = settings
        self.database = database
        self.client = WeComClient(
            session=session,
            api=settings.wecom_api,
            corp_id=settings.corp_id,
            secret=secret,
            agent_id=settings.agent_id,
            clock=clock,
            token_cache=_shared_token(hints, vault, secret),
        )
        models = ModelShelf(settings.model_path, settings.chosen_model_path)
        self.office = Office(
            database,
            vault,
            clock,
            settings.zone,
            settings.public_url,
            PeopleCache(),
            models,
            Likeness(),
            knocks=Knocks(hints, vault.mark) if hints.is_shared else Knocks(),
            files=files,
        )
        self.puller = KfPull(self.client, database, vault, clock, hints, settings.poll_seconds, leases)
        self._gatherer = gatherer = Gatherer(database, hints)
        self.worker = Worker(self.office, ROUTERS, hints, gives_way=lambda: gatherer.is_waiting)
        self.fetcher = AttachmentFetcher(self.office, self.client, files, hints)
        self.figures = LivingFigures(self.office, self.client, hints)
        shelf = MediaShelf(self.client, database, vault, files, clock)
        rules = Rules()
        limiter = MemberLimiter(rules.member_messages_per_minute, rules.member_messages_per_hour)
        self.pump = Pump(self.office, Sender(self.client, shelf, settings.agent_id), hints, limiter)
        self.shredder = Shredder(self.office, files, privacy_list.path_in(settings.data_folder), hints)
        self.jobs = JobRunner(self.office, JOBS, hints, leases)
        self.links = ContactLinks(self.client, database, settings.kf_account)
        crypto = CallbackCrypto(
            settings.callback_token.get_secret_value(), settings.aes_key.get_secret_value(), settings.corp_id
        )
        self.door = CallbackDoor(crypto, gatherer, self.puller, vault, clock, settings.corp_id)
        self.lag = LoopLag()
        self._faults: list[str] = ["starting"]

    def add_routes(self, app: web.Application) -> None:
        """Everything this bot serves over HTTP."""
        self._receive = callback_web.add_routes(app, self.door, self.office.clock)
        counted = InProcess(self.client.counts.calls, self.lag, self.hints, lambda: self.jobs.leads)
        health.add_routes(app, self.office, lambda: list(self._faults), counted)
        static.add_routes(app)
        public.add_routes(app, self.office, self._make_link)
        live.add_routes(app, self.office)
        calendars.add_routes(app, self.office)
        ledger.add_routes(app, self.office)
        delivery.add_routes(app, self.office)
        desk.add_routes(app, self.office)
        press = exports.Press(self.office, self._files)
        exports.add_routes(app, self.office, press)
        duty_file.add_routes(app, self.office, press)
        my_data.add_routes(app, self.office, self._files)
        status.add_routes(app, self.office)
        stations.add_routes(app, self.office, self._make_link)
        gate = Gate(self.office)
        login.add_routes(app, self.office, gate, self._wecom_door())
        frame = Frame(self.office)
        today.add_routes(app, self.office, frame)
        console_cases.add_routes(app, self.office, frame, self._files)
        cover.add_routes(app, self.office, frame)
        calendar.add_routes(app, self.office, frame)
        notices.add_routes(app, self.office, frame)
        duty.add_routes(app, self.office, frame, self._files)
        console_files.add_routes(app, self.office, frame, press)
        console_posters.add_routes(app, self.office, frame, self._make_link)
        duty_figures.add_routes(app, self.office, frame, press)
        importing.add_routes(app, self.office, frame)
        centre.add_routes(app, self.office, frame, self._slower, counted)
        own_pages.add_routes(app, self.office, self._files, self._make_link)
        self._doors = doors.guard(app, self.office)
        gate.guard(app)

    def take_callbacks_first(self, server: web.Server) -> None:
        """Of a server whose application has our addresses; without it all is the same, and slower."""
        first = self._doors.with_callbacks_first(server.request_handler, self._receive)
        server.request_handler = first  # type: ignore[assignment]  # an application makes a Request of each

    def _slower(self) -> list[str]:
        """What this process lacks, and what only makes it slower."""
        return [*self._faults, *([self.hints.fault] if self.hints.fault else [])]

    def _wecom_door(self) -> WeComDoor:
        settings = self.settings
        addresses = LoginAddresses(settings.corp_id, settings.agent_id, settings.wecom_login.rstrip("/"))
        return WeComDoor(addresses.inside, addresses.elsewhere, self._userid_of)

    async def _userid_of(self, code: str) -> str | None:
        try:
            return (await self.client.user_by_code(code)).userid
        except WeComError as error:
            log.warning("log-in not confirmed by WeCom", extra={"errcode": getattr(error, "errcode", 0)})
            raise NotKnown from error

    async def erase_again(self) -> None:
        """Where this database is a copy from before an erasure, erase again; nobody is served before."""
        listed = privacy_list.read(privacy_list.path_in(self.settings.data_folder))
        if not listed:
            return
        with self.database.needed():
            async with self.database.begin() as session:
                await again.erase_again(await self.office.open(session), listed)

    async def _make_link(self, scene: str, code: str) -> str | None:
        try:
            return await self.links.link(scene, code)
        except (NoAccount, WeComError):
            log.warning("no link can be made", extra={"scene": scene})
            return None

    async def run(self, roles: Iterable[Role]) -> None:
        """Work until cancelled. A loop that ends takes the process down, so that it is seen and started again."""
        wanted = set(roles)
        if Role.WORKER in wanted:
            with self.database.needed():
                await self.pump.prime()
                async with self.database.begin() as session:
                    await clustering.catch_up(await self.office.open(session))
        else:
            self._gatherer.turns = TURNS
        with memory.calm():
            await self._work(wanted)

    async def _work(self, wanted: Collection[Role]) -> None:
        async with asyncio.TaskGroup() as loops:
            loops.create_task(self.lag.run(), name="lag")
            loops.create_task(memory.run(), name="memory")
            if Role.WORKER in wanted:
                self.hints.join(tuple(Topic))
                loops.create_task(keep_going(self.puller.run, "reading"), name="puller")
                loops.create_task(keep_going(self.worker.run, "handling"), name="worker")
                loops.create_task(keep_going(self.fetcher.run, "fetching"), name="fetcher")
                loops.create_task(keep_going(self.figures.run, "counting"), name="figures")
                loops.create_task(keep_going(self.pump.run, "sending"), name="pump")
                loops.create_task(keep_going(self.shredder.run, "erasing"), name="shredder")
            if Role.SCHEDULER in wanted:
                loops.create_task(self.jobs.run(), name="scheduler")
            self._faults.clear()
            log.info("at work", extra={"roles": sorted(wanted)})
            await asyncio.get_running_loop().create_future()


async def keep_going(loop: Callable[[], Awaitable[None]], doing: str) -> None:
    """Start a loop again when something broke under it; nothing is lost, only later."""
    while True:
        try:
            await loop()
        except Exception as error:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                # The database was gone when it let go: the end of the process is not put off for that.
                log.warning("loop broke at its end", extra={"doing": doing, "error": type(error).__name__})
                raise asyncio.CancelledError from error
            log.exception("loop broke and starts again", extra={"doing": doing})
            await asyncio.sleep(RESTART_SECONDS)


@asynccontextmanager
async def open_bot(settings: Settings, clock: Clock | None = None, *, own: bool = True) -> AsyncIterator[Lianxin]:
    """Open everything in order, close it in the reverse order. Raises `WrongDataKey` before anything is touched."""
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url)
        stack.push_async_callback(database.close)
        if own:
            database.own()
        await database.knock()
        clock = clock or SystemClock()
        connector = aiohttp.TCPConnector(limit=CONNECTIONS)
        session = await stack.enter_async_context(
            aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        )
        with database.needed():
            await migrate.ensure(database)
            async with database.begin() as unit:
                vault = await data_keys.open_vault(unit, settings.data_keys, clock.now())
            hints = await make_hints(settings, database, clock)
        bot = Lianxin(settings, clock, database, session, vault, hints)
        if own:
            await bot.erase_again()
        await stack.enter_async_context(hints.opened())
        yield bot


async def make_hints(settings: Settings, database: Database, clock: Clock) -> Hints:
    """Shared where there may be several processes: a SQLite file has one. Not opened yet."""
    if database.is_sqlite or not settings.redis_url:
        return Hints()
    from storage.redis_hints import RedisHints  # 150 ms and 5 MB that one process alone does not need

    async with database.begin() as session:
        return RedisHints(settings.redis_url, await installation.get_name(session), clock.now)


def _shared_token(hints: Hints, vault: Vault, secret: str) -> TokenCache | None:
    if not hints.is_shared:
        return None
    from storage.redis_hints import RedisHints
    from storage.redis_token import SharedToken

    return SharedToken(hints, vault, secret) if isinstance(hints, RedisHints) else None


async def serve(bot: Lianxin, roles: Iterable[Role], app: web.Application, host: str, port: int) -> None:
    """Listen and work until cancelled."""
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    if runner.server is not None:
        bot.take_callbacks_first(runner.server)
    try:
        try:
            await web.TCPSite(runner, host, port, backlog=1024).start()
        except OSError as error:
            raise CannotListen(host, port, error.strerror or str(error)) from error
        await bot.run(roles)
    finally:
        await runner.cleanup()
