"""The send budget of a conversation: 5 messages for each of the constituent's, within 48 h (document 94677).

One plan for the pump, which asks whether a row may leave, and for whoever promises something and must know
before it is written down what will become of it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.services.context import Context
from storage import chat_rows
from storage.chat_rows import KEEPS_LAST
from storage.models import Conversation
from storage.outbox import MUST_ARRIVE, Purpose


class Plan(StrEnum):
    """What to do with a row whose turn it is."""

    SEND = "send"
    PARK = "park"
    DROP = "drop"


class Shut(StrEnum):
    """Why nothing, or nothing more, may be said now."""

    PERSON = "person"  # a servicer holds the session, or it waits for one
    ENDED = "ended"  # the session was ended by a person: only the constituent's next message opens one
    WINDOW = "window"  # the 48 hours are over
    BUDGET = "budget"  # the messages of this turn are spent


@dataclass(frozen=True, slots=True)
class Room:
    """What a conversation has left; `owed` messages that may take the last place wait for theirs."""

    messages_left: int
    window_until: datetime | None
    held_by_person: bool
    owed: int = 0
    ended: bool = False


def find_shut(room: Room, now: datetime) -> Shut | None:
    """Why nothing at all may be said; None where only the count matters."""
    if room.held_by_person:
        return Shut.PERSON
    if room.window_until is None or room.window_until <= now:
        return Shut.ENDED if room.ended else Shut.WINDOW
    return None


_DROPPED = {
    Shut.PERSON: "a person holds the session",
    Shut.ENDED: "the session was ended",
    Shut.WINDOW: "the 48 hours are over",
    Shut.BUDGET: "no message is left",
}
KEPT_FOR_ANSWER = "the last message is kept for an answer"


def plan(purpose: Purpose, room: Room, now: datetime) -> tuple[Plan, str]:
    """What must arrive may take the last message and waits where there is none, with a `Shut` as the reason.

    The rest leaves one, and a place for each that waits to arrive, or is dropped.
    """
    shut = find_shut(room, now)
    if shut is None and purpose in KEEPS_LAST and room.messages_left <= 0:
        shut = Shut.BUDGET
    if shut is not None:
        return (Plan.PARK, shut) if purpose in MUST_ARRIVE else (Plan.DROP, _DROPPED[shut])
    if purpose in KEEPS_LAST or room.messages_left - 1 >= max(1, room.owed):
        return Plan.SEND, ""
    return Plan.DROP, KEPT_FOR_ANSWER


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What becomes of something that takes `parts` messages: `goes` leave now, the rest waits because of `shut`."""

    parts: int
    goes: int
    shut: Shut | None

    @property
    def held(self) -> bool:
        """Whether it cannot go out whole now."""
        return self.goes < self.parts


def foresee(parts: int, room: Room, now: datetime) -> Foreseen:
    """For something that must arrive: it comes after what is owed already."""
    shut = find_shut(room, now)
    if shut is not None:
        return Foreseen(parts, 0, shut)
    goes = max(0, min(parts, room.messages_left - room.owed))
    return Foreseen(parts, goes, Shut.BUDGET if goes < parts else None)


async def room_of(context: Context, conversation: Conversation, besides: int | None = None) -> Room:
    """What a conversation has left for a new message, or for the waiting row `besides`."""
    window, last = conversation.window_until, conversation.last_message_at
    span = context.rules.kf_window_hours * 3600
    return Room(
        conversation.budget_left,
        window,
        conversation.human_userid is not None,
        owed=await chat_rows.count_owed(context.session, conversation.id, besides),
        ended=window is not None and last is not None and (window - last).total_seconds() < span,
    )
