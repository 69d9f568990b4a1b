"""A notice as its reader would have it, with made-up facts: for whoever changes one of its sentences."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.notices import activity_day, answer, asking, clock, constituent_menu, follow_up, greeting, live, receipt
from bot.notices.content import Content
from bot.notices.privacy_line import PrivacyLine
from bot.notices.wordings import using
from bot.notices.words import Owner

_ZONE = ZoneInfo("Asia/Shanghai")
_NUMBER = "JH-2026-000123"
_OWNER = Owner("钱桥联络站", "张伟")
_DUE = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
_DAY = activity_day.DayFacts(12, "锦河区", date(2026, 12, 15), "09:00", "11:30", "老旧小区改造")
_LIVE = live.LiveFacts(
    id=3,
    kind="live",
    title="物业服务",
    station="钱桥联络站",
    hosts=("张伟", "李娜"),
    starts_at=datetime(2026, 12, 1, 11, 30, tzinfo=UTC),
    ends_at=datetime(2026, 12, 1, 12, 30, tzinfo=UTC),
    zone=_ZONE,
    url="https://lianxin.example/live/L3",
)


def _receipt() -> Content:
    return receipt.Receipt(1, _NUMBER, _OWNER, "网格里的代表", _DUE, _ZONE).render()


def _added(*, again: bool = False, asked: bool = False) -> Content:
    return receipt.AddedReceipt(_NUMBER, _OWNER, again, asked).render()


def _privacy() -> PrivacyLine:
    return PrivacyLine("https://lianxin.example/privacy", 730)


_MADE: Mapping[str, Callable[[], Content]] = MappingProxyType(
    {
        "greeting.close": lambda: greeting.Greeting(_OWNER, _privacy()).render(),
        "menu.head": lambda: constituent_menu.ShortMenu().render(),
        "menu.ask": lambda: constituent_menu.AskMatter().render(),
        "receipt.received": _receipt,
        "receipt.owner": _receipt,
        "receipt.close": _receipt,
        "receipt.added": _added,
        "receipt.added_again": lambda: _added(again=True),
        "receipt.completed": lambda: _added(asked=True),
        "answer.taken": lambda: answer.Taken(_NUMBER, _OWNER).render(),
        "answer.passed": lambda: answer.PassedOn(_NUMBER, _OWNER).render(),
        "asking.close": lambda: asking.Question(_NUMBER, _OWNER, "请问是几号楼？").render(),
        "asking.rests": lambda: asking.Rests(_NUMBER).render(),
        "clock.further_up": lambda: clock.FurtherUp(_NUMBER, "officer").render(),
        "menu.closed": lambda: constituent_menu.Closed(_NUMBER).render(),
        "menu.reopened": lambda: constituent_menu.Reopened(_NUMBER, _OWNER).render(),
        "menu.thanked": lambda: constituent_menu.Thanked(_NUMBER).render(),
        "follow_up.asked": lambda: follow_up.FollowUp(1, _NUMBER, 7).render(),
        "follow_up.received": lambda: follow_up.ReceivedNoted(_NUMBER).render(),
        "follow_up.at_once": lambda: follow_up.NotYetNoted(_NUMBER, "officer", at_once=True).render(),
        "follow_up.morning": lambda: follow_up.NotYetNoted(_NUMBER, "officer", at_once=False).render(),
        "day.public_close": lambda: activity_day.PublicReminder(
            _DAY, "钱桥联络站", "堰裕路 8 号", ("张伟", "李娜")
        ).render(),
        "day.fixed": lambda: activity_day.DayReminder(_DAY, "钱桥联络站（堰裕路 8 号）", fixed=True).render(),
        "day.morning": lambda: activity_day.MorningCard(_DAY, 1, "钱桥联络站（堰裕路 8 号）").render(),
        "live.noted": lambda: live.QuestionNoted(_LIVE, 3, is_on=False).render(),
    }
)


def preview(key: str, texts: Mapping[str, str]) -> Content:
    """The notice that a sentence belongs to, with these words of the centre's."""
    with using(texts):
        return _MADE[key]()
