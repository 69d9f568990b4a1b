"""What a person sees on the phone: lines in a chat, with the revision at which each last changed."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

Who = Literal["me", "bot", "person"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chat.

    `who` is seen from the phone's owner: `me`, the `bot`, or a human servicer (`person`).
    `kind` is WeCom's msgtype, or `enter` for the moment a code was scanned.
    `text` is everything that can be read on it, menus and cards included.
    `state` is `sent` (own line), `delivered`, `updated` (a card that changed), `failed` or `recalled`.
    `extra` holds what some kinds need: location, link, file name, articles.
    """

    id: str
    at: datetime
    who: Who
    kind: str
    text: str
    state: str
    menu: Mapping[str, Any] | None = None
    card: Mapping[str, Any] | None = None
    media_id: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


class Pulse:
    """The world's revision number; every visible change raises it and wakes who waits for one."""

    def __init__(self) -> None:
        self.revision = 0
        self._changed = asyncio.Event()
        self._closed = False

    def beat(self) -> int:
        self.revision += 1
        self._changed.set()
        return self.revision

    async def wait_beyond(self, revision: int, seconds: float) -> None:
        """Return when something is newer than `revision`, after `seconds`, or at `close()`."""
        if self.revision > revision or self._closed:
            return
        self._changed.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return

    def open(self) -> None:
        self._closed = False

    def close(self) -> None:
        self._closed = True
        self._changed.set()


class Chat:
    """The lines of one chat, in order, found by id, and the newest changes first."""

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self._lines: list[Line] = []
        self._revisions: list[int] = []
        self._places: dict[str, int] = {}
        self.revision = 0
        self.unread = 0

    def __iter__(self) -> Iterator[Line]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, line: Line) -> Line:
        self._places[line.id] = len(self._lines)
        self._lines.append(line)
        self._revisions.append(self._touch())
        self.unread += line.who != "me"
        return line

    def find(self, line_id: str) -> Line | None:
        place = self._places.get(line_id)
        return None if place is None else self._lines[place]

    def change(self, line_id: str, **changes: Any) -> Line:
        """Replace fields of a line; KeyError where there is none."""
        place = self._places[line_id]
        self._lines[place] = replace(self._lines[place], **changes)
        self._revisions[place] = self._touch()
        return self._lines[place]

    def since(self, revision: int) -> list[Line]:
        """Lines that are new or changed after `revision`."""
        if self.revision <= revision:
            return []
        return [line for line, changed in zip(self._lines, self._revisions, strict=True) if changed > revision]

    def _touch(self) -> int:
        self.revision = self._pulse.beat()
        return self.revision
