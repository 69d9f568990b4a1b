"""Notices of reports to the voters."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from bot.notices import duty_reports
from bot.notices.duty_report_draft import KindFacts, ReportFacts, Sentence, Told, compose

MODULES = (duty_reports,)
FIRST, LAST, DAY = date(2026, 1, 1), date(2026, 12, 31), date(2026, 12, 20)


def notices(station: str, representative: str, words: str) -> Iterator[Any]:
    many = tuple(range(1, 119))
    facts = ReportFacts(
        FIRST,
        LAST,
        KindFacts("", many, 60, 2535, 459, 215),
        (KindFacts("走访", many, 60, 2535, 459, 215), KindFacts("培训", (3,), 1)),
        (5, 6),
        (6,),
        (Told(3, DAY, station, words), Told(4, DAY, "", "走访3户。")),
    )
    yield duty_reports.Draft(FIRST, LAST, tuple(compose(facts)), own_kept=True)
    yield duty_reports.Draft(FIRST, LAST, ())
    yield duty_reports.Sources(2, Sentence("走访 118 次。", many))
    yield duty_reports.OwnKept(800)
    yield duty_reports.OwnText(words)
    for moved in (True, False):
        yield duty_reports.Planned(DAY, station, moved=moved)
        yield duty_reports.Planned(DAY, station, representative, moved)
        yield duty_reports.Soon(DAY, station, moved)
    yield duty_reports.CalledOff()
    yield duty_reports.CalledOff(representative)
    yield duty_reports.Held(representative, DAY, 50, (40, 8, 2), 12)
    yield duty_reports.Coverage(DAY, 3, 5496, ((representative, True), ("李娜", False)) * 40)
    yield duty_reports.Coverage(DAY, 3, 3, ())
    yield duty_reports.Status()
    yield duty_reports.Status(DAY, (40, 8, 2), DAY, station)
    for why in duty_reports._HELP:
        yield duty_reports.ReportHelp(why)
