"""What people read of the duty file: what was filed, what is missing, who is behind, the yearly check."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.notices.content import Text
from bot.notices.duty import Behind


@dataclass(frozen=True, slots=True)
class PaperLost:
    """A paper of a file could not be fetched."""

    kind: str

    def render(self) -> Text:
        """To send it again."""
        return Text(f"您要存档的{self.kind}没有取到，没有放进档案；请再发一次“存档”，接着重发。")


@dataclass(frozen=True, slots=True)
class BehindNudge:
    """On the day of the rule: what the year still asks for."""

    year: int
    quotas: tuple[Behind, ...]

    def render(self) -> Text:
        """One line a quota."""
        lines = [f"{self.year} 年的履职还差这几项，离年底还有时间：", *(one.line for one in self.quotas)]
        return Text("\n".join([*lines, "做过的发“履职 …”补记，写上联系的是谁；发“我的履职”看全部。"]))


@dataclass(frozen=True, slots=True)
class PersonBehind:
    """One representative with what they are behind with."""

    name: str
    quotas: tuple[Behind, ...]

    @property
    def line(self) -> str:
        """By name."""
        return f"{self.name}代表：{'；'.join(one.line for one in self.quotas)}"


LISTED_PEOPLE = 30


@dataclass(frozen=True, slots=True)
class BehindList:
    """履职落后: the first of those who are behind, how many there are, and of how many."""

    year: int
    people: tuple[PersonBehind, ...]
    behind: int
    total: int

    def render(self) -> Text:
        """The first ones, by name."""
        if not self.total:
            return Text("您这里没有可以查看的代表。")
        if not self.people:
            return Text(f"{self.year} 年到现在，{self.total} 位代表都不差。")
        head = f"{self.year} 年 {self.total} 位代表中有 {self.behind} 位还差："
        left = self.behind - len(self.people)
        more = [f"后面还有 {left} 位。"] if left > 0 else []
        lines = [one.line for one in self.people]
        return Text("\n".join([head, *lines, *more, "看一位的档案：档案 姓名"]))


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that a file lacks; `subject` is what it is told apart by."""

    subject: str
    line: str


_FIELDS = {
    "name": "姓名",
    "level": "级别",
    "unit": "工作单位",
    "post": "职务",
    "station": "所在站点",
    "phone": "电话",
}


def empty_fields(fields: Sequence[str]) -> str:
    """What the basic form lacks; empty where nothing."""
    return f"还没有填{'、'.join(_FIELDS.get(name, name) for name in fields)}" if fields else ""


def papers_lack(count: int) -> str:
    """So many papers of the term are missing."""
    return f"还差 {count} 份"


def entries_lack(held: int, wanted: int) -> str:
    """What the year lacks; empty where nothing."""
    if held >= wanted:
        return ""
    return f"今年还差 {wanted - held} 件" if held else "今年还没有"


@dataclass(frozen=True, slots=True)
class SectionState:
    """One section of a file in a year: entries and papers in it, and what it lacks in words."""

    code: str
    name: str
    entries: int
    papers: int
    lacks: str = ""

    @property
    def lacks_line(self) -> str:
        """What is missing, in a list."""
        return f"{self.name}：{self.lacks}"

    @property
    def line(self) -> str:
        """How it stands."""
        held = [f"记录 {self.entries}"] if self.entries else []
        held += [f"文件 {self.papers}"] if self.papers else []
        return f"{self.name}：{'，'.join([*held, *([self.lacks] if self.lacks else [])]) or '空'}"


@dataclass(frozen=True, slots=True)
class FileOutline:
    """档案: sections, what is missing, the page."""

    name: str
    year: int
    term: str
    sections: tuple[SectionState, ...]
    quotas: tuple[Behind, ...]
    check: str
    url: str
    days: int
    public_url: str = ""

    def render(self) -> Text:
        """Numbered sections, quotas that are behind, the address."""
        lines = [f"{self.name}代表的履职档案（{self.term}，{self.year} 年）"]
        lines += [f"{number}. {one.line}" for number, one in enumerate(self.sections, start=1)]
        lines += [one.line for one in self.quotas if one.is_behind]
        if self.check:
            lines.append(f"年度检查：{self.check}")
        if self.public_url:
            lines.append(f"对外公布的：{self.public_url}")
        lines.append(f"打开看全部（{self.days} 天内有效，请不要转发）：{self.url}")
        return Text("\n".join([*lines, "放进材料：存档 栏目 名称，接着发照片"]))


_REFUSED = {
    "unknown": "没有找到这位代表，请写姓名或代表编号。",
    "several": "有几位同名的代表，请写代表编号。",
    "not_yours": "这位代表的档案不归您管，不能打开；这次查看已经记录。",
    "nobody": "请写清楚是哪位代表：档案 姓名",
    "section": "没有这个栏目。",
    "paper": "没有找到这份文件，或者您不能撤下它。",
    "reason": "请写明原因：撤下档案 编号 原因",
}


@dataclass(frozen=True, slots=True)
class FileRefused:
    """What cannot be done with a file, and why."""

    why: str
    sections: tuple[str, ...] = ()

    def render(self) -> Text:
        """One sentence, with the sections where one was wrong."""
        listed = "\n".join(f"{number}. {name}" for number, name in enumerate(self.sections, start=1))
        more = f"\n栏目有：\n{listed}\n写法：存档 走访选民 名称" if listed else ""
        return Text(_REFUSED[self.why] + more)


@dataclass(frozen=True, slots=True)
class FilingBegun:
    """After 存档: what comes next goes there."""

    name: str
    section: str
    title: str = ""

    def render(self) -> Text:
        """To send the file."""
        titled = f"“{self.title}”" if self.title else ""
        return Text(
            f"好，请接着发照片（纸质材料拍下来）、语音或视频，十分钟内发的都放进"
            f"{self.name}代表的“{self.section}”{titled}。发完不用再说什么。"
        )


@dataclass(frozen=True, slots=True)
class PaperFiled:
    """A paper is in the file."""

    paper_id: int
    name: str
    section: str
    papers: int

    def render(self) -> Text:
        """Its number and where it is."""
        return Text(
            f"已放进{self.name}代表的“{self.section}”，文件 {self.paper_id} 号，这一栏今年共 {self.papers} 份。"
            f"放错了请发“撤下档案 {self.paper_id} 原因”。"
        )


@dataclass(frozen=True, slots=True)
class PaperRemoved:
    """撤下档案."""

    paper_id: int

    def render(self) -> Text:
        """It stays on record that it was there."""
        return Text(f"文件 {self.paper_id} 号已撤下，谁放的、谁撤的仍然有记录。")


@dataclass(frozen=True, slots=True)
class AddressesRevoked:
    """档案换链接."""

    count: int

    def render(self) -> Text:
        """How to get another."""
        return Text("以前的档案链接都已失效；发“档案”会给您新的。" if self.count else "现在没有有效的档案链接。")
