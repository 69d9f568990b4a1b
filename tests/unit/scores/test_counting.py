"""Points from entries: by published schemes, with caps and what takes away, explained line by line."""

import hashlib
from datetime import date, timedelta
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.scores.counting import Fact, by_item, count
from config.duty_kinds import KINDS
from config.score_rules import ABSENCE, DONGBAO, JIANGBEI, SHIPPED, YINCHUAN, RulesRefused, dump, parse

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
DAY = timedelta(days=1)


def facts(*kinds: str, **more: object) -> list[Fact]:
    usual: dict[str, object] = {"evidence": True, "passed": True}
    return [Fact(n, kind, FIRST + n * DAY, **{**usual, **more}) for n, kind in enumerate(kinds, 1)]  # type: ignore[arg-type]


def points(rules: object, some: list[Fact]) -> Decimal:
    return count(rules, FIRST, LAST, some).total  # type: ignore[arg-type]


def test_jiangbei_a_proposal_is_3_an_inspection_3_half_a_day_of_leave_takes_1() -> None:
    assert points(JIANGBEI, facts("proposal")) == 3
    assert points(JIANGBEI, facts("inspection", "research")) == 6
    assert points(JIANGBEI, facts("session_leave", "session_leave")) == -2
    assert len(JIANGBEI.items) == 11
    assert points(JIANGBEI, facts("help", evidence=False)) == 0, "what needs evidence and has none"


def test_dongbao_everybody_has_60_and_extras_have_no_cap() -> None:
    assert points(DONGBAO, []) == 60
    assert points(DONGBAO, facts(*["proposal"] * 40)) == 260
    assert points(DONGBAO, facts("proposal", passed=False)) == 60, "claimed and not reviewed yet"


def test_yinchuan_100_points_with_three_bands() -> None:
    full = facts(
        *["attend_session", "proposal", "inspection"] * 9, *["visit"] * 30, *["training"] * 9, "duty_report"
    )
    full += facts(*["activity_day"] * 12)
    score = count(YINCHUAN, FIRST, LAST, full)
    assert (score.total, score.band) == (100, "好")
    some = facts(*["attend_session"] * 4, *["proposal"] * 4, *["visit"] * 10)
    assert count(YINCHUAN, FIRST, LAST, some).band == "较好"
    assert count(YINCHUAN, FIRST, LAST, [Fact(1, ABSENCE, FIRST)]).total == 0, "not below nothing"
    assert count(YINCHUAN, FIRST, LAST, []).band == "较差"


def test_a_cap_ends_an_item_and_says_so() -> None:
    score = count(YINCHUAN, FIRST, LAST, facts(*["training"] * 5))
    assert [(line.points, line.why) for line in score.lines] == [
        (2, ""),
        (2, ""),
        (2, ""),
        (0, "capped"),
        (0, "capped"),
    ]
    worst = count(YINCHUAN, FIRST, LAST, facts("visit", *["session_leave"] * 9))
    assert sum(line.points for line in worst.lines if line.item == "会议请假（半天）") == -10


def test_every_entry_has_one_line_and_the_reason_why_it_adds_nothing() -> None:
    some = [
        *facts("visit", "mediation", "style"),
        Fact(9, "reception", FIRST + DAY, evidence=True),
        Fact(10, "visit", FIRST + 9 * DAY, confirmed=False),
    ]
    score = count(JIANGBEI, FIRST, LAST, some)
    assert {line.fact.number: line.why for line in score.lines} == {
        1: "",
        2: "not_scored",
        3: "no_item",
        9: "same_day",
        10: "unconfirmed",
    }
    assert [(one.item, [line.fact.number for line in one.counted]) for one in by_item(score)] == [
        ("接待走访", [1]),
        ("", []),
    ]


kinds = st.sampled_from([*KINDS, ABSENCE])
some_facts = st.lists(
    st.builds(
        Fact,
        st.integers(1, 10_000),
        kinds,
        st.dates(FIRST, LAST),
        st.integers(0, 50),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    max_size=40,
    unique_by=lambda one: one.number,
)


@given(some_facts, st.sampled_from(list(SHIPPED.values())), st.randoms())
def test_points_do_not_hang_on_the_order_and_add_up_to_the_total(
    some: list[Fact], rules: object, dice: object
) -> None:
    score = count(rules, FIRST, LAST, some)  # type: ignore[arg-type]
    mixed = list(some)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    assert count(rules, FIRST, LAST, mixed) == score  # type: ignore[arg-type]
    assert len(score.lines) == len(some)
    whole = score.rules.base + sum(line.points for line in score.lines)
    bounded = min(whole, score.rules.most) if score.rules.most is not None else whole
    assert score.total == (max(bounded, score.rules.least) if score.rules.least is not None else bounded)
    for item in score.rules.items:
        got = sum(line.points for line in score.lines if line.item == item.name)
        assert item.most is None or (got >= item.most if item.most < 0 else got <= item.most)
    assert all(line.points or line.why for line in score.lines if line.item == "" or line.fact.people)


@pytest.mark.parametrize("label", SHIPPED)
def test_a_shipped_version_is_kept_as_it_is_for_good(label: str) -> None:
    """Whoever wants to change one adds a version: points of earlier years must come to the same number again."""
    body = orjson.dumps(dump(SHIPPED[label]), option=orjson.OPT_SORT_KEYS)
    assert hashlib.sha256(body).hexdigest()[:16] == DIGESTS[label]


DIGESTS = {"jiangbei@1": "9d5caf1bb74d9f0f", "dongbao@1": "dfc2a2967e628eeb", "yinchuan@1": "c173482ca7067e40"}


@pytest.mark.parametrize("rules", SHIPPED.values(), ids=str)
def test_a_rule_set_is_read_back_as_it_was_written_down(rules: object) -> None:
    body = orjson.loads(orjson.dumps(dump(rules)))  # type: ignore[arg-type]
    assert parse(rules.name, rules.version, body, KINDS) == rules  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"items": []}, "items: is a list of one item or more"),
        ({"items": [{"name": "x", "kinds": ["nothing"], "points": 1}]}, "nothing: there is no such kind"),
        ({"items": [{"name": "x", "kinds": ["visit"], "points": "many"}]}, "'many' is no number of points"),
        ({"items": [{"name": "x", "kinds": ["visit"], "points": 1, "each": "year"}]}, "each: is one of"),
        ({"items": ["visit"]}, "items[0]: is an object"),
        ({"colour": "red"}, "colour: there is no such field"),
        ({"appeal_days": -1}, "appeal_days"),
        ({"bands": [{"least": 80}]}, "bands: is a list"),
        ({"base": 0.001}, "base: "),
    ],
)
def test_a_rule_set_that_cannot_be_counted_by_is_refused_with_why(change: dict[str, object], fault: str) -> None:
    body = {"items": [{"name": "走访", "kinds": ["visit"], "points": 1}], **change}
    with pytest.raises(RulesRefused) as refused:
        parse("own", 1, body, KINDS)
    assert any(fault in one for one in refused.value.faults)
