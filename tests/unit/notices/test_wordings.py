"""Sentences in the centre's own words: what is taken renders in every notice; nothing keeps one from being said."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.notices.content import Card, Menu, Text, dump
from bot.notices.previews import preview
from bot.notices.wordings import EXAMPLES, GROUPS, WORDINGS, Wording, faults_of, say, using
from bot.notices.words import MENU_HEAD_BYTES
from tests.unit.notices.examples import EACH, notices

KEYS = sorted(WORDINGS)
FACTS = {name: usual for name, (usual, _) in EXAMPLES.items()}


def marked(key: str) -> str:
    """A sentence that is known again; it is not what one would be let write."""
    return f"〔{key}〕"


@cache
def affected() -> dict[str, list[Any]]:
    """The notices of the examples, usual and longest, by the sentences that are said in them."""
    found: dict[str, list[Any]] = {key: [] for key in KEYS}
    with using({key: marked(key) for key in KEYS}):
        for facts in EACH.values():
            for notice in notices(facts):
                content = notice.render()
                said = "".join(
                    dump(one).decode() for one in (content if isinstance(content, tuple) else (content,))
                )
                for key in KEYS:
                    if marked(key) in said:
                        found[key].append(notice)
    return found


def assert_fits(content: object) -> None:
    for one in content if isinstance(content, tuple) else (content,):
        if isinstance(one, Menu):
            assert len(one.head.encode()) <= MENU_HEAD_BYTES
            assert len(one.tail.encode()) <= 1024
        elif isinstance(one, Card):
            assert len(one.matter) <= 160
        else:
            assert isinstance(one, Text)


@pytest.mark.parametrize("key", KEYS)
def test_the_default_is_what_one_would_be_let_write(key: str) -> None:
    wording = WORDINGS[key]
    assert faults_of(key, wording.default) == ()
    assert {*wording.needed, *wording.further} <= EXAMPLES.keys()
    assert affected()[key], "no notice says it"


@pytest.mark.parametrize("key", KEYS)
def test_it_is_seen_in_its_preview(key: str) -> None:
    assert marked(key) in dump(preview(key, {key: marked(key)})).decode()


@st.composite
def sentences(draw: st.DrawFn) -> tuple[str, str]:
    """A sentence with its placeholders and words in any order between anything at all."""
    key = draw(st.sampled_from(KEYS))
    wording: Wording = WORDINGS[key]
    pieces = [f"{{{name}}}" for name in wording.needed] + list(wording.words)
    pieces += [f"{{{name}}}" for name in wording.further if draw(st.booleans())]
    pieces += draw(
        st.lists(st.one_of(st.text(max_size=40), st.sampled_from(("好", "您" * 90, "{x}", "{}", "\n"))), max_size=3)
    )
    return key, "好" + "".join(draw(st.permutations(pieces)))


@settings(max_examples=150, deadline=None)
@given(sentences())
def test_whatever_is_taken_renders_in_every_notice_that_says_it(drawn: tuple[str, str]) -> None:
    key, text = drawn
    is_taken = faults_of(key, text) == ()
    with using({key: text}):  # also what is not taken: it may stand in the database from an earlier version
        for notice in affected()[key]:
            assert_fits(notice.render())
        if is_taken:
            filled = say(key, **FACTS)
            assert "{" not in filled
            assert filled != text or "{" not in text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "请写一句话"),
        ("ok {number}", "请写一句话"),
        ("您的事收到了。", "少了“{number}”"),
        ("收到 {number}，{owner}在办。", "没有“{owner}”这一项"),
        ("收到 {number}，{number.__class__}。", "没有“{number.__class__}”这一项"),
        ("收到 {number}，{。", "花括号"),
        ("收到 {number}，一定解决。", "保证结果"),
        ("收到 {number}\u202e。", "普通文字"),
        ("收到 {number}\n\n\n\n。", "最多 4 行"),
        ("收到 {number}" + "好" * 60, "太长了"),
    ],
)
def test_what_is_not_taken_is_told_why(text: str, why: str) -> None:
    assert any(why in one for one in faults_of("receipt.received", text))


def test_what_people_wrote_is_never_read_for_placeholders() -> None:
    with using({"answer.taken": "{owner}看到了 {number}。"}):
        assert say("answer.taken", owner="{number}", number="7") == "{number}看到了 7。"
    assert say("answer.taken", owner="{number}", number="7").startswith("{number}已经看到 7")


@pytest.mark.parametrize("own", ["{nobody}看到了 {number}", "好" * 500])
def test_what_cannot_be_said_gives_way_to_the_default(own: str) -> None:
    with using({"answer.taken": own}):
        assert "会尽快给您回音" in say("answer.taken", owner="张伟代表", number="7")


def test_names_are_told_apart() -> None:
    names = [wording.name for _, group in GROUPS.values() for wording in group.values()]
    assert len(names) == len(set(names)) == len(WORDINGS)
