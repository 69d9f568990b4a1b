"""转人工: what is said when somebody wants to talk to a person, to them and to those who are to talk."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Item, Text
from bot.notices.words import due_moment, shorten

ASK_PERSON = Item("word:转人工", "和工作人员说话")


@dataclass(frozen=True, slots=True)
class PersonHere:
    """To the constituent: a servicer has the chat; `name` where they are on the roster."""

    name: str = ""

    def render(self) -> Text:
        who = f"工作人员{self.name}" if self.name else "工作人员"
        return Text(f"{who}来了，请直接在这里说。这段时间您写的话由工作人员看，机器人不插话。")


@dataclass(frozen=True, slots=True)
class PersonQueue:
    """To the constituent: the chat waits for whoever takes it."""

    minutes: int

    def render(self) -> Text:
        return Text(
            f"正在请工作人员来，请稍等。您可以先把事情写在这里，都会记下。"
            f"{self.minutes} 分钟内没有人接，会告诉您谁来联系、最晚什么时候。"
        )


@dataclass(frozen=True, slots=True)
class PersonWillContact:
    """To the constituent: nobody receives chats now; who will contact them, by when, and the public number."""

    number: str
    who: str
    due_at: datetime
    zone: ZoneInfo
    phone: str = ""
    ended: bool = False  # they waited and nobody came

    def render(self) -> Text:
        first = "工作人员这会儿都没能接，让您久等了。" if self.ended else "现在没有能在这里接待的工作人员。"
        lines = [
            f"{first}已请{self.who}联系您，最晚 {due_moment(self.due_at, self.zone)} 前在这里答复（{self.number}）。",
            "方便接电话的话，请把号码写在这里；想说的事也可以先写下来。",
            *([f"您也可以直接打：{self.phone}"] if self.phone else []),
        ]
        return Text("\n".join(lines))


@dataclass(frozen=True, slots=True)
class PersonLeft:
    """To the constituent: the person ended the chat; `waiting` when an answer waits for their next word."""

    waiting: bool = False

    def render(self) -> Text:
        if self.waiting:
            return Text("这次人工接待结束了。您的事另有答复在等您，回复任意一个字就能收到。")
        return Text("这次人工接待结束了。还有什么想说的，随时写在这里，会接着转给您的代表和联络站。")


@dataclass(frozen=True, slots=True)
class PersonNeeded:
    """To the servicer who has the chat, or to the officers whose colleagues may take it."""

    number: str
    who: str
    matter: str
    assigned: bool

    def render(self) -> Text:
        where = "请到微信客服里接着说" if self.assigned else "正在排队，请接待人员到微信客服里接入"
        matter = f"\n对方的事：{shorten(self.matter, 60)}" if self.matter else ""
        return Text(
            f"{self.number}：{self.who}想和工作人员直接说话，{where}。{matter}"
            f"\n说完请在微信客服里结束会话，或在这里发：交还 {self.number[-6:]}"
        )


@dataclass(frozen=True, slots=True)
class GivenBack:
    """After 交还: the chat is the bot's again with the constituent's next word."""

    number: str
    who: str

    def render(self) -> Text:
        return Text(
            f"{self.number} 的人工接待已结束。{self.who}再写的话由机器人收下，转给承办的人；说过的都记在这件事里。"
        )


@dataclass(frozen=True, slots=True)
class GiveBackHelp:
    """交还 for a chat that nobody holds, or without saying which of several."""

    numbers: tuple[str, ...] = ()
    number: str = ""

    def render(self) -> Text:
        if self.number:
            return Text(f"{self.number} 现在没有人工接待，不用交还。")
        if self.numbers:
            return Text(f"您在接待几位群众，请写明是哪一件：交还 编号\n{'、'.join(self.numbers)}")
        return Text("您现在没有正在人工接待的群众。要结束别人的人工接待，请发：交还 编号")


@dataclass(frozen=True, slots=True)
class CannotGiveBack:
    """交还 that WeCom did not carry out."""

    number: str

    def render(self) -> Text:
        return Text(
            f"{self.number} 的人工接待没能结束，请在微信客服里结束会话，或者稍后再发：交还 {self.number[-6:]}"
        )
