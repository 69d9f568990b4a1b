"""Rules that read whom a text calls: by full name, nearly so, or by what they do."""

from collections.abc import Iterable

import numpy as np

from bot.assignment.district.book import Mention
from bot.assignment.district.hashing import Rows
from bot.assignment.inquiry import Reason
from bot.assignment.naming import calls, narrowing
from bot.assignment.naming.calls import Description
from bot.assignment.situation import Finding, Situation

_BRANCH = 5_000  # people of one branch that a description is compared with
_HINTS = 4  # stations that one short name is taken for at most
_WHOLE = 20_000  # where a roster is larger, a description needs a place to start from


def to(row: int, reason: Reason, situation: Situation, *further: Reason) -> Finding:
    """To this representative, or past them to their station."""
    people = situation.roster.representatives
    station, code = int(people.homes[row]), people.code(row)
    passed = situation.passed_over(code)
    if passed:
        return Finding((reason, *further, passed), station=station)
    return Finding((reason, *further), station=station, representative=code)


def named(situation: Situation) -> Finding | None:
    """A representative called by name; two of one name are told apart by place or post or asked, never guessed."""
    called = situation.called()
    asked: list[tuple[Mention, Rows]] = []
    for mention in called:
        row, left = narrowing.person(mention.people, situation)
        if row >= 0:
            return to(row, Reason("representative_named", mention.name), situation)
        asked.append((mention, left))
    if not called:
        return _nearly_named(situation)
    name, rows = asked[0][0].name, asked[0][1]
    return _ask_which(Reason("same_name", name), rows, situation)


def described(situation: Situation) -> Finding | None:
    """A representative told by surname, post, unit, trade or speciality, among those who are near."""
    if situation.called():
        return None
    text, people = situation.reading.text, situation.roster.representatives
    if "代表" not in text:
        return None
    named = [mention for mention in situation.mentions if len(mention.places) or len(mention.stations)]
    shorts = [short for short in _short_places(situation) if all(short.start != each.start for each in named)]
    description = calls.describe(text, people.has_surname, [mention.end for mention in (*named, *shorts)])
    if description is None:
        return None
    hints = situation.all_hints() if not shorts or situation.hints else _stations_of(shorts, situation)
    for pool in _pools(hints, situation):
        rows = _fitting(pool, description, situation)
        if len(rows) == 1:
            return to(int(rows[0]), Reason("representative_described", description.phrase), situation)
        if len(rows):
            return _ask_which(Reason("several_fit", description.phrase), rows, situation)
    return Finding((Reason("nobody_fits", description.phrase),)) if description.sure else None


def _nearly_named(situation: Situation) -> Finding | None:
    text = situation.reading.text
    windows = calls.likely_names(text)
    if not windows:
        return None
    places = [mention for mention in situation.mentions if len(mention.places)]
    book = situation.roster.names
    found = [
        slip
        for slip in book.find_people_nearly(situation.reading, windows)
        if all(slip.end <= place.start or place.end <= slip.start for place in places)
        and (calls.is_bounded(text, slip.start) or (slip.cost == 0 and len(slip.name) > 2))
        and (slip.written[0] == slip.name[0] or calls.is_addressed(text, slip.end))
    ]
    if not found:
        return None
    written = found[0].written
    meant = [slip for slip in found if (slip.cost, slip.end) == (found[0].cost, found[0].end)]
    row, left = narrowing.person(book.people_of(meant), situation)
    if row < 0:
        return _ask_which(Reason("same_name", written), left, situation)
    name = situation.roster.representatives.person(row).name
    return to(row, Reason("representative_named", name), situation, Reason("name_spelling", written))


def _ask_which(reason: Reason, rows: Rows, situation: Situation) -> Finding:
    """Which of several; until it is said the station above them all keeps it, unless that is the centre."""
    sites = situation.roster.sites
    common = sites.common(situation.roster.representatives.homes[rows].tolist())
    return Finding(
        (reason,),
        station=-1 if common == sites.centre else common,
        ask="which_representative",
        choices=narrowing.people_to_choose(rows, situation),
        on_duty_only=True,
    )


def _short_places(situation: Situation) -> list[Mention]:
    """Places in their short form, where they say whom is meant."""
    text = situation.reading.text
    shorts = [short for short in situation.shorts if calls.leads_to_representative(text, short.end)]
    return [situation.roster.names.lengthened(short) for short in shorts]


def _stations_of(shorts: list[Mention], situation: Situation) -> frozenset[int]:
    book = situation.roster.names
    numbers = {number for short in shorts for number in book.place_stations[short.places].tolist() if number >= 0}
    return frozenset(sorted(numbers)[:_HINTS])


def _pools(hints: frozenset[int], situation: Situation) -> Iterable[Rows]:
    """People in ever wider circles around what is known, and everyone where they are few."""
    roster = situation.roster
    people, sites = roster.representatives, roster.sites
    for hint in sorted(hints):
        for number in sites.line(hint):
            if number == sites.centre and len(people) > _BRANCH:
                break
            if people.branch_size(number, sites.last(number)) > _BRANCH:
                break
            yield people.of_branch(number, sites.last(number))
    if len(people) <= _WHOLE:
        yield np.arange(len(people), dtype=np.int32)


def _fitting(rows: Rows, description: Description, situation: Situation) -> Rows:
    people = situation.roster.representatives
    if description.surname:
        rows = people.with_surname(rows, description.surname)
    if not description.word:
        return rows
    return np.array([row for row in rows.tolist() if description.fits(people.person(row))], np.int32)
