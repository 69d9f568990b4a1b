"""The words on the exported forms (domain A8), and texts as XML and paper can take them."""

import re

from config.duty_kinds import KINDS

TITLE = "履职登记表"
EMPTY = "没有履职记录"
ERASED = "（内容已依法删除）"
NO_CASE = "—"

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def kind_name(kind: str) -> str:
    """The shipped name of a kind of duty; an unknown one stays as it is."""
    return KINDS[kind].name if kind in KINDS else kind


def place_name(station: str, place: str) -> str:
    """Where it was, with the station that it belongs to."""
    return f"{place}（{station}）" if place and station and place != station else place or station


def delivered_name(*, delivered: bool, has_case: bool) -> str:
    """Whether the answer reached the constituent; a duty without a case has nothing to deliver."""
    if delivered:
        return "已送达"
    return "未送达" if has_case else NO_CASE


def printable(text: str) -> str:
    """The text without the characters that no XML file may hold."""
    return _NO_XML.sub("", text)
