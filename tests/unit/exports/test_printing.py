"""The filled forms as PDF: one page where paper has one, everything on it, read back by another program."""

import io
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from docx import Document
from pypdfium2 import PdfDocument

from bot.services.exports.forms import filling, templates
from bot.services.exports.forms.fields import FORMS, Many, Shape
from bot.services.exports.printing import CannotPrint, print_document

LONG = "反映牡丹园东区三号楼楼道路灯不亮，老人夜里上下楼不便，希望尽快维修。"


def sample(shape: Shape, **given: Any) -> dict[str, Any]:
    """Words for every field; lists are given."""
    return {name: given.get(name, [] if isinstance(what, Many) else f"{name}一") for name, what in shape.items()}


def fields_of(*path: str, form: str) -> Shape:
    shape = FORMS[form].shape
    for name in path:
        many = shape[name]
        assert isinstance(many, Many)
        shape = many.fields
    return shape


def entry(number: int, form: str = "duty-register", **given: Any) -> dict[str, Any]:
    return sample(
        fields_of("各位代表", "履职", form=form), 附页="", 登记号=number, 事项=f"JH-2026-{number:06d}", **given
    )


def person(form: str, *entries: dict[str, Any], **given: Any) -> dict[str, Any]:
    return sample(fields_of("各位代表", form=form), 履职=entries, 条数=len(entries), **given)


async def document(form: str, content: bytes | None = None, **given: Any) -> io.BytesIO:
    checked = templates.check(FORMS[form], content, "x") if content else templates.load(form, None)
    file = io.BytesIO()
    await filling.fill(checked, sample(FORMS[form].shape, **given), file)
    return file


async def printed(form: str, **given: Any) -> list[str]:
    file = io.BytesIO()
    count = print_document(await document(form, **given), file, "x")
    found = pages(file.getvalue())
    assert len(found) == count
    return found


def pages(content: bytes) -> list[str]:
    """The text of each page as a reader would copy it, without spaces."""
    with PdfDocument(content) as file:
        return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in file]


async def test_every_field_of_the_register_is_on_its_page() -> None:
    one = person("duty-register", entry(1, 内容=LONG), 姓名="䶮某", 单位="𬭸电子公司")
    (page,) = await printed("duty-register", 总数=1, 各位代表=[one])
    for words in ("人大代表履职登记表", "䶮某", "𬭸电子公司", "期间一", LONG, "JH-2026-000001", "第1页共1页"):
        assert words in page


async def test_each_representative_begins_a_page_and_heads_are_repeated() -> None:
    people = [
        person("duty-register", *(entry(at, 内容=LONG) for at in range(1, 41)), 姓名="张伟"),
        person("duty-register", entry(99), 姓名="李娜"),
    ]
    found = await printed("duty-register", 总数=41, 各位代表=people)
    assert len(found) >= 3
    assert all("事项编号" in page for page in found)
    assert "张伟" in found[0]
    assert "李娜" in found[-1]
    assert "JH-2026-000001" not in found[-1]
    assert f"第{len(found)}页共{len(found)}页" in found[-1]
    assert sum(page.count("JH-2026-") for page in found) == 41


@pytest.mark.parametrize("length", [0, 30, 400, 792])
async def test_a_page_of_the_record_book_is_one_page(length: int) -> None:
    text = (LONG * 30)[:length]
    one = person("record-book", entry(1, "record-book", 内容=text), 姓名="阿卜杜热西提·买买提明江")
    assert len(await printed("record-book", 总数=1, 各位代表=[one])) == 1


async def test_what_does_not_fit_goes_on_a_page_of_its_own() -> None:
    one = person("record-book", entry(1, "record-book") | {"附页": LONG * 5}, entry(2, "record-book"))
    found = await printed("record-book", 总数=2, 各位代表=[one])
    assert len(found) == 3
    assert "附页" in found[1]
    assert found[1].count("东区三号楼") == 5


async def test_a_reception_and_a_person_are_a_page_each() -> None:
    fields = fields_of("各次接待", form="reception-register")
    receptions = [sample(fields, 附页="", 编号=at, 事项=(LONG * 20)[:430]) for at in (1, 2, 3)]
    found = await printed("reception-register", 总数=3, 各次接待=receptions)
    assert len(found) == 3
    whose = [
        sample(fields_of("各位代表", form="basic-form"), 姓名=name, 单位="惠山区" * 19) for name in ("张伟", "李娜")
    ]
    assert len(await printed("basic-form", 总数=2, 各位代表=whose)) == 2


@pytest.mark.parametrize("form", FORMS)
async def test_nothing_to_fill_in_is_one_page_that_says_so(form: str) -> None:
    (page,) = await printed(form, 总数=0)
    assert "没有" in page


async def test_one_entry_longer_than_a_page_is_set_on_several_and_nothing_is_lost() -> None:
    found = await printed(
        "duty-register", 总数=1, 各位代表=[person("duty-register", entry(1, 内容="很长的话。" * 2000))]
    )
    assert len(found) > 2
    assert sum(page.count("很") for page in found) == 2000


async def test_a_character_without_type_is_marked_and_others_stay() -> None:
    one = person("duty-register", entry(1, 内容="谢谢😀䶮𬭸㙍"))
    (page,) = await printed("duty-register", 总数=1, 各位代表=[one])
    assert "谢谢〓䶮𬭸㙍" in page


async def test_the_same_words_give_the_same_bytes() -> None:
    async def once() -> tuple[bytes, bytes]:
        docx = await document("duty-register", 总数=1, 各位代表=[person("duty-register", entry(1))])
        file = io.BytesIO()
        print_document(docx, file, "x")
        return docx.getvalue(), file.getvalue()

    assert await once() == await once()


async def test_streams_are_filled_in_as_lists_are() -> None:
    async def stream(*given: Any) -> AsyncIterator[Any]:
        for one in given:
            yield one

    listed = await document("duty-register", 总数=1, 各位代表=[person("duty-register", entry(1))])
    whose = person("duty-register") | {"条数": 1, "履职": stream(entry(1))}
    streamed = await document("duty-register", 总数=1, 各位代表=stream(whose))
    assert streamed.getvalue() == listed.getvalue()


def own(change: Any) -> bytes:
    made: Any = Document()
    made.add_paragraph("{{ 总数 }}")
    change(made)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda made: made.add_section(), "分节"),
        (lambda made: made.add_table(1, 1).cell(0, 0).add_table(1, 1), "表格里的表格"),
        (lambda made: made.paragraphs[0].add_run().add_picture(_picture()), "图片"),
    ],
)
async def test_what_the_printer_cannot_set_is_said_with_what_to_do(change: Any, what: str) -> None:
    filled = await document("duty-register", own(change), 总数=1)
    with pytest.raises(CannotPrint, match=what) as refused:
        print_document(filled, io.BytesIO(), "x")
    assert "另存为 PDF" in str(refused.value)


def _picture() -> io.BytesIO:
    from segno import make

    file = io.BytesIO()
    make("x").save(file, kind="png")
    file.seek(0)
    return file


async def test_cells_that_are_merged_by_an_office_are_set_as_one() -> None:
    def change(made: Any) -> None:
        table = made.add_table(3, 3, style="Table Grid")
        table.cell(0, 0).merge(table.cell(2, 0)).text = "竖着的{{ 总数 }}"
        table.cell(0, 1).merge(table.cell(0, 2)).text = "横着的"
        table.cell(1, 1).text = "里面"

    file = io.BytesIO()
    print_document(await document("duty-register", own(change), 总数=7), file, "x")
    (page,) = pages(file.getvalue())
    assert page.count("竖着的7") == page.count("横着的") == page.count("里面") == 1
