"""Short answers to representatives and officers in the app's chat."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Card, Item, Text
from bot.notices.words import due_moment, moment, shorten

CHOOSE = "choose"
MOST_CHOICES = 6  # buttons of a card, WeCom document 90236


@dataclass(frozen=True, slots=True)
class AskReply:
    """After 回复 on a card."""

    number: str
    who: str

    def render(self) -> Text:
        return Text(f"请直接发您给{self.who}的答复（{self.number}），文字、图片、文件都可以，下一条就会转过去。")


@dataclass(frozen=True, slots=True)
class AnswerNoted:
    """The answer is written down; `held` says why it cannot go out now."""

    number: str
    who: str
    held: str = ""

    def render(self) -> Text:
        if self.held:
            return Text(f"您对 {self.number} 的答复已记下。{self.held}")
        return Text(f"您对 {self.number} 的答复已记下，正在发给{self.who}；如果送不到会告诉您。")


HELD_WINDOW = "对方超过 48 小时没有来信，微信暂时不让我们发；对方一来信就先发这条。已告诉联络员，也可以电话联系。"
HELD_PERSON = "人工客服正在和对方说话，等那边结束、对方再来信就先发这条。已告诉联络员。"
HELD_DESK = "对方是当面反映的，不在微信上，已请联络员转告。"
HELD_ENDED = "这次会话已经结束，微信暂时不让我们发；对方一来信就先发这条。已告诉联络员，也可以电话联系。"
HELD_BUDGET = "微信限制了连续发送的条数，没发完的部分等对方下次来信接着发。已告诉联络员。"
HELD_BUDGET_ALL = "微信限制了连续发送的条数，这条等对方下次来信就先发。已告诉联络员，也可以电话联系。"


@dataclass(frozen=True, slots=True)
class Choice:
    """A case that an answer could be for."""

    case_id: int
    number: str
    matter: str


@dataclass(frozen=True, slots=True)
class WhichCase:
    """An answer came while several cases wait."""

    choices: tuple[Choice, ...]
    waiting: int
    words: str

    def render(self) -> Card:
        buttons = tuple(
            Item(f"{CHOOSE}:{one.case_id}", f"#{one.number[-6:]}") for one in self.choices[:MOST_CHOICES]
        )
        listed = "；".join(f"#{one.number[-6:]} {shorten(one.matter, 10)}" for one in self.choices[:MOST_CHOICES])
        more = f"还有 {self.waiting - MOST_CHOICES} 件，可发“#编号 内容”" if self.waiting > MOST_CHOICES else ""
        return Card(
            "这句话答复哪一件？",
            more or "点一下就发出去",
            f"“{shorten(self.words, 20)}” —— {listed}",
            (),
            buttons,
        )


@dataclass(frozen=True, slots=True)
class Chosen:
    """The choice card after it was tapped."""

    number: str

    def render(self) -> Card:
        return Card("这句话答复哪一件？", f"已选 {self.number}", "", (), (), f"已选 #{self.number[-6:]}")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of 待办; `asked` while the constituent's own word is awaited."""

    number: str
    matter: str
    due_at: datetime
    late: bool
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Todo:
    """待办: what waits for this member."""

    cases: tuple[Waiting, ...]
    waiting: int
    zone: ZoneInfo
    untold: tuple[tuple[str, datetime], ...] = ()  # number, by when their sender must be told where they go
    calls: tuple[str, ...] = ()  # numbers of matters whose constituents are to be called

    def render(self) -> Text:
        if not self.cases:
            return Text("\n".join(["现在没有等您答复的事。", *self._to_tell()]))
        lines = [f"#{one.number[-6:]} {shorten(one.matter, 24)}\n  {self._due(one)}" for one in self.cases]
        more = f"\n……还有 {self.waiting - len(lines)} 件" if self.waiting > len(lines) else ""
        told = [f"等您答复的有 {self.waiting} 件：", *lines]
        return Text(
            "\n".join([*told, *([more.strip()] if more else []), *self._to_tell(), "回复请发：#编号 您的话"])
        )

    def _due(self, one: Waiting) -> str:
        if one.asked:
            return "等对方补充"
        return f"最晚 {due_moment(one.due_at, self.zone)} 前答复{'（已超过）' if one.late else ''}"

    def _to_tell(self) -> list[str]:
        """Calls to be made, and notices of where a matter goes that could not be delivered in the chat."""
        calls = [f"要电话联系的有 {len(self.calls)} 件：{'、'.join(self.calls)}"] if self.calls else []
        return calls + [
            f"{number} 的去向告知还没送到对方，最晚 {moment(due, self.zone)} 前要书面告知"
            for number, due in self.untold
        ]


@dataclass(frozen=True, slots=True)
class MemberHelp:
    """For words that nothing can be done with."""

    note: str = "没有等您答复的事，这句话没有发给任何人。"

    def render(self) -> Text:
        return Text(
            f"{self.note}\n“待办”看等您答复的事；“#000123 您的话”答复或补充答复那一件；"
            "“问 000123 您的话”请对方补充；“备注 000123 您的话”记下对方看不到的话；“直播”看您的场次；"
            "“履职 今天走访3户”记一条履职，“我的履职”看今年，“档案”看档案；“值班”“换班”“请假”“日历”也可以直接发；"
            "联络员还可以发“指派 编号 代表姓名”“转办 编号 部门”“合并 编号 到 编号”“拆分 编号”“停用码 代表姓名”“换码 代表姓名”“通知 正文”“送达”“履职落后”“档案 代表姓名”“导出”。"
        )


@dataclass(frozen=True, slots=True)
class Stranger:
    """A member who is neither a representative nor staff."""

    def render(self) -> Text:
        return Text("您还没有登记为人大代表或联络站工作人员。请联系代表联络服务中心登记后再用。")


@dataclass(frozen=True, slots=True)
class NotYours:
    """A case number that does not exist or belongs to others."""

    number: str

    def render(self) -> Text:
        return Text(f"没有找到您名下编号 {self.number} 的事。发“待办”可以看等您答复的事。")


@dataclass(frozen=True, slots=True)
class AlreadyDone:
    """A button that no longer does anything."""

    number: str
    step: str

    def render(self) -> Text:
        return Text(f"{self.number} 现在是“{self.step}”，这一步不用再做了。")


@dataclass(frozen=True, slots=True)
class Moved:
    """To whoever passed a case on or assigned it."""

    number: str
    to: str

    def render(self) -> Text:
        return Text(f"{self.number} 已转给{self.to}，对方已经收到卡片，群众也会知道。")


WHY_PASSED = "whypassed"
PASS_REASONS = (
    ("place", "不归我这一片"),
    ("topic", "不是我熟悉的"),
    ("related", "与本人有关联"),
    ("busy", "近期顾不上"),
)


@dataclass(frozen=True, slots=True)
class WhyPassed:
    """After 转交: one tap for the reason; whoever has it now is told."""

    case_id: int
    number: str
    to: str

    def render(self) -> Card:
        buttons = tuple(Item(f"{WHY_PASSED}:{self.case_id}:{code}", label) for code, label in PASS_REASONS)
        return Card(
            "为什么转交？",
            f"{self.number} 已转交",
            f"已转给{self.to}，对方收到了卡片，群众也会知道。点一下原因，以后就少分错。",
            (),
            buttons,
        )


@dataclass(frozen=True, slots=True)
class PassReasonNoted:
    """The card with the reasons after it was tapped."""

    number: str
    reason: str

    def render(self) -> Card:
        return Card("为什么转交？", f"{self.number}：{self.reason}", "", (), (), "已记下")


@dataclass(frozen=True, slots=True)
class PassedBecause:
    """To whoever has the case now: why it was passed on."""

    number: str
    by: str
    reason: str

    def render(self) -> Text:
        return Text(f"{self.number} 是{self.by}转来的，原因：{self.reason}。")


@dataclass(frozen=True, slots=True)
class CentreRules:
    """To the centre: an owner passed a case on once too often."""

    number: str
    times: int

    def render(self) -> Text:
        return Text(
            f"{self.number} 已经转交 {self.times} 次，请服务中心定下由谁办，定了就不再转：指派 {self.number[-6:]} 代表姓名"
        )


@dataclass(frozen=True, slots=True)
class RuledAlready:
    """转交 or 指派 of a case whose owner the centre has ruled on."""

    number: str

    def render(self) -> Text:
        return Text(f"{self.number} 的承办人由服务中心定下，不能再转。确有困难，请和服务中心联系。")


@dataclass(frozen=True, slots=True)
class StaysHere:
    """转交 or 指派 of a case that only the service centre may read."""

    number: str

    def render(self) -> Text:
        return Text(
            f"{self.number} 只由服务中心看和答复，不能转交，也不能指派给代表。答复请发：#{self.number[-6:]} 您的话"
        )


@dataclass(frozen=True, slots=True)
class LeaveNoted:
    """After 请假."""

    first: str
    last: str

    def render(self) -> Text:
        days = f"{self.first}" if self.first == self.last else f"{self.first}至{self.last}"
        return Text(f"已记下，您{days}请假。这几天新来的事先转给别的代表；手上还没答复的，请点卡片上的“转交”。")


@dataclass(frozen=True, slots=True)
class LeaveHelp:
    """请假 was written in a way that cannot be followed."""

    what: str
    known: tuple[str, ...] = ()

    def render(self) -> Text:
        listed = f"\n已登记的请假：{'；'.join(self.known)}" if self.known else ""
        return Text(
            f"{self.what}请这样写：请假 2026-12-15，或者：请假 2026-12-15 至 2026-12-18，或者：请假 明天。{listed}"
        )


@dataclass(frozen=True, slots=True)
class Reasons:
    """缘由 编号: why a case is where it is, step by step."""

    number: str
    steps: tuple[str, ...]

    def render(self) -> Text:
        lines = [f"{place}. {step}" for place, step in enumerate(self.steps, start=1)]
        return Text("\n".join([f"{self.number} 为什么这样分：", *lines]))


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """分派: how often each rule decided in a span of days, and how often somebody put it right."""

    days: int
    rows: tuple[tuple[str, int, int], ...]

    def render(self) -> Text:
        if not self.rows:
            return Text(f"最近 {self.days} 天还没有分派过事情。")
        lines = [f"{name}：分了 {decided} 件，被改 {wrong} 件" for name, decided, wrong in self.rows]
        return Text("\n".join([f"最近 {self.days} 天各条规则分派的情况：", *lines]))


@dataclass(frozen=True, slots=True)
class ManyPeople:
    """To the station's officer and the centre: many people raise the same thing."""

    number: str
    people: int
    first: str
    last: str

    def render(self) -> Text:
        return Text(
            f"{self.people} 人反映同一件事（最近一件 {self.number}，{self.first} 到 {self.last}）。每个人的来信仍各自答复，请看看是否一并处理。"
        )


@dataclass(frozen=True, slots=True)
class WantsPerson:
    """To staff: the sender says that the bot's own answer or explanation does not fit."""

    number: str

    def render(self) -> Text:
        return Text(f"{self.number}：对方说自动回复说得不对，请人工再看一遍，然后发：#{self.number[-6:]} 您的话")


@dataclass(frozen=True, slots=True)
class AssignHelp:
    """指派 was written in a way that cannot be followed."""

    what: str

    def render(self) -> Text:
        return Text(f"{self.what}\n请这样写：指派 编号 代表姓名，例如：指派 000123 张建国")


@dataclass(frozen=True, slots=True)
class CannotDeliver:
    """To the author of an answer that was to go out and now waits for the constituent's next message."""

    number: str
    who: str
    reason: str

    def render(self) -> Text:
        return Text(
            f"{self.number} 的答复暂时发不到{self.who}那里：{self.reason}。\n已告诉联络员，也可以电话联系；对方一来信会自动先发。"
        )


@dataclass(frozen=True, slots=True)
class AnswerLost:
    """To the author and the officer: the platform refuses an answer for good."""

    number: str
    who: str

    def render(self) -> Text:
        return Text(
            f"{self.number} 的答复没能发给{self.who}，平台拒绝了这条内容。"
            f"\n请换一种写法再发：#{self.number[-6:]} 您的话，或者电话联系。"
        )


@dataclass(frozen=True, slots=True)
class CannotReach:
    """To the station's officer: the card of a case did not reach someone."""

    number: str
    who: str

    def render(self) -> Text:
        return Text(
            f"{self.number} 的卡片{self.who}收不到（可能没有激活企业微信，或不在应用可见范围）。"
            f"\n请电话转告，或发：指派 {self.number[-6:]} 代表姓名"
        )


@dataclass(frozen=True, slots=True)
class NeedsPerson:
    """To the officer: a message that the program could not handle."""

    inbox_id: int

    def render(self) -> Text:
        return Text(
            f"有一条群众消息（收件号 {self.inbox_id}）系统没能处理，已保存，请联系管理员查看。"
            f"\n原因消除后可以再处理一次，请发：重试 {self.inbox_id}"
        )
