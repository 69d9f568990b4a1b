"""规则: what staff tune, with its default, who changed it and when; changed by the service of `rules`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.calendars.working_days import OFF
from bot.notices import rules_desk as words
from bot.services import people, tuning
from bot.services.context import Context
from bot.services.people import Member
from bot.services.tuning import RuleRefused, Standing
from storage import audit, holidays

_HISTORY = 20
CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as it is shown; `lines` is how its value is written, a list one a line."""

    name: str
    label: str
    value: str
    default: str
    lines: str
    is_long: bool
    changed_at: datetime | None
    changed_by: str

    @property
    def steps(self) -> int:
        """How many steps a ladder has; 0 where it is none."""
        return len(self.lines.split("\n")) if "@" in self.lines and self.is_long else 0

    @property
    def is_changed(self) -> bool:
        """Whether it is not the default."""
        return self.changed_at is not None and self.value != self.default


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a rule, from the audit."""

    at: datetime
    by: str
    what: str


@dataclass(frozen=True, slots=True)
class YearTable:
    """The days of a year in the office's own table. `is_known`: whether the official arrangement is known."""

    year: int
    is_known: bool
    off: tuple[date, ...]
    work: tuple[date, ...]


async def listed(context: Context) -> Mapping[str, tuple[str, tuple[RuleRow, ...]]]:
    """All rules by group, in the order of the words."""
    standing = {one.name: one for one in await tuning.list_rules(context)}
    return {
        key: (title, tuple(_row(context, standing[name]) for name in rules))
        for key, (title, rules) in words.GROUPS.items()
    }


async def find(context: Context, name: str) -> RuleRow | None:
    """One rule; None where there is none of this name."""
    for one in await tuning.list_rules(context):
        if one.name == name:
            return _row(context, one)
    return None


async def history(context: Context, name: str) -> tuple[Change, ...]:
    """The newest changes of a rule, as long as the audit is kept."""
    begins = f"{name}: "
    found = await audit.rule_changes(context.session, begins, _HISTORY)
    return tuple(
        Change(one.at, people.name_of(context, one.actor), one.subject.removeprefix(begins)) for one in found
    )


async def change(context: Context, member: Member, name: str, was: str, said: str | None) -> None:
    """Give the rule what is written, None for its default; `was` is the value that the writer had before them.

    Raises `RuleRefused`, with `CHANGED` where somebody else was faster.
    """
    row = await find(context, name)
    if row is None or row.value != was:
        raise RuleRefused(name, CHANGED)
    if said is None:
        await tuning.reset(context, name, member.userid)
        return
    lines = [said] if row.lines.startswith("{") else [one for one in said.split("\n") if one.strip()]
    await tuning.change(context, name, lines or [""] if not row.is_long else lines, member.userid)


async def years(context: Context) -> tuple[YearTable, ...]:
    """This year and the next."""
    table, days = await holidays.get_all(context.session), context.calendar.days
    this = context.calendar.today(context.now).year
    return tuple(
        YearTable(
            year,
            days.knows(year),
            tuple(sorted(day for day, kind in table.items() if day.year == year and kind == OFF)),
            tuple(sorted(day for day, kind in table.items() if day.year == year and kind != OFF)),
        )
        for year in (this, this + 1)
    )


def _row(context: Context, one: Standing) -> RuleRow:
    is_list = isinstance(one.default, tuple)
    value = tuning.render(one.value)
    lines = "\n".join(tuning.render(part) for part in one.value) if is_list else value
    return RuleRow(
        name=one.name,
        label=words.NAMES.get(one.name, one.name),
        value=value,
        default=tuning.render(one.default),
        lines=lines,
        is_long=is_list or isinstance(one.default, dict),
        changed_at=one.changed_at,
        changed_by=people.name_of(context, one.changed_by) if one.changed_by else "",
    )
