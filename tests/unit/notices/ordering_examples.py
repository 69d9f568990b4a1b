"""Documents that are fetched by an address."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from bot.notices import desk_page, ordering

MODULES = (ordering, desk_page)


def notices(about: str, words: str, url: str) -> Iterator[Any]:
    whole = ordering.ExportNamed("履职登记表", about, date(2026, 1, 1), date(2026, 12, 31), ("pdf", "docx", "xlsx"))
    yield ordering.ExportGiven(whole, 10_000, url, 24)
    yield ordering.ExportGiven(ordering.ExportNamed("基本信息登记表", about, None, None, ("pdf",)), None, url, 24)
    yield ordering.LinksVoided(0, "")
    yield ordering.LinksVoided(12, words)
    for is_staff in (True, False):
        yield ordering.ExportHelp(is_staff)
    for why in ordering._REFUSED:
        yield ordering.ExportRefused(why, words)
    yield desk_page.DeskPageGiven(about, url, 12)
