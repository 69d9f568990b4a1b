"""What a representative has done of what a year asks for, by name: two-way contact, receptions, checklists.

Where the office keeps a table of links, contacts are counted by it; without one, days with voters and people met.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from bot.notices.duty import Behind
from bot.services.context import Context
from bot.services.duty import kinds
from bot.services.duty_file import marking
from config import duty_checklists
from config.duty_checklists import Checklist
from config.duty_kinds import DutyKind
from storage import duty_file_links
from storage.chunks import chunks
from storage.duty_file_links import REPRESENTATIVE, VOTER, Link, link_mark
from storage.duty_reading import KindCount
from storage.models import Representative

PEOPLE = 50  # read together: a year of so many takes the loop some milliseconds a statement


@dataclass(frozen=True, slots=True)
class _Year:
    """What one year's figures are worked out from."""

    context: Context
    year: int
    known: Mapping[str, DutyKind]
    lists: tuple[Checklist, ...]
    links: Mapping[str, Sequence[Link]]
    contacts: Mapping[str, int]
    counts: Mapping[str, Sequence[KindCount]]
    words: Mapping[tuple[str, str, str], int]
    levels: Mapping[str, str]
    keeps_voters: bool
    named: bool


async def of_all(
    context: Context, codes: Collection[str], year: int, *, closed: bool = True, named: bool = True
) -> dict[str, tuple[Behind, ...]]:
    """Every quota of these representatives in a calendar year, those that are met as well.

    Without `closed` hidden and restricted entries are not counted: for those who may not see them. Without `named`
    nobody is named who is still to be contacted, which spares opening what is sealed.
    """
    found: dict[str, tuple[Behind, ...]] = {}
    async for some in chunks(codes, PEOPLE):
        read = await _read(context, some, year, closed=closed, named=named)
        found |= {code: await _of_one(read, code) for code in some}
    return found


async def of_one(context: Context, code: str, year: int, *, closed: bool = True) -> tuple[Behind, ...]:
    """Every quota of one representative in a calendar year."""
    return (await of_all(context, [code], year, closed=closed))[code]


async def behind(
    context: Context, codes: Collection[str], year: int, *, closed: bool = True
) -> dict[str, tuple[Behind, ...]]:
    """Who is behind, with what; nobody else is named.

    Whoever has done it by entries that the reader may not see is not behind; the figures are without these.
    """
    found = await of_all(context, await codes_behind(context, codes, year), year, closed=closed)
    return {code: tuple(one for one in quotas if one.is_behind) for code, quotas in found.items()}


async def codes_behind(context: Context, codes: Collection[str], year: int) -> list[str]:
    """Who is behind, by every entry that counts."""
    whole = await of_all(context, codes, year, named=False)
    return [code for code, quotas in whole.items() if any(one.is_behind for one in quotas)]


async def _read(context: Context, codes: Collection[str], year: int, *, closed: bool, named: bool) -> _Year:
    session, today = context.session, context.calendar.today(context.now)
    first, last = date(year, 1, 1), date(year, 12, 31)
    lists = duty_checklists.standing(context.rules.duty_checklists)
    marks = {item.mark for one in lists for item in one.items if item.words}
    levels = await session.execute(
        select(Representative.code, Representative.level).where(Representative.code.in_(codes))
    )
    return _Year(
        context,
        year,
        kinds.standing(context),
        lists,
        await duty_file_links.links_of(session, codes, year, min(today, last)),
        await duty_file_links.contacts(session, codes, first, last, closed=closed),
        await duty_file_links.kind_counts(session, codes, first, last, closed=closed),
        await duty_file_links.word_counts(session, codes, marks, first, last, closed=closed),
        {code: level for code, level in levels},  # noqa: C416  a Row is no pair for mypy
        await duty_file_links.is_kept(session, VOTER, year),
        named,
    )


async def _of_one(read: _Year, code: str) -> tuple[Behind, ...]:
    found = [*await _links(read, code), *_days(read, code)]
    level = read.levels.get(code, "")
    found += [_checklist(read, code, one) for one in read.lists if not one.levels or level in one.levels]
    return tuple(one for one in found if one.wanted > 0)


async def _links(read: _Year, code: str) -> list[Behind]:
    """How many are linked, and how many of these were contacted often enough; the others by name."""
    rules, found = read.context.rules, list[Behind]()
    for kind, name, wanted, asked in (
        (REPRESENTATIVE, "联系代表", rules.liaison_representatives, bool(_of_kind(read, code, REPRESENTATIVE))),
        (VOTER, "联系选民", rules.duty_voters_a_year, read.keeps_voters),
    ):
        if not asked:
            continue
        links = _of_kind(read, code, kind)
        found.append(Behind(name, len(links), wanted, "位", f"links:{kind}"))
        if links:
            missing = [await _said(read, link) for link in links if _done(read, link) < _wanted(read, link)]
            done = len(links) - len(missing)
            found.append(Behind(f"{name}次数", done, len(links), "位", f"contacts:{kind}", tuple(missing)))
    return found


def _of_kind(read: _Year, code: str, kind: str) -> list[Link]:
    return [link for link in read.links.get(code, ()) if link.kind == kind]


def _done(read: _Year, link: Link) -> int:
    return read.contacts.get(link_mark(link.id), 0)


def _wanted(read: _Year, link: Link) -> int:
    return read.context.rules.liaison_contacts_a_year if link.contacts is None else link.contacts


async def _said(read: _Year, link: Link) -> str:
    if not read.named:
        return ""
    name = await marking.name_of(read.context, link) or "（已删除）"
    return f"{name} {_done(read, link)}/{_wanted(read, link)} 次"


def _days(read: _Year, code: str) -> list[Behind]:
    """Receptions; where no voters are linked by name, days with voters and people met. 0 is no quota."""
    rules, counts = read.context.rules, read.counts.get(code, ())
    with_voters = [one for one in counts if one.kind in read.known and read.known[one.kind].voters]
    received = [one for one in counts if one.kind in read.known and read.known[one.kind].reception]
    found = []
    if not read.keeps_voters:
        days, met = sum(one.days for one in with_voters), sum(one.people for one in with_voters)
        found.append(Behind("联系群众", days, rules.duty_contacts_a_year, "次", "quota:contacts"))
        found.append(Behind("联系选民", met, rules.duty_voters_a_year, "人", "quota:voters"))
    days_received = sum(one.days for one in received)
    return [*found, Behind("接待", days_received, rules.duty_receptions_a_year, "次", "quota:receptions")]


def _checklist(read: _Year, code: str, one: Checklist) -> Behind:
    missing = []
    for item in one.items:
        counts = read.counts.get(code, ())
        wanted = [count for count in counts if not item.kinds or count.kind in item.kinds]
        if item.words:
            done = sum(read.words.get((code, count.kind, item.mark), 0) for count in wanted)
        else:
            done = sum(count.entries for count in wanted)
        if done < item.target:
            missing.append(item.name if item.target == 1 else f"{item.name} {done}/{item.target}")
    done = len(one.items) - len(missing)
    return Behind(one.name, done, len(one.items), "项", f"list:{one.code}", tuple(missing))
