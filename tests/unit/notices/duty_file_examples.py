"""Notices of the duty file and its yearly check."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from bot.notices import duty_file, duty_file_check
from bot.notices.duty import Behind
from bot.notices.duty_file import PersonBehind, SectionState
from bot.notices.duty_file_check import NumberedGap

MODULES = (duty_file, duty_file_check)


def notices(station: str, representative: str, words: str, number: str, url: str) -> Iterator[Any]:
    missing = (f"{representative} 1/2 次",) * 20
    quotas = (
        Behind("联系代表次数", 4, 5, "位", "contacts:representative", missing),
        Behind("七带头十个一", 7, 10, "项", "list:ten_ones", ("做一次宣讲", "帮办一件实事", "向选民述职一次")),
    )
    sections = (
        SectionState("visits", "走访选民", 0, 0, duty_file.entries_lack(0, 1)),
        SectionState("bills", "议案建议", 1, 2, duty_file.entries_lack(3, 5)),
        SectionState("form", "基本信息登记表", 0, 0, duty_file.empty_fields(("unit", "post"))),
        SectionState("papers", "选举材料", 0, 1, duty_file.papers_lack(2)),
        SectionState("other", "其他", 0, 0),
    )
    yield duty_file.PaperLost("图片")
    yield duty_file.BehindNudge(2026, quotas)
    yield duty_file.BehindList(2026, (PersonBehind(representative, quotas),) * 30, 40, 60)
    yield duty_file.BehindList(2026, (), 0, 60)
    yield duty_file.BehindList(2026, (), 0, 0)
    yield duty_file.FileOutline(representative, 2026, "第十八届", sections, quotas, "还有缺项", url, 7, url)
    yield duty_file.FileOutline(representative, 2026, "第十八届", sections, (), "", url, 7)
    for why in duty_file._REFUSED:
        yield duty_file.FileRefused(why)
    yield duty_file.FileRefused("section", tuple(one.name for one in sections))
    yield duty_file.FilingBegun(representative, "走访选民", words)
    yield duty_file.FilingBegun(representative, "走访选民")
    yield duty_file.PaperFiled(12, representative, "走访选民", 3)
    yield duty_file.PaperRemoved(12)
    for count in (0, 2):
        yield duty_file.AddressesRevoked(count)
    yield from _check(representative, words)


def _check(representative: str, words: str) -> Iterator[Any]:
    gaps = tuple(NumberedGap(number, "走访选民：今年还没有") for number in range(1, 12))
    for listed in (gaps, ()):
        yield duty_file_check.GapList(2026, listed)
        yield duty_file_check.GapList(2026, listed, representative)
    yield duty_file_check.FileComplete(12, 2026)
    yield duty_file_check.FileConfirmedCard(2026)
    for state in duty_file_check.STATES.values():
        yield duty_file_check.FileConfirmed(2026, state)
    for why in duty_file_check._REFUSED:
        yield duty_file_check.CheckRefused(why)
    yield duty_file_check.Waived(representative, 2, 1)
    yield duty_file_check.Waived(representative, 2, 0)
    yield duty_file_check.CheckWaiting(((representative, 2026),) * 20)
    yield duty_file_check.CheckWaiting(())
    yield duty_file_check.ChecksReviewed(3, (representative, words))
    yield duty_file_check.ChecksReviewed(0, ())
    yield duty_file_check.CheckReturned(representative, 2026)
    yield duty_file_check.WasSentBack(12, 2026, words)
    yield duty_file_check.TermEnded("锦河区第十八届", date(2026, 12, 31))
