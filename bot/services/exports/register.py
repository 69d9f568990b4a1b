"""The duty register as a paper form (domain A8): one table for each representative."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from bot.services.exports.duty import DutyRow
from bot.services.exports.words import NO_CASE, delivered_name, kind_name, place_name, printable

# heading and width in millimetres; together what A4 leaves between margins of 15 mm
COLUMNS = (
    ("日期", 26),
    ("类别", 16),
    ("地点（联络站）", 32),
    ("内容", 58),
    ("事项编号", 32),
    ("送达", 16),
)
MARGIN = 15


@dataclass(frozen=True, slots=True)
class Section:
    """One representative's table."""

    code: str
    name: str
    lines: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """Whose table this is."""
        return f"{printable(self.name)}（{printable(self.code)}）"


@dataclass(frozen=True, slots=True)
class Register:
    """The whole form, by code of the representative."""

    sections: tuple[Section, ...]

    @property
    def entries(self) -> int:
        """How many entries it holds."""
        return sum(len(section.lines) for section in self.sections)


async def gather(rows: AsyncIterator[DutyRow]) -> Register:
    """Put rows in their tables; a form is set as a whole, so this holds all of it."""
    sections: dict[str, Section] = {}
    async for row in rows:
        section = sections.setdefault(row.representative, Section(row.representative, row.representative_name))
        section.lines.append(_line(row))
    return Register(tuple(sections[code] for code in sorted(sections)))


def _line(row: DutyRow) -> tuple[str, ...]:
    return (
        _when(row),
        f"{row.kind_name or kind_name(row.kind)}{f' {row.people} 人' if row.people else ''}",
        printable(place_name(row.station_name, row.place)),
        printable(row.summary),
        printable(row.case or NO_CASE),
        delivered_name(delivered=row.delivered, has_case=row.case is not None),
    )


def _when(row: DutyRow) -> str:
    """Day and time; midnight stands for a time that nobody said."""
    is_timed = (row.occurred_at.hour, row.occurred_at.minute) != (0, 0) or row.source == "auto"
    return f"{row.occurred_at:%Y-%m-%d %H:%M}" if is_timed else f"{row.occurred_at:%Y-%m-%d}"
