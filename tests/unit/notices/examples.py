"""Every notice once with usual facts and once with the longest that one meets."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.notices import (
    answer,
    app_quota,
    asking,
    attachments,
    boundary,
    broadcast,
    broadcast_desk,
    broadcast_results,
    case_card,
    clock,
    constituent_menu,
    emergency,
    entry_codes,
    follow_up,
    greeting,
    holiday_table,
    identity_papers,
    member_desk,
    member_rosters,
    originals,
    petition_notice,
    reasons,
    receipt,
    silence,
    update,
)
from bot.notices.languages import line_in
from bot.notices.privacy_line import PrivacyLine
from bot.notices.words import STEP_NAMES, Owner
from tests.unit.notices import (
    activity_examples,
    broadcast_examples,
    delivery_examples,
    duty_examples,
    duty_file_examples,
    duty_report_examples,
    hand_over_examples,
    live_examples,
    ordering_examples,
    privacy_examples,
    reminder_examples,
    score_examples,
    statistics_examples,
)

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
MODULES = (
    answer,
    app_quota,
    asking,
    attachments,
    boundary,
    broadcast,
    broadcast_desk,
    broadcast_results,
    case_card,
    clock,
    constituent_menu,
    emergency,
    entry_codes,
    follow_up,
    greeting,
    holiday_table,
    identity_papers,
    member_desk,
    member_rosters,
    originals,
    receipt,
    update,
    *activity_examples.MODULES,
    *delivery_examples.MODULES,
    *duty_examples.MODULES,
    *duty_file_examples.MODULES,
    *hand_over_examples.MODULES,
    *privacy_examples.MODULES,
    *live_examples.MODULES,
    *reminder_examples.MODULES,
    *score_examples.MODULES,
    *duty_report_examples.MODULES,
    *ordering_examples.MODULES,
    *statistics_examples.MODULES,
)


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
    yield from activity_examples.notices(facts.station, facts.representative, words, number, facts.url)
    yield from privacy_examples.notices(number, words, facts.url)
    yield from hand_over_examples.notices(number, facts.who, words, f"{facts.station}工作人员")
    yield from live_examples.notices(facts.station, words, owner)
    yield from reminder_examples.notices(facts.station, words)
    yield from duty_examples.notices(facts.station, facts.representative, words, number, facts.url)
    yield from duty_file_examples.notices(facts.station, facts.representative, words, number, facts.url)
    yield from duty_report_examples.notices(facts.station, facts.representative, words)
    yield from ordering_examples.notices(facts.station, words, facts.url)
    yield from score_examples.notices(facts.representative, words)
    yield from statistics_examples.notices(facts.station, facts.representative)
    yield from delivery_examples.notices(facts.station, f"{facts.representative}代表", number)
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
    yield from _masked(facts)
    yield constituent_menu.ShortMenu()
    yield constituent_menu.AskMatter()
    yield constituent_menu.Progress((), ZONE, NOW)
    for late in (False, True):
        yield constituent_menu.Progress(tuple(_own(facts, state, late) for state in STEP_NAMES), ZONE, NOW)
    yield constituent_menu.Progress(tuple(_own(facts, "reopened", True) for _ in range(5)), ZONE, NOW)
    for step in ("officer", "lead", "centre"):
        for late in (False, True):
            yield constituent_menu.Progress(
                (_own(facts, "assigned", late, step=step),), ZONE, NOW - timedelta(days=1)
            )
            yield constituent_menu.Progress((_own(facts, "assigned", late, step=step),), ZONE, NOW)
    for stands in (constituent_menu.WAITING, constituent_menu.DORMANT):
        yield constituent_menu.Progress((_own(facts, "accepted", late=False, stands=stands),), ZONE, NOW)
    yield constituent_menu.Closed(number)
    yield constituent_menu.Reopened(number, owner)
    yield constituent_menu.SayMore(number)
    yield constituent_menu.Thanked(number)
    yield constituent_menu.NoSuchCase()
    yield constituent_menu.NotKept()
    yield constituent_menu.AttachmentLost("图片", number)
    for why in ("picture", "size", "program"):
        yield attachments.Refused("图片", why)
    yield constituent_menu.AttachmentLate("图片", number)
    yield identity_papers.Offer(identity_papers.offer("身份证"))
    yield identity_papers.PicturesDeleted(number, 2)
    yield identity_papers.NoPicture()
    for lost in (True, False):
        yield update.AttachmentMissing(number, "图片", lost)
    for who_reads in (owner, station_only, nobody):
        yield greeting.Greeting(who_reads, PrivacyLine(facts.url, 730))
    yield greeting.Greeting(
        station_only, PrivacyLine(facts.url, 730), "您扫的码已经停用，我们会按您写的内容转给合适的联络站。"
    )
    yield member_desk.AskReply(number, who)
    for held in (
        "",
        member_desk.HELD_WINDOW,
        member_desk.HELD_BUDGET,
        member_desk.HELD_BUDGET_ALL,
        member_desk.HELD_ENDED,
        member_desk.HELD_PERSON,
        member_desk.HELD_DESK,
    ):
        yield member_desk.AnswerNoted(number, who, held)
    for waiting in (1, 2, 6, 60):
        choices = tuple(member_desk.Choice(case, number, words) for case in range(waiting))
        yield member_desk.WhichCase(choices, waiting, words)
    yield member_desk.Chosen(number)
    yield member_desk.Todo((), 0, ZONE)
    yield member_desk.Todo((), 0, ZONE, ((number, NOW),), (number, number))
    lines = tuple(member_desk.Waiting(number, words, NOW, *kind) for kind in ((True,), (False,), (False, True)))
    yield member_desk.Todo(lines, 60, ZONE)
    yield member_desk.MemberHelp()
    yield member_desk.Stranger()
    yield member_desk.NotYours(number)
    yield member_desk.AlreadyDone(number, STEP_NAMES["answered"])
    yield member_desk.Moved(number, owner.name)
    yield member_desk.AssignHelp(f"没有叫“{facts.representative}”的代表。")
    yield member_desk.CannotDeliver(number, who, "对方超过 48 小时没有来信")
    yield member_desk.AnswerLost(number, who)
    yield app_quota.QuotaUsedUp(160_000, 200_000)
    yield member_desk.CannotReach(number, f"{facts.representative}代表")
    yield member_desk.NeedsPerson(7)
    yield from _receipts(facts)
    yield from _emergencies(facts)
    yield from _boundaries(facts)
    yield from _clocks(facts)
    yield from _corrections(facts)
    yield from _codes(facts)
    yield from broadcast_examples.notices(facts, NOW, ZONE)
    yield from _duty(facts)
    for again in (False, True):
        yield receipt.AddedReceipt(number, owner, again)
    yield receipt.AddedReceipt(number, owner, waits_again=False, was_asked=True)
    yield receipt.AddedReceipt(number, owner, privacy=PrivacyLine(facts.url, 730))
    for waits in (False, True):
        yield update.Update(number, (update.Said(NOW, words), update.Said(NOW, "[图片]")), waits, ZONE)
    yield update.NotSettled(number)
    yield update.Settled(number)
    yield update.Recalled(number)


def _receipts(facts: Facts) -> Iterator[Any]:
    """With every reason, every question, and everything at once."""
    number, owner, line = facts.number, facts.owner, PrivacyLine(facts.url, 730, renewed=True)
    for rule in reasons.RULE_NAMES:
        step = reasons.Because(rule, facts.words[:20], facts.station, "城乡建设")
        yield receipt.Receipt(1, number, owner, reasons.why([step]), NOW, ZONE, privacy=line)
    options = tuple(receipt.Option(f"R{n}", f"{owner.name}（{owner.station}）") for n in range(6))
    for ask in ("location", "which_representative", "which_station", "topic", None):
        yield receipt.Receipt(1, number, owner, "", NOW, ZONE, ask=ask, options=options, privacy=line)
        yield receipt.Receipt(1, number, owner, "", NOW, ZONE, ask=ask, privacy=line)
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
        privacy=line,
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


def _clocks(facts: Facts) -> Iterator[Any]:
    number, owner = facts.number, facts.owner
    for step in clock.STEP_HOLDERS:
        yield clock.StepPassed(number, step)
        yield clock.FurtherUp(number, step)
    for count, waiting in ((1, 1), (12, 300)):
        yield clock.CentreList(tuple(clock.Overdue(number, owner, NOW) for _ in range(count)), waiting, ZONE)
    for asker in (owner, Owner(facts.station), Owner()):
        yield asking.Question(number, asker, facts.words)
    for held in ("", member_desk.HELD_WINDOW):
        yield asking.AskNoted(number, facts.who, held)
    yield asking.AskAnswered(number)
    yield asking.AskHelp()
    yield asking.NoteKept(number)
    yield asking.Notes(number, (), ZONE)
    by = f"{facts.representative}代表"
    lines = (
        asking.NoteLine(NOW, by, facts.words),
        asking.NoteLine(NOW, by, "几号楼？", True),
        asking.NoteLine(NOW, "", "群众点了“收到了”"),
    )
    yield asking.Notes(number, lines, ZONE)
    yield asking.AskInPerson(number)
    for days in (7, 14):
        yield follow_up.FollowUp(1, number, days)
    yield follow_up.ReceivedNoted(number)
    yield follow_up.GotElsewhere(number)
    for step in clock.STEP_HOLDERS:
        for at_once in (True, False):
            yield follow_up.NotYetNoted(number, step, at_once)
    yield follow_up.StillNothing(number)
    for waits in (True, False):
        yield follow_up.AnswerIsThere(number, waits)
    yield follow_up.SolvedBefore(number)
    for late in (True, False):
        yield petition_notice.NoticeDue(number, NOW, late, ZONE)
        yield petition_notice.NoticeNoted(number, NOW, ZONE, late)
    yield petition_notice.NoNotice(number)
    yield petition_notice.NoNotice()
    found = tuple(silence.Silent(kind, number, 7) for kind in silence.KINDS)
    yield silence.SilentList((), 0)
    yield silence.SilentList(found, 7)
    yield silence.SilentList(found, 300)
    yield silence.Retried(7)
    yield silence.CannotRetry(7)
    yield silence.CannotRetry()
    yield silence.ForCentre()
    yield asking.Rests(number)
    yield asking.RestsForOwner(number)


def _boundaries(facts: Facts) -> Iterator[Any]:
    for about in (*boundary.EXPLAINED, "no such boundary"):
        for restricted in (True, False):
            yield boundary.Explained(
                1, facts.number, about, restricted, 15, PrivacyLine(facts.url, 730, renewed=True)
            )


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


def _codes(facts: Facts) -> Iterator[Any]:
    whose = f"{facts.representative}代表"
    for kind in entry_codes.KINDS:
        for fault in entry_codes.FAULTS:
            for station in (facts.station, ""):
                note = entry_codes.led_elsewhere(kind, fault, station)
                yield greeting.Greeting(Owner(station), PrivacyLine(facts.url, 500), note)
    yield entry_codes.CodesRevoked(whose, ("320206", "320206-2"), facts.station)
    yield entry_codes.CodesRevoked(facts.station, ("320206",), "")
    for again in (True, False):
        yield entry_codes.CodeRenewed(whose, "320206-2", "https://lianxin.example/code/320206-2.svg", again)
    same = tuple((f"{whose}（{facts.station}）", f"320206{n}") for n in range(9))
    for why in ("nobody", "several", "not_theirs", "already", "gone", "not_staff"):
        yield entry_codes.CodeRefused(why, "320206-2", whose, same if why == "several" else ())
    yield entry_codes.CodeRefused("already", "320206", whose, valid="320206-2")
    yield entry_codes.CodeHelp()


def _duty(facts: Facts) -> Iterator[Any]:
    who, other, day = f"{facts.representative}代表", "司马相如代表", date(2026, 12, 8)
    night = member_rosters.SlotLine(day, "22:00", "06:00", facts.station)
    for slots in ((night,), (night,) * 6):
        yield member_rosters.SwapAsk(tuple(range(len(slots))), who, slots)
        yield member_rosters.SwapAsked(other, slots)
        for agreed in (True, False):
            yield member_rosters.SwapAnswered(who, slots, agreed)
        for reader in ("asker", "stand_in", "officer"):
            yield member_rosters.SwapSettled(reader, who, other, slots)
            yield member_rosters.SwapDeclined(reader, who, other, slots)
        yield member_rosters.SlotsOnLeave(slots)
        yield member_rosters.StandInOnLeave(other, slots)
        for stood_in_for in ("", other):
            yield member_rosters.SlotsUnheld(who, slots, stood_in_for)
    same = tuple((f"{who}（{facts.station}）", f"320206{n}") for n in range(9))
    for why in member_rosters._WHY_NOT:
        choices = same if why == "several" else ()
        yield member_rosters.SwapRefused(why, day, who, other, facts.representative, choices, (night,))
    yield member_rosters.SwapHelp()
    for placed in (True, False):
        yield member_rosters.DutyPlaced(night, placed, weekly=True)
        yield member_rosters.DutyPlaced(replace(night, start="09:00", end="11:00"), placed, weekly=False)
    for why in member_rosters._NOT_PLACED:
        yield member_rosters.DutyRefused(why, who, day)
    for ahead in (True, False):
        yield holiday_table.HolidaysUnknown(2027, ahead)
    yield member_rosters.SwapHelp("没有看懂是哪几天。")
    for station in (None, (), tuple(member_rosters.DutyLine(night, who, other, away=True) for _ in range(60))):
        for own in (None, (), (member_rosters.DutyLine(night),)):
            yield member_rosters.DutyList(14, own, station)
    address = "https://lianxin.example/calendar/my/0123456789abcdefghijklmnopqrstuv.ics"
    for renewed in (True, False):
        yield member_rosters.OwnCalendar(address, renewed)
    yield member_rosters.StationCalendars(((facts.station, "https://lianxin.example/calendar/QQ1.ics"),))
    yield member_rosters.StationCalendars(())


def _masked(facts: Facts) -> Iterator[Any]:
    number, words = facts.number, facts.words
    yield replace(_card(facts, "assigned", ""), masked=True)
    yield case_card.WholeMatter(number, words, masked=True)
    for waits in (False, True):
        yield update.Update(number, (update.Said(NOW, words),), waits, ZONE, masked=True)
    for place, many in ((1, 1), (1, 3), (3, 3)):
        yield originals.Original(number, words, NOW, ZONE, "mobile phone", place, many)
    yield originals.WholeOriginal(number, ((NOW, words), (NOW, words)), ZONE)
    yield originals.NothingMasked(number)
    for many in (1, 12):
        yield originals.NoSuchOriginal(number, many)
    yield originals.WordsErased(number)
    yield originals.OriginalHelp()


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


def _own(facts: Facts, state: str, late: bool, **more: str) -> constituent_menu.OwnCase:
    return constituent_menu.OwnCase(facts.number, facts.owner, state, NOW, NOW, late, NOW, **more)
