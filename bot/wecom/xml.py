"""XML as WeCom writes it, as a dictionary.

As xmltodict gives it: an element with children is a dictionary, one without its text or None, and elements of one
name are a list. Attributes mean nothing to WeCom and are left out.

Nearly everything that comes is one flat row of elements without attributes. That is read by a regular expression,
in a third of the time of the standard library's parser, which reads all the rest; a test asks both for the same.
"""

import re
from xml.etree import ElementTree

_NO = r"\x00-\x08\x0b-\x1f\ufffe\uffff"  # not allowed in XML, or another character for a parser (a carriage return)
_INSIDE = rf"[^\]{_NO}]*+"
_ELEMENT = re.compile(
    rf"<([A-Za-z_][A-Za-z0-9_]*+)>(?:<!\[CDATA\[({_INSIDE}(?:\](?!\]>){_INSIDE})*+)\]\]>|([^<&{_NO}]*+))</\1>\s*+"
)
_OPENS, _CLOSES = "<xml>", "</xml>"
UNREADABLE = (ElementTree.ParseError, ValueError, RecursionError)


class Declares(ValueError):
    """The document declares a DTD, and with it may declare entities."""


def parse_xml(document: str) -> dict[str, object]:
    """What is in the element `xml`; raises one of `UNREADABLE`. No entity is ever read: a DTD is refused."""
    if (flat := _read_flat(document)) is not None:
        return flat
    refuse_declarations(document)
    root = ElementTree.fromstring(document)  # noqa: S314  declarations are refused above
    found = _value(root)
    return found if isinstance(found, dict) and root.tag == "xml" else {}


def _read_flat(document: str) -> dict[str, object] | None:
    """None where it is anything but elements of different names with nothing in them but text."""
    if not (document.startswith(_OPENS) and document.endswith(_CLOSES)):
        return None
    values: dict[str, object] = {}
    at, end = len(_OPENS), len(document) - len(_CLOSES)
    while at < end:
        found = _ELEMENT.match(document, at, end)
        if found is None:
            return None
        name, data, text = found.groups("")
        if name in values:
            return None
        values[name] = (data or text).strip() or None
        at = found.end()
    return values


def _value(element: ElementTree.Element) -> dict[str, object] | str | None:
    if not len(element):
        return (element.text or "").strip() or None
    values: dict[str, object] = {}
    for child in element:
        value = _value(child)
        if child.tag not in values:
            values[child.tag] = value
        elif isinstance(several := values[child.tag], list):
            several.append(value)
        else:
            values[child.tag] = [several, value]
    return values


def refuse_declarations(document: str) -> None:
    """Raises `Declares` for a DTD, and with it for every entity: the parser tells it from the words in a text.

    A document that does not parse up to its end cannot declare anything to the next parser either.
    """
    if "<!DOCTYPE" not in document:
        return
    try:
        ElementTree.XMLParser(target=_Refusing()).feed(document)  # noqa: S314  it builds nothing
    except ElementTree.ParseError:
        return


class _Refusing:
    """Reads nothing, and raises where a DTD begins."""

    def doctype(self, *_declaration: object) -> None:
        raise Declares("the XML declares a DTD or an entity")
