"""How the word rules look at a text: sentences, clauses, and one pattern for many words.

Every pattern built here is linear: literal words grouped by their first character, so that a text without any
of these characters is passed over at the speed of a character class.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

EVIDENCE = 20  # characters of a message that a reason may repeat
_STOPS = "。!?;…\n！？；"
_SENTENCE_END = re.compile(f"[{_STOPS}]")
_CLAUSE_MARKS = f"{_STOPS},，、:：\t "
_CLAUSE_END = re.compile(f"[{_CLAUSE_MARKS}]")
_WIDE_MARKS = (("，", ","), ("！", "!"), ("？", "?"), ("：", ":"), ("；", ";"), ("（", "("), ("）", ")"))
_STILL_WIDE = re.compile("[\uff01-\uff5e\u3000\u00a0]")
_WINDOW = 200  # a writer who sets no marks gets windows of so many characters
_KEPT = 4  # texts: each is asked for by several rules, one after the other


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text and where it starts."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """The position after its last character."""
        return self.start + len(self.text)


class WordList:
    """Many literal words at once: a text is passed over but for the places where two characters begin a word.

    A pattern of as many words tries each of them wherever a text has the first character of any.
    """

    __slots__ = ("_begins", "_words")

    def __init__(self, listed: Iterable[str]) -> None:
        """Words of one character and more."""
        found = sorted(set(listed), key=lambda word: (-len(word), word))
        second = {word[1] for word in found if len(word) > 1}
        alone = {word for word in found if len(word) == 1}
        follows = [f"(?=[{_letters(second)}])"] if second else []
        follows += [f"(?<=[{_letters(alone)}])"] if alone else []
        self._begins = re.compile(f"[{_letters(word[0] for word in found)}](?:{'|'.join(follows)})")
        self._words: dict[str, tuple[str, ...]] = {}
        for begin in {word[:2] for word in found}:
            self._words[begin] = tuple(word for word in found if word[:2] == begin or word == begin[0])

    def find_all(self, text: str) -> Iterator[Span]:
        """The words of a text in its order, the longest where several begin; none overlaps another."""
        end = 0
        for begin in self._begins.finditer(text):
            start = begin.start()
            if start < end:
                continue
            for word in self._words.get(text[start : start + 2]) or self._words.get(text[start], ()):
                if text.startswith(word, start):
                    end = start + len(word)
                    yield Span(start, word)
                    break


@lru_cache(maxsize=_KEPT)
def plain(text: str) -> str:
    """Half-width and lower case, marks and line breaks kept; the full normal form only where it is needed."""
    for wide, narrow in _WIDE_MARKS:
        text = text.replace(wide, narrow)
    if _STILL_WIDE.search(text):
        text = unicodedata.normalize("NFKC", text)
    return text.casefold()


def words(text: str) -> tuple[str, ...]:
    """The words of a list that is written with spaces and line breaks between them."""
    return tuple(text.split())


def any_of(listed: Iterable[str]) -> str:
    """A pattern that finds any of the words, the longest first, grouped by first character."""
    groups: dict[str, set[str]] = defaultdict(set)
    for word in listed:
        groups[word[0]].add(word[1:])
    return "|".join(_group(first, rests) for first, rests in sorted(groups.items()))


def finder(listed: str) -> re.Pattern[str]:
    """A compiled pattern for a list of literal words."""
    return re.compile(any_of(words(listed)))


def sentence_around(text: str, position: int) -> Span:
    """The sentence in which a position lies, at most 200 characters to either side."""
    return _around(text, position, _STOPS)


def clause_around(text: str, position: int) -> Span:
    """The clause in which a position lies, at most 200 characters to either side."""
    return _around(text, position, _CLAUSE_MARKS)


def neighbours(text: str, sentence: Span, reach: int = 40) -> str:
    """The sentence with the end of the one before it and the beginning of the one after it."""
    return text[max(0, sentence.start - reach) : sentence.end + reach]


def sentences(text: str) -> list[Span]:
    """All sentences in order, without the empty ones."""
    ends = [-1, *(found.start() for found in _SENTENCE_END.finditer(text)), len(text)]
    spans = (Span(before + 1, text[before + 1 : after]) for before, after in pairwise(ends))
    return [span for span in spans if span.text.strip()]


def cut(text: str) -> str:
    """What a reason may repeat of a text."""
    return text.strip()[:EVIDENCE]


def _letters(found: Iterable[str]) -> str:
    return re.escape("".join(sorted(set(found))))


def _group(first: str, rests: set[str]) -> str:
    if rests == {""}:
        return re.escape(first)
    tail = "|".join(re.escape(rest) for rest in sorted(rests, key=lambda rest: (-len(rest), rest)))
    return f"{re.escape(first)}(?:{tail})"


def _around(text: str, position: int, marks: str) -> Span:
    low, high = max(0, position - _WINDOW), min(len(text), position + _WINDOW)
    start = next((at + 1 for at in range(position - 1, low - 1, -1) if text[at] in marks), low)
    end = next((at for at in range(position, high) if text[at] in marks), high)
    return Span(start, text[start:end])
