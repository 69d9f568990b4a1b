"""The tables of hostile words and names at every place where a file is made of them; and files that pretend."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from icalendar import Calendar
from openpyxl import Workbook, load_workbook
from PIL import Image

from bot.calendars.ics import CalendarEvent, render_calendar
from bot.notices.words import straight
from bot.safe_files import ANY, NotSafe, SafeFile, clean
from bot.services.duty_file.pages import csv_lines, file_name
from bot.services.exports.cells import put
from bot.services.exports.words import defused
from tests.support.hostile import FILE_NAMES, HOSTILE, harm_in_calendar, harm_in_csv

AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
SCRIPT = b"<script>alert(1)</script>"


@pytest.mark.parametrize("name", HOSTILE)
def test_no_cell_of_a_table_runs(name: str) -> None:
    text = HOSTILE[name]
    out = io.StringIO()
    csv.writer(out).writerow([defused(text)])
    assert harm_in_csv(out.getvalue()) == []
    assert harm_in_csv(csv_lines([[text, 3]]).decode()) == []


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    book = Workbook()
    for row, text in enumerate(HOSTILE.values(), 1):
        put(book.active, row, 1, text)
    kept = io.BytesIO()
    book.save(kept)
    cells = [row[0] for row in load_workbook(io.BytesIO(kept.getvalue())).active.iter_rows()]
    assert {cell.data_type for cell in cells} == {"s"}
    assert b"<f>" not in zipfile.ZipFile(kept).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("name", HOSTILE)
def test_no_words_add_a_line_to_a_calendar(name: str) -> None:
    text = HOSTILE[name]
    event = CalendarEvent(
        uid="day-1@lianxin", summary=text, starts_at=AT, ends_at=AT + timedelta(hours=1), changed_at=AT,
        location=text, description=text,
    )  # fmt: skip
    written = render_calendar(text, [event])
    assert list(harm_in_calendar(written.decode())) == []
    assert [one.name for one in Calendar.from_ical(written).walk()] == ["VCALENDAR", "VEVENT"]


@pytest.mark.parametrize("name", [*FILE_NAMES, *HOSTILE.values()])
def test_a_name_in_an_archive_stays_in_its_folder(name: str) -> None:
    for made in (file_name(7, "", name, "image/png"), file_name(7, name, "x.png", "image/png")):
        assert made.startswith("000007")
        assert made.isprintable()
        assert len(made) < 80
        assert PurePosixPath(made).name == PureWindowsPath(made).name == made
        assert not PureWindowsPath(made).is_reserved()


def picture(form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, form)
    return out.getvalue()


@pytest.mark.parametrize("form", ["PNG", "GIF", "JPEG", "BMP", "WEBP"])
def test_a_picture_that_is_a_script_as_well_is_a_picture_afterwards(form: str) -> None:
    for pretending in (picture(form) + SCRIPT, picture(form) + b"PK\x03\x04" + SCRIPT):
        assert SCRIPT not in clean(pretending, is_picture=True).content
        assert SCRIPT not in clean(pretending, is_picture=False).content


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a/*" + SCRIPT + b"*/=1;alert(1)//",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg/>",
        b"<!doctype html>" + SCRIPT,
        b"BM" + SCRIPT,
        b"\xff\xd8\xff\xe0" + SCRIPT,
    ],
)
def test_what_only_begins_like_a_picture_is_none(content: bytes) -> None:
    with pytest.raises(NotSafe):
        clean(content, is_picture=True)


@pytest.mark.parametrize("content", [b"%PDF-1.7\n<html>" + SCRIPT, b"<html>" + SCRIPT, b"<svg onload='alert(1)'/>"])
def test_a_page_under_another_name_is_never_kept_as_a_page(content: bytes) -> None:
    assert clean(content, is_picture=False).content_type in (ANY, "application/pdf")
    assert SafeFile(content, ANY).named("../x.html") == "../x.html", "it is a name to show, never a path"


def test_words_do_not_turn_the_line_they_stand_in() -> None:
    assert straight("a\u202eb\u2066c\u2069d\u202c") == "abcd"
    assert straight("ئۇيغۇر 中文") == "ئۇيغۇر 中文"
