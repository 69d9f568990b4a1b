"""What a message is compared by: numbers from which nothing can be read, the same in every process."""

import re
import struct
import zlib
from dataclasses import dataclass
from functools import cache
from math import log

import numpy as np
import numpy.typing as npt

from bot.assignment.likeness import words_usual
from bot.assignment.text import normalise

MOST_PAIRS = 56  # pairs of neighbouring characters of one message that are kept
MOST_READ = 2_000  # characters of a message that are read
NAMED = 1  # this pair is part of the place's name
USUAL = 2  # this pair belongs to the name of a usual matter
TAIL = 4  # a rare pair that ends as names of places do
RARE = 70  # weight of a pair that not one message in a thousand has

Numbers32 = npt.NDArray[np.uint32]
Numbers16 = npt.NDArray[np.uint16]
Bytes = npt.NDArray[np.uint8]

_VERSION = 1
_SYMBOLS = re.compile(r"(?P<chinese>[\u3400-\u9fff]+)|(?P<word>[^\W\u3400-\u9fff_]+)|(?P<mark>[^\w\s]|_)")
_HALF = re.compile(r"[\u3400-\u9fff][a-z\d]|[a-z\d][\u3400-\u9fff]")  # a single letter or digit says little
_LONGEST = 24  # characters of a word in another script
_LONG_NUMBER = re.compile(r"\d{7,}")  # of a phone, a person, an account: says who, not what
_HOUSE = re.compile(r"[\da-z].*$|(?:小区|社区|村委会)$")
_WEAK = frozenset("的了是在我们你他她它这那不没有也都就还与及而但或被把让从到给因所会可要请很太更最吗呢吧啊之一个")
_TAILS = frozenset("府苑园村路桥里湾城镇庭庄坊巷街寨屯台邸厂林山河湖塘院馆轩岸洲岭坪坳冲垸")
_BEGINNING = 40  # symbols: a title, or the first sentence
_NEVER_COUNTED = round(10 * log(words_usual.COUNTED / 2))
_HEAD = struct.Struct("<BIIIIQ")
_PAIR = np.dtype([("key", "<u4"), ("at", "<u2"), ("weight", "u1"), ("flag", "u1")])


@dataclass(frozen=True, slots=True)
class Signature:
    """At most 473 bytes when dumped. Four arrays hold one number for each pair, in the order of the text."""

    keys: Numbers32
    at: Numbers16  # which symbol it ends with: neighbours overlap
    weights: Bytes  # how rare it is in general: natural logarithm times 10
    flags: Bytes
    place: int  # 0 for unknown, here and below
    grid: int
    station: int
    topic: int
    matters: int  # one bit for each line of words_usual.MATTERS

    @property
    def is_empty(self) -> bool:
        """Nothing to compare by."""
        return not len(self.keys) and not self.matters

    def dump(self) -> bytes:
        """For keeping."""
        table = np.empty(len(self.keys), _PAIR)
        table["key"], table["at"], table["weight"], table["flag"] = self.keys, self.at, self.weights, self.flags
        head = _HEAD.pack(_VERSION, self.place, self.grid, self.station, self.topic, self.matters)
        return head + table.tobytes()

    @staticmethod
    def load(kept: bytes) -> "Signature":
        """The signature that was dumped; raise `ValueError` for anything else."""
        size, rest = divmod(len(kept) - _HEAD.size, _PAIR.itemsize)
        if rest or not 0 <= size <= MOST_PAIRS or kept[0] != _VERSION:
            raise ValueError("not a signature of this version")
        _, place, grid, station, topic, matters = _HEAD.unpack_from(kept)
        table = np.frombuffer(kept, _PAIR, offset=_HEAD.size)
        keys, at, weights, flags = (np.ascontiguousarray(table[name]) for name in ("key", "at", "weight", "flag"))
        return Signature(keys, at, weights, flags, place, grid, station, topic, matters)


def number_of(*parts: str) -> int:
    """A number for a string, the same in every process; never 0."""
    return zlib.crc32("\x1f".join(parts).encode("utf-8", "surrogatepass")) or 1


def signature(text: str, *, place: str, grid: str | None, station: str | None, topic: str | None) -> Signature:
    """What a message is compared by. Reads its first 2,000 characters; the time grows with their number alone.

    `place` is the official name of the place it is about; it and the codes may be empty.
    """
    plain = normalise(text[:MOST_READ])[:MOST_READ]
    matters, told = _matters_in(plain)
    worth, first, weights = _weigh(plain)
    named = {pair for pair, _, _ in _pairs(normalise(place[:64]))}
    ranked = sorted(zip((-each for each in worth.values()), first.values(), first, strict=True))
    chosen = sorted((pair for _, _, pair in ranked[:MOST_PAIRS]), key=first.__getitem__)
    flags = [
        NAMED * (pair in named)
        | USUAL * _touches(told, first[pair][1])
        | TAIL * (pair[-1] in _TAILS and weights[pair] == _NEVER_COUNTED)
        for pair in chosen
    ]
    return Signature(
        keys=np.array([number_of(pair) for pair in chosen], np.uint32),
        at=np.array([first[pair][0] for pair in chosen], np.uint16),
        weights=np.array([weights[pair] for pair in chosen], np.uint8),
        flags=np.array(flags, np.uint8),
        place=_place_number(place),
        grid=number_of("grid", grid) if grid else 0,
        station=number_of("station", station) if station else 0,
        topic=number_of("topic", topic) if topic else 0,
        matters=matters,
    )


def _place_number(place: str) -> int:
    """One number for one place, with or without the number of a house."""
    name = _HOUSE.sub("", normalise(place[:64]))
    return number_of("place", name) if name else 0


def _touches(told: set[int], end: int) -> bool:
    return end in told or end - 1 in told


def _weigh(plain: str) -> tuple[dict[str, float], dict[str, tuple[int, int]], dict[str, int]]:
    """How much each pair deserves to be kept, where it stands first, and how rare it is in general."""
    usual = _usual()
    worth: dict[str, float] = {}
    first: dict[str, tuple[int, int]] = {}
    weights: dict[str, int] = {}
    for pair, at, end in _pairs(plain):
        if pair in first:
            weight = weights[pair]
            worth[pair] = min(worth[pair] + 0.25 * weight, 3.0 * weight)
            continue
        weight = usual[pair] if pair in usual else _said(pair, _NEVER_COUNTED)
        first[pair], weights[pair] = (at, end), weight
        worth[pair] = weight * (1.4 if at < _BEGINNING else 1.0)
    return worth, first, weights


def _said(pair: str, weight: int) -> int:
    """What a pair of this weight says: half of it where one of the two says next to nothing."""
    is_weak = pair[0] in _WEAK or pair[-1] in _WEAK
    return weight // 2 if is_weak or (pair[0].isascii() != pair[-1].isascii() and _HALF.fullmatch(pair)) else weight


def _pairs(plain: str) -> list[tuple[str, int, int]]:
    """Neighbours within a sentence, which symbol the second is, and at which character it begins.

    A symbol is a Chinese character, or a word or number of another script.
    """
    pairs: list[tuple[str, int, int]] = []
    before, at = "", 0
    for found in _SYMBOLS.finditer(plain):
        symbols, start = found[0], found.start()
        kind = found.lastgroup
        if kind == "mark" or (kind == "word" and _LONG_NUMBER.search(symbols[:_LONGEST])):
            before, at = "", at + 1
            continue
        first, last = (symbols[0], symbols[-1]) if kind == "chinese" else (symbols[:_LONGEST],) * 2
        if before:
            pairs.append((before + first, at, start))
        if kind == "chinese":
            pairs += [(symbols[n - 1 : n + 1], at + n, start + n) for n in range(1, len(symbols))]
            at += len(symbols) - 1
        before, at = last, at + 1
    return pairs


def _matters_in(plain: str) -> tuple[int, set[int]]:
    """The usual matters that are named, and at which characters."""
    words = _matters()
    found = 0
    told: set[int] = set()
    for begin in _begins_matter().finditer(plain):
        at = begin.start()
        for size in (2, 3, 4):
            if bit := words.get(plain[at : at + size], 0):
                found |= bit
                told.update(range(at, at + size))
    return found, told


@cache
def _usual() -> dict[str, int]:
    """What usual pairs say: ten times the logarithm of how many messages there are to one that has it."""
    counts: dict[str, float] = {}
    for least, text in words_usual.PAIRS.items():
        pairs = "".join(text.split())
        for at in range(0, len(pairs), 2):
            counts[pairs[at : at + 2]] = least * 1.4
    for word in words_usual.FORMAL.split():
        for at in range(len(word) - 1):
            pair = word[at : at + 2]
            counts[pair] = max(counts.get(pair, 0.0), words_usual.FORMAL_IN)
    return {pair: _said(pair, round(10 * log(words_usual.COUNTED / count))) for pair, count in counts.items()}


@cache
def _matters() -> dict[str, int]:
    lines = words_usual.MATTERS.strip().splitlines()
    return {word: 1 << bit for bit, line in enumerate(lines) for word in line.split()}


@cache
def _begins_matter() -> re.Pattern[str]:
    """Where one of these words may begin, by its first two characters."""
    first, second = ("".join(sorted({word[at] for word in _matters()})) for at in (0, 1))
    return re.compile(f"[{re.escape(first)}](?=[{re.escape(second)}])")
