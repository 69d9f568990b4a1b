"""What is said beside a picture tells that it may show an identity paper; asking about papers does not."""

import pytest

from bot.masking import papers


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("这是我的身份证照片", "身份证"),
        ("身份证正反面", "身份证"),
        ("发您户口本，您看看", "户口本"),
        ("附上银行卡复印件", "银行卡"),
        ("我的护照", "护照"),
    ],
)
def test_words_beside_a_picture_of_a_paper(text: str, paper: str) -> None:
    assert papers.shown_beside(text) == paper


@pytest.mark.parametrize(
    "text", ["身份证丢了怎么补办", "办低保要带身份证吗？", "路灯坏了", "派出所办理户口本太慢了，跑了三次都没有办成"]
)
def test_words_about_papers_say_nothing_of_a_picture(text: str) -> None:
    assert papers.shown_beside(text) == ""


def test_the_name_of_a_file_tells_it_too() -> None:
    assert papers.named("身份证正面.jpg") == "身份证"
    assert papers.named("路灯.jpg") == ""
