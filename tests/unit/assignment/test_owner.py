"""Who a message goes to: the rules in their order, each with its refusals."""

import pytest

from bot.assignment import Location, Representative, Roster, Station
from tests.unit.assignment.town import ROSTER, STATIONS, ask, rules


def test_an_open_matter_stays_with_its_representative():
    decision = ask("牡丹园的路灯又坏了", known_representative="R3", scene="rep", scene_param="R1")
    assert (decision.station, decision.representative) == ("QQ-S1", "R3")
    assert rules(decision)[0] == "open_matter"


def test_a_representatives_code_leads_to_them_whatever_the_text_names():
    decision = ask("阳光花园太吵了", scene="rep", scene_param="R1")
    assert (decision.station, decision.representative) == ("YQ-S1", "R1")
    assert decision.ask in {None, "topic"}
    assert decision.reasons[0].to_json() == {"rule": "representative_code", "evidence": "R1"}


def test_a_stations_code_leads_to_someone_there():
    decision = ask("路灯坏了", scene="station", scene_param="YQ-S1")
    assert (decision.station, decision.representative) == ("YQ-S1", "R1")


@pytest.mark.parametrize("scene", ["rep", "station"])
def test_an_unknown_code_says_so_and_the_next_rule_decides(scene):
    decision = ask("牡丹园路灯坏了", scene=scene, scene_param="R999")
    assert decision.station == "YQ-S1"
    assert rules(decision)[:2] == ["code_unknown", "place_named"]


def test_an_activity_days_code_counts_where_it_is_a_stations():
    assert ask("路灯坏了", scene="day", scene_param="QQ-S1").station == "QQ-S1"
    assert "code_unknown" not in rules(ask("路灯坏了", scene="live", scene_param="L20261215"))


def test_an_absent_representative_is_passed_over_though_their_own_code_was_scanned():
    decision = ask("路灯坏了", scene="rep", scene_param="R1", away=frozenset({"R1"}))
    assert (decision.station, decision.representative) == ("YQ-S1", "R2")
    assert rules(decision)[:3] == ["representative_code", "representative_away", "station_representative"]


def test_an_accused_representative_is_passed_over():
    decision = ask("路灯坏了", known_representative="R1", accused=frozenset({"R1"}))
    assert decision.representative == "R2"
    assert "representative_accused" in rules(decision)


def test_a_representative_called_by_full_name_gets_it():
    decision = ask("请转告孙建国,楼道灯坏了")
    assert (decision.station, decision.representative) == ("YQ-S1", "R1")
    assert decision.reasons[0].evidence == "孙建国"


@pytest.mark.parametrize("text", ["阿依古丽·买买提代表您好,想问医保", "阿依古丽买买提代表您好,想问医保"])
def test_a_name_with_a_dot_is_found_however_it_is_typed(text):
    assert ask(text).representative == "R6"


def test_rush_hour_is_not_the_representative_gao_feng():
    assert "representative_named" not in rules(ask("早高峰堵车太厉害"))
    assert ask("找高峰代表,早上堵车太厉害").representative == "R4"


def test_two_of_one_name_are_asked_apart_and_the_message_has_an_owner_meanwhile():
    decision = ask("李伟代表,我们那里路灯坏了")
    assert decision.ask == "which_representative"
    assert decision.station == "JH-H"
    assert rules(decision)[:2] == ["same_name", "service_centre"]


@pytest.mark.parametrize(
    ("text", "representative"),
    [
        ("牡丹园联络站的李伟代表,路灯坏了", "R2"),
        ("果园小学门口没有斑马线,找李伟代表", "R3"),
        ("钱桥街道的李伟代表,路灯坏了", "R3"),
    ],
)
def test_two_of_one_name_are_told_apart_by_the_place_named(text, representative):
    assert ask(text).representative == representative


def test_of_two_with_one_name_none_is_guessed_from_the_last_station():
    assert ask("李伟代表,路灯坏了", known_station="QQ-S1").ask == "which_representative"


@pytest.mark.parametrize(
    "name", ["牡丹园社区人大代表联络站", "牡丹园社区联络站", "牡丹园社区代表联络站", "牡丹园社区 联络站"]
)
def test_a_station_is_known_by_what_people_call_it(name):
    decision = ask(f"{name}什么时候开门?路灯坏了")
    assert decision.station == "YQ-S1"
    assert rules(decision)[0] == "station_named"


def test_a_location_message_falls_into_its_grid():
    decision = ask("这里有个井盖没了", location=Location(31.665, 120.305))
    assert (decision.station, decision.representative) == ("QQ-S1", "R3")
    assert decision.reasons[0].to_json() == {"rule": "location_in_grid", "evidence": "G3"}


def test_a_point_on_the_line_between_two_grids_is_always_in_the_same_one():
    assert ask("井盖没了", location=Location(31.685, 120.31)).station == "YQ-S1"


def test_outside_the_district_is_said_and_nobody_near_is_guessed():
    decision = ask("井盖没了", location=Location(39.9, 116.4))
    assert (decision.station, decision.representative, decision.ask) == ("JH-H", None, None)
    assert rules(decision)[:2] == ["outside_region", "service_centre"]


def test_the_name_on_a_location_counts_where_the_point_is_outside():
    assert ask("井盖没了", location=Location(39.9, 116.4, "果园小学")).station == "QQ-S1"


@pytest.mark.parametrize("text", ["牡丹园3号楼漏水", "牡丹小区漏水", "牡 丹 园漏水", "住在“牡丹园”,漏水"])
def test_a_place_is_found_by_name_or_alias_however_it_is_typed(text):
    decision = ask(text)
    assert (decision.station, decision.representative) == ("YQ-S1", "R1")


def test_the_longer_name_wins_over_the_one_inside_it():
    decision = ask("牡丹园北苑漏水")
    assert decision.station == "YQ-S2"
    assert decision.reasons[0].evidence == "牡丹园北苑"


def test_two_sentences_do_not_join_into_a_name():
    assert "place_named" not in rules(ask("晒不到阳光。花园里都是垃圾"))


def test_the_estate_behind_a_road_decides():
    decision = ask("堰裕路牡丹园门口积水")
    assert decision.station == "YQ-S1"
    assert decision.ask in {None, "topic"}


def test_a_name_in_two_towns_is_asked_and_stays_with_who_is_above_both():
    decision = ask("阳光花园停水了")
    assert (decision.ask, decision.station, decision.representative) == ("location", "JH-H", None)
    assert rules(decision)[0] == "same_place_name"


def test_a_road_in_two_stations_of_one_town_stays_in_that_town_until_the_place_is_known():
    assert (ask("堰裕路积水").station, ask("堰裕路积水").ask) == ("YQ-H", "location")


@pytest.mark.parametrize(("known", "station"), [("QQ-S1", "QQ-S1"), ("QQ-P1", "QQ-S1"), ("YQ-S1", "YQ-S2")])
def test_a_name_in_two_towns_is_narrowed_by_where_the_sender_was(known, station):
    decision = ask("阳光花园停水了", known_station=known)
    assert (decision.station, decision.ask) == (station, None)


def test_a_name_in_two_towns_is_narrowed_by_another_place_in_the_text():
    assert ask("果园小学旁边的阳光花园停水了", known_station="YQ-S1").station == "QQ-S1"


def test_a_town_leads_to_its_home():
    assert ask("堰桥街道的公交太少").station == "YQ-H"


def test_the_last_station_is_remembered():
    decision = ask("路灯还是坏的", known_station="YQ-S1")
    assert (decision.station, rules(decision)[0]) == ("YQ-S1", "known_station")


def test_what_nothing_can_place_goes_to_the_service_centre_and_the_place_is_asked():
    decision = ask("路灯坏了")
    assert (decision.station, decision.representative, decision.ask) == ("JH-H", None, "location")
    assert rules(decision)[:2] == ["service_centre", "officer_handles"]


def test_an_empty_roster_still_decides():
    decision = ask("路灯坏了", roster=Roster.build())
    assert (decision.kind, decision.station, decision.representative) == ("case", None, None)
    assert rules(decision)[0] == "no_station"


def test_a_station_without_representatives_is_its_officers():
    roster = Roster.build(STATIONS, [])
    decision = ask("路灯坏了", roster=roster, scene="station", scene_param="YQ-S1")
    assert (decision.station, decision.representative) == ("YQ-S1", None)
    assert rules(decision)[:2] == ["station_code", "officer_handles"]


def test_stations_that_are_each_others_parent_do_not_hang_the_decision():
    circle = (Station("A", "甲站", parent_code="B"), Station("B", "乙站", parent_code="A"))
    person = Representative("R1", "张三丰", station_code="A")
    assert ask("找张三丰代表,灯坏了", roster=Roster.build(circle, [person])).station == "A"


def test_the_same_facts_give_the_same_decision():
    assert ask("牡丹园漏水", roster=ROSTER) == ask("牡丹园漏水", roster=ROSTER)
