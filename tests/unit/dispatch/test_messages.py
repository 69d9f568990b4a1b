"""Everything that can come in survives the inbox, and is kept in the order of its conversation."""

from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dispatch import messages
from bot.dispatch.messages import FromMember, Incoming

KINDS: tuple[type[Any], ...] = get_args(Incoming)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
INSTANT = st.datetimes(datetime(1970, 1, 2), datetime(2999, 1, 1), timezones=st.just(UTC))
VALUES = {
    str: TEXT,
    int: st.integers(-(2**53), 2**53),
    bool: st.booleans(),
    datetime: INSTANT,
    float | None: st.none() | st.floats(-180, 180),
}


def of_kind(kind: type[Any]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: VALUES[hints[field.name]] for field in fields(kind)})


@given(st.one_of(*map(of_kind, KINDS)))
def test_it_comes_out_of_the_inbox_as_it_went_in(message: Incoming) -> None:
    assert messages.load(messages.dump(message)) == message


@pytest.mark.parametrize(
    "words", ["", "\x00", "a\x00b", "😀👨‍👩‍👧", "\u202e反过来", "\ufeff", "'); DROP TABLE cases; --", "x" * 100_000]
)
def test_odd_words_come_out_as_they_went_in(words: str) -> None:
    message = messages.MemberMessage("msg:1", "zhang", "text", words, "", "", datetime(2026, 11, 20, tzinfo=UTC))
    assert messages.load(messages.dump(message)) == message


def test_an_instant_of_another_zone_is_the_same_instant() -> None:
    local = datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    message = messages.MemberEntered("evt:1", "zhang", local)
    loaded = messages.load(messages.dump(message))
    assert isinstance(loaded, messages.MemberEntered)
    assert loaded.sent_at == local


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b'{"type": "Hologram", "value": {}}', b'{"type": "MemberEntered", "value": {}}']
)
def test_what_is_no_message_is_an_error_for_the_worker_to_count(raw: bytes) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        messages.load(raw)


def test_a_conversation_is_a_lane_in_each_account() -> None:
    entered = [
        messages.ConstituentEntered("k", account, "wmA", "", "", "", "", datetime(2026, 11, 20, tzinfo=UTC))
        for account in ("wk1", "wk2")
    ]
    recalled = messages.MessageRecalled("k", "wk1", "wmA", "m1")
    assert messages.lane_of(entered[0]) == messages.lane_of(recalled)
    assert messages.lane_of(entered[0]) != messages.lane_of(entered[1])


@given(st.one_of(*map(of_kind, KINDS)))
def test_members_and_constituents_never_share_a_lane(message: Incoming) -> None:
    assert messages.lane_of(message).startswith("app:" if isinstance(message, FromMember) else "kf:")


def test_every_kind_is_a_value() -> None:
    assert all(is_dataclass(kind) and kind.__dataclass_params__.frozen for kind in KINDS)
