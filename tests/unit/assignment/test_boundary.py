"""What a station does not decide goes where it belongs; a representative complained of is never its reader."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assignment.matter.boundary import Called, find
from bot.assignment.text import normalise
from config.hotlines import HOTLINES


def cross(text, *names):
    """The boundary of a text in which these representatives are called by name."""
    plain = normalise(text)
    return find(plain, [Called(name, plain.index(name), plain.index(name) + len(name)) for name in names])


@pytest.mark.parametrize(
    ("text", "referral", "about"),
    [
        ("我对信访答复不服，想申请复查", "petition", "petition_review"),
        ("怎么申请信访复查复核", "petition", "petition_review"),
        ("再不解决我们就集体上访", "petition", "petition"),
        ("我要去北京上访", "petition", "petition"),
        ("怎么信访，流程是什么", "petition", "petition"),
        ("信访件交上去三个月没有答复", "petition", "petition"),
        ("我去市信访局反映过，没人管", "petition", "petition"),
        ("对法院判决不服", "judicial", "judicial_ruling"),
        ("一审判决不公，怎么办", "judicial", "judicial_ruling"),
        ("我要申请再审", "judicial", "judicial_ruling"),
        ("法院枉法裁判", "judicial", "judicial_ruling"),
        ("官司赢了，法院一直不执行", "judicial", "judicial_enforcement"),
        ("判决书下来两年，对方拒不履行", "judicial", "judicial_enforcement"),
        ("法院不给立案", "judicial", "judicial_open_case"),
        ("法院迟迟不开庭", "judicial", "judicial_open_case"),
        ("检察院不起诉打人的", "judicial", "procuratorate"),
        ("劳动仲裁裁决不公，不服", "judicial", "arbitration"),
        ("不服仲裁委的裁决", "judicial", "arbitration"),
        ("被打成轻伤，派出所不立案", "judicial", "police_case"),
        ("报案半年公安没有立案", "judicial", "police_case"),
        ("举报村支书贪污征地补偿款", "discipline", "discipline"),
        ("局长受贿，我有证据", "discipline", "discipline"),
        ("窗口工作人员索要红包", "discipline", "discipline"),
        ("村干部套取国家补贴", "discipline", "discipline"),
        ("低保指标村主任优亲厚友", "discipline", "discipline"),
        ("所长吃拿卡要，不送烟不给盖章", "discipline", "discipline"),
        ("请纪委来查一查我们村的账", "discipline", "discipline"),
        ("公款吃喝没人管", "discipline", "discipline"),
        ("我手里有一份绝密文件", None, "state_secret"),
        ("这里涉及国家秘密，想发给你们看", None, "state_secret"),
        ("发现间谍，一直在拍军港", "12339", "espionage"),
        ("有境外人员给钱让我搜集情报", "12339", "espionage"),
    ],
)
def test_a_matter_of_another_path_is_told_by_its_words(text, referral, about):
    found = cross(text)
    assert found is not None
    assert (found.kind, found.referral, found.about) == ("referral", referral, about)
    assert found.accused == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "举报工地夜间施工噪音",
        "举报小区饭店油烟",
        "我要投诉物业",
        "法院路的路灯坏了",
        "法院旁边的停车场太小",
        "信访局旁边的井盖没了",
        "纪委小区门口积水",
        "检察院对面的公交站没有棚",
        "怎么申请法律援助",
        "哪里可以咨询法律问题",
        "想打听一下民事起诉要准备什么材料",
        "派出所办户口不受理，说材料不全",
        "感谢法官公正判决，为我们挽回了损失",
        "书记是个好干部，没有贪污",
        "防止村干部贪污，建议公开账目",
        "这种腐败现象要不得",
        "我不想上访，只想把路修好",
        "我代表全体业主反映停车难",
        "业主代表不作为",
        "家长代表态度很差",
        "商会代表从来不管事",
        "法定代表人失联了",
        "公司代表不接电话",
        "代表您好，路灯坏了",
        "请问我的代表是谁",
        "谢谢代表，问题解决了",
        "张三和李四打架",
        "物业挪用维修资金",
        "部队大院门口的树倒了",
    ],
)
def test_an_ordinary_matter_crosses_nothing(text):
    assert cross(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "这个代表从来不来",
        "人大代表不回复我",
        "代表态度很差，不耐烦",
        "我们选区的人大代表三年没来过",
        "投诉人大代表不履职",
        "给代表发了三次消息，已读不回",
        "找了代表两回，他说等换届再讲",
        "代表自己占了公共车位",
        "代表的厂子天天排污水",
        "小区违建的户主就是人大代表",
        "说话那么冲，也配当代表",
    ],
)
def test_a_complaint_about_a_representative_needs_no_name(text):
    found = cross(text)
    assert found is not None
    assert (found.kind, found.referral, found.about) == ("complaint_about_representative", None, "representative")


@pytest.mark.parametrize("text", ["代表收了我的钱不办事", "人大代表索要红包", "代表利用身份承包全镇的绿化工程"])
def test_corruption_of_a_representative_is_for_discipline(text):
    found = cross(text)
    assert (found.kind, found.referral) == ("complaint_about_representative", "discipline")


@pytest.mark.parametrize(
    "text",
    [
        "张伟代表的厂子排污水",
        "张伟的公司拖欠工资",
        "张伟代表自己占了车位",
        "我要投诉张伟代表",
        "举报张伟偷排废水",
        "被张伟代表打了",
        "张伟代表从来不回消息",
        "给张伟代表发了三次消息都不回",
        "张伟代表家的狗咬了人",
        "张伟说好来看，一直没来过",
        "张伟代表，你从来不回我消息",
        "“张伟代表”收了我两条烟",
    ],
)
def test_one_who_is_complained_of_is_accused(text):
    found = cross(text, "张伟")
    assert found.kind == "complaint_about_representative"
    assert found.accused == {"张伟"}


@pytest.mark.parametrize(
    "text",
    [
        "张伟代表您好，我家门口有人占车位",
        "找张伟代表，楼上漏水没人管",
        "请张伟代表帮忙反映路灯的事",
        "希望张伟代表管管工厂排污水",
        "向张伟代表反映：厂子拖欠工资",
        "谢谢张伟代表，路修好了",
        "张伟代表是个好代表，认真负责",
        "张伟代表：我们小区物业态度差",
        "@张伟 路上有坑",
        "联系张伟，下水道堵了",
        "张伟代表什么时候接待",
    ],
)
def test_one_who_is_greeted_thanked_or_asked_is_not_accused(text):
    found = cross(text, "张伟")
    assert found is None or not found.accused


def test_of_two_who_are_named_only_the_one_complained_of_is_accused():
    found = cross("请李娜代表管一管，张伟代表的厂子天天排污水", "李娜", "张伟")
    assert found.accused == {"张伟"}


@given(st.text(max_size=300), st.integers(0, 300), st.integers(0, 8))
def test_any_text_is_read_without_error(text, start, length):
    plain = normalise(text)
    start = min(start, len(plain))
    found = find(plain, [Called("R1", start, min(len(plain), start + length))])
    assert (
        found is None
        or found.referral in (None, "petition", "judicial", "discipline")
        or found.referral in HOTLINES
    )


@pytest.mark.parametrize("piece", ["代表", "信访", "法院不", "贪污书记", "张伟代表", "举报", "。"])
def test_a_hostile_text_is_read_in_bounded_time(piece):
    text = (piece * 100_000)[:100_000]
    began = time.process_time()
    find(text, [Called("R1", at, at + 2) for at in range(0, 200, 4)])
    assert time.process_time() - began < 2
