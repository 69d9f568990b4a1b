"""What is read of points: one's own line by line, publication, appeals. Nobody's place among others is ever told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.notices.content import Text
from bot.notices.statistics import said_span
from bot.notices.words import shorten

WHY: Mapping[str, str] = {
    "unconfirmed": "还没确认",
    "not_passed": "还没审核通过",
    "no_evidence": "没有佐证",
    "same_day": "同一天只计一次",
    "capped": "已到上限",
    "not_scored": "这一类不计分",
    "no_item": "规则里没有这一类",
}
_MOST = 60  # numbers a line


def said_day(day: date) -> str:
    """`2026年12月3日`."""
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """One item of the rules: its points, the entries that count with what each gives, the others with why not.

    `attendance`: numbers are those of attendances, not of entries.
    """

    name: str
    points: str
    counted: tuple[tuple[int, str], ...]
    others: tuple[tuple[int, str], ...]
    attendance: bool = False

    @property
    def line(self) -> str:
        """`接待走访 4 分：记录 3（1 分）、5（1 分）…；不计：8（没有佐证）`."""
        word = "签到" if self.attendance else "记录"
        given = "、".join(f"{number}（{points}）" for number, points in self.counted[:_MOST])
        rest = f"等 {len(self.counted)} 条" if len(self.counted) > _MOST else ""
        told = [f"{word} {given}{rest}"] if given else []
        reasons: dict[str, list[str]] = {}
        for number, why in self.others:
            reasons.setdefault(WHY[why], []).append(str(number))
        told += [
            f"不计（{why}）：{'、'.join(numbers[:_MOST])}"
            + (f"等 {len(numbers)} 条" if len(numbers) > _MOST else "")
            for why, numbers in reasons.items()
        ]
        return f"{shorten(self.name, 30)} {self.points} 分：{'；'.join(told)}"


@dataclass(frozen=True, slots=True)
class OwnScore:
    """我的积分, or 积分 with a name for staff."""

    name: str
    own: bool
    first: date
    last: date
    title: str
    total: str
    band: str
    base: str
    items: tuple[ScoredItem, ...]
    published_on: date | None = None
    appeal_until: date | None = None

    def render(self) -> Text:
        """The total with the rules it is by, then each item with its entries."""
        whose = "您" if self.own else f"{self.name}代表"
        band = f"（{self.band}）" if self.band else ""
        head = f"{whose}{said_span(self.first, self.last)}的履职积分：{self.total} 分{band}"
        lines = [head, f"规则：{self.title}"]
        if self.base != "0":
            lines.append(f"基础分 {self.base} 分")
        lines += [one.line for one in self.items] or ["这段时间没有履职记录。"]
        if self.published_on and self.appeal_until:
            lines.append(f"{said_day(self.published_on)}公布，按公布时的记录计算。")
        if self.own:
            until = f"{said_day(self.appeal_until)}前" if self.appeal_until else "公布后"
            lines.append(f"有不对的，{until}可以发“积分申诉 哪里不对”。")
        return Text("\n".join(lines))


@dataclass(frozen=True, slots=True)
class SeeYourScore:
    """To every representative: points of a period are there."""

    first: date
    last: date
    until: date

    def render(self) -> Text:
        """How one sees one's own, and until when one may object."""
        span = said_span(self.first, self.last)
        return Text(
            f"{span}的履职积分已经算好，只有您本人和工作人员看得到。请发“我的积分 {span}”查看每一分的出处；"
            f"有不对的，{said_day(self.until)}前请发“积分申诉 哪里不对”。"
        )


@dataclass(frozen=True, slots=True)
class ScoresPublished:
    """To whoever published."""

    first: date
    last: date
    title: str
    told: int

    def render(self) -> Text:
        """How many were told."""
        return Text(
            f"{said_span(self.first, self.last)}的积分已按“{self.title}”公布，通知了 {self.told} 位代表，各看各的。"
        )


@dataclass(frozen=True, slots=True)
class AppealNoted:
    """To the representative."""

    number: int

    def render(self) -> Text:
        """Its number."""
        return Text(f"申诉已经收到，编号 {self.number}。工作人员核对后会答复您。")


@dataclass(frozen=True, slots=True)
class AppealMade:
    """To staff."""

    number: int
    representative: str
    words: str

    def render(self) -> Text:
        """What it says, and how it is answered."""
        return Text(
            f"{self.representative}代表对积分有异议（申诉 {self.number}）：{shorten(self.words, 300)}\n"
            f"核对后请发“积分答复 {self.number} 内容”。"
        )


@dataclass(frozen=True, slots=True)
class AppealAnswer:
    """To the representative."""

    number: int
    words: str

    def render(self) -> Text:
        """The answer."""
        return Text(f"您的积分申诉 {self.number} 有了答复：{shorten(self.words, 600)}")


@dataclass(frozen=True, slots=True)
class AppealAnswered:
    """To staff."""

    number: int

    def render(self) -> Text:
        """That the representative hears it."""
        return Text(f"申诉 {self.number} 的答复已经发给代表。")


@dataclass(frozen=True, slots=True)
class Appeals:
    """积分申诉, from staff."""

    total: int
    answered: int
    waiting: tuple[tuple[int, str, date, str], ...]  # number, who, when, words

    def render(self) -> Text:
        """The count, and those that wait."""
        head = f"积分申诉共 {self.total} 件，已答复 {self.answered} 件。"
        lines = [
            f"{number} 号 {day.month}月{day.day}日 {name}代表：{shorten(words, 60)}"
            for number, name, day, words in self.waiting
        ]
        return Text("\n".join([head, *lines, *(["答复请发“积分答复 编号 内容”。"] if lines else [])]))


@dataclass(frozen=True, slots=True)
class ScoreHelp:
    """What cannot be done, and why."""

    why: str
    until: date | None = None

    def render(self) -> Text:
        """In one sentence."""
        until = said_day(self.until) if self.until else ""
        return Text(_HELP[self.why].format(until=until))


_HELP: Mapping[str, str] = {
    "not_representative": "“我的积分”只有代表本人有。工作人员请发“积分 姓名 年份”，如“积分 张伟 2026”。",
    "nobody": "没有找到这位代表，或者不在您负责的站点。请这样写：积分 张伟 2026。",
    "several": "有几位同名的代表，请用代表编号：积分 编号 2026。",
    "period": "没有看懂是哪一段时间。请这样写：2026，或 2026年第三季度，或 2026-10。",
    "no_rules": "这里还没有选定积分规则，所以没有积分。",
    "centre_only": "公布积分由服务中心来做。",
    "words": "请写明哪里不对：积分申诉 10月8日的走访没有算进去。",
    "unpublished": "还没有公布积分，公布后再申诉。记录有误可以先发“履职有误 编号 哪里不对”。",
    "too_late": "申诉的期限到 {until} 为止，已经过了。记录有误仍可发“履职有误 编号 哪里不对”。",
    "no_appeal": "没有这个编号的申诉，或者不由您答复。",
    "answered": "这件申诉已经答复过了。",
    "answer_words": "请写明答复：积分答复 3 已核对，10月8日的走访补上了。",
}
