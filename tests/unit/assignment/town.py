"""A small district that the assignment stories play in.

A district home (JH-H) over two town homes; Yanqiao (YQ) with the stations of Peony Garden (YQ-S1) and Riverside
(YQ-S2), Qianqiao (QQ) with the station of Orchard (QQ-S1) and a point at its market (QQ-P1).
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from shapely.geometry import box

from bot.assignment import Decision, DutySlot, Grid, Inquiry, Place, Representative, Roster, Station, decide

SHANGHAI = ZoneInfo("Asia/Shanghai")
TUESDAY_MORNING = datetime(2026, 12, 15, 10, 0, tzinfo=SHANGHAI)

STATIONS = (
    Station("JH-H", "锦河区人大代表之家", "home", "JH"),
    Station("YQ-H", "堰桥街道人大代表之家", "home", "YQ", "JH-H"),
    Station("QQ-H", "钱桥街道人大代表之家", "home", "QQ", "JH-H"),
    Station("YQ-S1", "牡丹园社区人大代表联络站", "station", "YQ", "YQ-H"),
    Station("YQ-S2", "河滨社区人大代表联络站", "station", "YQ", "YQ-H"),
    Station("QQ-S1", "果园村人大代表联络站", "station", "QQ", "QQ-H"),
    Station("QQ-P1", "果园菜市场代表联系点", "point", "QQ", "QQ-S1"),
)
REPRESENTATIVES = (
    Representative("R1", "孙建国", "district", station_code="YQ-S1", userid="sun", grid_codes=("G1",)),
    Representative("R2", "李伟", "town", station_code="YQ-S1", userid="li.wei"),
    Representative("R3", "李伟", "street", station_code="QQ-S1", userid="li.wei2"),
    Representative("R4", "高峰", "district", station_code="YQ-S2", userid="gao"),
    Representative("R5", "陈大明", "national", station_code="YQ-S2", userid="chen"),
    Representative("R6", "阿依古丽·买买提", "city", station_code="QQ-S1", userid="aygul"),
    Representative("R7", "周敏", "district", station_code="JH-H", userid="zhou"),
)
GRIDS = (
    Grid("G1", "牡丹园第1网格", "YQ", "YQ-S1", box(120.30, 31.68, 120.31, 31.69)),
    Grid("G2", "河滨第1网格", "YQ", "YQ-S2", box(120.31, 31.68, 120.32, 31.69)),
    Grid("G3", "果园第1网格", "QQ", "QQ-S1", box(120.30, 31.66, 120.32, 31.67)),
)
PLACES = (
    Place("牡丹园", ("牡丹小区",), "G1"),
    Place("牡丹园北苑", (), "G2"),
    Place("阳光花园", (), "G2"),
    Place("阳光花园", (), "G3"),
    Place("堰裕路", (), "G1"),
    Place("堰裕路", (), "G2"),
    Place("果园小学", ("果小",), "G3"),
    Place("中心菜场", (), None, "QQ-P1"),
)
SLOTS = (
    DutySlot("YQ-S2", "R5", 1, None, "09:00", "11:00"),
    DutySlot("QQ-S1", "R6", 1, None, "22:00", "06:00"),
    DutySlot("QQ-S1", "R3", None, date(2026, 12, 20), "00:00", "24:00"),
)
ROSTER = Roster.build(STATIONS, REPRESENTATIVES, GRIDS, PLACES, SLOTS)


def ask(text: str, *, roster: Roster = ROSTER, at: datetime = TUESDAY_MORNING, **facts: Any) -> Decision:
    """Decide one message; the facts of `decide` and those of the inquiry are told apart by name."""
    circumstances = {"load": {}, "away": frozenset()}
    for name in ("load", "away", "accused"):
        if name in facts:
            circumstances[name] = facts.pop(name)
    return decide(Inquiry("m1", text, **facts), roster, at=at, **circumstances)


def rules(decision: Decision) -> list[str]:
    """The ids of the rules that spoke."""
    return [reason.rule for reason in decision.reasons]
