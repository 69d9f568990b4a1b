"""转办: what people read when a matter goes to a department, while its reply is awaited and when it is here."""

from dataclasses import dataclass
from datetime import date

from bot.notices.content import Text
from bot.notices.words import Owner, shorten

_WEEKDAYS = "一二三四五六日"
_MOST = 400  # characters of a reply in a card; the whole is in the case


def day_words(day: date) -> str:
    """A day by which something is asked for, such as `11月27日（周五）`."""
    return f"{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


@dataclass(frozen=True, slots=True)
class Handed:
    """To the constituent: it is with a department now. No word about how it will end."""

    number: str
    department: str
    owner: Owner
    due_on: date

    def render(self) -> Text:
        return Text(
            f"您反映的事（{self.number}）属于{self.department}的职责，已转给他们办理，请他们在"
            f"{day_words(self.due_on)}前回复。收到回复，{self.owner.voice}会转告您；您有要补充的，直接写在这里。"
        )


@dataclass(frozen=True, slots=True)
class HandedBack:
    """To the constituent: the department does not have it any more."""

    number: str
    department: str
    owner: Owner
    returned: bool

    def render(self) -> Text:
        if self.returned:
            return Text(
                f"{self.department}回复说，{self.number} 不归他们办理。{self.owner.voice}会接着跟进，有进展就告诉您。"
            )
        return Text(f"{self.number} 不再由{self.department}办理，{self.owner.voice}会接着跟进。")


@dataclass(frozen=True, slots=True)
class HandedNoted:
    """To those who have the case: who was asked, until when."""

    number: str
    department: str
    due_on: date

    def render(self) -> Text:
        six = self.number[-6:]
        return Text(
            f"{self.number} 已转{self.department}办理，请他们在{day_words(self.due_on)}前回复。到期前后会提醒。"
            f"\n收到回复后发：部门回复 {six} 回复内容"
        )


@dataclass(frozen=True, slots=True)
class ReplyDue:
    """To those who have the case: a department's reply is due, or late."""

    number: str
    department: str
    due_on: date
    late: bool

    def render(self) -> Text:
        six = self.number[-6:]
        if self.late:
            first = f"{self.department}应在{day_words(self.due_on)}前回复 {self.number}，还没有收到，请催办。"
        else:
            first = f"{self.department}对 {self.number} 的回复，{day_words(self.due_on)}到期。"
        return Text(f"{first}\n收到回复后发：部门回复 {six} 回复内容；不归他们办就发：部门退回 {six} 原因")


@dataclass(frozen=True, slots=True)
class Replied:
    """To those who have the case: the reply is here, and nobody has told the constituent yet."""

    number: str
    department: str
    words: str
    files: int

    def render(self) -> Text:
        more = f"\n（另有附件 {self.files} 个，在事项页面上看）" if self.files else ""
        six = self.number[-6:]
        return Text(
            f"{self.department}回复了 {self.number}：\n{shorten(self.words, _MOST) or '（只有附件）'}{more}"
            f"\n\n还没有告诉群众。看过没有问题，发：同意回复 {six}；想自己写，发：#{six} 您的答复"
        )


@dataclass(frozen=True, slots=True)
class ReplyNoted:
    """To whoever wrote a department's reply down."""

    number: str
    department: str
    approver: str

    def render(self) -> Text:
        return Text(f"{self.department}对 {self.number} 的回复已记下，{self.approver}同意后告诉群众。")


@dataclass(frozen=True, slots=True)
class OrderEnded:
    """To those who have the case: it came back, or was withdrawn."""

    number: str
    department: str
    returned: bool
    reason: str

    def render(self) -> Text:
        did = "退回了" if self.returned else "不再办理"
        why = f"：{shorten(self.reason, _MOST)}" if self.reason else ""
        return Text(f"{self.department}{did} {self.number}{why}。请接着办，群众已经知道。")


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """To those who have the case: the reply did not do, the department is asked once more."""

    number: str
    department: str
    due_on: date

    def render(self) -> Text:
        return Text(
            f"{self.number}：{self.department}的回复没有采用，请他们在{day_words(self.due_on)}前重新回复。"
            "这些话没有发给群众。"
        )


@dataclass(frozen=True, slots=True)
class OrderHelp:
    """How to write it, or why it was not done."""

    why: str = ""

    def render(self) -> Text:
        first = f"{self.why}\n" if self.why else ""
        return Text(
            f"{first}请这样写：\n转办 000123 区住建局 11月27日 说明（日期和说明可以不写）\n"
            "部门回复 000123 回复内容\n同意回复 000123\n部门退回 000123 原因\n撤回转办 000123"
        )


def reply_words(department: str, words: str, introduction: str = "") -> str:
    """A department's reply as it is passed on, under the words of whoever passes it on."""
    first = f"{introduction.strip()}\n\n" if introduction.strip() else ""
    return f"{first}{department}回复：\n{words}" if words else f"{first}{department}的回复在附件里。"


WHYS = {
    "restricted": "这件事只限专人办理，不能转到外面。",
    "closed": "这件事已经办结，要转办请先重新打开。",
    "department": "没有找到这个部门。部门名单由服务中心维护。",
    "department_several": "有几个部门对得上，请写全称。",
    "day": "期限要写今天以后、一年以内的日期。",
    "twice": "这件事已经转给这个部门，正在等回复。",
    "which": "这件事转给了几个部门，请写明是哪个部门。",
    "none": "这件事现在没有等部门回复。",
    "no_reply": "还没有部门的回复可以转告。",
    "not_owner": "部门的回复由承办人同意后才告诉群众。",
    "empty": "请写上部门回复的内容。",
}
