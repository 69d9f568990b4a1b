"""What can come in, as handlers see it: no platform dictionaries, no XML."""

from dataclasses import MISSING, dataclass, fields
from datetime import UTC, datetime
from typing import Any, get_type_hints

import orjson

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ConstituentMessage:
    """Something a constituent wrote or tapped in WeChat."""

    key: str
    open_kfid: str
    external_userid: str
    nickname: str
    kind: str
    text: str
    menu_id: str
    media_id: str
    latitude: float | None
    longitude: float | None
    place: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class SaidToPerson:
    """The same while a servicer holds the session, or it waits for one: said to a person, not to the bot."""

    said: ConstituentMessage


@dataclass(frozen=True, slots=True)
class ServicerMessage:
    """Something a servicer wrote to a constituent in the native client (origin 5)."""

    key: str
    open_kfid: str
    external_userid: str
    servicer_userid: str
    kind: str
    text: str
    media_id: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class ConstituentEntered:
    """A constituent opened the chat by a code or a link."""

    key: str
    open_kfid: str
    external_userid: str
    nickname: str
    scene: str
    scene_param: str
    welcome_code: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryFailed:
    """WeCom reports that a message of ours did not arrive."""

    key: str
    open_kfid: str
    external_userid: str
    fail_msgid: str
    fail_type: int


@dataclass(frozen=True, slots=True)
class MessageRecalled:
    """A constituent took a message back in WeChat."""

    key: str
    open_kfid: str
    external_userid: str
    recalled_id: str


@dataclass(frozen=True, slots=True)
class SessionChanged:
    """A servicer took, passed on or ended the session in the native client.

    `msg_code` is good for one message on that: for 48 hours when it was taken, for 20 seconds when it was ended.
    """

    key: str
    open_kfid: str
    external_userid: str
    servicer_userid: str
    ended: bool
    msg_code: str = ""
    sent_at: datetime = LONG_AGO


@dataclass(frozen=True, slots=True)
class MemberMessage:
    """Something a representative or officer wrote in the app's chat."""

    key: str
    userid: str
    kind: str
    text: str
    media_id: str
    file_name: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class MemberTapped:
    """A button of a card."""

    key: str
    userid: str
    task_id: str
    event_key: str
    response_code: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class MemberEntered:
    """A member opened the app's chat, or came into its visibility."""

    key: str
    userid: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class LivingChanged:
    """A living of ours changed: `status` 0 reserved, 1 live, 2 ended, 4 cancelled; `userid` is its anchor.

    WeCom says nothing when one expires, and may say things twice, late or in the wrong order.
    """

    key: str
    living_id: str
    status: int
    userid: str
    sent_at: datetime


FromConstituent = (
    ConstituentMessage | ServicerMessage | ConstituentEntered | DeliveryFailed | MessageRecalled | SessionChanged
)
FromMember = MemberMessage | MemberTapped | MemberEntered | LivingChanged
Incoming = FromConstituent | FromMember
Routed = Incoming | SaidToPerson

_TYPES: dict[str, type[Incoming]] = {
    kind.__name__: kind
    for kind in (
        ConstituentMessage,
        ServicerMessage,
        ConstituentEntered,
        DeliveryFailed,
        MessageRecalled,
        SessionChanged,
        MemberMessage,
        MemberTapped,
        MemberEntered,
        LivingChanged,
    )
}


def lane_of(message: Incoming) -> str:
    """Messages of one lane are handled in order."""
    if isinstance(message, FromMember):
        return f"app:{message.userid}"
    return f"kf:{message.open_kfid}:{message.external_userid}"


def dump(message: Incoming) -> bytes:
    """As JSON, for the inbox."""
    return orjson.dumps({"type": type(message).__name__, "value": message})


_HINTS = {name: get_type_hints(kind) for name, kind in _TYPES.items()}


def load(raw: bytes) -> Incoming:
    """From the inbox's JSON."""
    stored = orjson.loads(raw)
    kind = _TYPES[stored["type"]]
    hints = _HINTS[stored["type"]]
    values: dict[str, Any] = {}
    for field in fields(kind):
        if field.name not in stored["value"] and field.default is not MISSING:
            continue  # written by a version that did not know it
        value = stored["value"][field.name]
        values[field.name] = datetime.fromisoformat(value) if hints[field.name] is datetime else value
    return kind(**values)
