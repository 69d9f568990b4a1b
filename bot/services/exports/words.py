"""The words on the exported forms (domain A8), and texts as files and paper can take them."""

import re

from config.duty_kinds import KINDS

TITLE = "履职登记表"
EMPTY = "没有履职记录"
ERASED = "（内容已依法删除）"
NO_CASE = "—"

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# Marks that turn the direction of what follows, or hide in it: a text must not rearrange the line it stands in.
_TURNING = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
# Also in full width: some programs take those for the same when a sheet is saved as text and opened again.
_RUN = re.compile(r"[\s\u3000]*[=+\-@|%＝＋－＠｜％]")
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")


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
    """The text without what no XML file may hold and without marks that turn the direction of a line."""
    return _TURNING.sub("", _NO_XML.sub("", _LINE_ENDS.sub("\n", text)))


def is_risky(text: str) -> bool:
    """Whether some program would run it as a formula or command."""
    return _RUN.match(text) is not None


def defused(text: str) -> str:
    """For files without types of cells (CSV): what would run begins with an apostrophe."""
    plain = printable(text)
    return f"'{plain}" if is_risky(plain) else plain
