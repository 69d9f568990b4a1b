"""What is in the files, read back as their programs would read them."""

import json
import re
import tempfile
import zlib
from base64 import a85decode
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.shared import Mm
from openpyxl import load_workbook

from bot.services.exports import DutyRow, docx, jsonl, pdf, xlsx
from tests.unit.exports.conftest import Rows, make_row

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]
FORM = ["日期", "类别", "地点（联络站）", "内容", "事项编号", "送达"]


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
        assert cell.value == text
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


async def test_a_document_has_a_table_for_each_representative(rows: Rows) -> None:
    others = make_row(2, representative="R0", representative_name="李娜", case=None, delivered=False, kind="visit")
    file = await written(docx, rows(make_row(1), others, make_row(3, delivered=False)))

    document = Document(file)

    assert document.paragraphs[0].text == "履职登记表"
    assert [one.text for one in document.paragraphs[1:]] == [
        "代表：李娜（R0），共 1 条",
        "代表：张伟（R1），共 2 条",
    ]
    first, second = ([[cell.text for cell in row.cells] for row in table.rows] for table in document.tables)
    assert first == [
        FORM,
        ["2026-11-20 09:30", "走访", "钱桥联络站", "在线接待：答复群众反映的事", "—", "—"],
    ]
    assert [line[4:] for line in second[1:]] == [["JH-2026-000001", "已送达"], ["JH-2026-000003", "未送达"]]


async def test_a_document_is_a4_and_counts_its_pages_and_entries(rows: Rows) -> None:
    document = Document(await written(docx, rows(make_row(1), make_row(2))))

    (page,) = document.sections
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    footer = page.footer.paragraphs[0]
    assert "共 2 条" in footer.text
    assert re.findall('w:instr="(.+?)"', footer._p.xml) == ["PAGE", "NUMPAGES"]
    widths = sum(column.width for column in document.tables[0].columns)
    assert widths <= page.page_width - page.left_margin - page.right_margin + Mm(1)


async def test_a_pdf_says_the_same_in_chinese_with_numbered_pages(rows: Rows) -> None:
    others = make_row(2, representative="R0", representative_name="李娜", case=None, kind="visit")

    first, second = pages(await written(pdf, rows(make_row(1), others)))

    assert "履职登记表" in first
    assert "代表：李娜（R0），共 1 条" in first
    assert "走访" in first
    assert "第 1/2 页　共 2 条" in first
    assert "代表：张伟（R1），共 1 条" in second
    for word in (*FORM, "2026-11-20", "接待", "钱桥联络站", "JH-2026-000001", "已送达"):
        assert word in second
    assert "第 2/2 页　共 2 条" in second


async def test_a_pdf_repeats_the_headings_on_every_page(rows: Rows) -> None:
    found = pages(await written(pdf, rows(*map(make_row, range(1, 101)))))

    assert len(found) > 1
    assert all("地点（联络站）" in page for page in found)
    assert f"第 {len(found)}/{len(found)} 页　共 100 条" in found[-1]


async def test_a_summary_longer_than_a_page_is_set_on_several(rows: Rows) -> None:
    found = pages(await written(pdf, rows(make_row(1, summary="很长的话。" * 2000))))

    assert len(found) > 1
    assert sum(page.count("很") for page in found) == 2000


async def test_mark_up_that_people_wrote_is_set_as_text(rows: Rows) -> None:
    text = '<img src="file:///etc/passwd"/><b>A&B</b>'

    (page,) = pages(await written(pdf, rows(make_row(1, summary=text, representative_name="<i>"))))

    assert "".join(page.split()).count("file:///etc/passwd") == 1
    assert "A&B" in page
    assert "<i>" in page


@pytest.mark.parametrize("writer", [xlsx, docx, pdf])
async def test_characters_that_no_file_can_hold_are_left_out(rows: Rows, writer: Any) -> None:
    file = await written(
        writer, rows(make_row(1, summary="甲\x00\x0b乙\ufffe丙😀", representative_name="阿依\x07"))
    )

    assert file.getbuffer().nbytes > 0
    if writer is xlsx:
        assert load_workbook(file).active.cell(2, 7).value == "甲乙丙😀"
    elif writer is docx:
        assert Document(file).tables[0].rows[1].cells[3].text == "甲乙丙😀"
    else:
        assert "甲乙丙〓" in pages(file)[0]


@pytest.mark.parametrize("writer", [jsonl, xlsx, docx, pdf])
async def test_nothing_to_export_is_still_a_valid_file(rows: Rows, writer: Any) -> None:
    file = await written(writer, rows())

    if writer is jsonl:
        assert file.read() == b""
    elif writer is xlsx:
        assert load_workbook(file).active.max_row == 1
    elif writer is docx:
        assert [one.text for one in Document(file).paragraphs] == ["履职登记表", "没有履职记录"]
    else:
        assert "没有履职记录" in pages(file)[0]
        assert "第 1/1 页　共 0 条" in pages(file)[0]


def pages(file: BytesIO) -> list[str]:
    """The text of each page of a PDF that reportlab made, in the order in which it was set."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", file.getvalue(), re.DOTALL)
    assert file.getvalue().startswith(b"%PDF-")
    assert file.getvalue().rstrip().endswith(b"%%EOF")
    return [_text(zlib.decompress(a85decode(stream.strip().removesuffix(b"~>")))) for stream in streams]


def _text(content: bytes) -> str:
    said = re.findall(rb"\(((?:\\.|[^\\)])*)\) Tj", content, re.DOTALL)
    return "".join(re.sub(rb"\\(\d{3}|.)", _unescape, one, flags=re.DOTALL).decode("utf-16be") for one in said)


def _unescape(found: re.Match[bytes]) -> bytes:
    what = found[1]
    if what.isdigit() and len(what) == 3:
        return bytes([int(what, 8)])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(what, what)
