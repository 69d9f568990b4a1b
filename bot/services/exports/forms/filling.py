"""Filling in a template: the document is written as it is made, so it may be as long as the record."""

import zipfile
from collections.abc import Mapping
from typing import IO, Any

from bot.services.exports.forms.templates import Checked, Part, fixed

_BUFFER = 1 << 16  # characters


async def fill(template: Checked, values: Mapping[str, Any], file: IO[bytes]) -> None:
    """Write the document; `values` are those of the form's shape, lists of it may be asynchronous streams."""
    with zipfile.ZipFile(file, "w") as package:
        for part in template.parts:
            if part.fill is None:
                package.writestr(fixed(part.name), part.content)
            else:
                await _fill_part(package, part, values)


async def _fill_part(package: zipfile.ZipFile, part: Part, values: Mapping[str, Any]) -> None:
    assert part.fill is not None  # noqa: S101  for the type
    with package.open(fixed(part.name), "w", force_zip64=True) as member:
        member.write(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n')
        held: list[str] = []
        size = 0
        async for piece in part.fill.generate_async(**values):
            held.append(piece)
            size += len(piece)
            if size >= _BUFFER:
                member.write("".join(held).encode())
                held, size = [], 0
        member.write("".join(held).encode())
