"""履职登记表 and 履行职责记录本: a representative's entries, read as a stream."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.exports.duty import DutyRow
from bot.services.exports.forms.fitting import fit, short
from bot.services.exports.forms.people import Names, facts_of
from bot.services.exports.words import delivered_name, place_name
from storage import form_reading
from storage.models import Representative

PAGE_COLUMNS, PAGE_LINES = 36, 22  # of the record book's field for the content
_SOURCES = {"auto": "系统", "rep": "本人", "staff": "工作人员", "paper": "纸质补录"}


async def sections(
    session: AsyncSession,
    rows: AsyncIterator[DutyRow],
    counts: Mapping[str, int],
    names: Names,
    *,
    one_page: bool,
    heard: Callable[[], None],
) -> AsyncGenerator[dict[str, Any], None]:
    """A representative after the other, each with the stream of their entries; `rows` come by representative.

    `heard` is called for each entry. A section's entries are read before the next section is asked for.
    """
    reader = _Groups(rows)
    while (first := await reader.next_group()) is not None:
        code = first.representative
        found = await form_reading.representatives(session, [code])
        person = found.get(code) or Representative(code=code, name=first.representative_name)
        lines = _lines(reader, names, one_page=one_page, heard=heard)
        yield {**facts_of(person, names), "条数": counts.get(code, 0), "履职": lines}


class _Groups:
    """Rows by representative, without holding more than one."""

    def __init__(self, rows: AsyncIterator[DutyRow]) -> None:
        self._rows = rows
        self._next: DutyRow | None = None
        self._group: str | None = None

    async def next_group(self) -> DutyRow | None:
        """The first row of the next representative; what is left of the one before is passed over."""
        while (
            await self._peek() is not None and self._next is not None and self._next.representative == self._group
        ):
            self._next = None
        if self._next is not None:
            self._group = self._next.representative
        return self._next

    async def rows(self) -> AsyncGenerator[DutyRow, None]:
        """The rows of this representative."""
        group = self._group
        while (row := await self._peek()) is not None and row.representative == group == self._group:
            self._next = None
            yield row

    async def _peek(self) -> DutyRow | None:
        if self._next is None:
            self._next = await anext(self._rows, None)
        return self._next


async def _lines(
    reader: _Groups, names: Names, *, one_page: bool, heard: Callable[[], None]
) -> AsyncGenerator[dict[str, Any], None]:
    number = 0
    async for row in reader.rows():
        number += 1
        yield line_of(row, number, names, one_page=one_page)
        heard()


def line_of(row: DutyRow, number: int, names: Names, *, one_page: bool) -> dict[str, Any]:
    """The fields of `履职`; with `one_page` the content is cut to the page of the record book."""
    content, rest = fit(row.summary, PAGE_COLUMNS, PAGE_LINES) if one_page else (row.summary, "")
    return {
        "序号": number,
        "登记号": row.entry,
        "日期": f"{row.occurred_on or row.occurred_at.date()}",
        "时间": _time(row),
        "类别": row.kind_name or row.kind,
        "地点": short(place_name(row.station_name, row.place)),
        "内容": content,
        "附页": rest,
        "人数": row.people or "",
        "意见": row.opinions or "",
        "建议": row.proposals or "",
        "事项": row.case or "",
        "送达": delivered_name(delivered=row.delivered, has_case=row.case is not None),
        "佐证": f"{len(row.evidence)} 件" if row.evidence else "",
        "记录": names.member(row.recorded_by) if row.recorded_by else _SOURCES.get(row.source, row.source),
        "确认": "已确认" if row.confirmed else "未确认",
        "审核": _review(row),
        "更正": f"更正登记号 {row.corrects}" if row.corrects else "",
    }


def _time(row: DutyRow) -> str:
    """Midnight stands for a time that nobody said."""
    is_timed = (row.occurred_at.hour, row.occurred_at.minute) != (0, 0) or row.source == "auto"
    return f"{row.occurred_at:%H:%M}" if is_timed else ""


def _review(row: DutyRow) -> str:
    passed, returned = row.passed_at, row.returned_at
    if passed and (returned is None or passed >= returned):
        return f"通过 {passed:%Y-%m-%d}"
    return f"退回 {returned:%Y-%m-%d}" if returned else ""
