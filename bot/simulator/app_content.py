"""The bodies of message/send (document 90236): checked, cut to the platform's byte limits, made readable."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.simulator import codes
from bot.simulator.call import Call
from bot.simulator.cards import check_card
from bot.simulator.codes import ApiError
from bot.simulator.state import World
from bot.simulator.text import clip_bytes, read_articles, read_card, read_textcard

TEXT_BYTES = 2048
URL_BYTES = 2048
TITLE_BYTES, DESCRIPTION_BYTES = 128, 512
TITLE_CHARACTERS, DESCRIPTION_CHARACTERS = 128, 512
ARTICLES = 8
MEDIA_WORDS = {"image": "[图片]", "voice": "[语音]", "video": "[视频]", "file": "[文件]"}


@dataclass(frozen=True, slots=True)
class Content:
    """What a phone will show."""

    kind: str
    text: str
    media_id: str | None = None
    card: Mapping[str, Any] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


def read_content(world: World, call: Call) -> Content:
    """The message's content; ApiError for what WeCom would refuse."""
    kind = call.text("msgtype")
    reader = READERS.get(kind)
    if reader is None:
        raise ApiError(codes.BAD_MSGTYPE, "invalid message type", violation="bad_msgtype")
    return reader(world, kind, call.part(kind))


def cut(world: World, text: object, limit: int) -> str:
    """Text as WeCom would deliver it: silently cut at `limit` bytes, which counts as a violation."""
    if not isinstance(text, str) or not text:
        raise ApiError(codes.EMPTY_TEXT, "empty content", violation="empty_text")
    clipped = clip_bytes(text, limit)
    if clipped != text:
        world.violate("text_truncated")
    return clipped


def read_media(world: World, kind: str, body: Mapping[str, Any]) -> Content:
    media = world.media.get(body.get("media_id"))
    if media.kind != kind:
        raise ApiError(codes.BAD_MEDIA_ID, f"media_id is a {media.kind}", violation="bad_media_id")
    text = f"{MEDIA_WORDS[kind]} {body.get('title') or media.filename}".strip()
    extra = {"filename": media.filename, "bytes": len(media.content)}
    if kind == "video":
        extra["title"] = clip_bytes(str(body.get("title", "")), TITLE_BYTES)
        extra["description"] = clip_bytes(str(body.get("description", "")), DESCRIPTION_BYTES)
    return Content(kind, text, media_id=media.media_id, extra=extra)


def check_url(url: object) -> str:
    """An address with its scheme, within the limit."""
    right = isinstance(url, str) and url.startswith(("http://", "https://"))
    if not isinstance(url, str) or not right or len(url.encode()) > URL_BYTES:
        raise ApiError(codes.BAD_PARAMETER, "invalid url", violation="bad_url")
    return url


def _read_text(world: World, kind: str, body: Mapping[str, Any]) -> Content:
    return Content(kind, cut(world, body.get("content"), TEXT_BYTES))


def _read_textcard(world: World, kind: str, body: Mapping[str, Any]) -> Content:
    card = {
        "title": cut(world, body.get("title"), TITLE_CHARACTERS * 4)[:TITLE_CHARACTERS],
        "description": cut(world, body.get("description"), DESCRIPTION_CHARACTERS * 4)[:DESCRIPTION_CHARACTERS],
        "url": check_url(body.get("url")),
        "btntxt": str(body.get("btntxt") or "详情")[:4],
    }
    return Content(kind, read_textcard(card), extra=card)


def _read_articles(world: World, kind: str, body: Mapping[str, Any]) -> Content:
    articles = body.get("articles")
    if not isinstance(articles, list) or not 1 <= len(articles) <= ARTICLES:
        raise ApiError(codes.BAD_PARAMETER, "articles must be 1 to 8", violation="bad_articles")
    shown = [
        {
            "title": cut(world, each.get("title"), TITLE_BYTES),
            "description": clip_bytes(str(each.get("description") or each.get("digest", "")), DESCRIPTION_BYTES),
            "url": str(each.get("url") or each.get("content_source_url", "")),
        }
        for each in articles
    ]
    return Content(kind, read_articles(shown), extra={"articles": shown})


def _read_miniprogram(world: World, kind: str, body: Mapping[str, Any]) -> Content:
    lines = [cut(world, body.get("title"), TEXT_BYTES), str(body.get("description", ""))]
    lines += [f"{item.get('key')}：{item.get('value')}" for item in body.get("content_item", [])]
    return Content(kind, "\n".join(line for line in lines if line), extra=body)


def _read_card(_world: World, kind: str, body: Mapping[str, Any]) -> Content:
    card = check_card(body)
    return Content(kind, read_card(card), card=card)


READERS: Mapping[str, Callable[[World, str, Mapping[str, Any]], Content]] = {
    "text": _read_text,
    "markdown": _read_text,
    "image": read_media,
    "voice": read_media,
    "video": read_media,
    "file": read_media,
    "textcard": _read_textcard,
    "news": _read_articles,
    "mpnews": _read_articles,
    "miniprogram_notice": _read_miniprogram,
    "template_card": _read_card,
}
