"""Cases and what was said in them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import String, and_, bindparam, exists, false, func, literal_column, or_, select, update
from sqlalchemy import case as sql_case
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.sql import ColumnElement

from storage import batch_reading, lanes, plain
from storage.models import Attachment, Case, CaseMerge, CaseSerial, Message, OutboxRow
from storage.outbox import Channel
from storage.states import OPEN, WAITING_FOR_ANSWER, CaseState, OutboxState

MOST_SAME_NUMBER = 500  # districts times years that share the last six digits
# Authors of what is neither the constituent's nor an answer; a department's words are told once they are agreed to.
NOTE, QUESTION, DEPARTMENT = "note", "question", "department"
ATTACHED_KINDS = frozenset({"image", "voice", "video", "file"})

# Built once: putting a statement together costs as much as running it.
_ASKED_FIRST = sql_case((and_(Case.waiting_since.is_not(None), Case.dormant_at.is_(None)), 0), else_=1)
_OPEN = (
    select(Case)
    .where(Case.conversation_id == bindparam("conversation"), Case.state.in_(OPEN))
    .order_by(_ASKED_FIRST, Case.id.desc())
    .limit(1)
)
_DUE = (
    select(Case)
    .where(Case.update_due_at <= bindparam("now"))
    .order_by(Case.update_due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_MESSAGES = select(Message).where(Message.case_id == bindparam("case")).order_by(Message.id)
_RESTRICTED = select(Case.id).where(Case.id.in_(bindparam("ids", expanding=True)), lanes.is_restricted())
# As they are, not as parameters: else the index of what waits does not fit, and all there ever were are looked at.
_WAITING: Sequence[ColumnElement[CaseState]] = [
    literal_column(f"'{state}'") for state in sorted(WAITING_FOR_ANSWER)
]
_LOAD = (
    select(Case.representative_code, func.count())
    .where(Case.state.in_(_WAITING), Case.representative_code.is_not(None))
    .group_by(Case.representative_code)
)
# Grouped by what no index is sorted by: else SQLite walks through all cases to spare itself the sorting of a day's.
_GIVEN = (
    select(func.coalesce(Case.representative_code, ""), func.count())
    .where(Case.opened_at >= bindparam("since"), Case.representative_code.is_not(None))
    .group_by(literal_column("1"))
)


async def find_open(session: AsyncSession, conversation_id: int) -> Case | None:
    """The matter that a further message of this conversation belongs to.

    That is the latest open one of which they were asked something, else the latest that is open.
    """
    read = batch_reading.take_open_cases(session, conversation_id)
    if read is not None:
        return next((case for case in read if _is_asked(case)), next(iter(read), None))
    return (await session.scalars(_OPEN, {"conversation": conversation_id})).one_or_none()


def _is_asked(case: Case) -> bool:
    return case.waiting_since is not None and case.dormant_at is None


def await_update(case: Case, due_at: datetime) -> None:
    """The owner hears by then what was added. Written down even where it was due then before: else nobody would
    notice that another process has told them meanwhile, and what is added now would wait for ever."""
    case.update_due_at = due_at
    flag_modified(case, "update_due_at")


async def find_numbered(session: AsyncSession, number: str) -> Sequence[Case]:
    """Cases with this number, written in full or as its last digits (`000123` or `123`)."""
    if "-" in number:
        wanted = Case.number.in_({number, number.upper()})
    else:  # written out for each district and year: the end of a number is in no index
        prefix = CaseSerial.district_code + "-" + CaseSerial.year.cast(String) + "-"
        wanted = Case.number.in_(select(prefix + number.zfill(6)))
    return (
        await session.scalars(select(Case).where(wanted).order_by(Case.id.desc()).limit(MOST_SAME_NUMBER))
    ).all()


async def of_constituent(session: AsyncSession, constituent_id: int, limit: int) -> Sequence[Case]:
    """Someone's own cases, latest first, without those that live on in another one."""
    found = await session.scalars(
        select(Case)
        .where(Case.constituent_id == constituent_id, Case.merged_into_id.is_(None))
        .order_by(Case.id.desc())
        .limit(limit)
    )
    return found.all()


async def survivor_of(session: AsyncSession, case: Case) -> Case:
    """Where a case lives on: itself, unless it was merged into another one."""
    while case.merged_into_id is not None:
        case = await session.get_one(Case, case.merged_into_id)
    return case


async def find_surviving(session: AsyncSession, case_id: int) -> Case | None:
    """The case of this row id, or the one that it lives on in."""
    case = await session.get(Case, case_id)
    return await survivor_of(session, case) if case is not None else None


async def merged_into(session: AsyncSession, case_id: int) -> Sequence[Case]:
    """The cases that live on in this one, in order."""
    found = await session.scalars(select(Case).where(Case.merged_into_id == case_id).order_by(Case.id))
    return found.all()


async def open_beside(session: AsyncSession, case: Case, limit: int = 20) -> Sequence[Case]:
    """Other open cases of the same person, latest first."""
    found = await session.scalars(
        select(Case)
        .where(Case.constituent_id == case.constituent_id, Case.id != case.id, Case.state.in_(OPEN))
        .where(Case.erased_at.is_(None))
        .order_by(Case.id.desc())
        .limit(limit)
    )
    return found.all()


async def split_off(session: AsyncSession, case_id: int) -> Sequence[str]:
    """The numbers of what was split off from a case, in order; of what is restricted nothing is said."""
    query = select(Case.number).where(Case.split_from_id == case_id, lanes.is_open_to_all())
    return (await session.scalars(query.order_by(Case.id))).all()


async def find_merge(session: AsyncSession, case_id: int) -> CaseMerge | None:
    """The merge by which a case lives on in another one; None once it was undone."""
    query = select(CaseMerge).where(CaseMerge.case_id == case_id, CaseMerge.undone_at.is_(None))
    return (await session.scalars(query.order_by(CaseMerge.id.desc()).limit(1))).one_or_none()


async def is_saying(session: AsyncSession, case_id: int) -> bool:
    """Whether something of a case is on its way out: its files are being read."""
    leaving = (OutboxState.WAITING, OutboxState.LEASED)
    query = select(exists().where(OutboxRow.case_id == case_id, OutboxRow.state.in_(leaving)))
    return bool(await session.scalar(query))


async def forget_cards(session: AsyncSession, case_id: int) -> None:
    """What members were shown of a case is not kept any more: some of its words are another case's now."""
    await session.execute(
        update(OutboxRow)
        .where(OutboxRow.case_id == case_id, OutboxRow.state == OutboxState.SENT, OutboxRow.channel == Channel.APP)
        .values(content_sealed=b"")
        .execution_options(synchronize_session="fetch")
    )


async def waiting_for(
    session: AsyncSession,
    *,
    representative_code: str | None,
    station_codes: Sequence[str],
    led_codes: Sequence[str] = (),
    centre: bool = False,
    restricted: bool = False,
    limit: int = 50,
) -> Sequence[Case]:
    """Cases that wait for this representative's or these stations' word, oldest first.

    `led_codes` adds those of these stations whose clock has come to the lead; `centre` those whose clock has come
    to the service centre and those without any station; `restricted` those of which the caller is to ask, for each,
    who may see it.
    """
    mine = []
    if representative_code:
        mine.append(Case.representative_code == representative_code)
    if station_codes:
        mine.append(Case.station_code.in_(station_codes))
    if led_codes:
        mine.append(and_(Case.station_code.in_(led_codes), Case.clock_step.in_(("lead", "centre"))))
    if centre:
        mine += [Case.station_code.is_(None), Case.clock_step == "centre"]
    if not mine and not restricted:
        return []
    allowed = and_(or_(false(), *mine), lanes.is_open_to_all())
    wanted = or_(allowed, lanes.is_restricted()) if restricted else allowed
    found = await session.scalars(
        select(Case).where(wanted, Case.state.in_(WAITING_FOR_ANSWER)).order_by(Case.id).limit(limit)
    )
    return found.all()


async def restricted_of(session: AsyncSession, ids: Iterable[int]) -> Sequence[Case]:
    """Those of these cases that are restricted; mostly there is none, and then no object is made."""
    found = await plain.fetch(session, _RESTRICTED, {"ids": sorted(ids)})
    return [await session.get_one(Case, number) for (number,) in found]


async def due_updates(session: AsyncSession, now: datetime, limit: int = 200) -> Sequence[Case]:
    """Cases whose further messages have been quiet long enough to be told."""
    return (await session.scalars(_DUE, {"now": now, "most": limit})).all()


async def due_alerts(session: AsyncSession, now: datetime, limit: int = 50) -> Sequence[Case]:
    """Emergencies of which those on call are to hear again."""
    found = await session.scalars(
        select(Case).where(Case.alert_due_at <= now).order_by(Case.alert_due_at).limit(limit)
    )
    return found.all()


async def unpushed_messages(session: AsyncSession, case_id: int) -> Sequence[Message]:
    """What the constituent said that the owner has not been told."""
    found = await session.scalars(
        select(Message)
        .where(
            Message.case_id == case_id,
            Message.author == "constituent",
            Message.pushed_at.is_(None),
            Message.recalled_at.is_(None),
        )
        .order_by(Message.id)
    )
    return found.all()


async def messages_of(session: AsyncSession, case_id: int) -> Sequence[Message]:
    """Everything said in a case, in order."""
    return (await session.scalars(_MESSAGES, {"case": case_id})).all()


async def attachments_of(session: AsyncSession, messages: Sequence[Message]) -> Sequence[Attachment]:
    """The attachments of these messages, in order; messages without one are not asked about."""
    with_one = [message.id for message in messages if message.kind in ATTACHED_KINDS]
    if not with_one:
        return []
    found = await session.scalars(
        select(Attachment).where(Attachment.message_id.in_(with_one)).order_by(Attachment.id)
    )
    return found.all()


async def count_opened_since(session: AsyncSession, since: datetime) -> dict[str, int]:
    """How many cases each representative was given since then."""
    counted = await plain.fetch(session, _GIVEN, {"since": since})
    return {str(code): count for code, count in counted}


async def count_open_by_representative(session: AsyncSession) -> dict[str, int]:
    """How many cases wait for each representative."""
    counted = await plain.fetch(session, _LOAD)
    return {str(code): count for code, count in counted}
