"""`verify` knows the lists of notices and the two people who stand for each."""

from collections.abc import Callable

import pytest

from bot.notices.broadcast import Wording
from bot.services.broadcasts import approving, writing
from bot.services.context import Context
from bot.services.verification import find_violations
from storage import recipients
from storage.models import Broadcast
from storage.states import BroadcastState, RecipientState


async def approved(context: Context) -> Broadcast:
    broadcast = await writing.begin(context, "off.one", Wording("明天开会"), audience="representatives")
    hearers = await approving.hearers_of(context, broadcast)
    await approving.submit(context, broadcast, hearers)
    await approving.approve(context, broadcast, "centre.one", hearers)
    await context.session.flush()
    return broadcast


async def found(context: Context) -> list[str]:
    return [f"{one.where}: {one.what}" async for one in find_violations(context.session)]


async def test_a_notice_that_waits_to_be_sent_breaks_nothing(context: Context) -> None:
    await approved(context)
    assert await found(context) == []


def grow(broadcast: Broadcast) -> None:
    broadcast.size = 5


def end(broadcast: Broadcast) -> None:
    broadcast.state = BroadcastState.SENT


def stand_alone(broadcast: Broadcast) -> None:
    broadcast.reviewer_userid = "OFF.one"


def lose(broadcast: Broadcast) -> None:
    broadcast.reviewer_userid = None


@pytest.mark.parametrize(
    ("harm", "what"),
    [
        (grow, "its list is not the one that was agreed to"),
        (end, "is said to be sent and a recipient still waits"),
        (stand_alone, "was approved and no second person stands for it"),
        (lose, "was approved and no second person stands for it"),
    ],
)
async def test_what_must_not_be_is_told(context: Context, harm: Callable[[Broadcast], None], what: str) -> None:
    broadcast = await approved(context)
    harm(broadcast)
    await context.session.flush()
    assert await found(context) == [f"notice {broadcast.id}: {what}"]


async def test_a_notice_that_everyone_has_breaks_nothing(context: Context) -> None:
    broadcast = await approved(context)
    await recipients.move_waiting(
        context.session, broadcast.id, RecipientState.SENT, context.now, reason="", written=True
    )
    end(broadcast)
    await context.session.flush()
    assert await found(context) == []
