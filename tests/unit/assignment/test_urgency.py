"""Urgency comes from what is wrong, not from how angry the writer is."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assignment.matter import urgency


@pytest.mark.parametrize(
    "text",
    [
        "小区停水三天了",
        "从昨晚停电到现在",
        "家里没暖气，才十二度",
        "水管爆了，满街是水",
        "门口井盖没了",
        "窨井盖被偷，晚上看不见",
        "电线裸露在外面，孩子伸手就够着",
        "高压线垂到路边",
        "上午电梯突然下坠",
        "外墙瓷砖脱落，差点砸到人",
        "广告牌摇摇欲坠",
        "学校门口大货车横冲直撞，太危险",
        "食堂吃了拉肚子的有好几个孩子",
        "超市卖发霉的面包",
        "自来水发黄有异味",
        "工厂正在往河里排黑水",
        "河里死鱼漂了一片",
        "三十多个农民工的工资没发，要过年了",
        "路面塌陷一个大坑",
        "桥的护栏断了",
        "地下室被淹了",
        "消防通道被堵死",
        "红绿灯坏了，路口很乱",
    ],
)
def test_a_hazard_or_an_outage_is_the_same_days_work(text):
    level, evidence = urgency.read(text, "case")
    assert level == "urgent"
    assert evidence


@pytest.mark.parametrize(
    "text",
    [
        "再不处理我就曝光",
        "气死我了，投诉到底！！！",
        "强烈要求马上解决，否则找媒体",
        "广场舞太吵",
        "停水的通知能不能早点发",
        "去年停过电，赔偿还没谈好",
        "电费标准怎么算",
        "加装电梯要几家同意",
        "井盖的招标公示在哪里",
        "公交班次太少",
        "补贴什么时候发",
        "物业费太贵",
        "停水问题已经解决",
    ],
)
def test_anger_and_ordinary_matters_are_not_urgent(text):
    assert urgency.read(text, "case") == ("normal", None)


@pytest.mark.parametrize("kind", ["praise", "spam"])
def test_thanks_and_advertisements_can_wait(kind):
    assert urgency.read("停水三天了", kind)[0] == "low"


@pytest.mark.parametrize(
    "kind", ["livelihood_suggestion", "legislation_opinion", "service_query", "privacy_request"]
)
def test_suggestions_and_questions_are_normal(kind):
    assert urgency.read("建议在校门口危险的路口装红绿灯", kind) == ("normal", None)


@given(st.text(max_size=400))
def test_any_text_has_an_urgency(text):
    level, evidence = urgency.read(text, "case")
    assert level in ("urgent", "normal")
    assert (evidence is None) == (level == "normal")


@pytest.mark.parametrize("piece", ["停水", "井盖", "电梯", "工人", "水"])
def test_a_hostile_text_is_read_in_bounded_time(piece):
    began = time.process_time()
    urgency.read((piece * 100_000)[:100_000], "case")
    assert time.process_time() - began < 2
