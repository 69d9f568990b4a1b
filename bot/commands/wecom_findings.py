"""What `check` asks WeCom, in the order in which an administrator sets it up in the admin console."""

from collections.abc import AsyncIterator, Sequence

from yarl import URL

from bot.commands.findings import Finding
from bot.notices.remedies import remedy_of
from bot.wecom.client import AppFacts, WeComClient
from bot.wecom.errors import ConfigFault, Permanent, WeComError
from config.settings import Settings

CREDENTIALS = "企业 ID 和应用 Secret"
APP = "企业可信 IP、应用编号，应用已启用"
DOMAIN = "网页授权的可信域名"
ACCOUNTS = "微信客服账号由本应用管理"
SERVICERS = "微信客服账号有接待人员（人工接管会话时用）"
VISIBLE = "应用可见范围包含代表和联络员"


async def find_all(client: WeComClient, settings: Settings, people: Sequence[str]) -> AsyncIterator[Finding]:
    """Each prerequisite in WeCom's console; `people` are the userids to look for."""
    token = await _check_token(client)
    yield token
    if token.to_do:
        for what in (APP, DOMAIN, ACCOUNTS, SERVICERS, VISIBLE):
            yield Finding(what, after=CREDENTIALS)
        return
    app, found = await _check_app(client)
    yield app
    if found is None:
        for what in (DOMAIN, ACCOUNTS, SERVICERS, VISIBLE):
            yield Finding(what, after=APP)
        return
    yield _check_domain(settings, found)
    async for finding in _check_accounts(client, settings):
        yield finding
    yield await _check_visible(client, people)


async def _check_token(client: WeComClient) -> Finding:
    try:
        await client.token()
    except WeComError as error:
        return Finding(CREDENTIALS, advice(error))
    return Finding(CREDENTIALS)


async def _check_app(client: WeComClient) -> tuple[Finding, AppFacts | None]:
    """The first call that WeCom answers only to addresses it trusts: `gettoken` it answers to all."""
    try:
        app = await client.app()
    except WeComError as error:
        return Finding(APP, advice(error)), None
    return Finding(APP, render_remedy(50003) if app.is_off else ""), app


def _check_domain(settings: Settings, app: AppFacts) -> Finding:
    """Log-in by WeCom answers 50001 to pages of another domain; a domain covers its subdomains not."""
    ours, trusted = URL(settings.public_url), app.domain.strip().lower().removeprefix("https://").rstrip("/")
    if trusted in (ours.host, ours.authority):
        return Finding(DOMAIN)
    now = f"现在是 {trusted}" if trusted else "现在没有设置"
    return Finding(DOMAIN, f"{now}，要设成 {ours.host}。{' '.join(remedy_of(50001).steps[:1])}")


async def _check_accounts(client: WeComClient, settings: Settings) -> AsyncIterator[Finding]:
    try:
        managed = [account.open_kfid for account in await client.kf_accounts() if account.managed]
    except WeComError as error:
        yield Finding(ACCOUNTS, advice(error))
        yield Finding(SERVICERS, after=ACCOUNTS)
        return
    to_do = ""
    if not managed:
        to_do = "没有可管理的账号：到“微信客服 › API › 通过 API 管理微信客服账号”选中账号"
    elif settings.kf_account and settings.kf_account not in managed:
        to_do = "LIANXIN_KF_ACCOUNT 不在可管理的账号里：改成后台选中的账号，再重启服务"
    yield Finding(ACCOUNTS, to_do)
    if to_do:
        yield Finding(SERVICERS, after=ACCOUNTS)
    else:
        yield await _check_servicers(client, settings.kf_account or managed[0])


async def _check_servicers(client: WeComClient, open_kfid: str) -> Finding:
    try:
        servicers = await client.kf_servicers(open_kfid)
    except WeComError as error:
        return Finding(SERVICERS, advice(error))
    if servicers.any:
        return Finding(SERVICERS)
    to_do = "现在没有人在接待，群众要求人工时只能由联络员打电话；要接管会话，到“微信客服”给账号添加接待人员"
    return Finding(SERVICERS, to_do, optional=True)


async def _check_visible(client: WeComClient, people: Sequence[str]) -> Finding:
    """Whom the app does not see cannot be sent a card."""
    if not people:
        return Finding(VISIBLE, after="名册")
    unseen = []
    for userid in people:
        try:
            await client.user(userid)
        except WeComError as error:
            if not isinstance(error, Permanent):
                return Finding(VISIBLE, advice(error))
            unseen.append(userid)
    if unseen:
        return Finding(VISIBLE, f"看不到 {'、'.join(unseen)}：到应用页面扩大可见范围，或核对名册里的 userid")
    return Finding(VISIBLE)


def advice(error: WeComError) -> str:
    """What to do about a call that did not succeed."""
    if error.errcode is None:
        return "连不上企业微信：核对 LIANXIN_WECOM_API 和本机网络"
    if not isinstance(error, ConfigFault):
        return f"企业微信暂时没有答（错误码 {error.errcode}），过一分钟再运行一次"
    return render_remedy(error.errcode)


def render_remedy(errcode: int) -> str:
    """What is wrong and what to do about it, in one line."""
    remedy = remedy_of(errcode)
    return f"{remedy.what}（错误码 {errcode}）。{' '.join(remedy.steps)}"
