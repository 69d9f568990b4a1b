"""What a subject answers when a reminder of it fires: what to say, or that its reason is gone."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.notices.content import Content
from bot.services.context import Context
from storage.models import Case


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is said to one recipient; equal ones to members go out together.

    `task_id` begins the task id of a card: the firing makes it unique, so a tap is told apart by the ids of its
    buttons. `case` is what it speaks of and is sealed with. `urgent` is said in quiet hours too: emergencies alone.
    """

    content: Content
    task_id: str | None = None
    case: Case | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Void:
    """The reason is gone: moved, called off, done, left; `reason` is a short fixed word for the log."""

    reason: str


Answer = Spoken | Void
Kind = Callable[[Context, int, str, str, Sequence[str]], Awaitable[Mapping[str, Answer]]]
"""`speak(context, subject_id, edition, step, recipients)` looks at the world as it is now and answers for each
recipient (`storage.reminders.member` or `.conversation`); one that is left out is void. It writes nothing that
would be wrong when the reminder is held or put off after all, and it may be asked again."""
