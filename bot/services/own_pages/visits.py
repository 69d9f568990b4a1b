"""A visit from three taps: what kind, how many people, done; the place is filled in, words are free.

It goes on record the way 履职 … does, through a draft whose key is the note's own: a note that was written off line
and is sent twice is one entry.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.notices.duty import Recorded
from bot.services.context import Context
from bot.services.duty import drafting, kinds, parsing
from bot.services.duty.parsing import MOST_PEOPLE, Told
from bot.services.people import Member
from config.duty_kinds import KINDS

OFFERED = ("visit", "reception", "research", "inspection")
MOST_WORDS, MOST_PLACE = 1000, 60
_KEY = re.compile(r"[\w-]{16,64}", re.ASCII)


class NoteRefused(Exception):
    """A note that cannot go on record; `why`: key, kind, people, place, day, long."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Note:
    """What was tapped and written; `on` is a local date."""

    key: str
    kind: str
    people: int
    on: date
    place: str
    words: str = ""


def offered(context: Context) -> list[tuple[str, str]]:
    """The kinds to tap, by code and name."""
    known = kinds.standing(context)
    return [(code, known[code].name) for code in OFFERED if code in known]


def usual() -> list[tuple[str, str]]:
    """The same by their shipped names, for a page that knows nobody."""
    return [(code, KINDS[code].name) for code in OFFERED]


def read(context: Context, form: Mapping[str, str]) -> Note:
    """A form as a note. Raises `NoteRefused`."""
    if not _KEY.fullmatch(form.get("once", "")):
        raise NoteRefused("key")
    if form.get("kind", "") not in kinds.standing(context):
        raise NoteRefused("kind")
    count, words, place = (
        form.get("count", "") or form.get("people", ""),
        form.get("words", "").strip(),
        form.get("place", "").strip(),
    )
    if not (count.isascii() and count.isdigit() and len(count) < 6 and 1 <= int(count) <= MOST_PEOPLE):
        raise NoteRefused("people")
    if not place:
        raise NoteRefused("place")
    if len(words) > MOST_WORDS or len(place) > MOST_PLACE:
        raise NoteRefused("long")
    return Note(form["once"], form["kind"], int(count), _day(context, form.get("on", "")), place, words)


def _day(context: Context, said: str) -> date:
    today = context.calendar.today(context.now)
    if not said:
        return today
    try:
        on = date.fromisoformat(said)
    except ValueError:
        raise NoteRefused("day") from None
    if on > today or on.year < today.year - 1:
        raise NoteRefused("day")
    return on


async def note(context: Context, member: Member, said: Note) -> int:
    """Put it on record; the number of the entry, the same for the same note. Raises `NoteRefused`."""
    name = kinds.name_of(context, said.kind)
    told = Told(
        on=said.on,
        kind=said.kind,
        place=said.place,
        people=said.people,
        summary=said.words or f"{name}群众 {said.people} 人",
        matters=parsing.find_matters(said.words),
        lane=parsing.lane_of(said.words),
    )
    draft = await drafting.begin_told(context, member, told, f"web:{member.userid.lower()}:{said.key}"[:128])
    if draft is None:
        raise NoteRefused("kind")
    settled = await drafting.confirm(context, member, draft)
    if not isinstance(settled.said, Recorded):
        raise NoteRefused("kind")
    return settled.said.entry_id
