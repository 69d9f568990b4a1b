"""Which entries are contacts of whom and have which words: found once, so that counting is quick.

A sweep over entries in the order of their numbers. It may be late by a minute, run twice or be cut off. When links
or the words of checklists change, it begins anew with the first day of last year.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from sqlalchemy import select

from bot.services.context import Context
from bot.services.duty import kinds
from bot.services.duty_file import voters
from config import duty_checklists
from config.duty_checklists import Item
from storage import duty_file_links, job_marks
from storage.duty_file_links import REPRESENTATIVE, Link, link_mark
from storage.keys import find_key
from storage.models import ContentKeyRow, DutyEntry

NAME = "duty marks"
PART = 300  # entries a commit
SETTLED = timedelta(minutes=10)  # a younger entry may still be followed by one with a smaller number


@dataclass(frozen=True, slots=True)
class Names:
    """The people one representative keeps contact with: a pattern of their names, and the mark of each."""

    pattern: re.Pattern[str]
    marks: Mapping[str, tuple[str, ...]]


async def mark(context: Context) -> int:
    """One part; returns how many entries are done with, so that it is called until there are none."""
    today = context.calendar.today(context.now)
    first = date(today.year - 1, 1, 1)  # what was done in December may be told in January
    items = [item for one in duty_checklists.standing(context.rules.duty_checklists) for item in one.items]
    worded = [item for item in items if item.words]
    state = await _state(context, worded, today.year)
    job = await job_marks.claim(context.session, NAME, context.now)
    upto = int(job.facts.get("upto", 0)) if job.period == state else 0
    entries = await duty_file_links.next_entries(context.session, upto, first, PART)
    await duty_file_links.add_marks(context.session, await _find(context, entries, worded))
    settled = [entry.id for entry in takewhile(lambda one: _is_settled(context, one), entries)]
    if settled or job.period != state:
        job_marks.put(job, state, context.now, {"upto": max(settled, default=upto)})
    return len(settled)


def _is_settled(context: Context, entry: DutyEntry) -> bool:
    return (entry.recorded_at or entry.occurred_at) < context.now - SETTLED


async def _state(context: Context, worded: Sequence[Item], year: int) -> str:
    """What was looked for: another state means to look anew."""
    links = await duty_file_links.state_of_links(context.session)
    told = repr((year, links, sorted(item.mark for item in worded)))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


async def _find(context: Context, entries: Sequence[DutyEntry], worded: Sequence[Item]) -> list[tuple[int, str]]:
    known = kinds.standing(context)
    codes = {entry.representative_code for entry in entries}
    links = await duty_file_links.all_links(context.session, codes)
    names = {code: await names_of(context, links[code]) for code in links}
    kept = await _load_keys(context, entries)
    found: list[tuple[int, str]] = []
    for entry in entries:
        kind = known.get(entry.kind)
        who = names.get(entry.representative_code) if kind is not None and kind.voters else None
        wanted = [item for item in worded if not item.kinds or entry.kind in item.kinds]
        if who is None and not wanted:
            continue
        text = await _text(context, entry)
        found += [(entry.id, one) for one in _marks_in(text, who, wanted)]
    del kept  # held until here: the session forgets rows that nobody holds
    return found


async def _load_keys(context: Context, entries: Sequence[DutyEntry]) -> Sequence[ContentKeyRow]:
    wanted = {entry.key_id for entry in entries}
    return (await context.session.scalars(select(ContentKeyRow).where(ContentKeyRow.id.in_(wanted)))).all()


async def _text(context: Context, entry: DutyEntry) -> str:
    key = await find_key(context.session, context.vault, entry.key_id)
    return key.open_text(entry.summary_sealed) if key else ""


def _marks_in(text: str, who: Names | None, wanted: Iterable[Item]) -> set[str]:
    found = {item.mark for item in wanted if any(word in text for word in item.words)}
    if who is not None:
        for name in who.pattern.findall(text):
            found.update(who.marks[name])
    return found


async def names_of(context: Context, links: Sequence[Link]) -> Names | None:
    """Whom to look for; of two names that begin alike the longer one is found."""
    marks: dict[str, tuple[str, ...]] = {}
    for link in links:
        name = await name_of(context, link)
        if name:
            marks[name] = (*marks.get(name, ()), link_mark(link.id))
    if not marks:
        return None
    longest_first = sorted(marks, key=lambda name: (-len(name), name))
    return Names(re.compile("|".join(map(re.escape, longest_first))), marks)


async def name_of(context: Context, link: Link) -> str:
    """Who somebody keeps contact with; empty where that was erased or they left the roster."""
    if link.kind == REPRESENTATIVE:
        person = context.directory.representatives.get(link.to_code or "")
        return person.name if person else ""
    key = await find_key(context.session, context.vault, link.key_id) if link.key_id else None
    return voters.read(key, link.voter_sealed).name if key else ""
