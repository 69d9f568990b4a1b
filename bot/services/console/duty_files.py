"""一人一档 on pages: whose files are in one's reach, one file of a year, the yearly check, papers and binding."""

from dataclasses import dataclass

from bot.notices.duty_file import FileRefused
from bot.notices.duty_file_check import STATES, CheckReturned, ChecksReviewed, GapList, NumberedGap, Waived
from bot.notices.duty_file_page import FilePage
from bot.services import people
from bot.services.context import Context
from bot.services.directory import RepresentativeEntry
from bot.services.duty import access
from bot.services.duty_file import paging, reading, reviewing
from bot.services.ordering import asking, naming
from bot.services.ordering.orders import FILE, FORMATS, PAPERS, Order
from bot.services.people import Member
from storage import duty_file_checks
from storage.states import FileCheckState

MOST = 300


@dataclass(frozen=True, slots=True)
class FileRow:
    """A representative whose file may be opened; `check` is how the yearly check of it stands."""

    code: str
    name: str
    station: str
    check: str
    waits: bool


@dataclass(frozen=True, slots=True)
class OneFile:
    """A file of a year with what this member may do in its check."""

    code: str
    page: FilePage
    gaps: tuple[NumberedGap, ...]
    may: frozenset[str]


async def listed(context: Context, member: Member, words: str, station: str) -> tuple[tuple[FileRow, ...], int]:
    """Files that a member may read, by name, those that wait for a word first; the first `MOST`, and how many."""
    found = [one for one in _theirs(context, member) if _is_meant(one, words, station)]
    year = context.calendar.today(context.now).year
    waiting = await duty_file_checks.of_representatives(
        context.session, [one.code for one in found], FileCheckState.CONFIRMED, MOST
    )
    states = {one.representative_code: one for one in waiting}
    found.sort(key=lambda one: (one.code not in states, one.name, one.code))
    rows = []
    for one in found[:MOST]:
        check = states.get(one.code)
        said = f"{check.year}：{STATES[check.state.value]}" if check is not None and check.year <= year else ""
        named = context.directory.stations.get(one.station_code or "")
        rows.append(FileRow(one.code, one.name, named.name if named else "", said, check is not None))
    return tuple(rows), len(found)


def _theirs(context: Context, member: Member) -> list[RepresentativeEntry]:
    seen, known = access.viewer_of(context, member).stations, context.directory.representatives
    return [one for one in known.values() if seen is None or one.station_code in seen]


def _is_meant(one: RepresentativeEntry, words: str, station: str) -> bool:
    return (not words or words in one.name or words == one.code) and (not station or one.station_code == station)


async def open_file(context: Context, member: Member, code: str, year: int | None) -> OneFile | None:
    """A year of a file, where they may read it; opening it, and being refused, are on record."""
    if code not in context.directory.representatives or not reading.access_file(context, member, code):
        return None
    page = await paging.make(context, member, code, year, context.now)
    if page is None:
        return None
    told = await reviewing.list_gaps(context, member, code)
    gaps = told.gaps if isinstance(told, GapList) and told.year == page.year else ()
    return OneFile(code, page, gaps, _may(context, member, page, has_gaps=bool(gaps), told=told))


def _may(context: Context, member: Member, page: FilePage, *, has_gaps: bool, told: object) -> frozenset[str]:
    found = {"waive"} if has_gaps else set()
    waits = page.check == STATES[FileCheckState.CONFIRMED.value]
    if waits and not isinstance(told, FileRefused):
        found |= {"pass", "back"}
    return frozenset(found | ({"bind"} if people.is_centre(context, member) else set()))


async def check(context: Context, member: Member, code: str, act: str, number: int, reason: str) -> str:
    """Pass, send back or waive; empty where it was done, else why not."""
    if act == "pass":
        passed = await reviewing.review(context, member, [code])
        return "" if isinstance(passed, ChecksReviewed) and passed.passed else passed.render().text
    if act == "back":
        sent = await reviewing.send_back(context, member, code, reason)
        return "" if isinstance(sent, CheckReturned) else sent.render().text
    waived = await reviewing.waive(context, member, code, number, reason)
    return "" if isinstance(waived, Waived) else waived.render().text


async def paper(
    context: Context, member: Member, code: str, said: str, year: int | None
) -> tuple[Order, str, str] | None:
    """One of the papers of a file as `document.format`, with its format and name; None where there is none such."""
    document, _, file_format = said.partition(".")
    if document not in PAPERS or file_format not in FORMATS[document]:
        return None
    if not reading.may_read(context, member, code):
        return None
    order = await asking.paper_of(context, document, code, year)
    return order, file_format, (await naming.describe(context, order)).file_name(file_format)


BOUND = f"{FILE}.zip"
