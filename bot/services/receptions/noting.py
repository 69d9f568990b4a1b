"""Noting receptions: written down at once, put right by words, settled by a tap."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from bot.assignment import Decision, Reason
from bot.notices.content import Card, Content
from bot.notices.receptions import (
    HowToChange,
    ReceptionCase,
    ReceptionFacts,
    ReceptionHelp,
    ReceptionNoted,
    ReceptionSettled,
    ToldInPerson,
)
from bot.services import cases, conversations, deciding, people, telling
from bot.services.activity_days import arrivals, facts
from bot.services.cases import Saying
from bot.services.context import Context
from bot.services.directory import RepresentativeEntry
from bot.services.duty import making
from bot.services.people import Member
from bot.services.privacy import telling as telling_privacy
from bot.services.receptions.parsing import MOST_PEOPLE, Words, parse
from storage import activity_days, activity_rosters, audit, duty, receptions, referrals
from storage.conversations import DESK
from storage.keys import add_key, find_key
from storage.models import ActivityDay, Case, Constituent, Conversation, Reception
from storage.states import ActivityState, CaseState

VISITOR = "来访群众"
CASE, ANSWERED = "case", "answered"
_SETTLED = {CASE: "已立案转办", ANSWERED: "当场已答复"}


async def note(context: Context, member: Member, text: str, source_key: str) -> ReceptionNoted | ReceptionHelp:
    """`接待 …`: keep it and show what was understood. The same message again shows the same reception."""
    known = await receptions.find_by_source(context.session, source_key)
    if known is not None:
        return ReceptionNoted(await facts_of(context, known))
    station = await station_of(context, member)
    if isinstance(station, ReceptionHelp):
        return station
    words = parse(text, lambda name: bool(_named(context, name, station)))
    return ReceptionHelp("nothing") if words is None else await note_words(context, member, words, source_key)


async def note_words(
    context: Context, member: Member, words: Words, source_key: str
) -> ReceptionNoted | ReceptionHelp:
    """The same for what was filled in on a form."""
    known = await receptions.find_by_source(context.session, source_key)
    if known is not None:
        return ReceptionNoted(await facts_of(context, known))
    station = await station_of(context, member)
    if isinstance(station, ReceptionHelp):
        return station
    if not 1 <= words.people <= MOST_PEOPLE:
        return ReceptionHelp("people")
    if words.changes is not None:
        return await _change(context, member, words)
    reception = await _add(context, member, station, words, source_key)
    return ReceptionNoted(await facts_of(context, reception))


async def station_of(context: Context, member: Member) -> str | ReceptionHelp:
    """The station that the member works; on an activity day also the site that a representative is at."""
    if member.staff is not None:
        code = member.staff.station_code or (context.roster.centre if people.is_centre(context, member) else None)
        if code is not None and member.staff.role != "auditor":
            return code
        return ReceptionHelp("no_station" if code is None else "not_yours")
    person = member.representative
    if person is None:
        return ReceptionHelp("not_yours")
    for attendance, _ in await activity_rosters.attendances_on(context.session, person.code, facts.today(context)):
        if await arrivals.find_held_now(context, attendance.station_code) is not None:
            return attendance.station_code
    return ReceptionHelp("not_yours")


def _named(context: Context, words: str, station: str) -> Sequence[RepresentativeEntry]:
    """Representatives of that name or code; of several those of the station, then those around it."""
    directory = context.directory
    by_code = directory.representatives.get(words)
    if by_code is not None:
        return [by_code]
    found = directory.representatives_named(words)
    for near in ({station}, facts.branch_of(context, station)):
        close = [one for one in found if one.station_code in near]
        if close:
            return close
    return found


async def _add(context: Context, member: Member, station: str, words: Words, source_key: str) -> Reception:
    day = await _day_of(context, station)
    reception = Reception(
        station_code=station,
        occurred_on=facts.today(context),
        occurred_at=context.now,
        day_id=day.id if day else None,
        source="desk",
        outcome="",
        noted_by=member.userid,
        noted_at=context.now,
        source_key=source_key,
    )
    await _fill(context, member, reception, words)
    context.session.add(reception)
    audit.add_line(
        context.session, actor=member.userid, act="reception noted", subject=f"station {station}", at=context.now
    )
    await context.session.flush()
    return reception


async def _day_of(context: Context, station: str) -> ActivityDay | None:
    """The activity day of today that the station holds, until midnight: things are written down afterwards too."""
    day = await activity_days.on_day_at(context.session, station, facts.today(context))
    if day is None or day.state not in (*activity_days.BEFORE_START, *activity_days.AFTER, ActivityState.OPEN):
        return None
    held = await arrivals.find_held_now(context, station)
    return day if held is not None or context.now >= facts.ends_at(context, day) else None


async def _fill(context: Context, member: Member, reception: Reception, words: Words) -> None:
    named = _named(context, words.representative, reception.station_code) if words.representative else []
    own = member.representative.code if member.representative and member.staff is None else None
    reception.representative_code = named[0].code if len(named) == 1 else own
    reception.people = words.people
    reception.opinions = (1 if words.matter else 0) if words.opinions is None else words.opinions
    suggests = words.matter.startswith("建议")
    reception.proposals = (1 if suggests else 0) if words.proposals is None else words.proposals
    if words.matter:
        reception.key_id, key = await add_key(context.session, context.vault)
        reception.matter_sealed = key.seal_text(words.matter)


async def _change(context: Context, member: Member, words: Words) -> ReceptionNoted | ReceptionHelp:
    """`接待 改编号 …` takes the place of what was noted, until it is settled."""
    found = await find_theirs(context, member, words.changes or 0)
    if found is None:
        return ReceptionHelp("not_found")
    if found.outcome:
        return ReceptionHelp("settled")
    before = found.representative_code
    await _fill(context, member, found, words)
    await making.follow_reception(context, found, before)
    audit.add_line(
        context.session,
        actor=member.userid,
        act="reception changed",
        subject=f"reception {found.id}",
        at=context.now,
    )
    await context.session.flush()
    return ReceptionNoted(await facts_of(context, found))


async def find_theirs(context: Context, member: Member, reception_id: int) -> Reception | None:
    """A reception that the member noted, or of a site that they work."""
    found = await context.session.get(Reception, reception_id, with_for_update=True)
    if found is None or found.source != "desk":
        return None
    own = found.noted_by.lower() == member.userid.lower()
    return found if own or facts.may_work_site(context, member, found.station_code) else None


async def matter_of(context: Context, reception: Reception) -> str:
    """What it was about; empty where nothing was written, or it was erased."""
    if reception.matter_sealed is None or reception.key_id is None:
        return ""
    key = await find_key(context.session, context.vault, reception.key_id)
    return key.open_text(reception.matter_sealed) if key else ""


async def facts_of(context: Context, reception: Reception) -> ReceptionFacts:
    """A reception as its card shows it."""
    station = context.directory.stations.get(reception.station_code)
    code = reception.representative_code
    return ReceptionFacts(
        reception.id,
        station.name if station else "",
        reception.people,
        reception.opinions,
        reception.proposals,
        await matter_of(context, reception),
        f"{facts.name_of(context, code)}代表" if code else "",
        reception.day_id is not None,
    )


async def settle(context: Context, reception: Reception, act: str, member: Member) -> tuple[Card, Content | None]:
    """A tap: the card's new look, and what is said beside it. A second tap finds it settled."""
    said: Content | None = None
    if not reception.outcome and act == CASE:
        said = (await _open_case(context, reception, member)).render()
    elif not reception.outcome:
        reception.outcome = ANSWERED
        audit.add_line(
            context.session,
            actor=member.userid,
            act="reception answered",
            subject=f"reception {reception.id}",
            at=context.now,
        )
    settled = ReceptionSettled(await facts_of(context, reception), _SETTLED[reception.outcome])
    return settled.render(), said


def how_to_change(reception: Reception) -> HowToChange | ReceptionHelp:
    """改: the words to write, unless it is settled."""
    return ReceptionHelp("settled") if reception.outcome else HowToChange(reception.id)


async def _open_case(context: Context, reception: Reception, member: Member) -> ReceptionCase:
    """立案转办: a case without a chat; its sender is known to nobody but those who received them."""
    matter = await matter_of(context, reception)
    caller = await conversations.open_caller(context, f"{DESK}-{secrets.token_hex(12)}", DESK, VISITOR)
    day = reception.day_id is not None
    caller.conversation.scene = arrivals.SCENE if day else "station"
    caller.conversation.scene_param = reception.station_code
    await telling_privacy.note_given(context, caller.constituent, source="desk", by=member.userid)
    key = f"{DESK}:{reception.id}"
    decision = _for_desk(await deciding.decide(context, caller, key, matter, None), reception)
    saying = Saying(platform_id=key, kind="text", text=matter, said_at=reception.occurred_at)
    case = await cases.open_from(context, caller, saying, decision)
    case.day_id = case.day_id or reception.day_id
    reception.case_id, reception.outcome = case.id, CASE
    audit.add_line(
        context.session,
        actor=member.userid,
        act="case opened at a desk",
        subject=f"case {case.number}, reception {reception.id}",
        at=context.now,
    )
    return ReceptionCase(case.number, people.owner_of(context, case).name)


def _for_desk(decision: Decision, reception: Reception) -> Decision:
    """The representative who received them has it, unless the matter is one that they may not have."""
    if decision.kind in ("spam", "service_query", "unclear", "praise"):
        decision = deciding.for_officer(decision)
    here = Reason("received_at_desk", reception.station_code)
    reasons = tuple(here if reason.rule == "station_code" else reason for reason in decision.reasons)
    decision = replace(decision, ask=None, station=decision.station or reception.station_code, reasons=reasons)
    code = reception.representative_code
    apart = decision.is_restricted or decision.kind != "case" or code in decision.accused
    return decision if code is None or apart else replace(decision, representative=code)


async def note_told(context: Context, case: Case) -> ToldInPerson:
    """`已转告 编号`: an answer was told in person; that ends the matter. A second time says the same."""
    conversation = await context.session.get_one(Conversation, case.conversation_id)
    if conversation.open_kfid != DESK:
        return ToldInPerson(case.number, "chat")
    if case.state is CaseState.CLOSED:
        return ToldInPerson(case.number)
    if case.state is not CaseState.ANSWERED:
        if await referrals.find_for(context.session, case.id) is None:
            return ToldInPerson(case.number, "waiting")
        await referrals.stamp_notified(context.session, case.id, context.now)
        return ToldInPerson(case.number, "referral")
    await duty.stamp_told(context.session, case, context.now)
    case.move(CaseState.CLOSED, context.now)
    await duty.stamp_closed(context.session, case, context.now)
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    await telling.change_cards(context, case, constituent)
    return ToldInPerson(case.number)
