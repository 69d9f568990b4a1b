"""The readable trace: every API call, callback and step of a person, one Chinese sentence each."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.clock import Clock
from bot.simulator.chat import Pulse

Direction = Literal["person", "callback", "api", "bot"]
DIRECTIONS = ("person", "callback", "api", "bot")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a `person` did something, WeCom made a `callback`, the bot called an `api` or thought."""

    revision: int
    at: datetime
    direction: Direction
    what: str
    who: str
    sentence: str
    errcode: int = 0
    milliseconds: float = 0.0
    facts: Mapping[str, Any] = field(default_factory=dict)


class Trace:
    """The last steps, and counters that are never cut."""

    def __init__(self, clock: Clock, pulse: Pulse, size: int) -> None:
        self._clock = clock
        self._pulse = pulse
        self.steps: deque[Step] = deque(maxlen=size)
        self.calls: Counter[tuple[str, int]] = Counter()
        self.callbacks: Counter[str] = Counter()
        self.violations: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()

    def add(
        self,
        direction: Direction,
        what: str,
        who: str,
        sentence: str,
        *,
        at: datetime | None = None,
        errcode: int = 0,
        milliseconds: float = 0.0,
        facts: Mapping[str, Any] | None = None,
    ) -> Step:
        revision = self._pulse.beat()
        step = Step(
            revision=revision,
            at=at or self._clock.now(),
            direction=direction,
            what=what,
            who=who,
            sentence=sentence,
            errcode=errcode,
            milliseconds=milliseconds,
            facts=facts or {},
        )
        self.steps.append(step)
        return step

    def since(self, revision: int) -> list[Step]:
        """Steps after `revision`, oldest first."""
        newer: list[Step] = []
        for step in reversed(self.steps):
            if step.revision <= revision:
                break
            newer.append(step)
        return newer[::-1]
