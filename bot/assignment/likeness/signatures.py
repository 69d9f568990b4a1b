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
Integers = npt.NDArray[np.int32 | np.intp]
Flags = npt.NDArray[np.bool_]
Weights = npt.NDArray[np.float64]

_VERSION = 1
_WORD = re.compile(r"[^\W\u3400-\u9fff_]+")  # of another script, or a number
_LONGEST = 24  # characters of a word in another script
_LONG_NUMBER = re.compile(r"\d{7,}")  # of a phone, a person, an account: says who, not what
_HOUSE = re.compile(r"[\da-z].*$|(?:小区|社区|村委会)$")
_WEAK = frozenset("的了是在我们你他她它这那不没有也都就还与及而但或被把让从到给因所会可要请很太更最吗呢吧啊之一个")
_TAILS = frozenset("府苑园村路桥里湾城镇庭庄坊巷街寨屯台邸厂林山河湖塘院馆轩岸洲岭坪坳冲垸")
_BEGINNING = 40  # symbols: a title, or the first sentence
_NEVER_COUNTED = round(10 * log(words_usual.COUNTED / 2))
_MOST_OFTEN = 9  # what is said more often is no worthier
# A symbol's number: 0 for a mark, the ASCII code of a single letter or digit, then the Chinese characters, then the
# other words of a message as they come. It has 15 bits, for a message has fewer than 5,000 words.
_CHINESE, _LAST_CHINESE = 0x3400, 0x9FFF
_FIRST_CHINESE = 128
_FIRST_WORD = _FIRST_CHINESE + _LAST_CHINESE + 1 - _CHINESE
_SYMBOL_BITS = 15
_NO_SYMBOL = (1 << _SYMBOL_BITS) - 1  # what follows the first character of a word
_AT_BITS = 12  # of a symbol's place: `MOST_READ` is less
_AT = (1 << _AT_BITS) - 1
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
    symbols, begins = _symbols(plain)
    at, weights = _chosen(symbols)
    spelled = _spelled(plain, begins, at)
    flags = TAIL * (_tables().tails.take(symbols.take(at)) & (weights == _NEVER_COUNTED))
    named = _pairs(normalise(place[:64])) if place else set()
    if not named.isdisjoint(spelled):
        flags |= NAMED * np.array([pair in named for pair in spelled], np.bool_)
    if told:
        ends = begins.take(at).tolist()
        flags |= USUAL * np.array([end in told or end - 1 in told for end in ends], np.bool_)
    return Signature(
        keys=np.array([number_of(pair) for pair in spelled], np.uint32),
        at=at.astype(np.uint16),
        weights=weights,
        flags=flags.astype(np.uint8),
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


def _symbols(plain: str) -> tuple[Integers, Integers]:
    """The number of each symbol, and at which character it begins.

    A symbol is a Chinese character, a word or number of another script, or a mark. Long numbers are marks.
    """
    symbols = _tables().symbols.take(_codes(plain), mode="clip")
    words: dict[str, int] = {}
    for found in _WORD.finditer(plain):
        begin, end = found.span()
        word = found[0][:_LONGEST]
        if len(word) > 1 or not word.isascii():
            is_long = _LONG_NUMBER.search(word)
            symbols[begin:end] = _NO_SYMBOL
            symbols[begin] = 0 if is_long else words.setdefault(word, _FIRST_WORD + len(words))
    begins = (symbols != _NO_SYMBOL).nonzero()[0]
    return symbols.take(begins), begins


def _codes(text: str) -> Numbers32:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def _chosen(symbols: Integers) -> tuple[Integers, Bytes]:
    """Which symbols end the pairs that most deserve to be kept, and how rare these are in general.

    Pairs are neighbours within a sentence; those that are said more than once or in the beginning come first.
    """
    tables = _tables()
    at = _ends(symbols)
    every = _joined(symbols, at).astype(np.int64) << _AT_BITS | at
    every.sort()
    pairs = every >> _AT_BITS
    new = np.concatenate(([True], pairs[1:] != pairs[:-1])).nonzero()[0] if len(at) else at
    weights = tables.weights(pairs.take(new))
    at = every.take(new) & _AT
    chosen = at << 8 | weights
    if len(new) > MOST_PAIRS:
        often = np.minimum(np.concatenate((new[1:], [len(every)])) - new, _MOST_OFTEN)
        ranked = tables.rank[(at < _BEGINNING).view(np.uint8), often, weights] << (_AT_BITS + 8) | chosen
        ranked.sort()
        chosen = ranked[:MOST_PAIRS] & (1 << (_AT_BITS + 8)) - 1
    chosen.sort()
    return chosen >> 8, (chosen & 255).astype(np.uint8)


def _ends(symbols: Integers) -> Integers:
    """Which symbols have a neighbour before them."""
    ends: Integers = (symbols[1:] * symbols[:-1]).nonzero()[0] + 1
    return ends


def _joined(symbols: Integers, at: Integers) -> Integers:
    """The number of each pair that ends there."""
    return symbols.take(at - 1) << _SYMBOL_BITS | symbols.take(at)


def _spelled(plain: str, begins: Integers, at: Integers) -> list[str]:
    """The pairs as they are written, but words cut to so many characters."""
    starts = [*begins.tolist(), len(plain)]
    spelled = []
    for second in at.tolist():
        start, end = starts[second - 1], starts[second + 1]
        if end - start > _LONGEST:
            middle = starts[second]
            spelled.append(plain[start:middle][:_LONGEST] + plain[middle:end][:_LONGEST])
        else:
            spelled.append(plain[start:end])
    return spelled


def _pairs(plain: str) -> set[str]:
    symbols, begins = _symbols(plain)
    return set(_spelled(plain, begins, _ends(symbols)))


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


@dataclass(frozen=True, slots=True)
class _Tables:
    """What is known of symbols and pairs beforehand, by their numbers."""

    symbols: Integers  # by the code point
    tails: Flags  # by the symbol
    weak: Flags  # by the symbol: it says next to nothing
    usual: Integers  # pairs, in order
    says: Bytes  # what each of them says
    rank: Integers  # 0 for what deserves most to be kept: by whether it is in the beginning, how often, its weight

    def weights(self, pairs: Integers) -> Bytes:
        """What pairs say: half of it where one of the two symbols says next to nothing."""
        place = self.usual.searchsorted(pairs)
        is_usual = self.usual.take(place, mode="clip") == pairs
        is_weak = self.weak.take(pairs >> _SYMBOL_BITS) | self.weak.take(pairs & _NO_SYMBOL)
        unusual = np.uint8(_NEVER_COUNTED) >> is_weak.view(np.uint8)
        return np.where(is_usual, self.says.take(place, mode="clip"), unusual)


@cache
def _tables() -> _Tables:
    symbols = np.zeros(_LAST_CHINESE + 2, np.int32)
    symbols[_CHINESE : _LAST_CHINESE + 1] = np.arange(_FIRST_CHINESE, _FIRST_WORD)
    single = [code for code in range(_FIRST_CHINESE) if chr(code).isalnum()]
    symbols[single] = single
    tails, weak = np.zeros((2, 1 << _SYMBOL_BITS), np.bool_)
    tails[symbols[[ord(letter) for letter in _TAILS]]] = True
    weak[symbols[[ord(letter) for letter in _WEAK]]] = True
    weak[single] = True
    usual = _usual()
    pairs = symbols.take(_codes("".join(usual))).reshape(-1, 2)
    numbers = pairs[:, 0] << _SYMBOL_BITS | pairs[:, 1]
    says = np.array(list(usual.values()), np.uint8)
    says = np.where(weak.take(pairs).any(axis=1), says // 2, says)
    order = numbers.argsort()
    return _Tables(symbols, tails, weak, numbers[order], says[order], _ranks())


def _ranks() -> Integers:
    weights = np.arange(_NEVER_COUNTED + 1.0)
    worth = np.empty((2, _MOST_OFTEN + 1, len(weights)))
    worth[:, :2] = [[weights], [weights * 1.4]]
    for often in range(2, _MOST_OFTEN + 1):
        worth[:, often] = np.minimum(worth[:, often - 1] + 0.25 * weights, 3.0 * weights)
    ranks: Integers = np.unique(-worth, return_inverse=True)[1]
    return ranks


def _usual() -> dict[str, int]:
    """Usual pairs, with ten times the logarithm of how many messages there are to one that has it."""
    counts: dict[str, float] = {}
    for least, text in words_usual.PAIRS.items():
        pairs = "".join(text.split())
        for at in range(0, len(pairs), 2):
            counts[pairs[at : at + 2]] = least * 1.4
    for word in words_usual.FORMAL.split():
        for at in range(len(word) - 1):
            pair = word[at : at + 2]
            counts[pair] = max(counts.get(pair, 0.0), words_usual.FORMAL_IN)
    return {pair: round(10 * log(words_usual.COUNTED / count)) for pair, count in counts.items()}


@cache
def _matters() -> dict[str, int]:
    lines = words_usual.MATTERS.strip().splitlines()
    return {word: 1 << bit for bit, line in enumerate(lines) for word in line.split()}


@cache
def _begins_matter() -> re.Pattern[str]:
    """Where one of these words may begin, by its first two characters."""
    first, second = ("".join(sorted({word[at] for word in _matters()})) for at in (0, 1))
    return re.compile(f"[{re.escape(first)}](?=[{re.escape(second)}])")
