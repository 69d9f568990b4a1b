"""Who writes and what: real petitions where a folder of them is named, made-up ones elsewhere."""

import csv
import gzip
import json
import os
import random
from dataclasses import dataclass
from pathlib import Path

EVALUATION_DATA = "LIANXIN_EVAL_DATA"
_MADE_UP = (
    "{place}门口的路灯坏了三天，晚上看不清路，老人不敢出门",
    "{place}旁边的工地夜里还在施工，吵得孩子睡不着",
    "{place}的垃圾好几天没有人来清，味道很大",
    "{place}到地铁站的公交班次太少，早高峰挤不上去",
    "{place}的停车位被长期占用，物业说管不了",
)


@dataclass(frozen=True, slots=True)
class Member:
    """A representative or officer of the sample district."""

    userid: str
    name: str
    code: str


def read_members(district: Path) -> tuple[list[Member], list[Member]]:
    """The representatives who have a WeCom id, and the staff."""
    with (district / "representatives.csv").open(encoding="utf-8") as file:
        representatives = [
            Member(row["userid"], row["name"], row["code"]) for row in csv.DictReader(file) if row["userid"]
        ]
    with (district / "staff.csv").open(encoding="utf-8") as file:
        staff = [Member(row["userid"], row["name"], "") for row in csv.DictReader(file)]
    return representatives, staff


def petitions(count: int, seed: int = 7) -> tuple[list[str], str]:
    """So many messages, and where they are from."""
    folder = os.environ.get(EVALUATION_DATA, "")
    file = Path(folder) / "petitions_dev.jsonl.gz"
    draw = random.Random(seed)
    if folder and file.exists():
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        chosen = draw.sample(rows, count)
        return [f"{row['title']}。{row['detail']}" for row in chosen], "petitions_dev"
    places = [f"{name}小区" for name in ("春江", "嘉和", "牡丹", "翠竹", "金桂", "银杏")]
    return [draw.choice(_MADE_UP).format(place=draw.choice(places)) for _ in range(count)], "made up"
