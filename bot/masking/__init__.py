"""Private numbers and addresses in what people write: found, and shown with stars. Pure: text in, text out."""

from bot.masking.finding import find, has_any, hide
from bot.masking.kinds import ALL, STAR, Kind, Span
from bot.masking.public import public_numbers
from bot.masking.shapes import mask

__all__ = ["ALL", "STAR", "Kind", "Span", "find", "has_any", "hide", "mask", "public_numbers"]
