"""The language of a message that the bot cannot read: such a text is kept as written and goes to a person."""

import re
from collections import Counter

_READ = 2000  # characters that tell a language
_HARDLY_CHINESE = 0.25  # share of Chinese among the letters up to which a text is in another language
_CHINESE_WEIGHT = 2.5  # a Chinese character says as much as two or three letters
_FEWEST = 3  # letters that make a text in another language

_NOISE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|\[[^\[\]\s]{1,8}\]|[a-z]+\d[\w-]*|\d[\w-]*|\b[A-Z]{1,6}\b")
_HAN = re.compile("[\u4e00-\u9fff]+")
_GLANCE = 300  # characters in which most texts show that they are Chinese
_SCRIPTS = (
    ("han", re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f]")),
    ("arabic", re.compile("[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\ufb50-\ufdff\ufe70-\ufefc]")),
    ("cyrillic", re.compile("[\u0400-\u052f]")),
    ("bo", re.compile("[\u0f40-\u0fbc]")),
    ("mn", re.compile("[\u1820-\u18aa]")),
    ("ko", re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]")),
    ("ja", re.compile("[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")),
    ("latin", re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")),
    ("th", re.compile("[\u0e01-\u0e4e]")),
    ("hi", re.compile("[\u0904-\u0939]")),
    ("ii", re.compile("[\ua000-\ua48c]")),
    ("my", re.compile("[\u1000-\u104f]")),
)

# Letters that one language of a script has and its neighbours have not.
_TURKIC = re.compile("[\u06c6\u06c7\u06c8\u06d0\u06d5\u06ad\u06cb]")
_UYGHUR = re.compile("[\u0626\u063a\u062e\u06c8\u06d0\u0698\u06be]")
_KAZAKH_ARABIC = re.compile("[\u0639\u062d\u0674]|(?<![\u0620-\u06d5])[\u0621\u0627]")
_PERSIAN = re.compile("[\u06a9\u06cc]")
_URDU = re.compile("[\u0679\u0688\u0691\u06ba\u06d2]")
_KAZAKH_CYRILLIC = re.compile(
    "[\u0492\u0493\u049a\u049b\u04a2\u04a3\u04b0\u04b1\u04d8\u04d9\u0406\u0456\u04ba\u04bb]"
)
_MONGOL_CYRILLIC = re.compile("[\u04ae\u04af\u04e8\u04e9]")
_RUSSIAN = re.compile("[\u0449\u044a\u044d\u044b]")
_VIETNAMESE = re.compile("[\u0111\u01a1\u01b0\u0103\u1ea0-\u1ef9]", re.IGNORECASE)
_LATIN_WORDS = (
    ("fr", re.compile(r"\b(?:le|la|les|est|je|nous|vous|une|des|pas|dans|pour|avec)\b")),
    ("es", re.compile(r"\b(?:el|los|las|una|que|por|para|con|est[áa]|no hay|hola|mi)\b")),
    ("de", re.compile(r"\b(?:der|die|das|und|ist|nicht|ich|wir|ein|eine|mit)\b")),
    ("tr", re.compile(r"\b(?:bir|ve|için|değil|çok|bu|var|yok)\b")),
    ("id", re.compile(r"\b(?:yang|dan|tidak|ada|saya|kami|untuk|di)\b")),
    (
        "en",
        re.compile(
            r"\b(?:the|is|are|a|an|i|my|we|to|of|in|no|not|and|help|please|there|hello|can|it|this|for|on|has|have)\b"
        ),
    ),
)


def find(text: str) -> str | None:
    """The ISO 639-1 code of the language, or None for Chinese and for texts with enough Chinese in them."""
    glance = text[:_GLANCE]
    if 2 * sum(map(len, _HAN.findall(glance))) > len(glance):
        return None
    head = text[:_READ]
    if head.isascii() and not any(letter.isalpha() for letter in head):
        return None
    counts = _count(_NOISE.sub(" ", head))
    foreign = sum(count for script, count in counts.items() if script != "han")
    if foreign < _FEWEST:
        return None
    if counts["ja"] and counts["ja"] * 3 >= counts["han"]:
        return "ja"
    chinese = counts["han"] * _CHINESE_WEIGHT
    if chinese / (chinese + foreign) > _HARDLY_CHINESE:
        return None
    return _language(max(counts, key=lambda script: counts[script] if script != "han" else -1), head)


def _count(text: str) -> Counter[str]:
    return Counter({script: len(letters.findall(text)) for script, letters in _SCRIPTS})


def _language(script: str, text: str) -> str | None:
    if script == "arabic":
        return _arabic(text)
    if script == "cyrillic":
        return _cyrillic(text)
    if script == "latin":
        return _latin(text)
    return script


def _arabic(text: str) -> str:
    """Uyghur sets a hamza seat before a first vowel; Kazakh writes a bare alef or a high hamza there."""
    if _TURKIC.search(text):
        return "kk" if _KAZAKH_ARABIC.search(text) and not _UYGHUR.search(text) else "ug"
    if _UYGHUR.search(text) and not re.search("\u0640|\u0629|\u0627\u0644", text) and not _PERSIAN.search(text):
        return "ug"
    if _URDU.search(text):
        return "ur"
    return "fa" if _PERSIAN.search(text) else "ar"


def _cyrillic(text: str) -> str:
    if _KAZAKH_CYRILLIC.search(text):
        return "kk"
    if _MONGOL_CYRILLIC.search(text) and not _RUSSIAN.search(text.casefold()):
        return "mn"
    return "mn" if _MONGOL_CYRILLIC.search(text) else "ru"


def _latin(text: str) -> str | None:
    """English unless another language's small words are the more; one code word or a name is no language."""
    if _VIETNAMESE.search(text):
        return "vi"
    lower = text.casefold()
    votes = {code: len(small.findall(lower)) for code, small in _LATIN_WORDS}
    best = max(votes, key=lambda code: (votes[code], code == "en"))
    if votes[best]:
        return best
    return "en" if len(re.findall(r"[a-z]{2,}", lower)) >= 2 else None
