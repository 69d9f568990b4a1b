"""The templates of all pages, each put together once in a process, when it is first filled in.

What is filled in is escaped, and marks that turn the direction of a line are left out of it: somebody's words must
not rearrange the words beside them. Arabic and Uyghur need no such marks, they have a direction by themselves.
"""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.notices.words import whole_day
from bot.web.static import address_of

if TYPE_CHECKING:
    from jinja2 import Environment

_TURNING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]")


def _tame(value: object) -> object:
    """Text without marks that turn a line, and without controls that no page can hold; markup stays markup."""
    if not isinstance(value, str) or not _TURNING.search(value):
        return value
    return type(value)(_TURNING.sub("", value))


class Page:
    """A template of `pages/`; what it is filled with is escaped."""

    def __init__(self, name: str) -> None:
        self._name = name

    def render(self, **facts: object) -> str:
        """The page with these facts in it."""
        return _environment().get_template(self._name).render(facts)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader  # 60 ms of a start with the pages, which no message needs

    pages = Environment(loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, finalize=_tame)
    pages.globals["static"] = address_of
    pages.filters["day"] = whole_day
    return pages


def get_template(name: str) -> Page:
    """The template of this file name."""
    return Page(name)
