"""Who lives through the month, and what they are like: drawn once, the same for the same seed."""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

_TROUBLES = (
    "{place}门口的路灯坏了三天，晚上看不清路，老人不敢出门",
    "{place}旁边的工地夜里还在施工，吵得孩子睡不着",
    "{place}的垃圾好几天没有人来清，味道很大",
    "{place}到地铁站的公交班次太少，早高峰挤不上去",
    "{place}的停车位被长期占用，物业说管不了",
    "{place}楼道里堆满杂物，消防通道都堵了",
    "{place}的健身器材坏了两个月，孩子玩容易受伤",
    "{place}下雨就积水，出门要蹚水，已经一年了",
    "想问问{place}什么时候能加装电梯，老人上下楼太难",
    "{place}门口没有斑马线，孩子上学过马路很危险",
    "{place}自来水发黄，烧开了有一层白的",
    "{place}的路坑坑洼洼，电动车摔了好几次",
)
_OFTEN = {
    7: 3,
    8: 4,
    9: 3,
    10: 2,
    11: 3,
    12: 4,
    13: 2,
    14: 2,
    15: 2,
    16: 2,
    17: 2,
    18: 3,
    19: 5,
    20: 5,
    21: 4,
    22: 1,
}
_ON_THE_DAY = 0.3  # of a month's matters (domain C)


@dataclass(frozen=True, slots=True)
class Writing:
    """Someone writes at an instant; `station` is the code scanned at the table, empty where they just write."""

    at: datetime
    who: str
    text: str
    station: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere that people name, and the station it belongs to."""

    name: str
    station: str


def read_places(district: Path) -> list[Place]:
    """The places of the district that have a station of their own."""
    with (district / "places.csv").open(encoding="utf-8") as file:
        return [Place(row["name"], row["station_code"]) for row in csv.DictReader(file) if row["station_code"]]


def write_matters(
    draw: random.Random, places: list[Place], first: date, last: date, activity: date, zone: ZoneInfo, count: int
) -> Iterator[Writing]:
    """So many matters of the month; nearly a third of them at the tables of the activity day."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    hours = [hour for hour, weight in enumerate(_OFTEN, start=7) for _ in range(weight)]
    for number in range(count):
        place = draw.choice(places)
        at_table = draw.random() < _ON_THE_DAY
        day = activity if at_table else draw.choice(days)
        minute = draw.randrange(60)
        clock = time(9, 5) if at_table else time(draw.choice(hours), minute)
        at = datetime.combine(day, clock, zone)
        if at_table:
            at += timedelta(minutes=draw.randrange(130))
        text = draw.choice(_TROUBLES).format(place=place.name)
        yield Writing(at, f"wmMonth{number % 800:04d}", text, place.station if at_table else "")
