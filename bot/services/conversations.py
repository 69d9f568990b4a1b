"""A constituent's conversation: what they entered by, and what the platform lets us say in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.notices.content import Welcome
from bot.notices.greeting import Greeting
from bot.services import people, speaking
from bot.services.context import Context
from storage import conversations, outbox
from storage.keys import find_key
from storage.models import Constituent, Conversation
from storage.outbox import Purpose

UNNAMED = "一位群众"


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone in their conversation."""

    constituent: Constituent
    conversation: Conversation

    @property
    def external_userid(self) -> str:
        """As WeCom knows them."""
        return self.constituent.external_userid


async def open_caller(context: Context, external_userid: str, open_kfid: str, nickname: str) -> Caller:
    """The person and the conversation, made at their first word."""
    constituent, conversation = await conversations.find_or_add(
        context.session,
        context.vault,
        external_userid=external_userid,
        open_kfid=open_kfid,
        nickname=nickname,
        now=context.now,
    )
    return Caller(constituent, conversation)


async def note_message(context: Context, conversation: Conversation, said_at: datetime) -> bool:
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
        conversation.last_message_at = said_at
        conversation.budget_left = context.rules.kf_messages_per_turn
        conversation.window_until = said_at + timedelta(hours=context.rules.kf_window_hours)
    if conversation.has_parked:
        conversation.has_parked = False
        await outbox.release_parked(context.session, conversation.id, context.now)
    return begins


async def enter(context: Context, caller: Caller, *, scene: str, scene_param: str, welcome_code: str) -> None:
    """They came in by a code or a plain link: remember it, and greet them once where WeCom allows it."""
    conversation = caller.conversation
    scene, scene_param = _printable(scene, 32), _printable(scene_param, 128)
    if scene:
        conversation.scene, conversation.scene_param = scene, scene_param
        conversation.scan_pending = True
    if not welcome_code:
        return
    greeting = _greeting(context, scene, scene_param)
    await speaking.notify_constituent(
        context,
        conversation,
        caller.external_userid,
        Purpose.WELCOME,
        Welcome(welcome_code, greeting.render()),
    )


def _printable(text: str, most: int) -> str:
    """What a link carries can be edited by anyone."""
    return "".join(character for character in text if character.isprintable())[:most]


def _greeting(context: Context, scene: str, scene_param: str) -> Greeting:
    representative_code, station_code, note = None, None, ""
    if scene == "rep":
        representative = context.directory.representatives.get(scene_param)
        if representative is not None:
            representative_code, station_code = representative.code, representative.station_code
        else:
            note = "您扫的码已经停用，我们会按您写的内容转给合适的联络站。"
    elif scene == "station":
        station = context.directory.stations.get(scene_param)
        station_code = station.code if station else None
        note = "" if station else "您扫的码已经停用，我们会按您写的内容转给合适的联络站。"
    owner = people.name_owner(context, station_code, representative_code)
    return Greeting(owner, context.privacy_url, note)


async def nickname_of(context: Context, constituent: Constituent) -> str:
    """The name they show in WeChat, or a polite stand-in."""
    if constituent.nickname_sealed is None:
        return UNNAMED
    key = await find_key(context.session, context.vault, constituent.key_id)
    return (key.open_text(constituent.nickname_sealed) if key else "") or UNNAMED
