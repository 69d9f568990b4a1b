"""Where a scanned code leads: valid, unknown, revoked, run out, renewed, and when its target is gone."""

from datetime import date, datetime

import pytest

from bot.assignment import EntryCode, Location, Roster, Station, entry_codes
from tests.unit.assignment.town import (
    GRIDS,
    PLACES,
    REPRESENTATIVES,
    SHANGHAI,
    SLOTS,
    STATIONS,
    ask,
    rules,
)

FRIDAY = date(2026, 12, 18)
LAST_MINUTE = datetime(2026, 12, 18, 23, 59, 59, tzinfo=SHANGHAI)
MIDNIGHT = datetime(2026, 12, 19, 0, 0, tzinfo=SHANGHAI)


def with_codes(*codes: EntryCode, stations: tuple[Station, ...] = STATIONS) -> Roster:
    return Roster.build(stations, REPRESENTATIVES, GRIDS, PLACES, SLOTS, codes=codes)


TABLE = with_codes(
    EntryCode("R1", "rep", "R1", "YQ-S1", revoked=True),
    EntryCode("R1-2", "rep", "R1", "YQ-S1", revoked=True),
    EntryCode("R1-3", "rep", "R1", "YQ-S1"),
    EntryCode("R2", "rep", "R2", "YQ-S1", expires_on=FRIDAY),
    EntryCode("R3", "rep", "R3", "QQ-S1", revoked=True, expires_on=FRIDAY),
    EntryCode("R99-2", "rep", "R99", "QQ-S1"),
    EntryCode("R5", "rep", "R5", "pulled-down", revoked=True),
    EntryCode("R98", "rep", "R98", "pulled-down", revoked=True),
    EntryCode("YQ-S1", "station", "YQ-S1", "YQ-H", revoked=True),
    EntryCode("YQ-S1-2", "station", "YQ-S1", "YQ-H"),
    EntryCode("YQ-S2", "station", "YQ-S2", None, revoked=True),
    EntryCode("JH-H", "station", "JH-H", None, revoked=True),
    EntryCode("QQ-S1", "station", "QQ-S1", "QQ-S1", revoked=True),
)


@pytest.mark.parametrize(
    ("scene", "code", "target", "fault", "station"),
    [
        ("rep", "R4", "R4", "", None),
        ("rep", "R1-3", "R1", "", None),
        ("rep", "R404", "R404", "code_unknown", None),
        ("rep", "R1", "R1", "code_revoked", "YQ-S1"),
        ("rep", "R1-2", "R1", "code_revoked", "YQ-S1"),
        ("rep", "R2", "R2", "", None),
        ("rep", "R3", "R3", "code_revoked", "QQ-S1"),
        ("rep", "R99-2", "R99", "code_revoked", "QQ-S1"),
        ("rep", "R5", "R5", "code_revoked", "YQ-S2"),
        ("rep", "R98", "R98", "code_revoked", None),
        ("station", "QQ-P1", "QQ-P1", "", None),
        ("station", "YQ-S1-2", "YQ-S1", "", None),
        ("station", "YQ-S1", "YQ-S1", "code_revoked", "YQ-H"),
        ("station", "YQ-S2", "YQ-S2", "code_revoked", "YQ-H"),
        ("station", "JH-H", "JH-H", "code_revoked", None),
        ("station", "QQ-S1", "QQ-S1", "code_revoked", "QQ-S1"),
        ("station", "R1-3", "R1-3", "code_unknown", None),
        ("day", "YQ-S1", "YQ-S1", "code_revoked", "YQ-H"),
    ],
)
def test_a_code_is_read_on_its_last_day(scene, code, target, fault, station):
    entrance = entry_codes.read(TABLE, scene, code, FRIDAY)
    assert (entrance.target, entrance.fault, entrance.station) == (target, fault, station)


def test_a_code_is_good_until_local_midnight_and_then_leads_to_the_station():
    valid = ask("路灯坏了", roster=TABLE, scene="rep", scene_param="R2", at=LAST_MINUTE)
    assert (valid.station, valid.representative, rules(valid)[0]) == ("YQ-S1", "R2", "representative_code")
    late = ask("路灯坏了", roster=TABLE, scene="rep", scene_param="R2", at=MIDNIGHT)
    assert (late.station, late.representative) == ("YQ-S1", "R1")
    assert rules(late)[:2] == ["code_expired", "code_station"]
    assert late.decided_by == "code_expired"


def test_a_renewed_code_leads_to_its_representative_under_their_own_code():
    decision = ask("路灯坏了", roster=TABLE, scene="rep", scene_param="R1-3")
    assert decision.representative == "R1"
    assert decision.reasons[0].to_json() == {"rule": "representative_code", "evidence": "R1"}


def test_a_renewed_code_of_a_station_leads_to_the_station():
    decision = ask("路灯坏了", roster=TABLE, scene="station", scene_param="YQ-S1-2")
    assert (decision.station, rules(decision)[0]) == ("YQ-S1", "station_code")


def test_a_revoked_code_says_which_and_where_to_and_goes_past_whom_it_was_for():
    decision = ask("路灯坏了", roster=TABLE, scene="rep", scene_param="R1")
    assert (decision.station, decision.representative) == ("YQ-S1", "R2")
    assert [reason.to_json() for reason in decision.reasons[:2]] == [
        {"rule": "code_revoked", "evidence": "R1"},
        {"rule": "code_station", "evidence": "YQ-S1"},
    ]
    assert decision.decided_by == "code_revoked"
    assert decision.found_place


def test_a_station_with_nobody_else_leaves_it_to_the_officer():
    alone = with_codes(EntryCode("R7", "rep", "R7", "JH-H", revoked=True))
    decision = ask("路灯坏了", roster=alone, scene="rep", scene_param="R7")
    assert (decision.station, decision.representative) == ("JH-H", None)
    assert "officer_handles" in rules(decision)


@pytest.mark.parametrize("at", [LAST_MINUTE, datetime(2026, 12, 15, 10, 0, tzinfo=SHANGHAI)])
def test_whoever_is_on_duty_at_the_station_takes_it_as_with_its_own_code(at):
    gone = with_codes(EntryCode("R9", "rep", "R9", "YQ-S2", revoked=True))
    by_code = ask("路灯坏了", roster=gone, scene="station", scene_param="YQ-S2", at=at)
    instead = ask("路灯坏了", roster=gone, scene="rep", scene_param="R9", at=at)
    assert (instead.station, instead.representative) == (by_code.station, by_code.representative)


def test_a_station_that_the_sender_refused_is_not_given_again():
    refused = frozenset({"YQ-S1"})
    decision = ask("阳光花园太吵", roster=TABLE, scene="rep", scene_param="R1", refused_stations=refused)
    assert decision.station != "YQ-S1"
    assert rules(decision)[:3] == ["code_revoked", "code_station", "station_refused"]


def test_a_code_without_any_station_left_lets_the_words_decide_and_then_the_centre():
    placed = ask("牡丹园北苑路灯坏了", roster=TABLE, scene="rep", scene_param="R98")
    assert (placed.station, rules(placed)[0], placed.decided_by) == ("YQ-S2", "code_revoked", "place_named")
    unplaced = ask("路灯坏了", roster=TABLE, scene="station", scene_param="JH-H")
    assert (unplaced.station, unplaced.decided_by) == ("JH-H", "service_centre")


def test_an_alarm_by_a_revoked_code_is_an_alarm_at_the_station():
    decision = ask("楼下着火了快来人", roster=TABLE, scene="rep", scene_param="R1")
    assert (decision.kind, decision.station) == ("emergency", "YQ-S1")


def test_the_code_still_comes_before_a_position():
    spot = Location(31.665, 120.31)
    decision = ask("太吵", roster=TABLE, scene="rep", scene_param="R1", location=spot)
    assert decision.station == "YQ-S1"


def test_without_stations_a_revoked_code_is_told_all_the_same():
    bare = Roster.build(codes=[EntryCode("R1", "rep", "R1", "S", revoked=True)])
    decision = ask("路灯坏了", roster=bare, scene="rep", scene_param="R1")
    assert decision.station is None
    assert rules(decision)[:2] == ["code_revoked", "no_station"]
