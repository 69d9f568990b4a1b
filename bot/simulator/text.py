"""Cutting by bytes as WeCom does, and reading cards and menus as plain text."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

TAGS = re.compile(r"<br\s*/?>|</?div[^>]*>", re.IGNORECASE)


def clip_bytes(text: str, limit: int) -> str:
    """At most `limit` UTF-8 bytes, never half a character."""
    raw = text.encode()
    return text if len(raw) <= limit else raw[:limit].decode(errors="ignore")


def shorten(text: str, limit: int = 40) -> str:
    """One line for the trace."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def read_menu(menu: Mapping[str, Any]) -> str:
    """What a person reads on a 微信客服 menu, one line each."""
    items = [_item_text(item) for item in menu.get("list", ())]
    return _lines([menu.get("head_content"), *items, menu.get("tail_content")])


def read_card(card: Mapping[str, Any]) -> str:
    """What a person reads on a template card, top to bottom, buttons in 【】."""
    title, quote = card.get("main_title", {}), card.get("quote_area", {})
    emphasis, fields = card.get("emphasis_content", {}), card.get("horizontal_content_list", ())
    vertical = card.get("vertical_content_list", ())
    return _lines(
        [
            card.get("source", {}).get("desc"),
            title.get("title"),
            title.get("desc"),
            emphasis.get("title"),
            emphasis.get("desc"),
            quote.get("title"),
            quote.get("quote_text"),
            card.get("sub_title_text"),
            *(f"{each['keyname']}：{each.get('value', '')}" for each in fields),
            *(text for each in vertical for text in (each.get("title"), each.get("desc"))),
            *(each.get("title") for each in card.get("jump_list", ())),
            *_choices(card),
            _buttons(card),
        ]
    )


def read_textcard(card: Mapping[str, Any]) -> str:
    return _lines([card.get("title"), TAGS.sub("\n", card.get("description", "")), card.get("btntxt", "详情")])


def read_articles(articles: Iterable[Mapping[str, Any]]) -> str:
    return _lines([text for each in articles for text in (each.get("title"), each.get("description"))])


def _choices(card: Mapping[str, Any]) -> list[str]:
    questions = [card.get("button_selection"), card.get("checkbox"), *card.get("select_list", ())]
    return [
        _lines([question.get("title"), *(option.get("text") for option in question.get("option_list", ()))])
        for question in questions
        if question
    ]


def _buttons(card: Mapping[str, Any]) -> str:
    if card.get("replace_text"):
        return f"【{card['replace_text']}】"
    texts = [each.get("text", "") for each in card.get("button_list", ())]
    if submit := card.get("submit_button"):
        texts.append(submit.get("text", ""))
    return "".join(f"【{text}】" for text in texts)


def _item_text(item: Mapping[str, Any]) -> str:
    body = item.get(item.get("type", ""), {})
    return str(body.get("content", ""))


def _lines(parts: Iterable[str | None]) -> str:
    return "\n".join(part for part in parts if part)
