"""XML as WeCom writes it, as a dictionary: the standard library's parser is ten times as fast as one in Python.

As xmltodict gives it: an element with children is a dictionary, one without its text or None, and elements of one
name are a list. Attributes mean nothing to WeCom and are left out.
"""

from xml.etree import ElementTree

UNREADABLE = (ElementTree.ParseError, ValueError, RecursionError)


class Declares(ValueError):
    """The document declares a DTD, and with it may declare entities."""


def parse_xml(document: str) -> dict[str, object]:
    """What is in the element `xml`; raises one of `UNREADABLE`. No entity is ever read: a DTD is refused."""
    refuse_declarations(document)
    root = ElementTree.fromstring(document)  # noqa: S314  declarations are refused above
    found = _value(root)
    return found if isinstance(found, dict) and root.tag == "xml" else {}


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
