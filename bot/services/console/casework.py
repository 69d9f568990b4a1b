"""One case on a page: the conversation as both sides have it, its reasons, its clock, what can be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.notices.words import Owner
from bot.services import clustering, conversations, explaining, people, showing
from bot.services.console.inbox import Row, row_of
from bot.services.context import Context
from bot.services.people import Member
from storage import case_lookers, cases
from storage.conversations import DESK
from storage.crypto import ContentKey
from storage.keys import find_key
from storage.models import Attachment, Case, Constituent, Conversation, Message, OutboxRow
from storage.outbox import Purpose
from storage.states import AttachmentState, OutboxState

OPEN_FOR = timedelta(seconds=90)  # a page asks again more often than that while it is open
CONSTITUENT, OURS, NOTE, QUESTION = "constituent", "ours", "note", "question"
_SIDES = {"constituent": CONSTITUENT, "representative": OURS, "officer": OURS, "note": NOTE, "question": QUESTION}


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


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the answers: how many messages of them were sent, wait to leave, wait for the constituent."""

    sent: int
    waiting: int
    parked: int
    failed: int


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything the page shows."""

    row: Row
    id: int
    nickname: str
    kind: str
    number: str
    lines: tuple[Line, ...]
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


async def look(context: Context, member: Member, case: Case) -> CasePage:
    """The page of a case that the caller has access to. It reads only; see `note_open`."""
    key = await find_key(context.session, context.vault, case.key_id)
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    conversation = await context.session.get_one(Conversation, case.conversation_id)
    messages = await cases.messages_of(context.session, case.id)
    files = await _files(context, key, messages)
    lines = tuple(_line(context, case, key, one, files.get(one.id, ())) for one in messages) if key else ()
    crowd = await clustering.crowd_of(context, case)
    return CasePage(
        row=row_of(context, case),
        id=case.id,
        nickname=await conversations.nickname_of(context, constituent),
        kind=case.kind,
        number=case.number,
        lines=lines,
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
        may=may(context, member, case),
    )


def may(context: Context, member: Member, case: Case) -> frozenset[str]:
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
    return frozenset(found)


async def note_open(context: Context, member: Member, case: Case) -> bool:
    """This member has the case open; True when that is new, so that a page kept open is one reading."""
    return await case_lookers.note(context.session, case.id, member.userid, context.now, context.now - OPEN_FOR)


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
    seen = await case_lookers.find(context.session, case.id, context.now - OPEN_FOR)
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
