"""Template cards (document 90236): what each of the five types must have, and which can change later."""

from collections.abc import Mapping, Sequence
from typing import Any

import xmltodict

from bot.simulator import codes
from bot.simulator.codes import ApiError

CARD_TYPES = ("text_notice", "news_notice", "button_interaction", "vote_interaction", "multiple_interaction")
INTERACTIVE = CARD_TYPES[2:]
LIST_LIMITS = {
    "horizontal_content_list": 6,
    "vertical_content_list": 4,
    "jump_list": 3,
    "button_list": 6,
    "select_list": 3,
}
OPTION_LIMITS = {"button_selection": 10, "checkbox": 20}
TASK_ID_BYTES = 128
KEY_BYTES = 1024
REPEATED = (
    "HorizontalContentList",
    "VerticalContentList",
    "JumpList",
    "ButtonList",
    "SelectList",
    "OptionList",
    "ActionList",
)
ONE_WORD = ("KeyName", "UserId", "AppId", "PagePath", "CheckBox")


def is_updatable(card: Mapping[str, Any]) -> bool:
    """Button, vote and multiple cards, and notices with an action menu."""
    return card.get("card_type") in INTERACTIVE or "action_menu" in card


def check_card(card: object, *, is_update: bool = False) -> Mapping[str, Any]:
    """The card; ApiError 40058 naming the first thing that is missing or too much."""
    if not isinstance(card, Mapping):
        raise _bad("template_card missing")
    kind = card.get("card_type")
    if kind not in CARD_TYPES:
        raise _bad("template_card.card_type invalid")
    _check_lists(card)
    if not is_update and is_updatable(card) and not card.get("task_id"):
        raise _bad("template_card.task_id missing")
    _check_task_id(str(card.get("task_id", "")))
    _CHECKS[str(kind)](card)
    return card


def card_from_xml(tree: Mapping[str, Any]) -> dict[str, Any]:
    """The CamelCase card of a passive reply as the snake_case card of the API."""
    return {_snake(name): _from_xml(value) for name, value in tree.items()}


def parse_reply(inner: str) -> Mapping[str, Any]:
    """The fields of a decrypted passive reply; empty where it is not XML."""
    try:
        root = xmltodict.parse(inner, force_list=REPEATED).get("xml")
    except Exception:  # noqa: BLE001 — a broken reply is the bot's fault, the caller counts it
        return {}
    return root if isinstance(root, Mapping) else {}


def _from_xml(value: Any) -> Any:
    if isinstance(value, Mapping):
        return card_from_xml(value)
    if isinstance(value, list):
        return [_from_xml(each) for each in value]
    return "" if value is None else value


def _snake(name: str) -> str:
    if name in ONE_WORD:
        return name.lower()
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def _check_lists(card: Mapping[str, Any]) -> None:
    for name, limit in LIST_LIMITS.items():
        if len(_list(card, name)) > limit:
            raise _bad(f"template_card.{name} has more than {limit}")
    for name, limit in OPTION_LIMITS.items():
        question = card.get(name)
        if question is not None and not 1 <= len(_list(question, "option_list")) <= limit:
            raise _bad(f"template_card.{name}.option_list needs 1 to {limit}")
    for each in _list(card, "horizontal_content_list"):
        if not each.get("keyname"):
            raise _bad("template_card.horizontal_content_list.keyname missing")
    for each in _list(card, "jump_list"):
        if not each.get("title"):
            raise _bad("template_card.jump_list.title missing")


def _check_task_id(task_id: str) -> None:
    plain = all(letter.isascii() and (letter.isalnum() or letter in "_-@") for letter in task_id)
    if not plain or len(task_id) > TASK_ID_BYTES:
        raise _bad("template_card.task_id invalid")


def _check_text_notice(card: Mapping[str, Any]) -> None:
    if not card.get("card_action"):
        raise _bad("template_card.card_action missing")
    if not card.get("main_title", {}).get("title") and not card.get("sub_title_text"):
        raise _bad("template_card.main_title.title or sub_title_text missing")


def _check_news_notice(card: Mapping[str, Any]) -> None:
    _need_title(card)
    if not card.get("card_action"):
        raise _bad("template_card.card_action missing")
    if not card.get("card_image") and not card.get("image_text_area"):
        raise _bad("template_card.card_image or image_text_area missing")


def _check_buttons(card: Mapping[str, Any]) -> None:
    _need_title(card)
    buttons = _list(card, "button_list")
    if not buttons:
        raise _bad("template_card.button_list missing")
    for button in buttons:
        if not button.get("text"):
            raise _bad("template_card.button_list.text missing")
        opens_page = str(button.get("type", 0)) == "1"
        needed = "url" if opens_page else "key"
        if not button.get(needed):
            raise _bad(f"template_card.button_list.{needed} missing")
        if len(str(button.get("key", "")).encode()) > KEY_BYTES:
            raise _bad("template_card.button_list.key too long")


def _check_vote(card: Mapping[str, Any]) -> None:
    _need_title(card)
    if not card.get("checkbox", {}).get("question_key"):
        raise _bad("template_card.checkbox missing")
    _need_submit(card)


def _check_multiple(card: Mapping[str, Any]) -> None:
    _need_title(card)
    questions = _list(card, "select_list")
    if not questions:
        raise _bad("template_card.select_list missing")
    for question in questions:
        if not question.get("question_key") or not 1 <= len(_list(question, "option_list")) <= 10:
            raise _bad("template_card.select_list invalid")
    _need_submit(card)


def _need_title(card: Mapping[str, Any]) -> None:
    if not card.get("main_title", {}).get("title"):
        raise _bad("template_card.main_title.title missing")


def _need_submit(card: Mapping[str, Any]) -> None:
    submit = card.get("submit_button", {})
    if not submit.get("text") or not submit.get("key"):
        raise _bad("template_card.submit_button missing")


def _list(holder: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    value = holder.get(name, [])
    if not isinstance(value, list):
        raise _bad(f"{name} must be a list")
    return value


def _bad(what: str) -> ApiError:
    return ApiError(codes.BAD_PARAMETER, what, violation="bad_card")


_CHECKS = {
    "text_notice": _check_text_notice,
    "news_notice": _check_news_notice,
    "button_interaction": _check_buttons,
    "vote_interaction": _check_vote,
    "multiple_interaction": _check_multiple,
}
