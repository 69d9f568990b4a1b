"""Notices of the duty file."""

from collections.abc import Iterator
from typing import Any

from bot.notices import duty_file

MODULES = (duty_file,)


def notices(station: str, representative: str, words: str, number: str, url: str) -> Iterator[Any]:
    yield duty_file.PaperLost("图片")
