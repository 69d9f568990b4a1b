"""提醒: what will be said for one's stations, what was said, wave by wave, and what the night put off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.notices.reminder_desk import ReminderList, audience_of, step_words, title_of
from bot.services.console import calendar, day_desk
from bot.services.console.airing import access as access_live
from bot.services.console.calendar import Subject
from bot.services.context import Context
from bot.services.people import Member
from bot.services.reminders import overview
from storage import reminder_counts
from storage.reminder_counts import WaveCount

_BACK, _AHEAD, _MOST_SUBJECTS = timedelta(days=14), timedelta(days=31), 12
_WAITING = ("waiting", "leased")


@dataclass(slots=True)
class Wave:
    """One step to one kind of people: how many have it, wait for it, wait for their own next message, will not."""

    title: str
    step: str
    audience: str
    at: datetime
    planned_at: datetime | None  # where the night put it off: when it was to be said
    said: int = 0
    waiting: int = 0
    held: int = 0
    failed: int = 0

    def add(self, one: WaveCount) -> None:
        """Count some more of it."""
        if one.state == "sent" and one.left in ("", "sent"):
            self.said += one.count
        elif one.state == "waiting" or (one.state == "sent" and one.left in _WAITING):
            self.waiting += one.count
        elif one.state == "held" or (one.state == "sent" and one.left == "parked"):
            self.held += one.count
        else:
            self.failed += one.count


@dataclass(frozen=True, slots=True)
class RemindersPage:
    """The page; `about` names the one subject that was asked about."""

    about: str
    ahead: ReminderList
    waves: tuple[Wave, ...]


async def look(context: Context, member: Member, about: str) -> RemindersPage | None:
    """Of all that is near, or of one day or session; None where that is not this member's to see."""
    subjects = await _one(context, member, about) if about else await _near(context, member)
    if about and not subjects:
        return None
    names = {one.key: one.title for one in subjects}
    counts = await reminder_counts.by_wave(context.session, list(names))
    planned = await reminder_counts.waves_of(context.session, list(names))
    return RemindersPage(
        about=subjects[0].title if about else "",
        ahead=await overview.show(context, member),
        waves=_waves(counts, planned, names),
    )


async def _near(context: Context, member: Member) -> Sequence[Subject]:
    today = context.local_now.date()
    found = await calendar.subjects(context, member, today - _BACK, today + _AHEAD)
    return sorted(found, key=lambda one: abs((one.on - today).days))[:_MOST_SUBJECTS]


async def _one(context: Context, member: Member, about: str) -> Sequence[Subject]:
    kind, _, number = about.partition(":")
    if kind not in ("day", "live") or not (number.isascii() and number.isdigit() and len(number) <= 18):
        return ()
    if kind == "live":
        session = await access_live(context, member, int(number))
        return [Subject(about, session.title, session.starts_at.date())] if session else ()
    day = await day_desk.access(context, member, int(number))
    return [Subject(about, title_of(about, on_date=day.on_date), day.on_date)] if day else ()


def _waves(
    counts: Sequence[WaveCount],
    planned: dict[tuple[str, str, str], datetime],
    names: dict[str, str],
) -> tuple[Wave, ...]:
    """Counts put together, the newest first; of a day that was moved each edition by itself."""
    found: dict[tuple[str, str, str, str], Wave] = {}
    for one in counts:
        audience = audience_of(one.subject, one.step, one.recipient)
        key = one.subject, one.edition, one.step, audience
        if key not in found:
            first = planned.get((one.subject, one.edition, one.step))
            off = first if first is not None and one.state == "waiting" and one.due_at > first else None
            found[key] = Wave(names[one.subject], step_words(one.step), audience, one.fired_at or one.due_at, off)
        found[key].add(one)
    return tuple(sorted(found.values(), key=lambda wave: wave.at, reverse=True))
