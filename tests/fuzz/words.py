"""Words that people may write: plain noise, and every command's own shape as its handler's pattern has it."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

from hypothesis import strategies as st

from bot import handlers

MOST = 400  # characters; a WeChat text is at most 2,048 bytes
_PIECES = (
    *("2026-12-08", "0000-00-00", "0000-01", "9999-12-31", "9999年12月", "13月45日", "2月30日", "明天", "下周五"),
    *("去年", "上季度", "第5季度", "24:00", "25:61", "#000001", "#2026-000001", "#999999", "L1", "L999999999"),
    *("99999999999999999999", "0", "-1", "０１２", "٣", "²", "三", "五百万", "张伟", "R1", "钱桥联络站", "牡丹园"),
    *("全部", "按代表", "按月", "xlsx", "pdf", "同意", "代表", "提醒", " ", "\n", "\t", "\u3000", "，", "：", "。"),
    *("\x00", "\u202e", "\ufeff", "😀", "'", "{{7*7}}", "%s", "<a>", "=1+1", "../", "\\", "||", "@all"),
)
_KEYS = ("accept:1", "pass:999999999999999999", "", ":", "notice:1:x", "duty:1", "solved:1", "subscribe:day:")


def patterns() -> list[re.Pattern[str]]:
    """Every pattern by which a handler knows what is meant for it: a new handler is tried from its first day."""
    return sorted(_patterns(), key=lambda pattern: pattern.pattern)


def _patterns() -> Iterator[re.Pattern[str]]:
    seen = set()
    for module in pkgutil.iter_modules(handlers.__path__):
        for value in vars(importlib.import_module(f"bot.handlers.{module.name}")).values():
            if isinstance(value, re.Pattern) and value.pattern not in seen:
                seen.add(value.pattern)
                yield value


def commands() -> list[str]:
    """The words with which the patterns begin, as far as they are plain."""
    plain = {found for one in patterns() for found in re.findall(r"[\u4e00-\u9fff]{2,6}", one.pattern)}
    return sorted(plain)


noise = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
pieces = st.lists(st.sampled_from(_PIECES) | noise, min_size=1, max_size=6).map("".join)
shaped = st.sampled_from(patterns()).flatmap(lambda one: st.from_regex(one, fullmatch=True))
begun = st.tuples(st.sampled_from(commands()), st.sampled_from(["", " ", "：", "\n"]), pieces).map("".join)
spoken = (
    st.one_of(begun, begun, shaped, pieces, noise)
    .map(lambda text: text.encode("utf-8", "ignore").decode()[:MOST])
    .filter(lambda text: bool(text.strip()))
)
keys = st.one_of(shaped, st.sampled_from(_KEYS), noise).map(lambda key: key[:128])
