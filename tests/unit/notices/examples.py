"""Every notice once with usual facts and once with the longest that one meets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.notices import (
    answer,
    boundary,
    case_card,
    constituent_menu,
    emergency,
    greeting,
    member_desk,
    reasons,
    receipt,
    update,
)
from bot.notices.languages import line_in
from bot.notices.words import STEP_NAMES, Owner

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
MODULES = (answer, boundary, case_card, constituent_menu, emergency, greeting, member_desk, receipt, update)


@dataclass(frozen=True, slots=True)
class Facts:
    """What notices are made of."""

    number: str
    station: str
    representative: str
    who: str
    words: str
    url: str

    @property
    def owner(self) -> Owner:
        return Owner(self.station, self.representative)


USUAL = Facts(
    "JH-2026-000123", "钱桥联络站", "张伟", "王女士", "牡丹园的路灯坏了三天", "http://127.0.0.1:8080/privacy"
)
LONGEST = Facts(
    "320206-2026-000123",
    "锦河区钱桥街道牡丹园社区人大代表联络站",
    "欧阳静娴",
    "幸福小区三号楼热心大姐🌹" * 2,
    "这里是很长的经过，😀" * 400,
    "https://lianxin.renda-jinhe.gov.example/privacy",
)
EACH = {"usual": USUAL, "longest": LONGEST}


def notices(facts: Facts) -> Iterator[Any]:
    """All of them, in the states that change their words."""
    number, owner, words, who = facts.number, facts.owner, facts.words, facts.who
    nobody, station_only = Owner(), Owner(facts.station)
    yield answer.Answer(1, number, owner, "已联系路灯所，今晚来修。")
    yield answer.Answer(1, number, station_only, words)
    yield answer.MediaAnswer(1, number, owner, "图片")
    yield answer.OfflineAnswer(1, number, nobody)
    yield answer.Taken(number, owner)
    yield answer.PassedOn(number, owner)
    for state in STEP_NAMES:
        for passed_on in ("", owner.name):
            yield _card(facts, state, passed_on)
    yield case_card.WholeMatter(number, words)
    yield constituent_menu.ShortMenu()
    yield constituent_menu.AskMatter()
    yield constituent_menu.Progress((), ZONE)
    for late in (False, True):
        yield constituent_menu.Progress(tuple(_own(facts, state, late) for state in STEP_NAMES), ZONE)
    yield constituent_menu.Progress(tuple(_own(facts, "reopened", True) for _ in range(5)), ZONE)
    yield constituent_menu.Closed(number)
    yield constituent_menu.Reopened(number, owner)
    yield constituent_menu.SayMore(number)
    yield constituent_menu.Thanked(number)
    yield constituent_menu.NoSuchCase()
    yield constituent_menu.NotKept()
    yield constituent_menu.AttachmentLost("图片", number)
    for who_reads in (owner, station_only, nobody):
        yield greeting.Greeting(who_reads, facts.url)
    yield greeting.Greeting(station_only, facts.url, "您扫的码已经停用，我们会按您写的内容转给合适的联络站。")
    yield member_desk.AskReply(number, who)
    for held in ("", member_desk.HELD_WINDOW, member_desk.HELD_BUDGET, member_desk.HELD_PERSON):
        yield member_desk.AnswerNoted(number, who, held)
    for waiting in (1, 2, 6, 60):
        choices = tuple(member_desk.Choice(case, number, words) for case in range(waiting))
        yield member_desk.WhichCase(choices, waiting, words)
    yield member_desk.Chosen(number)
    yield member_desk.Todo((), 0, ZONE)
    yield member_desk.Todo((), 0, ZONE, ((number, NOW),))
    yield member_desk.Todo(((number, words, NOW, True), (number, words, NOW, False)), 60, ZONE)
    yield member_desk.MemberHelp()
    yield member_desk.Stranger()
    yield member_desk.NotYours(number)
    yield member_desk.AlreadyDone(number, STEP_NAMES["answered"])
    yield member_desk.Moved(number, owner.name)
    yield member_desk.AssignHelp(f"没有叫“{facts.representative}”的代表。")
    yield member_desk.CannotDeliver(number, who, "对方超过 48 小时没有来信")
    yield member_desk.AnswerLost(number, who)
    yield member_desk.CannotReach(number, f"{facts.representative}代表")
    yield member_desk.ConfigFaultNotice(95017)
    yield member_desk.NeedsPerson(7)
    yield from _receipts(facts)
    yield from _emergencies(facts)
    yield from _boundaries(facts)
    yield from _corrections(facts)
    for again in (False, True):
        yield receipt.AddedReceipt(number, owner, again)
    for waits in (False, True):
        yield update.Update(number, (update.Said(NOW, words), update.Said(NOW, "[图片]")), waits, ZONE)
    yield update.NotSettled(number)
    yield update.Settled(number)
    yield update.Recalled(number)


def _receipts(facts: Facts) -> Iterator[Any]:
    """With every reason, every question, and everything at once."""
    number, owner, url = facts.number, facts.owner, facts.url
    for rule in reasons.RULE_NAMES:
        step = reasons.Because(rule, facts.words[:20], facts.station, "城乡建设")
        yield receipt.Receipt(1, number, owner, reasons.why([step]), NOW, ZONE, privacy_url=url)
    options = tuple(receipt.Option(f"R{n}", f"{owner.name}（{owner.station}）") for n in range(6))
    for ask in ("location", "which_representative", "which_station", "topic", None):
        yield receipt.Receipt(1, number, owner, "", NOW, ZONE, ask=ask, options=options, privacy_url=url)
    several = reasons.why(
        [reasons.Because("place_named", facts.words[:20]), reasons.Because("in_grid", "G1", "一网格")]
    )
    yield receipt.Receipt(
        1,
        number,
        owner,
        several,
        NOW,
        ZONE,
        ask="topic",
        options=options,
        parts=8,
        others="连您在内已有 23 位群众反映这件事，会一起看，您的来信仍单独答复。",
        language=line_in("ug"),
        privacy_url=url,
    )
    yield receipt.Receipt(1, number, Owner(), "", NOW, ZONE)
    yield receipt.AskPlace(number, wrong=True)
    yield receipt.AskPlace(number, wrong=False)
    for can_change in (True, False):
        yield receipt.Noted(number, owner, several, can_change, 1)
    yield receipt.TopicNoted(number, "劳动和社会保障", owner)
    for why in (receipt.ALREADY_ANSWERED, receipt.CHANGED_OFTEN, receipt.NOTHING_TO_CHANGE):
        yield receipt.CannotChange(number, why)


def _emergencies(facts: Facts) -> Iterator[Any]:
    number, owner = facts.number, facts.owner
    for danger in ("fire", "self_harm", "stalked", "fraud", "no such danger"):
        yield emergency.CallNow(danger, ("12110", "110") if danger == "stalked" else ("119", "120", "96110"))
    yield emergency.CallNow("gas", ("119",))
    yield emergency.EmergencyReceipt(number, owner)
    yield emergency.InHand(number, f"{facts.station}值班人员")
    for times in (1, 12):
        told = ("119（火警和救援）", "120（急救）")
        yield emergency.Alarm(1, number, facts.who, owner, facts.words, told, NOW, ZONE, times)
    yield emergency.Alarm(1, number, facts.who, Owner(), facts.words, (), NOW, ZONE)
    yield emergency.AlarmTaken(number, facts.who)
    yield emergency.Confirmed(number)


def _boundaries(facts: Facts) -> Iterator[Any]:
    for about in (*boundary.EXPLAINED, "no such boundary"):
        for restricted in (True, False):
            yield boundary.Explained(1, facts.number, about, restricted, 15, facts.url)


def _corrections(facts: Facts) -> Iterator[Any]:
    number, owner, by = facts.number, facts.owner, f"{facts.representative}代表"
    yield constituent_menu.LooksLikeAdvert()
    yield constituent_menu.ServiceAnswer(None)
    people = tuple(f"{facts.representative}代表" for _ in range(6))
    address = f"{facts.station}旁边" * 2
    yield constituent_menu.ServiceAnswer(
        constituent_menu.StationFacts(facts.station, address, "周一至周五 09:00-17:00", "0510-12345678", people)
    )
    yield constituent_menu.ServiceAnswer(constituent_menu.StationFacts(facts.station))
    yield constituent_menu.NothingKept()
    yield constituent_menu.PersonLooks(number)
    steps = tuple(reasons.Because(rule, "牡丹园", owner.name, "城乡建设").render() for rule in reasons.RULES)
    yield constituent_menu.OwnReasons(number, steps)
    yield member_desk.Reasons(number, steps)
    yield member_desk.WhyPassed(1, number, owner.name)
    for _, words in member_desk.PASS_REASONS:
        yield member_desk.PassReasonNoted(number, words)
        yield member_desk.PassedBecause(number, by, words)
    yield member_desk.CentreRules(number, 3)
    yield member_desk.RuledAlready(number)
    yield member_desk.StaysHere(number)
    yield member_desk.LeaveNoted("12月15日", "12月15日")
    yield member_desk.LeaveNoted("12月15日", "12月18日")
    yield member_desk.LeaveHelp("没有看懂是哪几天。", ("12月15日至12月18日",))
    yield member_desk.LeaveHelp("")
    yield member_desk.RuleFigures(30, ())
    yield member_desk.RuleFigures(30, tuple((name, 100, 3) for name in reasons.RULE_NAMES.values()))
    yield member_desk.ManyPeople(number, 23, "11月3日", "11月20日")
    yield member_desk.WantsPerson(number)


def _card(facts: Facts, state: str, passed_on: str) -> case_card.CaseCard:
    return case_card.CaseCard(
        case_id=1,
        number=facts.number,
        state=state,
        who=facts.who,
        owner=facts.owner,
        matter=facts.words,
        why="对方提到“牡丹园”，那里属于一网格",
        attachments="、".join(["图片"] * 9),
        opened_at=NOW,
        due_at=NOW + timedelta(hours=24),
        now=NOW + timedelta(days=3),
        zone=ZONE,
        passed_on=passed_on,
    )


def _own(facts: Facts, state: str, late: bool) -> constituent_menu.OwnCase:
    return constituent_menu.OwnCase(facts.number, facts.owner, state, NOW, NOW, late)
