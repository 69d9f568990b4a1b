"""Notices about delivery: figures, alarms with every remedy, nightly lists."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.notices import delivery_alarm, delivery_desk, delivery_list, remedies
from bot.notices.delivery_alarm import AllClear, LateAlarm, RefusedAlarm
from bot.notices.delivery_desk import (
    AlarmShown,
    Count,
    DeliveryForStaff,
    DeliveryShort,
    Figures,
    KindWaiting,
    NoticeShown,
    ParkedAnswers,
)
from bot.notices.delivery_list import CentreList, DraftExpired, StationList

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
MODULES = (delivery_alarm, delivery_desk, delivery_list)
ADDRESS = f"https://lianxin.renda-jinhe.gov.example/delivery/{'S' * 32}"


def figures(place: str = "", *, alarms: tuple[AlarmShown, ...] = ()) -> Figures:
    """A day with something of everything."""
    return Figures(
        at=NOW,
        zone=ZONE,
        place=place,
        waiting=(
            KindWaiting("答复", 3, (1, 1, 1, 0), 0, 423.0),
            KindWaiting("通知", 12, (12, 0, 0, 0), 0, 20.0),
            KindWaiting("提醒", 1840, (0, 0, 0, 0), 1840, None),
            *(KindWaiting(name, 1, (0, 0, 0, 1), 0, 90_000.0) for name in ("卡片", "回执", "回话")),
        ),
        more=0,
        oldest_answer_seconds=423.0,
        sent=tuple(Count(name, 2000 // (at + 1)) for at, name in enumerate(delivery_desk.PURPOSES.values())),
        failed=(Count("对方拒收", 4), Count("成员不存在、已离职或不在可见范围", 2)),
        dropped=(Count("最后一条留给答复", 31), Count("对方超过 48 小时没有来信", 12)),
        parked=ParkedAnswers(held=1, closed=6, spent=2, old=3),
        budgets=((0, 2), (1, 31), (2, 12), (3, 48), (4, 160), (5, 512)),
        notices=(
            NoticeShown(12, "正在发送", 19000, 8000, 10996, 4, 320),
            NoticeShown(13, "等着发送", 40, 0, 40, 0, 0, "11月21日 09:00"),
        ),
        alarms=alarms,
        last_alarm=AlarmShown(60020, NOW - timedelta(days=2), NOW - timedelta(days=2, hours=-1), ZONE),
        quota=(81_234, 200_000),
        inbox=(2, 1),
    )


def nothing() -> Figures:
    """A day on which nothing has happened yet."""
    return replace(
        figures(),
        waiting=(),
        oldest_answer_seconds=None,
        sent=(),
        failed=(),
        dropped=(),
        parked=ParkedAnswers(),
        budgets=(),
        notices=(),
        last_alarm=None,
        quota=None,
        inbox=None,
    )


def notices(station: str, who: str, number: str) -> Iterator[Any]:
    since = NOW - timedelta(hours=26, minutes=12)
    for errcode in (*remedies.REMEDIES, 99999):
        yield RefusedAlarm(errcode, since, 2000, ZONE, again=True)
        yield AllClear(errcode, since, NOW, ZONE)
    yield RefusedAlarm(60020, NOW, 0, ZONE)
    yield AllClear(0, NOW - timedelta(hours=2), NOW, ZONE)
    for reason in ("", "kf/send_msg: -1", "kf/send_msg: no usable answer", "kf/send_msg: 45033"):
        yield LateAlarm(NOW - timedelta(minutes=7), NOW, 3, reason, ZONE)
        yield LateAlarm(since, NOW, 200, reason, ZONE, again=True)
    open_alarms = (AlarmShown(60020, NOW, None, ZONE), AlarmShown(0, NOW, None, ZONE))
    for one in (figures(), figures(station, alarms=open_alarms), nothing()):
        yield DeliveryShort(one, ADDRESS, 24)
    yield DeliveryForStaff()
    names = tuple(Count(who, days) for days in range(2, 14))
    yield StationList()
    yield StationList((number,), (number,), names[:1], names[:2])
    yield StationList((number,) * 12, (number,) * 12, names, names)
    yield CentreList()
    yield CentreList((Count(station, 2),), (number,), (Count("对方拒收", 1),), names[:1], names[:1], (12,))
    yield CentreList((Count(station, 2),) * 12, (number,) * 12, names, names, names, tuple(range(30)))
    yield DraftExpired(12, 14)
