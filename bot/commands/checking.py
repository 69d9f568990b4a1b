"""`check`: what is ready, and what is still to do, in the order in which to do it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
from rich.console import Console
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.calendars import WorkingDays
from bot.clock import SystemClock
from bot.commands.running import BROKEN, load_settings, run
from bot.notices.remedies import LATE_STEPS, remedy_of
from bot.services import holiday_table
from bot.wecom.client import WeComClient
from bot.wecom.crypto import CallbackCrypto, Refused
from bot.wecom.errors import Permanent, WeComError
from config.settings import Need, Settings
from storage import data_keys, delivery_alarms, holidays, migrate
from storage.data_keys import WrongDataKey
from storage.database import Database, DatabaseUnreachable
from storage.models import Representative, StaffMember

out = Console(highlight=False, soft_wrap=True)
TIMEOUT_SECONDS = 10
SAMPLED = 3
KEY_CONFIRMED = timedelta(days=365)
SAVE_KEY = "把 LIANXIN_DATA_KEY 存到本机以外的两处，再运行 python -m bot key backed-up --by 工号"


@dataclass(frozen=True, slots=True)
class Finding:
    """One prerequisite: `to_do` is empty when it holds."""

    what: str
    to_do: str = ""


def check_command() -> int:
    """Say ok or what to do for each prerequisite; exit 1 when something is still to do."""
    settings = load_settings(Need.WECOM, Need.CALLBACK, Need.DATA_KEY)

    async def work() -> int:
        to_do = 0
        async for finding in find_all(settings):
            to_do += bool(finding.to_do)
            out.print(f"待办  {finding.what}：{finding.to_do}" if finding.to_do else f"完成  {finding.what}")
        return BROKEN if to_do else 0

    return run(work)


async def find_all(settings: Settings) -> AsyncIterator[Finding]:
    """Every prerequisite, in order."""
    yield Finding("设置齐全")
    database = await _check_database(settings)
    yield database
    if not database.to_do:
        yield await check_data_key(settings, SystemClock().now())
        yield await _check_holidays(settings)
    yield Finding("协调：单进程内置" + ("（LIANXIN_REDIS_URL 现在还用不上）" if settings.redis_url else ""))
    async with aiohttp.ClientSession() as session:
        client = WeComClient(
            session=session,
            api=settings.wecom_api,
            corp_id=settings.corp_id,
            secret=settings.secret.get_secret_value(),
            agent_id=settings.agent_id,
            clock=SystemClock(),
        )
        token = await _check_token(client)
        yield token
        if not token.to_do:
            yield await _check_accounts(client, settings)
            yield await _check_visibility(client, settings)
        yield await _check_callback(session, settings)


async def _check_database(settings: Settings) -> Finding:
    database = Database(settings.database_url)
    try:
        await database.knock()
        found, wanted = await migrate.find_revision(database), migrate.newest_revision()
    except (SQLAlchemyError, OSError, DatabaseUnreachable) as error:
        return Finding("数据库", f"打不开（{type(error).__name__}）：核对 LIANXIN_DATABASE_URL")
    finally:
        await database.close()
    return Finding("数据库", "" if found == wanted else "表结构不是最新：运行 python -m bot migrate")


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


async def _check_delivery(settings: Settings) -> Finding:
    """Whether an alarm lasts: it may be that nobody in the chat could be told of it."""
    what = "发送正常，没有告警"
    try:
        async with opened_for_reading(settings) as session:
            alarms = await delivery_alarms.find_open(session)
    except (SQLAlchemyError, OSError, DatabaseUnreachable):
        return Finding(what, "读不到告警：先运行 python -m bot migrate")
    told = [
        _remedy(alarm.errcode) if alarm.errcode else f"有答复超时没有发出。{' '.join(LATE_STEPS)}"
        for alarm in alarms
    ]
    return Finding(what, "；".join(told))


async def _check_token(client: WeComClient) -> Finding:
    what = "企业微信接口可用（access_token、可信 IP）"
    try:
        await client.token()
    except WeComError as error:
        return Finding(what, _advice(error))
    return Finding(what)


async def _check_accounts(client: WeComClient, settings: Settings) -> Finding:
    what = "微信客服账号由本应用管理"
    try:
        managed = [account.open_kfid for account in await client.kf_accounts() if account.managed]
    except WeComError as error:
        return Finding(what, _advice(error))
    if not managed:
        return Finding(what, "没有可管理的账号：到“微信客服 › API › 通过 API 管理微信客服账号”选中账号")
    if settings.kf_account and settings.kf_account not in managed:
        return Finding(what, "LIANXIN_KF_ACCOUNT 不在可管理的账号里")
    return Finding(what)


async def _check_visibility(client: WeComClient, settings: Settings) -> Finding:
    """Asks WeCom for the first few people of the roster: whom the app does not see cannot be sent a card."""
    what = "应用可见范围包含代表和联络员"
    try:
        async with opened_for_reading(settings) as session:
            query = select(Representative.userid).where(Representative.userid.is_not(None))
            people = list(await session.scalars(query.order_by(Representative.code).limit(SAMPLED)))
            people += list(await session.scalars(select(StaffMember.userid).limit(SAMPLED)))
    except (SQLAlchemyError, OSError, DatabaseUnreachable):
        return Finding(what, "读不到名册：先运行 python -m bot migrate 和 import")
    if not people:
        return Finding(what, "名册是空的：先运行 python -m bot import 文件夹")
    unseen = []
    for userid in people:
        try:
            await client.user(str(userid))
        except WeComError as error:
            if not isinstance(error, Permanent):
                return Finding(what, _advice(error))
            unseen.append(str(userid))
    if unseen:
        return Finding(what, f"看不到 {'、'.join(unseen)}：到应用页面扩大可见范围，或核对名册里的 userid")
    return Finding(what)


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
    what = "数据密钥另外存好了"
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


def _advice(error: WeComError) -> str:
    if error.errcode is None:
        return "连不上企业微信：核对 LIANXIN_WECOM_API 和本机网络"
    return _remedy(error.errcode)


def _remedy(errcode: int) -> str:
    """What is wrong and what to do about it, in one line."""
    remedy = remedy_of(errcode)
    return f"{remedy.what}（错误码 {errcode}）。{' '.join(remedy.steps)}"
