"""Reading with a model: the file, hostile texts, the shipped model."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assignment.taxonomy import KINDS, TOPICS
from bot.assignment.topics.model import LONGEST_WITH_KINDS, ModelRefused, Reading, TopicModel
from bot.training import shipped
from bot.training.run import digest

SHIPPED = shipped.MODEL.read_bytes()
MODEL = TopicModel.load(SHIPPED)

EVERYDAY = [
    ("楼上漏水，找物业一个月了没人管", "urban_rural_construction"),
    ("我们小区晚上路灯全是黑的", "urban_rural_construction"),
    ("开发商延期交房，房产证也办不下来", "urban_rural_construction"),
    ("化工厂半夜偷排废水，河里的水都黑了", "environment"),
    ("采石场粉尘太大，窗户都不敢开", "environment"),
    ("出租车不打表，还拒载", "transport"),
    ("国道上大货车超载把路面压坏了", "transport"),
    ("幼儿园乱收费，老师让家长买教辅", "education_culture_sports"),
    ("代课教师转正的政策什么时候落实", "education_culture_sports"),
    ("工地拖欠农民工工资半年了", "labor_social_security"),
    ("养老保险断缴了能不能补缴", "labor_social_security"),
    ("超市卖过期食品，健身房办的预付卡退不了款", "commerce_tourism"),
    ("景区门票涨价太多", "commerce_tourism"),
    ("县医院误诊，医生态度还很差", "health"),
    ("独生子女费什么时候发", "health"),
    ("爷爷的低保被取消了，残疾证补贴也没发", "civil_affairs"),
    ("举报村支书贪污扶贫款", "discipline"),
]


def test_the_shipped_file_is_small_and_loads_at_once() -> None:
    assert len(SHIPPED) <= 300_000
    seconds = []
    for _ in range(5):
        began = time.process_time()
        TopicModel.load(SHIPPED)
        seconds.append(time.process_time() - began)
    assert min(seconds) <= 0.05


def test_the_shipped_file_was_trained_from_the_corpus_as_it_is() -> None:
    wanted = digest([*shipped.corpus(), *shipped.terms()], shipped.SETTINGS)
    assert MODEL.about["digest"] == wanted, "run `make model`"


def test_the_shipped_model_knows_every_topic_and_kind() -> None:
    reading = MODEL.read("路灯坏了")
    assert {topic for topic, _ in reading.topics} == set(TOPICS)
    assert {kind for kind, _ in reading.kinds} == set(KINDS)


def test_everyday_messages_are_read_as_a_person_would() -> None:
    read = [(text, MODEL.read(text).topics[0][0]) for text, _ in EVERYDAY]
    wrong = [pair for pair, (_, wanted) in zip(read, EVERYDAY, strict=True) if pair[1] != wanted]
    assert len(wrong) <= 2, wrong


def test_the_words_that_spoke_are_of_the_text() -> None:
    words = MODEL.read("出租车不打表，还拒载").words
    assert 1 <= len(words) <= 3
    assert all(len(word) >= 2 and word in "出租车不打表，还拒载" for word in words)


def test_a_title_counts_beside_its_text() -> None:
    title, rest = "公交车线路改道", "请问要带什么材料，去哪里问，谢谢"
    titled, run_on = (dict(MODEL.read(f"{title}{mark}{rest}").topics)["transport"] for mark in "\n，")
    assert titled > run_on


def test_a_long_letter_has_no_kind() -> None:
    assert MODEL.read("感谢帮忙" * (LONGEST_WITH_KINDS // 4)).kinds
    assert MODEL.read("感谢帮忙" * (LONGEST_WITH_KINDS // 4) + "！").kinds == ()


@given(st.lists(st.sampled_from([text for text, _ in EVERYDAY]) | st.text(max_size=400), max_size=5))
@settings(max_examples=60, deadline=None)
def test_the_kinds_alone_are_those_of_the_whole_reading(texts: list[str]) -> None:
    assert MODEL.read_kinds(texts) == [one.kinds for one in MODEL.read_all(texts)]


def test_a_greeting_is_not_sure() -> None:
    assert not MODEL.read("你好").sure


def assert_sound(reading: Reading) -> None:
    chances = [chance for _, chance in reading.topics]
    assert len(chances) == len(TOPICS)
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1, abs=1e-3)


HOSTILE = [
    "",
    " \n\t",
    "😀😀😀",
    "\u200b\u200d\ufeff",
    "مرحبا كيف الحال",
    "\u202eabc\u202c路灯",
    "\ud800",
    "\x00\x01",
    "(a+)+$" * 500,
    "𠮷野家" * 10,
    "\n\n标题\n",
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_odd_texts_are_read_like_any_other(text: str) -> None:
    assert_sound(MODEL.read(text))


def test_a_text_without_a_known_run_is_not_sure() -> None:
    reading = MODEL.read("ⵣⵣⵣ")
    assert not reading.sure
    assert reading.words == ()


def test_a_text_of_any_length_takes_bounded_time() -> None:
    began = time.process_time()
    assert_sound(MODEL.read("路灯坏了。" * 20_000))
    assert time.process_time() - began < 0.5


@given(st.text(max_size=80))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read(text: str) -> None:
    assert_sound(MODEL.read(text))


def test_the_same_text_is_read_the_same() -> None:
    assert MODEL.read("幼儿园门口太堵") == MODEL.read("幼儿园门口太堵")


def test_dumping_a_loaded_file_gives_its_bytes() -> None:
    assert MODEL.dump() == SHIPPED


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"PK\x03\x04" + bytes(100),
        SHIPPED[:10],
        SHIPPED[:500],
        SHIPPED[:-1],
        SHIPPED + b"x",
        SHIPPED[:-3000] + bytes(3000),
        SHIPPED.replace(b'"transport"', b'"transbort"', 1),
        SHIPPED[:8] + b"\xff\xff\xff\xff" + SHIPPED[12:],
    ],
    ids=["empty", "zip", "10 bytes", "500 bytes", "cut", "longer", "zeros", "unknown class", "header size"],
)
def test_a_damaged_file_is_refused_with_a_sentence(damaged: bytes) -> None:
    with pytest.raises(ModelRefused) as refused:
        TopicModel.load(damaged)
    assert len(str(refused.value)) > 20
