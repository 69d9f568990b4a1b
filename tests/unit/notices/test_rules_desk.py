"""Every rule has a name that people read, once; every refusal of a number is told in Chinese."""

from dataclasses import fields

import pytest

from bot.notices import rules_desk
from config.rules import Rules


def test_every_rule_is_named_once() -> None:
    named = [name for _, rules in rules_desk.GROUPS.values() for name in rules]
    assert sorted(named) == sorted(one.name for one in fields(Rules))


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("takes a whole number, not 'x'", "要填整数。"),
        ("takes a number, not 'x'", "要填数字。"),
        ("lies between 1 and 20", "要在 1 到 20 之间。"),
        ("takes one value", "只能填一个值，不能空。"),
        ("takes one value or more", "至少填一个值，一行一个。"),
        ("something else", "没有改成：something else"),
    ],
)
def test_a_refusal_is_told_in_words(why: str, told: str) -> None:
    assert rules_desk.refused(why) == told
