"""What people read: Chinese, within the platform's limits, and never a promise that a matter will be settled."""

import re
from dataclasses import is_dataclass
from typing import Any

import pytest

from bot.notices.answer import MENU_HEAD_BYTES
from bot.notices.content import Card, CardChange, Content, Field, Item, Media, Menu, Text, Welcome, dump, load
from bot.notices.wordings import PROMISES
from bot.outbox.sender import card_payload
from tests.unit.notices.examples import EACH, LONGEST, MODULES, USUAL, Facts, notices

OFFICIALESE = "诉求|贵方|予以|敬请|悉知|受理|工单|系统已"
# Links, case numbers, and what an administrator has to type or look for.
LATIN_ALLOWED = re.compile(
    r"https?://\S+|[A-Z0-9]+-\d{4}-\d{6}|[A-Z]+ \d+ [0-9a-f]{64}"
    r"|python -m bot (?:check|import)|holidays\.csv|message/send"
    r"|账号 [\w.@-]+|LIANXIN_[A-Z_]+|Secret|AgentId|Token|EncodingAESKey|JS-SDK|\b(?:IP|ID|API)\b"
)


def rendered(facts: Facts) -> list[tuple[str, Content]]:
    found: list[tuple[str, Content]] = []
    for notice in notices(facts):
        content = notice.render()
        contents = content if isinstance(content, tuple) else (content,)
        found += [(type(notice).__name__, one) for one in contents]
    return found


def read(content: Content) -> str:
    match content:
        case Text(text):
            return text
        case Menu(head, items, tail):
            return "\n".join([head, *(item.label for item in items), tail])
        case Card():
            lines = [f"{field.name} {field.value}" for field in content.fields]
            labels = [item.label for item in content.buttons]
            return "\n".join([content.title, content.hint, content.matter, *lines, *labels, content.settled])
        case _:
            raise AssertionError(f"{content} has nothing to read")


def all_of(kind: type) -> list[Any]:
    return [
        pytest.param(name, one, id=f"{which}-{name}")
        for which, facts in EACH.items()
        for name, one in rendered(facts)
        if isinstance(one, kind)
    ]


ALL = all_of(object)


def test_no_notice_is_left_out() -> None:
    made = {type(notice).__name__ for notice in notices(USUAL)}
    here = {
        name
        for module in MODULES
        for name, one in vars(module).items()
        if is_dataclass(one) and isinstance(one, type) and hasattr(one, "render")
    }
    assert here - made == set()


@pytest.mark.parametrize(("name", "content"), ALL)
def test_it_comes_out_of_the_outbox_as_it_went_in(name: str, content: Content) -> None:
    assert load(dump(content)) == content


@pytest.mark.parametrize(("name", "content"), ALL)
def test_it_promises_no_solution(name: str, content: Content) -> None:
    assert not PROMISES.search(read(content))


@pytest.mark.parametrize(("name", "content"), ALL)
def test_it_is_plain_chinese(name: str, content: Content) -> None:
    words = LATIN_ALLOWED.sub("", read(content))
    assert not re.search("[A-Za-z]", words)
    assert not re.search(OFFICIALESE, words)
    assert "None" not in words
    assert "{" not in words


@pytest.mark.parametrize(("name", "content"), ALL)
def test_it_says_something(name: str, content: Content) -> None:
    assert re.search("[\u4e00-\u9fff]", read(content))


@pytest.mark.parametrize(("name", "menu"), all_of(Menu))
def test_a_menu_is_within_the_platforms_limits(name: str, menu: Menu) -> None:
    """Document 94677: head and tail 1,024 bytes each, ten items, labels and ids 128 bytes."""
    assert len(menu.head.encode()) <= MENU_HEAD_BYTES
    assert len(menu.tail.encode()) <= 1024
    assert 1 <= len(menu.items) <= 10
    assert all(0 < len(item.label.encode()) <= 128 and 0 < len(item.id.encode()) <= 128 for item in menu.items)


@pytest.mark.parametrize(("name", "card"), all_of(Card))
def test_a_card_is_within_the_platforms_limits(name: str, card: Card) -> None:
    """Document 90236: what is longer would be cut where it is sent."""
    assert len(card.title) <= 36
    assert len(card.hint) <= 44
    assert len(card.matter) <= 160
    assert len(card.fields) <= 6
    assert len(card.buttons) <= 6
    assert all(len(item.label) <= 10 for item in card.buttons)
    assert len(card.settled) <= 10


@pytest.mark.parametrize(("name", "card"), all_of(Card))
def test_a_card_can_be_sent_and_has_something_on_its_buttons(name: str, card: Card) -> None:
    payload = card_payload(card, "case-1-1")
    buttons = payload["button_list"]
    assert isinstance(buttons, list)
    assert all(button["text"] for button in buttons)


def test_a_card_without_buttons_says_why() -> None:
    assert all(card.settled for _, card in rendered(LONGEST) if isinstance(card, Card) and not card.buttons)


def test_whoever_can_tap_is_told_apart_by_the_case() -> None:
    for _, content in rendered(USUAL):
        items: tuple[Item, ...] = getattr(content, "items", ()) or getattr(content, "buttons", ())
        assert len({item.id for item in items}) == len(items)


def test_contents_without_words_come_out_as_they_went_in_too() -> None:
    card = Card("t", "h", "m", (Field("a", "b"),), (Item("x", "y"),), "s")
    for content in (Media("image", 7), CardChange("code", "case-1-1", card), Welcome("w", Menu("h", (), "t"))):
        assert load(dump(content)) == content


def test_an_unknown_content_is_told() -> None:
    with pytest.raises(ValueError, match="no such content"):
        load(b'{"type": "Hologram"}')
