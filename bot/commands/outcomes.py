"""What the commands that write a file say where it cannot be written."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.commands.running import refuse
from bot.services.exports.duty import ExportRefused


@contextmanager
def exporting_to(output: str) -> Iterator[None]:
    """What an export refuses, and a file that cannot be written, is one clear line."""
    try:
        yield
    except ExportRefused as refused:
        refuse(refused)
    except OSError as error:
        refuse(f"{output}: {error.strerror}")
