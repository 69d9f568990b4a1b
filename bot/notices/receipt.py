"""The receipt of a new matter, and of something added to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Text
from bot.notices.words import Owner, moment

WHY = {
    "representative_code": "扫的是这位代表的码",
    "station_code": "扫的是这个联络站的码",
    "representative_named": "话里提到了这位代表",
    "station_named": "话里提到了这个联络站",
    "location_in_grid": "发来的位置在这一片",
    "place_named": "话里提到的地方在这一片",
    "known_station": "上次联系的是这里",
    "passed_on": "由别人转来",
    "assigned_by_officer": "联络员指派",
}


def why(rules: Iterable[str]) -> str:
    """The reason that decided, in a few words; empty where it needs none."""
    return next((WHY[rule] for rule in reversed(tuple(rules)) if rule in WHY), "")


@dataclass(frozen=True, slots=True)
class Receipt:
    """For a new case: its number, who has it, why, and by when an answer is due."""

    number: str
    owner: Owner
    why: str
    due_at: datetime
    zone: ZoneInfo
    privacy_url: str = ""  # given with the first receipt where no greeting carried it

    def render(self) -> Text:
        lines = [
            f"您反映的事已收到，编号 {self.number}。",
            f"现在交到{self.owner.name}手里{f'（因为{self.why}）' if self.why else ''}，最晚 {moment(self.due_at, self.zone)} 前给您回音。",
            "还想补充的，直接接着写；发“进度”可以随时查看。",
        ]
        if self.privacy_url:
            lines.append(f"我们只为转达和答复而记下您的话，别人看不到。怎样保存、怎样删除：{self.privacy_url}")
        return Text("\n".join(lines))


@dataclass(frozen=True, slots=True)
class AddedReceipt:
    """For a further message that joined an open case."""

    number: str
    owner: Owner
    waits_again: bool = False

    def render(self) -> Text:
        if self.waits_again:
            return Text(f"补充的内容已记到 {self.number}，并请{self.owner.name}接着看。")
        return Text(f"补充的内容已记到 {self.number}，一并转给{self.owner.name}。")
