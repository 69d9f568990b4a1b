"""From the items of kf/sync_msg to our values (document 94670). Nothing here raises.

What a constituent wrote is never lost to an odd field: a body that cannot be read is a message of kind "other".
Only an item without its ids or its time becomes `KfOther`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import unquote

from bot.wecom import fields

CUSTOMER, SYSTEM, SERVICER = 3, 4, 5  # origins

KfMessageKind = Literal[
    "text",
    "image",
    "voice",
    "video",
    "file",
    "location",
    "link",
    "business_card",
    "miniprogram",
    "msgmenu",
    "channels",
    "merged_msg",
    "other",
]


@dataclass(frozen=True, slots=True)
class KfMessage:
    """A message of a chat; of origin 3 (constituent) or 5 (`servicer_userid` in the WeCom client).

    `text` is what was written, or one line that says what a structured message holds. `menu_id` is set where
    the constituent pressed an item of a menu of ours. Fields that the kind lacks are "" or None.
    """

    msgid: str
    open_kfid: str
    external_userid: str
    sent_at: datetime
    origin: int
    servicer_userid: str
    kind: KfMessageKind
    text: str = ""
    menu_id: str = ""
    media_id: str = ""
    latitude: float | None = None
    longitude: float | None = None
    name: str = ""
    address: str = ""
    title: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class KfEntered:
    """A constituent came in by a link. `welcome_code` answers once within 20 s, "" where there is no welcome."""

    msgid: str
    open_kfid: str
    external_userid: str
    sent_at: datetime
    scene: str
    scene_param: str
    welcome_code: str


@dataclass(frozen=True, slots=True)
class KfSendFailed:
    """A message that WeCom had taken did not arrive; `fail_type` 4 and 6 mean 48 hours and five messages."""

    msgid: str
    open_kfid: str
    external_userid: str
    sent_at: datetime
    fail_msgid: str
    fail_type: int


@dataclass(frozen=True, slots=True)
class KfRecalled:
    """A message was taken back, by the constituent or by `servicer_userid`."""

    msgid: str
    open_kfid: str
    external_userid: str
    sent_at: datetime
    recall_msgid: str
    servicer_userid: str


@dataclass(frozen=True, slots=True)
class KfSessionChanged:
    """What a servicer did: 1 took it from the pool, 2 passed it on, 3 ended it, 4 opened it again.

    Our own calls cause none.
    """

    msgid: str
    open_kfid: str
    external_userid: str
    sent_at: datetime
    change_type: int
    old_servicer: str
    new_servicer: str
    msg_code: str


@dataclass(frozen=True, slots=True)
class KfOther:
    """Anything else; ids are "" and the time is the epoch where WeCom gave none."""

    msgid: str
    open_kfid: str
    external_userid: str
    sent_at: datetime
    event_type: str


KfItem = KfMessage | KfEntered | KfSendFailed | KfRecalled | KfSessionChanged | KfOther


@dataclass(frozen=True, slots=True)
class KfPage:
    """One page; `items` may be empty while `has_more` is true."""

    items: tuple[KfItem, ...]
    next_cursor: str
    has_more: bool


@dataclass(frozen=True, slots=True)
class Servicers:
    """Who receives sessions of an account now; `departments`: some are named only by the department they are in."""

    receiving: tuple[str, ...]
    departments: bool = False

    @property
    def any(self) -> bool:
        """Whether somebody may take a session from the pool."""
        return bool(self.receiving) or self.departments


def parse_servicers(answer: Mapping[str, object]) -> Servicers:
    """From kf/servicer/list (document 94645), where status 0 is receiving; in the event it is 1."""
    entries = list(fields.records(answer, "servicer_list"))
    receiving = [one for one in entries if fields.text(one, "userid") and fields.whole(one, "status") == 0]
    departments = any(fields.whole(one, "department_id") is not None for one in entries)
    return Servicers(tuple(fields.text(one, "userid") for one in receiving), departments)


def parse_kf_page(answer: Mapping[str, object]) -> KfPage:
    """The page of an answer; without a next cursor there is no more to ask for."""
    next_cursor = fields.text(answer, "next_cursor")
    items = tuple(parse_kf_item(item) for item in fields.records(answer, "msg_list"))
    return KfPage(items, next_cursor, fields.whole(answer, "has_more") == 1 and bool(next_cursor))


def parse_kf_item(item: Mapping[str, object]) -> KfItem:
    """The value of one item of `msg_list`. An event carries its ids inside `event`."""
    event = fields.record(item, "event")
    event_type = fields.text(event, "event_type").lower()
    msgid = fields.text(item, "msgid")
    open_kfid = fields.text(item, "open_kfid") or fields.text(event, "open_kfid")
    external_userid = fields.text(item, "external_userid") or fields.text(event, "external_userid")
    sent_at = fields.instant(fields.whole(item, "send_time"))
    known: KfItem | None = None
    if msgid and open_kfid and external_userid and sent_at:
        head = (msgid, open_kfid, external_userid, sent_at)
        known = _event(head, event_type, event) if _is_event(item) else _message(head, item)
    return known or KfOther(msgid, open_kfid, external_userid, sent_at or fields.EPOCH, event_type)


_Head = tuple[str, str, str, datetime]


def _is_event(item: Mapping[str, object]) -> bool:
    return fields.text(item, "msgtype") == "event"


def _event(head: _Head, event_type: str, event: Mapping[str, object]) -> KfItem | None:
    read = _EVENTS.get(event_type)
    return read(head, event) if read else None


def _entered(head: _Head, event: Mapping[str, object]) -> KfItem:
    scene, param = fields.text(event, "scene"), fields.text(event, "scene_param")
    return KfEntered(*head, scene, unquote(param), fields.text(event, "welcome_code"))


def _send_failed(head: _Head, event: Mapping[str, object]) -> KfItem | None:
    fail_msgid = fields.text(event, "fail_msgid")
    return KfSendFailed(*head, fail_msgid, fields.whole(event, "fail_type") or 0) if fail_msgid else None


def _recalled(head: _Head, event: Mapping[str, object]) -> KfItem | None:
    recall_msgid = fields.text(event, "recall_msgid")
    return KfRecalled(*head, recall_msgid, fields.text(event, "servicer_userid")) if recall_msgid else None


def _session_changed(head: _Head, event: Mapping[str, object]) -> KfItem | None:
    change_type = fields.whole(event, "change_type")
    if change_type is None:
        return None
    old, new = fields.text(event, "old_servicer_userid"), fields.text(event, "new_servicer_userid")
    return KfSessionChanged(*head, change_type, old, new, fields.text(event, "msg_code"))


_EVENTS: dict[str, Callable[[_Head, Mapping[str, object]], KfItem | None]] = {
    "enter_session": _entered,
    "msg_send_fail": _send_failed,
    "user_recall_msg": _recalled,
    "servicer_recall_msg": _recalled,
    "session_status_change": _session_changed,
}


def _message(head: _Head, item: Mapping[str, object]) -> KfItem | None:
    origin = fields.whole(item, "origin")
    if origin is None:
        return None
    msgtype = fields.text(item, "msgtype")
    body = fields.record(item, msgtype)
    servicer = fields.text(item, "servicer_userid")
    read = _BODIES.get(msgtype)
    found = read(body) if read else None
    if found is None:
        return KfMessage(*head, origin, servicer, "other", text=_line(body))
    return KfMessage(
        *head,
        origin,
        servicer,
        found.kind,
        text=found.text,
        menu_id=found.menu_id,
        media_id=found.media_id,
        latitude=found.latitude,
        longitude=found.longitude,
        name=fields.text(body, "name"),
        address=fields.text(body, "address"),
        title=fields.text(body, "title"),
        url=fields.text(body, "url"),
    )


@dataclass(frozen=True, slots=True)
class _Body:
    kind: KfMessageKind
    text: str = ""
    menu_id: str = ""
    media_id: str = ""
    latitude: float | None = None
    longitude: float | None = None


_ReadBody = Callable[[Mapping[str, object]], _Body | None]


def _text(body: Mapping[str, object]) -> _Body | None:
    content = body.get("content")
    return _Body("text", content, menu_id=fields.text(body, "menu_id")) if isinstance(content, str) else None


def _media(kind: KfMessageKind) -> _ReadBody:
    def read(body: Mapping[str, object]) -> _Body | None:
        media_id = fields.text(body, "media_id")
        return _Body(kind, media_id=media_id) if media_id else None

    return read


def _location(body: Mapping[str, object]) -> _Body | None:
    latitude, longitude = fields.degrees(body.get("latitude"), 90), fields.degrees(body.get("longitude"), 180)
    if latitude is None or longitude is None:
        return None
    return _Body("location", _line(body), latitude=latitude, longitude=longitude)


def _told(kind: KfMessageKind) -> _ReadBody:
    return lambda body: _Body(kind, _line(body))


def _menu(body: Mapping[str, object]) -> _Body:
    entries = (
        fields.text(fields.record(entry, fields.text(entry, "type")), "content")
        for entry in fields.records(body, "list")
    )
    head, tail = fields.text(body, "head_content"), fields.text(body, "tail_content")
    return _Body("msgmenu", fields.one_line(head, *entries, tail))


def _merged(body: Mapping[str, object]) -> _Body:
    entries = (_merged_entry(entry) for entry in fields.records(body, "item"))
    return _Body("merged_msg", fields.one_line(fields.text(body, "title"), *entries))


def _merged_entry(entry: Mapping[str, object]) -> str:
    try:
        inner = fields.read_json(fields.text(entry, "msg_content").encode())
    except ValueError:
        inner = None
    kind = fields.text(entry, "msgtype")
    content = fields.record(inner, kind) if isinstance(inner, Mapping) else {}
    told = fields.text(content, "content") or _line(content) or f"[{kind}]"
    return f"{fields.text(entry, 'sender_name')}: {told}"


_LINE_FIELDS = ("nickname", "name", "title", "product_titles", "desc", "address", "userid", "url")


def _line(body: Mapping[str, object]) -> str:
    return fields.one_line(*(fields.text(body, key) for key in _LINE_FIELDS))


_BODIES: dict[str, _ReadBody] = {
    "text": _text,
    "image": _media("image"),
    "voice": _media("voice"),
    "video": _media("video"),
    "file": _media("file"),
    "location": _location,
    "link": _told("link"),
    "business_card": _told("business_card"),
    "miniprogram": _told("miniprogram"),
    "msgmenu": _menu,
    "channels": _told("channels"),
    "merged_msg": _merged,
}
