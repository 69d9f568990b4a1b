"""The views of a message that training learns from and reports on."""

from bot.assignment.topics.features import LONGEST_TEXT

_OPENING = 60
_ENDS = "。！？!?；;\n"


def of_text(text: str) -> tuple[str, ...]:
    """The ways a message may reach us: whole, its first sentence or line, its opening, two sentences of it.

    A letter with a title line gives the first 60 characters and the sentences of what follows the title.
    """
    found = dict.fromkeys((whole(text), title(text), opening(text), _passage(_body(text))))
    return tuple(view for view in found if view)


def whole(text: str) -> str:
    """As much of a message as the model reads."""
    return text.strip()[:LONGEST_TEXT]


def title(text: str) -> str:
    """The first line of a message of several lines, else its first sentence."""
    return _first_sentence(whole(text))[0]


def opening(text: str) -> str:
    """The first 60 characters of what follows the title, or of the message where that is short."""
    return _body(text)[:_OPENING]


def _body(text: str) -> str:
    rest = _first_sentence(whole(text))[1]
    return rest if len(rest) >= _OPENING // 2 else whole(text)


def _first_sentence(text: str) -> tuple[str, str]:
    line, newline, rest = text.partition("\n")
    if newline and line.strip():
        return line.strip(), rest.strip()
    cut = min((place for end in _ENDS if (place := text.find(end)) > 0), default=-1)
    return (text, "") if cut < 0 else (text[: cut + 1], text[cut + 1 :].strip())


def _passage(text: str) -> str:
    """Two sentences from the middle: what people write who come to the point at once."""
    sentences = [part for part in _split(text) if len(part) >= 8]
    if len(sentences) < 4:
        return ""
    middle = len(sentences) // 2
    return "".join(sentences[middle : middle + 2])[:80]


def _split(text: str) -> list[str]:
    for end in _ENDS:
        text = text.replace(end, "\n")
    return text.split("\n")
