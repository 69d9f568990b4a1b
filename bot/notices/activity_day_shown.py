"""活动日 编号: one day as those who look after it and those on its roster see it."""

from dataclasses import dataclass
from datetime import date

from bot.notices.activity_day import DayFacts, day_words
from bot.notices.activity_day_desk import STATE_NAMES
from bot.notices.activity_day_reports import SiteFigures
from bot.notices.activity_day_rosters import ATTENDANCE_NAMES
from bot.notices.content import Text
from bot.notices.words import shorten

LISTED_SITES = 12


@dataclass(frozen=True, slots=True)
class ShownSite:
    """One site of a day: who is on its roster (name, state); what was counted, None before the day begins."""

    name: str
    people: tuple[tuple[str, str], ...]
    counted: SiteFigures | None = None
    is_filed: bool = False

    def render_line(self) -> str:
        """The roster, then the figures."""
        named = "、".join(f"{name}（{ATTENDANCE_NAMES[state]}）" for name, state in self.people)
        line = f"{self.name}：{named or '名单还没有定'}"
        if self.counted is None:
            return line
        return f"{line}\n　{self.counted.words}（{'已上报' if self.is_filed else '未上报'}）"


@dataclass(frozen=True, slots=True)
class DayShown:
    """活动日 编号: the day as it stands; `sites` are the first of `site_count`."""

    day: DayFacts
    state: str
    planned_on: date
    sites: tuple[ShownSite, ...]
    site_count: int
    report_due_on: date | None = None

    def render(self) -> Text:
        """When and how it stands, then site by site."""
        lines = [
            f"{self.day.region}活动日（编号 {self.day.id}）　{STATE_NAMES[self.state]}",
            f"时间：{self.day.when}",
        ]
        if self.planned_on != self.day.on_date:
            lines.append(f"原定：{day_words(self.planned_on)}。{self.day.because}".rstrip("。") + "。")
        elif self.day.note:
            lines.append(self.day.because)
        lines += [f"主题：{shorten(self.day.topic, 40)}"] if self.day.topic else []
        if self.report_due_on is not None and any(not one.is_filed for one in self.sites):
            lines.append(f"上报期限：{day_words(self.report_due_on)}")
        lines += [one.render_line() for one in self.sites] or ["联络站和名单还没有定。"]
        if self.site_count > len(self.sites):
            lines.append(f"……还有 {self.site_count - len(self.sites)} 个联络站")
        return Text("\n".join(lines))
