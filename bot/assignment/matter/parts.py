"""The several matters of one message, as the writer set them apart.

Only marks that the writer made split a text: numbers in order, 一是…二是…, or words such as 另外还有一件事. Whether
the parts are different matters is for the topics and places to say; that is decided elsewhere.
"""

import re
from itertools import pairwise

from bot.assignment.wording import any_of, words

MOST = 8  # parts of one message
_SHORTEST = 4  # characters that can be a matter
_READ = 800  # characters; what is longer is a letter, whose numbers order one matter's facts
_DIGITS = "一二三四五六七八九十"
_HEAD = r"(?:^|(?<=[\s。！？；：，!?;:,]))"

# One style of numbering after the other; the first that counts 1, 2, … is the writer's.
# Each with what its second mark looks like, so that a text without one is passed over.
_STYLES = (
    re.compile(rf"{_HEAD}(?:[(（])?(?P<n>\d)(?:[、)）]|[.．](?!\d)|:|：)"),
    re.compile(rf"{_HEAD}[(（]?(?P<n>[{_DIGITS}])(?:[、)）]|[.．])"),
    re.compile(
        rf"(?:^|(?<=[\s。！？；：，!?;:,]))(?:第)(?P<n>[{_DIGITS}\d])(?:件事?|个(?:事情?|问题)?|条|点|项)?(?:[，,、:：是]|(?=\S))"
    ),
    re.compile(rf"{_HEAD}(?P<n>[{_DIGITS}])(?:是|来|则)"),
    re.compile(r"(?P<n>[①②③④⑤⑥⑦⑧])"),
    re.compile(rf"{_HEAD}(?P<n>首先|其次|再次|再者|最后)(?:[，,是]|(?=\S))"),
    re.compile(rf"{_HEAD}(?:事情?|问题|诉求)(?P<n>[{_DIGITS}\d])[:：、,，]?"),
)
_SECONDS = (
    ("2、", "2)", "2）", "2.", "2．", "2:", "2："),
    ("二、", "二)", "二）", "二.", "二．"),
    ("第二", "第2"),
    ("二是", "二来", "二则"),
    ("②",),
    ("其次", "再次", "再者", "最后"),
    ("题二", "题2", "情二", "情2", "求二", "求2", "事二", "事2"),
)
_ANY_SECOND = re.compile(any_of(second for seconds in _SECONDS for second in seconds))
_VALUES = {mark: value for value, mark in enumerate(_DIGITS, 1)}
_VALUES |= {mark: value for value, mark in enumerate("①②③④⑤⑥⑦⑧", 1)}
_VALUES |= {str(value): value for value in range(1, 10)}
_VALUES |= {"首先": 1, "其次": 2, "再次": 3, "再者": 3, "最后": 4}

_ALSO = re.compile(
    rf"(?:{_HEAD})(?:还有(?:一|个|件|就)[^，,。]{{0,6}}|还有[，,:：]?|另外(?:还有?|再|想|,|，|:|一件|我|有)?|再(?:一个|有|者|反映|说|提)(?:一[个件]事?|是|个|,|，)?|此外|顺便(?:再|问|说|反映|提)?[^，,。]{{0,4}}|顺带|对了[，,]?|"
    r"同时(?:还|也)?(?:想)?(?:反映|投诉|问)[^，,。]{0,4}|又一个(?:问题|事)|除此之外|除了这个|另一(?:件事|个问题)[^，,。]{0,4}|也想(?:问|反映|说)[^，,。]{0,4}|我还(?:想|要)(?:反映|问|说|投诉)[^，,。]{0,6}|以及(?:另|还有)[^，,。]{0,4})"
)
_CUES = re.compile(
    "还有|另外|再一个|再有|再者|再反映|再说|再提|此外|顺便|顺带|对了|同时|又一个|除此|除了这|另一|也想|我还|以及"
)
_OWN_MATTER = words(
    """
    坏 没 不 乱 堵 漏 停 欠 吵 臭 脏 破 危险 投诉 反映 希望 请 建议 怎么 什么 能不能 占 骗 扰 少 多 差 难 太
    被 问题 修 断 倒 违 拖 排 垃圾 污 缺 涨 收费 贵 慢 咨询 如何 为何 办 黑 满 死 烂 掉 裂 塌 偷
    """
)
_SAYS_SOMETHING = re.compile("|".join(_OWN_MATTER))


def split(text: str) -> tuple[str, ...]:
    """The matters in order, each in the writer's words; empty for one matter."""
    if len(text) > _READ:
        return ()
    return _numbered(text) or (_added(text) if _CUES.search(text) else ())


def _numbered(text: str) -> tuple[str, ...]:
    if not _ANY_SECOND.search(text):
        return ()
    for style, seconds in zip(_STYLES, _SECONDS, strict=True):
        if not any(second in text for second in seconds):
            continue
        marks = _in_order(list(style.finditer(text)))
        if len(marks) >= 2:
            starts = [mark.start() for mark in marks]
            return _pieces(text, starts, [mark.end() for mark in marks])
    return ()


def _in_order(marks: list[re.Match[str]]) -> list[re.Match[str]]:
    """The marks that count upwards from one, each once."""
    counted: list[re.Match[str]] = []
    wanted = 1
    for mark in marks:
        value = _VALUES.get(mark["n"], 0)
        if value == wanted or (mark["n"] in ("最后", "再次", "再者") and counted):
            counted.append(mark)
            wanted = value + 1
    return counted


def _pieces(text: str, starts: list[int], ends: list[int]) -> tuple[str, ...]:
    bounds = [*starts, len(text)]
    found = [_trim(text[end:after]) for end, (_, after) in zip(ends, pairwise(bounds), strict=True)]
    return tuple(found) if len(found) <= MOST and all(map(_is_a_matter, found)) else ()


def _added(text: str) -> tuple[str, ...]:
    """The text before a word such as 另外, and what follows each of them."""
    marks = [mark for mark in _ALSO.finditer(text) if mark.start() > 0]
    if not marks:
        return ()
    bounds = [0, *(mark.end() for mark in marks)]
    ends = [*(mark.start() for mark in marks), len(text)]
    found = [_trim(text[start:end]) for start, end in zip(bounds, ends, strict=True)]
    kept = [piece for piece in found if _is_a_matter(piece)]
    return tuple(kept) if 2 <= len(kept) <= MOST and len(kept) == len(found) else ()


def _trim(piece: str) -> str:
    return piece.strip(" \t\r\n,，、。;；:：.")


def _is_a_matter(piece: str) -> bool:
    return len(piece) >= _SHORTEST and _SAYS_SOMETHING.search(piece) is not None
