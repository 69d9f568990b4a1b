"""Whatever somebody writes: nothing is thrown, nothing outside a number changes, masking twice is masking once."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.masking import STAR, Span, find, has_any, hide, mask, public_numbers

PIECES = (
    *"0123456789１８Xx一二三五零十*+-. ·()（）#,，。；\n\t\u200b\u3000",
    *("110101199003078515", "110101900307851", "13812345678", "0510", "88881234", "6222021234567890128"),
    *("6222", "86", "138", "1234", "5678", "0086", "8888"),
    *("身份证", "电话", "座机", "卡号", "订单号", "护照", "投诉电话", "tel"),
    *("京A", "苏B·", "D12345", "12345", "8X6Y7", "挂", "警", "E", "EA1234567"),
    *("栋", "幢", "座", "号楼", "单元", "室", "房", "户", "楼", "东户", "号", "组", "村", "小区", "路"),
    *("元", "万", "年", "3-2-502", "https://a.cn/", "A", "乙"),
)
written = some.lists(some.sampled_from(PIECES), max_size=24).map("".join)
anything = some.one_of(some.text(max_size=200), written)


@given(anything)
@settings(max_examples=300, deadline=None)
def test_spans_are_in_order_apart_and_inside_the_text(text: str) -> None:
    spans = find(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= two.start for one, two in pairwise(spans))
    assert has_any(text) is bool(spans)


@given(anything)
@settings(max_examples=300, deadline=None)
def test_nothing_outside_of_a_number_changes(text: str) -> None:
    shown, at, place = hide(text), 0, 0
    for span in find(text):
        before, masked = text[at : span.start], alone(text, span)
        assert shown[place:].startswith(before + masked)
        at, place = span.end, place + len(before) + len(masked)
    assert shown[place:] == text[at:]


def alone(text: str, span: Span) -> str:
    """What one span becomes."""
    return mask(text[span.start : span.end], [Span(0, span.end - span.start, span.kind)])


@given(anything)
@settings(max_examples=800, deadline=None)
def test_masking_twice_is_masking_once(text: str) -> None:
    shown = hide(text)
    assert hide(shown) == shown


@given(anything)
@settings(max_examples=300, deadline=None)
def test_what_is_masked_shows_stars_and_never_all_of_its_digits(text: str) -> None:
    for span in find(text):
        shown = alone(text, span)
        assert STAR in shown
        assert sum(map(str.isdigit, shown)) <= 8  # an area code and four more


@given(some.lists(some.text(max_size=30), max_size=4), anything)
@settings(max_examples=200, deadline=None)
def test_public_numbers_only_take_away(phones: list[str], text: str) -> None:
    assert set(find(text, public_numbers(phones))) <= set(find(text))


@pytest.mark.parametrize(
    "part",
    [
        "1 ",
        "1",
        "1-1-",
        "13812345678 ",
        "0510-",
        "6222 ",
        "2-2-2",
        "3栋2单元",
        "三",
        "京A",
        "栋123",
        "身份证1",
        "1*",
        "（",
    ],
)
def test_hostile_text_takes_time_in_proportion_to_its_length(part: str) -> None:
    def seconds(length: int) -> float:
        text = (part * length)[:length]
        began = time.process_time()
        find(text)
        return time.process_time() - began

    seconds(500)
    assert seconds(8_000) < 2.0
