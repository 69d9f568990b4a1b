"""The asynchronous client: one method a call, typed results, every failure a `WeComError`.

wechatpy's own client is synchronous and is not used.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aiohttp

from bot.clock import Clock
from bot.wecom import errors, fields, kf, living, media
from bot.wecom.counts import CallCounts
from bot.wecom.errors import Temporary, WeComError
from bot.wecom.kf import KfPage, Servicers
from bot.wecom.living import LivingInfo, LivingPlan, Watcher
from bot.wecom.media import Media
from bot.wecom.payloads import MOST_RECIPIENTS, MediaKind
from bot.wecom.tokens import MemoryTokenCache, TokenCache
from bot.wecom.transport import Answer, Transport

__all__ = [
    "AppReceipt",
    "KfAccount",
    "KfCustomer",
    "LivingInfo",
    "LivingPlan",
    "LoginUser",
    "Media",
    "Member",
    "Servicers",
    "SessionState",
    "Watcher",
    "WeComClient",
]

TIMEOUT_SECONDS = 10.0
_ACCOUNTS_A_PAGE, _MOST_ACCOUNTS = 100, 5000
_CUSTOMERS_A_CALL = 100
_MOST_WATCH_PAGES = 1000
_MOST_LIVING_PAGES, _LIVINGS_A_PAGE = 50, 100
_SCENE = re.compile(r"[0-9A-Za-z_\-]{0,32}")


@dataclass(frozen=True, slots=True)
class AppReceipt:
    """What WeCom made of an app message. Userids are in lower case; a listed member did not get it."""

    msgid: str
    response_code: str
    invalid_users: frozenset[str]
    unlicensed: frozenset[str]


@dataclass(frozen=True, slots=True)
class SessionState:
    """State of a 微信客服 session: 0 new, 1 ours, 2 waiting pool, 3 with `servicer`, 4 ended (document 94669)."""

    state: int
    servicer: str


@dataclass(frozen=True, slots=True)
class KfAccount:
    """A 微信客服 account; `managed`: we may answer for it."""

    open_kfid: str
    name: str
    managed: bool


@dataclass(frozen=True, slots=True)
class KfCustomer:
    """A constituent as WeCom shows them; known only within 48 hours of their last visit or message."""

    external_userid: str
    nickname: str


@dataclass(frozen=True, slots=True)
class LoginUser:
    """Who logged in: a member, or an outsider whose `external_userid` is known only if they are a contact."""

    userid: str | None
    external_userid: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the corp."""

    userid: str
    name: str


@dataclass(frozen=True, slots=True)
class AppFacts:
    """How the app stands in the admin console; `domain` is its trusted domain, "" where none is set."""

    name: str
    is_off: bool
    domain: str


class WeComClient:
    """Calls WeCom for one app."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api: str,
        corp_id: str,
        secret: str,
        agent_id: int,
        clock: Clock,
        *,
        token_cache: TokenCache | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._agent_id = agent_id
        cache = token_cache or MemoryTokenCache()
        self.counts = CallCounts()
        self._transport = Transport(session, api, corp_id, secret, clock, cache, timeout_seconds, self.counts)

    async def token(self) -> str:
        """The access token, for the `check` command; raises WeComError."""
        return await self._transport.tokens.get()

    async def send_app(self, payload: Mapping[str, object]) -> AppReceipt:
        """Send an app message made by `payloads` (document 90236). Unreachable where nobody could be reached."""
        answer = await self._transport.post("message/send", payload)
        return AppReceipt(
            msgid=fields.text(answer, "msgid"),
            response_code=fields.text(answer, "response_code"),
            invalid_users=fields.names(answer, "invaliduser"),
            unlicensed=fields.names(answer, "unlicenseduser"),
        )

    async def update_card(
        self,
        userids: Sequence[str],
        response_code: str,
        *,
        button_name: str | None = None,
        card: Mapping[str, object] | None = None,
    ) -> None:
        """Grey the button of a card or replace the card; once for each response_code, within 72 h (94888)."""
        if (button_name is None) == (card is None) or not 1 <= len(userids) <= MOST_RECIPIENTS:
            raise ValueError("an update has 1 to 1000 userids and either a button name or a card")
        change = {"button": {"replace_name": button_name}} if card is None else {"template_card": dict(card)}
        addressed = {"userids": list(userids), "agentid": self._agent_id, "response_code": response_code}
        await self._transport.post("message/update_template_card", addressed | change)

    async def recall(self, msgid: str) -> None:
        """Take an app message back, within 24 h (document 94867)."""
        await self._transport.post("message/recall", {"msgid": msgid})

    async def upload_media(self, kind: MediaKind, filename: str, content: bytes, content_type: str) -> str:
        """The media id, good for three days for every app of the corp; members see `filename`."""
        answer = await media.upload(self._transport, kind, filename, content, content_type)
        return _expected("media/upload", answer, "media_id")

    async def get_media(self, media_id: str, max_bytes: int) -> Media:
        """A file by its media id. MediaExpired after three days, MediaTooLarge over `max_bytes`."""
        return await media.download(self._transport, media_id, max_bytes)

    async def kf_sync(self, open_kfid: str, cursor: str, token: str, limit: int = 1000) -> KfPage:
        """The next page of an account's messages; "" as cursor starts three days ago (document 94670).

        A callback token that WeCom no longer takes is left out; without one the calls are limited strictly.
        """
        payload = {"open_kfid": open_kfid, "limit": limit} | _filled(cursor=cursor)
        try:
            answer = await self._transport.post("kf/sync_msg", payload | _filled(token=token))
        except WeComError as error:
            if error.errcode != errors.BAD_MSG_TOKEN or not token:
                raise
            answer = await self._transport.post("kf/sync_msg", payload)
        return kf.parse_kf_page(answer)

    async def kf_send(self, payload: Mapping[str, object]) -> str:
        """Send to a constituent; the msgid. Taken is not arrived: watch `KfSendFailed` (document 94677)."""
        answer = await self._transport.post("kf/send_msg", payload)
        return fields.text(answer, "msgid") or fields.text(payload, "msgid")

    async def kf_send_on_event(self, payload: Mapping[str, object]) -> str:
        """Send on an event's code, such as the welcome within 20 s; the msgid (document 95122)."""
        answer = await self._transport.post("kf/send_msg_on_event", payload)
        return fields.text(answer, "msgid") or fields.text(payload, "msgid")

    async def kf_state(self, open_kfid: str, external_userid: str) -> SessionState:
        """Whose turn a session is (document 94669)."""
        who = {"open_kfid": open_kfid, "external_userid": external_userid}
        answer = await self._transport.post("kf/service_state/get", who)
        state = fields.whole(answer, "service_state")
        if state is None:
            raise Temporary("kf/service_state/get")
        return SessionState(state, fields.text(answer, "servicer_userid"))

    async def kf_transfer(self, open_kfid: str, external_userid: str, state: int, servicer: str = "") -> str | None:
        """Move a session to `state`, 3 with a servicer; the code for a message on that, where there is one."""
        who = {"open_kfid": open_kfid, "external_userid": external_userid, "service_state": state}
        answer = await self._transport.post("kf/service_state/trans", who | _filled(servicer_userid=servicer))
        return fields.text(answer, "msg_code") or None

    async def kf_servicers(self, open_kfid: str) -> Servicers:
        """Who receives sessions of an account (document 94645)."""
        return kf.parse_servicers(await self._transport.get("kf/servicer/list", open_kfid=open_kfid))

    async def kf_accounts(self) -> tuple[KfAccount, ...]:
        """All 微信客服 accounts (document 94661)."""
        accounts: list[KfAccount] = []
        for offset in range(0, _MOST_ACCOUNTS, _ACCOUNTS_A_PAGE):
            page = {"offset": offset, "limit": _ACCOUNTS_A_PAGE}
            answer = await self._transport.post("kf/account/list", page)
            found = [_account(entry) for entry in fields.records(answer, "account_list")]
            accounts += found
            if len(found) < _ACCOUNTS_A_PAGE:
                break
        return tuple(accounts)

    async def kf_contact_way(self, open_kfid: str, scene: str) -> str:
        """The address that opens a chat with an account; `scene` comes back in `KfEntered` (document 94665)."""
        if not _SCENE.fullmatch(scene):
            raise ValueError("a scene is at most 32 of letters, digits, _ -")
        answer = await self._transport.post("kf/add_contact_way", {"open_kfid": open_kfid} | _filled(scene=scene))
        return _expected("kf/add_contact_way", answer, "url")

    async def kf_customers(self, external_userids: Sequence[str]) -> tuple[KfCustomer, ...]:
        """Those of the constituents whom WeCom still tells us about (document 95159)."""
        found: list[KfCustomer] = []
        for start in range(0, len(external_userids), _CUSTOMERS_A_CALL):
            asked = {"external_userid_list": list(external_userids[start : start + _CUSTOMERS_A_CALL])}
            answer = await self._transport.post("kf/customer/batchget", asked)
            found += [_customer(entry) for entry in fields.records(answer, "customer_list")]
        return tuple(found)

    async def living_create(self, anchor_userid: str, plan: LivingPlan) -> str:
        """Reserve a living; its id (document 93637). Tried again after an ambiguous failure there may be two."""
        answer = await self._transport.post("living/create", living.create_payload(anchor_userid, plan))
        return _expected("living/create", answer, "livingid")

    async def living_modify(self, livingid: str, plan: LivingPlan) -> None:
        """Announce it anew; Permanent 92006 where it is no longer reserved, 92008 where it is not ours (93640)."""
        await self._transport.post("living/modify", living.modify_payload(livingid, plan))

    async def living_cancel(self, livingid: str) -> None:
        """Call it off; Permanent as for `living_modify` (document 93638)."""
        await self._transport.post("living/cancel", {"livingid": livingid})

    async def living_info(self, livingid: str) -> LivingInfo:
        """How a living stands, whoever changed it (document 93635)."""
        answer = await self._transport.get("living/get_living_info", livingid=livingid)
        info = living.parse_info(livingid, answer)
        if info is None:
            raise Temporary("living/get_living_info")
        return info

    async def living_ids_of(self, userid: str) -> tuple[str, ...]:
        """Every living of an anchor, also those of other apps (93634); Temporary where the pages do not end."""
        found: list[str] = []
        cursor = ""
        for _ in range(_MOST_LIVING_PAGES):
            asked = {"userid": userid, "cursor": cursor, "limit": _LIVINGS_A_PAGE}
            answer = await self._transport.post("living/get_user_all_livingid", asked)
            ids = answer.get("livingid_list")
            found += [each for each in ids if isinstance(each, str)] if isinstance(ids, list) else []
            cursor = fields.text(answer, "next_cursor")
            if not cursor:
                return tuple(found)
        raise Temporary("living/get_user_all_livingid")

    async def living_watch_stat(self, livingid: str) -> tuple[Watcher, ...]:
        """Everybody who watched, read page by page (document 93636); Temporary where the pages do not end."""
        found: list[Watcher] = []
        key = ""
        for _ in range(_MOST_WATCH_PAGES):
            answer = await self._transport.post("living/get_watch_stat", living.watch_payload(livingid, key))
            page = living.parse_watch_page(answer)
            found += page.watchers
            if page.ending:
                return tuple(found)
            if not page.next_key:
                break
            key = page.next_key
        raise Temporary("living/get_watch_stat")

    async def app(self) -> AppFacts:
        """The app as the console shows it (document 90227)."""
        answer = await self._transport.get("agent/get", agentid=str(self._agent_id))
        return AppFacts(
            fields.text(answer, "name"), fields.whole(answer, "close") == 1, fields.text(answer, "redirect_domain")
        )

    async def user_by_code(self, code: str) -> LoginUser:
        """Who logged in with `code`, once and within five minutes; Permanent 40029 otherwise (document 91023).

        WeCom names members outside the app's visibility too: being known is not being allowed.
        """
        answer = await self._transport.get("auth/getuserinfo", code=code)
        userid = fields.text(answer, "userid") or fields.text(answer, "UserId")
        return LoginUser(userid or None, fields.text(answer, "external_userid") or None)

    async def user(self, userid: str) -> Member:
        """A member's name; Unreachable where there is no such member in sight (document 90196)."""
        answer = await self._transport.get("user/get", userid=userid)
        return Member(fields.text(answer, "userid") or userid, fields.text(answer, "name"))


def _account(entry: Mapping[str, object]) -> KfAccount:
    managed = entry.get("manage_privilege", True) is True  # older answers do not say
    return KfAccount(fields.text(entry, "open_kfid"), fields.text(entry, "name"), managed)


def _customer(entry: Mapping[str, object]) -> KfCustomer:
    return KfCustomer(fields.text(entry, "external_userid"), fields.text(entry, "nickname"))


def _expected(api: str, answer: Answer, key: str) -> str:
    value = fields.text(answer, key)
    if not value:
        raise Temporary(api)
    return value


def _filled(**values: str) -> dict[str, object]:
    return {name: value for name, value in values.items() if value}
