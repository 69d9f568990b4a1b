"""Documents that are fetched by an address."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.notices import chat_pace, desk_page, ordering, two_person

MODULES = (chat_pace, ordering, desk_page, two_person)
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


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
    yield from two_person_notices(about)


def two_person_notices(name: str) -> Iterator[Any]:
    acts = (
        two_person.WholeCase("JH-2026-000123", 12),
        two_person.CasesWithWords(name, "2026年"),
        two_person.CasesWithWords(name, ""),
        two_person.AdministratorChange(name, "wang.fang", "admin", ""),
        two_person.AdministratorChange(name, "wang.fang", "centre", "admin"),
        two_person.AdministratorChange(name, "wang.fang", "", "admin"),
    )
    for act in acts:
        yield two_person.PleaseAgree(12, name, act, NOW, ZONE)
        yield two_person.Asked(12, act, (name,), 24)
        yield two_person.Asked(12, act, (name,) * 5, 24)
        yield two_person.SentBack(12, act, name)
        yield two_person.Lapsed(12, act)
        yield two_person.DoneFromShell(act, NOW, ZONE)
        yield two_person.DoneFromShell(act, NOW, ZONE, name, name)
        for agreed in (True, False):
            yield two_person.Decided(12, act, agreed)
    yield two_person.NobodyElse()
    yield chat_pace.SlowDown()
    yield two_person.ToDecide(())
    yield two_person.ToDecide(tuple((number, name, act) for number, act in enumerate(acts)))
    for why in two_person._CANNOT:
        yield two_person.CannotDecide(why)
