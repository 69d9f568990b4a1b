"""What members read about rights over data: what is gone, what waits for a decision, what was decided."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Card, Field, Text
from bot.notices.words import due_moment

KINDS = {
    "erase": "删除",
    "access": "查阅复制",
    "correct": "更正",
    "object": "停止使用",
    "relative": "近亲属申请（本人已去世）",
    "guardian": "监护人申请（未成年人）",
}


@dataclass(frozen=True, slots=True)
class WordsGone:
    """To whoever had these matters: taken back, without a word of what they were about."""

    numbers: tuple[str, ...]

    def render(self) -> Text:
        numbers = "、".join(self.numbers)
        return Text(
            f"{numbers}：当事人撤回并要求删除，原话和附件已经删除，不用再办，也请不要再引用。"
            "手机里如还留着有关消息、截图或笔记，请一并删掉。"
        )


@dataclass(frozen=True, slots=True)
class DestroyExports:
    """Words that were erased may be in files that were exported on these days."""

    numbers: tuple[str, ...]
    days: tuple[date, ...]

    def render(self) -> Text:
        days = "、".join(f"{day.month}月{day.day}日" for day in self.days[-10:])
        return Text(
            f"{'、'.join(self.numbers[:20])} 的原话已按当事人要求删除。{days} 导出过带原文的事项登记，"
            "请把导出文件里的有关内容一并销毁，并留下记录。"
        )


@dataclass(frozen=True, slots=True)
class WithdrawnCard:
    """What a card that is still in a chat shows instead."""

    def render(self) -> Card:
        return Card("群众留言 · 已撤回", "", "原话已按当事人要求删除。", (Field("状态", "不用再办"),), (), "已撤回")


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request in a list."""

    request: int
    kind: str
    case_number: str
    due_at: datetime
    late: bool
    words: str = ""

    def said(self, zone: ZoneInfo) -> str:
        """As a line."""
        about = f" {self.case_number}" if self.case_number else ""
        late = "已超期，" if self.late else ""
        words = f"\n  {self.words}" if self.words else ""
        return f"{self.request} · {KINDS.get(self.kind, self.kind)}{about} · {late}最晚 {due_moment(self.due_at, zone)}{words}"


@dataclass(frozen=True, slots=True)
class RequestList:
    """权利请求: what waits for a decision."""

    lines: tuple[RequestLine, ...]
    zone: ZoneInfo

    def render(self) -> Text:
        if not self.lines:
            return Text("现在没有等着决定的权利请求。")
        listed = "\n".join(line.said(self.zone) for line in self.lines)
        return Text(
            f"等着决定的权利请求 {len(self.lines)} 件：\n{listed}\n"
            "同意请发：批准请求 号 说明；不同意请发：拒绝请求 号 理由（理由会原样告诉申请人）。"
        )


@dataclass(frozen=True, slots=True)
class RequestWaits:
    """A new one came, or one that came is nearly due."""

    line: RequestLine
    zone: ZoneInfo
    again: bool = False

    def render(self) -> Text:
        head = "还有一件个人信息权利请求等着决定" if self.again else "收到一件个人信息权利请求"
        return Text(f"{head}：\n{self.line.said(self.zone)}\n发“权利请求”查看，依法应在期限内答复申请人。")


@dataclass(frozen=True, slots=True)
class RequestDecided:
    """To whoever decided."""

    request: int
    approved: bool
    told_in_chat: bool
    url: str = ""  # a copy to be handed out

    def render(self) -> Text:
        what = "已同意并照办" if self.approved else "已拒绝"
        told = "申请人会在聊天里收到答复。" if self.told_in_chat else "聊天里送不到，请当面或书面答复，并留存回执。"
        copy = f"\n交给申请人的副本（只能取一次，24 小时内有效）：{self.url}" if self.url else ""
        return Text(f"请求 {self.request} {what}。{told}{copy}")


@dataclass(frozen=True, slots=True)
class RequestHelp:
    """A word about requests that cannot be followed; `why` is one of a few."""

    why: str

    def render(self) -> Text:
        return Text(HELP[self.why])


HELP = {
    "not_yours": "这件事由代表联络服务中心的工作人员决定。",
    "unknown": "没有这个号的请求在等。发“权利请求”看现有的。",
    "no_reason": "拒绝要写明理由，例如：拒绝请求 12 依《信访工作条例》需要保存。",
    "register": (
        "请这样登记：登记权利请求 类别 编号 说明。类别是 删除、查阅、更正、停止使用、近亲属、监护人 之一，例如：\n"
        "登记权利请求 删除 000123 本人持身份证到站申请，已核对。\n不涉及某一件事的，可以不写编号。"
    ),
    "need_case": "请写上事项编号；要删除这个人的全部内容，在编号后面写“全部”，例如：登记权利请求 删除 000123 全部 已核对身份。",
    "no_case": "没有找到这个编号，或者不归您所在的联络站。",
}


@dataclass(frozen=True, slots=True)
class RequestRegistered:
    """登记权利请求 …: it has a number and a day."""

    line: RequestLine
    zone: ZoneInfo

    def render(self) -> Text:
        return Text(f"已登记：\n{self.line.said(self.zone)}\n请把申请号告诉申请人。身份证件核对后不要留照片。")


_RETAINED = {
    "held_words": "暂存的来话",
    "media": "办结事项的图片和文件",
    "words": "办结事项的原话",
    "petition_words": "信访登记事项的原话",
    "questions": "直播提问",
    "receptions": "接待登记里的事由",
    "people": "久未来信者的昵称和标识",
    "inbox": "收件记录",
    "outbox": "发件内容",
    "audit": "操作记录",
    "links": "过期的下载地址",
}


@dataclass(frozen=True, slots=True)
class Retained:
    """In the morning: what went in the night because it had been kept long enough. Pairs of kind and count."""

    done: tuple[tuple[str, int], ...]

    def render(self) -> Text:
        listed = "，".join(f"{_RETAINED.get(name, name)} {count} 条" for name, count in self.done)
        return Text(f"昨夜按保存期限清理：{listed}。期限可以用规则调整，不会低于法定最短时间。")
