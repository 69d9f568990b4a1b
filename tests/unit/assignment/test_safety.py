"""Danger that is happening now is told from what only sounds like it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assignment.matter import safety
from bot.assignment.matter.words_safety import KINDS
from config.hotlines import HOTLINES
from tests.unit.assignment.dangers import ABROAD, HAPPENING, NOT_ABROAD, SOUNDS_LIKE

EMERGENCIES = [(kind, line.strip()) for kind, lines in HAPPENING.items() for line in lines.strip().splitlines()]
HARMLESS = [line.strip() for line in SOUNDS_LIKE.strip().splitlines()]


def numbers(danger):
    return {danger.number, *danger.also}


@pytest.mark.parametrize(("kind", "text"), EMERGENCIES)
def test_a_danger_that_is_happening_is_found_and_its_number_is_told(kind, text):
    """Where two dangers meet, either may be first, if the other's number is told as well."""
    danger = safety.find(text)
    assert danger is not None
    first = {one.name: one.number for one in KINDS}[kind]
    assert first in numbers(danger)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_sounds_like_danger_is_none(text):
    assert safety.find(text) is None


@pytest.mark.parametrize(("text", "kind", "number"), ABROAD)
def test_a_cry_in_another_language_is_understood(text, kind, number):
    danger = safety.find(text)
    assert danger is not None
    assert (danger.kind, danger.number) == (kind, number)


@pytest.mark.parametrize("text", NOT_ABROAD)
def test_a_letter_in_another_language_is_no_cry(text):
    assert safety.find(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("我不想活了", "12356"),
        ("我吃了一瓶安眠药，不想活了", "120"),
        ("有人站在楼顶要跳楼", "110"),
        ("楼下着火了", "119"),
        ("我不敢出声，有人在屋里撬门，帮我报警", "12110"),
        ("躲在衣柜里，老公拿着刀要砍我，只能打字", "12110"),
        ("老公又在打我", "110"),
        ("客服让我把钱转到安全账户", "96110"),
        ("刚才一辆货车撞了个老人，流了很多血", "120"),
        ("孩子溺水了，在水库", "119"),
        ("老师天天打孩子耳光", "110"),
    ],
)
def test_the_number_to_call_first(text, number):
    assert safety.find(text).number == number


def test_further_numbers_are_told_where_two_dangers_meet():
    danger = safety.find("着火了，有人从楼上摔下来了，流了好多血")
    assert danger.number == "119"
    assert "120" in danger.also


def test_a_traffic_accident_is_also_for_the_traffic_police():
    assert "122" in safety.find("校门口孩子被车撞了").also


def test_harm_to_a_child_is_also_for_the_youth_line():
    assert "12355" in safety.find("老师天天打孩子耳光").also


@pytest.mark.parametrize(
    "text",
    [
        "着 火 了 快 来 人",
        "着火了!!!",
        "着\u200b火了，楼下",
        "【紧急】着火了",
        "🔥🔥着火了🔥",
    ],
)
def test_a_cry_is_read_however_it_is_typed(text):
    assert safety.find(text).kind == "fire"


def test_a_long_letter_about_a_past_fire_is_no_emergency():
    letter = "尊敬的领导：" + "我们小区的消防设施长期无人维护，业主多次向物业反映都没有结果。" * 5
    assert safety.find(f"{letter}2018年3月5日楼下仓库着火了，幸好及时扑灭。请有关部门尽快整改。") is None


def test_a_long_letter_that_cries_at_its_end_is_an_emergency():
    letter = "尊敬的领导：" + "我们小区的消防设施长期无人维护，业主多次向物业反映都没有结果。" * 5
    assert safety.find(f"{letter}此刻楼下正在着火，快派人来！").kind == "fire"


def test_every_number_is_a_known_hotline():
    for kind in KINDS:
        assert {kind.number, *kind.also} <= HOTLINES.keys()


def test_a_models_strong_opinion_finds_a_cry_that_no_list_foresees():
    text = "老公把我头往墙上按"
    assert safety.find(text) is None
    assert safety.weigh(text, 0.9) is None
    assert safety.weigh(text, 0.98).number == "110"


@pytest.mark.parametrize(
    "text", ["听说隔壁市有人出事", "去年冬天屋里进过人", "明天消防演练", "万一夜里出事呢", "气死我了"]
)
def test_a_models_opinion_is_not_followed_where_the_message_denies_or_tells(text):
    assert safety.weigh(text, 0.99) is None


def test_a_letter_is_no_cry_whatever_the_model_thinks():
    assert safety.weigh("路灯坏了没人修，晚上很黑。" * 30, 0.99) is None


@given(st.text(max_size=300), st.floats(0, 1))
def test_any_opinion_is_weighed_without_error(text, probability):
    danger = safety.weigh(text, probability)
    assert danger is None or danger.number in HOTLINES


@given(st.text(max_size=400))
def test_any_text_is_read_without_error(text):
    danger = safety.find(text)
    assert danger is None or (danger.number in HOTLINES and len(danger.evidence) <= 20)


CUES = sorted({cue for kind in KINDS for cue in kind.cues})


@given(st.lists(st.sampled_from([*CUES, "我", "，", "。", "现在", "没有", "了", "在", "他"]), max_size=60))
def test_any_heap_of_cues_is_read_without_error(heap):
    safety.find("".join(heap))


@pytest.mark.parametrize("piece", ["着火", "我打他", "孩子被", "哈", "有人拿刀", "煤气", "在在在", "给你们", "((("])
def test_a_hostile_text_is_read_in_bounded_time(piece):
    text = (piece * 100_000)[:100_000]
    began = time.process_time()
    safety.find(text)
    assert time.process_time() - began < 2
