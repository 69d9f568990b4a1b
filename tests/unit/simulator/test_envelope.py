"""The callback envelope against the vectors of wecom-protocol section 1.5 and against wechatpy."""

import base64

import pytest
from wechatpy.enterprise.crypto import WeChatCrypto

from bot.simulator import DEMO_ACCOUNT
from bot.simulator.envelope import BadEnvelopeError, Envelope, render_xml, sign

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SEALED = (
    "Q3stYC6hdFzMh9T8HCvyDABg/St6gyAQr9CXQpH3/rKUjJoJe8uR8izGnmx1dQL55ddcr9CvNocpcxwL4czxM1MRRQR/GeBbaOl7FnkXx"
    "b9a/1ZMq9T+8YnwpxEno5fF"
)


@pytest.fixture
def envelope() -> Envelope:
    return Envelope(token="TestToken1", aes_key=KEY, receive_id="wwtestcorp000001")


def test_seals_and_signs_the_known_vector(envelope: Envelope) -> None:
    sealed = envelope.encrypt("<xml><MsgType>text</MsgType></xml>", random16=b"0123456789abcdef")
    assert sealed == SEALED
    assert sign("TestToken1", "1700000000", "nonce42", sealed) == "27eb2eec220254ff3a3564ce9781742d062ed91b"


@pytest.mark.parametrize("length", [0, 1, 11, 12, 13, 31, 32, 33, 5000])
def test_wechatpy_opens_what_was_sealed_whatever_the_padding(envelope: Envelope, length: int) -> None:
    message = "<xml><A>" + "x" * length + "</A></xml>"
    sealed, query = envelope.seal(message, timestamp=1700000000)
    opened = WeChatCrypto("TestToken1", KEY, "wwtestcorp000001").decrypt_message(
        {"Encrypt": sealed}, query["msg_signature"], query["timestamp"], query["nonce"]
    )
    assert opened in (message, message.encode())


def test_opens_what_it_sealed_and_refuses_the_rest(envelope: Envelope) -> None:
    assert envelope.decrypt(SEALED) == "<xml><MsgType>text</MsgType></xml>"
    foreign = Envelope(token="TestToken1", aes_key=KEY, receive_id="wwanother")
    for broken in ("", "!!!", SEALED[:-8], base64.b64encode(b"x" * 32).decode()):
        with pytest.raises(BadEnvelopeError):
            envelope.decrypt(broken)
    with pytest.raises(BadEnvelopeError):
        foreign.decrypt(SEALED)


def test_every_sealing_has_a_fresh_nonce(envelope: Envelope) -> None:
    assert envelope.seal("a", timestamp=1)[1]["nonce"] != envelope.seal("a", timestamp=1)[1]["nonce"]


def test_text_cannot_break_out_of_its_element() -> None:
    assert render_xml({"Content": "a]]><b>\x00"}) == "<xml><Content><![CDATA[a]]]]><![CDATA[><b>]]></Content></xml>"


def test_the_demo_key_is_a_real_key() -> None:
    assert len(DEMO_ACCOUNT.aes_key) == 43
    assert DEMO_ACCOUNT.aes_key.isalnum()
    Envelope(token=DEMO_ACCOUNT.token, aes_key=DEMO_ACCOUNT.aes_key, receive_id=DEMO_ACCOUNT.corp_id)
