"""Every notice once with usual facts and once with the longest that one meets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.notices import answer, case_card, constituent_menu, greeting, member_desk, receipt, update
from bot.notices.words import STEP_NAMES, Owner

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
MODULES = (answer, case_card, constituent_menu, greeting, member_desk, receipt, update)


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
    for why in receipt.WHY.values():
        yield receipt.Receipt(number, owner, why, NOW, ZONE, facts.url)
    yield receipt.Receipt(number, nobody, "", NOW, ZONE)
    for again in (False, True):
        yield receipt.AddedReceipt(number, owner, again)
    for waits in (False, True):
        yield update.Update(number, (update.Said(NOW, words), update.Said(NOW, "[图片]")), waits, ZONE)
    yield update.NotSettled(number)
    yield update.Settled(number)
    yield update.Recalled(number)


def _card(facts: Facts, state: str, passed_on: str) -> case_card.CaseCard:
    return case_card.CaseCard(
        case_id=1,
        number=facts.number,
        state=state,
        who=facts.who,
        owner=facts.owner,
        matter=facts.words,
        why="话里提到的地方在这一片",
        attachments="、".join(["图片"] * 9),
        opened_at=NOW,
        due_at=NOW + timedelta(hours=24),
        now=NOW + timedelta(days=3),
        zone=ZONE,
        passed_on=passed_on,
    )


def _own(facts: Facts, state: str, late: bool) -> constituent_menu.OwnCase:
    return constituent_menu.OwnCase(facts.number, facts.owner, state, NOW, NOW, late)
