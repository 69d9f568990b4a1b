"""Routers are asked in order; whatever comes in has a handler."""

from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given, settings

from bot.dispatch.messages import ConstituentMessage, Incoming, MemberEntered, MemberMessage, MemberTapped
from bot.dispatch.router import Heard, Reply, Router, get_handler
from bot.handlers import ROUTERS
from bot.notices.content import Text
from bot.services.context import Context
from tests.unit.dispatch.test_messages import KINDS, of_kind

AT = datetime(2026, 11, 20, tzinfo=UTC)


def member_says(text: str, kind: str = "text") -> MemberMessage:
    return MemberMessage("msg:1", "zhang", kind, text, "", "", AT)


def constituent_says(text: str, menu_id: str = "") -> ConstituentMessage:
    return ConstituentMessage("m1", "wk1", "wmA", "王女士", "text", text, menu_id, "", None, None, "", AT)


def answering(word: str) -> Any:
    async def handler(heard: Heard[Any], context: Context) -> Reply:
        return Reply(Text(word))

    handler.__name__ = word
    return handler


def test_the_first_router_that_has_a_handler_decides() -> None:
    first, second = Router("first"), Router("second")
    second.on(MemberMessage)(answering("second"))
    assert get_handler([first, second], member_says("x")).__name__ == "second"
    first.on(MemberMessage)(answering("first"))
    assert get_handler([first, second], member_says("x")).__name__ == "first"
    assert get_handler([second, first], member_says("x")).__name__ == "second"


def test_within_a_router_the_first_whose_condition_holds_decides() -> None:
    router = Router("words")
    router.on(MemberMessage, lambda one: one.text == "待办")(answering("todo"))
    router.on(MemberMessage)(answering("rest"))
    assert get_handler([router], member_says("待办")).__name__ == "todo"
    assert get_handler([router], member_says("别的")).__name__ == "rest"


def test_a_handler_is_only_asked_for_its_kind() -> None:
    router = Router("taps")
    router.on(MemberTapped)(answering("tapped"))
    assert router.find(member_says("x")) is None
    with pytest.raises(LookupError, match="MemberEntered"):
        get_handler([router], MemberEntered("evt:1", "zhang", AT))


def test_someone_asked_for_the_wrong_side_says_so() -> None:
    heard = Heard(member_says("x"))
    with pytest.raises(LookupError):
        _ = heard.by
    with pytest.raises(LookupError):
        _ = heard.from_member


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_message_has_a_handler_whatever_it_says(kind: type[Any]) -> None:
    @settings(max_examples=30, deadline=None)
    @given(of_kind(kind))
    def check(message: Incoming) -> None:
        assert get_handler(ROUTERS, message) is not None

    check()


def test_all_kinds_are_known_here() -> None:
    assert set(KINDS) == set(get_args(Incoming))


@pytest.mark.parametrize(
    ("message", "handler"),
    [
        (constituent_says("进度"), "show"),
        (constituent_says("进度。"), "show"),
        (constituent_says("看我的事办到哪一步", "word:进度"), "show"),
        (constituent_says("我要反映一件事", "word:反映"), "ask_matter"),
        (constituent_says("反映另一件事", "word:另一件"), "begin_another"),
        (constituent_says("已解决", "solved:1"), "settle"),
        (constituent_says("已解决"), "take"),
        (constituent_says("x", "solved:not a number"), "take"),
        (constituent_says("路灯坏了，进度怎么样了"), "take"),
        (constituent_says(""), "take"),
        (member_says("待办"), "todo"),
        (member_says("#000123 今晚修"), "answer_numbered"),
        (member_says("＃JH-2026-000123：今晚修"), "answer_numbered"),
        (member_says("指派 000123 张伟"), "assign"),
        (member_says("今晚修"), "go_on"),
        (member_says(""), "go_on"),
        (member_says("", "location"), "explain"),
        (MemberTapped("evt:1", "zhang", "case-1-1", "accept:1", "code", AT), "act"),
        (MemberTapped("evt:1", "zhang", "case-1-1", "unknown", "code", AT), "explain_tap"),
        (MemberTapped("evt:1", "zhang", "case-1-1", "accept:" + "9" * 30, "code", AT), "explain_tap"),
        (MemberEntered("evt:1", "zhang", AT), "stay_quiet"),
    ],
)
def test_words_and_taps_find_their_handler(message: Incoming, handler: str) -> None:
    assert get_handler(ROUTERS, message).__name__ == handler
