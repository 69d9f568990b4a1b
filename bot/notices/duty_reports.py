"""述职: the draft with its sources, the plan, the result with the voters' marks, who has none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.notices.content import Text
from bot.notices.duty import said_day
from bot.notices.duty_report_draft import Sentence
from bot.notices.statistics import said_span
from bot.notices.words import shorten

SHOWN = 40  # numbers after a sentence
LISTED = 60
REPORTED = "向选民述职，参加 {} 人，满意 {}、基本满意 {}、不满意 {}。"  # the content of the entry


def cite(entries: tuple[int, ...], most: int = SHOWN) -> str:
    """`（记录 3、5、8）`."""
    told = "、".join(map(str, entries[:most]))
    more = f" 等 {len(entries)} 条" if len(entries) > most else ""
    return f"（记录 {told}{more}）"


@dataclass(frozen=True, slots=True)
class Draft:
    """述职 草稿: sentences with their entries; `own_kept`: the representative's own text is there and untouched."""

    first: date
    last: date
    sentences: tuple[Sentence, ...]
    own_kept: bool = False

    def render(self) -> Text:
        """Numbered, so that one can ask where a sentence comes from."""
        span = said_span(self.first, self.last)
        if not self.sentences:
            return Text(f"{span}还没有经您确认的履职记录，写不出草稿。请先发“履职确认”看看有没有等您确认的。")
        lines = [f"{index}. {one.text}{cite(one.entries)}" for index, one in enumerate(self.sentences, 1)]
        kept = ["您自己改过的稿子还在，没有动它，发“述职 我的稿”查看。"] if self.own_kept else []
        return Text(
            "\n".join(
                [
                    f"{span}述职草稿，每一句都出自您确认过的记录：",
                    *lines,
                    *kept,
                    "看某一句的全部出处，请发“述职 出处 2”。改好后请发“述职 改稿”加上全文，以您的稿子为准。",
                ]
            )
        )


@dataclass(frozen=True, slots=True)
class Sources:
    """述职 出处 2: every entry of one sentence."""

    index: int
    sentence: Sentence

    def render(self) -> Text:
        """The sentence and all numbers."""
        return Text(
            f"第 {self.index} 句：{self.sentence.text}\n出自记录 {'、'.join(map(str, self.sentence.entries))}。"
        )


@dataclass(frozen=True, slots=True)
class OwnKept:
    """After 述职 改稿."""

    length: int

    def render(self) -> Text:
        """That it is theirs from now on."""
        return Text(f"您的述职稿已保存，共 {self.length} 字，以它为准；再发“述职 草稿”也不会改动它。")


@dataclass(frozen=True, slots=True)
class OwnText:
    """述职 我的稿."""

    words: str

    def render(self) -> Text:
        """As they wrote it."""
        return Text(f"您的述职稿：\n{self.words}")


@dataclass(frozen=True, slots=True)
class Planned:
    """A day and a place are set; to the representative, and to whoever set it with `name`."""

    on: date
    place: str
    name: str = ""
    moved: bool = False

    def render(self) -> Text:
        """When, where, and how to prepare."""
        when = f"{self.on.year}年{said_day(self.on)}，地点：{shorten(self.place, 60)}"
        word = "改到" if self.moved else "定在"
        if self.name:
            return Text(f"{self.name}代表的述职{word}{when}。本人已经收到通知，前三天和前一天会再提醒。")
        return Text(f"您向选民的述职{word}{when}。发“述职 草稿”可以看根据履职记录写的草稿。")


@dataclass(frozen=True, slots=True)
class Soon:
    """Before the day."""

    on: date
    place: str
    has_own: bool

    def render(self) -> Text:
        """The day again, and whether there is a text."""
        ready = "您的稿子已经保存。" if self.has_own else "还没有收到您改好的稿子，发“述职 草稿”可以看草稿。"
        return Text(f"{said_day(self.on)}在{shorten(self.place, 60)}向选民述职。{ready}")


@dataclass(frozen=True, slots=True)
class CalledOff:
    """述职 取消."""

    name: str = ""

    def render(self) -> Text:
        """That it is off."""
        whose = f"{self.name}代表" if self.name else "您"
        return Text(f"{whose}的述职安排已取消，另定日子时会再通知。")


@dataclass(frozen=True, slots=True)
class Held:
    """述职 结果, on record."""

    name: str
    on: date
    attendees: int
    marks: tuple[int, int, int]
    entry_id: int

    def render(self) -> Text:
        """The figures and the entry."""
        good, fair, bad = self.marks
        return Text(
            f"{self.name}代表{said_day(self.on)}的述职已登记：参加 {self.attendees} 人，"
            f"满意 {good}、基本满意 {fair}、不满意 {bad}。履职记录 {self.entry_id} 号。"
        )


@dataclass(frozen=True, slots=True)
class Coverage:
    """述职 名单: how many have reported within a year, and who has not."""

    since: date
    reported: int
    total: int
    missing: tuple[tuple[str, bool], ...]  # name, and whether there was none in this term either

    def render(self) -> Text:
        """The share, then the names; `本届无` after those who have none in this term."""
        share = f"（{self.reported / self.total * 100:.1f}%）" if self.total else ""
        head = f"{self.since.year}年{said_day(self.since)}以来述过职的代表 {self.reported} 位，共 {self.total} 位{share}。"
        if not self.missing:
            return Text(head)
        names = "、".join(f"{name}{'（本届无）' if never else ''}" for name, never in self.missing[:LISTED])
        more = f"等 {len(self.missing)} 位" if len(self.missing) > LISTED else ""
        return Text(f"{head}\n一年内没有述职的：{names}{more}。\n安排请发“述职 安排 张伟 2026-12-20 牡丹园社区”。")


@dataclass(frozen=True, slots=True)
class Status:
    """述职, alone."""

    held_on: date | None = None
    marks: tuple[int, int, int] | None = None
    planned_on: date | None = None
    place: str = ""

    def render(self) -> Text:
        """What was, what is to come, and the words."""
        lines = []
        if self.held_on is not None:
            marks = (
                f"，满意 {self.marks[0]}、基本满意 {self.marks[1]}、不满意 {self.marks[2]}" if self.marks else ""
            )
            lines.append(f"上一次述职：{self.held_on.year}年{said_day(self.held_on)}{marks}。")
        if self.planned_on is not None:
            lines.append(
                f"下一次：{self.planned_on.year}年{said_day(self.planned_on)}，{shorten(self.place, 60)}。"
            )
        lines = lines or ["还没有述职的记录，也没有安排。"]
        return Text("\n".join([*lines, "发“述职 草稿”看根据履职记录写的草稿，“述职 草稿 2025”看别的年份。"]))


@dataclass(frozen=True, slots=True)
class ReportHelp:
    """What cannot be done, and why."""

    why: str

    def render(self) -> Text:
        """In one sentence."""
        return Text(_HELP[self.why])


_HELP: Mapping[str, str] = {
    "not_representative": "述职草稿由代表本人查看。工作人员请发“述职 名单”“述职 安排 …”“述职 结果 …”。",
    "period": "没有看懂是哪一段时间。请这样写：述职 草稿 2026，或 述职 草稿 2026-01-01 至 2026-06-30。",
    "words": "请把全文写在“述职 改稿”后面，一次发完。",
    "no_draft": "还没有草稿，请先发“述职 草稿”。",
    "no_sentence": "草稿里没有这一句，请核对序号。",
    "nobody": "没有找到这位代表，或者不在您负责的站点。",
    "several": "有几位同名的代表，请用代表编号。",
    "plan": "请这样写：述职 安排 张伟 2026-12-20 牡丹园社区。日子要在今天以后。",
    "not_planned": "这位代表还没有述职的安排。",
    "result": "请这样写：述职 结果 张伟 2026-12-20 参加50 满意40 基本满意8 不满意2。日子不能在今天以后。",
    "marks": "评议票比参加的人还多，请核对后再发。",
    "held": "这一天的述职已经登记过了；有误请更正那条履职记录。",
    "staff_only": "述职的安排和结果由工作人员登记。",
}
