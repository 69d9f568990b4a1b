"""The pages of a file: what one reader may see of a year, and what anybody may once it was published."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from urllib.parse import quote

from bot.assignment.taxonomy import name_topics
from bot.notices import duty_file_page as words
from bot.notices.duty_file_check import STATES
from bot.notices.duty_file_page import Contact, FilePage, PageEntry, PagePaper, PageSection, PublicDuty
from bot.notices.duty_file_pages import LEVELS, form_rows
from bot.notices.words import moment, whole_day
from bot.services.context import Context
from bot.services.duty import access, kinds, showing
from bot.services.duty_file import gathering, marking, quotas, reading, voters
from bot.services.duty_file.terms import Term
from bot.services.duty_file.voters import Voter
from bot.services.people import Member
from config import duty_sections
from config.duty_kinds import GROUPS, OTHER
from config.duty_sections import Section
from storage import duty_file, duty_file_checks, duty_file_links, duty_file_reading, duty_reading, people
from storage.duty_file_links import link_mark
from storage.keys import find_key, open_ahead
from storage.models import Attachment, DutyEntry, FileCheck, FileDocument, Representative

LONGEST = 60  # years back that may be asked for
MOST = 400  # entries on a page; what is more is in the export
_PUBLIC = ("published", "sealed", "bound")
_USUAL_FIELDS = ["name", "level", "unit", "post", "specialities", "station"]


async def make(context: Context, member: Member, code: str, year: int | None, until: datetime) -> FilePage | None:
    """A year of a file as this member sees it; None where there is no such representative."""
    person = await people.find_representative(context.session, code)
    if person is None:
        return None
    today = context.calendar.today(context.now)
    year = year if year is not None and today.year - LONGEST < year <= today.year else None
    term = await gathering.term_of(context, code, year or today.year)
    years = tuple(range(term.first_on.year, min(term.last_on.year, today.year) + 1)) or (today.year,)
    shown = year if year in years else min(today.year, years[-1])
    check = await duty_file_checks.find(context.session, code, shown)
    return FilePage(
        person.name,
        term.name,
        f"{whole_day(term.first_on)}至{whole_day(term.last_on)}",
        shown,
        years,
        member.representative is not None and member.representative.code == code,
        await _sections(context, member, person, shown, term),
        await quotas.of_one(context, code, shown, closed=reading.sees_closed(context, member, code)),
        await _contacts(context, member, code, shown),
        STATES[check.state.value] if check else "",
        check.digest if check else "",
        await _is_changed(context, check),
        await duty_reading.count_to_confirm(context.session, code),
        await duty_reading.count_returned(context.session, code),
        MOST,
        moment(until, context.zone),
    )


async def _contacts(context: Context, member: Member, code: str, year: int) -> tuple[Contact, ...]:
    """双联系, one by one. Who needs care is told to that representative and the station's own people alone."""
    first, last = gathering.year_of(year)
    today = min(context.calendar.today(context.now), last)
    links = (await duty_file_links.links_of(context.session, [code], year, today)).get(code, [])
    closed = reading.sees_closed(context, member, code)
    done = await duty_file_links.contacts(context.session, [code], first, last, closed=closed)
    told = []
    for link in links:
        key = await find_key(context.session, context.vault, link.key_id) if link.key_id else None
        voter = voters.read(key, link.voter_sealed) if key else Voter("")
        name = await marking.name_of(context, link) or words.ERASED
        wanted = context.rules.liaison_contacts_a_year if link.contacts is None else link.contacts
        near = reading.is_near(member, code)
        care, note = (voter.care, voter.note) if near else (False, "")
        told.append(Contact(name, done.get(link_mark(link.id), 0), wanted, care, note))
    return tuple(told)


async def _is_changed(context: Context, check: FileCheck | None) -> bool:
    """Whether a line or paper of a sealed year came after its seal, such as a correction."""
    if check is None or not check.digest:
        return False
    first, last = gathering.year_of(check.year)
    now = await duty_file_reading.seal_digest(context.session, check.representative_code, first, last)
    return now != check.digest


async def _sections(
    context: Context, member: Member, person: Representative, year: int, term: Term
) -> tuple[PageSection, ...]:
    first, last = gathering.year_of(year)
    viewer = access.viewer_of(context, member)
    found = await duty_file_reading.entries_of(context.session, viewer, person.code, first, last, MOST)
    filed = await duty_file.papers_of(context.session, person.code, term.first_on, term.last_on)
    wanted = [entry.key_id for entry, is_open in found if is_open] + [paper.key_id for paper, _ in filed]
    await open_ahead(context.session, context.vault, wanted)
    entries = [(entry, await _entry(context, entry, is_open=is_open)) for entry, is_open in found]
    closed = reading.sees_closed(context, member, person.code)
    held = await gathering.sections_of(context, [person.code], year, closed=closed)
    states = {one.code: one for one in held[person.code]}
    station = context.directory.stations.get(person.station_code or "")
    facts = form_rows(
        person,
        name_topics(person.specialities),
        station.name if station else "",
        term.name,
        term.first_on,
        term.last_on,
    )
    form = tuple((str(name), str(value)) for name, value in facts if value)
    images = await _with_pictures(context, [entry for entry, _ in entries])
    found_sections = []
    for section in duty_sections.standing(context.rules.duty_sections).values():
        told = tuple(one for entry, one in entries if _stands(context, section, entry, images))
        papers = [await _paper(context, *one) for one in filed if one[0].section == section.code]
        facts_of = form if section.fields else ()
        found_sections.append(PageSection(states[section.code], facts_of, told, tuple(papers)))
    return tuple(found_sections)


def _stands(context: Context, section: Section, entry: DutyEntry, images: Mapping[int, set[str]]) -> bool:
    kind = kinds.standing(context).get(entry.kind)
    by_kind = section.takes(entry.kind, kind.group if kind else OTHER)
    return by_kind or (bool(section.evidence) and section.evidence in images.get(entry.id, ()))


async def _with_pictures(context: Context, entries: Sequence[DutyEntry]) -> dict[int, set[str]]:
    """Which sorts of evidence stand behind each entry."""
    of_entry = {
        entry.id: [int(one.partition(":")[2]) for one in entry.evidence or () if one.startswith("attachment:")]
        for entry in entries
    }
    wanted = [number for numbers in of_entry.values() for number in numbers]
    known = await duty_file.attachments(context.session, wanted)
    return {
        entry: {known[number].kind for number in numbers if number in known} for entry, numbers in of_entry.items()
    }


async def _entry(context: Context, entry: DutyEntry, *, is_open: bool) -> PageEntry:
    summary, details = await showing.details_of(context, entry) if is_open else (words.CLOSED_TEXT, {})
    return PageEntry(
        entry.id,
        entry.occurred_on,
        kinds.name_of(context, entry.kind),
        str(details.get("place", "")),
        entry.people,
        summary or words.ERASED,
        entry.is_confirmed,
    )


async def _paper(context: Context, paper: FileDocument, attachment: Attachment) -> PagePaper:
    key = await find_key(context.session, context.vault, paper.key_id)
    title = key.open_text(paper.title_sealed) if key else words.ERASED
    return PagePaper(paper.id, paper.on_date, title, attachment.kind)


async def find_public_url(context: Context, code: str) -> str:
    """Where anybody reads what was published of a representative; empty while nothing was."""
    return f"{context.public_url}/duty/{quote(code)}" if await _published(context, code) is not None else ""


async def find_public(context: Context, code: str) -> PublicDuty | None:
    """The newest published year of a representative: figures of confirmed, open entries, and no words of theirs."""
    person = await people.find_representative(context.session, code)
    check = await _published(context, code) if person is not None else None
    if person is None or check is None or check.published_at is None:
        return None
    first, last = gathering.year_of(check.year)
    counts = await duty_file_reading.open_counts(context.session, code, first, last)
    station = context.directory.stations.get(person.station_code or "")
    facts = words.public_facts(
        person.public_fields or _USUAL_FIELDS,
        person.name,
        LEVELS.get(person.level, ""),
        person.unit,
        person.post,
        "、".join(name_topics(person.specialities)),
        station.name if station else "",
        person.phone,
    )
    met = sum(people_met for _, _, people_met in counts)
    return PublicDuty(facts, check.year, _groups(context, counts), met, _local(context, check.published_at))


def _local(context: Context, at: datetime) -> date:
    return at.astimezone(context.zone).date()


async def _published(context: Context, code: str) -> FileCheck | None:
    years = range(2000, context.calendar.today(context.now).year + 1)
    checks = await duty_file_checks.of_years(context.session, code, years)
    return next((one for one in reversed(checks) if one.state.value in _PUBLIC), None)


def _groups(
    context: Context, counts: Sequence[tuple[str, int, int]]
) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    known = kinds.standing(context)
    grouped: dict[str, list[tuple[str, int]]] = {}
    for code, entries, _ in counts:
        kind = known.get(code)
        grouped.setdefault(kind.group if kind else OTHER, []).append((kind.name if kind else code, entries))
    return tuple((GROUPS[group], tuple(grouped[group])) for group in GROUPS if group in grouped)
