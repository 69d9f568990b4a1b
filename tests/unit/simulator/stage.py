"""The set of every story here: a simulator on a real port, and a small fake bot on another."""

import io
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
import orjson
import xmltodict
from aiohttp import web
from aiohttp.test_utils import TestServer
from wechatpy.enterprise.crypto import WeChatCrypto  # an independent hand opens what the simulator sealed

from bot.clock import ManualClock
from bot.simulator import DEMO_ACCOUNT, Faults, Simulator

WANG, LI = "wmWANG", "wmLI"
KF = DEMO_ACCOUNT.open_kfid
Reply = Callable[["Heard"], Awaitable[web.Response]]


@dataclass(slots=True)
class Heard:
    """One callback as the fake bot got it."""

    query: Mapping[str, str]
    raw_query: str
    envelope: dict[str, Any]
    inner: str
    event: dict[str, Any] = field(default_factory=dict)


async def _empty(_heard: Heard) -> web.Response:
    return web.Response()


class FakeBot:
    """Opens callbacks with wechatpy, keeps them, answers as told; calls the API like a client would."""

    def __init__(self) -> None:
        self.crypto = WeChatCrypto(DEMO_ACCOUNT.token, DEMO_ACCOUNT.aes_key, DEMO_ACCOUNT.corp_id)
        self.heard: list[Heard] = []
        self.reply: Reply = _empty
        self.token = ""
        self.api = ""
        self.http: aiohttp.ClientSession

    def events(self, name: str) -> list[dict[str, Any]]:
        return [each.event for each in self.heard if each.event.get("Event") == name]

    async def take_callback(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        envelope = xmltodict.parse(await request.text())["xml"]
        inner = self.crypto.decrypt_message(
            {"Encrypt": envelope["Encrypt"]}, query["msg_signature"], query["timestamp"], query["nonce"]
        )
        text = inner.decode() if isinstance(inner, bytes) else inner
        heard = Heard(query, request.rel_url.raw_query_string, envelope, text, xmltodict.parse(text)["xml"])
        self.heard.append(heard)
        return await self.reply(heard)

    async def verify(self, request: web.Request) -> web.Response:
        query = request.query
        signature, timestamp = query["msg_signature"], query["timestamp"]
        return web.Response(
            body=self.crypto.check_signature(signature, timestamp, query["nonce"], query["echostr"])
        )

    def seal(self, inner: str) -> web.Response:
        """A passive reply, sealed by wechatpy."""
        return web.Response(text=self.crypto.encrypt_message(inner, "nonce1", "1700000000"))

    async def get_token(self) -> str:
        answer = await self.call("gettoken", corpid=DEMO_ACCOUNT.corp_id, corpsecret=DEMO_ACCOUNT.secret)
        self.token = answer["access_token"]
        return self.token

    async def call(self, api: str, body: Mapping[str, Any] | None = None, **query: str | int) -> dict[str, Any]:
        """A JSON answer, whatever the errcode; POST where there is a body."""
        if "access_token" not in query and api != "gettoken":
            query["access_token"] = self.token
        data = None if body is None else orjson.dumps(body)
        method = "GET" if body is None else "POST"
        async with self.http.request(method, f"{self.api}/cgi-bin/{api}", params=query, data=data) as answer:
            assert answer.status == 200
            found: dict[str, Any] = orjson.loads(await answer.read())
            return found

    async def send(self, text: str = "收到", to: str = WANG, **more: Any) -> dict[str, Any]:
        body = {"touser": to, "open_kfid": KF, "msgtype": "text", "text": {"content": text}, **more}
        return await self.call("kf/send_msg", body)

    async def tell(self, text: str = "您有一件新事项", to: str = "zhang", **more: Any) -> dict[str, Any]:
        body = {
            "touser": to,
            "agentid": DEMO_ACCOUNT.agent_id,
            "msgtype": "text",
            "text": {"content": text},
            **more,
        }
        return await self.call("message/send", body)

    async def tell_card(self, card: Mapping[str, Any], to: str = "zhang", **more: Any) -> dict[str, Any]:
        return await self.tell(to=to, msgtype="template_card", template_card=card, **more)

    async def sync(self, cursor: str = "", **more: Any) -> dict[str, Any]:
        return await self.call("kf/sync_msg", {"open_kfid": KF, "cursor": cursor, **more})

    async def upload(self, kind: str, filename: str, content: bytes) -> dict[str, Any]:
        form = aiohttp.FormData(quote_fields=False)  # WeCom shows the name as it comes, percent signs and all
        form.add_field("media", io.BytesIO(content), filename=filename)
        url = f"{self.api}/cgi-bin/media/upload"
        async with self.http.post(url, params={"access_token": self.token, "type": kind}, data=form) as answer:
            found: dict[str, Any] = orjson.loads(await answer.read())
            return found


class Stage:
    """Simulator and bot, wired to each other over HTTP; 王阿姨 and 李叔 in WeChat, three members in WeCom."""

    def __init__(self, clock: ManualClock, faults: Faults | None = None) -> None:
        self.clock = clock
        self.simulator = Simulator(
            clock=clock,
            corp_id=DEMO_ACCOUNT.corp_id,
            secret=DEMO_ACCOUNT.secret,
            agent_id=DEMO_ACCOUNT.agent_id,
            token=DEMO_ACCOUNT.token,
            aes_key=DEMO_ACCOUNT.aes_key,
            callback_url="",
            faults=faults,
            resend_pause_seconds=0,
        )
        self.simulator.add_kf_account(KF, "锦河区人大代表联络站")
        self.simulator.add_constituent(WANG, "王阿姨")
        self.simulator.add_constituent(LI, "李叔")
        self.simulator.add_member("zhang", "张建国", "区人大代表")
        self.simulator.add_member("Chen.Min", "陈敏", "联络员")
        self.simulator.add_member("zhou", "周强", "站长")
        self.bot = FakeBot()
        self._servers: list[TestServer] = []

    async def __aenter__(self) -> Self:
        simulated = web.Application()
        self.simulator.add_routes(simulated)
        bot = web.Application()
        bot.router.add_post("/wecom/callback", self.bot.take_callback)
        bot.router.add_get("/wecom/callback", self.bot.verify)
        for app in (simulated, bot):
            server = TestServer(app)
            await server.start_server()
            self._servers.append(server)
        self.bot.api = str(self._servers[0].make_url("/")).rstrip("/")
        self.bot.http = aiohttp.ClientSession()
        self.simulator.callback_url = str(self._servers[1].make_url("/wecom/callback"))
        await self.simulator.start()
        await self.bot.get_token()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.simulator.close()
        for server in self._servers:
            await server.close()
        await self.bot.http.close()

    async def says(self, text: str = "路灯坏了", who: str = WANG) -> str:
        """A constituent writes, and the bot has been woken."""
        msgid = await self.simulator.says(who, text)
        await self.simulator.quiet()
        return msgid

    async def passes(self, **span: float) -> None:
        """Time passes; the bot takes a new token where the old one ended."""
        await self.clock.advance(**span)
        await self.bot.get_token()


BUTTONS = {
    "card_type": "button_interaction",
    "main_title": {"title": "新的留言", "desc": "王阿姨"},
    "horizontal_content_list": [{"keyname": "事项", "value": "路灯坏了"}],
    "task_id": "case-1",
    "button_list": [{"text": "接收", "style": 1, "key": "take:1"}, {"text": "转交", "key": "pass:1"}],
}
