"""The ways of staff on a telephone: five at once, and never without the one that somebody is on."""

import pytest

from bot.services.directory import StaffEntry
from bot.services.people import Member
from bot.services.visiting import Visitor
from bot.web.console.frame import NEAR, WAYS, here_of, near_of, ways_of

ROLES = ("officer", "lead", "town", "centre", "admin", "auditor", "media")


def visitor(role: str) -> Visitor:
    member = Member("somebody", None, StaffEntry("somebody", "某某", role, "QQ1"))
    return Visitor(member, frozenset({role}), "", "")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", [path for path, _ in WAYS])
def test_a_telephone_shows_five_ways_at_most_and_always_where_one_is(role: str, path: str) -> None:
    who = visitor(role)
    theirs = {way for way, _ in ways_of(who)}
    near = near_of(who, path)
    assert near <= theirs
    assert len(near) == min(NEAR, len(theirs))
    assert "/console" in near or len(theirs) > NEAR
    if path in theirs:
        assert path in near


def test_a_page_of_a_person_is_within_people_and_places() -> None:
    assert here_of("/console/people/R1").startswith("/console/places")
    assert "/console/places" in near_of(visitor("centre"), "/console/people/R1")
