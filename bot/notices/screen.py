"""What must not be shown on a screen: personal data in a question, and questions of children (domain E6)."""

import re

_PERSONAL = re.compile(
    r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx]|0\d{2,3}[-\s]?\d{7,8}|\d{16,19})(?!\d)"
    r"|(?:身份证|微信|银行卡|车牌)号?(?:码)?\s*(?:是|为|[:：])"
    r"|\d+\s*(?:号楼|幢|栋|单元)\s*\d{3,4}\s*(?:室|号|户)?"
    r"|我叫[\u4e00-\u9fff]{2,4}"
)
_AGE = re.compile(r"我(?:今年|才|刚)?\s*(\d{1,2}|[一二三四五六七八九十]{1,2})\s*(?:周)?岁")
_CHILD = re.compile(
    r"我是.{0,8}(?:小学|初中|高中|中学)(?:的)?(?:学)?生|我(?:在|上|读).{0,8}(?:小学|初中|高中|[一二三四五六七八九]年级)"
)
_NUMERALS = {word: number for number, word in enumerate("一二三四五六七八九", start=1)}
_ADULT = 18


def warning_of(text: str) -> str:
    """Why it stays off the screen, in a few words; empty where nothing speaks against it."""
    if _CHILD.search(text) or any(_years(found[1]) < _ADULT for found in _AGE.finditer(text)):
        return "可能是孩子提的，勿上屏"
    return "有个人信息，勿上屏" if _PERSONAL.search(text) else ""


def _years(words: str) -> int:
    """`12` or `十二` as a number."""
    if words.isdecimal():
        return int(words)
    tens, ten, ones = words.partition("十")
    if not ten:
        return _NUMERALS.get(words, _ADULT)
    return 10 * _NUMERALS.get(tens, 1) + _NUMERALS.get(ones, 0)
