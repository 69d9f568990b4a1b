"""What staff read of the figures: entries by lines, how matters were answered, and the rows behind a figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.notices.content import Text
from bot.notices.words import shorten

LEVELS: Mapping[str, str] = {
    "national": "全国",
    "provincial": "省级",
    "city": "市级",
    "district": "区县级",
    "town": "乡镇级",
    "street": "街道议政代表",
    "": "未填级别",
}
ENTRY_NAMES: Mapping[str, str] = {
    "entries": "记录",
    "days": "天数",
    "people": "人数",
    "opinions": "意见",
    "proposals": "建议",
    "cases": "事项",
    "unconfirmed": "未确认",
}
RESPONSE_NAMES: Mapping[str, str] = {
    "received": "收到",
    "answered": "已答",
    "in_time": "按时",
    "late": "晚答",
    "overdue": "逾期",
    "waiting": "待答",
    "handled": "已办",
    "satisfied": "满意",
    "reopened": "再提",
}
HIDDEN = "人少不显示"  # a small figure, or one that would give a small one away
LINES = 30
Shown = Mapping[str, float | None]


def said_span(first: date, last: date) -> str:
    """`2026年10月`, `2026年`, or two days."""
    if (first.day, first.month, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return f"{first.year}年"
    if first.day == 1 and (first.year, first.month) == (last.year, last.month) and last.day >= 28:
        return f"{first.year}年{first.month}月"
    if first == last:
        return f"{first.year}年{first.month}月{first.day}日"
    return f"{first.year}年{first.month}月{first.day}日至{last.year}年{last.month}月{last.day}日"


def _told(figures: Shown, names: Mapping[str, str], always: Sequence[str]) -> str:
    """Those that are anything, and the first ones always; at the end which are hidden, so that nobody is named."""
    told = [
        f"{word}{value:g}"
        for name, word in names.items()
        if (value := figures.get(name, 0)) is not None and (value or name in always)
    ]
    hidden = [word for name, word in names.items() if figures.get(name, 0) is None]
    if hidden:
        told.append(f"（{'、'.join(hidden) if len(hidden) < 4 else '其余'}{HIDDEN}）")
    return " ".join(told)


@dataclass(frozen=True, slots=True)
class EntryReport:
    """统计: entries of a period, by lines."""

    first: date
    last: date
    about: str  # whom it is about, in words; empty for everything that the reader may see
    lines: tuple[tuple[str, Shown], ...]
    total: Shown

    def render(self) -> Text:
        """The total first; how a figure is opened last."""
        about = f"（{shorten(self.about, 40)}）" if self.about else ""
        head = f"{said_span(self.first, self.last)}履职统计{about}"
        if not self.lines:
            return Text(f"{head}：没有记录。")
        shown = [f"{shorten(name, 20)}：{_told(figures, ENTRY_NAMES, ())}" for name, figures in self.lines[:LINES]]
        more = [f"后面还有 {len(self.lines) - LINES} 行，请导出表格查看。"] if len(self.lines) > LINES else []
        total = f"合计：{_told(self.total, ENTRY_NAMES, ('entries',))}"
        return Text(
            "\n".join(
                [head, total, *shown, *more, "要看数字背后的记录，请发“统计明细 …”，如“统计明细 本月 走访 人数”。"]
            )
        )


@dataclass(frozen=True, slots=True)
class ResponseReport:
    """统计 答复: how the matters that came in a period were answered."""

    first: date
    last: date
    lines: tuple[tuple[str, Shown], ...]
    total: Shown

    def render(self) -> Text:
        """A line a station; what the rates are of."""
        head = f"{said_span(self.first, self.last)}收到的群众来信答复情况"
        if not self.lines:
            return Text(f"{head}：没有收到。")
        shown = [f"{shorten(name, 20)}：{_answers(figures)}" for name, figures in self.lines[:LINES]]
        more = [f"后面还有 {len(self.lines) - LINES} 行，请导出表格查看。"] if len(self.lines) > LINES else []
        notes = "按时率不含还没到期的；办理率只要答复过就算；满意率是群众自己点“已解决”的，占全部收到的。"
        return Text(
            "\n".join(
                [
                    head,
                    f"合计：{_answers(self.total)}",
                    *shown,
                    *more,
                    notes,
                    "要看是哪些事，请发“统计明细 答复 本月 逾期”。",
                ]
            )
        )


def _answers(figures: Shown) -> str:
    told = [_told(figures, RESPONSE_NAMES, ("received",))]
    median = figures.get("median_hours")
    if median is not None:
        told.append(f"首次答复中位 {median:g} 小时")
    for name, word in (("in_time_rate", "按时率"), ("handled_rate", "办理率"), ("satisfied_rate", "满意率")):
        rate = figures.get(name)
        if rate is not None:
            told.append(f"{word} {rate * 100:.1f}%")
    return "，".join(told)


@dataclass(frozen=True, slots=True)
class BehindLine:
    """One entry behind a figure."""

    entry_id: int
    on: date
    representative: str
    kind: str
    adds: int | None = None  # to the figure, where it is not simply one


@dataclass(frozen=True, slots=True)
class EntriesBehind:
    """统计明细: the entries behind a figure."""

    first: date
    last: date
    figure: str
    value: float | None
    entries: tuple[BehindLine, ...]

    def render(self) -> Text:
        """The figure, then one line an entry."""
        word = ENTRY_NAMES[self.figure]
        value = "少于5" if self.value is None else f"{self.value:g}"
        head = f"{said_span(self.first, self.last)}“{word}”{value}，出自 {len(self.entries)} 条履职记录："
        lines = [
            f"{one.entry_id} 号 {one.on.month}月{one.on.day}日 {shorten(one.representative, 10)} {one.kind}"
            + (f" {one.adds}" if one.adds is not None else "")
            for one in self.entries[:LINES]
        ]
        rest = "、".join(str(one.entry_id) for one in self.entries[LINES : LINES * 10])
        more = [f"还有：{rest}"] if rest else []
        over = len(self.entries) - LINES * 10
        return Text(
            "\n".join([head, *lines, *more, *([f"后面还有 {over} 条，请缩小范围再查。"] if over > 0 else [])])
        )


@dataclass(frozen=True, slots=True)
class MattersBehind:
    """统计明细 答复: the matters behind a figure, by their numbers."""

    first: date
    last: date
    figure: str
    numbers: tuple[str, ...]

    def render(self) -> Text:
        """Their numbers."""
        word = RESPONSE_NAMES.get(self.figure, "首次答复中位")
        head = f"{said_span(self.first, self.last)}“{word}”{len(self.numbers)} 件："
        over = len(self.numbers) - 100
        more = [f"后面还有 {over} 件，请缩小范围再查。"] if over > 0 else []
        return Text("\n".join([head, "、".join(self.numbers[:100]) or "没有", *more]))


@dataclass(frozen=True, slots=True)
class StatisticsHelp:
    """统计 that cannot be read, or from somebody who has no figures to read."""

    unknown: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()

    def render(self) -> Text:
        """What was not understood, and how it is written."""
        told = []
        if self.unknown:
            told.append(f"没有看懂“{'、'.join(shorten(one, 20) for one in self.unknown[:5])}”。")
        if self.ambiguous:
            told.append(f"叫“{'、'.join(self.ambiguous[:5])}”的代表不止一位，请用代表编号。")
        told.append(
            "请这样写：统计 本月；统计 2026-10 牡丹园站；统计 今年 按代表；统计 上季度 走访 按站点；统计 答复 本月。"
            "数字出自哪些记录：统计明细 本月 走访 人数。"
        )
        return Text("\n".join(told))


@dataclass(frozen=True, slots=True)
class StaffOnly:
    """统计 from a representative."""

    def render(self) -> Text:
        """Where their own figures are."""
        return Text("统计由工作人员查看。您自己的情况请发“我的履职”。")
