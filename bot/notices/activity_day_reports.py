"""What officers file of an activity day, and what the service centre hears at its end."""

from dataclasses import dataclass
from datetime import date

from bot.notices.activity_day import DayFacts, day_words, fields_of
from bot.notices.content import Card, Field, Item, Text
from bot.notices.words import shorten

FILE = "day_file"


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """What a site counts."""

    attendances: int
    received: int
    opinions: int
    proposals: int

    @property
    def words(self) -> str:
        """In one line."""
        return (
            f"到会代表 {self.attendances} 人次，接待群众 {self.received} 人，"
            f"意见 {self.opinions} 条，建议 {self.proposals} 条"
        )

    @property
    def key(self) -> str:
        """As a button carries it, so that only what was seen is filed."""
        return f"{self.attendances}-{self.received}-{self.opinions}-{self.proposals}"


@dataclass(frozen=True, slots=True)
class ReportCard:
    """The counts of a site as the records have them: one tap files them, a correction needs words.

    `nags` is how often it was asked before; `changed` when what was tapped is not what is counted now.
    """

    day: DayFacts
    site_id: int
    where: str
    figures: SiteFigures
    due_on: date | None = None
    overdue: bool = False
    changed: bool = False

    def render(self) -> Card:
        """按此上报."""
        button = Item(f"{FILE}:{self.site_id}:{self.figures.key}", "按此上报")
        by = f"请在{day_words(self.due_on)}前上报。" if self.due_on and not self.overdue else ""
        first = "数字刚刚变了，请再看一下。" if self.changed else "已经过了上报的日子。" if self.overdue else by
        matter = f"{first}{self.figures.words}。不对请发：活动日 上报 {self.day.id} 接待3人 意见2条 建议1条 小结"
        fields = (
            Field("时间", shorten(self.day.when, 26)),
            Field("地点", shorten(self.where, 26)),
            Field("编号", str(self.day.id)),
        )
        return Card("活动日情况上报", shorten(self.day.region, 44), shorten(matter, 160), fields, (button,))


@dataclass(frozen=True, slots=True)
class ReportFiled:
    """The card after it was filed."""

    day: DayFacts
    where: str
    figures: SiteFigures

    def render(self) -> Card:
        """Without buttons."""
        matter = shorten(f"{self.figures.words}。要改请再发：活动日 上报 {self.day.id} …", 160)
        return Card(
            "活动日情况上报", shorten(self.day.region, 44), matter, fields_of(self.day, self.where), (), "已上报"
        )


@dataclass(frozen=True, slots=True)
class ReportNoted:
    """After `活动日 上报`; `raw` are the records' figures where they differ from what was filed."""

    day: DayFacts
    where: str
    figures: SiteFigures
    raw: SiteFigures | None = None

    def render(self) -> Text:
        """What was filed."""
        beside = f"\n记录里是：{self.raw.words}。两个数都会留着。" if self.raw else ""
        return Text(f"{self.day.when}活动日，{self.where}已上报：{self.figures.words}。{beside}")


@dataclass(frozen=True, slots=True)
class ReportRefused:
    """`活动日 上报` that cannot be filed; `choices` are the sites to choose from."""

    why: str
    choices: tuple[tuple[int, str], ...] = ()

    def render(self) -> Text:
        """Why, and how it is written."""
        listed = [f"活动日 上报 {number} {name} 小结" for number, name in self.choices]
        return Text("\n".join([_NO_REPORT[self.why], *listed]))


_NO_REPORT = {
    "nothing": "没有等您上报的活动日。",
    "not_over": "这次活动日还没有结束，结束后再报。",
    "archived": "这次活动日已经归档，不能再改。",
    "which": "有几处等您上报，请写明哪一处：",
    "not_yours": "这个联络站的情况不归您报。",
}


@dataclass(frozen=True, slots=True)
class ReportMissing:
    """Leads, and then the centre, hear that a site has not reported."""

    day: DayFacts
    where: str
    due_on: date

    def render(self) -> Text:
        """Which, and since when."""
        return Text(
            f"{self.day.when}活动日，{self.where}还没有上报情况（应在{day_words(self.due_on)}前报）。请催一下。"
        )


@dataclass(frozen=True, slots=True)
class DaySummary:
    """Every site has filed: the centre has the figures of the day."""

    day: DayFacts
    sites: int
    sessions: int
    filed: SiteFigures
    raw: SiteFigures

    def render(self) -> Text:
        """As filed, and as the records have it where that differs."""
        beside = "" if self.filed == self.raw else f"\n按原始记录：{self.raw.words}。"
        return Text(
            f"{self.day.region}{self.day.when}活动日，{self.sites} 个站都已上报，开展 {self.sessions} 场。"
            f"\n{self.filed.words}。{beside}"
        )
