"""Attachments as encrypted files under the data folder."""

import os
from pathlib import Path

from storage.crypto import ContentKey


class AttachmentFiles:
    """Reads and writes the bytes of attachments; the name of a file is the attachment's number and nothing else."""

    def __init__(self, data_folder: Path) -> None:
        self._folder = data_folder / "attachments"

    def _path(self, attachment_id: int) -> Path:
        return self._folder / f"{attachment_id // 1000:06d}" / f"{attachment_id}.sealed"

    def write(self, attachment_id: int, key: ContentKey, content: bytes) -> None:
        """Keep the bytes, whole or not at all."""
        path = self._path(attachment_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            file.write(key.seal(content))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)

    def read(self, attachment_id: int, key: ContentKey) -> bytes:
        """The bytes; raise FileNotFoundError when they are not here."""
        return key.open(self._path(attachment_id).read_bytes())

    def remove(self, attachment_id: int) -> None:
        """Delete the file; it does not matter if it is gone."""
        self._path(attachment_id).unlink(missing_ok=True)
