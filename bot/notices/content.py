"""What can be said, independent of the platform: a text, a menu, a medium, a card, a change of a card, a broadcast."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Text:
    """A plain text; longer than a message holds, it is split where it is sent."""

    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """Something to tap: the id comes back, the label is read."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Link:
    """Something to tap that opens a page."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Menu:
    """A text with items and links to tap (at most 10 together) and a closing line."""

    head: str
    items: tuple[Item, ...]
    tail: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Welcome:
    """The greeting that a `welcome_code` allows once, within 20 s (WeCom document 95122)."""

    code: str
    menu: Menu


@dataclass(frozen=True, slots=True)
class Media:
    """A stored attachment."""

    kind: str
    attachment_id: int


@dataclass(frozen=True, slots=True)
class Field:
    """A line of a card."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Card:
    """A card for members; without buttons `settled` says why there are none."""

    title: str
    hint: str
    matter: str
    fields: tuple[Field, ...]
    buttons: tuple[Item, ...]
    settled: str = ""
    url: str = ""  # a page that a tap on the card opens


@dataclass(frozen=True, slots=True)
class CardChange:
    """The new look of a card that members already have; `response_code` is good for one change (document 94888)."""

    response_code: str
    task_id: str
    card: Card


@dataclass(frozen=True, slots=True)
class LivingCall:
    """Nothing to read: the broadcast in WeCom is to become what this live session is when the call is made."""

    session_id: int


@dataclass(frozen=True, slots=True)
class Recall:
    """Take a message of the app's back from members' phones; `platform_id` is WeCom's (document 94867)."""

    platform_id: str


@dataclass(frozen=True, slots=True)
class EventText:
    """A text that an event's code allows once (WeCom document 95122)."""

    code: str
    text: str


LOOK, PERSON, END = "look", "person", "end"


@dataclass(frozen=True, slots=True)
class SessionCall:
    """Nothing to read: ask how a session stands (`look`), give it to a `person`, or `end` what a person has.

    A person is the first of `servicers` who receives sessions, else, where `pool` allows it, whoever takes it. `why`
    and `by` say what it is for and who wants it.
    """

    act: str
    servicers: tuple[str, ...] = ()
    pool: bool = False
    why: str = ""
    by: str = ""


Content = Text | Menu | Welcome | Media | Card | CardChange | LivingCall | Recall | EventText | SessionCall


def dump(content: Content) -> bytes:
    """As JSON, for the outbox."""
    said = {one.name: getattr(content, one.name) for one in fields(content)}
    return orjson.dumps({"type": type(content).__name__, **said})


def load(raw: bytes) -> Content:
    """From the outbox's JSON."""
    value = orjson.loads(raw)
    match value.pop("type"):
        case "Text":
            return Text(**value)
        case "Menu":
            return _menu(value)
        case "Welcome":
            return Welcome(value["code"], _menu(value["menu"]))
        case "Media":
            return Media(**value)
        case "Card":
            return _card(value)
        case "CardChange":
            return CardChange(value["response_code"], value["task_id"], _card(value["card"]))
        case "LivingCall":
            return LivingCall(value["session_id"])
        case "EventText":
            return EventText(**value)
        case "SessionCall":
            return SessionCall(**(value | {"servicers": tuple(value["servicers"])}))
        case "Recall":
            return Recall(**value)
        case unknown:
            raise ValueError(f"no such content: {unknown}")


def _items(values: list[Mapping[str, Any]]) -> tuple[Item, ...]:
    return tuple(Item(**item) for item in values)


def _menu(value: Mapping[str, Any]) -> Menu:
    links = tuple(Link(**link) for link in value.get("links", ()))  # rows from before had none
    return Menu(value["head"], _items(value["items"]), value["tail"], links)


def _card(value: Mapping[str, Any]) -> Card:
    fields = tuple(Field(**field) for field in value["fields"])
    buttons = _items(value["buttons"])
    url = value.get("url", "")
    return Card(value["title"], value["hint"], value["matter"], fields, buttons, value["settled"], url)
