"""The bodies of kf/send_msg and kf/send_msg_on_event (documents 94677, 95122)."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.simulator import codes
from bot.simulator.app_content import Content, check_url, cut, read_media
from bot.simulator.call import Call
from bot.simulator.codes import ApiError
from bot.simulator.state import World
from bot.simulator.text import clip_bytes, read_menu

TEXT_BYTES = 2048
MENU_ITEMS, MENU_CHOICES = 50, 10
MENU_TEXT_BYTES = 1024
CLICK_ID_BYTES, CLICK_TEXT_BYTES, PLAIN_TEXT_BYTES = 128, 128, 256


def read_kf_content(world: World, call: Call, *, menu_items: int = MENU_ITEMS) -> Content:
    """The message's content; ApiError for what WeCom would refuse."""
    kind = call.text("msgtype")
    reader = READERS.get(kind)
    if reader is None:
        raise ApiError(codes.BAD_MSGTYPE, "invalid message type", violation="bad_msgtype")
    content = reader(world, kind, call.part(kind))
    if kind == "msgmenu" and len(content.extra.get("list", [])) > menu_items:
        raise _too_many_items()
    return content


def _read_text(world: World, kind: str, body: Mapping[str, Any]) -> Content:
    return Content(kind, cut(world, body.get("content"), TEXT_BYTES))


def _read_link(world: World, kind: str, body: Mapping[str, Any]) -> Content:
    world.media.get(body.get("thumb_media_id"))
    link = {
        "title": cut(world, body.get("title"), 128),
        "desc": clip_bytes(str(body.get("desc", "")), 512),
        "url": check_url(body.get("url")),
    }
    return Content(kind, "\n".join(filter(None, (link["title"], link["desc"]))), extra=link)


def _read_miniprogram(world: World, kind: str, body: Mapping[str, Any]) -> Content:
    world.media.get(body.get("thumb_media_id"))
    path = str(body.get("pagepath", ""))
    if not body.get("appid") or not path.partition("?")[0].endswith(".html"):
        raise ApiError(codes.BAD_PARAMETER, "invalid miniprogram", violation="bad_miniprogram")
    return Content(kind, clip_bytes(str(body.get("title", "")), 64), extra=body)


def _read_location(_world: World, kind: str, body: Mapping[str, Any]) -> Content:
    latitude, longitude = body.get("latitude"), body.get("longitude")
    for value, bound in ((latitude, 90), (longitude, 180)):
        if not isinstance(value, int | float) or abs(value) > bound:
            raise ApiError(codes.BAD_PARAMETER, "invalid location", violation="bad_location")
    return Content(kind, f"{body.get('name', '')}\n{body.get('address', '')}".strip(), extra=body)


def _read_ca_link(_world: World, kind: str, body: Mapping[str, Any]) -> Content:
    return Content(kind, check_url(body.get("link_url")), extra=body)


def _read_menu(_world: World, kind: str, body: Mapping[str, Any]) -> Content:
    items = body.get("list", [])
    if not isinstance(items, list) or not (items or body.get("head_content") or body.get("tail_content")):
        raise ApiError(codes.BAD_PARAMETER, "empty msgmenu", violation="bad_menu")
    for name in ("head_content", "tail_content"):
        _check_length(str(body.get(name, "")), 0, MENU_TEXT_BYTES)
    choices = [item for item in items if item.get("type") != "text"]
    if len(items) > MENU_ITEMS or len(choices) > MENU_CHOICES:
        raise _too_many_items()
    for item in items:
        _check_item(item)
    return Content(kind, read_menu(body), extra=body)


def _check_item(item: Mapping[str, Any]) -> None:
    kind = item.get("type")
    body = item.get(str(kind))
    if kind not in ("click", "view", "miniprogram", "text") or not isinstance(body, Mapping):
        raise ApiError(codes.BAD_MENU_ITEM, "invalid menu item type", violation="bad_menu")
    content = str(body.get("content", ""))
    if kind == "click":
        _check_length(content, 1, CLICK_TEXT_BYTES)
        _check_length(str(body.get("id", "")), 0, CLICK_ID_BYTES)
    elif kind == "text":
        _check_length(content, 1, PLAIN_TEXT_BYTES)
    else:
        _check_length(content, 1, MENU_TEXT_BYTES)
    if kind == "view":
        check_url(body.get("url"))


def _check_length(text: str, least: int, most: int) -> None:
    if not least <= len(text.encode()) <= most:
        raise ApiError(codes.BAD_PARAMETER, f"must be {least} to {most} bytes", violation="bad_menu")


def _too_many_items() -> ApiError:
    return ApiError(codes.TOO_MANY_MENU_ITEMS, "too many menu items", violation="bad_menu")


READERS: Mapping[str, Callable[[World, str, Mapping[str, Any]], Content]] = {
    "text": _read_text,
    "image": read_media,
    "voice": read_media,
    "video": read_media,
    "file": read_media,
    "link": _read_link,
    "miniprogram": _read_miniprogram,
    "msgmenu": _read_menu,
    "location": _read_location,
    "ca_link": _read_ca_link,
}
