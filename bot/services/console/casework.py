"""One case on a page: the conversation as both sides have it, its reasons, its clock, what can be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, or_, select

from bot.notices.words import Owner, kind_name
from bot.services import (
    clustering,
    conversations,
    explaining,
    merging,
    people,
    showing,
    splitting,
    work_orders,
)
from bot.services.console.inbox import Row, row_of
from bot.services.context import Context
from bot.services.people import Member
from storage import case_lookers, cases
from storage import work_orders as stored_orders
from storage.conversations import DESK
from storage.crypto import ContentKey
from storage.keys import find_key
from storage.models import (
    Attachment,
    Case,
    Constituent,
    Conversation,
    Department,
    Message,
    OutboxRow,
    WorkOrder,
)
from storage.outbox import Channel, Purpose
from storage.states import AttachmentState, OrderState, OutboxState

OPEN_FOR = timedelta(seconds=90)  # a page asks again more often than that while it is open
CONSTITUENT, OURS, NOTE, QUESTION, DEPARTMENT = "constituent", "ours", "note", "question", "department"
TOLD = "told"
_SIDES = {
    "constituent": CONSTITUENT,
    "representative": OURS,
    "officer": OURS,
    "note": NOTE,
    "question": QUESTION,
    "department": DEPARTMENT,
}
_BY_ITSELF = {
    Channel.KF: (Purpose.RECEIPT, Purpose.REPLY, Purpose.REFERRAL, Purpose.URGENT, Purpose.UPDATE, Purpose.NOTICE),
    Channel.APP: (Purpose.CARD, Purpose.UPDATE, Purpose.URGENT),
}
_MOST_TOLD = 100  # the latest ones


@dataclass(frozen=True, slots=True)
class File:
    """An attachment; `here` when its bytes can be opened."""

    id: int
    kind: str
    name: str
    here: bool
    is_picture: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said. What a constituent wrote is masked as in every card; what was taken back is not shown."""

    id: int
    side: str
    who: str
    at: datetime
    kind: str
    text: str
    masked: bool
    taken_back: bool
    files: tuple[File, ...]
    hidden: tuple[int, ...] = ()  # which of the case's masked details are in it, the first being 1


@dataclass(frozen=True, slots=True)
class Told:
    """That the bot said something of the case by itself, and what became of it.

    Its words are left out: they quote what may have been taken back since, and lead to the constituent's own page.
    """

    what: str  # channel and purpose, as `notices.console.TOLD` names them
    to: tuple[str, ...]  # members by name; empty for the constituent
    at: datetime
    state: str
    side: str = TOLD


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the answers: how many messages of them were sent, wait to leave, wait for the constituent."""

    sent: int
    waiting: int
    parked: int
    failed: int

    @property
    def is_none(self) -> bool:
        """Nothing was answered, as far as it is known what became of it."""
        return not (self.sent or self.waiting or self.parked or self.failed)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """What was handed over to a department, and how far that is; `due_on` is the day for its reply."""

    id: int
    department: str
    phone: str
    state: str
    due_on: date
    late: bool
    handed_at: datetime
    by: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class MergedLine:
    """A case that lives on in this one; `may_undo` while that can be undone."""

    number: str
    at: datetime
    by: str
    may_undo: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything the page shows."""

    row: Row
    id: int
    nickname: str
    kind: str
    number: str
    lines: tuple[Line, ...]
    talk: tuple[Line | Told, ...]  # the same with what the bot said by itself, to both sides, in order of time
    newest: int
    reasons: tuple[str, ...]
    promised_at: datetime | None
    accepted_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    step: str
    round: int
    transfers: int
    sent: Sent
    window_until: datetime | None
    by_chat: bool
    crowd: int
    others: tuple[str, ...]  # colleagues who have it open
    choices: tuple[tuple[str, str], ...]  # code and name of representatives nearby
    may: frozenset[str]
    orders: tuple[OrderLine, ...]
    departments: tuple[str, ...]  # by name, whom it may be handed to
    default_day: date
    beside: tuple[tuple[str, str], ...]  # other open matters of the same person: number and first words
    to_split: tuple[tuple[int, str], ...]  # what may be split off: number of the message and first words
    merged: tuple[MergedLine, ...]
    split_from: str
    split_off: tuple[str, ...]


async def look(context: Context, member: Member, case: Case) -> CasePage:
    """The page of a case that the caller has access to. It reads only; see `note_open`."""
    key = await find_key(context.session, context.vault, case.key_id)
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    conversation = await context.session.get_one(Conversation, case.conversation_id)
    messages = await cases.messages_of(context.session, case.id)
    files = await _files(context, key, messages)
    lines = tuple(_line(context, case, key, one, files.get(one.id, ())) for one in messages) if key else ()
    lines = _numbered(context, case, key, messages, lines) if key else ()
    crowd = await clustering.crowd_of(context, case)
    orders = await stored_orders.of_case(context.session, case.id)
    known = await work_orders.departments_for(context, case)
    return CasePage(
        row=row_of(context, case),
        id=case.id,
        nickname=await conversations.nickname_of(context, constituent),
        kind=case.kind,
        number=case.number,
        lines=lines,
        talk=tuple(sorted((*lines, *await _told(context, case)), key=lambda one: one.at)),
        newest=messages[-1].id if messages else 0,
        reasons=await explaining.steps_of(context, case) if key else (),
        promised_at=case.promised_at,
        accepted_at=case.accepted_at,
        answered_at=case.answered_at,
        closed_at=case.closed_at,
        step=case.clock_step or "",
        round=case.round,
        transfers=case.transfers,
        sent=await _sent(context, case),
        window_until=conversation.window_until,
        by_chat=conversation.open_kfid != DESK,
        crowd=crowd.people if crowd else 0,
        others=await _others(context, member, case),
        choices=_choices(context, case),
        may=may(context, member, case, orders),
        orders=await _orders(context, orders, known),
        departments=tuple(one.name for one in known),
        default_day=work_orders.default_day(context),
        beside=await _beside(context, member, case),
        to_split=await _to_split(context, member, case),
        merged=await _merged(context, member, case),
        split_from=await _number_of(context, case.split_from_id),
        split_off=tuple(await cases.split_off(context.session, case.id)),
    )


def may(context: Context, member: Member, case: Case, orders: Sequence[WorkOrder] = ()) -> frozenset[str]:
    """What can be done with a case now, by whoever has access to it; as in the chat."""
    found = {"note"}
    if case.state.value != "closed":
        found.add("answer")
    if case.waits_for_answer:
        found |= {"ask", "offline"} | ({"accept"} if case.state.value != "accepted" else set())
        if not case.restricted and (not case.ruled or people.is_centre(context, member)):
            found |= {"pass"} | ({"assign", "station"} if member.staff is not None else set())
    elif member.staff is not None:
        found.add("reopen")
    if case.alert_due_at is not None:
        found.add("confirm")
    if member.staff is not None and case.is_open:
        found |= {"merge", "unmerge"} | ({"split"} if splitting.may_split(member, case) else set())
    return frozenset(found | _with_departments(context, member, case, orders))


def _with_departments(context: Context, member: Member, case: Case, orders: Sequence[WorkOrder]) -> set[str]:
    """What can be done about departments: staff deal with them, the owner says what is told."""
    found = {"hand"} if work_orders.may_hand(member, case) else set[str]()
    states = {one.state for one in orders}
    if OrderState.OPEN in states and member.staff is not None:
        found |= {"reply", "returned", "withdraw"}
    if OrderState.REPLIED in states and work_orders.may_tell(context, member, case):
        found |= {"tell", "again"}
    return found


async def _beside(context: Context, member: Member, case: Case) -> tuple[tuple[str, str], ...]:
    found = []
    for one in await merging.candidates(context, member, case):
        (first, *_) = [words for _, words in await splitting.choices(context, one)] or [""]
        found.append((one.number, first))
    return tuple(found)


async def _to_split(context: Context, member: Member, case: Case) -> tuple[tuple[int, str], ...]:
    if not splitting.may_split(member, case):
        return ()
    found = [(one.id, words or f"[{kind_name(one.kind)}]") for one, words in await splitting.choices(context, case)]
    return tuple(found) if len(found) > 1 else ()


async def _merged(context: Context, member: Member, case: Case) -> tuple[MergedLine, ...]:
    found = []
    for one in await cases.merged_into(context.session, case.id):
        row = await cases.find_merge(context.session, one.id)
        may_undo = member.staff is not None and await merging.find_undoable(context, one) is not None
        if row is not None:
            found.append(MergedLine(one.number, row.at, people.name_of(context, row.by), may_undo))
    return tuple(found)


async def _number_of(context: Context, case_id: int | None) -> str:
    case = await context.session.get(Case, case_id) if case_id else None
    return case.number if case is not None else ""


async def _orders(
    context: Context, orders: Sequence[WorkOrder], known: Sequence[Department]
) -> tuple[OrderLine, ...]:
    names = await stored_orders.names_of(context.session, [one.department_code for one in orders])
    phones = {one.code: one.phone for one in known}
    return tuple(
        OrderLine(
            one.id,
            names.get(one.department_code, one.department_code),
            phones.get(one.department_code, ""),
            one.state.value,
            work_orders.day_of(context, one),
            one.is_late(context.now),
            one.handed_at,
            people.name_of(context, one.handed_by),
            one.ended_at,
        )
        for one in orders
    )


async def note_open(context: Context, member: Member, case: Case) -> bool:
    """This member has the case open; True when that is new, so that a page kept open is one reading."""
    return await case_lookers.note(context.session, case.id, member.userid, context.now, context.now - OPEN_FOR)


def _numbered(
    context: Context, case: Case, key: ContentKey, messages: Sequence[Message], lines: Sequence[Line]
) -> tuple[Line, ...]:
    """Each masked detail has its number in the case, as `showing.reveal` counts them."""
    found, last = [], 0
    for message, line in zip(messages, lines, strict=True):
        if line.masked:
            many = len(showing.spans_in(context, case, key.open_text(message.text_sealed)))
            line = replace(line, hidden=tuple(range(last + 1, last + many + 1)))
            last += many
        found.append(line)
    return tuple(found)


def _line(context: Context, case: Case, key: ContentKey, one: Message, files: tuple[File, ...]) -> Line:
    text = key.open_text(one.text_sealed) if one.recalled_at is None else ""
    side, masked = _SIDES.get(one.author, NOTE), False
    if side == CONSTITUENT and text:
        shown = showing.shown(context, case, text)
        text, masked = shown.text, shown.masked
    who = people.name_of(context, one.author_userid) if one.author_userid else ""
    taken_back = one.recalled_at is not None
    return Line(one.id, side, who, one.said_at, one.kind, text, masked, taken_back, () if taken_back else files)


async def _files(
    context: Context, key: ContentKey | None, messages: Sequence[Message]
) -> Mapping[int, tuple[File, ...]]:
    found: dict[int, tuple[File, ...]] = {}
    for one in await cases.attachments_of(context.session, messages) if key else ():
        found[one.message_id or 0] = (*found.get(one.message_id or 0, ()), _file(key, one))
    return found


def _file(key: ContentKey | None, one: Attachment) -> File:
    name = key.open_text(one.name_sealed) if key and one.name_sealed else ""
    here = one.state is AttachmentState.STORED
    return File(one.id, one.kind, name, here, here and one.content_type in ("image/jpeg", "image/png"))


async def _told(context: Context, case: Case) -> list[Told]:
    said = [and_(OutboxRow.channel == channel, OutboxRow.purpose.in_(some)) for channel, some in _BY_ITSELF.items()]
    rows = await context.session.execute(
        select(
            OutboxRow.channel,
            OutboxRow.purpose,
            OutboxRow.recipients,
            func.coalesce(OutboxRow.sent_at, OutboxRow.created_at),
            OutboxRow.state,
        )
        .where(OutboxRow.case_id == case.id, OutboxRow.state != OutboxState.DROPPED, or_(*said))
        .order_by(OutboxRow.id.desc())
        .limit(_MOST_TOLD)
    )
    return [
        Told(
            f"{channel}/{purpose}",
            tuple(people.name_of(context, one) for one in to) if channel == Channel.APP else (),
            at,
            state.value,
        )
        for channel, purpose, to, at, state in rows
    ]


async def _sent(context: Context, case: Case) -> Sent:
    rows = await context.session.execute(
        select(OutboxRow.state).where(OutboxRow.case_id == case.id, OutboxRow.purpose == Purpose.ANSWER)
    )
    states = [state for (state,) in rows]
    leaving = {OutboxState.WAITING, OutboxState.LEASED}
    return Sent(
        states.count(OutboxState.SENT),
        sum(state in leaving for state in states),
        states.count(OutboxState.PARKED),
        states.count(OutboxState.FAILED),
    )


async def _others(context: Context, member: Member, case: Case) -> tuple[str, ...]:
    """Those who have it open, or one of the cases that live on in it."""
    ids = [case.id, *(one.id for one in await cases.merged_into(context.session, case.id))]
    since = context.now - OPEN_FOR
    seen = dict.fromkeys([who for one in ids for who in await case_lookers.find(context.session, one, since)])
    return tuple(people.name_of(context, userid) for userid in seen if userid != member.userid.lower())


def _choices(context: Context, case: Case) -> tuple[tuple[str, str], ...]:
    """The representatives of the case's station and those around it, whom it may be given to."""
    directory, barred = context.directory, {*(case.accused or ()), *(case.refused_representatives or ())}
    near = set(directory.around(case.station_code)) if case.station_code else set(directory.stations)
    found = [
        one for one in directory.representatives.values() if one.station_code in near and one.code not in barred
    ]
    found.sort(key=lambda one: (one.station_code != case.station_code, one.name, one.code))
    return tuple((one.code, _name(context, one.station_code, one.name)) for one in found[:200])


def _name(context: Context, station_code: str | None, name: str) -> str:
    owner = Owner(people.name_owner(context, station_code, None).station, name)
    return f"{owner.representative}（{owner.station or '未编站'}）"
