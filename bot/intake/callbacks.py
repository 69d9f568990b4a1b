"""WeCom's callback: verified, opened, on disk, then answered."""

import asyncio
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.dispatch import messages
from bot.dispatch.messages import Incoming
from bot.intake.gathering import Gatherer
from bot.intake.kf_pull import KfPull
from bot.wecom import callbacks
from bot.wecom.callbacks import Callback, CardTapped, KfWakeup, LivingChanged, MemberEntered, MemberMessage
from bot.wecom.crypto import CallbackCrypto
from storage.crypto import Vault
from storage.inbox import MEMBERS, Arrival

log = logging.getLogger(__name__)
TAPPED = "已收到"


@dataclass(slots=True)
class _Letter:
    """A callback that is being taken; `kept` ends with the commit, or raises what is to be answered instead."""

    query: Mapping[str, str]
    body: bytes
    kept: asyncio.Future[None]
    callback: Callback | None = None


class CallbackDoor:
    """Takes one callback at a time; raises `Refused` for what is not WeCom's."""

    def __init__(
        self, crypto: CallbackCrypto, gatherer: Gatherer, pull: KfPull, vault: Vault, clock: Clock, corp_id: str
    ) -> None:
        self._crypto = crypto
        self._gatherer = gatherer
        self._pull = pull
        self._vault = vault
        self._clock = clock
        self._corp_id = corp_id
        self._letters: list[_Letter] = []

    def verify(self, query: Mapping[str, str]) -> str:
        """The answer to WeCom's check of the address (document 90930)."""
        return self._crypto.open_echo(query)

    async def receive(self, query: Mapping[str, str], body: bytes) -> str:
        """Keep what was pushed; returns the body of the answer, empty or a passive reply."""
        letter = _Letter(query, body, asyncio.get_running_loop().create_future())
        self._letters.append(letter)
        if len(self._letters) == 1:
            asyncio.get_running_loop().call_soon(self._open_all)
        await letter.kept
        return self._button_reply(letter.callback) if isinstance(letter.callback, CardTapped) else ""

    def _open_all(self) -> None:
        """What came in one turn of the loop is opened in a row: half the time of one here and one there."""
        letters, self._letters = self._letters, []
        now = self._clock.now()
        for letter in letters:
            try:
                self._open(letter, now)
            except Exception as error:  # noqa: BLE001  it is the request's, which raises it
                if not letter.kept.done():
                    letter.kept.set_exception(error)

    def _open(self, letter: _Letter, now: datetime) -> None:
        callback = letter.callback = callbacks.parse_callback(self._crypto.open_body(letter.query, letter.body))
        message = incoming_of(callback)
        if message is not None:
            arrival = Arrival(
                source=MEMBERS,
                key=message.key,
                lane=messages.lane_of(message),
                body_sealed=self._vault.seal(messages.dump(message)),
                received_at=now,
            )
            self._gatherer.add(arrival, letter.kept)
            return
        if isinstance(callback, KfWakeup):
            self._pull.wake(callback.open_kfid, callback.token)
        else:
            log.info("callback needs nothing of us", extra={"callback": type(callback).__name__})
        if not letter.kept.done():
            letter.kept.set_result(None)

    def _button_reply(self, tapped: CardTapped) -> str:
        """The tapped button says at once that it was heard; the card's new state follows to everyone."""
        now = self._clock.now()
        reply = callbacks.render_button_reply(tapped.userid, self._corp_id, TAPPED, now)
        return self._crypto.seal(reply, timestamp=int(now.timestamp()), nonce=secrets.token_hex(8))


def incoming_of(callback: Callback) -> Incoming | None:
    """As handlers see it; None for what only a log line is due to."""
    match callback:
        case MemberMessage():
            return messages.MemberMessage(
                key=callback.key,
                userid=callback.userid,
                kind=callback.kind,
                text=callback.text,
                media_id=callback.media_id,
                file_name=callback.file_name,
                sent_at=callback.created_at,
            )
        case CardTapped():
            return messages.MemberTapped(
                key=callback.key,
                userid=callback.userid,
                task_id=callback.task_id,
                event_key=callback.event_key,
                response_code=callback.response_code,
                sent_at=callback.created_at,
            )
        case MemberEntered():
            return messages.MemberEntered(key=callback.key, userid=callback.userid, sent_at=callback.created_at)
        case LivingChanged():
            return messages.LivingChanged(
                key=callback.key,
                living_id=callback.living_id,
                status=callback.status,
                userid=callback.userid,
                sent_at=callback.created_at,
            )
        case _:
            return None
