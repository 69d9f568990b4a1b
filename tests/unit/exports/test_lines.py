"""Chinese text in lines, and what fits on a page."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.exports.forms.fitting import fit
from bot.services.exports.printing.lines import NO_END, NO_START, Piece, break_lines

texts = st.text(alphabet="代表走访牡丹园，。（）《》“”、JH-2026 abc\n", max_size=200)


def measure(text: str, face: str, size: float) -> float:
    return sum(size if ord(one) > 0x2000 else size / 2 for one in text)


def broken(text: str, width: float, *, first: float | None = None) -> list[str]:
    lines = break_lines([Piece(text, "Song", 1.0)], measure, width, width if first is None else first)
    return ["".join(piece.text for piece in line) for line in lines]


def test_a_line_is_filled_and_the_rest_goes_on() -> None:
    assert broken("反映路灯不亮", 4) == ["反映路灯", "不亮"]


def test_a_closing_mark_takes_a_character_with_it_to_the_next_line() -> None:
    assert broken("反映路灯不亮，望修", 6) == ["反映路灯不", "亮，望修"]
    assert broken("反映路灯不亮。）望", 6) == ["反映路灯不", "亮。）望"]


def test_an_opening_mark_does_not_end_a_line() -> None:
    assert broken("走访牡丹（东区）", 5) == ["走访牡丹", "（东区）"]


def test_a_word_or_number_stays_whole_where_it_fits_on_a_line() -> None:
    assert broken("编号JH-2026-000123", 8) == ["编号", "JH-2026-000123"]
    assert broken("编号JH-2026-000123", 4) == ["编号JH-2", "026-0001", "23"]


def test_a_space_does_not_begin_a_line_and_a_line_end_does() -> None:
    assert broken("走访 三户", 2) == ["走访", "三户"]
    assert broken("走访\n\n三户", 9) == ["走访", "", "三户"]


def test_the_first_line_may_be_shorter() -> None:
    assert broken("反映路灯不亮", 4, first=2) == ["反映", "路灯不亮"]


@given(texts, st.integers(min_value=6, max_value=30))
@settings(max_examples=150, deadline=None)
def test_nothing_is_lost_and_no_line_is_too_wide(text: str, width: int) -> None:
    lines = broken(text, width)
    assert "".join(lines).replace(" ", "") == text.replace("\n", "").replace(" ", "")
    assert all(measure(line, "", 1.0) <= width + 0.1 for line in lines)


@given(st.text(alphabet="代表走访，。（）", max_size=80).filter(lambda text: not _runs_of_marks(text)))
@settings(max_examples=150, deadline=None)
def test_no_line_begins_with_a_closing_or_ends_with_an_opening_mark(text: str) -> None:
    lines = broken(text, 8)
    assert not any(line[0] in NO_START for line in lines[1:] if line)
    assert not any(line[-1] in NO_END for line in lines[:-1] if line)


def _runs_of_marks(text: str) -> bool:
    """More marks in a row than are kept together."""
    marked = "".join("m" if one in NO_START | NO_END else "c" for one in text)
    return "mmm" in marked


@given(texts, st.integers(min_value=1, max_value=20), st.integers(min_value=1, max_value=8))
@settings(max_examples=150, deadline=None)
def test_what_fits_and_the_rest_are_the_whole(text: str, columns: int, lines: int) -> None:
    head, rest = fit(text, columns, lines)
    assert head + rest == text
    assert fit(head, columns, lines) == (head, "")


@pytest.mark.parametrize(("text", "head"), [("一二三四五", "一二三四"), ("一\n二\n三", "一\n二\n"), ("短", "短")])
def test_two_lines_of_two_hold_so_much(text: str, head: str) -> None:
    assert fit(text, 2, 2)[0] == head
