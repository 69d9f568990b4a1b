"""Cries for help in the languages that the bot does not read: a few words each, enough to name a number.

A denial, a drill or the past is looked for in English, Russian, Kazakh and Uyghur; elsewhere a cry counts as it is.
"""

# ruff: noqa: E501  a pattern is read and changed as one line; Cyrillic letters are Cyrillic

import re

from bot.assignment.wording import finder

_FOREIGN = re.compile("[\u0400-\u06ff\u0f40-\u0fbc\u1820-\u18aa\uac00-\ud7a3\u3041-\u30ff]")
_LATIN = re.compile("[a-z][a-z][a-z]")
_CRIES = (
    (
        "self_harm",
        r"\b(?:i|he|she|my \w+) (?:really )?(?:just )?(?:wants?|wanna|going|am going|is going|trying|plan)(?: to)? (?:die|kill (?:my|him|her)self|end (?:my|his|her) life|jump off|commit suicide)|kill myself|end my life|suicid(?:e|al)|don'?t want to live|want to die|ئۆلۈۋال|جېنىمغا زامىن|ئۆزۈمنى ئۆلتۈر|ياشىغۇم يوق|ئۆلگۈم كېل|ءوزىمدى ءولتىر|ءولگىم كەل|ءومىر سۇرگىم كەلمەي|өзімді өлтір|өлгім кел|өмір сүргім келмейді|покончить с собой|не хочу жить|хочу умереть|самоубийств|རང་སྲོག|རང་ཤི|འཆི་འདོད|죽고 ?싶|자살|死にたい|自殺",
    ),
    (
        "fire",
        r"\b(?:is|are|was set|caught|catches|'s|there is a|there's a|big|a) (?:on )?fire\b(?! (?:station|drill|alarm|truck|exit|safety|extinguisher|department|hydrant|engine))|\bon fire\b|house is burning|\bfire!|^fire[.!]*$|building is burning|ئوت كەت|ئوت ئاپىت|ئوت ئال|ئوت تۇتاش|ءورت|өрт|пожар|горит|загорел|མེ་ཤོར|མེ་སྐྱོན|མེ་འབར|불이 ?났|화재|火事",
    ),
    (
        "gas",
        r"gas (?:is )?leak|leaking gas|smell(?:s|ing)?(?: of| like)? gas|گاز (?:چىق|پۇرى|قېچى|ئاق)|گاز ءيىسى|گاز شىعى|газ иісі|газ шығ|запах газа|пахнет газом|утечка газа|རླངས་རྫས|가스",
    ),
    (
        "medical",
        r"\bambulance\b|heart attack|can(?:'|no)?t breathe|cannot breathe|not breathing|unconscious|bleeding (?:badly|heavily|a lot|to death)|overdose|stroke (?:now|patient)|collapsed|جىددىي قۇتقۇز|قۇتقۇزۇش ماشىنى|ھوشىدىن كەت|نەپەس ئال|قان توختىما|جەدەل جاردەم|ەسىنەن تان|жедел жәрдем|есінен тан|скор(?:ая|ую)|без сознания|не дышит|སྐྱོབ་འཁོར|དྲན་མེད|구급차|救急車",
    ),
    (
        "crime",
        r"call (?:the )?(?:police|cops|110|911)|being (?:attacked|robbed|followed|stabbed|beaten)|has a (?:knife|gun)|with a (?:knife|gun)|(?:trying to )?kill me|breaking into|robber(?:y)?\b|\brap(?:e|ed|ing)\b|kidnap|ساقچى(?: چاقىر|غا تېلېفون|\\b)|ئۇرۇۋات|پىچاق|ئوغرى|ساقشى|ۇرىپ جاتىر|پىشاق|полиция(?:ға|сы)?|полицию|ұрып жатыр|пышақ|нож(?:ом)?\b|убивают|нападают|грабят|ཉེན་རྟོག|경찰|警察を|助けて警察",
    ),
    ("trapped", r"\b(?:stuck|trapped) (?:in|inside|under)|قاپسىلىپ قال|قامىلىپ قال|қамалып қал|застрял|བཀག་སྡོམ"),
    (
        "help",
        r"(?:^|[.!,] *)(?:please )?help(?: me| us| him| her)?(?: please| now)?[.!]*$|\bhelp me\b(?! (?:with|find|apply|understand|to))|somebody help|someone help|\bsos\b|save me|قۇتقۇز|جېنىم|ياردەم قىل|كومەكتەس|قۇتقار|құтқар|көмектес|помогите|спасите|на помощь|རོགས་(?:པ|རམ)|སྐྱོབ|살려|도와주세요|助けて|ᠠᠪᠤᠷᠠ",
    ),
)
# Without one of these, Latin letters in a text are no cry.
_IN_A_CRY = finder(
    """
    die kill life jump suicid live fire burning gas ambulance heart breathe breathing unconscious bleeding overdose
    stroke collapsed call being knife gun breaking robber rap kidnap stuck trapped help sos save 自殺 火事 救急車
    """
)
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _CRIES)
_NOT_NOW = re.compile(
    r"\b(?:yesterday|last (?:week|month|year|night)|ago|drill|movie|film|news|story|novel|insurance|if there|in case|no fire|not on fire|would|could cause|risk of|prevent|afraid of|no gas leak|put out|extinguished)\b|تۈنۈگۈن|ئۆتكەن|مەشىق|كەشە|ВЧЕРА|вчера|кеше|өткен|учения|учени[ея]"
)


def find_cry(text: str) -> tuple[str, str] | None:
    """Kind and words of a cry in another language; the text is in lower case."""
    if not _FOREIGN.search(text) and not (_LATIN.search(text) and _IN_A_CRY.search(text)):
        return None
    if _NOT_NOW.search(text):
        return None
    for kind, pattern in _PATTERNS:
        found = pattern.search(text)
        if found:
            return kind, found.group().strip()[:20]
    return None
