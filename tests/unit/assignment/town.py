"""A small district that the assignment stories play in, and a fuller one where names and places are told apart.

A district home (JH-H) over two town homes; Yanqiao (YQ) with the stations of Peony Garden (YQ-S1) and Riverside
(YQ-S2), Qianqiao (QQ) with the station of Orchard (QQ-S1) and a point at its market (QQ-P1).
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from shapely.geometry import box

from bot.assignment import (
    Decision,
    DutySlot,
    Grid,
    Inquiry,
    Place,
    Representative,
    Roster,
    Station,
    decide,
    owners,
    situation,
)
from bot.assignment.owners import Owner
from bot.assignment.topics.model import TopicModel
from config.settings import SHIPPED_MODEL

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

FULLER_PEOPLE = (
    *REPRESENTATIVES,
    Representative("R11", "孙国强", "district", "顺达物流有限公司", "总经理", ("物流",), "QQ-S1", "sun.gq"),
    Representative("R12", "孙德胜", "town", "果园村", "书记", (), "QQ-S1", "sun.ds"),
    Representative("R13", "陈红", "town", "饭香餐饮有限公司", "店长", (), "QQ-S1", "chen.h"),
    Representative("R14", "高兴", "town", station_code="YQ-S2", userid="gao.x"),
    Representative("R15", "王海涛", "town", "向阳小学", "校长", ("education_culture_sports",), "YQ-S2", "wang.ht"),
    Representative("R16", "吴敏芳", "district", "第一医院", "医师", ("health",), "YQ-S1", "wu.mf"),
    Representative("R17", "吴敏芳", "district", "纺织厂", "工人", (), "YQ-S1", "wu.mf2"),
)
FULLER_PLACES = (
    *PLACES,
    Place("锦绣华庭", (), "G2"),
    Place("向阳小学", (), "G2"),
    Place("锦河区第二人民医院", (), "G3"),
    Place("向阳路1-49号(单号)", (), "G1"),
    Place("向阳路2-50号(双号)", (), "G2"),
    Place("向阳路51-99号", (), "G3"),
    Place("王家桥", (), "G3"),
    Place("上海路", (), "G1"),
    Place("翠竹苑", (), "G1"),
    Place("翠竹新村", (), "G3"),
)
FULLER = Roster.build(STATIONS, FULLER_PEOPLE, GRIDS, FULLER_PLACES, SLOTS, ["锦河区", "江苏省"])


MODEL = TopicModel.load(SHIPPED_MODEL.read_bytes())
NOBODY: frozenset[str] = frozenset()


def owner(text: str, *, roster: Roster = FULLER, at: datetime = TUESDAY_MORNING, **facts: Any) -> Owner:
    """Who owns one message in the fuller district, whatever it is about."""
    circumstances = {"load": {}, "away": NOBODY, "accused": NOBODY}
    for name in ("load", "away", "accused", "full", "swaps", "speciality_topic"):
        if name in facts:
            circumstances[name] = facts.pop(name)
    return owners.find(situation.see(Inquiry("m1", text, **facts), roster, at=at, **circumstances))


def told(found: Owner) -> dict[str, str]:
    """The rules that spoke with their evidence."""
    return {reason.rule: reason.evidence for reason in found.reasons}


def ask(text: str, *, roster: Roster = ROSTER, at: datetime = TUESDAY_MORNING, **facts: Any) -> Decision:
    """Decide one message; the facts of `decide` and those of the inquiry are told apart by name."""
    circumstances = {"load": {}, "away": frozenset()}
    for name in ("load", "away", "accused", "full", "swaps"):
        if name in facts:
            circumstances[name] = facts.pop(name)
    return decide(Inquiry("m1", text, **facts), roster, MODEL, at=at, **circumstances)


def rules(decision: Decision) -> list[str]:
    """The ids of the rules that spoke."""
    return [reason.rule for reason in decision.reasons]
