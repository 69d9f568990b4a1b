"""Labelled messages: what is taken, what is refused, which belong together."""

import json

import pytest

from bot.training import Row, RowsRefused, folds, parse_rows, views

GOOD = [f'{{"text": "{text}{number}", "topic": "{topic}"}}' for number in range(3) for text, topic in
        (("路灯坏了", "城乡建设"), ("公交太少", "transport"))]  # fmt: skip


def faults_of(*lines: str) -> tuple[str, ...]:
    with pytest.raises(RowsRefused) as refused:
        parse_rows([*GOOD, *lines])
    return refused.value.faults


def test_topics_are_taken_by_identifier_chinese_name_or_none() -> None:
    rows = parse_rows([*GOOD, "", json.dumps({"text": "您好", "topic": None, "kind": "service_query", "id": 7})])
    assert [row.topic for row in rows[:2]] == ["urban_rural_construction", "transport"]
    assert rows[-1] == Row("您好", None, "service_query")


def test_every_fault_is_said_with_its_line() -> None:
    faults = faults_of(
        "{", "[]", '{"text": " ", "topic": "transport"}', '{"text": "a"}', '{"text": "a", "topic": "天气"}',
        '{"text": 3, "topic": null, "kind": "joke"}',
    )  # fmt: skip
    assert [fault.split(":")[0] for fault in faults] == [f"line {n}" for n in (7, 8, 9, 10, 11, 12, 12)]


def test_a_topic_with_too_few_messages_is_refused() -> None:
    (fault,) = faults_of('{"text": "医院乱收费", "topic": "health"}')
    assert "health has 1 of at least 3" in fault


def test_one_topic_alone_is_refused() -> None:
    with pytest.raises(RowsRefused, match="at least two topics"):
        parse_rows(GOOD[::2])


def test_near_duplicates_and_named_groups_are_in_one_part() -> None:
    letter = "尊敬的领导：我们小区的电梯坏了三个月，物业一直推脱，老人上下楼非常不便，请尽快解决。" * 2
    rows = [
        Row(letter, "urban_rural_construction"),
        Row(letter.replace("三个月", "四个月", 1), "urban_rural_construction"),
        Row("出租车不打表", "transport", group="a"),
        Row("快递丢了没人赔", "transport", group="a"),
        Row("医院挂号难", "health"),
    ]
    names = folds.group(rows)
    assert names[0] == names[1]
    assert names[2] == names[3]
    assert len(set(names)) == 3
    parts = folds.part(rows, 2)
    assert parts[0] == parts[1]


def test_views_of_a_letter_with_a_title() -> None:
    text = "电梯坏了没人管\n我是三号楼的业主。电梯坏了三个月了，物业一直说在等配件，老人孩子上下楼非常不方便。"
    assert views.title(text) == "电梯坏了没人管"
    assert views.opening(text).startswith("我是三号楼的业主")
    assert views.of_text(text)[0] == text


def test_a_short_message_has_one_view() -> None:
    assert views.of_text("路灯坏了") == ("路灯坏了",)
