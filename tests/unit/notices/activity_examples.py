"""Every notice of activity days and receptions, with usual facts and with the longest that one meets."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from bot.notices import (
    activity_day,
    activity_day_desk,
    activity_day_reports,
    activity_day_rosters,
    activity_day_shown,
    receptions,
)

MODULES = (activity_day, activity_day_desk, activity_day_reports, activity_day_rosters, receptions)
ON = date(2026, 12, 15)


def notices(station: str, person: str, words: str, number: str, url: str) -> Iterator[Any]:
    """All of them, in the states that change their words."""
    for day in (
        activity_day.DayFacts(12, station, ON, "09:00", "11:30"),
        activity_day.DayFacts(123456, station, ON, "09:00", "11:30", words[:200], words[:100]),
    ):
        yield from _invitations(day, station, person)
        yield from _reminders(day, station, person, url)
        yield from _planning(day, station, person)
        yield from _reports(day, station)
    yield from _receptions(station, person, words, number)


def _invitations(day: activity_day.DayFacts, station: str, person: str) -> Iterator[Any]:
    for changes in ({}, {"again": True}, {"moved": True}, {"instead_of": person}):
        yield activity_day.Invitation(day, 3, station, **changes)  # type: ignore[arg-type]
    for answer in ("已回复：参加", "已回复：请假", "已换人", "名单已定", "安排已变"):
        yield activity_day.InvitationSettled(day, station, answer)
    for why in ("accepted", "declined", "replaced", "not_invited", "moved", "over"):
        yield activity_day.InvitationAnswered(day, why)
    yield activity_day.AskSubstitute(day)
    yield activity_day.SubstituteAsked(day, person)
    for agreed in (True, False):
        yield activity_day.SubstituteAnswered(day, person, agreed)
    for why in activity_day._NO_SUBSTITUTE:
        yield activity_day.SubstituteRefused(why, person)
    yield activity_day.SubstituteRefused("several", person, ((person, station, "12"), (person, station, "13")))
    yield activity_day.RosterLeft(day)


def _reminders(day: activity_day.DayFacts, station: str, person: str, url: str) -> Iterator[Any]:
    for unanswered, fixed in ((False, False), (True, False), (False, True)):
        yield activity_day.DayReminder(day, station, unanswered, fixed)
    yield activity_day.MorningCard(day, 1, station)
    for late, whose, again in ((False, "", False), (True, "", True), (True, person, False)):
        yield activity_day.CheckedIn(day, "09:12", late, whose, again)
    yield activity_day.CheckedOut("11:20")
    for why in activity_day._NOT_IN:
        yield activity_day.CheckInRefused(why, day.when, person)
    yield activity_day.CheckInRefused("several", name=person, choices=((f"{person}（{station}）", "12"),))
    yield activity_day.DayMoved(day)
    for postponed in (True, False):
        yield activity_day.DayCalledOff(day, postponed)
    called = (f"{person}代表（{station}主任）",) * 3
    for people in ((), called):
        yield activity_day.PublicReminder(day, station, "堰裕路 12 号", people)
        yield activity_day.NextDays(station, "堰裕路 12 号", "0510-83700000", ((day, people),), url)
        yield activity_day_desk.PublicNotice(day, station, "堰裕路 12 号", "0510-83700000", people)
    yield activity_day.NextDays(station, "", "", (), url)
    yield activity_day.NoStationKnown()


def _planning(day: activity_day.DayFacts, station: str, person: str) -> Iterator[Any]:
    people = ((person, "accepted"), (person, "invited"), (person, "declined"))
    for proposed in (None, date(2026, 12, 16)):
        yield activity_day_desk.DayQuestion(day, "按规则：每月第三周的星期二", proposed)
    yield activity_day_desk.DayQuestionSettled(day, "改到12月16日")
    yield activity_day_desk.AskOtherDate(day)
    for act in ("confirmed", "moved", "postponed", "cancelled", "added", "topic", "site_left_out", "site_added"):
        for told in (0, 12):
            yield activity_day_desk.DayChanged(day, act, told)
    for why in activity_day_desk._REFUSED:
        yield activity_day_desk.DayRefused(why, "open")
    for manages in (True, False):
        yield activity_day_desk.DayWords(manages, works_a_site=manages)
    for became in activity_day_rosters._PLACE_NOTED:
        yield activity_day_rosters.PlaceNoted(day, person, became)
    for why in activity_day_rosters._NO_PLACE:
        yield activity_day_rosters.PlaceRefused(why, person, ((person, station, "320206"),) * 3)
    behind = (activity_day_rosters.YearCount(person, station, 1),)
    for many in ((), behind, behind * 40):
        yield activity_day_rosters.YearCounts(2026, 2, 815, many)
    yield activity_day_desk.DayList(())
    lines = (activity_day_desk.DayLine(day, state, 3, 5, 7) for state in activity_day_desk.STATE_NAMES)
    yield activity_day_desk.DayList(tuple(lines))
    yield from _shown(day, station, people)
    yield activity_day_rosters.RosterOpened(day, station, people, (person,))
    yield activity_day_rosters.RosterOpened(day, station, ())
    yield activity_day_rosters.RosterFixed(day, station, people)
    yield activity_day_rosters.Unanswered(day, station, (person, person))
    for today in (True, False):
        yield activity_day_rosters.OfficerReminder(day, station, people, today)
    for asked, left in (("", False), (person, True)):
        yield activity_day_rosters.LeaveTaken(day, station, person, asked, left)
    yield activity_day_rosters.ReplacementFound(day, station, person, person)
    yield activity_day_desk.DayLapsed(day)
    yield activity_day_desk.NoSites(day)


def _shown(day: activity_day.DayFacts, station: str, people: tuple[tuple[str, str], ...]) -> Iterator[Any]:
    figures = activity_day_reports.SiteFigures(6, 17, 4, 2)
    for counted in (None, figures):
        site = activity_day_shown.ShownSite(station, people, counted, counted is not None)
        yield activity_day_shown.DayShown(day, "closed", ON, (site,) * 12, 30, ON)
    yield activity_day_shown.DayShown(day, "planned", ON, (), 0)


def _reports(day: activity_day.DayFacts, station: str) -> Iterator[Any]:
    figures = activity_day_reports.SiteFigures(6, 17, 4, 2)
    most = activity_day_reports.SiteFigures(99999, 99999, 99999, 99999)
    for overdue, changed in ((False, False), (True, False), (False, True)):
        for shown in (figures, most):
            yield activity_day_reports.ReportCard(day, 987654, station, shown, ON, overdue, changed)
    yield activity_day_reports.ReportFiled(day, station, most)
    for raw in (None, figures):
        yield activity_day_reports.ReportNoted(day, station, most, raw)
    for why in activity_day_reports._NO_REPORT:
        yield activity_day_reports.ReportRefused(why, ((12, station), (13, station)))
    yield activity_day_reports.ReportMissing(day, station, ON)
    for filed in (figures, most):
        yield activity_day_reports.DaySummary(day, 153, 149, filed, figures)


def _receptions(station: str, person: str, words: str, number: str) -> Iterator[Any]:
    full = receptions.ReceptionFacts(98765, station, 500, 9999, 9999, words, f"{person}代表", on_day=True)
    for facts in (full, receptions.ReceptionFacts(1, station, 3, 0, 0, "")):
        yield receptions.ReceptionNoted(facts)
        yield receptions.ReceptionSettled(facts, "当场已答复")
    yield receptions.ReceptionCase(number, f"{station}{person}代表")
    for why in receptions._NOT_NOTED:
        yield receptions.ReceptionHelp(why)
    yield receptions.HowToChange(98765)
    yield receptions.TellInPerson(number, words)
    for why in ("", "chat", "waiting", "referral"):
        yield receptions.ToldInPerson(number, why)
