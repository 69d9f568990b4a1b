"""Notices of the duty file."""

from collections.abc import Iterator
from typing import Any

from bot.notices import duty_file
from bot.notices.duty import Behind
from bot.notices.duty_file import PersonBehind

MODULES = (duty_file,)


def notices(station: str, representative: str, words: str, number: str, url: str) -> Iterator[Any]:
    missing = (f"{representative} 1/2 次",) * 20
    quotas = (
        Behind("联系代表次数", 4, 5, "位", "contacts:representative", missing),
        Behind("七带头十个一", 7, 10, "项", "list:ten_ones", ("做一次宣讲", "帮办一件实事", "向选民述职一次")),
    )
    yield duty_file.PaperLost("图片")
    yield duty_file.BehindNudge(2026, quotas)
    yield duty_file.BehindList(2026, (PersonBehind(representative, quotas),) * 40, 60)
    yield duty_file.BehindList(2026, (), 60)
    yield duty_file.BehindList(2026, (), 0)
