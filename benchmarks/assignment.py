"""What finding an owner costs, from one district to the whole country.

`python -m benchmarks.assignment [--size district x10 x100 nation] [--messages 10000]` builds rosters of invented
names in memory, each size in a process of its own, and prints a table: processor seconds to build (without making
the rows up), resident memory, and processor milliseconds a message, for finding the owner alone (the text is read
for names in it) and for the whole decision.
"""

import argparse
import gc
import json
import random
import resource
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from shapely.geometry import box

from bot import assignment
from bot.assignment import (
    DutySlot,
    Grid,
    Inquiry,
    Location,
    Place,
    Representative,
    Roster,
    Station,
    owners,
    situation,
)
from bot.assignment.topics.model import TopicModel
from config.settings import SHIPPED_MODEL

_SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
_GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰玉红华建国文志海燕春梅晓东峰辉宇浩婷雪琳凯旭晨博思远子涵欣怡佳豪天成"
    "德胜福祥永康立新光荣庆喜丹青云龙飞虎振兴家乐世昌宝林正义忠良学锋卫民爱萍凤仙银花翠莲淑珍惠芬瑞雅诗梦瑶俊逸泽洲鹏程"
)
_CORES = """
    锦绣 春江 嘉和 牡丹 翠竹 金桂 银杏 阳光 幸福 和谐 向阳 朝霞 东方 西湖 南湖 北苑 中央 滨河 临江 望湖 紫金
    碧水 青山 龙湖 凤凰 玉兰 海棠 梧桐 香樟 丹桂 书香 翰林 御景 名仕 盛世 华夏 世纪 时代 未来 星河 明珠 金色
    绿城 蓝天 白云 长江 泰山 黄河 文华 康乐 安居 乐业 富民 兴隆 永安 太平 新民 解放 建设 人民 胜利 光明 友谊
    团结 前进 振兴
""".split()  # noqa: SIM905  a list of words is read as words
_KINDS = """
    花园 小区 家园 华庭 名苑 新村 公寓 路 街 小学 中学 村 苑 大厦 广场 菜场 医院 社区 公园 弄
""".split()  # noqa: SIM905  a list of words is read as words
_MIDDLES = """
    东 西 南 北 中 一 二 三 新 上 下 里 大 金 银 玉 福 康 宁 泰 和 顺 昌 丰
""".split()  # noqa: SIM905  a list of words is read as words
_MATTERS = (
    "路灯坏了三天，晚上看不清路，老人不敢出门",
    "旁边的工地夜里还在施工，吵得孩子睡不着觉",
    "垃圾好几天没有人来清，味道很大，请管一管",
    "停车位被长期占用，物业说管不了，打电话也没人接",
    "下水道堵了，一下雨就积水，已经反映过两次没有人来",
    "老人想办高龄津贴，跑了三趟社区都说材料不全，到底要带什么",
)
_SPECIALITIES = ((), (), ("transport",), ("health",), ("物流",), ("教育",), ("environment", "垃圾分类"))
_POSTS = """
    总经理 书记 校长 医生 教师 村委会主任 驾驶员 律师 农艺师 社区工作者
""".split()  # noqa: SIM905  a list of words is read as words
_UNITS = """
    物流有限公司 餐饮有限公司 中心小学 社区卫生服务中心 村民委员会 律师事务所 农业合作社 机械厂
""".split()  # noqa: SIM905  a list of words is read as words
_NOW = datetime(2026, 12, 15, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@dataclass(frozen=True, slots=True)
class Size:
    """How large a roster is."""

    stations: int
    people: int
    grids: int
    places: int


SIZES = {
    "district": Size(153, 815, 336, 3_458),
    "x10": Size(1_530, 8_150, 3_360, 34_580),
    "x100": Size(15_300, 81_500, 33_600, 345_800),
    "nation": Size(91_000, 2_770_000, 200_000, 1_000_000),
}


def person_name(draw: random.Random) -> str:
    """An invented name; surnames are as uneven as in life."""
    surname = _SURNAMES[min(int(draw.expovariate(0.08)), len(_SURNAMES) - 1)]
    return surname + "".join(draw.choices(_GIVEN, k=1 if draw.random() < 0.15 else 2))


def place_name(draw: random.Random) -> str:
    """An invented name; about one in three is used again somewhere else."""
    middle = draw.choice(_MIDDLES) + draw.choice(_GIVEN) if draw.random() < 0.7 else ""
    return draw.choice(_CORES) + middle + draw.choice(_KINDS)


def build(size: Size) -> Roster:
    """A roster of this size, the rows made one by one as a database would hand them over."""
    return Roster.build(_stations(size), _people(size), _grids(size), _places(size), _slots(size))


def _stations(size: Size) -> Iterator[Station]:
    """One centre; towns of twelve stations, of which a hundred make a province."""
    draw = random.Random(1)
    yield Station("S0", "人大代表服务中心", "home", "R0")
    for number in range(1, size.stations):
        town = number - (number - 1) % 13
        province = 1 + (number - 1) // 1_300 * 1_300
        parent = f"S{town}" if number != town else (f"S{province}" if number != province else "S0")
        name = draw.choice(_CORES) + draw.choice(_MIDDLES) + draw.choice(_GIVEN)
        kind, what = ("home", "街道人大代表之家") if number == town else ("station", "社区人大代表联络站")
        themes = ("transport", "物流") if draw.random() < 0.05 else ()
        yield Station(f"S{number}", name + what, kind, f"R{town}", parent, themes=themes)


def _people(size: Size) -> Iterator[Representative]:
    draw = random.Random(2)
    for number in range(size.people):
        yield Representative(
            f"P{number:07}",
            person_name(draw),
            draw.choice(("district", "district", "town", "town", "town", "city", "provincial")),
            draw.choice(_CORES) + draw.choice(_MIDDLES) + draw.choice(_UNITS),
            draw.choice(_POSTS),
            draw.choice(_SPECIALITIES),
            f"S{draw.randrange(size.stations)}",
            f"member{number}",
            (f"G{draw.randrange(size.grids)}",) if draw.random() < 0.4 else (),
        )


def _corner(number: int) -> tuple[float, float]:
    return 100.0 + number % 600 * 0.01, 25.0 + number // 600 * 0.01


def _grids(size: Size) -> Iterator[Grid]:
    for number in range(size.grids):
        east, north = _corner(number)
        station = f"S{1 + number * (size.stations - 1) // size.grids}"
        yield Grid(f"G{number}", f"第{number}网格", None, station, box(east, north, east + 0.01, north + 0.01))


def _places(size: Size) -> Iterator[Place]:
    draw = random.Random(3)
    for _ in range(size.places):
        alias = (place_name(draw),) if draw.random() < 0.2 else ()
        yield Place(place_name(draw), alias, f"G{draw.randrange(size.grids)}")


def _slots(size: Size) -> Iterator[DutySlot]:
    draw = random.Random(4)
    for _ in range(size.stations * 2):
        station, person = f"S{draw.randrange(size.stations)}", f"P{draw.randrange(size.people):07}"
        yield DutySlot(station, person, draw.randrange(7), None, "09:00", "17:00")


def messages(size: Size, count: int) -> list[Inquiry]:
    """Life-like messages: with a place, a misspelt one, a name, a location, a known sender, or nothing at all."""
    draw = random.Random(5)
    places = [place.name for place in islice(_places(size), 20_000)]
    people = [person.name for person in islice(_people(size), 20_000)]
    return [_message(number, size, draw, draw.choice(places), draw.choice(people)) for number in range(count)]


def _message(number: int, size: Size, draw: random.Random, place: str, name: str) -> Inquiry:
    matter = draw.choice(_MATTERS)
    known = f"S{draw.randrange(size.stations)}" if draw.random() < 0.5 else None
    kind = draw.choices(range(7), (35, 10, 10, 5, 5, 15, 20))[0]
    texts = (
        f"{place}{draw.randrange(1, 90)}号门口{matter}",
        f"我住在{_slip(place, draw)}，{matter}",
        f"{name}代表您好，{matter}",
        f"{_slip(name, draw)}代表您好，{place}的{matter}",
        f"{name[0]}代表，{matter}",
        f"我们小区{matter}",
        matter,
    )
    east, north = _corner(draw.randrange(size.grids))
    spot = Location(north + draw.random() * 0.01, east + draw.random() * 0.01) if draw.random() < 0.1 else None
    return Inquiry(str(number), texts[kind], location=spot, known_station=known)


def _slip(name: str, draw: random.Random) -> str:
    at = draw.randrange(len(name))
    return name[:at] + draw.choice(_GIVEN) + name[at + draw.randrange(2) :]


def _time(work: Callable[[Inquiry], object], inquiries: list[Inquiry]) -> dict[str, float]:
    """Processor milliseconds a message, which a busy machine does not blur: mean, median, 99th of a hundred."""
    for inquiry in inquiries[:500]:
        work(inquiry)
    took = []
    for inquiry in inquiries:
        began = time.thread_time_ns()
        work(inquiry)
        took.append((time.thread_time_ns() - began) / 1e6)
    took.sort()
    return {"mean": sum(took) / len(took), "median": took[len(took) // 2], "p99": took[len(took) * 99 // 100]}


def _resident_mb() -> float:
    """What the process holds now, where the system tells; else the most it ever held."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(name: str, count: int) -> dict[str, object]:
    """Build one size and time it."""
    size = SIZES[name]
    began = time.process_time()
    for rows in (_stations(size), _people(size), _grids(size), _places(size), _slots(size)):
        deque(rows, maxlen=0)
    made = time.process_time() - began
    before = _resident_mb()
    began = time.process_time()
    roster = build(size)
    built = time.process_time() - began - made
    gc.collect()
    memory = _resident_mb() - before
    gc.freeze()
    inquiries = messages(size, count)
    nobody: frozenset[str] = frozenset()

    def find(inquiry: Inquiry) -> object:
        seen = situation.see(inquiry, roster, at=_NOW, load={}, away=nobody, accused=nobody)
        return owners.find(seen)

    model = TopicModel.load(SHIPPED_MODEL.read_bytes())

    def decide(inquiry: Inquiry) -> object:
        return assignment.decide(inquiry, roster, model, at=_NOW, load={}, away=nobody)

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "size": name,
        "build_s": built,
        "rss_mb": memory,
        "peak_mb": peak,
        "owner": _time(find, inquiries),
        "decision": _time(decide, inquiries),
    }


def main() -> None:
    """Read the arguments; measure each size in a fresh process, so that none inherits another's memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", nargs="+", choices=list(SIZES), default=list(SIZES))
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        print(json.dumps(measure(asked.size[0], asked.messages)))
        return
    print(
        "| size | stations | people | grids | places | build s | memory MB (peak) "
        "| owner ms mean / median / p99 | decision ms mean / median / p99 |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for name in asked.size:
        command = [sys.executable, "-m", "benchmarks.assignment", "--child", "--size", name]
        done = subprocess.run([*command, "--messages", str(asked.messages)], check=True, stdout=subprocess.PIPE)
        print(_row(name, json.loads(done.stdout)), flush=True)


def _row(name: str, found: dict[str, object]) -> str:
    size = SIZES[name]
    times = [
        " / ".join(f"{took[part]:.3f}" for part in ("mean", "median", "p99"))
        for took in (found["owner"], found["decision"])
        if isinstance(took, dict)
    ]
    return (
        f"| {name} | {size.stations:,} | {size.people:,} | {size.grids:,} | {size.places:,} "
        f"| {found['build_s']:.1f} | {found['rss_mb']:.0f} ({found['peak_mb']:.0f}) | {' | '.join(times)} |"
    )


if __name__ == "__main__":
    main()
