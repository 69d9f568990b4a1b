"""The topic model in use: read once, and anew when its file was replaced; an office can switch at any time."""

import logging
from pathlib import Path

from bot.assignment.topics.model import ModelRefused, TopicModel

log = logging.getLogger(__name__)


class ModelShelf:
    """Hands out the model of a file. A file that cannot be read leaves the one before in use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = (0, 0)
        self._model: TopicModel | None = None

    def get(self) -> TopicModel | None:
        """The model as of the file's last change; None while there has never been a good one."""
        seen = self._stamp()
        if seen != self._seen:
            self._seen = seen
            self._read()
        return self._model

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    def _read(self) -> None:
        try:
            self._model = TopicModel.load(self._path.read_bytes())
            log.info("topic model read")
        except (OSError, ModelRefused) as error:
            log.error("topic model cannot be read", extra={"error": type(error).__name__})  # noqa: TRY400
