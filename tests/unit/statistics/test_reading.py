"""What staff write to ask for figures."""

from datetime import date

import pytest

from bot.services.statistics import reading
from bot.services.statistics.reading import RESPONSES, Vocabulary

TODAY = date(2026, 11, 20)
WORDS = Vocabulary(
    representatives={"张伟": ["R1", "R9"], "李娜": ["R2"], "R1": ["R1"]},
    levels={"区县级": ["district"]},
    groups={"联系代表和群众": ["contact"]},
    stations={"钱桥联络站": ["QQ1"], "QQ1": ["QQ1"], "西庄联络站": ["XZ1"], "西庄二站": ["XZ2"]},
    regions={"锦河区": ["JH"]},
    kinds={"走访": ["visit"], "接待": ["reception"]},
)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("", (2026, 11, 1), (2026, 11, 30)),
        ("本月", (2026, 11, 1), (2026, 11, 30)),
        ("上月", (2026, 10, 1), (2026, 10, 31)),
        ("今年", (2026, 1, 1), (2026, 12, 31)),
        ("去年", (2025, 1, 1), (2025, 12, 31)),
        ("本季度", (2026, 10, 1), (2026, 12, 31)),
        ("上季", (2026, 7, 1), (2026, 9, 30)),
        ("今天", (2026, 11, 20), (2026, 11, 20)),
        ("昨天", (2026, 11, 19), (2026, 11, 19)),
        ("2026-10", (2026, 10, 1), (2026, 10, 31)),
        ("2026年2月", (2026, 2, 1), (2026, 2, 28)),
        ("10月", (2026, 10, 1), (2026, 10, 31)),
        ("12月", (2025, 12, 1), (2025, 12, 31)),
        ("2025", (2025, 1, 1), (2025, 12, 31)),
        ("2026年第三季度", (2026, 7, 1), (2026, 9, 30)),
        ("第1季度", (2026, 1, 1), (2026, 3, 31)),
        ("2026-10-05", (2026, 10, 5), (2026, 10, 5)),
        ("2026-10-05 至 2026-11-03", (2026, 10, 5), (2026, 11, 3)),
        ("2026年11月3日到2026年10月5日", (2026, 10, 5), (2026, 11, 3)),
        ("2026-10-05~2026-11-03 走访", (2026, 10, 5), (2026, 11, 3)),
    ],
)
def test_a_period_in_the_words_of_an_office(words: str, first: tuple[int, ...], last: tuple[int, ...]) -> None:
    asked = reading.read(words, TODAY, WORDS)
    assert (asked.first, asked.last, asked.unknown) == (date(*first), date(*last), ())


@pytest.mark.parametrize("words", ["2026-13", "2026-02-30", "13月", "1234", "牡丹", "2026-02-30 至 2026-03-01"])
def test_what_is_not_understood_is_said(words: str) -> None:
    assert reading.read(words, TODAY, WORDS).unknown


def test_lines_figure_and_whom_it_is_about_in_any_order() -> None:
    asked = reading.read("走访 上月 人数 按站点 李娜代表 钱桥", TODAY, WORDS)
    assert (asked.by, asked.figure, asked.about) == ("station", "people", "")
    assert asked.only == {"kind": ("visit",), "representative": ("R2",), "station": ("QQ1",)}


def test_two_of_one_name_are_asked_apart_and_a_code_tells_them() -> None:
    assert reading.read("张伟", TODAY, WORDS).ambiguous == ("张伟",)
    assert reading.read("R1", TODAY, WORDS).only == {"representative": ("R1",)}
    assert reading.read("西庄", TODAY, WORDS).unknown == ("西庄",), "two stations have it in their names"


def test_a_word_of_answers_asks_for_answers() -> None:
    assert reading.read("本月 逾期", TODAY, WORDS).about == RESPONSES
    assert reading.read("答复 本月", TODAY, WORDS).about == RESPONSES
    assert reading.read("本月 建议", TODAY, WORDS).figure == "proposals"
