"""Answers are read with patience: one odd character must not cost a page of messages."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wecom import fields


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('{"t":"好"}'.encode(), "好"),
        ('{"t":"好'.encode() + b'\xe5\xa5"}', "好�"),  # cut within a character
        (b'{"t":"one\ntwo"}', "one\ntwo"),  # a raw line break
        (b'{"t":"\\ud83d"}', "?"),  # half an emoji
        (b'{"t":"\\ud83d\\ude00"}', "😀"),
    ],
)
def test_odd_characters_do_not_lose_the_rest(body, text):
    assert fields.read_json(body) == {"t": text}


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"\xff", b'{"t": NaN}', b"[" * 100_000])
def test_what_is_no_json_is_a_value_error(body):
    with pytest.raises(ValueError):  # noqa: PT011 (whichever reader gave up, this is the promise)
        fields.read_json(body)


@given(st.binary(max_size=100))
def test_only_value_errors(body):
    with contextlib.suppress(ValueError):
        fields.read_json(body)


@pytest.mark.parametrize(
    ("value", "number"), [(7, 7), ("7", 7), ("-7", -7), (True, None), ("--7", None), ("", None), (7.5, None)]
)
def test_whole_numbers(value, number):
    assert fields.whole({"n": value}, "n") == number


@pytest.mark.parametrize(
    ("value", "ids"), [("A|b", {"a", "b"}), (["A", 7, ""], {"a"}), ("", set()), (None, set()), (" a ", {"a"})]
)
def test_id_lists_come_in_two_shapes(value, ids):
    assert fields.names({"u": value}, "u") == ids


@pytest.mark.parametrize("value", ["nan", "inf", "91", None, True, [], 10**400])
def test_what_is_no_latitude(value):
    assert fields.degrees(value, 90) is None
