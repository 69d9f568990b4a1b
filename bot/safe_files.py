"""What somebody sends is taken for what it is, not for what it is called.

Pictures are drawn anew: what is kept has neither the place nor the device of the one that came, nor anything that
was hidden behind its end. What runs as a program is refused.
"""

import io
from dataclasses import dataclass
from pathlib import PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 50_000_000  # 150 MB while it is drawn; a telephone's best pictures have 48 million
ANY = "application/octet-stream"
_READ = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
_PROGRAMS = frozenset({"exe", "elf", "dex", "dey", "lnk", "swf", "class", "deb", "rpm", "crx", "nes"})
_HEADS = (b"MZ", b"\x7fELF", b"#!/", b"\xca\xfe\xba\xbe")
_QUALITY = 92


_ENDINGS = MappingProxyType({"image/jpeg": ".jpg", "image/png": ".png"})


class NotSafe(Exception):
    """It is not kept; `reason` is a fixed word: picture, size, program."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class SafeFile:
    """Bytes that may be kept and passed on, and what they are."""

    content: bytes
    content_type: str

    def named(self, name: str) -> str:
        """The name it came under, with the ending of what it is now."""
        ending = _ENDINGS.get(self.content_type)
        return f"{PurePath(name).stem}{ending}" if ending else name


def clean(content: bytes, *, is_picture: bool) -> SafeFile:
    """What may be kept of it; `is_picture` when it was sent as one. Raises `NotSafe`. Takes up to a second."""
    import filetype

    found = filetype.guess(content)
    ending, kind = (found.extension, found.mime) if found else ("", ANY)
    if is_picture or (kind.startswith("image/") and ending in {"jpg", "png", "gif", "webp", "bmp", "tif"}):
        return _draw_anew(content)
    if ending in _PROGRAMS or content.startswith(_HEADS):
        raise NotSafe("program")
    return SafeFile(content, kind)


def _draw_anew(content: bytes) -> SafeFile:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=_READ) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NotSafe("size")
            return _save(picture)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, MemoryError, UserWarning) as error:
        raise NotSafe("picture") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotSafe("size") from error


def _save(picture: "Image.Image") -> SafeFile:
    """Its first frame, upright, without anything but its points."""
    from PIL import ImageOps

    picture.load()
    upright = ImageOps.exif_transpose(picture)
    out = io.BytesIO()
    if picture.format in ("JPEG", "TIFF", "BMP") and upright.mode not in ("RGBA", "LA", "P"):
        plain = _points(upright if upright.mode in ("RGB", "L") else upright.convert("RGB"))
        plain.save(out, "JPEG", quality=_QUALITY, optimize=True)
        return SafeFile(out.getvalue(), "image/jpeg")
    plain = _points(upright.convert("RGBA" if _has_holes(upright) else "RGB"))
    plain.save(out, "PNG")
    return SafeFile(out.getvalue(), "image/png")


def _points(picture: "Image.Image") -> "Image.Image":
    """A picture of its own with the same points: no EXIF, no profile, no comment comes along."""
    from PIL import Image

    plain = Image.new(picture.mode, picture.size)
    plain.paste(picture)
    return plain


def _has_holes(picture: "Image.Image") -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
