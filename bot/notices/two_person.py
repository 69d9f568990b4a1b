"""What needs two people: asking the second one, what became of it, and what was done from the server's shell."""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.notices.content import Text
from bot.notices.words import moment, shorten

_ROLES = MappingProxyType(
    {"lead": "站长", "officer": "联络员", "centre": "服务中心人员", "admin": "管理员", "auditor": "审计员"}
)
_NAMES = 3
_COMMAND = "服务器上的导入命令"


@dataclass(frozen=True, slots=True)
class WholeCase:
    """Everything that is masked in a case."""

    number: str
    many: int

    def words(self) -> str:
        return f"查看 {self.number} 里隐去的全部内容（{self.many} 处）"


@dataclass(frozen=True, slots=True)
class CasesWithWords:
    """A register of matters with what people wrote."""

    about: str
    span: str

    def words(self) -> str:
        return f"导出{shorten(self.about, 40)}带原文的来信登记" + (f"（{self.span}）" if self.span else "")


@dataclass(frozen=True, slots=True)
class AdministratorChange:
    """Somebody becomes an administrator, or is none any more; `before` is empty for somebody new."""

    name: str
    userid: str
    role: str
    before: str

    def words(self) -> str:
        who = f"{shorten(self.name, 20)}（账号 {self.userid}）"
        if self.role == "admin":
            return f"把{who}设为管理员"
        return f"不再让{who}当管理员，改为{_ROLES.get(self.role, '没有职责的人员')}"


Act = WholeCase | CasesWithWords | AdministratorChange


@dataclass(frozen=True, slots=True)
class PleaseAgree:
    """To those who may be the second person."""

    number: int
    by: str  # empty where a command asks
    act: Act
    until: datetime
    zone: ZoneInfo

    def render(self) -> Text:
        return Text(
            f"{self.by or _COMMAND}申请{self.act.words()}。这件事要另一个人同意才能做。\n"
            f"核实确有需要、同意的，请发：同意申请 {self.number}\n不同意请发：退回申请 {self.number}\n"
            f"{moment(self.until, self.zone)}前有效，谁同意的留有记录。"
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """To whoever asked: who is asked now."""

    number: int
    act: Act
    names: tuple[str, ...]
    hours: int

    def render(self) -> Text:
        several = f"等 {len(self.names)} 人" if len(self.names) > _NAMES else ""
        return Text(
            f"{self.act.words()}，要两个人同意。已请{'、'.join(self.names[:_NAMES])}{several}核对（申请 {self.number}），"
            f"{self.hours} 小时内同意的，马上给您。"
        )


@dataclass(frozen=True, slots=True)
class NobodyElse:
    """There is no second person who could agree."""

    def render(self) -> Text:
        return Text("这件事要另一个人同意，现在没有别的人可以同意。隐去的内容可以一处一处看；其他的请找管理员。")


@dataclass(frozen=True, slots=True)
class Decided:
    """To the second person."""

    number: int
    act: Act
    agreed: bool

    def render(self) -> Text:
        word = "已同意" if self.agreed else "已退回"
        return Text(f"申请 {self.number} {word}：{self.act.words()}。")


@dataclass(frozen=True, slots=True)
class SentBack:
    """To whoever asked: the second person does not agree."""

    number: int
    act: Act
    by: str

    def render(self) -> Text:
        return Text(f"申请 {self.number} 被{self.by}退回：{self.act.words()}。有疑问请直接问他。")


@dataclass(frozen=True, slots=True)
class Lapsed:
    """To whoever asked: nobody decided in time."""

    number: int
    act: Act

    def render(self) -> Text:
        return Text(
            f"申请 {self.number} 过了时间没有人核对，已经失效：{self.act.words()}。还需要的，请再申请一次。"
        )


@dataclass(frozen=True, slots=True)
class CannotDecide:
    """A word about an act that cannot be decided by this person, or not any more."""

    why: str

    def render(self) -> Text:
        return Text(_CANNOT[self.why])


_CANNOT = MappingProxyType(
    {
        "none": "没有这个申请，或者不归您核对。",
        "own": "自己的申请要由另一个人核对。",
        "over": "这个申请已经处理过或过了时间，不用再核对。",
        "gone": "申请的事情已经变了，做不成了。请申请的人再申请一次。",
        "number": "请写编号，例如：同意申请 12，或者：退回申请 12",
    }
)


@dataclass(frozen=True, slots=True)
class ToDecide:
    """同意申请 without a number: what waits for this person."""

    acts: tuple[tuple[int, str, Act], ...]  # number, by whom, what

    def render(self) -> Text:
        if not self.acts:
            return Text("现在没有等您核对的申请。")
        lines = [f"申请 {number}：{by or _COMMAND}申请{act.words()}" for number, by, act in self.acts]
        return Text("\n".join(["等您核对：", *lines, "同意请发“同意申请 编号”，不同意请发“退回申请 编号”。"]))


@dataclass(frozen=True, slots=True)
class DoneFromShell:
    """To administrators, auditors and the service centre: what a command did on the server, at once."""

    act: Act
    at: datetime
    zone: ZoneInfo
    by: str = ""  # whom the command names; empty where it names nobody
    second: str = ""

    def render(self) -> Text:
        stood = f"命令里写的是{self.by}提出、{self.second}同意" if self.second else "没有写明由哪两个人同意"
        return Text(
            f"{moment(self.at, self.zone)}，有人在服务器上用命令{self.act.words()}，{stood}。"
            "如果不是你们安排的，请马上查清楚。"
        )
