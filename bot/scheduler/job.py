"""What a job is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.services.context import Context


@dataclass(frozen=True, slots=True)
class Job:
    """Run every so many seconds in a commit of its own; returns how much it found to do.

    One with `again` does a small part of its work at each run, and runs until it finds nothing to do.
    """

    name: str
    every_seconds: float
    run: Callable[[Context], Awaitable[int]]
    again: bool = False
