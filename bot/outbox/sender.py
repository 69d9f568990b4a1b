"""From a content to the one WeCom call that says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from bot.notices.content import Card, CardChange, Content, EventText, Media, Menu, Recall, Text, Welcome
from bot.outbox import livings, sessions
from bot.outbox.media import MediaShelf, Shelved
from bot.services.live.broadcasting import LivingOrder
from bot.services.session_calls import SessionChange
from bot.wecom import cards, payloads
from bot.wecom.client import AppReceipt, WeComClient
from bot.wecom.errors import MediaExpired
from storage.outbox import Channel

SOURCE = "连心桥 · 人大代表联络站"
INVALID, UNLICENSED = "invalid", "unlicensed"  # left or out of the app's sight; without an interface licence
CHANGED = "@"  # between a card's first task id and what makes the changed one unique


class _To(TypedDict):
    recipients: tuple[str, ...]
    agent_id: int
    dedupe_seed: int


@dataclass(frozen=True, slots=True)
class Job:
    """A leased row, decrypted, with nothing that belongs to a session."""

    row_id: int
    generation: int
    attempt: int
    created_at: datetime
    channel: Channel
    recipients: tuple[str, ...]
    open_kfid: str
    content: Content | LivingOrder
    task_id: str

    @property
    def msgid(self) -> str:
        """Our own id for WeCom: a second sending under it is refused, not said twice.

        The instant is part of it, so that a database restored from a backup never uses an id again.
        """
        return f"{self.row_id}-{self.generation}-{int(self.created_at.timestamp() * 1000):x}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What WeCom said about an accepted message; `unreachable`: whom it did not reach, and why."""

    platform_id: str = ""
    response_code: str = ""
    unreachable: Mapping[str, str] = field(default_factory=dict)
    session: SessionChange | None = None


class Sender:
    """Says contents through the client; raises the client's errors."""

    def __init__(self, client: WeComClient, shelf: MediaShelf, agent_id: int) -> None:
        self._client = client
        self._shelf = shelf
        self._agent_id = agent_id

    async def send(self, job: Job) -> Outcome:
        """One call (two with an upload); the type of the error says what to do next."""
        if not isinstance(job.content, Media):
            return await self._send(job, None)
        shelved = await self._shelf.put(job.content.attachment_id)
        try:
            return await self._send(job, shelved)
        except MediaExpired:
            await self._shelf.forget(job.content.attachment_id, shelved.media_id)
            return await self._send(job, await self._shelf.put(job.content.attachment_id))

    async def _send(self, job: Job, shelved: Shelved | None) -> Outcome:
        match job.channel:
            case Channel.KF:
                payload = self._kf_payload(job, shelved)
                said = sessions.say(self._client, (job.open_kfid, job.recipients[0]), payload)
                return Outcome(platform_id=await said)
            case Channel.WELCOME:
                return Outcome(platform_id=await self._client.kf_send_on_event(_welcome_payload(job)))
            case Channel.CARD_UPDATE:
                return await self._change_card(job)
            case Channel.LIVING:
                return Outcome(platform_id=await livings.carry_out(self._client, job.content))
            case Channel.SERVICE_STATE:
                who = (job.open_kfid, job.recipients[0])
                return Outcome(session=await sessions.carry_out(self._client, who, job.content))
            case Channel.RECALL:
                return await self._recall(job)
            case Channel.APP:
                receipt = await self._client.send_app(self._app_payload(job, shelved))
                return Outcome(receipt.msgid, receipt.response_code, _unreached(receipt))

    def _kf_payload(self, job: Job, shelved: Shelved | None) -> payloads.Payload:
        to = (job.recipients[0], job.open_kfid, job.msgid)
        if shelved is not None:
            return payloads.kf_media(*to, shelved.kind, shelved.media_id)
        match job.content:
            case Text(text):
                return payloads.kf_text(*to, text)
            case Menu(head, items, tail, links):
                taps, pages = [(one.id, one.label) for one in items], [(one.url, one.label) for one in links]
                return payloads.kf_menu(*to, head, taps, tail, links=pages)
            case _:
                raise TypeError(f"{type(job.content).__name__} is not said in a constituent's chat")

    def _app_payload(self, job: Job, shelved: Shelved | None) -> payloads.Payload:
        to = _To(recipients=job.recipients, agent_id=self._agent_id, dedupe_seed=job.row_id)
        if shelved is not None:
            return payloads.media_message(shelved.kind, shelved.media_id, **to)
        match job.content:
            case Text(text):
                return payloads.text_message(text, **to)
            case Card():
                return payloads.card_message(card_payload(job.content, job.task_id), **to)
            case _:
                raise TypeError(f"{type(job.content).__name__} is not said to members")

    async def _recall(self, job: Job) -> Outcome:
        if not isinstance(job.content, Recall):
            raise TypeError("only a message that was sent is taken back")
        await self._client.recall(job.content.platform_id)
        return Outcome()

    async def _change_card(self, job: Job) -> Outcome:
        if not isinstance(job.content, CardChange):
            raise TypeError("only a change of a card changes a card")
        # A task id is unique in the app: the changed card has one of its own that begins with the first one's.
        card = card_payload(job.content.card, f"{job.content.task_id}{CHANGED}{job.row_id}")
        await self._client.update_card(job.recipients, job.content.response_code, card=card)
        return Outcome()


def _unreached(receipt: AppReceipt) -> dict[str, str]:
    return dict.fromkeys(receipt.unlicensed, UNLICENSED) | dict.fromkeys(receipt.invalid_users, INVALID)


def _welcome_payload(job: Job) -> payloads.Payload:
    if isinstance(job.content, EventText):
        return payloads.event_text(job.content.code, job.msgid, job.content.text)
    if not isinstance(job.content, Welcome):
        raise TypeError("only a greeting or a word about the session is said on an event")
    menu = job.content.menu
    items = [(item.id, item.label) for item in menu.items]
    links = [(one.url, one.label) for one in menu.links]
    return payloads.event_menu(job.content.code, job.msgid, menu.head, items, menu.tail, links=links)


def card_payload(card: Card, task_id: str) -> cards.Card:
    """A button card; where nothing is left to tap, one greyed button says why."""
    return cards.button_card(
        card.title,
        card.hint,
        task_id,
        [cards.Button(item.id, item.label, 1 if index == 0 else 2) for index, item in enumerate(card.buttons)],
        fields=[cards.Field(field.name, field.value) for field in card.fields],
        subtitle=card.matter,
        source=cards.Source(SOURCE),
        replace_text="" if card.buttons else card.settled or "已处理",
        url=card.url,
    )
