"""Template cards (document 90236, template_card; limits as given there).

Lengths in "字" are recommendations of WeCom's and are kept by clipping. Too many entries, a missing title or a
key that would not come back whole are our own mistakes and raise ValueError.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.wecom.limits import clip_bytes, clip_characters, web_address

Card = dict[str, object]

_TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")
_KEY_BYTES, _OPTION_ID_BYTES = 1024, 128
_QUOTE_BYTES = 512  # the documents name no limit; no client shows more


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a card: `key` comes back when it is pressed, or `url` opens. Style 1–4."""

    key: str
    text: str
    style: int = 1
    url: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A line "name  value", opening `url` or the profile of the member `userid` where given."""

    name: str
    value: str
    url: str = ""
    userid: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """The quoted words in a card."""

    text: str
    title: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Who speaks, at the top of a card; colour 0 grey, 1 black, 2 red, 3 green."""

    desc: str
    icon_url: str = ""
    color: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a question: (id, text)."""

    id: str
    text: str
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """A drop-down with up to ten choices."""

    question_key: str
    title: str
    choices: Sequence[Choice]
    selected_id: str = ""


@dataclass(frozen=True, slots=True)
class ActionMenu:
    """The menu in the corner of a card: one to three (key, text). It makes a notice card updatable."""

    desc: str
    actions: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Jump:
    """A link at the foot of a card."""

    title: str
    url: str


def button_card(
    title: str,
    desc: str,
    task_id: str,
    buttons: Sequence[Button],
    *,
    fields: Sequence[Field] = (),
    quote: Quote | None = None,
    subtitle: str = "",
    source: Source | None = None,
    selection: Selection | None = None,
    menu: ActionMenu | None = None,
    jumps: Sequence[Jump] = (),
    url: str = "",
    replace_text: str = "",
) -> Card:
    """A card with one to six buttons. With `replace_text` (updates) the buttons are greyed and say that;
    then `buttons` may be empty."""
    shown = tuple(buttons) or ((Button("settled", replace_text),) if replace_text else ())
    _count("buttons", len(shown), 1, 6)
    card = _head("button_interaction", title, desc, task_id, source, menu)
    card |= _middle(subtitle, quote, fields, jumps, url)
    card["button_list"] = [_button(button) for button in shown]
    if selection:
        card["button_selection"] = _selection(selection)
    return card | _replaced(replace_text)


def text_notice_card(
    title: str,
    desc: str,
    url: str,
    *,
    fields: Sequence[Field] = (),
    quote: Quote | None = None,
    subtitle: str = "",
    source: Source | None = None,
    emphasis: tuple[str, str] | None = None,
    menu: ActionMenu | None = None,
    jumps: Sequence[Jump] = (),
    task_id: str = "",
) -> Card:
    """A notice that opens `url`; `emphasis` is (figure, what it is). `menu` needs a `task_id`."""
    card = _head("text_notice", title, desc, task_id, source, menu)
    card |= _middle(subtitle, quote, fields, jumps, web_address(url))
    if emphasis:
        figure, meaning = emphasis
        card["emphasis_content"] = {"title": clip_characters(figure, 14), "desc": clip_characters(meaning, 22)}
    return card


def news_notice_card(
    title: str,
    desc: str,
    url: str,
    image_url: str,
    *,
    aspect_ratio: float = 2.25,
    verticals: Sequence[tuple[str, str]] = (),
    fields: Sequence[Field] = (),
    quote: Quote | None = None,
    source: Source | None = None,
    menu: ActionMenu | None = None,
    jumps: Sequence[Jump] = (),
    task_id: str = "",
) -> Card:
    """A notice with a picture (ratio 1.3–2.25) that opens `url`; `verticals` are up to four (title, text)."""
    if not 1.3 <= aspect_ratio <= 2.25:
        raise ValueError("a card's picture has a ratio of 1.3 to 2.25")
    _count("verticals", len(verticals), 0, 4)
    card = _head("news_notice", title, desc, task_id, source, menu)
    card |= _middle("", quote, fields, jumps, web_address(url))
    card["card_image"] = {"url": web_address(image_url), "aspect_ratio": aspect_ratio}
    if verticals:
        card["vertical_content_list"] = [
            {"title": clip_characters(name, 38), "desc": clip_characters(words, 160)} for name, words in verticals
        ]
    return card


def vote_card(
    title: str,
    desc: str,
    task_id: str,
    question_key: str,
    choices: Sequence[Choice],
    *,
    submit: Button,
    multiple: bool = False,
    source: Source | None = None,
    replace_text: str = "",
) -> Card:
    """A question with one to twenty choices, of which one or (`multiple`) several may be ticked."""
    _count("choices", len(choices), 1, 20)
    card = _head("vote_interaction", title, desc, task_id, source, None)
    card["checkbox"] = {
        "question_key": _key(question_key, _KEY_BYTES),
        "mode": int(multiple),
        "option_list": [_choice(choice, 17) | {"is_checked": choice.checked} for choice in choices],
    }
    card["submit_button"] = _submit(submit)
    return card | _replaced(replace_text)


def multiple_card(
    title: str,
    desc: str,
    task_id: str,
    selections: Sequence[Selection],
    *,
    submit: Button,
    source: Source | None = None,
    replace_text: str = "",
) -> Card:
    """One to three drop-downs and a button that sends them."""
    _count("selections", len(selections), 1, 3)
    card = _head("multiple_interaction", title, desc, task_id, source, None)
    card["select_list"] = [_selection(selection) for selection in selections]
    card["submit_button"] = _submit(submit)
    return card | _replaced(replace_text)


def _head(
    card_type: str, title: str, desc: str, task_id: str, source: Source | None, menu: ActionMenu | None
) -> Card:
    if not title:
        raise ValueError("a card needs a title")
    card: Card = {"card_type": card_type, "main_title": _title(title, desc)}
    if task_id or menu or card_type.endswith("_interaction"):
        if not _TASK_ID.fullmatch(task_id):
            raise ValueError("a card's task_id is 1 to 128 of letters, digits, _ - @")
        card["task_id"] = task_id
    if source:
        card["source"] = {"desc": clip_characters(source.desc, 20), "desc_color": source.color} | _filled(
            icon_url=source.icon_url
        )
    if menu:
        card["action_menu"] = _menu(menu)
    return card


def _middle(subtitle: str, quote: Quote | None, fields: Sequence[Field], jumps: Sequence[Jump], url: str) -> Card:
    _count("fields", len(fields), 0, 6)
    _count("jumps", len(jumps), 0, 3)
    card: Card = _filled(sub_title_text=clip_characters(subtitle, 160))
    if quote:
        card["quote_area"] = _quote(quote)
    if fields:
        card["horizontal_content_list"] = [_field(field) for field in fields]
    if jumps:
        card["jump_list"] = [{"type": 1, "title": jump.title, "url": web_address(jump.url)} for jump in jumps]
    if url:
        card["card_action"] = {"type": 1, "url": web_address(url)}
    return card


def _title(title: str, desc: str) -> Mapping[str, object]:
    return {"title": clip_characters(title, 36)} | _filled(desc=clip_characters(desc, 44))


def _button(button: Button) -> Card:
    if not 1 <= button.style <= 4:
        raise ValueError("a button's style is 1 to 4")
    label: Card = {"text": clip_characters(button.text, 10), "style": button.style}
    if button.url:
        return label | {"type": 1, "url": web_address(button.url)}
    return label | {"type": 0, "key": _key(button.key, _KEY_BYTES)}


def _submit(button: Button) -> Card:
    return {"text": clip_characters(button.text, 10), "key": _key(button.key, _KEY_BYTES)}


def _field(field: Field) -> Card:
    line: Card = {"keyname": field.name, "value": clip_bytes(field.value, _QUOTE_BYTES)}
    if field.url:
        return line | {"type": 1, "url": web_address(field.url)}
    return line | ({"type": 3, "userid": field.userid} if field.userid else {})


def _quote(quote: Quote) -> Card:
    words = _filled(title=quote.title, quote_text=clip_bytes(quote.text, _QUOTE_BYTES))
    return words | ({"type": 1, "url": web_address(quote.url)} if quote.url else {"type": 0})


def _selection(selection: Selection) -> Card:
    _count("choices", len(selection.choices), 1, 10)
    return {
        "question_key": _key(selection.question_key, _KEY_BYTES),
        "title": selection.title,
        "option_list": [_choice(choice, 16) for choice in selection.choices],
    } | _filled(selected_id=selection.selected_id)


def _choice(choice: Choice, longest: int) -> Card:
    return {"id": _key(choice.id, _OPTION_ID_BYTES), "text": clip_characters(choice.text, longest)}


def _menu(menu: ActionMenu) -> Card:
    _count("actions", len(menu.actions), 1, 3)
    actions = [{"key": _key(key, _KEY_BYTES), "text": text} for key, text in menu.actions]
    return {"desc": menu.desc, "action_list": actions}


def _replaced(replace_text: str) -> Card:
    return _filled(replace_text=replace_text)


def _filled(**values: str) -> Card:
    return {name: value for name, value in values.items() if value}


def _key(key: str, limit: int) -> str:
    if not 0 < len(key.encode()) <= limit:
        raise ValueError(f"a key or id of a card has 1 to {limit} bytes")
    return key


def _count(what: str, number: int, least: int, most: int) -> None:
    if not least <= number <= most:
        raise ValueError(f"a card has {least} to {most} {what}, not {number}")
