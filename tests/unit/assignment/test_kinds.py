"""The kind of an ordinary message: a case, unless its words say otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assignment.matter import kinds

KINDS = (
    "case",
    "service_query",
    "privacy_request",
    "praise",
    "legislation_opinion",
    "livelihood_suggestion",
    "spam",
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("路灯坏了", "case"),
        ("我被刷单骗了三千块", "case"),
        ("有人卖假货", "case"),
        ("超市卖过期牛奶，加微信群才退款", "case"),
        ("贷款公司天天打电话骚扰", "case"),
        ("谢谢代表，但是路灯还没修好", "case"),
        ("请尽快解决，谢谢", "case"),
        ("物业泄露业主个人信息", "case"),
        ("建议严查物业乱收费", "case"),
        ("强烈要求拆除违建", "case"),
        ("开发商违反商品房管理条例第三条，投诉", "case"),
        ("公厕坏了半年没人修，能不能修一修", "case"),
        ("谢谢代表！", "praise"),
        ("路灯亮了，谢谢你们", "praise"),
        ("给你们点个赞", "praise"),
        ("想表扬派出所的民警", "praise"),
        ("工资拿到了，太感谢了", "praise"),
        ("无抵押贷款，当天放款", "spam"),
        ("代开各类发票，加微信", "spam"),
        ("兼职刷单日结三百", "spam"),
        ("澳门新葡京开户送彩金", "spam"),
        ("专业办证刻章，先办事后付款", "spam"),
        ("转发十个群，平安一整年", "spam"),
        ("联络站几点开门？", "service_query"),
        ("我的人大代表是谁", "service_query"),
        ("下次代表接待日是哪天", "service_query"),
        ("你是真人吗", "service_query"),
        ("想见代表要预约吗", "service_query"),
        ("活动日都干些什么？", "service_query"),
        ("请删除我的全部个人信息", "privacy_request"),
        ("我要导出我的聊天记录", "privacy_request"),
        ("谁能看到我写的内容？", "privacy_request"),
        ("我不同意你们继续用我的数据", "privacy_request"),
        ("《物业管理条例（草案）》第二十一条太偏向物业", "legislation_opinion"),
        ("对养犬管理条例征求意见稿提个意见", "legislation_opinion"),
        ("建议立法规范网约车", "legislation_opinion"),
        ("建议在三里桥增设一座公厕", "livelihood_suggestion"),
        ("能不能在二小门口建一座过街天桥", "livelihood_suggestion"),
        ("希望开通荷塘村到县医院的班车", "livelihood_suggestion"),
        ("可不可以给公园装几个座椅", "livelihood_suggestion"),
    ],
)
def test_strong_words_tell_the_kind(text, kind):
    assert kinds.read(text, ())[0] == kind


def test_the_models_opinion_counts_where_words_say_nothing_and_it_is_sure():
    text = "讨个说法的地方在哪条街"
    assert kinds.read(text, (("service_query", 0.93), ("case", 0.07)))[0] == "service_query"
    assert kinds.read(text, (("service_query", 0.6), ("case", 0.4)))[0] == "case"


def test_a_model_alone_calls_nothing_spam():
    assert kinds.read("隔壁新开的店天天放音乐", (("spam", 0.99),))[0] == "case"


def test_a_long_letter_is_a_case_whatever_kind_words_it_closes_with():
    letter = "我们小区的下水道堵了三个月，污水流得满地都是，物业一直推脱。" * 12
    assert kinds.read(f"{letter}万分感谢！", (("praise", 0.99),))[0] == "case"


@given(st.text(max_size=400), st.lists(st.tuples(st.sampled_from(KINDS), st.floats(0, 1)), max_size=7))
def test_any_text_has_a_kind(text, opinion):
    kind, evidence = kinds.read(text, tuple(opinion))
    assert kind in KINDS
    assert len(evidence) <= 20
