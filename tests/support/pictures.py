"""Small real pictures."""

import io

from PIL import Image


def picture(form: str = "PNG", size: tuple[int, int] = (24, 16), **more: object) -> bytes:
    """A picture of two colours in a form that Pillow writes."""
    made = Image.new("RGB", size, "navy")
    made.paste("orange", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    made.save(out, form, **more)
    return out.getvalue()


PICTURE = picture()
