"""The topic model in use: read once, and anew when its file was replaced; an office can switch at any time."""

import logging
from pathlib import Path

from bot.assignment.topics.model import ModelRefused, TopicModel

log = logging.getLogger(__name__)


class ModelShelf:
    """Hands out the model of a file. A file that cannot be read leaves the one before in use.

    `chosen` is the file that the page puts into use; while it is there it goes before `path`. Every process
    looks at the files' times, so that a switch in one is noticed by all with the next message.
    """

    def __init__(self, path: Path, chosen: Path | None = None) -> None:
        self.path, self.chosen = path, chosen
        self._seen: tuple[Path, int, int] | None = (path, 0, 0)
        self._model: TopicModel | None = None

    @property
    def current(self) -> Path:
        """The file that counts now."""
        return self.chosen if self.chosen is not None and self.chosen.exists() else self.path

    def get(self) -> TopicModel | None:
        """The model as of the file's last change; None while there has never been a good one."""
        seen = self._stamp(self.chosen) or self._stamp(self.path)
        if seen != self._seen:
            self._seen = seen
            self._read()
        return self._model

    def _stamp(self, path: Path | None) -> tuple[Path, int, int] | None:
        try:
            found = path.stat() if path is not None else None
        except OSError:
            return None
        return (path, found.st_mtime_ns, found.st_size) if path is not None and found is not None else None

    def _read(self) -> None:
        """The file that counts; where it is damaged and nothing was in use yet, the one that it went before."""
        self._take(self.current)
        if self._model is None and self.current != self.path:
            self._take(self.path)

    def _take(self, path: Path) -> None:
        try:
            self._model = TopicModel.load(path.read_bytes())
            log.info("topic model read")
        except (OSError, ModelRefused) as error:
            log.error("topic model cannot be read", extra={"error": type(error).__name__})  # noqa: TRY400
