"""WeCom's callback over HTTP: what is genuine is on disk before the 200, everything else gets a 4xx."""

import asyncio
import logging
import sqlite3
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
import xmltodict
from aiohttp import web

from bot.clock import ManualClock
from bot.dispatch import messages
from bot.intake import web as callback_web
from bot.intake.callbacks import TAPPED, CallbackDoor
from bot.intake.gathering import Gatherer
from bot.simulator.account import DEMO_ACCOUNT
from bot.simulator.envelope import Envelope, render_xml
from bot.wecom.crypto import CallbackCrypto
from storage.coordination import Hints
from storage.crypto import Vault
from storage.database import Database
from tests.support.town import listening

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
VAULT = Vault(b"k" * 32)
ENVELOPE = Envelope(token=DEMO_ACCOUNT.token, aes_key=DEMO_ACCOUNT.aes_key, receive_id=DEMO_ACCOUNT.corp_id)
FOREIGN = Envelope(token=DEMO_ACCOUNT.token, aes_key=DEMO_ACCOUNT.aes_key, receive_id="wwsomebodyelse")
OTHER_KEY = Envelope(token=DEMO_ACCOUNT.token, aes_key="B" * 43, receive_id=DEMO_ACCOUNT.corp_id)
MOST = 256 * 1024


def member_text(words: str = "今晚修", number: int = 1) -> dict[str, Any]:
    return {
        "ToUserName": DEMO_ACCOUNT.corp_id,
        "FromUserName": "zhang.wei",
        "CreateTime": int(NOW.timestamp()),
        "MsgType": "text",
        "Content": words,
        "MsgId": str(7_000_000_000 + number),
        "AgentID": DEMO_ACCOUNT.agent_id,
    }


def event(name: str, **facts: Any) -> dict[str, Any]:
    return {
        "ToUserName": DEMO_ACCOUNT.corp_id,
        "FromUserName": "zhang.wei",
        "CreateTime": int(NOW.timestamp()),
        "MsgType": "event",
        "Event": name,
        "AgentID": DEMO_ACCOUNT.agent_id,
        **facts,
    }


TAP = event("template_card_event", EventKey="accept:1", TaskId="case-1-1", CardType="button_interaction")


@dataclass
class FakePull:
    """Remembers who was woken."""

    woken: list[tuple[str, str]] = field(default_factory=list)

    def wake(self, open_kfid: str, token: str) -> None:
        self.woken.append((open_kfid, token))


@dataclass
class Bot:
    """The callback's address, with what stands behind it."""

    url: str
    http: aiohttp.ClientSession
    pull: FakePull
    database: Database

    async def post(
        self, inner: str | dict[str, Any], envelope: Envelope = ENVELOPE, **query: str
    ) -> tuple[int, str]:
        text = inner if isinstance(inner, str) else render_xml(inner)
        sealed, signed = envelope.seal(text, timestamp=int(NOW.timestamp()))
        return await self.post_raw(render_xml({"Encrypt": sealed}), **{**signed, **query})

    async def post_raw(self, body: Any, **query: str) -> tuple[int, str]:
        async with self.http.post(self.url, params=query, data=body) as answer:
            return answer.status, await answer.text()

    def on_disk(self) -> list[messages.Incoming]:
        """Read by a connection of its own."""
        assert self.database.path is not None
        other = sqlite3.connect(self.database.path)
        rows = other.execute("SELECT body_sealed FROM inbox ORDER BY id").fetchall()
        other.close()
        return [messages.load(VAULT.open(sealed)) for (sealed,) in rows]


@pytest.fixture
async def bot(sqlite: Database) -> AsyncIterator[Bot]:
    crypto = CallbackCrypto(DEMO_ACCOUNT.token, DEMO_ACCOUNT.aes_key, DEMO_ACCOUNT.corp_id)
    pull = FakePull()
    clock = ManualClock(NOW)
    door = CallbackDoor(crypto, Gatherer(sqlite, Hints()), pull, VAULT, clock, DEMO_ACCOUNT.corp_id)  # type: ignore[arg-type]
    app = web.Application()
    callback_web.add_routes(app, door, clock)
    async with listening(app) as address, aiohttp.ClientSession() as http:
        yield Bot(f"{address}/wecom/callback", http, pull, sqlite)


async def test_a_message_is_on_disk_before_the_200(bot: Bot) -> None:
    assert await bot.post(member_text("今晚修 😀")) == (200, "")
    (kept,) = bot.on_disk()
    assert isinstance(kept, messages.MemberMessage)
    assert (kept.userid, kept.kind, kept.text) == ("zhang.wei", "text", "今晚修 😀")
    assert kept.sent_at == NOW


async def test_the_words_on_disk_cannot_be_read(bot: Bot) -> None:
    await bot.post(member_text("plain words of a person"))
    assert bot.database.path is not None
    for file in bot.database.path.parent.iterdir():
        assert not file.is_file() or b"plain words" not in file.read_bytes()


async def test_a_callback_that_comes_again_is_one_row(bot: Bot) -> None:
    for _ in range(3):
        assert await bot.post(member_text()) == (200, "")
    await asyncio.gather(*(bot.post(member_text()) for _ in range(5)))
    assert len(bot.on_disk()) == 1


async def test_two_messages_with_the_same_words_are_two(bot: Bot) -> None:
    for number in (1, 2):
        await bot.post(member_text("收到", number))
    assert len(bot.on_disk()) == 2


async def test_a_tap_is_kept_and_answered_on_the_spot(bot: Bot) -> None:
    status, body = await bot.post({**TAP, "ResponseCode": "code1"})
    assert status == 200
    reply = xmltodict.parse(ENVELOPE.open_reply(body))["xml"]
    assert (reply["ToUserName"], reply["MsgType"]) == ("zhang.wei", "update_button")
    assert reply["Button"]["ReplaceName"] == TAPPED
    (tapped,) = bot.on_disk()
    assert isinstance(tapped, messages.MemberTapped)
    assert (tapped.task_id, tapped.event_key, tapped.response_code) == ("case-1-1", "accept:1", "code1")


async def test_a_tap_that_comes_again_is_answered_again_and_kept_once(bot: Bot) -> None:
    for _ in range(2):
        status, body = await bot.post({**TAP, "ResponseCode": "code1"})
        assert status == 200
        assert TAPPED in ENVELOPE.open_reply(body)
    assert len(bot.on_disk()) == 1


async def test_a_double_tap_is_two(bot: Bot) -> None:
    for code in ("code1", "code2"):
        await bot.post({**TAP, "ResponseCode": code})
    assert len(bot.on_disk()) == 2


async def test_a_wake_up_wakes_the_reader_and_keeps_nothing(bot: Bot) -> None:
    inner = event("kf_msg_or_event", Token="ENCToken", OpenKfId="wk1")
    assert await bot.post(inner) == (200, "")
    assert bot.pull.woken == [("wk1", "ENCToken")]
    assert bot.on_disk() == []


@pytest.mark.parametrize(
    "inner",
    [
        event("something_new", Anything={"Nested": "x"}),
        event("change_contact", ChangeType="update_user", UserID="zhang.wei"),
        event("living_status_change", LivingId="l1", Status=1),
        event("view", EventKey="https://x.example"),
        event("unsubscribe"),
        event("template_card_event"),
        {**member_text(), "MsgType": "hologram"},
        {**member_text(), "FromUserName": ""},
        {**member_text(), "CreateTime": "yesterday"},
        "<xml></xml>",
        "<xml><MsgType>text</MsgType></xml>",
        "<other/>",
        "not xml at all",
        "",
    ],
    ids=str,
)
async def test_whatever_is_correctly_signed_is_answered_with_200(bot: Bot, inner: Any) -> None:
    status, _ = await bot.post(inner)
    assert status == 200


async def test_a_change_of_a_living_is_kept(bot: Bot) -> None:
    for _ in range(2):
        assert await bot.post(event("living_status_change", LivingId="l1", Status=1)) == (200, "")
    assert await bot.post(event("living_status_change", LivingId="l1", Status=2)) == (200, "")
    began, ended = bot.on_disk()
    assert isinstance(began, messages.LivingChanged)
    assert isinstance(ended, messages.LivingChanged)
    assert (began.living_id, began.status, began.userid, began.sent_at) == ("l1", 1, "zhang.wei", NOW)
    assert ended.status == 2


@pytest.mark.parametrize("kind", ["image", "voice", "video", "file", "location", "link"])
async def test_every_kind_of_member_message_is_kept(bot: Bot, kind: str) -> None:
    body = {"MediaId": "m1", "Location_X": "31.6", "Location_Y": "120.3", "Scale": "15", "Label": "牡丹园"}
    body |= {"Title": "t", "Description": "d", "PicUrl": "http://x", "Format": "amr", "ThumbMediaId": "m2"}
    inner = {**member_text(), "MsgType": kind, **body}
    assert (await bot.post(inner))[0] == 200
    (kept,) = bot.on_disk()
    assert isinstance(kept, messages.MemberMessage)
    assert kept.kind == kind


async def test_a_forged_signature_is_refused(bot: Bot) -> None:
    assert (await bot.post(member_text(), msg_signature="0" * 40))[0] == 403
    assert bot.on_disk() == []


async def test_a_signature_of_other_words_is_refused(bot: Bot) -> None:
    sealed, _ = ENVELOPE.seal(render_xml(member_text("ours")), timestamp=1)
    _, signed = ENVELOPE.seal(render_xml(member_text("theirs")), timestamp=1)
    assert (await bot.post_raw(render_xml({"Encrypt": sealed}), **signed))[0] == 403


async def test_a_message_for_someone_else_is_refused(bot: Bot) -> None:
    assert (await bot.post(member_text(), FOREIGN))[0] == 403
    assert bot.on_disk() == []


async def test_what_was_sealed_with_another_key_is_refused(bot: Bot) -> None:
    assert (await bot.post(member_text(), OTHER_KEY))[0] in {400, 403}
    assert bot.on_disk() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"<xml></xml>",
        b"<xml><Encrypt></Encrypt></xml>",
        b"{}",
        b"[]",
        b'{"encrypt": 1}',
        b"\xff\xfe\x00",
    ],
)
async def test_a_broken_envelope_is_refused(bot: Bot, body: bytes) -> None:
    _, signed = ENVELOPE.seal("x", timestamp=1)
    assert (await bot.post_raw(body, **signed))[0] == 400


@pytest.mark.parametrize("sealed", ["AAAA", "!!!!", "A" * 64, "😀"])
async def test_a_broken_ciphertext_with_a_right_signature_is_refused(bot: Bot, sealed: str) -> None:
    signature = ENVELOPE.sign("1", "n", sealed)
    status, _ = await bot.post_raw(
        render_xml({"Encrypt": sealed}), msg_signature=signature, timestamp="1", nonce="n"
    )
    assert status in {400, 403}


@pytest.mark.parametrize("missing", ["msg_signature", "timestamp", "nonce"])
async def test_a_query_without_one_of_its_parts_is_refused(bot: Bot, missing: str) -> None:
    assert (await bot.post(member_text(), **{missing: ""}))[0] == 400


DTD = '<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


async def test_a_dtd_in_the_envelope_is_refused(bot: Bot) -> None:
    sealed, signed = ENVELOPE.seal(render_xml(member_text()), timestamp=1)
    body = f"{DTD}<xml><Encrypt>{sealed}</Encrypt></xml>"
    assert (await bot.post_raw(body, **signed))[0] == 400


async def test_a_dtd_inside_is_refused_though_it_is_signed(bot: Bot) -> None:
    inner = f"{DTD}<xml><MsgType>text</MsgType><FromUserName>zhang.wei</FromUserName><Content>&e;</Content></xml>"
    assert (await bot.post(inner))[0] == 400
    assert bot.on_disk() == []


async def test_the_words_of_a_dtd_in_a_message_are_just_words(bot: Bot) -> None:
    assert (await bot.post(member_text("<!DOCTYPE html> 怎么写？ ]]> &amp;")))[0] == 200
    (kept,) = bot.on_disk()
    assert isinstance(kept, messages.MemberMessage)
    assert kept.text == "<!DOCTYPE html> 怎么写？ ]]> &amp;"


async def test_a_body_of_more_than_256_kib_is_refused_by_its_length(bot: Bot) -> None:
    _, signed = ENVELOPE.seal("x", timestamp=1)
    assert (await bot.post_raw(b"x" * (MOST + 1), **signed))[0] == 413


async def test_a_body_of_more_than_256_kib_in_pieces_is_refused_all_the_same(bot: Bot) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 8192

    _, signed = ENVELOPE.seal("x", timestamp=1)
    assert (await bot.post_raw(pieces(), **signed))[0] == 413


async def test_a_small_body_that_unpacks_to_a_large_one_is_refused(bot: Bot) -> None:
    _, signed = ENVELOPE.seal("x", timestamp=1)
    packed = zlib.compress(b"x" * (64 * MOST))
    headers = {"Content-Encoding": "deflate"}
    async with bot.http.post(bot.url, params=signed, data=packed, headers=headers) as answer:
        assert 400 <= answer.status < 500


async def test_a_large_message_within_the_limit_is_taken(bot: Bot) -> None:
    assert (await bot.post(member_text("长" * 40_000)))[0] == 200
    assert len(bot.on_disk()) == 1


async def test_wecom_checks_the_address(bot: Bot) -> None:
    sealed, signed = ENVELOPE.seal("1234567890", timestamp=1)
    async with bot.http.get(bot.url, params={**signed, "echostr": sealed}) as answer:
        assert (answer.status, await answer.text()) == (200, "1234567890")


@pytest.mark.parametrize(
    "changes", [{"msg_signature": "0" * 40}, {"echostr": "AAAA"}, {"echostr": ""}, {"nonce": ""}], ids=str
)
async def test_anyone_else_who_checks_the_address_is_refused(bot: Bot, changes: dict[str, str]) -> None:
    sealed, signed = ENVELOPE.seal("1234567890", timestamp=1)
    async with bot.http.get(bot.url, params={**signed, "echostr": sealed, **changes}) as answer:
        assert 400 <= answer.status < 500


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW"])
async def test_other_methods_are_refused(bot: Bot, method: str) -> None:
    async with bot.http.request(method, bot.url) as answer:
        assert 400 <= answer.status < 500


async def test_a_refusal_is_one_line_without_the_body(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await bot.post(member_text("王小明13800000000"), msg_signature="0" * 40)
    refused = [record for record in caplog.records if record.name.startswith("bot.")]
    assert [record.getMessage() for record in refused] == ["callback was refused"]
    assert "王小明" not in caplog.text


async def test_when_the_database_does_not_take_it_wecom_gets_no_200(bot: Bot) -> None:
    assert bot.database.path is not None
    other = sqlite3.connect(bot.database.path, isolation_level=None)
    other.execute("DROP TABLE inbox")
    other.close()
    assert (await bot.post(member_text()))[0] >= 500


async def test_forged_calls_are_told_to_wait_and_what_is_signed_never_is(bot: Bot) -> None:
    statuses = []
    for _ in range(130):
        async with bot.http.post(bot.url, params={"msg_signature": "0", "timestamp": "1", "nonce": "1"}) as answer:
            statuses.append(answer.status)
    assert set(statuses[:120]) <= {400, 403}
    assert statuses[-1] == 429
    assert answer.headers["Retry-After"] == "1"
    assert await bot.post(member_text("from the same address")) == (200, "")
