"""The shipped templates of the paper forms, made by python-docx: A4, Song type, placeholders in braces.

`export templates` writes them out for an office that wants its own.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from types import MappingProxyType
from typing import Any

from docx import Document
from docx.enum.table import WD_ALIGN_VERTICAL, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from bot.services.exports.forms.fields import FORMS

SONG, HEI = "宋体", "黑体"
_LATIN = {SONG: "Times New Roman", HEI: "黑体"}  # letters and digits
MARGIN_MM = 20
_GOES_ON = "{{% if {0}.附页 %}}……（续见附页）{{% endif %}}"
_WIDTH_MM = 210 - 2 * MARGIN_MM
_MADE = datetime(2026, 1, 1, tzinfo=UTC)  # a fixed day: the same program makes the same bytes


@cache
def build(form: str) -> bytes:
    """The template of a form as the bytes of a Word document."""
    document: Any = Document()
    _set_page(document)
    _LAYOUTS[form](document)
    _set_footer(document)
    core = document.core_properties
    core.title, core.author, core.last_modified_by, core.comments = FORMS[form].title, "", "", ""
    core.created = core.modified = _MADE
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_page(document: Any) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(MARGIN_MM)
    page.top_margin, page.bottom_margin = Mm(20), Mm(18)
    page.header_distance = page.footer_distance = Mm(9)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _LATIN[SONG], Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), SONG)
    normal.paragraph_format.space_after = Pt(0)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")  # else marks are set as in Japan or Taiwan where type is missing


def _duty_register(document: Any) -> None:
    _tag(document, "{%p if 总数 == 0 %}")
    _title(document, "履职登记表")
    _line(document, "没有履职记录", centred=True)
    _tag(document, "{%p endif %}")
    _tag(document, "{%p for 代表 in 各位代表 %}")
    _title(document, "人大代表履职登记表", new_page=True)
    _pairs(
        document,
        (
            ("姓名", "{{ 代表.姓名 }}", "编号", "{{ 代表.编号 }}"),
            ("层级", "{{ 代表.层级 }}", "选区", "{{ 代表.选区 }}"),
        ),
        last=("单位及职务", "{{ 代表.单位 }} {{ 代表.职务 }}"),
    )
    _line(document, "登记期间：{{ 期间 }}　共 {{ 代表.条数 }} 条", before=6, after=3)
    _grid(
        document,
        (
            ("日期", 20, "{{ 行.日期 }}"),
            ("类别", 16, "{{ 行.类别 }}"),
            ("地点", 27, "{{ 行.地点 }}"),
            ("内容", 58, "{{ 行.内容 }}{{ 行.附页 }}"),
            ("人数", 11, "{{ 行.人数 }}"),
            ("事项编号", 23, "{{ 行.事项 }}"),
            ("确认", 15, "{{ 行.确认 }}"),
        ),
        loop="行 in 代表.履职",
    )
    _signatures(document, ("登记人：", "代表确认：", "审核人："))
    _tag(document, "{%p endfor %}")


def _record_book(document: Any) -> None:
    _tag(document, "{%p if 总数 == 0 %}")
    _title(document, "履行职责记录本")
    _line(document, "没有履职记录", centred=True)
    _tag(document, "{%p endif %}")
    _tag(document, "{%p for 代表 in 各位代表 %}")
    _tag(document, "{%p for 页 in 代表.履职 %}")
    _title(document, "人大代表履行职责记录", new_page=True)
    table = _open_grid(document, (26, 59, 26, 59))
    _row(table, ("代表姓名", "{{ 代表.姓名 }}（{{ 代表.编号 }}）", "记录编号", "{{ 页.登记号 }}"), height=10)
    _row(table, ("活动时间", "{{ 页.日期 }} {{ 页.时间 }}", "活动类别", "{{ 页.类别 }}"), height=10)
    _row(table, ("活动地点", "{{ 页.地点 }}", "见面人数", "{{ 页.人数 }}"), height=10)
    _row(table, ("事项编号", "{{ 页.事项 }}", "意见 / 建议", "{{ 页.意见 or 0 }} / {{ 页.建议 or 0 }}"), height=10)
    _wide_row(table, "履职内容", "{{ 页.内容 }}" + _GOES_ON.format("页"), height=114, top=True)
    _row(table, ("佐证材料", "{{ 页.佐证 }}", "记录方式", "{{ 页.记录 }}"), height=10)
    _row(table, ("本人确认", "{{ 页.确认 }}", "审核", "{{ 页.审核 }}"), height=10)
    _wide_row(table, "备注", "{{ 页.更正 }}", height=14)
    _signatures(document, ("代表签名：", "日期：　　　　年　　月　　日"))
    _attached(document, "页", "履行职责记录", "记录编号 {{ 页.登记号 }}，{{ 代表.姓名 }}，{{ 页.日期 }}")
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p endfor %}")


def _basic_form(document: Any) -> None:
    _tag(document, "{%p if 总数 == 0 %}")
    _title(document, "基本信息登记表")
    _line(document, "没有代表", centred=True)
    _tag(document, "{%p endif %}")
    _tag(document, "{%p for 代表 in 各位代表 %}")
    _title(document, "人大代表基本信息登记表", new_page=True)
    table = _open_grid(document, (26, 38, 26, 38, 42))
    rows = (
        ("姓　　名", "{{ 代表.姓名 }}", "性　　别", ""),
        ("代表编号", "{{ 代表.编号 }}", "出生年月", ""),
        ("民　　族", "", "党　　派", ""),
        ("代表层级", "{{ 代表.层级 }}", "学　　历", ""),
    )
    photo = [_row(table, (*row, ""), height=12).cells[4] for row in rows]
    merged = photo[0].merge(photo[-1])
    merged.text = ""
    _write(merged.paragraphs[0], "照　片")
    merged.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    merged.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    for name, value in (
        ("工作单位", "{{ 代表.单位 }}"),
        ("职　　务", "{{ 代表.职务 }}"),
        ("选区或\n选举单位", "{{ 代表.选区 }}"),
        ("届　　次", ""),
        ("代表小组", ""),
        ("所属站点", "{{ 代表.站点 }}"),
        ("专　　长", "{{ 代表.专长 }}"),
        ("联系电话", "{{ 代表.电话 }}"),
    ):
        _wide_row(table, name, value, height=12)
    _wide_row(table, "简　　历", "", height=58, top=True)
    _wide_row(table, "备　　注", "", height=18, top=True)
    _signatures(document, ("代表签名：", "填表日期：　　　　年　　月　　日"))
    _tag(document, "{%p endfor %}")


def _reception_register(document: Any) -> None:
    _tag(document, "{%p if 总数 == 0 %}")
    _title(document, "接待登记表")
    _line(document, "没有接待记录", centred=True)
    _tag(document, "{%p endif %}")
    _tag(document, "{%p for 次 in 各次接待 %}")
    _title(document, "人大代表接待选民（群众）登记表", new_page=True)
    _line(document, "站点：{{ 次.站点 }}　　编号：{{ 次.编号 }}", after=3)
    table = _open_grid(document, (26, 59, 26, 59))
    _row(table, ("接待时间", "{{ 次.日期 }} {{ 次.时间 }}", "接待地点", "{{ 次.地址 }}"), height=11)
    _row(table, ("接待代表", "{{ 次.接待代表 }}", "代表层级", "{{ 次.层级 }}"), height=10)
    _row(table, ("来访人", "", "性别 / 年龄段", ""), height=10)
    _row(table, ("住址或选区", "", "联系方式", ""), height=10)
    _row(table, ("来访人数", "{{ 次.人数 }}", "事项分类", "{{ 次.分类 }}"), height=10)
    _wide_row(table, "反映事项\n和诉求", "{{ 次.事项 }}" + _GOES_ON.format("次"), height=62, top=True)
    _wide_row(table, "当场答复", "{{ 次.当场答复 }}", height=14)
    _wide_row(table, "拟办意见", "", height=18, top=True)
    _row(table, ("转办给", "{{ 次.转办 }}", "事项编号", "{{ 次.事项编号 }}"), height=10)
    _row(table, ("办理期限", "{{ 次.期限 }}", "办理结果", "{{ 次.结果 }}"), height=10)
    _row(table, ("反馈日期\n和方式", "{{ 次.反馈 }}", "群众评价", "□满意　□基本满意\n□不满意"), height=12)
    _row(table, ("意见 / 建议", "{{ 次.意见 }} / {{ 次.建议 }}", "记录人", "{{ 次.记录人 }}"), height=10)
    _signatures(document, ("接待代表签名：", "联络员签名："))
    _attached(document, "次", "接待登记表", "编号 {{ 次.编号 }}，{{ 次.日期 }}，{{ 次.站点 }}")
    _tag(document, "{%p endfor %}")


_LAYOUTS: Mapping[str, Callable[[Any], None]] = MappingProxyType(
    {
        "duty-register": _duty_register,
        "record-book": _record_book,
        "basic-form": _basic_form,
        "reception-register": _reception_register,
    }
)


def _tag(document: Any, words: str) -> None:
    """A paragraph that is gone when the template is filled in."""
    document.add_paragraph(words)


def _title(document: Any, words: str, *, new_page: bool = False) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.page_break_before = new_page
    paragraph.paragraph_format.space_after = Pt(8)
    run = _write(paragraph, words, font=HEI)
    run.font.size = Pt(18)


def _line(document: Any, words: str, *, centred: bool = False, before: float = 0, after: float = 0) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(paragraph, words)


def _signatures(document: Any, words: Sequence[str]) -> None:
    """A line for the pen under the table."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(10)
    _write(paragraph, "　　　　　　　　".join(words))


def _attached(document: Any, name: str, title: str, whose: str) -> None:
    """What did not fit on the page of the form, on pages of its own."""
    _tag(document, f"{{%p if {name}.附页 %}}")
    _title(document, f"{title}（附页）", new_page=True)
    _line(document, whose, after=6)
    _line(document, f"{{{{ {name}.附页 }}}}")
    _tag(document, "{%p endif %}")


def _write(paragraph: Any, words: str, *, font: str = SONG) -> Any:
    run = paragraph.add_run(words)
    run.font.name = _LATIN[font]
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def _open_grid(document: Any, widths: Sequence[int]) -> Any:
    """A table with lines and fixed columns, widths in millimetres."""
    table = document.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "left", "bottom", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "50" if side in ("top", "bottom") else "100")  # twentieths of a point
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)  # the schema has an order
    return table


def _row(table: Any, texts: Sequence[str], *, height: float) -> Any:
    """A row of names and values in turn; the names are in Hei type."""
    row = table.add_row()
    _size(row, height)
    for number, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        cell.width = table.columns[number].width
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        _fill(cell, text, is_name=number % 2 == 0)
    return row


def _wide_row(table: Any, name: str, value: str, *, height: float, top: bool = False) -> None:
    """A name and one value over all other columns."""
    row = table.add_row()
    _size(row, height)
    cells = row.cells
    wide = cells[1].merge(cells[-1])
    cells[0].vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    wide.vertical_alignment = WD_ALIGN_VERTICAL.TOP if top else WD_ALIGN_VERTICAL.CENTER
    _fill(cells[0], name, is_name=True)
    _fill(wide, value, is_name=False)


def _fill(cell: Any, text: str, *, is_name: bool, size: float | None = None) -> None:
    paragraph = cell.paragraphs[0]
    run = _write(paragraph, text, font=HEI if is_name else SONG)
    run.font.size = Pt(size) if size else None
    if is_name:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _size(row: Any, height: float) -> None:
    row.height = Mm(height)
    row.height_rule = WD_ROW_HEIGHT_RULE.AT_LEAST


def _pairs(document: Any, rows: Sequence[Sequence[str]], *, last: tuple[str, str]) -> None:
    table = _open_grid(document, (26, 59, 26, 59))
    for row in rows:
        _row(table, row, height=8)
    _wide_row(table, *last, height=8)


def _grid(document: Any, columns: Sequence[tuple[str, int, str]], *, loop: str) -> None:
    """A table with a head on every page and a row for each of a list."""
    table = _open_grid(document, [width for _, width, _ in columns])
    head = table.add_row()
    _size(head, 8)
    _mark(head, "w:tblHeader")
    for cell, (name, width, _) in zip(head.cells, columns, strict=True):
        cell.width, cell.vertical_alignment = Mm(width), WD_ALIGN_VERTICAL.CENTER
        _fill(cell, name, is_name=True)
    table.add_row().cells[0].paragraphs[0].add_run(f"{{%tr for {loop} %}}")
    line = table.add_row()
    _mark(line, "w:cantSplit")
    for cell, (_, width, value) in zip(line.cells, columns, strict=True):
        cell.width = Mm(width)
        _fill(cell, value, is_name=False, size=9)
    table.add_row().cells[0].paragraphs[0].add_run("{%tr endfor %}")


def _mark(row: Any, name: str) -> None:
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _set_footer(document: Any) -> None:
    footer = document.sections[0].footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(footer, "第 ")
    _add_field(footer, "PAGE")
    _write(footer, " 页　共 ")
    _add_field(footer, "NUMPAGES")
    _write(footer, " 页")


def _add_field(paragraph: Any, name: str) -> None:
    """A number that the reading program fills in."""
    simple = OxmlElement("w:fldSimple")
    simple.set(qn("w:instr"), name)
    paragraph._p.append(simple)
