"""Notices of the duty record."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from bot.notices import duty, duty_desk
from bot.notices.duty import Behind, DutyFacts

MODULES = (duty, duty_desk)
DAY = date(2026, 12, 15)
KINDS = tuple((f"kind_{number}", "党委政府等活动") for number in range(6))
HEAD = ("JH", 1234567, "0123456789abcdef" * 4)


def notices(station: str, representative: str, words: str, number: str, url: str) -> Iterator[Any]:
    usual = DutyFacts(12, DAY, "走访", station, 3, words, (words, "停车难"), 2)
    bare = DutyFacts(10**17, None, "", missing=("日期", "类别", "地点"), corrects=10**17)
    closed = DutyFacts(12, DAY, "代表暗访", words, 5000, words * 9, (words,) * 6, 20, lane="hidden")
    restricted = DutyFacts(12, DAY, "党委政府等活动", words, 0, words, lane="restricted", withdraws=True)
    for facts in (usual, bare, closed, restricted):
        yield duty.DraftCard(facts)
        yield duty.DraftSettled(facts, "已登记 100000000000")
        yield duty.PleaseConfirm((facts,) * 4, 9, again=True)
        yield duty.PleaseConfirm((facts,), 1)
        yield duty.WasReturned(facts, words)
        yield duty_desk.Disputed(facts, representative, words)
        yield duty_desk.ReviewList((duty_desk.Reviewable(facts, representative, words),) * 10, 30)
        yield duty_desk.ReviewList((duty_desk.Reviewable(facts, representative, words),), duty_desk.MOST_COUNTED)
    yield duty_desk.ReviewList((), 0)
    yield duty.AskKind(12, KINDS, words)
    for what in duty._ASKED:
        yield duty.AskWords(what)
    for kind in ("图片", "语音"):
        yield duty.EvidenceNoted(kind, 9)
        yield duty.EvidenceLost(kind)
    yield duty.HowToEdit()
    yield duty.Recorded(12)
    yield duty.Recorded(12, (number,) * 6, reviewed=False)
    for why in duty._NOT_NOTED:
        yield duty.DutyHelp(why)
    for name in duty._EXAMPLES:
        yield duty.StillMissing((name, "人数"))
    yield duty.PleaseConfirmSettled(4)
    yield duty.Confirmed(4, 2)
    yield duty.Confirmed(0)
    yield duty.DisputeNoted(12)
    yield duty.Withdrawn(12, 13)
    quotas = (Behind("联系群众", 1, 2, "次"), Behind("联系选民", 12, 10, "人"))
    groups = tuple((f"第{one}组", (("走访", 3), ("接待", 9))) for one in "一二三四五六七八")
    yield duty.OwnDuty(2026, groups, 2535, 3, quotas, returned=2, url=url)
    yield duty.OwnDuty(2026, (), 0, 0, ())
    for passed in (True, False):
        yield duty_desk.Reviewed((12, 13), passed, (99, 100), 3)
        yield duty_desk.Reviewed((12,), passed, left=duty_desk.MOST_COUNTED)
        yield duty_desk.Reviewed((), passed)
    yield duty_desk.ReviewHelp()
    yield duty_desk.NotConfirmed(DAY, ((representative, 3),) * 40)
    yield duty_desk.Released(12)
    yield duty_desk.LedgerHeads(DAY, (HEAD, HEAD), url)
