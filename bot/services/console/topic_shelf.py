"""The model files of a data folder: the one in use, the one before it, the candidate. No database, no people."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from bot.assignment.topics.model import ModelRefused, TopicModel
from bot.services.models import ModelShelf


class SwitchRefused(Exception):
    """The files are not as the writer saw them, or the file is no model: nothing was changed."""


@dataclass(frozen=True, slots=True)
class TopicFiles:
    """Where the files lie; `in_use` is there only while the office uses a model of its own choice."""

    in_use: Path

    @property
    def candidate(self) -> Path:
        """What training made and nobody uses yet."""
        return self.in_use.with_name("candidate.bin")

    @property
    def previous(self) -> Path:
        """The chosen model before the one in use; missing where that was the configured one."""
        return self.in_use.with_name("previous.bin")


def digest(path: Path) -> str:
    """Of a file's bytes, 16 characters; empty where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except OSError:
        return ""


def find_model(path: Path) -> TopicModel | None:
    """The model of a file, None where there is none or it is damaged."""
    try:
        return TopicModel.load(path.read_bytes())
    except (OSError, ModelRefused):
        return None


def switch(files: TopicFiles, seen: str) -> None:
    """Put the candidate of this digest into use. Raises `SwitchRefused`."""
    if not seen or digest(files.candidate) != seen or find_model(files.candidate) is None:
        raise SwitchRefused
    if files.in_use.exists():
        _copy(files.in_use, files.previous)
    else:
        files.previous.unlink(missing_ok=True)
    files.candidate.replace(files.in_use)


def switch_back(files: TopicFiles, seen: str) -> None:
    """The model before counts again, the one of this digest is the candidate. Raises `SwitchRefused`."""
    if not seen or digest(files.in_use) != seen:
        raise SwitchRefused
    _copy(files.in_use, files.candidate)
    if find_model(files.previous) is not None:
        files.previous.replace(files.in_use)
    else:
        files.in_use.unlink()


def files_of(shelf: ModelShelf) -> TopicFiles | None:
    """The files beside the shelf; None where the process has no data folder."""
    return TopicFiles(shelf.chosen) if shelf.chosen is not None else None


def _copy(from_: Path, to: Path) -> None:
    fresh = to.with_name(to.name + ".new")
    fresh.write_bytes(from_.read_bytes())
    fresh.replace(to)
