"""Notices of subscriptions and of the reminders that staff see."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.notices import reminder_desk, subscribing
from bot.notices.reminder_desk import Ahead, ReminderList, Unsaid, step_words, title_of
from bot.notices.subscribing import Choice, NothingToEnd, Subscribed, SubscribeMenu, Unsubscribed

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
MODULES = (subscribing, reminder_desk)


def notices(station: str, words: str) -> Iterator[Any]:
    choices = tuple(Choice("S" * 64, station, kind) for kind in ("activity", "live"))
    many = tuple(Choice(f"S{number}", station, kind) for number in range(6) for kind in ("activity", "live"))
    times = (("activity", ("前 3 天", "前 1 天", "当天")), ("live", ("前 3 天", "前 1 小时", "前 10 分钟")))
    address = f"https://lianxin.renda-jinhe.gov.example/calendar/{'S' * 24}.ics"
    yield SubscribeMenu((), choices)
    yield SubscribeMenu(choices, many, unknown=True)
    yield SubscribeMenu((), ())
    yield Subscribed(choices[:1], times[:1], (address,))
    yield Subscribed(many, times, (address,) * 5, already=True)
    yield Unsubscribed(choices[:1], ())
    yield Unsubscribed(many, choices)
    yield NothingToEnd()
    day = title_of("day:1", on_date=date(2026, 12, 15))
    ahead = [Ahead(day, step_words("day_before"), NOW), Ahead(words, step_words("by_staff"), NOW)]
    unsaid = (Unsaid(day, step_words("morning.officers"), 3, 2), Unsaid(title_of("case:1"), step_words("x"), 0, 1))
    yield ReminderList(7, tuple(ahead), unsaid, ZONE)
    yield ReminderList(7, tuple(ahead * 20), unsaid * 20, ZONE)
    yield ReminderList(7, (), (), ZONE)
