"""What a people's congress station does not decide, and where it goes.

Domain notes, section 0: representatives do not handle cases (Deputies Law Art. 31, 59); matters in or fit for
litigation, petitions and accusations have paths of their own (Regulations on Petition Work Art. 23); secrets have
no place in a chat. A complaint about a representative never goes to the one complained of.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.assignment.matter import words_boundary as lists
from bot.assignment.wording import Span, clause_around, cut, sentence_around

_READ = 200  # sentences with a cue that are read in one message
_LETTER = 160  # characters from which 代表 may be anybody, unless the people's congress is spoken of
_REACH = 40  # characters after a name in which its conduct is looked for


@dataclass(frozen=True, slots=True)
class Called:
    """A representative named in the normalised text."""

    code: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Boundary:
    """A matter that goes elsewhere: by which path, which notice explains it, and whom it accuses."""

    kind: str
    referral: str | None
    about: str
    evidence: str
    accused: frozenset[str] = frozenset()


def find(text: str, called: Sequence[Called]) -> Boundary | None:
    """The boundary that a normalised text crosses, or None; `called` are the representatives it names."""
    about_one = _about_named(text, called)
    sentences = _sentences_with_cue(text)
    if not sentences:
        return about_one
    about_one = about_one or _about_a_representative(text, sentences)
    line = _crossed(text, sentences)
    if about_one is not None:
        return _with_referral(about_one, line)
    return line


def _sentences_with_cue(text: str) -> list[Span]:
    spans: list[Span] = []
    for cue in lists.CUES.find_all(text):
        if spans and cue.start < spans[-1].end:
            continue
        if len(spans) >= _READ:
            break
        spans.append(sentence_around(text, cue.start))
    return spans


def _crossed(text: str, sentences: list[Span]) -> Boundary | None:
    praised = lists.PRAISED.search(text) is not None and lists.STILL_WRONG.search(text) is None
    if praised:
        return None
    for line in lists.LINES if len(text) > _LETTER else (*lists.LINES, *lists.SHORT_LINES):
        for sentence in sentences:
            if line.needs is not None and not line.needs.search(sentence.text):
                continue
            found = line.pattern.search(sentence.text)
            if found and _is_meant(line, found, sentence):
                return Boundary("referral", line.referral, line.about, cut(found.group()))
    return None


def _is_meant(line: lists.Line, found: re.Match[str], sentence: Span) -> bool:
    clause = clause_around(sentence.text, found.start())
    before = sentence.text[clause.start : found.start()]
    unless = lists.NOT_MEANT.get(line.referral or "")
    if unless is not None and unless.search(before):
        return False
    if line.about == "police_case" and lists.HOUSEHOLD.search(sentence.text):
        return False
    return not lists.PLACE_OR_RIGHT.match(sentence.text, found.start())


def _about_a_representative(text: str, sentences: Iterable[Span]) -> Boundary | None:
    """A complaint about a representative who is not named, or whose name nobody knows here."""
    if len(text) > _LETTER and not lists.OUR_KIND.search(text):
        return None
    for sentence in sentences:
        for found in lists.REPRESENTATIVE.finditer(sentence.text):
            if _is_blamed(sentence, found.start(), found.end()) or _is_subject_of_wrong(
                text, sentence, found.start()
            ):
                return _complaint(sentence.text[found.start() : found.end() + 12], sentence.text, frozenset())
    return _about_one_who_turned_away(text)


def _about_one_who_turned_away(text: str) -> Boundary | None:
    found = lists.TURNED_AWAY.search(text) if len(text) <= _LETTER else None
    if found is None or lists.SEEN_WELL.search(text) or not lists.REPRESENTATIVE.search(text):
        return None
    return _complaint(found.group(), text, frozenset())


def _is_subject_of_wrong(text: str, sentence: Span, start: int) -> bool:
    """Whether a short message has the representative do something, with something amiss in it."""
    if len(text) > _LETTER or not lists.SUBJECT.match(sentence.text, start):
        return False
    before, after = sentence.text[:start], sentence.text[start:]
    asked = lists.ASKED_FOR_HELP.search(before) is not None and "他" not in after and "她" not in after
    thanked = lists.PRAISE_OF_ONE.search(text) is not None
    return not (asked or thanked) and lists.AMISS.search(after) is not None


def _about_named(text: str, called: Sequence[Called]) -> Boundary | None:
    accused: dict[str, Span] = {}
    for one in called:
        sentence = sentence_around(text, one.start)
        if _is_blamed(sentence, one.start - sentence.start, one.end - sentence.start):
            accused.setdefault(one.code, Span(one.start, sentence.text))
    if not accused:
        return None
    first = min(accused.values(), key=lambda span: span.start)
    return _complaint(text[first.start : first.start + 20], first.text, frozenset(accused))


def _is_blamed(sentence: Span, start: int, end: int) -> bool:
    """Whether the one named here is complained of; one who is greeted, thanked or asked for help is not."""
    before, after = sentence.text[:start], sentence.text[end : end + _REACH]
    if lists.PRAISE_OF_ONE.search(sentence.text) and not lists.STILL_WRONG.search(sentence.text):
        return False
    if lists.COMPLAINED.search(before) and not (lists.GREETED.match(after) or lists.ASKED_FOR_HELP.search(before)):
        return True
    if lists.HAVE_DONE.search(before) and lists.ACTED.search(after):
        return True
    if lists.ADDRESSED.match(after):
        return _is_told_to_their_face(after)
    if lists.ASKED_FOR_HELP.search(before):
        return lists.CONDUCT.search(_clauses(after)) is not None
    return any(sign.search(after) for sign in (lists.CONDUCT, lists.UNLAWFUL)) or any(
        sign.match(after.removeprefix("代表")) for sign in (lists.BELONGINGS, lists.ACTED)
    )


def _is_told_to_their_face(after: str) -> bool:
    spoken = re.search("[您你]", after)
    return spoken is not None and lists.CONDUCT.match(after[spoken.end() : spoken.end() + 12]) is not None


def _clauses(after: str) -> str:
    """Without what follows a colon: that is what they were told, not how they behaved."""
    return after.partition(":")[0]


def _complaint(evidence: str, sentence: str, accused: frozenset[str]) -> Boundary:
    referral = "discipline" if lists.UNLAWFUL.search(sentence) else None
    return Boundary("complaint_about_representative", referral, "representative", cut(evidence), accused)


def _with_referral(complaint: Boundary, line: Boundary | None) -> Boundary:
    if line is None or line.referral != "discipline" or complaint.referral == "discipline":
        return complaint
    return Boundary(complaint.kind, "discipline", complaint.about, complaint.evidence, complaint.accused)
