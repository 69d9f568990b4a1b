"""The templates of all pages, each put together once in a process.

What is filled in is escaped, and marks that turn the direction of a line are left out of it: somebody's words must
not rearrange the words beside them. Arabic and Uyghur need no such marks, they have a direction by themselves.
"""

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Template

from bot.notices.words import whole_day
from bot.web.static import address_of

_TURNING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]")


def _tame(value: object) -> object:
    """Text without marks that turn a line, and without controls that no page can hold; markup stays markup."""
    if not isinstance(value, str) or not _TURNING.search(value):
        return value
    return type(value)(_TURNING.sub("", value))


@cache
def _environment() -> Environment:
    pages = Environment(loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, finalize=_tame)
    pages.globals["static"] = address_of
    pages.filters["day"] = whole_day
    return pages


def get_template(name: str) -> Template:
    """A template of `pages/` by its file name; what it is filled with is escaped."""
    return _environment().get_template(name)
