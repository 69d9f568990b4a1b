"""The figures that staff tune."""

from config.rules import Rules


def test_what_staff_changed_replaces_the_default_and_the_rest_stays() -> None:
    rules = Rules.tuned({"first_answer_hours": 48, "roster_version": "2026", "no_such_rule": 1})
    assert rules == Rules(first_answer_hours=48)


def test_the_platforms_limits_are_the_documented_ones() -> None:
    rules = Rules()
    assert (rules.kf_messages_per_turn, rules.kf_window_hours, rules.welcome_seconds) == (5, 48, 20)
    assert (rules.member_messages_per_minute, rules.member_messages_per_hour) == (30, 1000)
