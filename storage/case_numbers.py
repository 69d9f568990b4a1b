"""Case numbers such as `JH-2026-000123`: unique, and gapless within commits.

The row of a district and year is locked from the first number that is taken until the commit, and whoever needs one
waits for that. So a unit of work that opens many cases takes their numbers late and together: each has a stand-in
until then, which nobody outside ever sees.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import Table, bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from storage import plain
from storage.models import Case, CaseSerial

_LATE = "case numbers that are taken late"
_CASES, _SERIALS = cast("Table", Case.__table__), cast("Table", CaseSerial.__table__)

# Built once: putting a statement together costs as much as running it.
_TAKE = {
    dialect.dialect.name: (taken := dialect.insert(_SERIALS))
    .on_conflict_do_update(
        index_elements=["district_code", "year"], set_={"last": _SERIALS.c.last + taken.excluded.last}
    )
    .returning(_SERIALS.c.last)
    for dialect in (postgresql, sqlite)
}
_SETTLE = update(_CASES).where(_CASES.c.id == bindparam("case")).values(number=bindparam("its_number"))


@dataclass(slots=True)
class _Late:
    """Stand-ins with their district and year, and the cases that wait for what they stand for."""

    until_given: Callable[[], Awaitable[None]]
    promised: dict[str, tuple[str, int]] = field(default_factory=dict)
    waiting: list[Case] = field(default_factory=list)


async def next_number(session: AsyncSession, district_code: str, year: int) -> str:
    """The next case number of a district and year."""
    return (await _take(session, district_code, year, 1))[0]


async def _take(session: AsyncSession, district_code: str, year: int, count: int) -> Sequence[str]:
    given = {"district_code": district_code, "year": year, "last": count}
    last = await plain.fetch_one(session, _TAKE[session.get_bind().dialect.name], given)
    return [f"{district_code}-{year}-{serial:06d}" for serial in range(last - count + 1, last + 1)]


def take_late(session: AsyncSession, until_given: Callable[[], Awaitable[None]]) -> None:
    """From now on until `give` numbers are promised; whoever needs one awaits `until_given`."""
    session.info[_LATE] = _Late(until_given)


def promise(session: AsyncSession, district_code: str, year: int, key_id: int) -> str | None:
    """A stand-in for the number of a case with this key, which is then to be settled; None where none is late."""
    late: _Late | None = session.info.get(_LATE)
    if late is None or session.in_nested_transaction():
        return None
    stand_in = f"~{key_id}"
    late.promised[stand_in] = district_code, year
    return stand_in


async def settle(session: AsyncSession, case: Case) -> None:
    """The number of a case is its own from here on; may wait until the whole batch has come as far."""
    late: _Late | None = session.info.get(_LATE)
    if late is not None and case.number in late.promised:
        late.waiting.append(case)
        await late.until_given()


async def give(session: AsyncSession) -> None:
    """Number all that wait, each district and year once, in one order; what comes later takes its own."""
    late: _Late | None = session.info.pop(_LATE, None)
    if late is None or not late.promised:
        return
    if len(late.promised) != len(late.waiting):
        raise RuntimeError("a case was opened whose number nobody waits for")
    of_year: defaultdict[tuple[str, int], list[Case]] = defaultdict(list)
    for case in late.waiting:
        of_year[late.promised[case.number]].append(case)
    rows, new = [], session.new
    for (district_code, year), cases in sorted(of_year.items(), key=lambda one: one[0]):
        numbers = await _take(session, district_code, year, len(cases))
        for case, number in zip(cases, numbers, strict=True):
            if case in new:
                case.number = number
                continue
            set_committed_value(case, "number", number)
            rows.append({"case": case.id, "its_number": number})
    if rows:
        await plain.change(session, _SETTLE, rows)
