"""Several matters are parted where the writer set them apart, in the writer's words."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assignment.matter import parts


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("反映两件事：1、路灯坏了三天 2、公交班次太少", ("路灯坏了三天", "公交班次太少")),
        ("1.路灯坏了没人修。2.垃圾堆了一周", ("路灯坏了没人修", "垃圾堆了一周")),
        ("一是小区停水没通知，二是门口占道经营", ("小区停水没通知", "门口占道经营")),
        ("第一，下水道堵了；第二，孩子上学难", ("下水道堵了", "孩子上学难")),
        ("第一件事是路面破损。第二件事是养老金没发", ("是路面破损", "是养老金没发")),
        ("①楼上漏水不管②电梯老是坏", ("楼上漏水不管", "电梯老是坏")),
        ("首先，物业乱收费；其次，公厕太脏", ("物业乱收费", "公厕太脏")),
        ("路灯坏了没人修，另外医保报销太慢", ("路灯坏了没人修", "医保报销太慢")),
        ("楼上半夜太吵。还有一件事，低保停发了", ("楼上半夜太吵", "低保停发了")),
        ("问题一：河道发臭 问题二：校门口堵车", ("河道发臭", "校门口堵车")),
    ],
)
def test_marked_matters_are_parted(text, pieces):
    found = parts.split(text)
    assert len(found) == len(pieces)
    for got, want in zip(found, pieces, strict=True):
        assert want.removeprefix("是") in got


@pytest.mark.parametrize(
    "text",
    [
        "",
        "路灯坏了",
        "3栋1单元2楼漏水",
        "1月2日停水，到3日还没来",
        "路灯坏了三天，垃圾也没人收",
        "2.5元一度电太贵",
        "一是一，二是二",
        "另外，路灯坏了",
        "还有没有人管路灯",
        "同时停水停电",
        "我们小区有1号楼和2号楼",
        "电话是138，另外谢谢",
    ],
)
def test_one_matter_stays_whole(text):
    assert parts.split(text) == ()


def test_more_than_eight_parts_are_a_dossier_about_one_matter():
    text = "".join(f"{number}、第{number}处路面坏了没人修。" for number in range(1, 10)) + "10、都不管"
    assert len(parts.split(text)) <= parts.MOST


@given(st.text(max_size=400))
def test_parts_are_the_writers_words_in_order(text):
    found = parts.split(text)
    assert len(found) != 1
    at = 0
    for piece in found:
        at = text.index(piece, at)


@given(
    st.lists(
        st.sampled_from(["1、", "2、", "一是", "二是", "另外", "还有", "路灯坏了没人修", "，", "。", "停水三天了"])
    )
)
def test_any_heap_of_marks_is_read_without_error(heap):
    assert len(parts.split("".join(heap))) <= parts.MOST


@pytest.mark.parametrize("piece", ["1、", "另外", "一是", "第", "还有"])
def test_a_hostile_text_is_read_in_bounded_time(piece):
    began = time.process_time()
    parts.split((piece * 100_000)[:100_000])
    assert time.process_time() - began < 2
