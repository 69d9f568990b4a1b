"""Which handler answers a message: routers are asked in order, the first that has one decides."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.dispatch.messages import Routed
from bot.notices.content import Content
from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.people import Member
from storage.models import Case
from storage.outbox import Purpose

M = TypeVar("M", bound=Routed)


@dataclass(frozen=True, slots=True)
class Heard(Generic[M]):
    """A message with who said it.

    `begins_burst` when it is the first of several in a row, `was_awaited` when something was held back until it.
    """

    message: M
    caller: Caller | None = None
    member: Member | None = None
    begins_burst: bool = True
    was_awaited: bool = False

    @property
    def by(self) -> Caller:
        """The constituent; only asked for their messages."""
        if self.caller is None:
            raise LookupError("not said by a constituent")
        return self.caller

    @property
    def from_member(self) -> Member:
        """The member; only asked for their messages."""
        if self.member is None:
            raise LookupError("not said by a member")
        return self.member


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler says to whoever wrote; `case` decides the key it is kept under."""

    content: Content
    purpose: Purpose = Purpose.REPLY
    case: Case | None = None
    task_id: str | None = None


Handler = Callable[[Heard[Any], Context], Awaitable[Reply | None]]
Condition = Callable[[Any], bool]


class Router:
    """An ordered list of handlers with the messages each is for."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._routes: dict[type[Any], list[tuple[Condition, Handler]]] = {}

    def on(self, kind: type[M], when: Callable[[M], bool] = lambda _: True) -> Callable[[Handler], Handler]:
        """Register a handler for messages of a kind that fulfil a condition."""

        def register(handler: Handler) -> Handler:
            self._routes.setdefault(kind, []).append((when, handler))
            return handler

        return register

    def find(self, message: Routed) -> Handler | None:
        """The first handler for this message, or None."""
        for when, handler in self._routes.get(type(message), ()):
            if when(message):
                return handler
        return None


def get_handler(routers: Sequence[Router], message: Routed) -> Handler:
    """The one handler that answers; raise LookupError when the fallback is missing."""
    for router in routers:
        if handler := router.find(message):
            return handler
    raise LookupError(type(message).__name__)
