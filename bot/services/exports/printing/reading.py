"""Reading a filled Word document block by block; what has been read is forgotten, so it may be long."""

import zipfile
from collections.abc import Iterator, Mapping
from posixpath import join, normpath
from types import MappingProxyType
from typing import IO, Any

from lxml import etree

from bot.services.exports.duty import ExportRefused
from bot.services.exports.printing.blocks import (
    PAGE,
    PAGES,
    SIDES,
    Block,
    Cell,
    Grid,
    GridEnd,
    Paragraph,
    Row,
    Sheet,
    Span,
)
from bot.services.exports.printing.looks import Styles, TextLook, W

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_BODY, _STYLES, _LINKS = "word/document.xml", "word/styles.xml", "word/_rels/document.xml.rels"
_THROUGH = {f"{W}sdt", f"{W}sdtContent", f"{W}customXml"}  # wrappers that a form does not need
_PICTURES = {f"{W}drawing", f"{W}pict", f"{W}object", f"{W}txbxContent"}
_TEXT = {f"{W}t", f"{W}tab", f"{W}br", f"{W}cr", f"{W}noBreakHyphen", f"{W}fldChar", f"{W}instrText"}
_LINE = 0.5
_EIGHTH, _TWENTIETH = 8, 20


class CannotPrint(ExportRefused):
    """The document has what only a word processor can set."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"模板里有{what}，PDF 印不出来：请从模板里去掉，或导出 docx 后用 Word、WPS 另存为 PDF")


class Document:
    """A filled document that can be gone through more than once."""

    def __init__(self, file: IO[bytes]) -> None:
        self._package = zipfile.ZipFile(file)
        self._members = set(self._package.namelist())
        self.styles = Styles(self._tree(_STYLES) if _STYLES in self._members else None)

    def blocks(self) -> Iterator[Block | Sheet]:
        """Paragraphs and tables in order; the sheet comes last, as it does in the file. Raises `CannotPrint`."""
        with self._package.open(_BODY) as member:
            tags = [f"{W}{name}" for name in ("p", "tr", "tbl", "sectPr")]
            walk = etree.iterparse(
                member, events=("end",), tag=tags, resolve_entities=False, no_network=True, huge_tree=True
            )
            started: set[Any] = set()
            for _, element in walk:
                yield from self._block(element, started)

    def _block(self, element: Any, started: set[Any]) -> Iterator[Block | Sheet]:
        parent = _parent(element)
        if element.tag == f"{W}sectPr":
            if parent is None or parent.tag != f"{W}body":
                raise CannotPrint("分节（横竖混排）")
            yield self._sheet(element)
        elif element.tag == f"{W}tr":
            if _parent(parent).tag != f"{W}body":
                raise CannotPrint("表格里的表格")
            if parent not in started:
                started.add(parent)
                yield self._grid(parent)
            yield self._row(element)
            _forget(element)
        elif parent is not None and parent.tag == f"{W}body":
            if element.tag == f"{W}tbl":
                started.discard(element)
                yield GridEnd()
            else:
                yield self.paragraph(element)
            _forget(element)

    def _tree(self, name: str) -> Any:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        return etree.fromstring(self._package.read(name), parser)

    # --- paragraphs ---------------------------------------------------------------------------------

    def paragraph(self, element: Any) -> Paragraph:
        """One paragraph with its looks."""
        properties = element.find(f"{W}pPr")
        look, text = self.styles.of_paragraph(properties)
        return Paragraph(tuple(self._spans(element, text)), look, text)

    def _spans(self, element: Any, base: TextLook) -> Iterator[Span]:
        hidden = False  # what Word kept of a page number is not shown; what it kept of other fields is
        for node in element.iter(*_PICTURES, f"{W}fldSimple", f"{W}r"):
            if node.tag in _PICTURES:
                raise CannotPrint("图片、图形或文本框")
            if node.tag == f"{W}fldSimple":
                if field := _field(node.get(f"{W}instr")):
                    yield Span("", self.styles.of_run(base, _find(node.find(f"{W}r"), "rPr")), field)
                continue
            look = self.styles.of_run(base, node.find(f"{W}rPr"))
            inside = node.getparent().tag == f"{W}fldSimple"
            for one in () if inside and _field(node.getparent().get(f"{W}instr")) else node.iter(*_TEXT):
                if one.tag == f"{W}fldChar":
                    hidden = hidden and one.get(f"{W}fldCharType") != "end"
                elif one.tag != f"{W}instrText":
                    yield from () if hidden else (Span(_plain(one), look),)
                elif field := _field(one.text):
                    hidden = True
                    yield Span("", look, field)

    # --- tables -------------------------------------------------------------------------------------

    def _grid(self, table: Any) -> Grid:
        properties = table.find(f"{W}tblPr")
        widths = tuple(_points(column.get(f"{W}w")) for column in table.iterfind(f"{W}tblGrid/{W}gridCol"))
        style = properties.find(f"{W}tblStyle") if properties is not None else None
        drawn = self.styles.borders_of(style.get(f"{W}val")) if style is not None else None
        borders = {**_borders(drawn), **_borders(_find(properties, "tblBorders"))}
        align = _find(properties, "jc")
        padding = _padding(_find(properties, "tblCellMar"))
        return Grid(widths, borders, "left" if align is None else align.get(f"{W}val"), padding)

    def _row(self, element: Any) -> Row:
        properties = element.find(f"{W}trPr")
        height = _find(properties, "trHeight")
        return Row(
            tuple(self._cell(cell) for cell in _cells(element)),
            0.0 if height is None else _points(height.get(f"{W}val")),
            height is not None and height.get(f"{W}hRule") == "exact",
            _is_on(properties, "tblHeader"),
            _is_on(properties, "cantSplit"),
        )

    def _cell(self, element: Any) -> Cell:
        properties = element.find(f"{W}tcPr")
        span, merge = _find(properties, "gridSpan"), _find(properties, "vMerge")
        vertical, shade = _find(properties, "vAlign"), _find(properties, "shd")
        fill = "" if shade is None else shade.get(f"{W}fill") or ""
        return Cell(
            tuple(self.paragraph(one) for one in _paragraphs(element)),
            1 if span is None else int(span.get(f"{W}val")),
            "" if merge is None else merge.get(f"{W}val") or "continue",
            "top" if vertical is None else vertical.get(f"{W}val"),
            fill if len(fill) == 6 else "",
            MappingProxyType(_borders(_find(properties, "tcBorders"))),
        )

    # --- the sheet ----------------------------------------------------------------------------------

    def _sheet(self, element: Any) -> Sheet:
        if (columns := element.find(f"{W}cols")) is not None and int(columns.get(f"{W}num") or 1) > 1:
            raise CannotPrint("分栏")
        size, margin = element.find(f"{W}pgSz"), element.find(f"{W}pgMar")
        told: dict[str, float] = {}
        if size is not None:
            told |= {"width": _points(size.get(f"{W}w")), "height": _points(size.get(f"{W}h"))}
        if margin is not None:
            names = {"top": "top", "right": "right", "bottom": "bottom", "left": "left"}
            names |= {"header": "head_at", "footer": "foot_at"}
            told |= {ours: abs(_points(margin.get(f"{W}{name}"))) for name, ours in names.items()}
        head, foot = self._edge(element, "headerReference"), self._edge(element, "footerReference")
        return Sheet(**told, head=head, foot=foot)

    def _edge(self, element: Any, name: str) -> tuple[Paragraph, ...]:
        """The paragraphs at the head or foot of every page."""
        found = [one for one in element.iterfind(f"{W}{name}") if one.get(f"{W}type") == "default"]
        targets = {link.get("Id"): link.get("Target") for link in self._tree(_LINKS)} if found else {}
        if not found or found[0].get(f"{_R}id") not in targets:
            return ()
        part = normpath(join("word", targets[found[0].get(f"{_R}id")])).lstrip("/")
        tree = self._tree(part)
        if tree.find(f".//{W}tbl") is not None:
            raise CannotPrint("页眉页脚里的表格")
        return tuple(self.paragraph(one) for one in _paragraphs(tree))


def _plain(node: Any) -> str:
    if node.tag == f"{W}t":
        return node.text or ""
    if node.tag == f"{W}tab":
        return "\u3000\u3000"
    if node.tag == f"{W}noBreakHyphen":
        return "-"
    return "\f" if node.get(f"{W}type") == "page" else "\n"


def _field(instruction: str | None) -> str:
    words = (instruction or "").split()
    return words[0].upper() if words and words[0].upper() in (PAGE, PAGES) else ""


def _parent(element: Any) -> Any:
    parent = element.getparent()
    while parent is not None and parent.tag in _THROUGH:
        parent = parent.getparent()
    return parent


def _forget(element: Any) -> None:
    """Drop what was read, with everything before it."""
    element.clear()
    parent = element.getparent()
    while element.getprevious() is not None:
        del parent[0]


def _cells(row: Any) -> Iterator[Any]:
    return (cell for cell in row.iter(f"{W}tc") if _parent(cell) is row)


def _paragraphs(owner: Any) -> Iterator[Any]:
    return (one for one in owner.iter(f"{W}p") if _parent(one) is owner)


def _find(properties: Any | None, name: str) -> Any | None:
    return None if properties is None else properties.find(f"{W}{name}")


def _is_on(properties: Any | None, name: str) -> bool:
    found = _find(properties, name)
    return found is not None and found.get(f"{W}val") not in ("0", "false", "off")


def _borders(element: Any | None) -> Mapping[str, float]:
    """Width of the line on each side that is told; 0 where there is none."""
    if element is None:
        return {}
    names = {"start": "left", "end": "right"}
    sides = {names.get(side, side): one for one in element if (side := etree.QName(one).localname)}
    return {side: _width(one) for side, one in sides.items() if side in SIDES}


def _padding(margins: Any | None) -> tuple[float, float, float, float]:
    """Top, right, bottom, left; Word's own where nothing is told."""
    told = {} if margins is None else {etree.QName(one).localname: _points(one.get(f"{W}w")) for one in margins}
    left, right = told.get("left", told.get("start", 5.4)), told.get("right", told.get("end", 5.4))
    return told.get("top", 0.0) + 1, right, told.get("bottom", 0.0) + 1, left


def _width(border: Any) -> float:
    if border.get(f"{W}val") in (None, "nil", "none"):
        return 0.0
    return float(border.get(f"{W}sz") or _LINE * _EIGHTH) / _EIGHTH


def _points(twentieths: str | None) -> float:
    return float(twentieths or 0) / _TWENTIETH
