"""What is recognised."""

from dataclasses import dataclass
from enum import StrEnum

STAR = "*"


class Kind(StrEnum):
    """A kind of what is private; its value is its name in figures."""

    IDENTITY = "identity card"
    TRAVEL = "passport or permit"
    BANK_CARD = "bank card"
    MOBILE = "mobile phone"
    LANDLINE = "landline"
    PLATE = "number plate"
    ADDRESS = "home address"
    MINOR_NAME = "name of a minor"


ALL = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class Span:
    """Where one stands: the characters from `start` up to `end` of the text it was found in."""

    start: int
    end: int
    kind: Kind
