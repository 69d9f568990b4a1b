"""What WeCom sealed opens; what anybody else made is refused with a 4xx and nothing else ever escapes."""

import base64
import hashlib
import struct

import pytest
import xmltodict
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.enterprise.crypto import WeChatCrypto

from bot.wecom.crypto import LARGEST_BODY, CallbackCrypto, Refused

TOKEN, AES_KEY, CORP_ID = "TestToken1", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wwtestcorp000001"
KEY = base64.b64decode(AES_KEY + "=")
SEALED = (
    "Q3stYC6hdFzMh9T8HCvyDABg/St6gyAQr9CXQpH3/rKUjJoJe8uR8izGnmx1dQL55ddcr9CvNocpcxwL4czxM1MRRQR/GeBbaOl7FnkXxb9a"
    "/1ZMq9T+8YnwpxEno5fF"
)
ECHO = "Q3stYC6hdFzMh9T8HCvyDE2OBAQpx6ZLt6BmoOo4rm37gGsMPL/5DzvnKjLi3CMIDuZm30zQ4V81njZuq+DOIQ=="
MESSAGE = b"<xml><MsgType>text</MsgType></xml>"


@pytest.fixture
def crypto():
    return CallbackCrypto(TOKEN, AES_KEY, CORP_ID)


def aes(plain):
    encryptor = Cipher(algorithms.AES(KEY), modes.CBC(KEY[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def padded(content):
    count = 32 - len(content) % 32
    return content + bytes([count]) * count


def sealed(message, receive_id=CORP_ID):
    return aes(padded(b"0123456789abcdef" + struct.pack(">I", len(message)) + message + receive_id.encode()))


def signed(text, token=TOKEN):
    digest = hashlib.sha1("".join(sorted([token, "1700000000", "nonce42", text])).encode()).hexdigest()  # noqa: S324 (WeCom's)
    return {"msg_signature": digest, "timestamp": "1700000000", "nonce": "nonce42"}


def enveloped(text):
    return (
        f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName><Encrypt><![CDATA[{text}]]></Encrypt></xml>".encode()
    )


def refusal_of(crypto, query, body):
    with pytest.raises(Refused) as refused:
        crypto.open_body(query, body)
    return refused.value.status


def outcome_of(crypto, text):
    try:
        return crypto.open_body(signed(text), enveloped(text))
    except Refused as refused:
        return refused.status


def test_published_vectors_open(crypto):
    query = {"msg_signature": "27eb2eec220254ff3a3564ce9781742d062ed91b", "timestamp": "1700000000"}
    assert crypto.open_body(query | {"nonce": "nonce42"}, enveloped(SEALED)) == MESSAGE


def test_address_verification_answers_the_echo(crypto):
    query = {"msg_signature": "e8b44989be54d02d75f7a544cef39286d5dc54e0", "timestamp": "1700000000"}
    assert crypto.open_echo(query | {"nonce": "nonce42", "echostr": ECHO}) == "3141592653589793"


def test_question_to_ourselves_is_answered_right_only_with_the_same_key(crypto):
    query, answer = crypto.make_echo_question()
    assert crypto.open_echo(query) == answer
    with pytest.raises(Refused):
        CallbackCrypto("OtherToken", AES_KEY, CORP_ID).open_echo(query)


@pytest.mark.parametrize(
    "envelope",
    [
        '{{"encrypt":"{0}"}}',
        '\ufeff {{"tousername":"x","encrypt":"{0}","agentid":"1"}}',
        "<xml><Encrypt>{0}</Encrypt></xml>",
        '\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<xml><AgentID></AgentID>\n<Encrypt>\n{0}\n</Encrypt></xml>',
    ],
)
def test_every_shape_of_envelope_opens(crypto, envelope):
    assert crypto.open_body(signed(SEALED), envelope.format(SEALED).encode()) == MESSAGE


def test_empty_receive_id_opens():
    nobody = CallbackCrypto(TOKEN, AES_KEY, "")
    text = sealed(MESSAGE, "")
    assert nobody.open_body(signed(text), enveloped(text)) == MESSAGE


@pytest.mark.parametrize("missing", ["msg_signature", "timestamp", "nonce"])
def test_missing_query_parameter_is_400(crypto, missing):
    query = {name: value for name, value in signed(SEALED).items() if name != missing}
    assert refusal_of(crypto, query, enveloped(SEALED)) == 400


def test_verification_without_echostr_is_400(crypto):
    with pytest.raises(Refused) as refused:
        crypto.open_echo(signed(ECHO))
    assert refused.value.status == 400


@pytest.mark.parametrize("signature", ["0" * 40, "签名", "\ud800", "27EB"])
def test_forged_signature_is_403(crypto, signature):
    assert refusal_of(crypto, signed(SEALED) | {"msg_signature": signature}, enveloped(SEALED)) == 403


def test_signature_with_another_token_is_403(crypto):
    assert refusal_of(crypto, signed(SEALED, "OtherToken"), enveloped(SEALED)) == 403


def test_half_a_character_in_the_query_is_403(crypto):
    assert refusal_of(crypto, signed(SEALED) | {"nonce": "\ud800"}, enveloped(SEALED)) == 403


def test_foreign_receive_id_is_403(crypto):
    text = sealed(MESSAGE, "wwsomebodyelse")
    assert refusal_of(crypto, signed(text), enveloped(text)) == 403


@pytest.mark.parametrize(
    "text",
    [
        "not base64!",
        base64.b64encode(b"short").decode(),
        aes(bytes(32)),  # padding of 0
        aes(b"x" * 31 + b"\x21"),  # padding of 33
        aes(b"x" * 30 + b"\x01\x02"),  # padding that does not repeat
        aes(b"\x20" * 32),  # nothing but padding
        aes(padded(b"0123456789abcdef" + struct.pack(">I", 2**32 - 1) + MESSAGE)),  # longer than it is
    ],
)
def test_broken_ciphertext_is_400(crypto, text):
    assert refusal_of(crypto, signed(text), enveloped(text)) == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"<xml>",
        b"<xml>text</xml>",
        b"<html><Encrypt>x</Encrypt></html>",
        b"<xml><Encrypt></Encrypt></xml>",
        b"<xml><Encrypt>x</Encrypt><Encrypt>x</Encrypt></xml>",
        b"<xml><Encrypt><a>x</a></Encrypt></xml>",
        b"{",
        b"[]",
        b'{"encrypt": 7}',
        b"[" * 5000,
        b"{" * 5000,
        b"<a>" * 5000,
    ],
)
def test_body_that_is_no_envelope_is_400(crypto, body):
    assert refusal_of(crypto, signed(SEALED), body) == 400


def test_bytes_that_are_not_utf8_are_400(crypto):
    assert refusal_of(crypto, signed(SEALED), "<xml><Encrypt>中文</Encrypt></xml>".encode("gb18030")) == 400
    inside = sealed(b"<xml>\xff\xfe</xml>")
    assert refusal_of(crypto, signed(inside), enveloped(inside)) == 400


def test_body_over_256_kib_is_413_before_anything_else(crypto):
    assert refusal_of(crypto, {}, b"x" * (LARGEST_BODY + 1)) == 413


BOMB = '<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize("prologue", [BOMB, "<!DOCTYPE xml>", '<!DOCTYPE xml SYSTEM "file:///etc/passwd">'])
def test_declarations_are_400_in_the_envelope_and_inside(crypto, prologue):
    assert refusal_of(crypto, signed(SEALED), prologue.encode() + enveloped(SEALED)) == 400
    inside = sealed(prologue.encode() + MESSAGE)
    assert refusal_of(crypto, signed(inside), enveloped(inside)) == 400


def test_somebody_may_write_about_doctypes(crypto):
    message = "<xml><Content><![CDATA[网页写着 <!DOCTYPE html> <!ENTITY 打不开]]></Content></xml>".encode()
    text = sealed(message)
    assert crypto.open_body(signed(text), enveloped(text)) == message


def test_json_inside_is_handed_on(crypto):
    text = sealed(b'{"MsgType":"event"}')
    assert crypto.open_body(signed(text), enveloped(text)) == b'{"MsgType":"event"}'


def test_reason_of_a_refusal_holds_nothing_of_the_body(crypto):
    with pytest.raises(Refused) as refused:
        crypto.open_body(signed(SEALED), b"<xml>13800138000")
    assert refused.value.reason == "the body is neither XML nor JSON"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_what_we_seal_opens_with_wechatpy(plaintext):
    reply = CallbackCrypto(TOKEN, AES_KEY, CORP_ID).seal(plaintext, timestamp=1700000001, nonce="n1")
    fields = xmltodict.parse(reply)["xml"]
    assert (fields["TimeStamp"], fields["Nonce"]) == ("1700000001", "n1")
    oracle = WeChatCrypto(TOKEN, AES_KEY, CORP_ID)
    opened = oracle.check_signature(fields["MsgSignature"], "1700000001", "n1", fields["Encrypt"])
    assert opened == plaintext


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=300))
def test_what_wechatpy_seals_opens_here(plaintext):
    reply = WeChatCrypto(TOKEN, AES_KEY, CORP_ID).encrypt_message(plaintext, "n1", "1700000001")
    fields = xmltodict.parse(reply)["xml"]
    query = {"msg_signature": fields["MsgSignature"], "timestamp": "1700000001", "nonce": "n1"}
    opened = CallbackCrypto(TOKEN, AES_KEY, CORP_ID).open_echo(query | {"echostr": fields["Encrypt"]})
    assert opened == plaintext


@given(
    st.dictionaries(st.sampled_from(["msg_signature", "timestamp", "nonce", "echostr"]), st.text(max_size=20)),
    st.one_of(
        st.binary(max_size=400),
        st.text(max_size=200).map(lambda text: enveloped(text.encode("utf-8", "ignore").decode())),
    ),
)
def test_nothing_but_a_refusal_escapes_on_any_request(query, body):
    crypto = CallbackCrypto(TOKEN, AES_KEY, CORP_ID)
    for attempt in (lambda: crypto.open_body(query, body), lambda: crypto.open_echo(query)):
        with pytest.raises(Refused) as refused:
            attempt()
        assert 400 <= refused.value.status < 500


@given(st.binary(max_size=200))
def test_nothing_but_a_refusal_escapes_on_any_signed_plaintext(plain):
    crypto = CallbackCrypto(TOKEN, AES_KEY, CORP_ID)
    text = aes(plain[: len(plain) // 16 * 16])
    assert outcome_of(crypto, text) in (400, 403)


@given(st.binary(max_size=200))
def test_nothing_but_a_refusal_escapes_on_any_message(message):
    crypto = CallbackCrypto(TOKEN, AES_KEY, CORP_ID)
    text = sealed(message)
    assert outcome_of(crypto, text) in (message, 400)


@pytest.mark.parametrize("key", ["", "short", AES_KEY + "H", AES_KEY[:-1] + "+", AES_KEY[:-1] + "中"])
def test_wrong_aes_key_is_told_at_the_start(key):
    with pytest.raises(ValueError, match="43 letters and digits"):
        CallbackCrypto(TOKEN, key, CORP_ID)
