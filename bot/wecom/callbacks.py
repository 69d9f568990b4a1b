"""From a decrypted callback to one of our values. Nothing here raises: what cannot be read is `Other`."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from wechatpy.enterprise.events import EVENT_TYPES
from wechatpy.enterprise.messages import MESSAGE_TYPES

from bot.wecom import fields, registry
from bot.wecom.replies import render_button_reply, render_card_reply
from bot.wecom.xml import UNREADABLE, parse_xml

__all__ = [
    "Callback",
    "CardTapped",
    "ContactChanged",
    "KfWakeup",
    "LivingChanged",
    "MemberEntered",
    "MemberLeft",
    "MemberMessage",
    "MemberMessageKind",
    "MenuClicked",
    "Other",
    "parse_callback",
    "render_button_reply",
    "render_card_reply",
]

_LONGEST_ID = 20  # MsgId is a 64-bit whole number
MemberMessageKind = Literal["text", "image", "voice", "video", "file", "location", "link"]


@dataclass(frozen=True, slots=True)
class MemberMessage:
    """A member wrote to the app; fields that the kind lacks are "" or None. The text of a link describes it."""

    key: str
    userid: str
    created_at: datetime
    kind: MemberMessageKind
    text: str = ""
    media_id: str = ""
    file_name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    label: str = ""
    url: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class CardTapped:
    """A member pressed a card's button, submitted a choice or used its menu.

    `response_code` updates the card once within 72 hours. `selected` pairs a question with the chosen options.
    """

    key: str
    userid: str
    created_at: datetime
    task_id: str
    event_key: str
    response_code: str
    card_type: str
    selected: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class KfWakeup:
    """There is something to pull; `token` is good for ten minutes. Not deduplicated: pulling twice is harmless."""

    open_kfid: str
    token: str


@dataclass(frozen=True, slots=True)
class MemberEntered:
    """A member opened the app's chat or came into its visibility."""

    key: str
    userid: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """A member left the app's visibility or the corp, or was disabled."""

    key: str
    userid: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MenuClicked:
    """A member pressed an item of the app's menu."""

    key: str
    userid: str
    created_at: datetime
    event_key: str


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """The address book changed; `userid` is "" where it was a department or a tag."""

    key: str
    change_type: str
    userid: str
    new_userid: str


@dataclass(frozen=True, slots=True)
class LivingChanged:
    """A living of ours changed: status 0 reserved, 1 live, 2 ended, 4 cancelled; `userid` is its anchor (94145)."""

    key: str
    userid: str
    created_at: datetime
    living_id: str
    status: int


@dataclass(frozen=True, slots=True)
class Other:
    """Anything else: answered with 200 and logged. `msg_type` is "" where the body could not be read."""

    key: str
    msg_type: str = ""
    event: str = ""


Callback = (
    MemberMessage
    | CardTapped
    | KfWakeup
    | MemberEntered
    | MemberLeft
    | MenuClicked
    | ContactChanged
    | LivingChanged
    | Other
)

_UNREADABLE = (KeyError, TypeError, AttributeError, *UNREADABLE)
"""What wechatpy and the XML raise on bodies they do not expect; none of it has a common base."""


def parse_callback(xml: bytes) -> Callback:
    """The value of a decrypted callback.

    The dedupe key is the MsgId of a message and, for events, a digest of the whole body: FromUserName and
    CreateTime, which document 90238 advises, are the same for two system events of one second.
    """
    try:
        source = parse_xml(xml.decode())
    except _UNREADABLE:
        return Other(_digest_of(xml))
    kind = fields.text(source, "MsgType").lower()
    event = fields.text(source, "Event").lower()
    is_event = kind == "event"
    read = _READERS.get(f"event:{event}" if is_event else kind)
    if read is not None:
        try:
            # As wechatpy's `parse_message` makes it of what its own, slower parser read.
            message = (EVENT_TYPES[event] if is_event else MESSAGE_TYPES[kind])(source)
            key = "" if is_event else _numbered(source)
            callback = read(key or _digest_of(xml), message, source)
        except _UNREADABLE:
            callback = None
        if callback is not None:
            return callback
    return Other(_digest_of(xml), kind, event)


def _numbered(source: Mapping[str, object]) -> str:
    """The key of a message that has a MsgId; "" of what has none."""
    msg_id = fields.text(source, "MsgId")
    return f"msg:{msg_id}" if msg_id.isdecimal() and len(msg_id) <= _LONGEST_ID else ""


def _digest_of(xml: bytes) -> str:
    return f"evt:{hashlib.sha256(xml).hexdigest()}"


_Reader = Callable[[str, Any, Mapping[str, object]], Callback | None]


def _member_message(kind: MemberMessageKind, **fields_of_it: str) -> _Reader:
    """Reads what this kind has: our names with the attributes of wechatpy's class."""
    parts = tuple(fields_of_it.items())

    def read(key: str, message: Any, source: Mapping[str, object]) -> Callback | None:
        by = _sender(source)
        if by is None:
            return None
        userid, created_at = by
        values: dict[str, Any] = {name: _string(getattr(message, attribute, "")) for name, attribute in parts}
        return MemberMessage(key, userid, created_at, kind, **values, **_degrees(message, kind))

    return read


def _degrees(message: Any, kind: MemberMessageKind) -> dict[str, Any]:
    if kind != "location":
        return {}
    return {
        "latitude": fields.degrees(_string(message.location_x), 90),
        "longitude": fields.degrees(_string(message.location_y), 180),
    }


def _from_member(make: Callable[[str, str, datetime], Callback]) -> _Reader:
    def read(key: str, _message: Any, source: Mapping[str, object]) -> Callback | None:
        by = _sender(source)
        return make(key, *by) if by else None

    return read


def _menu_clicked(key: str, message: Any, source: Mapping[str, object]) -> Callback | None:
    by = _sender(source)
    return MenuClicked(key, *by, _string(message.key)) if by else None


def _card_tapped(key: str, message: Any, source: Mapping[str, object]) -> Callback | None:
    by = _sender(source)
    if by is None:
        return None
    userid, created_at = by
    return CardTapped(
        key=key,
        userid=userid,
        created_at=created_at,
        task_id=_string(message.task_id),
        event_key=_string(message.key),
        response_code=_string(message.response_code),
        card_type=_string(message.card_type),
        selected=_selected(source),
    )


def _selected(source: Mapping[str, object]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (_string(item.get("QuestionKey")), _option_ids(item))
        for item in _several(fields.record(source, "SelectedItems").get("SelectedItem"))
        if isinstance(item, Mapping)
    )


def _option_ids(item: Mapping[str, object]) -> tuple[str, ...]:
    for outer, inner in (("OptionIds", "OptionId"), ("OpitonIds", "OpitonId")):  # the documents have both
        found = _several(fields.record(item, outer).get(inner))
        if found:
            return tuple(option for option in found if isinstance(option, str))
    return ()


def _kf_wakeup(_key: str, message: Any, _source: Mapping[str, object]) -> Callback | None:
    open_kfid = _string(message.open_kfid)
    return KfWakeup(open_kfid, _string(message.token)) if open_kfid else None


def _contact_changed(key: str, message: Any, _source: Mapping[str, object]) -> Callback | None:
    change_type = _string(message.change_type).lower()
    userid, new_userid = _string(message.userid), _string(message.new_userid)
    return ContactChanged(key, change_type, userid, new_userid) if change_type else None


def _living_changed(key: str, message: Any, source: Mapping[str, object]) -> Callback | None:
    by, living_id = _sender(source), _string(message.living_id)
    return LivingChanged(key, *by, living_id, int(message.status)) if by and living_id else None


def _sender(source: Mapping[str, object]) -> tuple[str, datetime] | None:
    userid = fields.text(source, "FromUserName")
    created_at = fields.instant(fields.whole(source, "CreateTime"))
    return (userid, created_at) if userid and created_at else None


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _several(value: object) -> list[object]:
    """One element is itself, several are a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


_READERS: dict[str, _Reader] = {
    "text": _member_message("text", text="content"),
    "image": _member_message("image", media_id="media_id"),
    "voice": _member_message("voice", media_id="media_id"),
    "video": _member_message("video", media_id="media_id"),
    "shortvideo": _member_message("video", media_id="media_id"),
    "file": _member_message("file", media_id="media_id", file_name="file_name"),
    "location": _member_message("location", label="label"),
    "link": _member_message("link", title="title", text="description", url="url"),
    f"event:{registry.TemplateCardEvent.event}": _card_tapped,
    f"event:{registry.TemplateCardMenuEvent.event}": _card_tapped,
    f"event:{registry.KfMessageOrEvent.event}": _kf_wakeup,
    f"event:{registry.ChangeContactEvent.event}": _contact_changed,
    f"event:{registry.LivingStatusChangeEvent.event}": _living_changed,
    "event:enter_agent": _from_member(MemberEntered),
    "event:subscribe": _from_member(MemberEntered),
    "event:unsubscribe": _from_member(MemberLeft),
    "event:click": _menu_clicked,
}
