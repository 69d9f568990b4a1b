"""A constituent's conversation: what they entered by, and what the platform lets us say in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.assignment import entry_codes
from bot.notices.content import Menu, Welcome
from bot.notices.entry_codes import led_elsewhere
from bot.notices.greeting import Greeting
from bot.notices.words import straight
from bot.services import people, speaking
from bot.services.context import Context
from bot.services.privacy import telling
from storage import chat_rows, conversations, outbox
from storage.keys import find_key
from storage.models import Constituent, Conversation
from storage.outbox import Purpose

UNNAMED = "一位群众"
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone in their conversation."""

    constituent: Constituent
    conversation: Conversation

    @property
    def external_userid(self) -> str:
        """As WeCom knows them."""
        return self.constituent.external_userid


async def open_caller(
    context: Context, external_userid: str, open_kfid: str, nickname: str, said_at: datetime | None = None
) -> Caller:
    """The person and the conversation, made at their first word."""
    constituent, conversation = await conversations.find_or_add(
        context.session,
        context.vault,
        external_userid=external_userid,
        open_kfid=open_kfid,
        nickname=nickname,
        now=context.now,
        said_at=said_at,
    )
    return Caller(constituent, conversation)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands in the inbox, and what the newest row there is now."""

    inbox_id: int
    newest: int


async def note_message(
    context: Context, conversation: Conversation, said_at: datetime, place: Place | None = None
) -> bool:
    """A message renews the send budget and frees what waited; True when it begins a burst (one receipt each)."""
    since, last = conversation.burst_since, conversation.last_message_at
    begins = (
        since is None
        or last is None
        or said_at - last > timedelta(seconds=context.rules.update_quiet_seconds)
        or said_at - since > timedelta(seconds=context.rules.update_longest_seconds)
    )
    if begins:
        conversation.burst_since = said_at
    if last is None or said_at >= last:
        _note_lapse(conversation, said_at)
        conversation.last_message_at = said_at
        conversation.window_until = said_at + timedelta(hours=context.rules.kf_window_hours)
        await _renew(context, conversation, said_at, place or Place(1, 1))
    if conversation.has_parked and conversation.human_userid is None:
        conversation.has_parked = False
        await outbox.release_parked(context.session, conversation.id, context.now)
    return begins


async def _renew(context: Context, conversation: Conversation, said_at: datetime, place: Place) -> None:
    """WeCom counts from when a message was written, we from when it is handled: what left between is spent.

    One that had come when the budget was last renewed had come before everything that left since.
    """
    since = said_at + SECOND  # WeCom gives whole seconds, rounded down
    if place.inbox_id <= conversation.read_up_to and conversation.renewed_at is not None:
        since = min(since, conversation.renewed_at)
    spent = await chat_rows.count_spent(context.session, conversation.id, since)
    conversation.budget_left = max(context.rules.kf_messages_per_turn - spent, 0)
    conversation.renewed_at, conversation.read_up_to = context.now, place.newest


def _note_lapse(conversation: Conversation, said_at: datetime) -> None:
    """A session ends by itself 48 hours after their last word, with no event; this word begins another."""
    window = conversation.window_until
    if conversation.human_userid is not None and window is not None and window <= said_at:
        free_from_person(conversation)


def free_from_person(conversation: Conversation) -> None:
    """Nobody of flesh and blood holds the session any more."""
    conversation.human_userid = conversation.human_since = conversation.human_heard_at = None
    conversation.look_at = None


async def enter(
    context: Context,
    caller: Caller,
    *,
    scene: str,
    scene_param: str,
    welcome_code: str,
    greeting: Menu | None = None,
) -> None:
    """They came in by a code or a plain link: remember it, and greet them once where WeCom allows it.

    `greeting` is said instead of the usual one.
    """
    conversation = caller.conversation
    scene, scene_param = _printable(scene, 32), _printable(scene_param, 128)
    if scene:
        conversation.scene, conversation.scene_param = scene, scene_param
        conversation.scan_pending = True
    if not welcome_code:
        return
    menu = greeting or _greeting(context, scene, scene_param).render()
    await speaking.notify_constituent(
        context,
        conversation,
        caller.external_userid,
        Purpose.WELCOME,
        Welcome(welcome_code, menu),
    )


def _printable(text: str, most: int) -> str:
    """What a link carries can be edited by anyone."""
    return "".join(character for character in text if character.isprintable())[:most]


def _greeting(context: Context, scene: str, scene_param: str) -> Greeting:
    """Who will read what they write; a code that is no longer valid is explained."""
    privacy = telling.line(context)
    known_day = scene == "day" and scene_param in context.directory.stations
    if scene not in ("rep", "station") and not known_day:
        return Greeting(people.name_owner(context, None, None), privacy)
    entrance = entry_codes.read(context.roster, scene, scene_param, context.local_now.date())
    if entrance.fault:
        owner = people.name_owner(context, entrance.station, None)
        return Greeting(owner, privacy, led_elsewhere(entrance.kind, entrance.fault, owner.station))
    if entrance.kind == entry_codes.STATION:
        return Greeting(people.name_owner(context, entrance.target, None), privacy)
    station = context.directory.representatives[entrance.target].station_code
    return Greeting(people.name_owner(context, station, entrance.target), privacy)


async def nickname_of(context: Context, constituent: Constituent) -> str:
    """The name they show in WeChat, or a polite stand-in."""
    if constituent.nickname_sealed is None:
        return UNNAMED
    key = await find_key(context.session, context.vault, constituent.key_id)
    return straight(key.open_text(constituent.nickname_sealed) if key else "") or UNNAMED
