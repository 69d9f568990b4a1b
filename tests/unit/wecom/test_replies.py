"""Passive replies carry the card in the names that WeCom reads (document 90241)."""

from datetime import UTC, datetime

import xmltodict
from hypothesis import given
from hypothesis import strategies as st

from bot.wecom.callbacks import render_button_reply, render_card_reply
from bot.wecom.payloads import Button, Choice, Field, Quote, Selection, button_card, vote_card

AT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def card_of(card):
    return xmltodict.parse(render_card_reply("li.hua", "ww1", card, AT))["xml"]["TemplateCard"]


def test_button_is_greyed():
    assert render_button_reply("li.hua", "ww1", "已接收", AT) == (
        "<xml><ToUserName><![CDATA[li.hua]]></ToUserName><FromUserName><![CDATA[ww1]]></FromUserName>"
        "<CreateTime>1700000000</CreateTime><MsgType><![CDATA[update_button]]></MsgType>"
        "<Button><ReplaceName><![CDATA[已接收]]></ReplaceName></Button></xml>"
    )


def test_card_is_replaced():
    card = card_of(
        button_card(
            "群众留言",
            "清河站",
            "case-7",
            [Button("accept:7", "接收"), Button("pass:7", "转交", style=2)],
            fields=[Field("编号", "JH-2026-000123"), Field("承办", "李华", userid="li.hua")],
            quote=Quote("路灯坏了", url="https://e.cn/c/7"),
            selection=Selection("q", "转给", [Choice("a", "甲"), Choice("b", "乙")], "a"),
            replace_text="已转交",
        )
    )
    assert card["CardType"] == "button_interaction"
    assert card["MainTitle"] == {"Title": "群众留言", "Desc": "清河站"}
    assert card["TaskId"] == "case-7"
    assert [field["KeyName"] for field in card["HorizontalContentList"]] == ["编号", "承办"]
    assert card["HorizontalContentList"][1]["UserId"] == "li.hua"
    assert card["QuoteArea"] == {"QuoteText": "路灯坏了", "Type": "1", "Url": "https://e.cn/c/7"}
    assert [button["Key"] for button in card["ButtonList"]] == ["accept:7", "pass:7"]
    assert [option["Id"] for option in card["ButtonSelection"]["OptionList"]] == ["a", "b"]
    assert card["ReplaceText"] == "已转交"


def test_choices_are_true_or_false():
    card = card_of(vote_card("满意吗", "", "v1", "q", [Choice("y", "满意", True)], submit=Button("ok", "提交")))
    assert card["CheckBox"]["OptionList"] == {"Id": "y", "Text": "满意", "IsChecked": "true"}
    assert card["SubmitButton"] == {"Text": "提交", "Key": "ok"}


@given(st.text(max_size=100))
def test_no_text_breaks_out_of_its_element(words):
    reply = xmltodict.parse(
        render_button_reply("li.hua", "ww1", words + "]]></Button>x", AT), strip_whitespace=False
    )
    assert reply["xml"]["Button"]["ReplaceName"].endswith("]]></Button>x")
