"""The JSON of every message we send; pure functions that keep WeCom's limits (documents 90236, 94677, 95122).

Words that are too long are clipped. Anything else that WeCom would refuse is our own mistake: ValueError.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from bot.wecom.cards import (
    ActionMenu,
    Button,
    Card,
    Choice,
    Field,
    Jump,
    Quote,
    Selection,
    Source,
    button_card,
    multiple_card,
    news_notice_card,
    text_notice_card,
    vote_card,
)
from bot.wecom.limits import clip_bytes, clip_characters, web_address

__all__ = [
    "TEXT_BYTES",
    "ActionMenu",
    "Button",
    "Card",
    "Choice",
    "Field",
    "Jump",
    "MediaKind",
    "Payload",
    "Quote",
    "Selection",
    "Source",
    "button_card",
    "card_message",
    "clip_bytes",
    "event_menu",
    "event_text",
    "kf_link",
    "kf_location",
    "kf_media",
    "kf_menu",
    "kf_text",
    "markdown_message",
    "media_message",
    "multiple_card",
    "news_notice_card",
    "text_message",
    "text_notice_card",
    "textcard_message",
    "vote_card",
]

Payload = dict[str, object]
MediaKind = Literal["image", "voice", "video", "file"]

TEXT_BYTES = 2048
MOST_RECIPIENTS = 1000
SHORTEST_INTERVAL, LONGEST_INTERVAL = 7200, 14_400  # WeCom allows 4 hours; an answer lost for two does no harm
_MOST_MENU_ITEMS = 10
_MSGID = re.compile(r"[0-9A-Za-z_\-]{0,32}")


def text_message(content: str, *, recipients: Sequence[str], agent_id: int, dedupe_seed: int) -> Payload:
    """Words to members; markup in `content` becomes links, so what people wrote comes defused."""
    body = {"content": _required(clip_bytes(content, TEXT_BYTES))}
    return _app("text", body, recipients, agent_id, dedupe_seed)


def textcard_message(
    title: str,
    description: str,
    url: str,
    *,
    recipients: Sequence[str],
    agent_id: int,
    dedupe_seed: int,
    button: str = "",
) -> Payload:
    """A card that opens `url`; `button` (at most four characters) where "详情" does not fit."""
    body = {
        "title": _required(clip_characters(clip_bytes(title, 384), 128)),
        "description": _required(clip_characters(description, 512)),
        "url": web_address(url),
    } | ({"btntxt": clip_characters(button, 4)} if button else {})
    return _app("textcard", body, recipients, agent_id, dedupe_seed)


def markdown_message(content: str, *, recipients: Sequence[str], agent_id: int, dedupe_seed: int) -> Payload:
    """Words in WeCom's small subset of Markdown; not shown in the WeChat plugin."""
    body = {"content": _required(clip_bytes(content, TEXT_BYTES))}
    return _app("markdown", body, recipients, agent_id, dedupe_seed)


def media_message(
    kind: MediaKind, media_id: str, *, recipients: Sequence[str], agent_id: int, dedupe_seed: int
) -> Payload:
    """A picture, voice, video or file that was uploaded less than three days ago."""
    return _app(kind, {"media_id": _required(media_id)}, recipients, agent_id, dedupe_seed)


def card_message(
    card: Mapping[str, object], *, recipients: Sequence[str], agent_id: int, dedupe_seed: int
) -> Payload:
    """A template card, made by one of the card builders."""
    return _app("template_card", card, recipients, agent_id, dedupe_seed)


def kf_text(touser: str, open_kfid: str, msgid: str, content: str) -> Payload:
    """Words to a constituent."""
    return _kf(touser, open_kfid, msgid, "text", {"content": _required(clip_bytes(content, TEXT_BYTES))})


def kf_media(touser: str, open_kfid: str, msgid: str, kind: MediaKind, media_id: str) -> Payload:
    """A picture, voice, video or file to a constituent."""
    return _kf(touser, open_kfid, msgid, kind, {"media_id": _required(media_id)})


def kf_menu(
    touser: str,
    open_kfid: str,
    msgid: str,
    head: str,
    items: Sequence[tuple[str, str]],
    tail: str = "",
    *,
    links: Sequence[tuple[str, str]] = (),
) -> Payload:
    """A menu of (id, label) whose press comes back as a text with that menu_id, and of (url, label) links."""
    return _kf(touser, open_kfid, msgid, "msgmenu", _menu(head, items, tail, links))


def kf_link(
    touser: str, open_kfid: str, msgid: str, title: str, desc: str, url: str, thumb_media_id: str
) -> Payload:
    """A link with a picture; the picture is required."""
    body = {
        "title": _required(clip_bytes(title, 128)),
        "desc": clip_bytes(desc, 512),
        "url": web_address(url),
        "thumb_media_id": _required(thumb_media_id),
    }
    return _kf(touser, open_kfid, msgid, "link", body)


def kf_location(
    touser: str, open_kfid: str, msgid: str, name: str, address: str, latitude: float, longitude: float
) -> Payload:
    """A place on the map (GCJ-02)."""
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise ValueError("latitude is within ±90 and longitude within ±180")
    body = {"name": name, "address": address, "latitude": latitude, "longitude": longitude}
    return _kf(touser, open_kfid, msgid, "location", body)


def event_text(code: str, msgid: str, content: str) -> Payload:
    """Words on an event, such as the welcome; the code works once."""
    return _on_event(code, msgid, "text", {"content": _required(clip_bytes(content, TEXT_BYTES))})


def event_menu(
    code: str,
    msgid: str,
    head: str,
    items: Sequence[tuple[str, str]],
    tail: str = "",
    *,
    links: Sequence[tuple[str, str]] = (),
) -> Payload:
    """A menu on an event; as `kf_menu`."""
    return _on_event(code, msgid, "msgmenu", _menu(head, items, tail, links))


def _app(
    msgtype: str, body: Mapping[str, object], recipients: Sequence[str], agent_id: int, dedupe_seed: int
) -> Payload:
    return {
        "touser": _recipients(recipients),
        "msgtype": msgtype,
        "agentid": agent_id,
        msgtype: dict(body),
        "enable_duplicate_check": 1,
        "duplicate_check_interval": _interval(dedupe_seed),
    }


def _interval(dedupe_seed: int) -> int:
    """WeCom swallows a request equal to one before it: the interval makes equal words of two rows unequal
    requests, and a re-send of one row the same request."""
    return SHORTEST_INTERVAL + dedupe_seed % (LONGEST_INTERVAL - SHORTEST_INTERVAL + 1)


def _recipients(recipients: Sequence[str]) -> str:
    if not 1 <= len(recipients) <= MOST_RECIPIENTS:
        raise ValueError(f"a message goes to 1 to {MOST_RECIPIENTS} members, not {len(recipients)}")
    if any(not userid or "|" in userid or userid.lower() == "@all" for userid in recipients):
        raise ValueError("a recipient is one member's userid")
    return "|".join(recipients)


def _kf(touser: str, open_kfid: str, msgid: str, msgtype: str, body: Mapping[str, object]) -> Payload:
    addressed = {"touser": _required(touser), "open_kfid": _required(open_kfid)}
    return addressed | _own_id(msgid) | {"msgtype": msgtype, msgtype: dict(body)}


def _on_event(code: str, msgid: str, msgtype: str, body: Mapping[str, object]) -> Payload:
    return {"code": _required(code)} | _own_id(msgid) | {"msgtype": msgtype, msgtype: dict(body)}


def _own_id(msgid: str) -> Payload:
    """An empty msgid is refused by WeCom, an absent one is not (silenceper/wechat#563)."""
    if not _MSGID.fullmatch(msgid):
        raise ValueError("a msgid is at most 32 of letters, digits, _ -")
    return {"msgid": msgid} if msgid else {}


def _menu(
    head: str, items: Sequence[tuple[str, str]], tail: str, links: Sequence[tuple[str, str]]
) -> Mapping[str, object]:
    if not 1 <= len(items) + len(links) <= _MOST_MENU_ITEMS:
        raise ValueError(f"a menu has 1 to {_MOST_MENU_ITEMS} items, not {len(items) + len(links)}")
    presses = [
        {"type": "click", "click": {"id": _menu_id(key), "content": _label(label, 128)}} for key, label in items
    ]
    opens = [
        {"type": "view", "view": {"url": web_address(url), "content": _label(label, 1024)}} for url, label in links
    ]
    texts = {"head_content": clip_bytes(head, 1024), "tail_content": clip_bytes(tail, 1024)}
    return {name: words for name, words in texts.items() if words} | {"list": presses + opens}


def _menu_id(key: str) -> str:
    if not 0 < len(key.encode()) <= 128:
        raise ValueError("a menu item's id has 1 to 128 bytes")
    return key


def _label(label: str, limit: int) -> str:
    return _required(clip_bytes(label, limit))


def _required(value: str) -> str:
    if not value:
        raise ValueError("WeCom refuses an empty text, address or id here")
    return value
