"""How characters sound: the pinyin syllable without its tone, so that homophones can be found."""

import json
import unicodedata
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from bot.assignment.district.hashing import Symbols

_TABLE = 0x30000  # code points that may have a reading
_SILENT = 0x8000  # added to a code point that has none: it sounds like itself alone
_AS_SURNAME = {"曾": "zeng", "翟": "zhai", "仇": "qiu", "尉": "wei", "晟": "sheng", "覃": "qin", "冼": "xian"}
_TONES = {ord(mark) for mark in "\u0300\u0301\u0304\u030c"}


def sounds_of(symbols: Symbols) -> Symbols:
    """A number for the syllable of each code point."""
    table = _table()
    if len(symbols) and int(symbols.max()) >= _TABLE:
        return np.where(symbols < _TABLE, table[np.minimum(symbols, _TABLE - 1)], symbols + np.uint32(_SILENT))
    return table[symbols]


def sound_alike(one: str, other: str) -> bool:
    """Whether two texts of the same length are said in the same way, tones aside."""
    if len(one) != len(other):
        return False
    sounds = _sounds_by_code()
    return all(
        left == right or (ord(left) < _TABLE > ord(right) and sounds[ord(left)] == sounds[ord(right)])
        for left, right in zip(one, other, strict=True)
    )


def nearly_sound_alike(one: str, other: str) -> bool:
    """The same where a dialect's confusions do not count: s for sh, l for n, in for ing."""
    if len(one) != len(other):
        return False
    readings = _readings()
    return all(
        left == right or _folded(left, readings) & _folded(right, readings)
        for left, right in zip(one, other, strict=True)
    )


def _folded(character: str, readings: dict[str, str]) -> set[str]:
    syllables = readings.get(str(ord(character)), "").split(",")
    return {_fold(_without_tone(syllable)) for syllable in syllables if syllable}


def _fold(syllable: str) -> str:
    for full, plain in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n")):
        syllable = syllable.replace(full, plain)
    return f"l{syllable[1:]}" if syllable.startswith("n") else syllable


@lru_cache(maxsize=1)
def _sounds_by_code() -> memoryview:
    return memoryview(_table().tobytes()).cast("I")


@lru_cache(maxsize=1)
def _table() -> Symbols:
    """Read when first needed, in some 0.1 s."""
    table = np.arange(_SILENT, _SILENT + _TABLE, dtype=np.uint32)
    syllables: dict[str, int] = {}
    for code, readings in _readings().items():
        if int(code) < _TABLE:
            syllable = _without_tone(readings.partition(",")[0])
            table[int(code)] = syllables.setdefault(syllable, len(syllables))
    for character, syllable in _AS_SURNAME.items():
        table[ord(character)] = syllables.setdefault(syllable, len(syllables))
    return table


def _without_tone(syllable: str) -> str:
    return unicodedata.normalize("NFD", syllable).translate(dict.fromkeys(_TONES))


@lru_cache(maxsize=1)
def _readings() -> dict[str, str]:
    """pypinyin's table of single characters; the package itself would load 47,000 phrases that are not needed."""
    spec = find_spec("pypinyin")
    if spec is None or spec.origin is None:
        return {}
    found: dict[str, str] = json.loads((Path(spec.origin).parent / "pinyin_dict.json").read_text("utf-8"))
    return found
