"""What is in the files, read back as their programs would read them."""

import json
import re
import tempfile
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from bot.services.exports import jsonl, xlsx
from bot.services.exports.duty import DutyRow
from bot.services.exports.words import defused
from tests.unit.exports.conftest import Rows, make_row

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]


async def written(writer: Any, stream: Any, **options: Any) -> BytesIO:
    file = BytesIO()
    await writer.write(stream, file, **options)
    file.seek(0)
    return file


async def test_json_lines_keep_identifiers_and_nulls(rows: Rows) -> None:
    file = await written(jsonl, rows(make_row(1), make_row(2, case=None, summary="两行\n文字")))

    first, second = map(json.loads, file.read().decode().splitlines())

    assert first["kind"] == "reception"
    assert first["delivered_at"] == "2026-11-20T09:30:00+08:00"
    assert second["case"] is None
    assert second["summary"] == "两行\n文字"


async def test_a_workbook_has_chinese_headings_and_names(rows: Rows) -> None:
    book = load_workbook(await written(xlsx, rows(make_row(1))))

    headings, line = book["履职登记表"].iter_rows(values_only=True)

    facts = dict(zip(headings, line, strict=True))
    assert facts["登记号"] == 1
    assert facts["代表姓名"] == "张伟"
    assert facts["类别"] == "接待"
    assert facts["地点（联络站）"] == "钱桥联络站"
    assert facts["事项编号"] == "JH-2026-000001"
    assert facts["送达"] == "已送达"
    assert facts["日期"].isoformat() == "2026-11-20T09:30:00"
    assert facts["办结时间"] is None


@pytest.mark.parametrize("text", HOSTILE)
async def test_a_workbook_runs_nothing_that_people_wrote(rows: Rows, text: str) -> None:
    file = await written(xlsx, rows(make_row(1, summary=text, representative_name=text, station_name=text)))

    sheet = load_workbook(file).active

    for column in (3, 6, 7):
        cell = sheet.cell(2, column)
        assert cell.value == text.replace("\r", "\n")
        assert cell.data_type == "s"
        assert cell.quotePrefix
    assert not sheet.cell(2, 8).quotePrefix


async def test_a_workbook_goes_on_in_a_further_sheet(rows: Rows) -> None:
    file = await written(xlsx, rows(*map(make_row, range(1, 6))), sheet_rows=3)

    book = load_workbook(file)

    assert book.sheetnames == ["履职登记表", "履职登记表2", "履职登记表3"]
    assert [sheet.max_row for sheet in book] == [3, 3, 2]


async def test_a_workbook_that_is_given_up_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    async def broken() -> AsyncIterator[DutyRow]:
        yield make_row(1)
        yield make_row(2)
        raise OSError("the database went away")

    with pytest.raises(OSError, match="went away"):
        await written(xlsx, broken(), sheet_rows=2)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text", ["a\u202egnp.exe", "\u2066x\u2069", "\ufeff\u200b\u200f=1", "甲\x00\x0b乙\x9b\ufffe丙"]
)
async def test_a_workbook_has_no_marks_that_turn_or_hide_a_line(rows: Rows, text: str) -> None:
    cell = load_workbook(await written(xlsx, rows(make_row(1, summary=text)))).active.cell(2, 7)

    assert not re.search("[\u200b\u200f\u202a-\u202e\u2066-\u2069\ufeff\x00\x0b\x9b\ufffe]", cell.value)
    assert cell.quotePrefix is text.endswith("=1")


async def test_a_text_longer_than_a_cell_is_cut_and_says_so(rows: Rows) -> None:
    cell = load_workbook(await written(xlsx, rows(make_row(1, summary="长" * 40_000)))).active.cell(2, 7)

    assert len(cell.value) == 32_767
    assert cell.value.endswith("……（未完）")


@pytest.mark.parametrize("writer", [jsonl, xlsx])
async def test_nothing_to_export_is_still_a_valid_file(rows: Rows, writer: Any) -> None:
    file = await written(writer, rows())

    if writer is jsonl:
        assert file.read() == b""
    else:
        assert load_workbook(file).active.max_row == 1


@pytest.mark.parametrize("text", ["=1", " +1", "\n-1", "＝1", "@x", "|calc", "%0A"])
def test_a_file_without_types_has_an_apostrophe_before_what_would_run(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["路灯不亮", "3人", "（-1）", "", "a=1"])
def test_what_does_not_run_is_left_as_it_is(text: str) -> None:
    assert defused(text) == text
