"""A name that the text itself says is a child's is hidden; other names are not."""

import os

import pytest

from benchmarks.false_alarms import petitions
from bot.masking import Kind, find, hide

NAMES = frozenset({Kind.MINOR_NAME})
CHILDREN = [
    ("孩子张小明12岁", "孩子张**12岁"),
    ("我儿子李一鸣在实验小学读三年级", "我儿子李**在实验小学读三年级"),
    ("我女儿叫刘雨桐，今年9岁，刘雨桐在学校被打", "我女儿叫刘**，今年9岁，刘**在学校被打"),
    ("白小鹿（女，9岁）是我侄女", "白**（女，9岁）是我侄女"),
    ("王小雨小朋友在幼儿园", "王**小朋友在幼儿园"),
    ("学生赵雷，初二", "学生赵*，初二"),
    ("孙女陈思琪，五岁，走丢了", "孙女陈**，五岁，走丢了"),
    ("孩子名叫欧阳晨晨，十一岁", "孩子名叫欧***，十一岁"),
]
OTHERS = [
    "我儿子叫张伟，今年30岁",
    "张伟45岁",
    "儿子高烧39度",
    "女儿高三毕业",
    "孩子今年六岁",
    "学生张开嘴让医生看",
    "周围的孩子5岁就上学了",
    "两个孙子孙女（孙女11岁）在家",
    "女儿周末3点上课",
    "王老师带三年级",
    "我叫王强，孩子5岁",
    "小区老人王大爷8岁的孙子",
]


@pytest.mark.parametrize(("text", "shown"), CHILDREN)
def test_the_name_of_a_child_is_hidden(text: str, shown: str) -> None:
    assert hide(text) == shown
    assert hide(shown) == shown


@pytest.mark.parametrize("text", OTHERS)
def test_other_names_and_words_stay(text: str) -> None:
    assert find(text, kinds=NAMES) == ()


@pytest.mark.skipif(
    not os.environ.get("LIANXIN_EVAL_DATA"), reason="LIANXIN_EVAL_DATA names no folder with petitions"
)
def test_hardly_any_real_petition_has_a_hit() -> None:
    texts = [f"{row['title']}\n{row['detail']}" for row in petitions()]
    assert len([text for text in texts if find(text, kinds=NAMES)]) <= len(texts) * 0.0015
