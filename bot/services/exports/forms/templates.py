"""A Word template of a paper form: read, checked, and ready to be filled in.

The placeholders are those of docxtpl (`{{ 代表.姓名 }}`, `{%tr for 行 in 代表.履职 %}`). Somebody in the office
made it, so it is data: it runs in jinja2's sandbox with the few things that `checking` lets through.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docx import Document
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

from bot.services.exports.duty import ExportRefused
from bot.services.exports.forms import checking, layouts
from bot.services.exports.forms.fields import FORMS, Form, Many, Shape
from bot.services.exports.words import printable

MOST_BYTES = 5_000_000  # of a template, unpacked as well
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FILLED = re.compile(r"word/(?:document|header\d*|footer\d*)\.xml")
_LINE_BREAK = Markup('</w:t><w:br/><w:t xml:space="preserve">')
_BODY = "word/document.xml"
OWN = Path("data/templates")  # used where it is there and no folder is named


class TemplateRefused(ExportRefused):
    """A template that cannot be filled in; every fault says what, where and what to do."""

    def __init__(self, file: str, faults: list[str]) -> None:
        self.file, self.faults = file, faults
        super().__init__("\n".join(f"{file}: {fault}" for fault in faults))


@dataclass(frozen=True, slots=True)
class Part:
    """One member of the file: bytes that stay, or what is filled in."""

    name: str
    content: bytes
    fill: Template | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A template that can be filled in."""

    form: Form
    file: str
    parts: tuple[Part, ...] = field(repr=False)


def find_own() -> Path | None:
    """The office's own folder of templates, where it has one."""
    return OWN if OWN.is_dir() else None


def load(form_name: str, folder: Path | None) -> Checked:
    """The office's own template where the folder has one, else the shipped one. Raises `TemplateRefused`."""
    form = FORMS[form_name]
    own = folder / form.file if folder else None
    if own is not None and own.is_file():
        return check(form, own.read_bytes(), str(own))
    return check(form, layouts.build(form.name), form.file)


def check(form: Form, content: bytes, file: str) -> Checked:
    """Read a template and try it with sample words. Raises `TemplateRefused` with everything that is wrong."""
    sources = _read(content, file)
    environment = make_environment()
    faults: list[str] = []
    parts: list[Part] = []
    for name, raw, source in sources:
        if source is None:
            parts.append(Part(name, raw))
            continue
        shape = form.shape if name == _BODY else _without_lists(form.shape)
        found = _faults(environment, source, shape, content)
        faults += found
        if not found:
            parts.append(Part(name, raw, environment.from_string(source)))
    faults += [] if faults else _try(form, [source for _, _, source in sources if source is not None])
    if faults:
        raise TemplateRefused(file, faults)
    return Checked(form, file, tuple(parts))


def make_environment(*, streams: bool = True) -> SandboxedEnvironment:
    """Where templates run: lists that may be streams, nothing undefined, texts as XML can hold them."""
    return SandboxedEnvironment(enable_async=streams, autoescape=True, undefined=StrictUndefined, finalize=_as_xml)


def _as_xml(value: object) -> Markup:
    text = "" if value is None else str(value)
    return Markup(str(escape(printable(text))).replace("\n", _LINE_BREAK))  # noqa: S704  escaped in the line


def _read(content: bytes, file: str) -> list[tuple[str, bytes, str | None]]:
    """Each member with its bytes and, where it is filled in, its text as jinja2 reads it."""
    try:
        members = _members(content)
        if members:
            Document(io.BytesIO(content))
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, etree.XMLSyntaxError, AttributeError) as error:
        what = "打不开这个模板；请用 Word 或 WPS 另存为 .docx（不要密码）后再放回来"
        raise TemplateRefused(file, [what]) from error
    if not members:
        what = f"模板太大，最多 {MOST_BYTES // 1_000_000} MB；请去掉大图片"
        raise TemplateRefused(file, [what])
    return [
        (name, raw, _patched(raw) if _FILLED.fullmatch(name) and (name == _BODY or b"{" in raw) else None)
        for name, raw in members
    ]


def _members(content: bytes) -> list[tuple[str, bytes]]:
    """The members of the file; none where they would be too large unpacked. Raises where it is no document."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        infos = [info for info in package.infolist() if not info.is_dir()]
        if sum(info.file_size for info in infos) > MOST_BYTES:
            return []
        members = [(info.filename, package.read(info)) for info in infos]
    if any(b"<!DOCTYPE" in raw for name, raw in members if name.endswith((".xml", ".rels"))):
        raise ValueError("a document type")  # no word processor writes one; it could name other files
    return members


def _patched(raw: bytes) -> str:
    """The XML with the placeholders out of the runs that Word cuts them into."""
    tree = etree.fromstring(raw, parser())
    return str(DocxTemplate("").patch_xml(etree.tostring(tree, encoding="unicode")))


def parser() -> etree.XMLParser:
    """For files from outside: no entities, nothing fetched."""
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def _without_lists(shape: Shape) -> Shape:
    """Headers and footers are filled in once, so they have no lists."""
    return {name: what for name, what in shape.items() if isinstance(what, str)}


def _faults(environment: SandboxedEnvironment, source: str, shape: Shape, content: bytes) -> list[str]:
    try:
        wrong = checking.find_wrong(environment, source, shape)
    except TemplateSyntaxError as error:
        return [_syntax_fault(error, content)]
    return list(dict.fromkeys(f"{_where(content, one.words)}: “{one.words}”{one.what}" for one in wrong))


def _syntax_fault(error: TemplateSyntaxError, content: bytes) -> str:
    for where, text in _texts(content):
        if text.count("{{") != text.count("}}") or text.count("{%") != text.count("%}"):
            return f"{where}: “{text.strip()[:40]}”的括号不成对；占位符写成 {{{{ 名称 }}}}，两边各两个花括号"
    said = error.message or ""
    if "Unexpected end of template" in said:
        return "有一个 for 或 if 没有结束；请在它的后面加上 {%p endfor %}、{%tr endfor %} 或 {%p endif %}"
    if "unknown tag 'endfor'" in said or "unknown tag 'endif'" in said:
        return "多了一个 endfor 或 endif；请核对每个 for、if 和它的结束"
    words = next(iter(re.findall(r"'([^']+)'", said)), "")
    return f"{_where(content, words)}: 占位符写得不对（{said}）"


def _where(content: bytes, words: str) -> str:
    """Where in the document these words stand, as one would look for them."""
    last = words.rpartition(".")[2]
    for wanted in (words, last):
        for where, text in _texts(content):
            if wanted and wanted in text and ("{" in text or "}" in text):
                return where
    return "正文"


def _texts(content: bytes) -> Iterator[tuple[str, str]]:
    """Every paragraph with where it is."""
    document: Any = Document(io.BytesIO(content))
    for number, paragraph in enumerate(document.paragraphs, start=1):
        yield f"正文第 {number} 段", paragraph.text
    for table_number, table in enumerate(document.tables, start=1):
        for row_number, row in enumerate(table._tbl.tr_lst, start=1):
            for cell_number, cell in enumerate(row.tc_lst, start=1):
                text = "".join(node.text or "" for node in cell.iter(f"{_W}t"))
                yield f"第 {table_number} 个表格第 {row_number} 行第 {cell_number} 格", text
    for section in document.sections:
        for where, part in (("页眉", section.header), ("页脚", section.footer)):
            for paragraph in part.paragraphs:
                yield where, paragraph.text


def _try(form: Form, sources: list[str]) -> list[str]:
    """What only shows when it is filled in: a loop or a condition that does not hold whole rows or paragraphs."""
    environment, sample = make_environment(streams=False), _sample(form.shape)
    for source in sources:
        try:
            tree = etree.fromstring(environment.from_string(source).render(**sample).encode(), parser())
        except (etree.XMLSyntaxError, TypeError, ValueError, UndefinedError) as error:
            return [
                f"填进去以后文档是坏的（{error}）；整行用 {{%tr … %}}，整段用 {{%p … %}}，开头和结尾各占一行或一段"
            ]
        if any(len(cell) == 0 or cell[-1].tag != f"{_W}p" for cell in tree.iter(f"{_W}tc")):
            return ["有一格填进去以后没有段落，Word 打不开；请在这一格的 {%p … %} 之外再留一个空段"]
    return []


def _sample(shape: Shape) -> dict[str, Any]:
    return {
        name: [_sample(what.fields), _sample(what.fields)] if isinstance(what, Many) else _word(name)
        for name, what in shape.items()
    }


def _word(name: str) -> str | int:
    return 2 if name in ("总数", "条数", "序号") else "例<&>"


def fixed(name: str) -> zipfile.ZipInfo:
    """A member with a fixed time: the same data give the same bytes."""
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info
