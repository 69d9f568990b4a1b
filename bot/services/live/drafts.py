"""A session as an officer writes it down in the chat."""

import re
from dataclasses import dataclass

from bot.services.live.planning import LiveRefused

_LINK = re.compile(r"\S*://\S+")
_HOSTS = re.compile(r"(?:^|\s)代表[:：]?\s*([\w、，,]+)")
_MINUTES = re.compile(r"(?:^|\s)(\d{2,3})\s*分钟")
_USUAL_MINUTES = 60
TITLE_LENGTH = 40  # characters
_SHORTEST, _LONGEST = 5, 24 * 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was written after date and time."""

    title: str
    hosts: tuple[str, ...] = ()
    link: str = ""
    minutes: int = _USUAL_MINUTES


def parse_draft(words: str) -> Wanted:
    """`主题 代表甲、乙 https://… 90分钟`, the last three in any order.

    Raises `LiveRefused` where no title is left, or there are two addresses.
    """
    links = _LINK.findall(words)
    if len(links) > 1:
        raise LiveRefused("one_platform")
    rest = _LINK.sub(" ", words)
    minutes = _MINUTES.search(rest)
    rest = _MINUTES.sub(" ", rest)
    hosts = next(reversed(list(_HOSTS.finditer(rest))), None)  # a title may begin with 代表 as well
    named = rest[: hosts.start()] + rest[hosts.end() :] if hosts else rest
    title = re.sub(r"\s+", " ", named).strip(" ，,。")
    if not title:
        raise LiveRefused("no_draft")
    names = tuple(name for name in re.split(r"[、，,]", hosts[1]) if name) if hosts else ()
    length = int(minutes[1]) if minutes else _USUAL_MINUTES
    return Wanted(title[:TITLE_LENGTH], names, links[0] if links else "", min(max(length, _SHORTEST), _LONGEST))
