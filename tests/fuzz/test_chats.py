"""Anything at all in the two chats: every message is answered, none is parked, nothing goes wrong inside."""

import json
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.dispatch import messages
from bot.dispatch.messages import Incoming, MemberTapped
from storage import inbox
from storage.inbox import Arrival
from storage.models import InboxRow
from storage.states import InboxState
from tests.fuzz.effort import examples
from tests.fuzz.words import keys, spoken
from tests.support.town import CENTRE, LI, OFFICER, RESIDENT, ZHANG, Town, open_town

MEMBERS = (ZHANG, LI, OFFICER, CENTRE)
KINDS = ("text", "image", "voice", "video", "file", "location", "link", "business_card", "merged_msg", "other")
numbers = count(1)
odd = st.none() | st.booleans() | st.integers(-200, 200) | st.floats(allow_nan=False, allow_infinity=False) | spoken
bodies = st.dictionaries(
    st.sampled_from(
        ["content", "media_id", "latitude", "longitude", "name", "address", "title", "url", "item", "list"]
    ),
    odd | st.lists(odd, max_size=2),
    max_size=6,
)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        await opened.scans(RESIDENT, "rep", "R1")
        await opened.says(RESIDENT, "牡丹园的路灯坏了")
        yield opened


def went_wrong(town: Town) -> list[str]:
    """Errors that were logged, but for pictures that the platform never had and that cannot be passed on."""
    lines = [line for line in town.overheard.lines if json.loads(line)["level"] in ("error", "critical")]
    return [line[-1500:] for line in lines if not json.loads(line).get("error", "").startswith("media/upload")]


async def settles(town: Town, said: object) -> None:
    """Everything is handled at the first try, and no rule of the platform was broken by what followed."""
    await town.settle()
    assert not went_wrong(town), (said, went_wrong(town))
    async with town.bot.database.read() as session:
        assert await inbox.count_waiting(session) == 0, said
        assert not list(await session.scalars(select(InboxRow.id).where(InboxRow.state == InboxState.PARKED))), said
    broken = set(town.sim.violations) - {"bad_media_id"}  # it is asked for what a made-up message named
    assert not broken, (said, town.sim.violations)


async def arrives(town: Town, message: Incoming) -> None:
    """As the doors keep it; for what no phone of the simulator can send."""
    arrival = Arrival(
        source="app",
        key=message.key,
        lane=messages.lane_of(message),
        body_sealed=town.bot.office.vault.seal(messages.dump(message)),
        received_at=town.clock.now(),
    )
    async with town.bot.database.begin() as session:
        await inbox.add_all(session, [arrival])


@given(st.lists(spoken, min_size=5, max_size=5))
@examples(2, shrinks=False)
async def test_whatever_somebody_new_writes_is_answered(town: Town, texts: list[str]) -> None:
    people = {f"wmNew{next(numbers)}": text for text in texts}
    for person, text in people.items():
        town.sim.add_constituent(person, "某某")
        await town.sim.says(person, text)
    await settles(town, texts)
    assert [text for person, text in people.items() if not town.heard(person)] == []
    await town.passes(minutes=2)


@given(st.lists(st.tuples(spoken, st.none() | keys), min_size=4, max_size=4))
@examples(2, shrinks=False)
async def test_whatever_somebody_known_writes_or_taps_breaks_nothing(
    town: Town, lines: list[tuple[str, str | None]]
) -> None:
    """Word after word of one person, who need not hear of each that it is kept, and items of no menu."""
    for text, key in lines:
        await town.sim.says(RESIDENT, text, menu_id=key)
        await settles(town, (text, key))
    await town.passes(minutes=30)


@given(st.lists(st.tuples(st.sampled_from(MEMBERS), spoken), min_size=6, max_size=6))
@examples(3, shrinks=False)
async def test_whatever_a_member_writes_is_answered(town: Town, lines: list[tuple[str, str]]) -> None:
    for member, text in lines:
        before = len(town.member_heard(member))
        await town.sim.member_says(member, text)
        await settles(town, (member, text))
        assert len(town.member_heard(member)) > before, (member, text)
    await town.passes(minutes=3)


@given(
    st.lists(
        st.tuples(st.sampled_from(MEMBERS), keys, st.sampled_from(["", "case-1-1", "x"])), min_size=8, max_size=8
    )
)
@examples(2, shrinks=False)
async def test_whatever_button_is_tapped_breaks_nothing(town: Town, taps: list[tuple[str, str, str]]) -> None:
    """Keys that no card of ours has, as whoever knew the callback's secrets could forge them."""
    for member, key, task_id in taps:
        await arrives(town, MemberTapped(f"t{next(numbers)}", member, task_id, key, "", town.clock.now()))
    await settles(town, taps)
    await town.passes(minutes=3)


@given(st.lists(st.tuples(st.sampled_from(KINDS), bodies), min_size=5, max_size=5))
@examples(2, shrinks=False)
async def test_whatever_kind_of_message_somebody_new_sends_is_answered(
    town: Town, sent: list[tuple[str, dict[str, object]]]
) -> None:
    people = {f"wmKind{next(numbers)}": one for one in sent}
    for person, (kind, body) in people.items():
        town.sim.add_constituent(person, "某某")
        await town.sim.sends_other(person, kind, body)
    await settles(town, sent)
    assert [one for person, one in people.items() if not town.heard(person)] == []
    await town.passes(minutes=2)
