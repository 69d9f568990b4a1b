"""Notices that two people stand for, as everyone reads of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.notices import broadcast
from bot.notices import broadcast_desk as desk
from bot.notices import broadcast_results as results


def notices(facts: Any, now: datetime, zone: ZoneInfo) -> Iterator[Any]:
    """As recipients have it, with every button; as staff read of it, with the largest figures."""
    sender, name, number = facts.station, f"{facts.representative}代表", 123456
    text = facts.words[: broadcast.CARD_TEXT_LENGTH]
    short = broadcast.Wording(text, "关于召开代表小组活动的通知", facts.url, broadcast.OK)
    plain = broadcast.Wording(facts.words[:500], link=facts.url)
    vote = broadcast.Wording(
        text, buttons=broadcast.VOTE, options=tuple(f"第{n}个候选项目选它" for n in "一二三四五六")
    )
    for wording in (short, plain, vote, broadcast.Wording(text, buttons=broadcast.JOIN)):
        yield broadcast.Notice(number, sender, wording)
        yield broadcast.Notice(number, sender, wording, preview=True, needs_receipt=True)
        yield broadcast.Notice(number, sender, wording, recalled=True)
        for choice in wording.choices:
            yield broadcast.Notice(number, sender, wording, choice)
        yield broadcast.NoticeForPeople(sender, wording)
    for by_word in (True, False):
        yield broadcast.Nudge(number, short.name, by_word)
    yield broadcast.ReceiptNoted(short.name, "您的确认已记下")
    for preview in (True, False):
        yield broadcast.NotForYou(preview)
    to = f"{facts.station}代表、全体联络员"
    for known in (
        desk.Facts(to, 20000, without_userid=12, unknown=3),
        desk.Facts(to, 20000, 5000, 14000, for_people=True),
        desk.Facts(to, 1),
    ):
        yield desk.ReadyToSubmit(number, text, known, f"{facts.representative}、中心等 12 人")
        yield desk.PleaseReview(number, name, facts.words, known, "11月22日 08:00")
        for due in (now, now + timedelta(hours=3)):
            yield desk.Approved(number, name, known, due, now, zone)
        yield desk.StandsForIt(number, name, known)
    offered = ("本站代表", "订阅群众", "全体代表", "联络员", "工作人员")
    choices = tuple(desk.Choice(f"c{n}", label, 20000) for n, label in enumerate(offered))
    yield desk.WhoGetsIt(number, facts.words, choices)
    yield desk.WhoGetsIt(number, facts.words, ())
    yield desk.SameAgain(number, number - 1, now, 19000, zone)
    yield desk.Settled(number, "请审核一条通知", facts.words, f"{name}已同意")
    yield desk.WholeText(number, facts.words)
    yield desk.SentBack(number, name)
    for counts in (results.Counts(20000, 1, 18000, 900, 1000, 99), results.Counts(2, sent=2)):
        for state in results.STATES:
            tapped = (("参加", 800), ("请假", 100))
            yield results.Progress(number, short.name, state, counts, tapped, True, now, zone)
        yield results.AllSent(number, short.name, counts, (name,) * 30 if counts.failed else ())
        yield results.Closed(number, short.name, counts)
    yield results.Progress(number, short.name, "draft", results.Counts(0))
    failed = tuple((name, reason) for reason in (*results.REASONS, "no such reason"))
    yield results.NameList(number, (name,) * 40, failed * 5, 900, 960)
    yield results.NameList(number, (), ())
    yield results.RecallNoted(number, 12, 900, 30)
    yield results.RecallNoted(number, 0, 0, 0)
    yield results.RecallNoted(number, 12, 0, 30, for_people=True)
    yield results.RecallFailed(number, 900)
    for count in (0, 900):
        yield results.SendingAgain(number, count)
    for why in (*desk.WHY_NOT, "no such reason"):
        yield desk.CannotDo(why, number, "sending", 2049, 2048)
    yield desk.BroadcastHelp()
    yield desk.BroadcastHelp(tuple((number, short.name, state) for state in list(results.STATES)[:5]))
