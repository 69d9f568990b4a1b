"""Attachments are whole files or none, encrypted, named by a number and nothing else."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from storage.crypto import ContentKey, Unreadable
from storage.files import AttachmentFiles

KEY = ContentKey(b"k" * 32)


@pytest.fixture
def files(tmp_path: Path) -> AttachmentFiles:
    return AttachmentFiles(tmp_path)


def on_disk(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("content", [b"", b"x", os.urandom(300_000)], ids=["empty", "tiny", "large"])
def test_bytes_come_back(files: AttachmentFiles, content: bytes) -> None:
    files.write(7, KEY, content)
    assert files.read(7, KEY) == content


def test_the_file_is_encrypted_and_named_by_its_number(files: AttachmentFiles, tmp_path: Path) -> None:
    files.write(1234, KEY, b"what the picture shows")
    (path,) = on_disk(tmp_path)
    assert path.relative_to(tmp_path).as_posix() == "attachments/000001/1234.sealed"
    assert b"picture" not in path.read_bytes()
    with pytest.raises(Unreadable):
        files.read(1234, ContentKey(b"x" * 32))


def test_a_damaged_file_is_seen(files: AttachmentFiles, tmp_path: Path) -> None:
    files.write(1, KEY, b"whole")
    (path,) = on_disk(tmp_path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Unreadable):
        files.read(1, KEY)


def test_a_second_write_replaces_the_first(files: AttachmentFiles, tmp_path: Path) -> None:
    for content in (b"first", b"second"):
        files.write(1, KEY, content)
    assert files.read(1, KEY) == b"second"
    assert len(on_disk(tmp_path)) == 1


def test_what_is_not_there_is_not_there(files: AttachmentFiles) -> None:
    with pytest.raises(FileNotFoundError):
        files.read(1, KEY)
    files.remove(1)


def test_a_removed_file_is_gone(files: AttachmentFiles, tmp_path: Path) -> None:
    files.write(1, KEY, b"whole")
    files.remove(1)
    assert on_disk(tmp_path) == []


def test_a_process_killed_while_writing_leaves_no_half_file(files: AttachmentFiles, tmp_path: Path) -> None:
    """The killed process has written its bytes and not come to the end."""
    files.write(1, KEY, b"as it was")
    killed = textwrap.dedent(
        f"""
        import os, pathlib
        from storage.crypto import ContentKey
        from storage.files import AttachmentFiles
        os.fsync = lambda _: os._exit(9)
        AttachmentFiles(pathlib.Path({str(tmp_path)!r})).write(1, ContentKey(b"k" * 32), b"half " * 100_000)
        """
    )
    ended = subprocess.run([sys.executable, "-c", killed], check=False, cwd=Path(__file__).parents[3])
    assert ended.returncode == 9
    assert files.read(1, KEY) == b"as it was"
    files.write(1, KEY, b"and again")
    assert files.read(1, KEY) == b"and again"
    assert len(on_disk(tmp_path)) == 1
