"""Small real pictures."""

import io
import random

from PIL import Image


def picture(form: str = "PNG", size: tuple[int, int] = (24, 16), **more: object) -> bytes:
    """A picture of two colours in a form that Pillow writes."""
    made = Image.new("RGB", size, "navy")
    made.paste("orange", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    made.save(out, form, **more)
    return out.getvalue()


def noise(size: tuple[int, int]) -> bytes:
    """A picture that hardly gets smaller by packing, as a telephone's do."""
    raw = random.Random(7).randbytes(size[0] * size[1] * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", size, raw).save(out, "PNG")
    return out.getvalue()


PICTURE = picture()
