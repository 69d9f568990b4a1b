"""Callbacks become values; nothing WeCom sends, however odd, stops them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wecom.callbacks import (
    CardTapped,
    ContactChanged,
    KfWakeup,
    LivingChanged,
    MemberEntered,
    MemberLeft,
    MemberMessage,
    MenuClicked,
    Other,
    parse_callback,
)

AT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def body(**elements):
    inside = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in elements.items())
    return f"<xml><ToUserName>wwtestcorp000001</ToUserName>{inside}</xml>".encode()


def message(kind, **elements):
    common = {"FromUserName": "li.hua", "CreateTime": "1700000000", "MsgType": kind, "MsgId": "7400000000000000001"}
    return parse_callback(body(**(common | elements)))


def event(name, **elements):
    common = {"FromUserName": "li.hua", "CreateTime": "1700000000", "MsgType": "event", "Event": name}
    return parse_callback(body(**(common | elements)))


def test_text_message():
    assert message("text", Content="路灯修好了") == MemberMessage(
        "msg:7400000000000000001", "li.hua", AT, "text", text="路灯修好了"
    )


@pytest.mark.parametrize(
    ("kind", "elements", "expected"),
    [
        ("image", {"MediaId": "M1", "PicUrl": "http://p"}, ("image", {"media_id": "M1"})),
        ("voice", {"MediaId": "M1", "Format": "amr"}, ("voice", {"media_id": "M1"})),
        ("video", {"MediaId": "M1", "ThumbMediaId": "M2"}, ("video", {"media_id": "M1"})),
        ("shortvideo", {"MediaId": "M1"}, ("video", {"media_id": "M1"})),
        ("file", {"MediaId": "M1", "FileName": "表.xlsx"}, ("file", {"media_id": "M1", "file_name": "表.xlsx"})),
        ("TEXT", {"Content": "在"}, ("text", {"text": "在"})),
        ("text", {"Content": ""}, ("text", {})),
        (
            "location",
            {"Location_X": "30.27", "Location_Y": "120.15", "Scale": "15", "Label": "桥头"},
            ("location", {"latitude": 30.27, "longitude": 120.15, "label": "桥头"}),
        ),
        ("location", {"Location_X": "here", "Location_Y": "999"}, ("location", {})),
        (
            "link",
            {"Title": "通知", "Description": "停水", "Url": "https://e.cn"},
            ("link", {"title": "通知", "text": "停水", "url": "https://e.cn"}),
        ),
    ],
)
def test_every_kind_of_message(kind, elements, expected):
    known_kind, values = expected
    assert message(kind, **elements) == MemberMessage("msg:7400000000000000001", "li.hua", AT, known_kind, **values)


def test_message_without_a_usable_id_is_known_by_its_body():
    first, again = message("text", MsgId="", Content="在"), message("text", MsgId="", Content="在")
    assert first.key.startswith("evt:")
    assert first.key == again.key != message("text", MsgId="", Content="不在").key


CARD = """<xml><ToUserName>ww1</ToUserName><FromUserName>li.hua</FromUserName><CreateTime>1700000000</CreateTime>
<MsgType>event</MsgType><Event>template_card_event</Event><EventKey>accept:7</EventKey><TaskId>case-7</TaskId>
<CardType>multiple_interaction</CardType><ResponseCode>RC</ResponseCode><AgentID>1000002</AgentID>{}</xml>"""


def tapped(selected):
    return parse_callback(CARD.format(selected).encode())


def test_pressed_button_of_a_card():
    callback = tapped("")
    assert isinstance(callback, CardTapped)
    assert (callback.userid, callback.created_at) == ("li.hua", AT)
    assert (callback.task_id, callback.event_key, callback.response_code) == ("case-7", "accept:7", "RC")
    assert (callback.card_type, callback.selected) == ("multiple_interaction", ())


@pytest.mark.parametrize(
    ("items", "selected"),
    [
        (
            "<SelectedItem><QuestionKey>q</QuestionKey><OptionIds><OptionId>a</OptionId></OptionIds></SelectedItem>",
            (("q", ("a",)),),
        ),
        (
            "<SelectedItem><QuestionKey>q</QuestionKey><OptionIds><OptionId>a</OptionId><OptionId>b</OptionId>"
            "</OptionIds></SelectedItem><SelectedItem><QuestionKey>r</QuestionKey><OptionIds/></SelectedItem>",
            (("q", ("a", "b")), ("r", ())),
        ),
        (
            "<SelectedItem><QuestionKey>q</QuestionKey><OpitonIds><OpitonId>a</OpitonId></OpitonIds></SelectedItem>",
            (("q", ("a",)),),
        ),
        ("", ()),
        ("words", ()),
        ("<SelectedItem>words</SelectedItem>", ()),
    ],
)
def test_choices_of_a_card(items, selected):
    assert tapped(f"<SelectedItems>{items}</SelectedItems>").selected == selected


def test_menu_of_a_card_is_a_tap_too():
    callback = event("template_card_menu_event", EventKey="more:7", TaskId="case-7", ResponseCode="RC")
    assert isinstance(callback, CardTapped)
    assert callback.event_key == "more:7"


def test_wake_up_has_neither_sender_nor_id():
    xml = body(CreateTime="1700000000", MsgType="event", Event="kf_msg_or_event", Token="TK", OpenKfId="wk1")
    assert parse_callback(xml) == KfWakeup("wk1", "TK")


@pytest.mark.parametrize(
    ("name", "elements", "kind"),
    [
        ("subscribe", {}, MemberEntered),
        ("enter_agent", {"EventKey": ""}, MemberEntered),
        ("ENTER_AGENT", {}, MemberEntered),
        ("unsubscribe", {}, MemberLeft),
        ("click", {"EventKey": "todo"}, MenuClicked),
        ("change_contact", {"ChangeType": "update_user", "UserID": "a", "NewUserID": "b"}, ContactChanged),
        ("living_status_change", {"LivingId": "L1", "Status": "2"}, LivingChanged),
    ],
)
def test_every_event_we_act_on(name, elements, kind):
    assert type(event(name, **elements)) is kind


def test_facts_of_events():
    assert event("click", EventKey="todo").event_key == "todo"
    moved = event("change_contact", ChangeType="update_user", UserID="a", NewUserID="b")
    assert (moved.change_type, moved.userid, moved.new_userid) == ("update_user", "a", "b")
    ended = event("living_status_change", LivingId="L1", Status="2")
    assert (ended.living_id, ended.status, ended.userid, ended.created_at) == ("L1", 2, "li.hua", AT)


def test_two_system_events_of_one_second_are_two():
    first = event("change_contact", ChangeType="delete_user", UserID="a")
    second = event("change_contact", ChangeType="delete_user", UserID="b")
    assert first.key != second.key
    assert first.key == event("change_contact", ChangeType="delete_user", UserID="a").key


def test_unknown_event_and_message_are_named():
    assert (event("LOCATION", Latitude="30").msg_type, event("LOCATION").event) == ("event", "location")
    unknown = message("hologram")
    assert isinstance(unknown, Other)
    assert unknown.msg_type == "hologram"


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"hello",
        b'{"MsgType":"event","Event":"add_schedule"}',
        b"<xml></xml>",
        b"<xml>words</xml>",
        b"<html><MsgType>text</MsgType></html>",
        b"<xml><MsgType/></xml>",
        b"<xml><MsgType>text</MsgType><MsgType>text</MsgType></xml>",
        b"<xml><MsgType>event</MsgType></xml>",
        b"<xml><MsgType>event</MsgType><Event/></xml>",
        b"<xml><InfoType>suite_ticket</InfoType></xml>",
        b"<xml>\xff</xml>",
        b"<!DOCTYPE xml [<!ENTITY a 'b'>]><xml><MsgType>&a;</MsgType></xml>",
        b"<xml>" + b"<a>" * 20_000,
        body(MsgType="text", FromUserName="li.hua", Content="when?"),
        body(MsgType="text", CreateTime="1700000000", Content="who?"),
        body(MsgType="text", FromUserName="li.hua", CreateTime="9" * 5000, Content="far"),
        body(MsgType="event", Event="kf_msg_or_event", Token="TK"),
        body(
            MsgType="event",
            Event="living_status_change",
            FromUserName="li.hua",
            CreateTime="1700000000",
            LivingId="L1",
            Status="soon",
        ),
        body(MsgType="event", Event="living_status_change", LivingId="L1", Status="1"),
        body(MsgType="event", Event="change_contact"),
    ],
)
def test_what_cannot_be_read_is_other(xml):
    assert type(parse_callback(xml)) is Other


NAMES = st.sampled_from(
    ["MsgType", "Event", "FromUserName", "CreateTime", "MsgId", "Content", "SelectedItems", "Status", "LivingId"]
)
VALUES = st.sampled_from(
    ["text", "event", "template_card_event", "living_status_change", "1700000000", "-1", "", "<a/>", "<a>1</a>x"]
)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=8))
def test_no_mixture_of_elements_raises(elements):
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in elements)
    assert parse_callback(f"<xml>{inside}</xml>".encode())


@given(st.binary(max_size=200))
def test_no_bytes_raise(content):
    assert parse_callback(content)
