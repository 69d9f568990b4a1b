"""What a file holds, section by section, and what is missing in it: for the page, the chat and the yearly check."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from bot.notices import duty_file as words
from bot.notices.duty_file import Gap, SectionState
from bot.services.context import Context
from bot.services.duty import kinds
from bot.services.duty_file import quotas
from bot.services.duty_file.terms import Term, get_term, usual_term
from config import duty_sections
from config.duty_kinds import OTHER, DutyKind
from config.duty_sections import Section
from storage import duty_file_links, duty_file_reading, duty_file_terms
from storage.chunks import chunks
from storage.duty_reading import KindCount
from storage.models import Representative

Year = tuple[date, date]


@dataclass(frozen=True, slots=True)
class _Held:
    """What there is of some representatives in a year, and of papers in their terms."""

    people: Mapping[str, Representative]
    counts: Mapping[str, Sequence[KindCount]]
    evidence: Mapping[str, Counter[str]]
    papers: Mapping[tuple[str, str], int]
    of_term: Mapping[tuple[str, str], int]


def year_of(year: int) -> Year:
    """The first and last local day of a calendar year."""
    return date(year, 1, 1), date(year, 12, 31)


async def sections_of(
    context: Context, codes: Collection[str], year: int, *, closed: bool = True
) -> dict[str, tuple[SectionState, ...]]:
    """Each section of each file: how much stands in it this year, and what it lacks.

    Without `closed` hidden and restricted entries are not counted.
    """
    known, sections = kinds.standing(context), duty_sections.standing(context.rules.duty_sections).values()
    found: dict[str, tuple[SectionState, ...]] = {}
    async for some in chunks(codes):
        held = await _read(context, some, year, closed=closed)
        found |= {code: tuple(_state(held, code, one, known) for one in sections) for code in some}
    return found


async def gaps_of(context: Context, codes: Collection[str], year: int) -> dict[str, tuple[Gap, ...]]:
    """What each file lacks in a year: sections first, then quotas and lists; empty where nothing is missing."""
    sections = await sections_of(context, codes, year)
    lacking = await quotas.behind(context, codes, year)
    return {
        code: (
            *(Gap(f"section:{one.code}", one.lacks_line) for one in sections[code] if one.lacks),
            *(Gap(one.subject, one.line) for one in lacking.get(code, ())),
        )
        for code in codes
    }


async def term_of(context: Context, code: str, year: int) -> Term:
    """The term that a year of a representative's file belongs to: the one of today, or of the year's last day."""
    first, last = year_of(year)
    day = min(max(context.calendar.today(context.now), first), last)
    return await get_term(context.session, context.rules, code, day)


async def _read(context: Context, codes: Sequence[str], year: int, *, closed: bool) -> _Held:
    session, (first, last) = context.session, year_of(year)
    people = await session.scalars(select(Representative).where(Representative.code.in_(codes)))
    of_term: dict[tuple[str, str], int] = {}
    terms: dict[Year, list[str]] = {}
    are_written = await duty_file_terms.are_written(session)
    for code in codes:
        term = await term_of(context, code, year) if are_written else usual_term(context.rules, first)
        terms.setdefault((term.first_on, term.last_on), []).append(code)
    for (since, until), those in terms.items():
        of_term |= await duty_file_reading.count_papers(session, those, since, until)
    return _Held(
        {one.code: one for one in people},
        await duty_file_links.kind_counts(session, codes, first, last, closed=closed),
        await duty_file_reading.evidence_kinds(session, codes, first, last, closed=closed),
        await duty_file_reading.count_papers(session, codes, first, last),
        of_term,
    )


def _state(held: _Held, code: str, section: Section, known: Mapping[str, DutyKind]) -> SectionState:
    entries = sum(
        one.entries
        for one in held.counts.get(code, ())
        if section.takes(one.kind, known[one.kind].group if one.kind in known else OTHER)
    )
    if section.evidence:
        entries += held.evidence[code][section.evidence] if code in held.evidence else 0
    papers = held.papers.get((code, section.code), 0)
    return SectionState(
        section.code,
        section.name,
        entries,
        papers,
        _lacks(held, code, section, entries + papers),
    )


def _lacks(held: _Held, code: str, section: Section, this_year: int) -> str:
    if section.fields:
        person = held.people.get(code)
        return words.empty_fields([name for name in section.fields if not _field(person, name)])
    of_term = held.of_term.get((code, section.code), 0)
    if of_term < section.papers:
        return words.papers_lack(section.papers - of_term)
    return words.entries_lack(this_year, section.entries)


def _field(person: Representative | None, name: str) -> str | None:
    if person is None:
        return None
    return person.station_code if name == "station" else str(getattr(person, name, "") or "")
