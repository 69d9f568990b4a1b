"""Danger to life, body or money that is happening now, and the number to call first.

Issue 3 section 1.1: negation, the past, idioms, fear of what may come and stories about others are no emergency.
A cue wakes the signs of its kind for its sentence alone; what they find is then weighed in its clause, its sentence
and, in a long letter, against the habit of letters to tell what was.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from bot.assignment.matter import peril
from bot.assignment.matter import words_danger_context as context
from bot.assignment.matter.words_foreign import find_cry
from bot.assignment.matter.words_safety import KINDS, TELL_NOTHING, Kind
from bot.assignment.matter.words_signs import SIGNS, Sign
from bot.assignment.wording import Span, WordList, any_of, clause_around, cut, neighbours, plain, sentence_around

_CRY = 40  # characters up to which a message is a cry and needs no word of now
_LETTER = 140  # characters from which it is a letter, in which dangers are mostly told
_LIKELY = 0.8  # of a trained model; lower, it takes everyday complaints for cries
_READ = 200  # sentences with a cue that are read in one message
_CERTAIN = 0.97  # where no word of danger is there at all
_SAYS_SOMETHING = 6  # characters
_OFTEN_HARMLESS = frozenset({"摔", "骨折", "高烧", "发烧"})  # more often told than cried
_NO_LETTERS = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
_BLANKS = re.compile(f"[{_NO_LETTERS}]")
_SPACED_OUT = re.compile("[\u4e00-\u9fff] [\u4e00-\u9fff] [\u4e00-\u9fff] ")
_GAP = re.compile("(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])")
_TRADITIONAL = str.maketrans(
    "報殺煩氣電樓車門員兒媽們來個現還給嗎這裡裏倒傷擊錢賬轉帳騙爛腦臟著壓塌溝橋體跡嬰媳婦關鎖圍搶",
    "报杀烦气电楼车门员儿妈们来个现还给吗这里里倒伤击钱账转账骗烂脑脏着压塌沟桥体迹婴媳妇关锁围抢",
)
_OFTEN_TRADITIONAL = "報殺氣電樓媽們來現還錢轉騙"
_IS_TRADITIONAL = re.compile(f"[{_OFTEN_TRADITIONAL}]")
_UNCLEAN = re.compile(f"[{_NO_LETTERS}{_OFTEN_TRADITIONAL}]")

_BY_NAME = {kind.name: kind for kind in KINDS}
_RANK = {kind.name: rank for rank, kind in enumerate(KINDS)}


def _kinds_by_cue() -> dict[str, frozenset[str]]:
    cues = {cue for kind in KINDS for cue in kind.cues}
    return {cue: frozenset(kind.name for kind in KINDS if any(own in cue for own in kind.cues)) for cue in cues}


_KINDS_BY_CUE = _kinds_by_cue()
_CUES = WordList(_KINDS_BY_CUE)
_SELF_HARM_CUES = re.compile(any_of(_BY_NAME["self_harm"].cues))
_SIGNS_BY_KIND: dict[str, tuple[Sign, ...]] = {
    kind.name: tuple(sign for sign in SIGNS if sign.kind == kind.name) for kind in KINDS
}


@dataclass(frozen=True, slots=True)
class Danger:
    """What is happening, whom to call first, whom else, and the words that say so."""

    kind: str
    number: str
    also: tuple[str, ...]
    evidence: str


@dataclass(frozen=True, slots=True)
class _Hit:
    kind: str
    evidence: str


def find(text: str) -> Danger | None:
    """The danger that a raw message speaks of as happening now, or None."""
    cleaned = _clean(text)
    hits = _hits(cleaned)
    if hits:
        return _danger(hits, cleaned)
    other = find_cry(cleaned) or peril.find(cleaned)
    return _danger([_Hit(*other)], cleaned) if other else None


def weigh(text: str, probability: float) -> Danger | None:
    """A second opinion where `find` sees nothing: `probability` is a trained model's that this is an emergency.

    Cries for help are often worded as no list foresees. What the message denies, tells or remembers is left out
    here as well, and a letter is never taken for a cry.
    """
    if probability < _LIKELY or len(text) > peril.LONGEST:
        return None
    cleaned = _clean(text)
    whole = Span(0, cleaned)
    now = context.NOW.search(cleaned) is not None
    if _is_told("help", cleaned, now) or _is_past("help", whole, cleaned, now) or _is_over("", cleaned):
        return None
    if context.FEARED_EVEN_THERE.search(cleaned) or context.RHETORIC.search(cleaned):
        return None
    guesses = _guesses(cleaned)
    if not guesses and (probability < _CERTAIN or len(cleaned) < _SAYS_SOMETHING):
        return None
    if not now and guesses and all(guess.evidence in _OFTEN_HARMLESS for guess in guesses):
        return None
    return _danger(guesses or [_Hit("help", cut(cleaned))], cleaned)


def _guesses(text: str) -> list[_Hit]:
    """The kinds that most cues of a text speak of, at most two."""
    votes: Counter[str] = Counter()
    first: dict[str, str] = {}
    for cue in _CUES.find_all(text):
        if cue.text in TELL_NOTHING:
            continue
        for kind in _KINDS_BY_CUE[cue.text]:
            votes[kind] += 1
            first.setdefault(kind, cue.text)
    likeliest = sorted(votes, key=lambda kind: (-votes[kind], _RANK[kind]))[:2]
    return [_Hit(kind, first[kind]) for kind in likeliest]


def _clean(text: str) -> str:
    cleaned = plain(text)
    if " " not in cleaned and not _UNCLEAN.search(cleaned):
        return cleaned
    cleaned = _BLANKS.sub("", cleaned)
    if _SPACED_OUT.search(cleaned):
        cleaned = _GAP.sub("", cleaned)
    return cleaned.translate(_TRADITIONAL) if _IS_TRADITIONAL.search(cleaned) else cleaned


def _hits(text: str) -> list[_Hit]:
    if len(text) > _LETTER and not (context.NOW_IN_A_LETTER.search(text) or _SELF_HARM_CUES.search(text)):
        return []
    woken: dict[Span, set[str]] = defaultdict(set)
    sentence = Span(-1, "")
    for cue in _CUES.find_all(text):
        if not sentence.start <= cue.start < sentence.end:
            if len(woken) >= _READ:
                break
            sentence = sentence_around(text, cue.start)
        woken[sentence] |= _KINDS_BY_CUE[cue.text]
    if len(text) > _LETTER:
        woken = _that_may_be_now(woken)
    return [hit for sentence, kinds in woken.items() for kind in kinds if (hit := _read(kind, sentence, text))]


def _that_may_be_now(woken: dict[Span, set[str]]) -> dict[Span, set[str]]:
    """In a letter, only a sentence with a word of now can tell what happens; thoughts of death need none."""
    kept: dict[Span, set[str]] = {}
    for sentence, kinds in woken.items():
        now = context.NOW_IN_A_LETTER.search(sentence.text) is not None
        kept[sentence] = kinds if now else kinds & {"self_harm"}
    return kept


def _read(kind: str, sentence: Span, text: str) -> _Hit | None:
    for sign in _SIGNS_BY_KIND[kind]:
        found = sign.pattern.search(sentence.text)
        if found and _is_now(sign, found, sentence, text):
            return _Hit(kind, cut(found.group()))
    return None


def _is_now(sign: Sign, found: re.Match[str], sentence: Span, text: str) -> bool:
    clause = clause_around(text, sentence.start + found.start())
    before = text[clause.start : sentence.start + found.start()]
    after = text[sentence.start + found.end() :][:60]
    if _is_cancelled(sign.kind, found.group(), before, after, sentence, text):
        return False
    near = neighbours(text, sentence)
    if len(text) > _LETTER:
        return _is_now_in_a_letter(sign, sentence)
    now = context.NOW.search(near) is not None
    if sign.level == "now":
        return now
    return sign.level == "sure" or now or len(text) <= _CRY


def _is_now_in_a_letter(sign: Sign, sentence: Span) -> bool:
    if sign.kind == "self_harm":
        return "我" in sentence.text and "我们" not in sentence.text
    return sign.level == "sure" and context.NOW_IN_A_LETTER.search(sentence.text) is not None


def _is_cancelled(kind: str, words: str, before: str, after: str, sentence: Span, text: str) -> bool:
    """Whether the sentence denies, fears, remembers or tells what its words name."""
    now = context.NOW.search(sentence.text) is not None
    return (
        _is_denied(words, before)
        or _is_feared(kind, before, after, sentence.text)
        or _is_told(kind, sentence.text, now)
        or _is_past(kind, sentence, text, now)
        or _is_over(after, sentence.text)
        or _is_rhetoric(kind, sentence.text)
    )


def _is_denied(words: str, before: str) -> bool:
    return context.DENIED.search(before) is not None or context.DENIED_INSIDE.search(words) is not None


def _is_feared(kind: str, before: str, after: str, sentence: str) -> bool:
    feared = context.FEARED_EVEN_THERE if kind in context.FEARED_ANYHOW else context.FEARED
    if feared.search(before):
        return True
    return context.FOLLOWED.search(after) is not None or context.WHO_ANSWERS.search(sentence) is not None


def _is_told(kind: str, sentence: str, now: bool) -> bool:
    if context.TOLD.search(sentence) or context.ASKED.search(sentence):
        return True
    heard = context.HEARSAY if kind in context.HEARD_COUNTS else context.HEARD
    return not now and heard.search(sentence) is not None


def _is_past(kind: str, sentence: Span, text: str, now: bool) -> bool:
    if not now and context.PAST.search(sentence.text):
        return True
    if not now and kind not in context.HABIT_COUNTS and context.HABIT.search(sentence.text):
        return True
    return not now and kind in context.CLAIMED_KINDS and context.CLAIMED.search(text) is not None


def _is_over(after: str, sentence: str) -> bool:
    over = context.OVER.search(sentence) or context.OVER.search(after)
    return over is not None and not context.OVER_NOT_YET.search(after)


def _is_rhetoric(kind: str, sentence: str) -> bool:
    """Whether the words are part of an idiom, or the life that cannot go on is a business."""
    if kind == "self_harm" and context.LIFE_RHETORIC.search(sentence):
        return True
    idiom = context.RHETORIC.search(sentence)
    if idiom is None:
        return False
    rest = context.RHETORIC.sub("〇", sentence)
    return not any(sign.pattern.search(rest) for sign in _SIGNS_BY_KIND[kind])


def _danger(hits: list[_Hit], text: str) -> Danger:
    hits.sort(key=lambda hit: _RANK[hit.kind])
    chosen = _first(hits, text)
    number, also = _numbers(chosen.kind, text)
    others = [_BY_NAME[hit.kind].number for hit in hits if hit.kind not in ("help", chosen.kind)]
    return Danger(chosen.kind, number, _distinct((*also, *others), number), chosen.evidence)


def _first(hits: list[_Hit], text: str) -> _Hit:
    """The first by rank; swallowing by mistake is a poisoning, not self-harm."""
    if hits[0].kind == "self_harm" and len(hits) > 1 and any(hit.kind == "poisoning" for hit in hits):
        poisoned = next(hit for hit in hits if hit.kind == "poisoning")
        return poisoned if context.HARM_BY_MISTAKE.search(text) else hits[0]
    return hits[0]


def _numbers(kind: str, text: str) -> tuple[str, tuple[str, ...]]:
    known: Kind = _BY_NAME[kind]
    if kind == "self_harm":
        return _numbers_of_self_harm(text)
    silent = kind in ("stalked", "crime", "violence_at_home", "child_harm", "help")
    if silent and context.CANNOT_SPEAK.search(text):
        return "12110", ("110",)
    return known.number, known.also


def _numbers_of_self_harm(text: str) -> tuple[str, tuple[str, ...]]:
    """Thoughts go to 12356; an act under way to 120 where the body is hurt, else to 110."""
    if context.UNDER_WAY_BODY.search(text):
        return "120", ("110", "12356")
    if context.UNDER_WAY_PLACE.search(text):
        return "110", ("119", "120", "12356")
    return "12356", ("110", "120")


def _distinct(numbers: tuple[str, ...], first: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(number for number in numbers if number != first))
