"""Harm to a child and violence at home are kept apart, whenever it happened; what only sounds like it is not."""

import os

import pytest

from benchmarks.false_alarms import petitions
from bot.assignment.matter import protected
from bot.assignment.matter.protected import MINOR, VIOLENCE_AT_HOME
from tests.unit.assignment.town import ask

TOLD = [
    (VIOLENCE_AT_HOME, "我老公经常打我，我该怎么办"),
    (VIOLENCE_AT_HOME, "上个月我被丈夫打断了鼻梁，想离婚"),
    (VIOLENCE_AT_HOME, "我妈被我爸打了二十年"),
    (VIOLENCE_AT_HOME, "婆婆和老公把我赶出家门，还打我"),
    (VIOLENCE_AT_HOME, "前夫天天来家里威胁我"),
    (VIOLENCE_AT_HOME, "我被家暴过，现在想申请人身安全保护令"),
    (VIOLENCE_AT_HOME, "爷爷长期虐待老人"),
    (MINOR, "我女儿在学校被同学欺负半年了，老师不管"),
    (MINOR, "牡丹园的白小鹿，我侄女，在学校被同学欺负半年了"),
    (MINOR, "幼儿园老师体罚孩子，孩子身上有掐痕"),
    (MINOR, "邻居家的孩子天天被打，哭得厉害"),
    (MINOR, "侄女十三岁被人猥亵，家里不敢报警"),
    (MINOR, "学校里的校园霸凌没人管，我孩子不敢去上学"),
]
ORDINARY = [
    "希望学校开展反校园欺凌宣传",
    "牡丹园的路灯坏了，孩子放学容易被车撞",
    "孩子上学难，学位不够",
    "物业的人打了业主",
    "城管打人",
    "老公下岗了，想找工作",
    "我儿子打工的厂欠薪",
    "小区的孩子打球扰民",
    "学生在食堂吃坏肚子",
    "我女儿被车撞了，对方不赔",
    "医院没有打疫苗的通知，孩子等了一上午",
    "物业侵犯业主的知情权",
]


@pytest.mark.parametrize(("lane", "text"), TOLD)
def test_what_is_told_of_a_child_or_of_home_is_kept_apart(lane: str, text: str) -> None:
    found = protected.find(text)
    assert found is not None
    assert found.lane == lane


@pytest.mark.parametrize("text", ORDINARY)
def test_what_is_everybodys_matter_stays_so(text: str) -> None:
    assert protected.find(text) is None


def test_a_long_letter_is_read_in_linear_time_and_only_its_beginning() -> None:
    assert protected.find("孩子被" * 20_000) is None
    assert protected.find("路灯坏了。" * 2_000 + "我老公经常打我") is None


@pytest.mark.parametrize(
    "text", ["老公又在打我，我在牡丹园", "我老公经常打我，我住牡丹园", "老师天天打孩子耳光，在牡丹园幼儿园"]
)
def test_nobody_of_the_place_has_it_and_no_question_is_asked(text: str) -> None:
    decision = ask(text)
    assert decision.is_restricted
    assert decision.representative is None
    assert decision.also is None
    assert decision.ask is None
    assert decision.decided_by == "restricted"
    assert not decision.found_place, "the place is not remembered of its sender"


def test_a_representative_who_is_the_danger_is_kept_away_from_it() -> None:
    decision = ask("孙建国代表正在打人，带着刀，快报警")
    assert decision.kind == "emergency"
    assert decision.accused
    assert decision.representative not in decision.accused


@pytest.mark.skipif(
    not os.environ.get("LIANXIN_EVAL_DATA"), reason="LIANXIN_EVAL_DATA names no folder with petitions"
)
def test_few_of_the_real_petitions_are_kept_apart() -> None:
    texts = [f"{row['title']}\n{row['detail']}" for row in petitions()]
    apart = [text for text in texts if protected.find(text)]
    assert len(apart) <= len(texts) * 0.005
