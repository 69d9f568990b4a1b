"""What was sealed opens with its own key, unchanged, or not at all."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.crypto import ContentKey, Unreadable, Vault

VAULT = Vault(b"v" * 32)
SEALED = VAULT.seal("王女士，13800000000".encode())


@given(st.text())
def test_a_text_comes_back_as_it_went_in(text: str) -> None:
    key, wrapped = VAULT.make_key()
    assert VAULT.unwrap(wrapped).open_text(key.seal_text(text)) == text


@given(st.binary())
def test_bytes_come_back_as_they_went_in(content: bytes) -> None:
    assert VAULT.open(VAULT.seal(content)) == content


def test_nothing_sealed_is_the_empty_text() -> None:
    assert VAULT.open_text(None) == ""


def test_the_same_words_never_look_the_same() -> None:
    assert VAULT.seal(b"same") != VAULT.seal(b"same")


def test_the_words_cannot_be_seen() -> None:
    assert b"13800000000" not in SEALED


def test_another_key_opens_nothing() -> None:
    for other in (ContentKey(os.urandom(32)), VAULT.make_key()[0]):
        with pytest.raises(Unreadable):
            other.open(SEALED)


@pytest.mark.parametrize("at", range(len(SEALED)))
def test_one_changed_byte_anywhere_is_seen(at: int) -> None:
    damaged = SEALED[:at] + bytes([SEALED[at] ^ 1]) + SEALED[at + 1 :]
    with pytest.raises(Unreadable):
        VAULT.open(damaged)


@pytest.mark.parametrize("length", [0, 1, 11, 12, 27, len(SEALED) - 1])
def test_what_was_cut_off_is_seen(length: int) -> None:
    with pytest.raises(Unreadable):
        VAULT.open(SEALED[:length])


def test_an_error_carries_neither_words_nor_keys() -> None:
    with pytest.raises(Unreadable) as unreadable:
        VAULT.open(SEALED[:-1])
    assert unreadable.value.args == ()
    assert unreadable.value.__cause__ is None


def test_a_content_key_is_no_use_without_the_data_key() -> None:
    _, wrapped = VAULT.make_key()
    with pytest.raises(Unreadable):
        Vault(b"w" * 32).unwrap(wrapped)
