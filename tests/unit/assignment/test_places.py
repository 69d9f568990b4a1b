"""Where a text says something is."""

import pytest

from bot.assignment import Location, Place, Roster
from tests.unit.assignment.town import FULLER, GRIDS, STATIONS, ask, owner, told


@pytest.mark.parametrize(
    ("text", "name", "written"),
    [
        ("锦秀华庭漏水", "锦绣华庭", "锦秀华庭"),
        ("锦绣华廷漏水", "锦绣华庭", "锦绣华廷"),
        ("我住锦绣花庭,漏水", "锦绣华庭", "锦绣花庭"),
        ("锦绣庭小区漏水", "锦绣华庭", "锦绣庭"),
        ("香阳小学门口堵车", "向阳小学", "香阳小学"),
    ],
)
def test_a_place_written_with_a_slip_is_understood_and_said(text, name, written):
    found = owner(text)
    assert (told(found)["place_named"], told(found)["place_spelling"]) == (name, written)
    assert (found.station, found.ask) == ("YQ-S2", None)


def test_the_place_is_known_also_where_somebody_s_code_decides():
    assert owner("锦绣华庭漏水", scene="station", scene_param="QQ-S1").station == "QQ-S1"
    assert ask("锦绣华庭漏水", roster=FULLER, scene="station", scene_param="QQ-S1").place == "锦绣华庭"
    assert ask("门口积水", roster=FULLER, scene="station", scene_param="QQ-S1").place == ""


def test_a_name_that_half_differs_is_a_guess_and_asked():
    found = owner("绵绣华庭门口堵车")
    assert (found.station, found.ask) == ("YQ-S2", "location")
    assert owner("绵绣华庭门口堵车", known_station="YQ-S2").ask is None


@pytest.mark.parametrize(
    "text",
    ["朝阳小学门口堵车", "向阳中学门口堵车", "花园小区漏水", "感谢阳光", "在阳光下晒太阳", "第三人民医院停车难"],
)
def test_another_place_is_no_slip(text):
    assert "place_named" not in told(owner(text))


@pytest.mark.parametrize(
    ("text", "name", "short"),
    [
        ("住在锦绣,漏水", "锦绣华庭", "锦绣"),
        ("锦绣的业主都很生气", "锦绣华庭", "锦绣"),
        ("向小门口堵车", "向阳小学", "向小"),
        ("二院门口停车难", "锦河区第二人民医院", "二院"),
    ],
)
def test_a_short_form_counts_where_only_a_place_can_stand(text, name, short):
    found = told(owner(text))
    assert (found["place_named"], found["place_short"]) == (name, short)


def test_a_short_form_of_two_places_counts_only_with_a_hint():
    assert "place_named" not in told(owner("翠竹门口积水"))
    assert owner("翠竹门口积水", known_station="QQ-S1").station == "QQ-S1"


@pytest.mark.parametrize(
    ("text", "station"),
    [
        ("向阳路7号积水", "YQ-S1"),
        ("向阳路8号积水", "YQ-S2"),
        ("向阳路 60 号积水", "QQ-S1"),
        ("向阳路88-1号积水", "QQ-S1"),
        ("牡丹园3栋502漏水", "YQ-S1"),
    ],
)
def test_a_house_number_tells_the_stretch_of_a_road(text, station):
    assert (owner(text).station, owner(text).ask) == (station, None)


def test_a_long_road_without_a_number_is_asked():
    found = owner("向阳路积水")
    assert (found.ask, found.choices) == ("location", ("QQ-S1", "YQ-S1", "YQ-S2"))
    assert owner("向阳路积水", refused_stations=frozenset({"YQ-S1", "YQ-S2"})).station == "QQ-S1"


@pytest.mark.parametrize(
    ("text", "station"),
    [
        ("我住牡丹园,果园小学门口堵", "QQ-S1"),
        ("我是牡丹园业主,锦绣华庭的噪音太大", "YQ-S2"),
        ("牡丹园旁边的锦绣华庭在施工", "YQ-S2"),
        ("从锦绣华庭到果园小学的上海路坏了", "YQ-S1"),
        ("在锦绣华庭看到牡丹园", "YQ-S2"),
    ],
)
def test_of_several_places_the_one_with_the_trouble_counts(text, station):
    assert owner(text).station == station


@pytest.mark.parametrize(
    "text", ["我们小区东门灯坏了", "楼下太吵", "村口灯坏了", "我们这里停水", "我家楼上漏水", "家门口有坑"]
)
def test_here_is_where_the_sender_is_known_to_be(text):
    found = owner(text, known_station="YQ-S2", known_grid="G2")
    assert (found.station, told(found)["in_grid"]) == ("YQ-S2", "G2")
    assert found.reasons[0].rule == "relative_place"
    assert owner(text, known_grid="G3").station == "QQ-S1"
    assert owner(text).ask == "location"


def test_the_grid_follows_the_name_of_the_place():
    first, second, *_ = owner("牡丹园漏水").reasons
    assert (first.rule, first.evidence, second.rule, second.evidence) == ("place_named", "牡丹园", "in_grid", "G1")


@pytest.mark.parametrize(("latitude", "rule"), [(31.6909, "near_grid"), (31.6925, "outside_region")])
def test_a_point_just_outside_belongs_to_the_nearest_grid(latitude, rule):
    found = owner("灯坏了", location=Location(latitude, 120.305))
    assert rule in told(found)
    assert found.station == ("YQ-S1" if rule == "near_grid" else "JH-H")


@pytest.mark.parametrize(
    ("text", "elsewhere"),
    [("我在上海浦东,楼下太吵", "上海"), ("我是苏州的,想反映停车", "苏州"), ("南京市鼓楼区的路灯坏了", "南京")],
)
def test_another_city_is_said_and_nothing_is_asked(text, elsewhere):
    found = owner(text)
    assert (found.station, found.ask, told(found)["outside_region"]) == ("JH-H", None, elsewhere)


@pytest.mark.parametrize(
    "text",
    [
        "上海路积水",
        "我在上海路口摔了一跤",
        "南京西路的树倒了",
        "西安路停电",
        "北京烤鸭店油烟大",
        "我在上海打工,村里的路灯坏了",
        "我在江苏锦河,路灯坏了",
        "上海牌照的车占道",
    ],
)
def test_a_road_named_after_a_city_and_a_home_far_away_are_not_another_city(text):
    assert "outside_region" not in told(owner(text))


def test_a_shared_place_in_another_city_is_named():
    spot = Location(31.23, 121.5, "阳光花园", "上海市浦东新区世纪大道1号")
    found = owner("太吵", location=spot)
    assert (found.station, found.ask, told(found)["outside_region"]) == ("JH-H", None, "上海")


def test_a_place_that_was_refused_is_passed_over_and_asked_for():
    found = owner("牡丹园路灯坏了", refused_stations=frozenset({"YQ-S1"}))
    assert (found.station, found.ask, told(found)["station_refused"]) == ("JH-H", "location", "YQ-S1")


def test_a_code_that_is_none_any_more_leads_to_the_station_that_is_known():
    found = owner("灯坏了", scene="rep", scene_param="gone", known_station="QQ-S1")
    assert [reason.rule for reason in found.reasons][:2] == ["code_unknown", "known_station"]
    assert found.station == "QQ-S1"


def test_a_name_borne_by_thousands_of_places_is_narrowed_or_asked_all_the_same():
    places = [Place("幸福花园", (), GRIDS[number % 3].code) for number in range(5_000)]
    roster = Roster.build(STATIONS, (), GRIDS, places)
    assert owner("幸福花园停水", roster=roster, known_station="QQ-S1").station == "QQ-S1"
    assert owner("幸福花园停水", roster=roster).ask == "location"
