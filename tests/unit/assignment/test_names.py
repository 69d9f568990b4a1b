"""Whom a text calls: by name, nearly by name, or by what they do."""

import pytest

from bot.assignment import Representative, Roster, Station
from tests.unit.assignment.town import STATIONS, owner, told


@pytest.mark.parametrize(
    ("text", "representative"),
    [
        ("孙国强代表您好,路灯坏了", "R11"),
        ("孙国强人大代表您好", "R11"),
        ("孙国强老代表,想问个事", "R11"),
        ("转告孙国强", "R11"),
        ("高兴代表您好", "R14"),
        ("想找高兴代表", "R14"),
    ],
)
def test_a_full_name_calls_its_bearer(text, representative):
    found = owner(text)
    assert found.representative == representative
    assert found.reasons[0].rule == "representative_named"


@pytest.mark.parametrize(
    ("text", "name", "written"),
    [
        ("孙国墙代表您好", "孙国强", "孙国墙"),
        ("孙过强代表您好", "孙国强", "孙过强"),
        ("请孙果强代表来看看", "孙国强", "孙果强"),
        ("找孙建果代表", "孙建国", "孙建果"),
        ("找王海代表,学校的事", "王海涛", "王海"),
        ("给王晓海涛代表带个话", "王海涛", "王晓海涛"),
    ],
)
def test_a_homophone_or_one_wrong_letter_is_understood_and_said(text, name, written):
    found = told(owner(text))
    assert found["representative_named"] == name
    assert found["name_spelling"] == written


@pytest.mark.parametrize(
    "text",
    [
        "很高兴代表大家说几句",
        "王家桥的路灯坏了",
        "早高峰堵车太厉害",
        "人大常委主任接待日是哪天",
        "居民代表都同意了",
        "我代表全体业主反映",
        "作为业主代表,说说物业费",
        "全国人大代表的选举",
        "孙国强路口积水",
        "任何人大代表都行",
        "哪位代表管这个",
    ],
)
def test_words_that_only_look_like_a_name_call_nobody(text):
    found = told(owner(text))
    assert not found.keys() & {"representative_named", "representative_described", "same_name", "several_fit"}


@pytest.mark.parametrize(
    ("text", "representative"),
    [
        ("搞物流的那个代表在吗", "R11"),
        ("想找开饭店的代表", "R13"),
        ("孙书记那个代表", "R12"),
        ("当校长的王代表", "R15"),
        ("向阳小学的王代表", "R15"),
        ("牡丹园的孙代表,楼道灯坏了", "R1"),
        ("王代表您好,学校门口堵车", "R15"),
        ("当医生的吴代表", "R16"),
        ("姓王的男代表", "R15"),
    ],
)
def test_a_representative_is_known_by_what_the_text_tells_of_them(text, representative):
    found = owner(text)
    assert found.representative == representative
    assert found.reasons[0].rule == "representative_described"


@pytest.mark.parametrize(
    ("known", "representative", "choices"),
    [("YQ-S1", "R1", ()), ("QQ-S1", None, ("R11", "R12")), (None, None, ("R1", "R11", "R12"))],
)
def test_a_surname_is_narrowed_by_where_the_sender_was_and_else_asked(known, representative, choices):
    found = owner("孙代表,路灯坏了", known_station=known)
    assert (found.representative, found.choices) == (representative, choices)
    assert found.ask == (None if representative else "which_representative")


def test_a_town_in_its_short_form_narrows_a_surname():
    found = owner("钱桥的孙代表,路灯坏了")
    assert (found.station, found.ask, found.choices) == ("QQ-S1", "which_representative", ("R11", "R12"))


def test_someone_whom_nobody_fits_is_said():
    assert told(owner("姓欧的代表在吗")).keys() == {"service_centre", "officer_handles"}
    assert told(owner("牡丹园造飞机的代表在吗"))["nobody_fits"] == "造飞机的代表"


def test_two_of_one_name_at_one_station_are_told_apart_by_their_trade():
    assert owner("吴敏芳代表,您是医师,想请教").representative == "R16"
    found = owner("吴敏芳代表您好")
    assert (found.ask, found.choices, found.station) == ("which_representative", ("R16", "R17"), "YQ-S1")
    assert told(found)["same_name"] == "吴敏芳"


def test_whoever_was_refused_is_not_the_one_of_two_who_is_meant():
    assert owner("吴敏芳代表您好", refused_representatives=frozenset({"R16"})).representative == "R17"


def test_too_many_of_one_name_are_not_a_choice():
    people = [Representative(f"P{number}", "张志强", station_code="YQ-S1") for number in range(7)]
    found = owner("张志强代表", roster=Roster.build(STATIONS, people))
    assert (found.ask, found.choices, found.representative) == ("which_representative", (), None)


def test_what_was_tapped_decides_whatever_the_text_says():
    found = owner("吴敏芳代表您好", chosen_representative="R17")
    assert (found.representative, found.ask, found.reasons[0].rule) == ("R17", None, "chosen")
    assert owner("阳光花园停水", chosen_station="QQ-S1").station == "QQ-S1"


@pytest.mark.parametrize(
    ("circumstance", "reason"),
    [
        ("away", "representative_away"),
        ("accused", "representative_accused"),
        ("full", "daily_cap"),
        ("refused_representatives", "representative_refused"),
    ],
)
@pytest.mark.parametrize("how", [{"scene": "rep", "scene_param": "R1"}, {"known_representative": "R1"}, {}])
def test_whoever_cannot_take_it_is_passed_over_with_the_reason(circumstance, reason, how):
    found = owner("孙建国代表,楼道灯坏了", **{circumstance: frozenset({"R1"})}, **how)
    assert found.station == "YQ-S1"
    assert found.representative not in ("R1", None)
    assert told(found)[reason] == "R1"


def test_a_million_names_do_not_make_a_name_of_every_word():
    people = [Representative(f"P{number}", "安全出", station_code="S") for number in range(20_001)]
    roster = Roster.build([Station("S", "甲站")], people)
    assert not owner("消防安全出口堵了", roster=roster).reasons[0].rule.startswith("same_name")
    assert owner("安全出代表", roster=roster).ask == "which_representative"
