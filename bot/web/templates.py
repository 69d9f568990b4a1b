"""The templates of all pages, each put together once in a process."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Template

from bot.web.static import address_of


@cache
def _environment() -> Environment:
    pages = Environment(loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True)
    pages.globals["static"] = address_of
    return pages


def get_template(name: str) -> Template:
    """A template of `pages/` by its file name; what it is filled with is escaped."""
    return _environment().get_template(name)
