"""What is flat is read without a parser, and nobody can tell."""

from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.wecom.xml import UNREADABLE, parse_xml

NAMES = ("Content", "MsgId", "FromUserName", "Item")
ODD = (
    "]]>",
    "]",
    "<",
    "&",
    "&lt;",
    "<![CDATA[",
    "</Content>",
    "\r\n",
    "\x00",
    "\x0b",
    "\ufffe",
    " ",
    "\n",
    "你好",
    "",
    "<!---->",
)
texts = st.lists(st.sampled_from(ODD) | st.text(max_size=4), max_size=4).map("".join)


def element(name: str, text: str, form: str) -> str:
    """As WeCom writes it, as it might, and as somebody might who wants to be misread."""
    return form.format(name=name, text=text)


FORMS = (
    "<{name}><![CDATA[{text}]]></{name}>",
    "<{name}>{text}</{name}>",
    "<{name}> <![CDATA[{text}]]> </{name}>",
    "<{name} at='1'>{text}</{name}>",
    "<{name}/>",
    "<{name}><Item>{text}</Item></{name}>",
    "<{name}>{text}</Item>",
    "{text}",
)
documents = st.builds(
    lambda before, parts, between, after: f"{before}<xml>{between.join(parts)}</xml>{after}",
    st.sampled_from(("", "", " ", "<?xml version='1.0'?>", "\ufeff")),
    st.lists(st.builds(element, st.sampled_from(NAMES), texts, st.sampled_from(FORMS)), max_size=5),
    st.sampled_from(("", "\n", " ", "text")),
    st.sampled_from(("", "\n", "<xml></xml>")),
)


def as_a_parser_reads(document: str) -> object:
    """The same without the short way: a comment is nothing to a parser, and too much for the short way."""
    try:
        ElementTree.fromstring(document)  # noqa: S314  made here
        return parse_xml(f"<!---->{document}" if not document.startswith(("<?xml", "\ufeff")) else document)
    except UNREADABLE as error:
        return type(error)


def read(document: str) -> object:
    try:
        return parse_xml(document)
    except UNREADABLE as error:
        return type(error)


@given(documents)
@example("<xml><A><![CDATA[]]]]></A><B>1</B></xml>")
@example("<xml><A>1</A><A>2</A></xml>")
@example("<xml></xml>")
@example("<xml><A>a\r\nb</A></xml>")
@example("<xml><A><![CDATA[x]]></B><MsgId>5</MsgId><A><![CDATA[y]]></A></xml>")
def test_the_short_way_reads_what_a_parser_reads(document: str) -> None:
    assert read(document) == as_a_parser_reads(document)


@pytest.mark.parametrize("size", [10, 200_000])
def test_a_text_of_any_length_is_read_at_once(size: int) -> None:
    assert parse_xml(f"<xml><A><![CDATA[{']' * size}]]></A></xml>") == {"A": "]" * size}
    assert read(f"<xml><A><![CDATA[{']' * size}</A></xml>") is ElementTree.ParseError
