"""A small world of meetings that remind people: a kind of reminder for tests, planned through the real storage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from bot.calendars.ladders import parse_ladder
from bot.notices.content import Content, Text
from bot.scheduler.job import Job
from bot.services.context import Context
from bot.services.reminders import firing
from bot.services.reminders.said import Answer, Kind, Spoken, Void
from storage import reminders
from storage.reminders import Plan

LADDER = parse_ladder(
    ["three_days T-3d@09:00", "day_before T-1d@18:00", "hour_before T-1h", "minutes_before T-10m"]
)


def edition_of(starts_at: datetime) -> str:
    return f"{starts_at:%Y%m%dT%H%M}"


@dataclass
class Meetings:
    """What stands in the calendar; `starts` is None where it was called off."""

    starts: dict[int, datetime | None] = field(default_factory=dict)
    breaks: set[int] = field(default_factory=set)
    urgent: bool = False

    @property
    def kinds(self) -> Mapping[str, Kind]:
        return {"meeting": self.speak}

    @property
    def job(self) -> Job:
        return Job("fire reminders", 1.0, partial(firing.fire, kinds=self.kinds), again=True)

    def stands(self, number: int, edition: str) -> bool:
        starts = self.starts.get(number)
        return starts is not None and edition_of(starts) == edition

    async def speak(
        self, context: Context, number: int, edition: str, step: str, recipients: Sequence[str]
    ) -> Mapping[str, Answer]:
        if number in self.breaks:
            raise RuntimeError("this meeting cannot be read")
        if not self.stands(number, edition):
            return dict.fromkeys(recipients, Void("moved or called off"))
        return {who: Spoken(self.words(number, edition, step), urgent=self.urgent) for who in recipients}

    def words(self, number: int, edition: str, step: str) -> Content:
        return Text(f"会议 {number} {edition} {step}")

    async def plan(
        self, context: Context, number: int, starts_at: datetime | None, recipients: Sequence[str]
    ) -> dict[tuple[str, str], tuple[datetime, datetime]]:
        """Put it there, move it or call it off; returns (step, edition) with when it is due and useful."""
        self.starts[number] = starts_at
        subject = f"meeting:{number}"
        edition = edition_of(starts_at) if starts_at else None
        await reminders.void(context.session, subject, keep_edition=edition, reason="moved")
        if starts_at is None or edition is None:
            return {}
        due = context.calendar.due(LADDER, starts_at)
        plans = [
            Plan(subject, edition, one.step.name, who, one.due_at, one.useful_until)
            for one in due
            for who in recipients
        ]
        await reminders.add_all(context.session, plans, context.now)
        return {(one.step.name, edition): (one.due_at, one.useful_until) for one in due}
