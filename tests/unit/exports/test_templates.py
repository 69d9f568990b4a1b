"""Templates that an office makes: filled in where they are right, refused with what, where and what to do."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from bot.services.exports.forms import filling, layouts, templates
from bot.services.exports.forms.fields import FORMS
from bot.services.exports.forms.templates import TemplateRefused

REGISTER = FORMS["duty-register"]


def made(*paragraphs: str, rows: tuple[tuple[str, ...], ...] = (), head: str = "") -> bytes:
    """A Word document as somebody would type it."""
    document: Any = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if rows:
        table = document.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            cells = table.add_row().cells
            for cell, text in zip(cells, row, strict=True):
                cell.text = text
    if head:
        document.sections[0].header.paragraphs[0].text = head
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def refusal(content: bytes, form: Any = REGISTER) -> str:
    with pytest.raises(TemplateRefused) as refused:
        templates.check(form, content, "我的模板.docx")
    return str(refused.value)


async def filled(content: bytes, values: dict[str, Any]) -> Any:
    file = io.BytesIO()
    await filling.fill(templates.check(REGISTER, content, "我的模板.docx"), values, file)
    return Document(file)


@pytest.mark.parametrize("form", FORMS)
def test_the_shipped_templates_are_right(form: str) -> None:
    assert templates.load(form, None).file == f"{FORMS[form].title}.docx"


async def test_an_office_writes_its_own_with_a_table_of_entries() -> None:
    own = made(
        "{{ 期间 }}履职情况，共 {{ 总数 }} 条",
        "{%p for 人 in 各位代表 %}",
        "{{ 人.姓名 }}：",
        "{%p for 行 in 人.履职 %}",
        "{{ 行.序号 }}. {{ 行.日期 }} {{ 行.内容 }}{% if 行.人数 %}（{{ 行.人数 }} 人）{% endif %}",
        "{%p endfor %}",
        "{%p endfor %}",
        head="本期共 {{ 总数 }} 条",
    )
    lines = [{"序号": 1, "日期": "2026-11-20", "内容": "走访<3>户 & 座谈\n第二行\u202e\x00", "人数": 3}]
    document = await filled(own, {"期间": "11 月", "总数": 1, "各位代表": [{"姓名": "䶮某𬭸", "履职": lines}]})
    assert [one.text for one in document.paragraphs] == [
        "11 月履职情况，共 1 条",
        "䶮某𬭸：",
        "1. 2026-11-20 走访<3>户 & 座谈\n第二行（3 人）",
    ]
    assert document.sections[0].header.paragraphs[0].text == "本期共 1 条"


async def test_a_placeholder_in_what_people_wrote_is_text() -> None:
    document = await filled(made("{{ 期间 }}"), {"期间": "{{ 总数 }}{% for x in y %}", "总数": 7, "各位代表": []})
    assert document.paragraphs[0].text == "{{ 总数 }}{% for x in y %}"


def test_an_unknown_placeholder_is_told_with_where_it_stands_and_what_there_is() -> None:
    own = made("{%p for 人 in 各位代表 %}", "正文", "{%p endfor %}", rows=(("姓名", "{{ 人.名子 }}"),))
    assert refusal(own).startswith("我的模板.docx: 第 1 个表格第 1 行第 2 格: “人.名子”没有这个占位符")
    inside = made("甲", "{%p for 人 in 各位代表 %}", "{{ 人.姓民 }}", "{%p endfor %}")
    told = refusal(inside)
    assert told.startswith("我的模板.docx: 正文第 3 段: “人.姓民”没有这个占位符，可以用：人.姓名、")
    assert "人.职务" in told


def test_every_fault_of_a_template_is_told_at_once() -> None:
    told = refusal(made("{{ 甲 }}", "{{ 乙 }}", head="{{ 丙 }}")).splitlines()
    assert [line.split(": ")[1] for line in told] == ["正文第 1 段", "正文第 2 段", "页眉"]


@pytest.mark.parametrize(
    ("paragraphs", "fault"),
    [
        (("{{ 期间 }",), "正文第 1 段: “{{ 期间 }”的括号不成对"),
        (("甲", "{{ 期间 "), "正文第 2 段: “{{ 期间”的括号不成对"),
        (("{%p for 人 in 各位代表 %}", "{{ 人.姓名 }}"), "有一个 for 或 if 没有结束"),
        (("{%p endfor %}",), "多了一个 endfor 或 endif"),
        (("{{ 各位代表 }}",), "正文第 1 段: “各位代表”是一张列表"),
        (("{%p for 人 in 代表们 %}", "{%p endfor %}"), "正文第 1 段: “代表们”没有这个占位符，可以用：各位代表"),
        (("{%p for 字 in 期间 %}", "{%p endfor %}"), "正文第 1 段: “期间”for 后面要是一张列表"),
        (
            ("{%p for 人 in 各位代表 %}", "{%p endfor %}", "{%p for 人 in 各位代表 %}", "{%p endfor %}"),
            "正文第 1 段: “各位代表”这张列表在模板里用了两次",
        ),
        (
            ("{%p for 人 in 各位代表 %}", "{{ 人 }}", "{%p endfor %}"),
            "正文第 1 段: “人”要写明是哪一项，可以用：人.姓名",
        ),
        (("{% for 人 in 各位代表 %}", "{{ 人.姓名 }}", "{%p endfor %}"), "填进去以后文档是坏的"),
        (("{{ 期间|safe }}",), "正文第 1 段: “safe”模板里不能这样写"),
        (("{{ 期间.__class__ }}",), "正文第 1 段: “期间.__class__”没有这个占位符，可以用：没有下一级"),
        (("{{ ''.__class__.__mro__ }}",), "模板里不能这样写"),
        (("{{ 期间.format(1) }}",), "模板里不能这样写"),
        (("{% include 'x' %}",), "模板里不能这样写"),
        (("{% set x = 1 %}",), "模板里不能这样写"),
        (("{{ range(10**9) }}",), "模板里不能这样写"),
    ],
)
def test_what_is_wrong_is_said_so_that_it_can_be_put_right(paragraphs: tuple[str, ...], fault: str) -> None:
    assert fault in refusal(made(*paragraphs))


def test_a_cell_that_would_be_left_without_a_paragraph_is_told() -> None:
    own = made(rows=(("{%p if 总数 %}",),))
    document = Document(io.BytesIO(own))
    cell = document.tables[0].rows[0].cells[0]
    cell.add_paragraph("甲")
    cell.add_paragraph("{%p endif %}")
    file = io.BytesIO()
    cell.paragraphs[1].text = "{{ 期间 }}"
    document.save(file)
    assert templates.check(REGISTER, file.getvalue(), "x").parts
    cell.paragraphs[0].text = "{%p if 总数 == 0 %}"
    file = io.BytesIO()
    document.save(file)
    assert "有一格填进去以后没有段落" in refusal(file.getvalue())


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 broken"])
def test_what_is_no_word_document_is_refused(content: bytes) -> None:
    assert "打不开这个模板" in refusal(content)


def test_a_document_that_unpacks_to_too_much_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"0" * (templates.MOST_BYTES + 1))
    assert "模板太大" in refusal(file.getvalue())


def test_a_template_that_fetches_is_not_followed() -> None:
    content = io.BytesIO(made("{{ 期间 }}"))
    changed = io.BytesIO()
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(changed, "w") as new:
        for info in old.infolist():
            raw = old.read(info)
            if info.filename == "word/document.xml":
                raw = evil + raw.split(b"?>", 1)[1].replace(b"{{", b"&e;{{")
            new.writestr(info.filename, raw)
    assert "打不开这个模板" in refusal(changed.getvalue())


def test_the_folder_of_an_office_goes_before_what_is_shipped(tmp_path: Path) -> None:
    (tmp_path / "履职登记表.docx").write_bytes(made("{{ 总数 }}"))
    assert templates.load("duty-register", tmp_path).file == str(tmp_path / "履职登记表.docx")
    assert templates.load("basic-form", tmp_path).file == "基本信息登记表.docx"


def test_the_shipped_templates_are_the_same_bytes_each_time() -> None:
    with zipfile.ZipFile(io.BytesIO(layouts.build("basic-form"))) as package:
        assert "word/document.xml" in package.namelist()
