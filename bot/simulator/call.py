"""One API call as an endpoint sees it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aiohttp import web

from bot.simulator import codes
from bot.simulator.codes import ApiError
from bot.simulator.faults import Misfortune
from bot.simulator.state import World

Answer = Mapping[str, Any]


@dataclass(slots=True)
class Upload:
    """The `media` part of a multipart request."""

    filename: str
    content: bytes


@dataclass(slots=True)
class Call:
    """What came in, what befalls it, and what the trace is to say about it."""

    api: str
    query: Mapping[str, str]
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    upload: Upload | None = None
    fate: Misfortune = field(default_factory=Misfortune)
    who: str = ""
    sentence: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    def note(self, who: str, sentence: str, **facts: Any) -> None:
        """What the trace says if the call succeeds."""
        self.who, self.sentence = who, sentence
        self.facts.update(facts)

    def text(self, name: str) -> str:
        """A string parameter of the body; ApiError 40058 where it is missing or no string."""
        value = self.body.get(name)
        if not isinstance(value, str) or not value:
            raise ApiError(codes.BAD_PARAMETER, f"missing or invalid parameter: {name}")
        return value

    def part(self, name: str) -> Mapping[str, Any]:
        """An object of the body; ApiError 40058 where it is missing or no object."""
        value = self.body.get(name)
        if not isinstance(value, Mapping):
            raise ApiError(codes.BAD_PARAMETER, f"missing or invalid parameter: {name}")
        return value

    def integer(self, name: str, default: int) -> int:
        value = self.body.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ApiError(codes.BAD_PARAMETER, f"invalid parameter: {name}")
        return value


class Endpoint(NamedTuple):
    """A function behind `/cgi-bin/<api>`; `needs` is the HTTP method, `title` its plain name in the trace."""

    needs: str
    handle: Callable[[World, Call], Answer | web.Response]
    title: str
