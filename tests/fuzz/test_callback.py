"""The one address that the world may post to: whatever comes is answered 200 or 4xx, and soon."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from bot.clock import ManualClock
from bot.intake import web as callback_web
from bot.intake.callbacks import CallbackDoor
from bot.intake.gathering import Gatherer
from bot.simulator.account import DEMO_ACCOUNT
from bot.simulator.envelope import Envelope, render_xml
from bot.wecom.crypto import CallbackCrypto
from storage.coordination import Hints
from storage.crypto import Vault
from storage.database import Database
from tests.fuzz.effort import examples
from tests.support.town import START, listening

ENVELOPE = Envelope(token=DEMO_ACCOUNT.token, aes_key=DEMO_ACCOUNT.aes_key, receive_id=DEMO_ACCOUNT.corp_id)
SOON_SECONDS = 5.0
KINDS = ("text", "image", "voice", "video", "file", "location", "link", "event", "TEXT", "", "something_new")
EVENTS = (
    "template_card_event",
    "kf_msg_or_event",
    "enter_agent",
    "living_status_change",
    "change_contact",
    "click",
    "",
)
FIELDS = (
    *("FromUserName", "CreateTime", "MsgId", "Content", "MediaId", "Location_X", "Location_Y", "Label", "EventKey"),
    *(
        "TaskId",
        "ResponseCode",
        "CardType",
        "SelectedItems",
        "Token",
        "OpenKfId",
        "LivingId",
        "Status",
        "ChangeType",
    ),
)
xml_text = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=40)
numbers = st.sampled_from(["0", "-1", "1700000000", "9" * 19, "9" * 400, "1e309", "NaN", "٣"])
value = (
    xml_text | numbers | st.dictionaries(st.sampled_from(["SelectedItem", "OptionIds", "a"]), xml_text, max_size=2)
)


@st.composite
def messages(draw: DrawFn) -> str:
    """Something like a message of WeCom with any of its fields odd, doubled or missing; or any text at all."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
    fields: dict[str, Any] = {"MsgType": draw(st.sampled_from(KINDS)), "Event": draw(st.sampled_from(EVENTS))}
    fields |= {"FromUserName": "zhang.wei", "CreateTime": "1700000000"}
    fields |= draw(st.dictionaries(st.sampled_from(FIELDS), value, max_size=8))
    missing = draw(st.sampled_from(["", *fields]))
    document = render_xml({name: one for name, one in fields.items() if name != missing})
    twice = draw(st.sampled_from(["", "<MsgType>text</MsgType>", "<Event/>", "<MsgId>1</MsgId><MsgId>2</MsgId>"]))
    return (
        document.replace("</xml>", f"{twice}</xml>")
        if draw(st.booleans())
        else document[: draw(st.integers(0, 400))]
    )


class Door:
    """The callback's address, served; `post` takes whatever one has."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self._url, self._http = url, http

    async def post(self, body: bytes, query: dict[str, str]) -> int:
        async with asyncio.timeout(SOON_SECONDS), self._http.post(self._url, params=query, data=body) as answer:
            await answer.read()
            return answer.status

    async def get(self, query: dict[str, str]) -> int:
        async with asyncio.timeout(SOON_SECONDS), self._http.get(self._url, params=query) as answer:
            await answer.read()
            return answer.status


class Pull:
    """Nobody to wake."""

    def wake(self, open_kfid: str, token: str) -> None:
        assert open_kfid


@pytest.fixture
async def door(sqlite: Database) -> AsyncIterator[Door]:
    crypto = CallbackCrypto(DEMO_ACCOUNT.token, DEMO_ACCOUNT.aes_key, DEMO_ACCOUNT.corp_id)
    clock = ManualClock(START)
    gatherer = Gatherer(sqlite, Hints())
    behind = CallbackDoor(crypto, gatherer, Pull(), Vault(b"k" * 32), clock, DEMO_ACCOUNT.corp_id)  # type: ignore[arg-type]
    app = web.Application()
    callback_web.add_routes(app, behind, clock)
    async with listening(app) as address, aiohttp.ClientSession() as http:
        yield Door(f"{address}/wecom/callback", http)


@given(messages())
@examples(60)
async def test_whatever_wecom_signs_is_taken(door: Door, message: str) -> None:
    """What is genuine is answered 200 even where it makes no sense: anything else would come again and again."""
    sealed, signed = ENVELOPE.seal(message, timestamp=1_700_000_000)
    status = await door.post(render_xml({"Encrypt": sealed}).encode(), signed)
    assert status == 200 or (status == 400 and "<!" in message)


@given(
    st.binary(max_size=300) | st.text(max_size=100).map(lambda one: one.encode("utf-8", "surrogatepass")),
    st.dictionaries(
        st.sampled_from(["msg_signature", "timestamp", "nonce", "echostr", "x"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    ),
)
@examples(40)
async def test_whatever_is_not_signed_is_refused(door: Door, body: bytes, query: dict[str, str]) -> None:
    assert 400 <= await door.post(body, query) < 500
    assert 400 <= await door.get(query) < 500


@given(st.binary(max_size=200), st.integers(0, 64))
@examples(40)
async def test_a_signed_ciphertext_that_is_broken_is_refused(door: Door, noise: bytes, cut: int) -> None:
    """Signed by somebody who knows the token but not the key: each length, each padding."""
    sealed = ENVELOPE.encrypt(noise.decode("latin-1"))
    broken = sealed[: max(0, len(sealed) - cut - 1)]
    signature = ENVELOPE.sign("1", "n", broken)
    query = {"msg_signature": signature, "timestamp": "1", "nonce": "n"}
    for envelope in (render_xml({"Encrypt": broken}), json.dumps({"encrypt": broken})):
        assert 400 <= await door.post(envelope.encode(), query) < 500
