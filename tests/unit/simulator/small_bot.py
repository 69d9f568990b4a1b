"""A bot of one page, so that the demo page has somebody to talk to: `python -m tests.unit.simulator.small_bot`.

It keeps nothing and decides nothing; it only says what a real one would say.
"""

import asyncio
import sys
from collections.abc import Mapping
from typing import Any

import aiohttp
import orjson
import xmltodict
from aiohttp import web

from bot.clock import SystemClock
from bot.simulator import DEMO_ACCOUNT, Code, Place, Simulator, simulator_from_args
from bot.simulator.envelope import Envelope

OWNER, OFFICER = "zhangjianguo", "chenmin"


class SmallBot:
    """Greets, takes a matter, gives it to 张建国, brings the answer back."""

    def __init__(self, simulator: Simulator, api: str) -> None:
        self.simulator = simulator
        self.api = api
        self.cursor = ""
        self.asking = ""
        self.cases = 0
        self.seen: set[str] = set()
        self.envelope = Envelope(
            token=DEMO_ACCOUNT.token, aes_key=DEMO_ACCOUNT.aes_key, receive_id=DEMO_ACCOUNT.corp_id
        )
        self.http = aiohttp.ClientSession()
        self.work: set[asyncio.Task[None]] = set()
        self.lock = asyncio.Lock()

    async def close(self) -> None:
        await asyncio.gather(*self.work)
        await self.http.close()

    async def take_callback(self, request: web.Request) -> web.Response:
        outer = xmltodict.parse(await request.text())["xml"]
        event = xmltodict.parse(self.envelope.decrypt(outer["Encrypt"]))["xml"]
        task = asyncio.create_task(self.handle(event))
        self.work.add(task)
        task.add_done_callback(self.work.discard)
        return web.Response()

    async def handle(self, event: Mapping[str, Any]) -> None:
        async with self.lock:
            if event.get("Event") == "kf_msg_or_event":
                await self.pull(event["Token"])
            elif event.get("Event") == "template_card_event":
                await self.grey(event)
            elif event["MsgType"] in ("text", "image"):
                await self.answer(event)

    async def call(self, api: str, body: Mapping[str, Any]) -> dict[str, Any]:
        async with self.http.get(
            f"{self.api}/cgi-bin/gettoken",
            params={"corpid": DEMO_ACCOUNT.corp_id, "corpsecret": DEMO_ACCOUNT.secret},
        ) as answer:
            token = (await answer.json())["access_token"]
        url = f"{self.api}/cgi-bin/{api}"
        async with self.http.post(url, params={"access_token": token}, data=orjson.dumps(body)) as answer:
            found: dict[str, Any] = await answer.json()
            return found

    async def pull(self, token: str) -> None:
        body = {"open_kfid": DEMO_ACCOUNT.open_kfid, "cursor": self.cursor, "token": token}
        page = await self.call("kf/sync_msg", body)
        self.cursor = page["next_cursor"]
        for message in page["msg_list"]:
            await self.take(message)

    async def take(self, message: Mapping[str, Any]) -> None:
        if message["msgtype"] == "event":
            event = message["event"]
            if event["event_type"] == "enter_session" and "welcome_code" in event:
                await self.greet(event)
            return
        self.asking = message["external_userid"]
        text = message.get("text", {}).get("content") or message.get("location", {}).get("name") or "［图片］"
        feed = self.simulator.feed
        feed({"kind": "store", "sentence": "收下留言，与取信位置同一次写入数据库", "inbox_id": message["msgid"]})
        if self.asking in self.seen:
            feed({"kind": "case", "sentence": "并入正在办理的事项 JH-2026-000123"})
            await self.say("已补充到您的事项 #000123。")
            return
        self.seen.add(self.asking)
        self.cases += 1
        feed(
            {
                "kind": "decide",
                "sentence": "归张建国代表：居民扫的是他的码，地点也在他的网格",
                "rule": "code → place",
                "evidence": "代表码 R-0007；堰裕路 → 网格 3-12 → 牡丹园联络站",
                "topic": "市政设施",
                "urgency": "normal",
            }
        )
        feed({"kind": "case", "sentence": "立事项 JH-2026-000123，7 个工作日内答复", "due_at": "2026-12-01"})
        await self.give_out(text)
        await self.say(
            "已收到，编号 JH-2026-000123。\n\n张建国代表（牡丹园联络站）已经看到您的留言，最迟 12 月 1 日答复您。"
            "紧急情况请先拨打 110、119 或 120。"
        )
        feed({"kind": "duty", "sentence": "写下一条履职记录：接待群众，张建国", "entry": 418, "noise": False})

    async def greet(self, event: Mapping[str, Any]) -> None:
        menu = {
            "head_content": "您好！这里是牡丹园代表联络站，张建国代表会看到您写的每一句话。\n"
            "请直接写下要反映的事，可以发照片和位置。",
            "list": [
                {"type": "click", "click": {"id": "progress", "content": "查办理进度"}},
                {"type": "click", "click": {"id": "find", "content": "换一位代表"}},
                {"type": "click", "click": {"id": "day", "content": "最近的活动日"}},
            ],
            "tail_content": "我们只用您写的内容办事，随时可以删除：https://bot.example/privacy",
        }
        await self.call(
            "kf/send_msg_on_event", {"code": event["welcome_code"], "msgtype": "msgmenu", "msgmenu": menu}
        )

    async def give_out(self, text: str) -> None:
        card = {
            "card_type": "button_interaction",
            "source": {"desc": "牡丹园联络站 · 新留言", "desc_color": 0},
            "action_menu": {"desc": "更多", "action_list": [{"text": "今天不再提醒", "key": "mute:123"}]},
            "main_title": {"title": "路灯与照明 · 请您答复", "desc": "事项 JH-2026-000123"},
            "quote_area": {"type": 0, "title": "王阿姨 写道", "quote_text": text},
            "horizontal_content_list": [
                {"keyname": "地点", "value": "堰裕路，牡丹园南门"},
                {"keyname": "期限", "value": "12 月 1 日前（还有 7 个工作日）"},
                {"keyname": "为什么是您", "value": "居民扫了您的码"},
            ],
            "jump_list": [{"type": 1, "title": "看全部对话和附件", "url": "https://bot.example/r/123"}],
            "task_id": f"case-123-{self.cases}",
            "button_list": [
                {"text": "接收", "style": 1, "key": "take:123"},
                {"text": "回复", "style": 2, "key": "reply:123"},
                {"text": "转交", "style": 2, "key": "pass:123"},
                {"text": "线下已处理", "style": 4, "key": "offline:123"},
            ],
        }
        await self.call(
            "message/send",
            {
                "touser": f"{OWNER}|{OFFICER}",
                "agentid": DEMO_ACCOUNT.agent_id,
                "msgtype": "template_card",
                "template_card": card,
            },
        )

    async def grey(self, event: Mapping[str, Any]) -> None:
        words = {"take": "已接收", "reply": "请直接打字答复", "pass": "已转交", "offline": "线下已处理"}
        self.simulator.feed({"kind": "case", "sentence": "事项 JH-2026-000123 由张建国接收"})
        await self.call(
            "message/update_template_card",
            {
                "userids": [OWNER, OFFICER],
                "agentid": DEMO_ACCOUNT.agent_id,
                "response_code": event["ResponseCode"],
                "button": {"replace_name": words.get(event["EventKey"].split(":")[0], "已更新")},
            },
        )

    async def answer(self, event: Mapping[str, Any]) -> None:
        self.simulator.feed({"kind": "duty", "sentence": "写下一条履职记录：答复群众，张建国", "entry": 419})
        await self.say(f"张建国代表答复您：\n{event.get('Content', '［图片］')}")
        menu = {
            "head_content": "这件事解决了吗？",
            "list": [
                {"type": "click", "click": {"id": word, "content": word}}
                for word in ("已解决", "还没有", "继续补充")
            ],
        }
        await self.say_menu(menu)
        text = {"content": "答复已送到王阿姨的微信，并记入您的履职记录。"}
        body = {"touser": event["FromUserName"], "agentid": DEMO_ACCOUNT.agent_id, "msgtype": "text", "text": text}
        await self.call("message/send", body)

    async def say(self, text: str) -> None:
        await self._send({"msgtype": "text", "text": {"content": text}})

    async def say_menu(self, menu: Mapping[str, Any]) -> None:
        await self._send({"msgtype": "msgmenu", "msgmenu": menu})

    async def _send(self, message: Mapping[str, Any]) -> None:
        await self.call("kf/send_msg", {"touser": self.asking, "open_kfid": DEMO_ACCOUNT.open_kfid, **message})


def furnish(simulator: Simulator) -> None:
    """A handful of people, codes and places."""
    simulator.add_kf_account(DEMO_ACCOUNT.open_kfid, "锦河区人大代表联络站")
    people = (
        ("王阿姨", "堰裕路牡丹园南门的路灯坏了三天，晚上接孩子看不清路"),
        ("小陈", "幼儿园门口早上堵车，能不能设一段临时停车"),
        ("老周", "农贸市场的污水又流到路上了"),
    )
    for number, (nickname, hint) in enumerate(people):
        simulator.add_constituent(f"wmDEMO{number:04d}", nickname, hint=hint)
    simulator.add_member(OWNER, "张建国", "区人大代表 · 牡丹园联络站 · 某某建设集团高级工程师", hint="路灯归他")
    simulator.add_member(OFFICER, "陈敏", "联络员 · 牡丹园联络站", hint="看得到全站的事")
    towns = ("东亭", "西漳", "堰桥", "钱桥", "前洲", "玉祁", "洛社")
    for number in range(200):
        simulator.add_member(f"rep{number:03d}", f"代表{number:03d}", f"区人大代表 · {towns[number % 7]}联络站")
    simulator.catalog.append(Code("张建国", "rep", "rep", "R-0007", "区人大代表 · 牡丹园联络站 · 城建、照明"))
    for number, town in enumerate(towns):
        simulator.catalog.append(
            Code(f"{town}代表联络站", "station", "station", f"S-{number:03d}", f"{town}镇人民路 {number + 1} 号")
        )
    for number in range(200):
        subtitle = f"区人大代表 · {towns[number % 7]}联络站"
        simulator.catalog.append(Code(f"代表{number:03d}", "rep", "rep", f"R-1{number:03d}", subtitle))
    simulator.places.append(Place("牡丹园南门", "堰裕路 12 号", 31.68, 120.28))
    simulator.places.append(Place("东亭实验小学", "学前街 3 号", 31.59, 120.36))


async def stand_up(port: int) -> tuple[web.AppRunner, Simulator, SmallBot]:
    """Bot and simulator on one port."""
    simulator = simulator_from_args(callback_url=f"http://127.0.0.1:{port}/wecom/callback", clock=SystemClock())
    furnish(simulator)
    app = web.Application()
    simulator.add_routes(app)
    bot = SmallBot(simulator, f"http://127.0.0.1:{port}")
    app.router.add_post("/wecom/callback", bot.take_callback)
    await simulator.start()
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner, simulator, bot


async def main(port: int) -> None:
    await stand_up(port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8123))
