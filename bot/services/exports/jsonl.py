"""Rows as JSON lines."""

from collections.abc import AsyncIterator
from typing import IO

import orjson

from bot.services.exports.duty import DutyRow

_OPTIONS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_OMIT_MICROSECONDS


async def write(rows: AsyncIterator[DutyRow], file: IO[bytes]) -> None:
    """One object a line, in UTF-8; times are ISO 8601 with the offset of their zone."""
    async for row in rows:
        file.write(orjson.dumps(row, option=_OPTIONS))
