"""提醒: what will be said in the next days, and what could not be said in the last, for staff."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Text
from bot.notices.words import moment, shorten

MOST_LINES = 12
_TITLE = 24
_STEPS = {
    "announced": "预告",
    "roster_open": "排班开始",
    "roster_fixed": "名单确定",
    "day_before": "前一天提醒",
    "morning": "当天早上提醒",
    "hour_before": "开始前一小时提醒",
    "minutes_before": "开始前十分钟提醒",
    "report_due": "报告到期提醒",
    "moved": "改期通知",
    "cancelled": "取消通知",
    "postponed": "延期通知",
}
_KINDS = {"case": "来信跟进", "referral": "信访告知期限", "notice": "通知"}


def step_words(step: str) -> str:
    """A step of a ladder as staff call it; those that staff named themselves are told as they are not known."""
    return _STEPS.get(step.split(".")[0].split(":")[0], "提醒")


AUDIENCES = {
    "representatives": "代表",
    "subscribers": "订阅的群众",
    "officers": "联络员",
    "leads": "负责人",
    "centre": "服务中心",
    "told": "通知过的人",
    "invited": "名单上的代表",
}
STAFF = ("officers", "leads", "centre")


def audience_of(subject: str, step: str, recipient: str) -> str:
    """To whom in words: by the audience in the step's name, else by the kind of recipient (`m` or `c`)."""
    named = step.partition(".")[2]
    if recipient == "c":
        return AUDIENCES["subscribers"] if subject.startswith(("day:", "live:")) else "群众"
    if named in AUDIENCES:
        return AUDIENCES[named]
    if subject.startswith("day:"):
        return AUDIENCES["representatives"]
    return "代表和工作人员"


def title_of(subject: str, title: str = "", on_date: date | None = None) -> str:
    """What a subject is called: by its title, by its date, or by its kind."""
    if on_date is not None:
        return f"{on_date.month}月{on_date.day}日活动日"
    return title or _KINDS.get(subject.partition(":")[0], "其他提醒")


@dataclass(frozen=True, slots=True)
class Ahead:
    """One step that is due at an instant."""

    title: str
    step: str
    at: datetime
    audiences: tuple[str, ...] = ()
    wanted_at: datetime | None = None  # where it would come in quiet hours, and is put off or brought forward


@dataclass(frozen=True, slots=True)
class Unsaid:
    """So many of a step that wait for a constituent's next message, and that were dropped as too late."""

    title: str
    step: str
    held: int
    dropped: int


@dataclass(frozen=True, slots=True)
class ReminderList:
    """The whole answer; nobody is named in it."""

    days: int
    ahead: tuple[Ahead, ...]
    unsaid: tuple[Unsaid, ...]
    zone: ZoneInfo

    def render(self) -> Text:
        lines = [f"今后 {self.days} 天要发的提醒："]
        lines += [
            f"· {moment(one.at, self.zone)} {shorten(one.title, _TITLE)} {one.step}"
            for one in self.ahead[:MOST_LINES]
        ]
        lines += _rest(len(self.ahead)) or ([] if self.ahead else ["· 没有"])
        lines.append(f"过去 {self.days} 天没有送出的：")
        lines += [f"· {shorten(one.title, _TITLE)} {one.step}：{_why(one)}" for one in self.unsaid[:MOST_LINES]]
        lines += _rest(len(self.unsaid)) or ([] if self.unsaid else ["· 没有"])
        return Text("\n".join(lines))


def _why(one: Unsaid) -> str:
    told = []
    if one.held:
        told.append(f"{one.held} 人等下次来信")
    if one.dropped:
        told.append(f"{one.dropped} 人已过时，不再发")
    return "，".join(told)


def _rest(count: int) -> list[str]:
    return [f"· 还有 {count - MOST_LINES} 项"] if count > MOST_LINES else []
