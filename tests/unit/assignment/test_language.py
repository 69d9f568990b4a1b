"""A language that the bot cannot read is named, and Chinese never is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assignment.matter import language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("the lamp in our street is broken", "en"),
        ("Hello, I need help with my permit", "en"),
        ("no water", "en"),
        ("مەھەللىمىزدە سۇ ئۈزۈلۈپ قالدى", "ug"),
        ("ياخشىمۇسىز، يولدا چىراغ يوق", "ug"),
        ("ئەسسالامۇ ئەلەيكۇم", "ug"),
        ("سالەمەتسىز بە، اۋىلىمىزدا جول ناشار", "kk"),
        ("ءبىزدىڭ اۋىلدا سۋ جوق", "kk"),
        ("біздің ауылда су жоқ", "kk"),
        ("Біздің көшеде шам жанбай қалды", "kk"),
        ("у нас нет воды в доме", "ru"),
        ("манай гудамжинд гэрэл байхгүй, өчигдөр унтарсан", "mn"),
        ("ᠮᠠᠨ ᠤ ᠭᠠᠵᠠᠷ ᠤᠰᠤ ᠦᠭᠡᠢ", "mn"),
        ("ང་ཚོའི་གྲོང་ཚོར་ཆུ་མི་འདུག", "bo"),
        ("우리 동네에 물이 안 나와요", "ko"),
        ("家の前の街灯が壊れています", "ja"),
        ("لا يوجد ماء في بيتنا", "ar"),
        ("Đèn đường bị hỏng rồi", "vi"),
    ],
)
def test_a_foreign_text_is_named(text, code):
    assert language.find(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "路灯坏了",
        "我哋嗰条街冇灯",
        "俺们那旮沓没水",
        "路燈壞了，請處理",
        "OK",
        "12345",
        "13800000000",
        "👍👍👍",
        "https://example.com/abc/def",
        "路灯坏了 https://example.com/very/long/path?with=words",
        "A区3栋 wifi 信号差",
        "我家在KTV旁边，太吵，KTV天天唱到半夜",
        "小区app打不开，显示error network timeout",
        "[微笑][抱拳]",
        "……？？！！",
        "QQ",
        "B12",
        "老师说 hello 的时候声音太小，隔壁班听不到",
    ],
)
def test_chinese_and_what_is_no_language_is_not_named(text):
    assert language.find(text) is None


@given(st.text(max_size=300))
def test_any_text_is_read_without_error(text):
    code = language.find(text)
    assert code is None or len(code) == 2
