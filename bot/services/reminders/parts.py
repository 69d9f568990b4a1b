"""Whom a wave is for, some at a time: what a subject answers when the next part is written down."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.context import Context
from storage import reminders, subscriptions
from storage.models import ReminderWave
from storage.reminders import PART, Plan

TOLD = "told"  # everyone to whom something was said of an earlier edition
_APART = "\x1f"  # between the parts of a place to go on from


@dataclass(frozen=True, slots=True)
class Part:
    """The next who are to hear it, and where to go on; `after` is None when these were the last."""

    plans: Sequence[Plan]
    after: str | None = None


NOBODY = Part(())
Audience = Callable[[Context, int, ReminderWave], Awaitable[Part]]
"""`list_part(context, subject_id, wave)` lists the next from `wave.after` on, in an order that stays."""


def part_of(
    wave: ReminderWave, recipients: Iterable[str], after: str | None = None, *, due_at: datetime | None = None
) -> Part:
    """The wave's step for these recipients."""
    due = due_at or wave.due_at
    return Part(
        [Plan(wave.subject, wave.edition, wave.step, one, due, wave.useful_until) for one in recipients], after
    )


def part_of_members(wave: ReminderWave, userids: Collection[str]) -> Part:
    """The next of a list that can be made anew each time."""
    named = sorted({reminders.member(userid) for userid in userids})
    ahead = [one for one in named if one > wave.after]
    return part_of(wave, ahead[:PART], ahead[PART - 1] if len(ahead) > PART else None)


async def part_of_subscribers(
    context: Context, wave: ReminderWave, stations: Collection[str], kind: str
) -> tuple[Sequence[int], str | None]:
    """The next conversations that are subscribed to any of these stations, and where to go on."""
    found = await subscriptions.part_of_subscribers(context.session, stations, kind, int(wave.after or 0), PART)
    after = str(found[-1][0]) if len(found) == PART else None
    return list(dict.fromkeys(conversation for _, conversation in found)), after


async def part_of_told(
    context: Context, wave: ReminderWave, *, besides: Collection[str] = ()
) -> tuple[Sequence[str], str | None]:
    """The next who heard of an earlier edition, and where to go on; `besides` are steps that do not count."""
    after = tuple(wave.after.split(_APART)) if wave.after else ()
    found = await reminders.heard_part(context.session, wave.subject, besides=wave.edition, after=after, most=PART)
    heard = dict.fromkeys(recipient for _, step, recipient in found if step not in besides)
    return list(heard), _APART.join(found[-1]) if len(found) == PART else None
