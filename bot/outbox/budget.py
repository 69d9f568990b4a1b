"""The send budget of a conversation: 5 messages for each of the constituent's, within 48 h (document 94677)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.outbox import MUST_ARRIVE, Purpose

KEEPS_LAST = frozenset({*MUST_ARRIVE, Purpose.URGENT})


class Plan(StrEnum):
    """What to do with a row whose turn it is."""

    SEND = "send"
    PARK = "park"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Room:
    """What a conversation has left."""

    messages_left: int
    window_until: datetime | None
    held_by_person: bool


def plan(purpose: Purpose, room: Room, now: datetime) -> tuple[Plan, str]:
    """An answer may take the last message and waits where there is none; the rest leaves one and is dropped."""
    closed = room.window_until is None or room.window_until <= now
    keeps = purpose in KEEPS_LAST
    parks = purpose in MUST_ARRIVE
    if room.held_by_person:
        return (Plan.PARK, "人工客服正在接待") if parks else (Plan.DROP, "a person holds the session")
    if closed:
        return (Plan.PARK, "对方超过 48 小时没有来信") if parks else (Plan.DROP, "the 48 hours are over")
    if keeps:
        if room.messages_left > 0:
            return Plan.SEND, ""
        return (Plan.PARK, "连续发送的条数到了上限") if parks else (Plan.DROP, "no message is left")
    return (Plan.SEND, "") if room.messages_left > 1 else (Plan.DROP, "the last message is kept for an answer")
