"""What a town's people wrote must not turn up in anything the program writes but its sealed storage.

Every town is watched: the log as production writes it, at DEBUG; the text of /metrics; the bytes of the database as
they lie on the disk. A secret is a run of five Chinese characters, or a number of seven digits and more, of what a
constituent wrote, or what they are called. What the district itself makes public, such as a station's name and
telephone, is none.
"""

import logging
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from bot.simulator.world import Simulator
from bot.web.metrics import Metrics
from config.logs import JsonLines
from storage.database import Database
from storage.models import Grid, Place, Region, Representative, StaffMember, Station

RUN = 5
METRICS_OF_EACH = 8  # towns, of which one is asked for its metrics: their labels are words of ours
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_NUMBER = re.compile(r"(?<![\dA-Za-z])\d[\d-]{5,}[\dXx](?![\dA-Za-z])")
_CASE = re.compile(r"20\d\d-\d{6}")
_ROOMS = ("bot", "storage", "config", "aiohttp", "asyncio", "wechatpy")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What nobody else may read."""

    runs: frozenset[str]
    samples: frozenset[str]  # runs that do not overlap
    numbers: frozenset[str]
    names: frozenset[str]

    def found_in(self, written: str) -> list[str]:
        """Which of them a text gives away."""
        found = {piece for run in _CHINESE.findall(written) for piece in _pieces(run)} & self.runs
        found |= {number for number in self.numbers if number in written}
        return sorted(found | {name for name in self.names if name in written})

    def found_in_bytes(self, raw: bytes) -> list[str]:
        """Whole texts in bytes, in UTF-8 or as JSON escapes them: by each fifth of their runs, for speed."""
        looked_for = self.samples | self.numbers
        return sorted(one for one in looked_for if one.encode() in raw or one.encode("unicode_escape") in raw)


def _pieces(run: str) -> Iterator[str]:
    return (run[at : at + RUN] for at in range(len(run) - RUN + 1))


def secrets_of(said: Iterable[str], names: Iterable[str] = (), public: str = "") -> Secrets:
    """What is secret about these texts and these people's names."""
    texts = list(said)
    written = [run for text in texts for run in _CHINESE.findall(text)]
    runs = {piece for run in written for piece in _pieces(run)}
    samples = {run[at : at + RUN] for run in written for at in range(0, len(run) - RUN + 1, RUN)}
    numbers = {number for text in texts for number in _NUMBER.findall(text) if not _CASE.fullmatch(number)}
    kept = ({one for one in group if one not in public} for group in (runs, samples, numbers, set(names)))
    return Secrets(*map(frozenset, kept))


class Listener(logging.Handler):
    """Keeps each log line as it would be written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def listening_to_logs() -> Iterator[Listener]:
    """Every line of every room, down to DEBUG, until the end of the block."""
    listener = Listener()
    loggers = [logging.getLogger(name) for name in _ROOMS]
    levels = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.DEBUG)
    logging.getLogger().addHandler(listener)
    try:
        yield listener
    finally:
        logging.getLogger().removeHandler(listener)
        for one, level in zip(loggers, levels, strict=True):
            one.setLevel(level)


def secrets_in(sim: Simulator, public: str = "") -> Secrets:
    """What the constituents of a simulator wrote, and what they are called."""
    people = sim.world.constituents.values()
    said = [line.text for one in people for line in one.chat if line.who == "me" and line.kind != "enter"]
    return secrets_of(said, [one.nickname for one in people], public)


async def public_words(database: Database) -> str:
    """What the district tells everybody: its regions, stations, places and people, as far as they are named."""
    columns = (
        *(Region.name, Station.name, Station.address, Station.phone, Place.name, Grid.name),
        *(Representative.name, Representative.phone, Representative.unit, StaffMember.name),
    )
    async with database.read() as session:
        return " ".join([str(one) for column in columns for one in await session.scalars(select(column))])


class Overheard:
    """Everything that a town's bot wrote down, and what of it should not be there."""

    def __init__(self, sim: Simulator, listener: Listener, database: Database, metrics: Metrics) -> None:
        self._sim = sim
        self._listener = listener
        self._database = database
        self._metrics = metrics
        self._folder = database.path.parent.name if database.path else ""

    @property
    def lines(self) -> list[str]:
        """What was logged so far, as production writes it."""
        return self._listener.lines

    async def leaks(self, printed: str = "") -> list[str]:
        """Where something private was written down, and what; empty when all is well."""
        secrets = secrets_in(self._sim, await public_words(self._database))
        written = {"log": "\n".join(self._listener.lines), "printed": printed}
        if zlib.crc32(self._folder.encode()) % METRICS_OF_EACH == 0:
            written["metrics"] = (await self._metrics.render()).decode()
        found = [f"{where}: {one}" for where, text in written.items() for one in secrets.found_in(text)]
        return found + [f"{path.name}: {one}" for path, one in _on_disk(self._database.path, secrets)]


def _on_disk(path: Path | None, secrets: Secrets) -> Iterator[tuple[Path, str]]:
    """A SQLite file and its write-ahead log; a server's files are not ours to open."""
    for file in (path, path.with_name(f"{path.name}-wal")) if path is not None else ():
        if file.is_file():
            yield from ((file, one) for one in secrets.found_in_bytes(file.read_bytes()))
