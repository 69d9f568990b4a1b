"""How text looks in a Word document: defaults, styles and what a paragraph or run says itself. Sizes in points."""

from dataclasses import dataclass, fields, replace
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HALF, _TWENTIETH, _LINES = 2, 20, 240  # Word's units: half points, twentieths of a point, 240ths of a line
_SANS = ("黑", "雅黑", "Hei", "hei", "Sans", "Gothic", "Arial", "Helvetica", "DengXian", "等线")


@dataclass(frozen=True, slots=True)
class TextLook:
    """Of a run; None is what the style before it says."""

    size: float | None = None
    bold: bool | None = None
    sans: bool | None = None
    underline: bool | None = None


@dataclass(frozen=True, slots=True)
class ParagraphLook:
    """Of a paragraph; None is what the style before it says. `line` is a factor, `line_points` a height."""

    align: str | None = None
    before: float | None = None
    after: float | None = None
    line: float | None = None
    line_points: float | None = None
    first: float | None = None
    left: float | None = None
    right: float | None = None
    new_page: bool | None = None


Look = tuple[ParagraphLook, TextLook]
PLAIN: Look = (ParagraphLook(), TextLook(size=10.0))


class Styles:
    """The styles of a document."""

    def __init__(self, root: Any | None) -> None:
        self._looks: dict[str, Look] = {}
        self._kinds = {} if root is None else {style.get(f"{W}styleId"): style for style in root.iter(f"{W}style")}
        defaults = None if root is None else root.find(f"{W}docDefaults")
        self._default = PLAIN if defaults is None else _over(PLAIN, _said(defaults))
        normal = [
            name for name, style in self._kinds.items() if style.get(f"{W}default") == "1" and _is_text(style)
        ]
        self._normal = normal[0] if normal else ""

    def of_paragraph(self, properties: Any | None) -> Look:
        """The look of a paragraph with these properties, and of its text."""
        name = _value(properties, "pStyle") or self._normal
        base = self._of_style(name)
        if properties is None:
            return base
        return _merged(base[0], read_paragraph(properties)), base[1]

    def of_run(self, base: TextLook, properties: Any | None) -> TextLook:
        """The look of a run in a paragraph of this look."""
        if properties is None:
            return base
        style = _value(properties, "rStyle")
        if style and style in self._kinds:
            base = _merged(base, read_text(self._kinds[style].find(f"{W}rPr")))
        merged: TextLook = _merged(base, read_text(properties))
        return merged

    def borders_of(self, table_style: str) -> Any | None:
        """The borders that a table style draws, or None."""
        seen: set[str] = set()
        name: str | None = table_style
        while name and name in self._kinds and name not in seen:
            seen.add(name)
            found = self._kinds[name].find(f"{W}tblPr/{W}tblBorders")
            if found is not None:
                return found
            name = _value(self._kinds[name], "basedOn")
        return None

    def _of_style(self, name: str) -> Look:
        if name not in self._kinds:
            return self._default
        if name not in self._looks:
            self._looks[name] = self._default  # a style that is based on itself ends here
            style = self._kinds[name]
            base = self._of_style(_value(style, "basedOn") or "")
            self._looks[name] = _over(
                base, (read_paragraph(style.find(f"{W}pPr")), read_text(style.find(f"{W}rPr")))
            )
        return self._looks[name]


def read_text(properties: Any | None) -> TextLook:
    """What run properties say."""
    if properties is None:
        return TextLook()
    size = _number(properties, "sz")
    fonts = properties.find(f"{W}rFonts")
    name = "" if fonts is None else fonts.get(f"{W}eastAsia") or fonts.get(f"{W}ascii") or ""
    return TextLook(
        size=size / _HALF if size else None,
        bold=_flag(properties, "b"),
        sans=any(sign in name for sign in _SANS) if name else None,
        underline=None if (line := _value(properties, "u")) is None else line != "none",
    )


def read_paragraph(properties: Any | None) -> ParagraphLook:
    """What paragraph properties say."""
    if properties is None:
        return ParagraphLook()
    spacing, indent = properties.find(f"{W}spacing"), properties.find(f"{W}ind")
    line, rule = _attribute(spacing, "line"), None if spacing is None else spacing.get(f"{W}lineRule")
    is_factor = rule in (None, "auto")
    return ParagraphLook(
        align=_value(properties, "jc"),
        before=_points(_attribute(spacing, "before")),
        after=_points(_attribute(spacing, "after")),
        line=line / _LINES if line and is_factor else None,
        line_points=_points(line) if line and not is_factor else None,
        first=_first(indent),
        left=_points(_attribute(indent, "left", "start")),
        right=_points(_attribute(indent, "right", "end")),
        new_page=_flag(properties, "pageBreakBefore"),
    )


def _first(indent: Any | None) -> float | None:
    hanging = _points(_attribute(indent, "hanging"))
    return -hanging if hanging else _points(_attribute(indent, "firstLine"))


def _said(defaults: Any) -> Look:
    paragraph = defaults.find(f"{W}pPrDefault/{W}pPr")
    return read_paragraph(paragraph), read_text(defaults.find(f"{W}rPrDefault/{W}rPr"))


def _over(base: Look, said: Look) -> Look:
    return _merged(base[0], said[0]), _merged(base[1], said[1])


def _merged(base: Any, said: Any) -> Any:
    told = {one.name: value for one in fields(said) if (value := getattr(said, one.name)) is not None}
    if "line_points" in told:
        told.setdefault("line", None)
    elif "line" in told:
        told["line_points"] = None
    return replace(base, **told) if told else base


def _is_text(style: Any) -> bool:
    return bool(style.get(f"{W}type") == "paragraph")


def _value(element: Any | None, name: str) -> str | None:
    found = None if element is None else element.find(f"{W}{name}")
    return None if found is None else found.get(f"{W}val")


def _flag(element: Any, name: str) -> bool | None:
    found = element.find(f"{W}{name}")
    return None if found is None else found.get(f"{W}val") not in ("0", "false", "off")


def _number(element: Any, name: str) -> float | None:
    value = _value(element, name)
    return _float(value)


def _attribute(element: Any | None, *names: str) -> float | None:
    if element is None:
        return None
    return next((found for name in names if (found := _float(element.get(f"{W}{name}"))) is not None), None)


def _float(value: str | None) -> float | None:
    try:
        return float(value) if value else None
    except ValueError:
        return None


def _points(twentieths: float | None) -> float | None:
    return None if twentieths is None else twentieths / _TWENTIETH
