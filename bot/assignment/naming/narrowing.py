"""Telling apart what bears one name: by how near it is to what else is known."""

from collections.abc import Iterable

import numpy as np

from bot.assignment.district.hashing import Numbers, Rows
from bot.assignment.situation import Situation

CHOICES = 6  # buttons that one question may have
_READ = 50  # people of one name whose posts and units are looked for in the text


def nearness(stations: Rows, hints: Iterable[int], situation: Situation) -> Numbers:
    """For each station how near it is to the nearest hint; 0 where they share only the centre."""
    near = np.zeros(len(stations), np.int64)
    for hint in hints:
        np.maximum(near, situation.roster.sites.nearness(stations, hint), out=near)
    return near


def nearest(stations: Rows, hints: Iterable[int], situation: Situation) -> Rows:
    """The places in `stations` of those nearest to the hints; all where nothing is near."""
    near = nearness(stations, hints, situation)
    return np.flatnonzero(near == near.max()).astype(np.int32)


def person(rows: Rows, situation: Situation) -> tuple[int, Rows]:
    """The one of several people that a text can mean, else -1, and those left to choose from.

    Told apart by what the text points to and by the post, unit or speciality that it names; never by where the
    sender was last.
    """
    people = situation.roster.representatives
    refused = situation.inquiry.refused_representatives
    if refused and len(rows) > 1:
        wanted = np.array([row for row in rows.tolist() if people.code(row) not in refused], np.int32)
        rows = wanted if len(wanted) else rows
    if len(rows) > 1:
        rows = rows[nearest(people.homes[rows], situation.hints, situation)]
    if 1 < len(rows) <= _READ:
        told = [row for row in rows.tolist() if _is_told(row, situation)]
        rows = np.array(told, np.int32) if told else rows
    return (int(rows[0]) if len(rows) == 1 else -1), rows


def station(numbers: Rows, situation: Situation) -> int:
    """The one of several stations that the message or, failing that, the sender's last station points to; or -1."""
    numbers = np.unique(numbers)
    if len(numbers) > 1:
        numbers = numbers[nearest(numbers, situation.all_hints(), situation)]
    return int(numbers[0]) if len(numbers) == 1 else -1


def people_to_choose(rows: Rows, situation: Situation) -> tuple[str, ...]:
    """Codes to choose between, the nearest to the sender first; empty where they are too many to show."""
    if len(rows) > CHOICES:
        return ()
    people = situation.roster.representatives
    near = nearness(people.homes[rows], situation.all_hints(), situation).tolist()
    codes = [people.code(row) for row in rows.tolist()]
    return tuple(code for _, code in sorted((-each, code) for each, code in zip(near, codes, strict=True)))


def stations_to_choose(numbers: Rows, situation: Situation) -> tuple[str, ...]:
    """Codes to choose between; empty where they are too many to show."""
    distinct = np.unique(numbers).tolist()
    return (
        tuple(sorted(situation.roster.sites.codes[each] for each in distinct)) if len(distinct) <= CHOICES else ()
    )


def _is_told(row: int, situation: Situation) -> bool:
    who = situation.roster.representatives.person(row)
    return any(len(word) >= 2 and word in situation.text for word in (who.post, who.unit, *who.specialities))
