"""A clock that can be set while a process runs: so many seconds beside the machine's, as a file says."""

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import SystemClock

_SECONDS = struct.Struct("<d")


def set_clock(path: Path, seconds: float) -> None:
    """From now on whoever reads this file's clock is so many seconds ahead of the machine."""
    if not path.exists():
        path.write_bytes(_SECONDS.pack(0.0))
    with path.open("r+b") as file:
        file.write(_SECONDS.pack(seconds))


class JumpingClock(SystemClock):
    """What `serve` is handed instead of the machine's clock; only the bot reads it, WeCom has its own."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._offset = mmap.mmap(file.fileno(), _SECONDS.size, access=mmap.ACCESS_READ)

    def now(self) -> datetime:
        """The machine's instant, and the jump."""
        return datetime.now(UTC) + timedelta(seconds=_SECONDS.unpack(self._offset)[0])
