"""Answers of WeCom with missing and odd fields: they are read, and each item can be stored."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.dispatch import messages
from bot.intake.kf_items import incoming_of
from bot.wecom import living
from bot.wecom.errors import Temporary
from bot.wecom.kf import parse_kf_page, parse_servicers
from bot.wecom.transport import Raw, read_answer
from tests.fuzz.effort import examples

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
KINDS = ("text", "image", "voice", "video", "file", "location", "link", "business_card", "miniprogram", "msgmenu")
MORE: tuple[object, ...] = (
    "channels",
    "merged_msg",
    "event",
    "meeting",
    "channels_shop_order",
    "new_thing",
    "",
    None,
    7,
)
INNER = (
    *("content", "menu_id", "media_id", "latitude", "longitude", "name", "address", "title", "list", "item", "url"),
    *(
        "event_type",
        "scene",
        "scene_param",
        "welcome_code",
        "fail_msgid",
        "fail_type",
        "change_type",
        "recall_msgid",
    ),
    *("open_kfid", "external_userid", "servicer_userid", "new_servicer_userid", "msg_code"),
)
EVENTS = ("enter_session", "msg_send_fail", "session_status_change", "user_recall_msg", "servicer_recall_msg", "x")
HEAD = {"msgid": "m1", "open_kfid": "wk1", "external_userid": "wm1", "send_time": 1_700_000_000, "origin": 3}


@st.composite
def items(draw: st.DrawFn) -> Any:
    """An item as WeCom sends it, with some of its fields replaced by anything."""
    kind = draw(st.sampled_from(KINDS + MORE))
    body = draw(st.dictionaries(st.sampled_from(INNER), JSON, max_size=6) | JSON)
    if isinstance(body, dict) and kind == "event":
        body = {"event_type": draw(st.sampled_from(EVENTS)), **HEAD, **body}
    odd = draw(
        st.dictionaries(st.sampled_from(["msgid", "send_time", "origin", "external_userid"]), JSON, max_size=1)
    )
    return draw(st.sampled_from([HEAD | {"msgtype": kind, str(kind): body} | odd, body]))


@given(st.lists(items(), max_size=5) | JSON, JSON, JSON)
@examples(60)
def test_a_page_is_read_whatever_it_holds(listed: Any, cursor: Any, has_more: Any) -> None:
    answer = {"errcode": 0, "msg_list": listed, "next_cursor": cursor, "has_more": has_more}
    page = parse_kf_page(read_answer("kf/sync_msg", Raw(200, {}, json.dumps(answer).encode())))
    assert not page.has_more or page.next_cursor
    for item in page.items:
        message = incoming_of(item, "wk1", {})
        if message is not None:
            assert messages.load(messages.dump(message)) == message
            assert messages.lane_of(message)


@given(st.dictionaries(st.sampled_from(["servicer_list", "stat_info", "living_info", "ending", "next_key"]), JSON))
@examples(60)
def test_answers_about_people_and_livings_are_read(answer: dict[str, Any]) -> None:
    parse_servicers(answer)
    living.parse_info("l1", answer)
    living.parse_watch_page(answer)


@given(st.binary(max_size=200) | JSON.map(lambda one: json.dumps(one).encode()), st.integers(100, 599))
@examples(60)
def test_an_answer_is_read_or_tried_again(body: bytes, status: int) -> None:
    try:
        answer = read_answer("kf/sync_msg", Raw(status, {}, body))
    except Temporary:
        return
    assert isinstance(answer["errcode"], int)
