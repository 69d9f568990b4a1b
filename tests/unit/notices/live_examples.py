"""Every notice about live sessions, in the states that change its words."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.notices import live, live_staff
from bot.notices.privacy_line import PrivacyLine
from bot.notices.words import Owner

MODULES = (live, live_staff)
ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 12, 1, 11, 30, tzinfo=UTC)
PRIVACY = PrivacyLine("https://lianxin.example/privacy", 730)


def _facts(kind: str, station: str, words: str, hosts: int, note: str) -> live.LiveFacts:
    return live.LiveFacts(
        id=12,
        kind=kind,
        title=words,
        station=station,
        hosts=("张伟",) * hosts,
        starts_at=START,
        ends_at=START + timedelta(hours=1 if hosts else 6),
        zone=ZONE,
        url="https://lianxin.example/live/12",
        description=words,
        note=note,
    )


def notices(station: str, words: str, owner: Owner) -> Iterator[Any]:
    for kind in live.KINDS:
        for hosts, note in ((0, ""), (2, "设备检修"), (9, words[:60])):
            facts = _facts(kind, station, words, hosts, note)
            yield from _to_constituents(facts, words, owner)
            yield from _to_staff(facts, words)


def _to_constituents(facts: live.LiveFacts, words: str, owner: Owner) -> Iterator[Any]:
    for yes in (True, False):
        yield live.LiveGreeting(facts, PRIVACY, yes)
        yield live.LiveOver(facts, PRIVACY, yes)
        yield live.QuestionNoted(facts, 36, yes, PRIVACY if yes else None)
        yield live.LiveUpcoming(facts, yes)
        yield live.LiveMoved(facts, yes)
        yield live.LiveAhead((facts, facts), frozenset({facts.id}) if yes else frozenset())
    yield live.LiveAhead(())
    yield live.LiveCancelled(facts)
    for shared in (None, 1):
        yield live.LiveAnswer(facts, 3, words, live.ANSWERED, "", shared_with=shared)
        yield live.LiveAnswer(facts, 3, words, live.ANSWERED, words, shared_with=shared)
        yield live.LiveAnswer(facts, 3, words, live.DECLINED, "和这次的主题无关", shared_with=shared)
        for number in ("JH-2026-000123", ""):
            yield live.LiveAnswer(
                facts, 3, words, live.CASE, "", number, owner, START, shared, cancelled=bool(number)
            )


def _to_staff(facts: live.LiveFacts, words: str) -> Iterator[Any]:
    poster = "https://lianxin.example/code/12.svg"
    yield live_staff.DraftWaits(facts, "钱联络")
    for waiting in (0, 3):
        for approved in (True, False):
            yield live_staff.SessionAhead(facts, poster, waiting, approved, public=approved)
    yield live_staff.SessionMoved(facts)
    for was_draft in (True, False):
        yield live_staff.SessionCancelled(facts, was_draft)
    lines = tuple(
        live_staff.QuestionLine(number, words, fate, detail)
        for number, fate in enumerate(live_staff.FATES, start=1)
        for detail in ("", "由钱联络认领")
    )
    for some in ((), lines):
        yield live_staff.Questions(facts, some)
        for sorted_out in (True, False):
            yield live_staff.ClaimList(facts, some, sorted_out)
    promises = tuple(
        live_staff.PromiseLine(3, "市政公司", date(2026, 12, 20), words, late) for late in (True, False)
    )
    sessions = tuple(
        live_staff.SessionLine(facts, state, 36, 2, undelivered=place % 2)
        for place, state in enumerate(live_staff.STATES)
    )
    yield live_staff.Overview((), (), ())
    yield live_staff.Overview(sessions, lines, promises)
    yield live_staff.QuestionCard(7, 12, 3, words, 36)
    for fate in live_staff.FATES:
        yield live_staff.QuestionCardDone(12, 3, words, fate)
        for waiting, held in ((0, True), (3, False)):
            yield live_staff.FateNoted(3, fate, "第 1 号", waiting, held)
    for rung in ("", "lead"):
        yield live_staff.SortReminder(facts, 3, rung)
    yield live_staff.AnswersUndelivered(facts, tuple(range(1, 60)))
    yield live_staff.PromisesAsked(facts)
    for promise in promises:
        yield live_staff.PromiseNoted(promise)
        yield live_staff.PromiseDue(facts, promise)
        yield live_staff.PromiseKept(promise, again=promise.late)
    for act in ("approve", "end", "resume", "move", "cancel", "draft"):
        yield live_staff.SessionSettled(facts, act)
    for why in live_staff.REFUSALS:
        yield live_staff.LiveRefused(why, "3")
    yield live_staff.LiveHelp()
    for cancelled in (True, False):
        yield live_staff.LivingRefused(facts, cancelled)
