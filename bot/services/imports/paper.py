"""A paper form kept as a spreadsheet: 接待登记表 and 履职登记表 as an office fills them in.

Above the table stand a title and whose form it is, below it signatures; the heads of the columns are those of the
paper. Each row becomes a row of `duty` (contract section 4). What the record does not keep (who came, where they
live, how to reach them) is not read.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.services.imports.faults import WHOLE_FILE, Fault
from bot.services.imports.tables import Row, Sheet, Table

RECEPTION, REGISTER = "接待登记", "履职登记"
_RECEPTION_KIND = "接待"
_HEAD_ROWS = 15  # the heads of the columns are within these
_FEWEST = 3  # heads that are known make a row the heads
_HEADS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "date": ("日期", "接待日期", "活动日期", "接待时间", "活动时间", "时间"),
        "representative": ("代表", "接待代表", "代表姓名", "接待人"),
        "kind": ("类别", "类型", "活动类别", "履职类别"),
        "place": ("地点", "活动地点", "接待地点", "地点（联络站）"),
        "people": ("人数", "来访人数", "接待人数", "见面人数"),
        "summary": ("内容", "事项", "反映事项", "反映事项和诉求", "反映的问题", "履职内容", "主要内容", "摘要"),
        "opinions": ("意见", "意见数", "意见条数"),
        "proposals": ("建议", "建议数", "建议条数"),
        "station": ("站点", "联络站", "站点名称"),
    }
)
_ON_RECORD = ("登记号", "记录编号")
_ABOVE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "date": _HEADS["date"],
        "representative": (*_HEADS["representative"], "姓名"),
        "place": _HEADS["place"],
        "station": _HEADS["station"],
    }
)
_BELOW = re.compile(
    r"(?:合计|总计|小计|.{0,6}签[名字章]|填表人|登记人|记录人|审核人|联络员|代表确认|备注[:：]|说明|注[:：])"
)
_SAME = frozenset(("", "〃", "″", '"', "同上", "同前"))
_COUNTED = re.compile(r"\s*(?:个人|人次|人|位|名|条|件)\s*$")
_CLOCK = re.compile(r"[ T]?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\s*[-—~至]\s*\d{1,2}[:：]\d{2})?$")
_SEVERAL = re.compile(r"[、,，;；/\s]+")
Lines = Sequence[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class _Heads:
    """Where the table begins: the line of its heads, and which column is what."""

    line: int
    columns: Mapping[int, str]
    words: Mapping[str, str]


def is_form(title: str) -> bool:
    """Whether a sheet of this name is a paper form."""
    return RECEPTION in title or REGISTER in title


def read(table: Table, file: str, title: str, lines: Lines) -> tuple[Sheet, list[Fault]]:
    """The rows of a form as rows of `duty`; a fault for what cannot be read. `file` is how faults name it."""
    heads = _find_heads(lines)
    if heads is None:
        what = "找不到表头；请在表格上方写出各列的名称，如：日期、接待代表、人数、反映事项"
        return Sheet(table, file, {}, ()), [Fault(file, 1, WHOLE_FILE, what)]
    faults = list(_head_faults(file, heads, lines))
    above = _read_above(lines, heads.line)
    rows = tuple(_rows(title, lines, heads, above))
    faults += [fault for row in rows for fault in _row_faults(file, row, heads)]
    headers = {name: heads.words.get(name, words[0]) for name, words in _HEADS.items()}
    return Sheet(table, file, headers, () if faults else rows), faults


def _find_heads(lines: Lines) -> _Heads | None:
    for line, cells in lines[:_HEAD_ROWS]:
        columns: dict[int, str] = {}
        words: dict[str, str] = {}
        for index, cell in enumerate(cells):
            word = _plain(cell)
            name = next((name for name, heads in _HEADS.items() if word in heads), None)
            if name is not None:
                columns[index] = name
                words.setdefault(name, word)
        if len(words) >= _FEWEST:
            return _Heads(line, columns, words)
    return None


def _head_faults(file: str, heads: _Heads, lines: Lines) -> Iterator[Fault]:
    for name, count in Counter(heads.columns.values()).items():
        if count > 1:
            yield Fault(file, heads.line, heads.words[name], "这一列出现了两次，请删掉一列")
    if "summary" not in heads.words:
        yield Fault(file, heads.line, WHOLE_FILE, "缺少内容这一列；可以写：反映事项、内容")
    (_, cells) = next((number, cells) for number, cells in lines if number == heads.line)
    known = next((_plain(cell) for cell in cells if _plain(cell) in _ON_RECORD), None)
    if known is not None:
        yield Fault(file, heads.line, known, "这是从系统里导出的表，里面的记录已经在册，不能再导入；请另用空表填写")


def _read_above(lines: Lines, until: int) -> dict[str, str]:
    """What stands above the table: `日期：2026-11-20` in one cell, or the word and its value in two."""
    found: dict[str, str] = {}
    for line, cells in lines:
        if line >= until:
            break
        words = [cell.strip() for cell in cells if cell.strip()]
        for name, heads in _ABOVE.items():
            value = _told(words, heads)
            if value:
                found.setdefault(name, value)
    return found


def _told(words: Sequence[str], heads: Sequence[str]) -> str:
    for index, word in enumerate(words):
        for head in sorted(heads, key=len, reverse=True):
            inside = re.search(rf"(?:^|[\s　]){re.escape(head)}\s*[:：]\s*([^\s　]+)", word)
            if inside:
                return inside[1]
            if _plain(word).rstrip(":：") == head and index + 1 < len(words):
                return words[index + 1]
    return ""


def _rows(title: str, lines: Lines, heads: _Heads, above: Mapping[str, str]) -> Iterator[Row]:
    """Rows with something in them; a date or name that is left blank, or ditto, is that of the row above."""
    last: dict[str, str] = {name: above.get(name, "") for name in ("date", "representative", "place", "station")}
    last["date"] = _day(last["date"], "")
    for line, cells in lines:
        if line <= heads.line or _is_below(cells):
            continue
        told = {name: cells[index].strip() for index, name in heads.columns.items() if index < len(cells)}
        if not any(told.get(name) for name in ("summary", "people", "representative")):
            continue
        told["date"] = _day(told.get("date", ""), last["date"])
        for name in ("representative", "station"):
            told[name] = last[name] if told.get(name, "") in _SAME else told[name]
        told["place"] = above.get("place", "") if told.get("place", "") in _SAME else told["place"]
        last |= {name: told[name] for name in ("date", "representative", "station")}
        for name in ("people", "opinions", "proposals"):
            told[name] = _COUNTED.sub("", told.get(name, ""))
        if RECEPTION in title:
            told["kind"] = told.get("kind") or _RECEPTION_KIND
        yield Row(line, {name: told.get(name, "") for name in _HEADS})


def _is_below(cells: Sequence[str]) -> bool:
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    return _BELOW.match(first) is not None


def _row_faults(file: str, row: Row, heads: _Heads) -> Iterator[Fault]:
    people = [one for one in _SEVERAL.split(row.cells["representative"]) if one]
    if len(people) > 1:
        what = "一行写一位代表；几位代表一起的请分行写，人数、意见和建议只填在第一行，其余各行填 0"
        yield Fault(file, row.line, heads.words.get("representative", WHOLE_FILE), what)


def _day(cell: str, before: str) -> str:
    """The day of a cell that may hold a clock time, too; a clock alone is on the day before it in the table."""
    if cell in _SAME:
        return before
    return _CLOCK.sub("", cell).strip() or before


def _plain(cell: str) -> str:
    """A head without line breaks, blanks and marks for the pen."""
    return re.sub(r"[\s　*＊]", "", cell)
