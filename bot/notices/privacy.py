"""What people read about their own data: what is kept, how to see, correct and erase it, what was done (PIPL)."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Item, Menu, Text
from bot.notices.hand_over import ASK_PERSON
from bot.notices.words import MENU_HEAD_BYTES, due_moment, shorten, shorten_bytes

CONFIRM_ERASE = Item("word:确认删除", "确认删除")
KEEP = Item("word:不删了", "先不删")
TAKE_BACK = "takeback"
WHOLE = "all"
COMPLAIN = "对处理结果不满意，可以向本级人大常委会办事机构或网信部门反映，也可以依《个人信息保护法》第五十条向人民法院起诉。"
_LABEL_BYTES = 120  # of 128, WeCom document 94677


def _list(numbers: tuple[str, ...], most: int = 5) -> str:
    shown = "、".join(numbers[:most])
    return f"{shown} 等 {len(numbers)} 件" if len(numbers) > most else shown


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long what stays is kept: days of the logs and of the back-ups."""

    log_days: int
    backup_days: int

    @property
    def lines(self) -> str:
        """As the sentences of a notice."""
        return (
            "依法要留的：代表履职登记（只有日期、代表和事项类别，不含您的话和名字），按档案规定保存；"
            f"运行日志（只有编号）不少于 {self.log_days} 天；"
            f"备份最多 {self.backup_days} 天到期销毁，期间万一恢复，也会照删除清单再删一次。"
        )


@dataclass(frozen=True, slots=True)
class ErasureExplained:
    """删除我的信息: what goes, what the law keeps and for how long; nothing happens before 确认删除."""

    matters: int
    attachments: int
    questions: int
    open_numbers: tuple[str, ...]
    held_numbers: tuple[str, ...]
    keeping: Keeping
    days: int

    def render(self) -> Menu:
        lines = [
            f"确认后会删除：{self._what}，您的昵称、订阅和聊天标识，还没发出的消息和为查重做的记录。删了找不回来。"
        ]
        if self.open_numbers:
            lines.append(
                f"还没办完的 {_list(self.open_numbers)} 会按您撤回处理，不再办理，只告诉经办人已撤回，不说内容。"
            )
        if self.held_numbers:
            lines.append(
                f"{_list(self.held_numbers)} 已作信访登记或涉及人身安全，要由工作人员看过再定，{self.days} 天内答复您。"
            )
        lines.append(self.keeping.lines)
        head = shorten_bytes("\n".join(lines), MENU_HEAD_BYTES)
        return Menu(head, (CONFIRM_ERASE, KEEP, ASK_PERSON), "也可以直接回复“确认删除”，24 小时内有效。")

    @property
    def _what(self) -> str:
        parts = [f"您反映的 {self.matters} 件事的全部原话和答复"] if self.matters else []
        if self.attachments:
            parts.append(f"{self.attachments} 个图片、语音或文件")
        if self.questions:
            parts.append(f"{self.questions} 个直播提问")
        return "、".join(parts) or "您发来的话"


@dataclass(frozen=True, slots=True)
class ErasureDone:
    """After 确认删除, when all of it is gone; the last thing that is said to them."""

    matters: int
    attachments: int
    open_numbers: tuple[str, ...]
    keeping: Keeping

    def render(self) -> Text:
        what = f"{self.matters} 件事的原话和答复" if self.matters else "您发来的话"
        files = f"、{self.attachments} 个附件" if self.attachments else ""
        lines = [f"已经删除：{what}{files}，您的昵称、订阅和聊天标识。保管这些内容的钥匙已销毁，谁也看不到了。"]
        if self.open_numbers:
            lines.append(f"{_list(self.open_numbers)} 已按您撤回处理，不再办理。")
        lines += [self.keeping.lines, COMPLAIN, "以后有事随时再写，会当作第一次来信。"]
        return Text("\n".join(lines))


@dataclass(frozen=True, slots=True)
class ErasureSplit:
    """A part is gone; the rest waits for a person, who says by when."""

    matters: int
    open_numbers: tuple[str, ...]
    held_numbers: tuple[str, ...]
    request: int
    due_at: datetime
    zone: ZoneInfo
    keeping: Keeping

    def render(self) -> Text:
        lines = [f"已经删除：{self.matters} 件事的原话和答复。"] if self.matters else []
        if self.open_numbers:
            lines.append(f"{_list(self.open_numbers)} 已按您撤回处理，不再办理。")
        lines += [
            f"{_list(self.held_numbers)} 已作信访登记或涉及人身安全，工作人员看过后，"
            f"最晚 {due_moment(self.due_at, self.zone)} 前答复您（申请号 {self.request}）。在那之前除依法办理外不作别的用。",
            self.keeping.lines,
            COMPLAIN,
        ]
        return Text("\n".join(lines))


@dataclass(frozen=True, slots=True)
class NothingKept:
    """删除我的信息 or 导出我的信息 of somebody of whom nothing is here."""

    def render(self) -> Text:
        return Text("这里没有保存您反映过的事。要反映事情，直接写下来就行。")


@dataclass(frozen=True, slots=True)
class ErasureNotWanted:
    """先不删."""

    def render(self) -> Text:
        return Text("好的，什么都没有删。以后想删，随时发“删除我的信息”。")


@dataclass(frozen=True, slots=True)
class OwnCopy:
    """导出我的信息: the address of their own data."""

    url: str
    until: datetime
    zone: ZoneInfo

    def render(self) -> Text:
        return Text(
            "您在这里留下的全部信息，可以从这个地址取一份（能直接看的网页和一份数据文件，含附件）：\n"
            f"{self.url}\n"
            f"只能取一次，{due_moment(self.until, self.zone)} 前有效。里面有您的私事，请不要转发；"
            "文中的证件号、电话和门牌已遮住。取完或过期后，这里不留副本。"
        )


@dataclass(frozen=True, slots=True)
class WhichToTakeBack:
    """撤回 编号 of a matter with several messages: which one, or all of it. Pairs of number and words."""

    number: str
    case_id: int
    messages: tuple[tuple[int, str], ...]

    def render(self) -> Menu:
        items = tuple(
            Item(f"{TAKE_BACK}:{self.case_id}:{message}", _label(place, words))
            for place, (message, words) in enumerate(self.messages[-8:], start=max(len(self.messages) - 7, 1))
        )
        whole = Item(f"{TAKE_BACK}:{self.case_id}:{WHOLE}", "整件事都撤回，不办了")
        return Menu(f"{self.number} 要撤回哪一条？点一下就删，删了找不回来。", (*items, whole))


def _label(place: int, words: str) -> str:
    return shorten_bytes(f"第 {place} 条：{shorten(words, 30) or '（没有文字）'}", _LABEL_BYTES)


@dataclass(frozen=True, slots=True)
class MessageTakenBack:
    """One message is gone, the matter stays."""

    number: str
    case_id: int
    is_open: bool

    def render(self) -> Menu | Text:
        said = f"{self.number} 里的这条已删除，附件也一起删了，并请经办人不要再引用。"
        if not self.is_open:
            return Text(said)
        whole = Item(f"{TAKE_BACK}:{self.case_id}:{WHOLE}", "整件事都撤回，不办了")
        return Menu(f"{said}这件事还在办。", (whole,), "要重新说，直接写下来就行。")


@dataclass(frozen=True, slots=True)
class MatterTakenBack:
    """The whole matter is gone at its sender's word."""

    number: str

    def render(self) -> Text:
        return Text(f"{self.number} 已按您的意思撤回，原话和附件已删除，不再办理。以后想说，随时再写。")


@dataclass(frozen=True, slots=True)
class CannotTakeBack:
    """撤回 without something that could be: no such number, or nothing left; or a person has to decide."""

    number: str = ""
    held: bool = False
    request: int = 0

    def render(self) -> Text:
        if self.held:
            return Text(
                f"{self.number} 已作信访登记或涉及人身安全，整件撤回要由工作人员看过再定，15 天内答复您"
                f"（申请号 {self.request}）。单条的话可以点上面的撤回。"
            )
        if self.number:
            return Text(f"没有找到您的 {self.number}，或者其中的话已经都撤回了。发“进度”可以看到您的编号。")
        return Text("请写上编号，例如：撤回 000123。发“进度”可以看到您的编号。")


@dataclass(frozen=True, slots=True)
class CorrectionHelp:
    """更正 without words."""

    def render(self) -> Text:
        return Text(
            "请写上要更正什么，例如：更正 000123 地点应是三号楼。前面的话不会改动，更正会记在旁边，并告诉经办人。"
        )


@dataclass(frozen=True, slots=True)
class Corrected:
    """更正 编号 …: it stands beside what was said before, and whoever has the matter hears of it."""

    number: str

    def render(self) -> Text:
        return Text(
            f"已记下您对 {self.number} 的更正，会转给经办人，今后以更正为准。要连前面那句一起删，请发：撤回 {self.number[-6:]}"
        )


@dataclass(frozen=True, slots=True)
class RequestNoted:
    """A wish that a person decides: its number and the day by which they hear."""

    request: int
    due_at: datetime
    zone: ZoneInfo

    def render(self) -> Text:
        return Text(
            f"已登记您的申请（申请号 {self.request}），工作人员看过后，最晚 {due_moment(self.due_at, self.zone)} 前答复您。"
        )


@dataclass(frozen=True, slots=True)
class RequestApproved:
    """A person agreed to what was asked, and it is done."""

    request: int
    what: str
    note: str = ""

    def render(self) -> Text:
        note = f"说明：{self.note}" if self.note else ""
        return Text(
            "\n".join(part for part in (f"您的申请（{self.request}）已同意：{self.what}。", note, COMPLAIN) if part)
        )


@dataclass(frozen=True, slots=True)
class RequestRefused:
    """A person refused, with the reason and where to complain (PIPL, Art. 50)."""

    request: int
    reason: str

    def render(self) -> Text:
        return Text(
            f"您的申请（{self.request}）没有同意，理由：{self.reason}\n这些内容今后只保存、不作别的用。{COMPLAIN}"
        )
