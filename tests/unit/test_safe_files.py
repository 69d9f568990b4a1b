"""What is kept of a picture is the picture; what is no picture, too large or a program is refused."""

import contextlib
import io
import struct
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from bot.safe_files import ANY, NotSafe, SafeFile, clean
from tests.support.pictures import picture

GPS, MAKE, TURNED, COMMENT = 0x8825, 0x010F, 0x0112, 0x9286


def photograph() -> bytes:
    """A JPEG as a telephone writes it: where, with what, and which side is up."""
    exif = Image.Exif()
    exif[MAKE], exif[TURNED] = "Telephone", 6
    exif.get_ifd(GPS)[2] = (31.0, 40.0, 55.0)
    exif.get_ifd(0x8769)[COMMENT] = b"ASCII\0\0\0home of Wang"
    return picture("JPEG", exif=exif, comment=b"home of Wang", icc_profile=b"profile of a device")


def test_a_photograph_keeps_its_points_and_loses_place_and_device() -> None:
    kept = clean(photograph(), is_picture=True)
    assert kept.content_type == "image/jpeg"
    with Image.open(io.BytesIO(kept.content)) as drawn:
        assert drawn.size == (16, 24)  # upright, as it was seen
        assert not drawn.getexif()
        assert not {"exif", "comment", "icc_profile"} & set(drawn.info)
    for word in (b"Wang", b"Telephone", b"profile", b"Exif"):
        assert word in photograph()
        assert word not in kept.content


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"])
def test_what_was_hidden_behind_the_end_is_gone(form: str) -> None:
    hidden = picture(form) + b"PK\x03\x04<script>alert(1)</script>%PDF-1.7"
    kept = clean(hidden, is_picture=True)
    assert b"script" not in kept.content
    assert kept.content_type in ("image/jpeg", "image/png")


def test_a_picture_sent_as_a_file_is_drawn_anew_as_well() -> None:
    kept = clean(photograph(), is_picture=False)
    assert b"Wang" not in kept.content
    assert kept.named("a/b/家 门口.heic") == "家 门口.jpg"


def test_a_drawn_picture_stays_as_it_is() -> None:
    once = clean(picture(), is_picture=True)
    assert clean(once.content, is_picture=True) == once == SafeFile(picture(), "image/png")


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is this large."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "as_picture", "reason"),
    [
        (bomb(100_000, 100_000), True, "size"),
        (bomb(8_000, 8_000), True, "size"),
        (bomb(100_000, 100_000), False, "size"),
        (bomb(1_000, 1_000), True, "picture"),  # cut short
        (b"", True, "picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", True, "picture"),
        (b"%PDF-1.7", True, "picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n", True, "picture"),  # needs Ghostscript: never read
        (b"MZ\x90\x00" + bytes(100), False, "program"),
        (b"\x7fELF" + bytes(100), False, "program"),
        (b"#!/bin/sh\nrm -rf /", False, "program"),
    ],
)
def test_bombs_programs_and_what_is_no_picture_are_refused(content: bytes, as_picture: bool, reason: str) -> None:
    with pytest.raises(NotSafe) as refused:
        clean(content, is_picture=as_picture)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"#!AMR\nvoice and voice", "audio/amr"),
        (b"plain words", ANY),
        (b"<html>", ANY),
    ],
)
def test_other_files_stay_as_they_are_under_the_type_of_their_content(content: bytes, kind: str) -> None:
    assert clean(content, is_picture=False) == SafeFile(content, kind)


HEADS = [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"II*\0"]


@given(st.binary(max_size=400), st.booleans(), st.sampled_from(HEADS))
@example(b"\0\0\0\1\0\0", False, b"II*\0")
def test_whatever_comes_is_kept_or_refused_and_breaks_nothing(body: bytes, as_picture: bool, head: bytes) -> None:
    with contextlib.suppress(NotSafe):
        assert len(clean(head + body, is_picture=as_picture).content) > 0 or not body
