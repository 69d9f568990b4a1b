"""`check`: what is ready, and what is still to do, in the order in which to do it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import aiohttp
from redis.asyncio import Redis
from redis.exceptions import RedisError
from rich.console import Console
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from yarl import URL

from bot.calendars import WorkingDays
from bot.clock import SystemClock
from bot.commands import wecom_findings
from bot.commands.findings import Finding, render_line
from bot.commands.running import BROKEN, load_settings, run
from bot.notices.remedies import LATE_STEPS
from bot.services import holiday_table
from bot.wecom.client import WeComClient
from bot.wecom.crypto import CallbackCrypto, Refused
from config.settings import Need, Settings
from storage import data_keys, delivery_alarms, holidays, migrate
from storage.data_keys import WrongDataKey
from storage.database import Database, DatabaseUnreachable, sqlite_path
from storage.models import Representative, StaffMember, UnreachedMember

out = Console(highlight=False, soft_wrap=True)
TIMEOUT_SECONDS = 10
SAMPLED = 3
KEY_CONFIRMED = timedelta(days=365)
REACHED_WITHIN = timedelta(days=7)
MOST_NAMED = 5
DATABASE, ROSTER, KEY = "数据库", "名册", "数据密钥另外存好了"
SAVE_KEY = "把 LIANXIN_DATA_KEY 存到本机以外的两处，再运行 python -m bot key backed-up --by 工号"


def check_command() -> int:
    """Say ok or what to do for each prerequisite, in the order to do it; exit 1 when something is still to do."""
    settings = load_settings(Need.WECOM, Need.CALLBACK, Need.DATA_KEY)

    async def work() -> int:
        found = []
        async for finding in find_all(settings):
            found.append(finding)
            out.print(render_line(len(found), finding))
        still = [number for number, finding in enumerate(found, start=1) if finding.is_open]
        left = f"还有 {len(still)} 项，先做第 {still[0]} 项，再运行一次。" if still else ""
        out.print(left or "都完成了，可以使用。")
        return BROKEN if still else 0

    return run(work)


async def find_all(settings: Settings) -> AsyncIterator[Finding]:
    """Every prerequisite, in the order in which to see to it; what needs an earlier one says so."""
    yield Finding("设置齐全")
    database = await _check_database(settings)
    yield database
    people = [] if database.to_do else await _sample_people(settings)
    if database.to_do:
        yield Finding(ROSTER, after=DATABASE)
        yield Finding(KEY, after=DATABASE)
    else:
        yield Finding(ROSTER, "" if people else "名册是空的：先运行 python -m bot import 文件夹")
        yield await check_data_key(settings, SystemClock().now())
    yield _check_address(settings)
    async with aiohttp.ClientSession() as session:
        yield await _check_callback(session, settings)
        client = WeComClient(
            session=session,
            api=settings.wecom_api,
            corp_id=settings.corp_id,
            secret=settings.secret.get_secret_value(),
            agent_id=settings.agent_id,
            clock=SystemClock(),
        )
        async for finding in wecom_findings.find_all(client, settings, people):
            yield finding
    if database.to_do:
        return
    yield await _check_reached(settings)
    yield await _check_holidays(settings)
    yield await check_delivery(settings)
    yield await check_redis(settings)


def _check_address(settings: Settings) -> Finding:
    """WeCom calls, and people open, an address with a certificate that they can reach."""
    url = URL(settings.public_url)
    what = f"对外地址 {settings.public_url}"
    if url.scheme != "https" or url.host in ("127.0.0.1", "localhost", "::1"):
        return Finding(what, "把 LIANXIN_PUBLIC_URL 设成 https:// 开头、外网能打开的地址（有备案、有证书）")
    return Finding(what)


async def _check_database(settings: Settings) -> Finding:
    database = Database(settings.database_url)
    try:
        await database.knock()
        found, wanted = await migrate.find_revision(database), migrate.newest_revision()
    except (SQLAlchemyError, OSError, DatabaseUnreachable) as error:
        return Finding(DATABASE, f"打不开（{type(error).__name__}）：核对 LIANXIN_DATABASE_URL")
    finally:
        await database.close()
    return Finding(DATABASE, "" if found == wanted else "表结构不是最新：运行 python -m bot migrate")


async def check_redis(settings: Settings) -> Finding:
    """Several processes share their work through Redis; one needs none."""
    if not settings.redis_url:
        return Finding("协调：单进程内置")
    what = "协调：Redis"
    if sqlite_path(settings.database_url):
        return Finding(what, "SQLite 只能一个进程用，用不上 Redis：删掉 LIANXIN_REDIS_URL", optional=True)
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS), Redis.from_url(settings.redis_url, protocol=2) as redis:
            await redis.ping()
    except (RedisError, OSError) as error:  # TimeoutError is an OSError
        return Finding(what, f"连不上（{type(error).__name__}）：核对 LIANXIN_REDIS_URL；连不上也能用，只是慢一些")
    return Finding(what)


async def _check_holidays(settings: Settings) -> Finding:
    """Whether this year's arrangement is known, in December the next year's too."""
    today = SystemClock().now().astimezone(settings.zone).date()
    async with opened_for_reading(settings) as session:
        days = WorkingDays(await holidays.get_all(session))
    year = holiday_table.find_unknown_year(days, today)
    if year is None:
        return Finding(f"放假和调休安排（{today.year} 年）")
    what = f"放假和调休安排（{year} 年）"
    return Finding(what, "还没有导入，期限只按法定节假日推算：照国务院办公厅的通知写 holidays.csv，运行 import")


async def check_delivery(settings: Settings) -> Finding:
    """Whether an alarm lasts: it may be that nobody in the chat could be told of it."""
    what = "发送正常，没有告警"
    try:
        async with opened_for_reading(settings) as session:
            alarms = await delivery_alarms.find_open(session)
    except (SQLAlchemyError, OSError, DatabaseUnreachable):
        return Finding(what, "读不到告警：先运行 python -m bot migrate")
    late = f"有答复超时没有发出。{' '.join(LATE_STEPS)}"
    told = [wecom_findings.render_remedy(one.errcode) if one.errcode else late for one in alarms]
    return Finding(what, "；".join(told))


async def _sample_people(settings: Settings) -> list[str]:
    """The first few representatives with an account, and staff."""
    async with opened_for_reading(settings) as session:
        query = select(Representative.userid).where(Representative.userid.is_not(None))
        people = list(await session.scalars(query.order_by(Representative.code).limit(SAMPLED)))
        people += list(await session.scalars(select(StaffMember.userid).limit(SAMPLED)))
    return [str(userid) for userid in people]


async def _check_reached(settings: Settings) -> Finding:
    """Members whom WeCom named as not reached this week: out of sight, or without an interface licence."""
    what = "代表和联络员都收得到（可见范围、接口许可）"
    since = SystemClock().now().astimezone(settings.zone).date() - REACHED_WITHIN
    async with opened_for_reading(settings) as session:
        query = select(UnreachedMember.userid).where(UnreachedMember.on_date >= since).distinct()
        missed = list(await session.scalars(query.order_by(UnreachedMember.userid)))
    if not missed:
        return Finding(what)
    named = "、".join(missed[:MOST_NAMED]) + (f" 等 {len(missed)} 位" if len(missed) > MOST_NAMED else "")
    return Finding(what, f"近 7 天没有收到：{named}。先看应用的可见范围，再看接口许可有没有买够、激活")


@asynccontextmanager
async def opened_for_reading(settings: Settings) -> AsyncIterator[AsyncSession]:
    """A session on the database of the settings."""
    database = Database(settings.database_url)
    try:
        async with database.read() as session:
            yield session
    finally:
        await database.close()


async def check_data_key(settings: Settings, now: datetime) -> Finding:
    """Whoever loses the key loses every word: said before it happens, and once a year again."""
    what = KEY
    async with opened_for_reading(settings) as session:
        try:
            vault = await data_keys.read_vault(session, settings.data_keys)
        except WrongDataKey:
            return Finding(what, "LIANXIN_DATA_KEY 打不开这个数据库：从另存的地方找回原来的密钥")
        known = {row.fingerprint: row for row in await data_keys.all_known(session)}
    current = known.get(vault.fingerprint)
    if len(settings.data_keys) > 1:
        under_others = any(row.left_at is None for name, row in known.items() if name != vault.fingerprint)
        if under_others:
            return Finding("更换数据密钥", "还没有换完：运行 python -m bot key rotate")
        return Finding("更换数据密钥", "已经换完：把 LIANXIN_DATA_KEYS_ALSO 从设置里去掉，重新启动")
    if current is None or current.backed_up_at is None:
        return Finding(what, f"丢了它，所有来信都再也读不出来，谁也恢复不了。{SAVE_KEY}")
    if now - current.backed_up_at > KEY_CONFIRMED:
        return Finding(what, f"上次确认是一年以前，请核对另存的密钥还在、还读得出。{SAVE_KEY}")
    return Finding(what)


async def _check_callback(session: aiohttp.ClientSession, settings: Settings) -> Finding:
    """Asks our own public address what WeCom would ask it."""
    what = f"回调地址 {settings.public_url}/wecom/callback"
    crypto = CallbackCrypto(
        settings.callback_token.get_secret_value(), settings.aes_key.get_secret_value(), settings.corp_id
    )
    query, expected = crypto.make_echo_question()
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            async with session.get(f"{settings.public_url}/wecom/callback", params=query) as answer:
                said = await answer.text()
    except (TimeoutError, aiohttp.ClientError, Refused):
        return Finding(what, "没有应答：先运行 python -m bot serve，并让这个地址能从外网打开")
    if answer.status != 200 or said != expected:
        return Finding(what, "应答不对：核对 LIANXIN_CALLBACK_TOKEN、LIANXIN_AES_KEY 与后台填写的一致")
    return Finding(what)
