"""The list of cases: filters, one page after the other, and a search over what was written.

What people wrote is sealed under a key of its own for each case, so a search opens cases one by one: the newest
`SEARCHED` of what the filters leave, and the page says so. It looks at the words as members see them: what is
masked there cannot be searched for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.calendars.local_time import MIDNIGHT, instant_of
from bot.notices.words import Owner, shorten
from bot.services import clocks, explaining, people, showing
from bot.services.console.reach import desk_of, is_theirs, reach_of
from bot.services.context import Context
from bot.services.people import Member
from storage import case_lists, case_reading
from storage.case_lists import WAITING, Reach, Wanted
from storage.crypto import ContentKey
from storage.models import Case, Message

A_PAGE = 30
SEARCHED = 400
_BATCH = 100
_WORDS = 60  # characters of a matter in a list


@dataclass(frozen=True, slots=True)
class Row:
    """A case in a list. `words` is empty where the list shows none."""

    number: str
    state: str
    urgency: str
    topic: str
    owner: Owner
    opened_at: datetime
    due_at: datetime
    late: bool
    waits: bool
    asked: bool
    alarmed: bool
    restricted: bool
    cluster: int
    handed_until: datetime | None = None  # a department owes a reply by then
    merged: bool = False  # it lives on in another one
    words: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list; `after` leads to the next one. `searched`: how many cases a search looked at."""

    rows: tuple[Row, ...]
    after: str = ""
    searched: int = 0
    more_unsearched: bool = False
    noted: str = ""  # what of people's words was read, for the audit


async def look(
    context: Context, member: Member, wanted: Wanted, after: str = "", *, is_mine: bool = True
) -> Listed:
    """One page with the first words of each."""
    reach = desk_of(context, member) if is_mine else reach_of(context, member)
    found, more = await _page(context, reach, wanted, after)
    seen = [case for case in found if is_theirs(context, member, case)]
    words = await _first_words(context, seen)
    rows = tuple(row_of(context, case, words.get(case.id, "")) for case in seen)
    noted = f"{len(rows)} cases of a list" if rows else ""
    return Listed(rows, _key_of(found[-1], wanted) if more else "", noted=noted)


async def search(context: Context, member: Member, wanted: Wanted, text: str, *, is_mine: bool = True) -> Listed:
    """Cases in which somebody wrote these words, newest first."""
    reach, needle = desk_of(context, member) if is_mine else reach_of(context, member), text.strip().lower()
    rows: list[Row] = []
    looked, before, more = 0, None, True
    while more and looked < SEARCHED and len(rows) < A_PAGE:
        found = await case_lists.newest(context.session, reach, wanted, context.now, before, _BATCH)
        more, looked = len(found) == _BATCH, looked + len(found)
        before = found[-1].id if found else before
        rows += await _matching(context, [one for one in found if is_theirs(context, member, one)], needle)
    noted = f"search through {looked} cases"
    return Listed(tuple(rows[:A_PAGE]), searched=looked, more_unsearched=more, noted=noted)


def today_of(context: Context) -> tuple[datetime, datetime]:
    """What is due today is due between these instants: now and the next midnight."""
    tomorrow = context.calendar.today(context.now) + timedelta(days=1)
    return context.now, instant_of(tomorrow, MIDNIGHT, context.zone)


async def top(context: Context, member: Member, reach: Reach, wanted: Wanted, most: int) -> tuple[Row, ...]:
    """The first of a list without what people wrote."""
    found = await case_lists.by_clock(context.session, reach, wanted, context.now, None, most)
    return tuple(row_of(context, case) for case in found if is_theirs(context, member, case))


def row_of(context: Context, case: Case, words: str = "") -> Row:
    """A case as a list shows it."""
    return Row(
        number=case.number,
        state=case.state.value,
        urgency=case.urgency,
        topic=explaining.topic_name(case.topic),
        owner=people.owner_of(context, case),
        opened_at=case.opened_at,
        due_at=clocks.due_shown(case, context.now),
        late=clocks.is_late(case, context.now),
        waits=case.waits_for_answer,
        asked=case.waiting_since is not None,
        alarmed=case.alert_due_at is not None,
        restricted=case.restricted,
        cluster=case.cluster_id or 0,
        handed_until=case.handed_until,
        merged=case.merged_into_id is not None,
        words=words,
    )


async def _page(context: Context, reach: Reach, wanted: Wanted, after: str) -> tuple[Sequence[Case], bool]:
    session, now, most = context.session, context.now, A_PAGE + 1
    if wanted.show == WAITING:
        found = await case_lists.by_clock(session, reach, wanted, now, _clock_key(after), most)
    else:
        before = int(after) if _is_number(after) else None
        found = await case_lists.newest(session, reach, wanted, now, before, most)
    return found[:A_PAGE], len(found) > A_PAGE


def _key_of(case: Case, wanted: Wanted) -> str:
    return f"{case.due_at.isoformat()}~{case.id}" if wanted.show == WAITING else str(case.id)


def _clock_key(after: str) -> tuple[datetime, int] | None:
    due, _, number = after.partition("~")
    try:
        at = datetime.fromisoformat(due)
    except ValueError:
        return None
    return (at, int(number)) if at.tzinfo is not None and _is_number(number) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


async def _keys(context: Context, found: Sequence[Case]) -> dict[int, ContentKey]:
    wrapped = await case_lists.wrapped_keys(context.session, {case.key_id for case in found})
    return {key_id: context.vault.unwrap(raw) for key_id, raw in wrapped.items()}


async def _first_words(context: Context, found: Sequence[Case]) -> dict[int, str]:
    keys = await _keys(context, found)
    first = await case_lists.first_words(context.session, [case.id for case in found])
    return {
        case.id: shorten(showing.shown(context, case, _written(keys[case.key_id], [first[case.id]])).text, _WORDS)
        for case in found
        if case.id in first and case.key_id in keys
    }


async def _matching(context: Context, found: Sequence[Case], needle: str) -> list[Row]:
    keys = await _keys(context, found)
    said = await case_reading.messages_of(context.session, [case.id for case in found])
    rows = []
    for case in found:
        if case.key_id not in keys:
            continue
        written = _written(keys[case.key_id], said.get(case.id, []))
        if needle not in written.lower():
            continue
        words = showing.shown(context, case, written).text
        place = words.lower().find(needle)
        if place >= 0:
            rows.append(row_of(context, case, shorten(words[max(0, place - 16) :], _WORDS)))
    return rows


def _written(key: ContentKey, messages: Sequence[Message]) -> str:
    """What was written in a case by either side and not taken back."""
    return "\n".join(key.open_text(one.text_sealed) for one in messages if one.text_sealed and not one.recalled_at)
