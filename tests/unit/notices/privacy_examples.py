"""Notices about rights over one's own data."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.notices import privacy, privacy_consent, privacy_desk
from bot.notices.privacy import Keeping
from bot.notices.privacy_desk import KINDS, RequestLine

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
DUE = NOW + timedelta(days=15)
MODULES = (privacy, privacy_consent, privacy_desk)
KEEPING = Keeping(180, 90)


def notices(number: str, words: str, url: str) -> Iterator[Any]:
    many = (number,) * 12
    yield privacy.ErasureExplained(12, 3, 2, many, many, KEEPING, 15)
    yield privacy.ErasureExplained(0, 0, 0, (), (), KEEPING, 15)
    yield privacy.ErasureDone(12, 3, many, KEEPING)
    yield privacy.ErasureDone(0, 0, (), KEEPING)
    yield privacy.ErasureSplit(3, many, many, 12, DUE, ZONE, KEEPING)
    yield privacy.ErasureSplit(0, (), (number,), 12, DUE, ZONE, KEEPING)
    yield privacy.NothingKept()
    yield privacy.ErasureNotWanted()
    yield privacy.OwnCopy(f"{url}/my-data/abcDEF", DUE, ZONE)
    yield privacy.WhichToTakeBack(number, 7, tuple((one, words) for one in range(1, 12)))
    yield privacy.WhichToTakeBack(number, 7, ((1, words), (2, "")))
    for flag in (False, True):
        yield privacy.MessageTakenBack(number, 7, flag)
    yield privacy.MatterTakenBack(number)
    yield privacy.CannotTakeBack()
    yield privacy.CannotTakeBack(number)
    yield privacy.CannotTakeBack(number, held=True, request=12)
    yield privacy.CorrectionHelp()
    yield privacy.Corrected(number)
    yield privacy.RequestNoted(12, DUE, ZONE)
    yield privacy.RequestApproved(12, "有关内容已经删除")
    yield privacy.RequestApproved(12, "有关内容已经删除", words)
    yield privacy.RequestRefused(12, words)
    yield from _of_staff(number, words)
    yield privacy_consent.OwnConsents(())
    yield privacy_consent.OwnConsents(tuple((number, case, "quote") for case in range(12)))
    yield privacy_consent.ConsentHelp()
    for purpose in privacy_consent.PURPOSES:
        yield privacy_consent.ConsentAsked(number, 7, purpose, words)
        yield privacy_consent.ConsentAskedFor(number, purpose)
        for given in (False, True):
            yield privacy_consent.ConsentNoted(number, 7, purpose, given)
            yield privacy_consent.ConsentAnswered(number, purpose, given)


def _of_staff(number: str, words: str) -> Iterator[Any]:
    yield privacy_desk.WordsGone((number, number))
    yield privacy_desk.WithdrawnCard()
    yield privacy_desk.DestroyExports((number,) * 30, (NOW.date(),) * 12)
    lines = tuple(RequestLine(place, kind, number, DUE, place > 2, words) for place, kind in enumerate(KINDS))
    yield privacy_desk.RequestList(lines, ZONE)
    yield privacy_desk.RequestList((), ZONE)
    for flag in (False, True):
        yield privacy_desk.RequestWaits(lines[0], ZONE, flag)
        yield privacy_desk.RequestDecided(12, flag, not flag)
        yield privacy_desk.RequestDecided(12, flag, flag)
    yield privacy_desk.RequestDecided(
        12, approved=True, told_in_chat=False, url="https://lianxin.example/my-data/a"
    )
    yield privacy_desk.Retained((("words", 12), ("media", 3)))
    for why in privacy_desk.HELP:
        yield privacy_desk.RequestHelp(why)
    yield privacy_desk.RequestRegistered(RequestLine(12, "relative", "", DUE, False), ZONE)
