"""Pages in canonical bytes, terms, days of nudging, sections and checklists as data."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.duty_file.checking import opens_on
from bot.services.duty_file.nudging import nudge_day
from bot.services.duty_file.pages import csv_lines, file_name
from bot.services.duty_file.terms import Term, usual_term
from bot.services.exports.words import printable
from config import duty_checklists, duty_sections
from config.rules import Rules

cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=20)


@given(st.lists(st.lists(cells, min_size=2, max_size=5), max_size=5))
def test_rows_come_out_as_they_went_in_and_none_can_run(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(csv_lines(rows).decode(), newline="")))
    assert len(read) == len(rows)
    for row, written in zip(rows, read, strict=True):
        for cell, shown in zip(row, written, strict=True):
            assert shown in (printable(cell), f"'{printable(cell)}")
            assert not shown.startswith(("=", "@", "\t")), "no spreadsheet program runs it"


@given(st.integers(1, 999_999), cells, cells)
def test_a_name_is_one_part_of_a_path_whatever_people_write(number: int, title: str, name: str) -> None:
    made = file_name(number, title, name, "image/jpeg")
    assert made.startswith(f"{number:06d}")
    assert not set(made) & set('/\\:*?"<>|\n\t')
    assert made not in (".", "..")
    assert len(made.encode()) < 255


@pytest.mark.parametrize(
    ("title", "name", "content_type", "made"),
    [
        ("当选通知书", "扫描件.PDF", "application/pdf", "000012-当选通知书.pdf"),
        ("", "合影.jpeg", "image/jpeg", "000012-合影.jpeg"),
        ("", "", "image/png; x=y", "000012.png"),
        ("", "无后缀", "application/octet-stream", "000012-无后缀"),
        (" .. ", "a.tar.gz", "", "000012.gz"),
    ],
)
def test_what_a_paper_is_called(title: str, name: str, content_type: str, made: str) -> None:
    assert file_name(12, title, name, content_type) == made


@pytest.mark.parametrize(
    ("on", "years"), [((2022, 1, 1), "2022—2026"), ((2026, 12, 31), "2022—2026"), ((2027, 1, 1), "2027—2031")]
)
def test_the_usual_term_is_counted_from_the_first_year(on: tuple[int, int, int], years: str) -> None:
    day = date(*on)
    term = usual_term(Rules(), day)
    assert term.name == f"{years} 年届"
    assert term.has(day)


def test_a_term_before_the_first_year_is_counted_backwards() -> None:
    assert usual_term(Rules(), date(2021, 6, 1)) == Term("2017—2021 年届", date(2017, 1, 1), date(2021, 12, 31))


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2027, 9, 30), None),
        (date(2027, 10, 1), date(2027, 10, 1)),
        (date(2027, 10, 3), date(2027, 10, 1)),
        (date(2027, 10, 4), None),
        (date(2028, 1, 1), date(2027, 12, 31)),
    ],
)
def test_a_nudge_is_on_its_day_or_just_after(today: date, day: date | None) -> None:
    assert nudge_day(("10-01", "12-31", "no day", "02-30"), today) == day


def test_the_check_opens_on_the_day_of_the_rule() -> None:
    assert opens_on("12-05", 2026) == date(2026, 12, 5)
    assert opens_on("02-30", 2026) == date(2026, 11, 1)


def test_sections_are_changed_added_and_left_out() -> None:
    changed = {"visits": {"entries": 3, "kinds": ["visit"]}, "other": {"name": ""}, "honours": {"name": "获奖证书"}}
    sections = duty_sections.standing(changed)
    assert "other" not in sections
    assert (sections["visits"].entries, sections["visits"].kinds) == (3, ("visit",))
    assert list(sections)[-1] == "honours"
    for words in ("走访选民", "走访", "visits", "6"):
        found = duty_sections.find_named(words, sections)
        assert found is not None
        assert found.code == "visits"
    assert duty_sections.find_named("9", sections) is None


def test_a_section_takes_by_kind_or_group() -> None:
    sections = duty_sections.SECTIONS
    assert sections["register"].takes("anything", "other")
    assert sections["visits"].takes("visit", "contact")
    assert not sections["visits"].takes("reception", "contact")
    assert sections["bills"].takes("new_kind", "bills")


def test_no_list_is_on_until_it_is_switched_on() -> None:
    assert duty_checklists.standing({}) == ()
    (ten,) = duty_checklists.standing({"ten_ones": {"on": True}})
    assert len(ten.items) == 10


def test_what_nobody_can_count_is_left_out_of_a_list() -> None:
    items = [
        {"code": "a", "name": "甲", "target": 0},
        {"code": "b"},
        "c",
        {"code": "d", "name": "丁", "words": ["丁", " "]},
    ]
    (one,) = duty_checklists.standing({"mine": {"name": "清单", "items": items, "levels": "town"}})
    assert [(item.code, item.target, item.words) for item in one.items] == [("a", 1, ()), ("d", 1, ("丁",))]
    assert one.levels == ()
    assert duty_checklists.standing({"empty": {"name": "空", "items": []}}) == ()


def test_words_are_told_apart_by_their_mark_in_any_order() -> None:
    first = duty_checklists.Item("a", "甲", words=("巡河", "护河"))
    same = duty_checklists.Item("b", "乙", words=("护河", "巡河"))
    other = duty_checklists.Item("a", "甲", words=("巡河",))
    assert first.mark == same.mark != other.mark
    assert len(first.mark) <= 64
    assert duty_checklists.Item("a", "甲").mark == ""
