"""Which representative of a station takes it."""

from datetime import datetime, timedelta

import pytest

from bot.assignment import DutySlot, Representative, Roster, Station
from tests.unit.assignment.town import SHANGHAI, STATIONS, TUESDAY_MORNING, ask, owner, rules, told


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def station_of(*people, slots=()):
    return Roster.build([Station("S", "甲社区联络站")], people, slots=slots)


def who(roster, **facts):
    return ask("路灯坏了", roster=roster, scene="station", scene_param="S", **facts).representative


def test_the_grids_own_representative_comes_first():
    decision = ask("牡丹园漏水", load={"R1": 9})
    assert decision.representative == "R1"
    assert "grid_representative" in rules(decision)


def test_whoever_is_on_duty_now_comes_before_the_others_of_the_station():
    assert ask("河滨社区停水", at=at("2026-12-15T09:00:00")).representative == "R5"
    assert ask("河滨社区停水", at=at("2026-12-16T09:00:00")).representative == "R4"


@pytest.mark.parametrize(
    ("moment", "on_duty"),
    [("08:59:59", False), ("09:00:00", True), ("10:59:59", True), ("11:00:00", False)],
)
def test_duty_begins_and_ends_to_the_second(moment, on_duty):
    decision = ask("河滨社区停水", at=at(f"2026-12-15T{moment}"))
    assert ("on_duty_now" in rules(decision)) is on_duty


@pytest.mark.parametrize(
    ("moment", "on_duty"),
    [
        ("2026-12-15T21:59:59", False),
        ("2026-12-15T22:00:00", True),
        ("2026-12-16T05:59:59", True),
        ("2026-12-16T06:00:00", False),
        ("2026-12-15T05:00:00", False),
    ],
)
def test_a_night_shift_runs_past_midnight(moment, on_duty):
    decision = ask("果园村停水", at=at(moment))
    assert (decision.representative == "R6") is on_duty


def test_a_dated_shift_from_midnight_to_midnight_is_that_day_only():
    assert "on_duty_now" in rules(ask("果园村停水", at=at("2026-12-20T00:00:00")))
    assert "on_duty_now" in rules(ask("果园村停水", at=at("2026-12-20T23:59:59")))
    assert "on_duty_now" not in rules(ask("果园村停水", at=at("2026-12-21T00:00:00")))


def test_a_representative_of_another_station_may_be_on_duty_here():
    visitor = Representative("R9", "客代表", "district", station_code="elsewhere", userid="guest")
    roster = station_of(visitor, slots=[DutySlot("S", "R9", 1, None, "00:00", "24:00")])
    assert who(roster, at=TUESDAY_MORNING) == "R9"
    assert who(roster, at=TUESDAY_MORNING + timedelta(days=1)) is None


def test_whoever_has_the_fewest_open_cases_takes_it_then_the_first_code():
    people = [Representative(code, f"{code}代表", "district", station_code="S", userid=code) for code in "CAB"]
    assert who(station_of(*people)) == "A"
    assert who(station_of(*people), load={"A": 1, "B": 1}) == "C"


def test_the_closest_level_comes_before_the_fewest_cases():
    people = [
        Representative("A", "甲某某", "national", station_code="S", userid="a"),
        Representative("B", "乙某某", "city", station_code="S", userid="b"),
        Representative("C", "丙某某", "street", station_code="S", userid="c"),
    ]
    decision = ask("灯坏了", roster=station_of(*people), scene="station", scene_param="S", load={"C": 5})
    assert decision.representative == "C"
    assert decision.reasons[2].to_json() == {"rule": "closest_level", "evidence": "street"}


def test_whoever_can_be_reached_in_wecom_comes_first():
    people = [
        Representative("A", "甲某某", "district", station_code="S"),
        Representative("B", "乙某某", "district", station_code="S", userid="b"),
    ]
    assert who(station_of(*people)) == "B"
    assert who(station_of(people[0])) == "A"


def test_when_everyone_is_away_the_officer_handles_it():
    people = [Representative("A", "甲某某", "district", station_code="S", userid="a")]
    assert who(station_of(*people), away=frozenset("A")) is None


def test_on_duty_at_the_service_centre_takes_what_nothing_else_could_place():
    people = [
        Representative("A", "甲某某", "district", station_code="S", userid="a"),
        Representative("B", "乙某某", "district", station_code="S", userid="b"),
    ]
    roster = Roster.build(
        [Station("S", "区代表之家", "home")], people, slots=[DutySlot("S", "B", 1, None, "09:00", "17:00")]
    )
    assert ask("路灯坏了", roster=roster, at=TUESDAY_MORNING).representative == "B"
    assert ask("路灯坏了", roster=roster, at=TUESDAY_MORNING.replace(hour=18)).representative is None


def test_a_speciality_that_fits_the_topic_comes_before_others():
    found = owner("锦绣华庭看病难", at=at("2026-12-16T09:00:00"), speciality_topic="education_culture_sports")
    assert found.representative == "R15"
    assert told(found)["speciality_fits"] == "education_culture_sports"


def test_a_speciality_in_free_words_is_looked_for_in_the_text():
    found = owner("果园小学门口的物流货车太多", at=at("2026-12-16T09:00:00"), load={"R11": 9})
    assert (found.representative, told(found)["speciality_fits"]) == ("R11", "物流")


def test_a_speciality_does_not_outweigh_the_grid_or_the_roster():
    assert owner("牡丹园门口看病难", speciality_topic="health").representative == "R1"
    assert owner("河滨社区上学难", speciality_topic="education_culture_sports").representative == "R5"


THEMED = (
    *STATIONS,
    Station("QQ-T", "钱桥物流行业代表联络站", "station", "QQ", "QQ-H", themes=("transport", "货运")),
    Station("YQ-T", "堰桥医药代表联络站", "station", "YQ", "YQ-H", themes=("health",)),
)


@pytest.mark.parametrize(
    ("text", "topic", "also"),
    [
        ("果园村的公交太少", "transport", "QQ-T"),
        ("果园村的货运车太多", None, "QQ-T"),
        ("果园村的路灯坏了", "urban_rural_construction", None),
        ("果园村看病难", "health", None),
        ("牡丹园社区看病难", "health", "YQ-T"),
    ],
)
def test_a_trade_station_of_the_same_town_reads_along(text, topic, also):
    roster = Roster.build(THEMED, [], slots=())
    found = owner(text, roster=roster, speciality_topic=topic)
    assert found.also == also
    assert told(found).get("theme_station") == also


def test_a_trade_station_does_not_read_along_with_itself():
    roster = Roster.build(THEMED, [])
    assert (
        owner("公交太少", roster=roster, scene="station", scene_param="QQ-T", speciality_topic="transport").also
        is None
    )


def test_of_many_who_are_passed_over_the_first_are_told():
    people = [Representative(f"P{number}", "某某某", station_code="S") for number in range(6)]
    roster = Roster.build([Station("S", "甲社区联络站")], people)
    away = frozenset(f"P{number}" for number in range(5))
    found = owner("灯坏了", roster=roster, scene="station", scene_param="S", away=away)
    assert found.representative == "P5"
    assert [reason.rule for reason in found.reasons].count("representative_away") == 3
