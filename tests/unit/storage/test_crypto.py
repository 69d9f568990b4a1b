"""What was sealed opens with its own key, unchanged, or not at all."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.crypto import ContentKey, Sm4Gcm, Unreadable, Vault, fingerprint_of

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


def test_sm4_gcm_agrees_with_the_published_vector() -> None:
    """RFC 8998, appendix A.1."""
    cipher = Sm4Gcm(bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"))
    nonce = bytes.fromhex("00001234567800000000ABCD")
    associated = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    content = bytes.fromhex("AA" * 8 + "BB" * 8 + "CC" * 8 + "DD" * 8 + "EE" * 8 + "FF" * 8 + "EE" * 8 + "AA" * 8)
    sealed = bytes.fromhex(
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )
    assert cipher.encrypt(nonce, content, associated) == sealed
    assert cipher.decrypt(nonce, sealed, associated) == content


def test_aes_256_gcm_agrees_with_the_published_vector() -> None:
    """GCM specification (McGrew and Viega), test case 14: a key, a nonce and a block of zeros."""
    key = ContentKey(bytes(32))
    sealed = bytes.fromhex("CEA7403D4D606B6E074EC5D3BAF39D18D0D1C8A799996BF0265B98B5D48AB919")
    assert key.open(bytes(12) + sealed) == bytes(16)


@given(st.binary())
def test_an_sm4_vault_makes_sm4_keys_and_opens_what_aes_sealed_before(content: bytes) -> None:
    before, now = Vault(b"a" * 32), Vault(b"s" * 16, b"a" * 32)
    old_key, old_wrapped = before.make_key()
    new_key, new_wrapped = now.make_key()
    assert now.unwrap(old_wrapped).open(old_key.seal(content)) == content
    assert now.unwrap(new_wrapped).open(new_key.seal(content)) == content
    assert len(now.open(new_wrapped)) == 16
    assert len(now.open(old_wrapped)) == 32


@pytest.mark.parametrize("raw", [b"k" * 32, b"k" * 16])
def test_neither_cipher_takes_a_changed_byte_or_a_stump(raw: bytes) -> None:
    key = ContentKey(raw)
    sealed = key.seal(b"words")
    wrong = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))]
    for damaged in [*wrong, *(sealed[:length] for length in range(len(sealed)))]:
        with pytest.raises(Unreadable):
            key.open(damaged)


def test_a_key_of_another_length_is_none() -> None:
    with pytest.raises(ValueError, match="24 bytes"):
        ContentKey(b"k" * 24)


def test_while_a_key_is_replaced_both_open_and_only_the_first_seals() -> None:
    old, new = Vault(b"o" * 32), Vault(b"n" * 32, b"o" * 32)
    assert new.open(old.seal(b"words")) == b"words"
    with pytest.raises(Unreadable):
        old.open(new.seal(b"words"))


def test_resealing_moves_a_value_once_and_refuses_what_no_key_opens() -> None:
    old, new = Vault(b"o" * 32), Vault(b"n" * 32, b"o" * 32)
    moved = new.reseal(old.seal(b"words"))
    assert moved is not None
    assert Vault(b"n" * 32).open(moved) == b"words"
    assert new.reseal(moved) is None
    with pytest.raises(Unreadable):
        new.reseal(Vault(b"x" * 32).seal(b"words"))


def test_a_fingerprint_says_which_key_it_is_and_nothing_of_it() -> None:
    assert fingerprint_of(b"o" * 32) == Vault(b"o" * 32).fingerprint != Vault(b"n" * 32).fingerprint
    assert len(fingerprint_of(b"o" * 32)) == 16
