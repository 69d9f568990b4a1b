"""What is private is found however it is written; what everybody may know is left alone.

Every number here is made up: right by its rules, and nobody's that we know of.
"""

import random

import pytest

from benchmarks.private_numbers import MADE, SAID
from bot.masking import Kind, find, hide, public_numbers

CARD = "6222021234567890128"

HIDDEN = [
    ("身份证110101199003078515，", "身份证110***********8515，"),
    ("身份证 110101 19900307 8515", "身份证 110***********8515"),
    ("身份证１１０１０１１９９００３０７８５１５", "身份证110***********8515"),
    ("老身份证110101900307851", "老身份证110********7851"),
    ("身份证号抄错了110101199003078516", "身份证号抄错了110***********8516"),
    ("李某13812345678", "李某138****5678"),
    ("+86 138-1234-5678", "138****5678"),
    ("008613812345678", "138****5678"),
    ("１３８ １２３４ ５６７８", "138****5678"),
    ("138\u200b1234\u200b5678", "138****5678"),
    ("1 3 8 1 2 3 4 5 6 7 8", "138****5678"),
    ("13812345678@139.com", "138****5678@139.com"),
    ("13812345678、19912345678", "138****5678、199****5678"),
    ("0510-88881234", "0510-****1234"),
    ("（0510）8888 1234", "0510-****1234"),
    ("+86 510 88881234", "0510-****1234"),
    ("010 6688 7788", "010-****7788"),
    ("家里座机88881234", "家里座机****1234"),
    ("住在社区中心的李某0510-88881234", "住在社区中心的李某0510-****1234"),
    (f"卡号{CARD}", "卡号6222************128"),
    ("6222 0212 3456 7890 128", "6222************128"),
    ("卡号6222021234567890（抄错了）", "卡号6222*********890（抄错了）"),
    ("京A12345", "京A·***45"),
    ("苏b·d12345", "苏B·****45"),
    ("粤B12345D", "粤B·****5D"),
    ("苏B 8X6Y7", "苏B·***Y7"),
    ("护照号码：EA1234567", "护照号码：E******67"),
    ("港澳通行证C12345678", "港澳通行证C******78"),
    ("我住阳光小区3栋2单元502室", "我住阳光小区*栋*单元***室"),
    ("阳光小区三栋二单元五零二室", "阳光小区*栋*单元***室"),
    ("阳光小区3号楼1502", "阳光小区*号楼****"),
    ("阳光小区3-2-502的住户", "阳光小区*-*-***的住户"),
    ("2单元5楼东户", "*单元*楼*户"),
    ("8栋702、703业主搭了阳棚", "*栋***、***业主搭了阳棚"),
    ("b7-5-401；E5-5-301", "**-*-***；**-*-***"),
    ("中山路12号502室", "中山路**号***室"),
    ("张家村3组12号", "张家村3组**号"),
]


@pytest.mark.parametrize(("written", "shown"), HIDDEN)
def test_a_private_number_keeps_its_shape_and_loses_its_use(written: str, shown: str) -> None:
    assert hide(written) == shown


LEFT_ALONE = [
    "打了12345、110、119、120、12110、96110都没用",
    "贵司电话0731-0000-0000",
    "客服400-123-4567，800-810-1234，95588，1008611",
    "热线0510-12345，投诉电话0510-88881234，问过住建局电话0510-88881234",
    "JH-2026-000123和000123的答复",
    "订单号13812345678，合同编号：6222021234567890128，快递单号 13812345678",
    "SF13812345678",
    "赔了13812345678元，预算138.1234.5678万",
    "2026-11-20 09:30，2026.11.20，20261120，2019年到2026年",
    "涨到1380元/平方米，面积130 20190512",
    "坐标31.680123,120.301234，35.12345678901234",
    "3栋电梯坏了，5栋1单元没有灯，12栋1502户居民，3栋2019年交房",
    "1号线3号口，8号楼的垃圾，新ABCDE大厦",
    "G12345678是设备号，EA1234567",
    "110101199013078515没有这个月，990101199003078515没有这个省",
    "https://example.cn/status/6222021234567890128",
    "110***********8515，138****5678，*栋*单元***室",
    "电话20261120，电话里说了3次",
    "",
]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_everybody_may_know_is_left_alone(text: str) -> None:
    assert hide(text) == text


def test_the_stations_own_numbers_are_left_alone_however_they_are_written() -> None:
    public = public_numbers(["0510-88881234、13800001111 转 2", "", "（0510）66667777"])
    text = "问过0510 8888 1234、+86 138 0000 1111和座机66667777"
    assert hide(text, public) == text
    assert hide("座机88881235", public) == "座机****1235"


def test_only_the_kinds_that_are_asked_for_are_found() -> None:
    text = "身份证110101199003078515，电话13812345678"
    assert [span.kind for span in find(text)] == [Kind.IDENTITY, Kind.MOBILE]
    assert hide(text, kinds={Kind.IDENTITY}) == "身份证110***********8515，电话13812345678"


def test_a_region_that_is_gone_still_makes_an_identity_number() -> None:
    """Wuxi County (320222) was there from 1983 to 1995; numbers of before and after are about all the same."""
    assert hide("320222199901010017的档案") == "320***********0017的档案"
    assert hide("320222750101001的档案") == "320********1001的档案"


def test_every_kind_is_tried_below_but_names_which_have_tests_of_their_own() -> None:
    assert set(Kind) - set(MADE) == {Kind.MINOR_NAME}


@pytest.mark.parametrize("kind", list(MADE))
def test_made_up_numbers_in_sentences_of_their_own_are_found(kind: Kind) -> None:
    chance = random.Random(f"smoke {kind}")
    missed = []
    for _ in range(200):
        number = MADE[kind](chance)
        said = f"您好，我反映一件事，{chance.choice(SAID[kind]).format(number)}，路灯也坏了三天。"
        start = said.index(number)
        if not any(span.start <= start and start + len(number) <= span.end for span in find(said)):
            missed.append(said)
    assert not missed
