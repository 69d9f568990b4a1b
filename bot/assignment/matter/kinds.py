"""The kind of a message that is neither an emergency nor beyond the boundary (contract, section 5).

Strong words first; the model's probabilities are a second opinion where they are sure. `unclear` is decided
elsewhere. Spam needs advertising and no grievance, for a lost petition is worse than a kept advertisement.
"""

from collections.abc import Callable

from bot.assignment.matter import words_kinds as lists
from bot.assignment.wording import cut, neighbours, plain, sentences

_SHORT = 60
_LETTER = 260  # characters from which a message is a letter about a matter, whatever words are in it
_SURE = 0.8  # of the model
_SURE_OF_SPAM = 0.97
_SECOND_OPINIONS = frozenset(
    ("service_query", "privacy_request", "praise", "legislation_opinion", "livelihood_suggestion")
)


def read(text: str, kinds: tuple[tuple[str, float], ...]) -> tuple[str, str]:
    """The kind and the words for it; `kinds` is the model's opinion, the likeliest first, and may be empty."""
    if len(text) > 2 * _LETTER:
        return "case", ""
    read_text = plain(text)
    for kind, rule in _RULES:
        evidence = rule(read_text)
        if evidence:
            return kind, cut(evidence)
    return _second_opinion(read_text, kinds)


def _second_opinion(text: str, kinds: tuple[tuple[str, float], ...]) -> tuple[str, str]:
    if not kinds or len(text) > _LETTER:
        return "case", ""
    kind, probability = max(kinds, key=lambda one: one[1])
    if kind in _SECOND_OPINIONS and probability >= _SURE:
        return kind, cut(text)
    if (
        kind == "spam"
        and probability >= _SURE_OF_SPAM
        and not lists.GRIEVANCE.search(text)
        and lists.ADVERT.search(text)
    ):
        return kind, cut(text)
    return "case", ""


def _spam(text: str) -> str | None:
    if len(text) > _LETTER or lists.GRIEVANCE.search(text):
        return None
    strong = lists.ADVERT_STRONG.search(text)
    signs = {found.group() for found in lists.ADVERT.finditer(text)}
    if strong or len(signs) >= 2:
        return strong.group() if strong else min(signs)
    return None


def _privacy(text: str) -> str | None:
    if len(text) > _LETTER or lists.DATA_ELSEWHERE.search(text):
        return None
    for sentence in sentences(text):
        verb = lists.DATA_VERB.search(sentence.text)
        near = neighbours(text, sentence)
        if verb and lists.OWN_DATA.search(near) and lists.DATA_HERE.search(near):
            return verb.group()
    return None


def _legislation(text: str) -> str | None:
    draft, law = lists.DRAFT.search(text), lists.LAW.search(text)
    if not (draft or law):
        return None
    opinion = lists.LAW_OPINION.search(text)
    if draft and (law or opinion) and not (len(text) > _LETTER and lists.LAW_BROKEN.search(text)):
        return draft.group()
    if law and opinion and len(text) <= 2 * _SHORT and not lists.LAW_BROKEN.search(text):
        return law.group()
    return None


def _praise(text: str) -> str | None:
    praise = lists.PRAISE.search(text) if len(text) <= _LETTER else None
    if praise is None or lists.STILL_WANTED.search(text):
        return None
    strong = lists.PRAISE_STRONG.search(text)
    outcome = lists.PRAISED_OUTCOME.search(text)
    return praise.group() if strong or outcome or len(text) <= _SHORT else None


def _service(text: str) -> str | None:
    about = lists.SERVICE.search(text) if len(text) <= 2 * _SHORT else None
    if about is None or lists.SERVICE_GRIEVANCE.search(text):
        return None
    return about.group() if lists.QUESTION.search(text) else None


def _suggestion(text: str) -> str | None:
    if len(text) > _LETTER or lists.FACILITY_BROKEN.search(text):
        return None
    wished, facility = lists.WISHED.search(text), lists.FACILITY.search(text)
    return facility.group() if wished and facility else None


_RULES: tuple[tuple[str, Callable[[str], str | None]], ...] = (
    ("spam", _spam),
    ("privacy_request", _privacy),
    ("legislation_opinion", _legislation),
    ("service_query", _service),
    ("praise", _praise),
    ("livelihood_suggestion", _suggestion),
)
