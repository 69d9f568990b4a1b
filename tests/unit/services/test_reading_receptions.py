"""What is read out of 接待 …, and out of 活动日 上报 …."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.activity_days.reporting import Filed, parse_report
from bot.services.receptions.parsing import Words, parse

NAMES = {"张伟", "李娜", "R1"}


def read(text: str) -> Words | None:
    return parse(text, NAMES.__contains__)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3人 王大爷反映3号楼路灯不亮 代表张伟", Words(3, "王大爷反映3号楼路灯不亮", "张伟")),
        ("3人王大爷反映路灯不亮，代表：张伟", Words(3, "王大爷反映路灯不亮", "张伟")),
        ("王大爷反映路灯不亮 李娜代表", Words(1, "王大爷反映路灯不亮", "李娜")),
        ("两位群众 反映停车难", Words(2, "反映停车难")),
        ("十二人", Words(12, "")),
        ("二十人次 来问社保", Words(20, "来问社保")),
        ("：5位 意见2条 建议1条 老旧小区加装电梯 代表 R1", Words(5, "老旧小区加装电梯", "R1", 2, 1)),
        ("建议 3 反映公交太少", Words(1, "反映公交太少", "", None, 3)),
        ("3人 反映路灯不亮，建议1条", Words(3, "反映路灯不亮", "", None, 1)),
        ("2人 反映路灯不亮 意见2条，建议1条 代表 R1", Words(2, "反映路灯不亮", "R1", 2, 1)),
        ("2人 反映路灯不亮 代表 R1 建议2条", Words(2, "反映路灯不亮", "R1", None, 2)),
        ("2人 村里提了合理化建议3条", Words(2, "村里提了合理化建议3条")),
        ("建议在村口加一盏灯", Words(1, "建议在村口加一盏灯")),
        ("意见箱坏了", Words(1, "意见箱坏了")),
        ("改12 3人 反映停车难", Words(3, "反映停车难", changes=12)),
        ("改造楼道的事 代表张伟", Words(1, "改造楼道的事", "张伟")),
        ("想找代表反映", Words(1, "想找代表反映")),
        ("有人找 代表赵六", Words(1, "有人找 代表赵六")),
        ("3号楼的王大爷反映路灯不亮", Words(1, "3号楼的王大爷反映路灯不亮")),
        ("3 电梯常停，想加装路灯 李娜", Words(3, "电梯常停，想加装路灯", "李娜")),
        ("3 号楼的王大爷反映路灯不亮", Words(1, "3 号楼的王大爷反映路灯不亮")),
        ("128 路公交太少", Words(1, "128 路公交太少")),
        ("2人 反映路灯不亮，张伟。", Words(2, "反映路灯不亮", "张伟")),
        ("2人 反映路灯不亮 赵六", Words(2, "反映路灯不亮 赵六")),
        ("张伟", Words(1, "张伟")),
        ("0人", Words(0, "")),
        ("九万人 来过", Words(1, "九万人 来过")),
        ("", None),
        ("。 ", None),
    ],
)
def test_the_parts_are_told_apart(text: str, words: Words | None) -> None:
    assert read(text) == words


@given(st.text(max_size=60))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    words = read(text)
    assert words is None or words.people >= 0
    assert words is None or words.matter or words.people != 1 or "一" in text or "1" in text


@given(
    st.integers(1, 500),
    st.text(alphabet="路灯不亮停车难公交太少", min_size=1, max_size=30),
    st.sampled_from(sorted(NAMES)),
)
def test_what_is_written_as_it_should_be_comes_out_as_it_was_meant(people: int, matter: str, name: str) -> None:
    assert read(f"{people}人 {matter} 代表{name}") == Words(people, matter, name)


@pytest.mark.parametrize(
    ("text", "filed"),
    [
        ("接待5人 意见3条 建议1条 小结：群众反映路灯", Filed(5, 3, 1, "小结：群众反映路灯")),
        ("意见 3 接待:5，群众很多", Filed(5, 3, None, "群众很多")),
        ("群众接待5人", Filed(None, None, None, "群众接待5人")),
        ("接待5人 接待6人", Filed(5, None, None, "接待6人")),
        ("", Filed()),
    ],
)
def test_the_figures_of_a_report_stand_at_its_beginning(text: str, filed: Filed) -> None:
    assert parse_report(text) == filed
