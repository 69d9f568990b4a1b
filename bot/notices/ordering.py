"""导出: the words about documents that are fetched by an address, in the chat and on their page."""

from dataclasses import dataclass
from datetime import date

from bot.notices.content import Text
from bot.notices.statistics import said_span
from bot.notices.words import shorten

LINK_GONE = "这个链接已失效。请在企业微信里再发一次“导出 …”，会给您新的链接。"
LINK_UNKNOWN = "没有这个页面。请在企业微信里发“导出”看怎么写。"
BUSY = "正在生成别的文件，请过一会儿再点一次。"
MADE_NOT = "文件没有做出来，请联系管理员（单位自己的模板可能要改）。"
TOO_MANY = "记录太多，一次导不完。请缩短期间再发一次“导出 …”。"
FORMAT_NAMES = {"pdf": "打印稿", "docx": "可编辑的文档", "xlsx": "电子表格", "zip": "压缩包"}


@dataclass(frozen=True, slots=True)
class ExportNamed:
    """A document as people call it; days are None where it has no period."""

    title: str
    about: str
    first: date | None
    last: date | None
    formats: tuple[str, ...]

    @property
    def span(self) -> str:
        """The period in words; empty where there is none."""
        return said_span(self.first, self.last) if self.first is not None and self.last is not None else ""

    def file_name(self, file_format: str) -> str:
        """Of the file; what cannot stand in a name is left out."""
        days = f"-{self.first}至{self.last}" if self.first is not None else ""
        plain = "".join(one for one in self.about if one.isalnum() or one in "-_（）()")
        return f"{self.title}-{plain[:40]}{days}.{file_format}"


@dataclass(frozen=True, slots=True)
class ExportGiven:
    """After 导出 …: where the document is to be fetched; `count` None where it has no entries to count."""

    named: ExportNamed
    count: int | None
    url: str
    hours: int

    def render(self) -> Text:
        """What it is, and its address."""
        span = f"（{self.named.span}）" if self.named.span else ""
        counted = "" if self.count is None else f"，{self.count} 条"
        forms = "、".join(FORMAT_NAMES[one] for one in self.named.formats)
        return Text(
            f"{shorten(self.named.about, 40)} {self.named.title}{span}{counted}。"
            f"\n打开链接可以取：{forms}\n{self.url}"
            f"\n链接只给您一个人用，{self.hours} 小时内有效，请不要转发；不用了或发错了人，发“作废链接”。不含未公开和限制查看的记录。"
        )


@dataclass(frozen=True, slots=True)
class LinksVoided:
    """After 作废链接; `whose` is empty for one's own."""

    count: int
    whose: str

    def render(self) -> Text:
        """How many there were."""
        whose = shorten(self.whose, 20) or "您"
        if not self.count:
            return Text(f"{whose}没有还有效的链接。")
        return Text(f"{whose}的 {self.count} 个链接（导出、登记和档案页）已作废，再也打不开。需要时可以重新要。")


@dataclass(frozen=True, slots=True)
class ExportHelp:
    """导出 with nothing that can be exported."""

    is_staff: bool

    def render(self) -> Text:
        """How it is written."""
        if not self.is_staff:
            return Text("可以导出您自己的：\n导出 履职登记 2026年\n导出 记录本 2026年\n导出 基本信息\n导出 档案")
        return Text(
            "可以这样写：\n导出 履职登记 张伟 2026年（也可以写联络站）\n导出 记录本 张伟\n导出 基本信息 张伟"
            "\n导出 接待登记 10月（本站；也可以写联络站）\n导出 来信 10月（要带原文写“导出 来信原文 10月”，须另一人同意）\n导出 月报 2026-10\n导出 年报 2026年\n导出 档案 张伟"
        )


@dataclass(frozen=True, slots=True)
class ExportRefused:
    """What was asked for cannot be exported."""

    why: str
    words: str = ""

    def render(self) -> Text:
        """Why, and what helps."""
        return Text(_REFUSED[self.why].format(words=shorten(self.words, 60)))


_REFUSED = {
    "words": "没有看懂：{words}。请写一位代表、一个联络站或区域，和期间；同名的代表请写代码。",
    "one": "一次只能导出一位代表、一个联络站或一个区域的。",
    "not_yours": "这份材料不在您的范围里，不能导出。",
    "not_admin": "别人的链接由管理员或服务中心作废；作废您自己的，只发“作废链接”。",
    "whose": "没有认出是谁：{words}。请写姓名，同名的请写企业微信账号。",
    "person": "请写明是哪位代表，例如：导出 档案 张伟",
    "station": "请写明是哪个联络站，例如：导出 接待登记 钱桥联络站 10月",
    "region": "月报和年报按区域出，请写区域，例如：导出 月报 锦河区 2026-10",
    "no_region": "这一份按代表或联络站出，请写代表姓名或联络站。",
    "month": "月报一次出一个月，例如：导出 月报 2026-10",
    "year": "年报一次出一年，例如：导出 年报 2026年",
    "many": "有 {words} 条，一次导不完。请缩短期间，或者请管理员用命令导出。",
}
