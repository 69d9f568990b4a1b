"""Cases, their numbers and what was said in them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, false, func, or_, select
from sqlalchemy import case as sql_case
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage import lanes
from storage.models import Attachment, Case, CaseSerial, Message
from storage.states import OPEN, WAITING_FOR_ANSWER

MOST_SAME_NUMBER = 500  # districts times years that share the last six digits
NOTE, QUESTION = "note", "question"  # authors of messages that are neither the constituent's nor an answer
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
_RESTRICTED = select(Case).where(Case.id.in_(bindparam("ids", expanding=True)), lanes.is_restricted())
_LOAD = (
    select(Case.representative_code, func.count())
    .where(Case.state.in_(WAITING_FOR_ANSWER), Case.representative_code.is_not(None))
    .group_by(Case.representative_code)
)
_GIVEN = (
    select(Case.representative_code, func.count())
    .where(Case.opened_at >= bindparam("since"), Case.representative_code.is_not(None))
    .group_by(Case.representative_code)
)


async def next_number(session: AsyncSession, district_code: str, year: int) -> str:
    """The next case number of a district and year, such as `JH-2026-000123`; gapless within commits."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    given = dialect.insert(CaseSerial).values(district_code=district_code, year=year, last=1)
    counted = given.on_conflict_do_update(
        index_elements=["district_code", "year"], set_={"last": CaseSerial.last + 1}
    ).returning(CaseSerial.last)
    serial = await session.scalar(counted)
    return f"{district_code}-{year}-{serial:06d}"


async def find_open(session: AsyncSession, conversation_id: int) -> Case | None:
    """The matter that a further message of this conversation belongs to.

    That is the latest open one of which they were asked something, else the latest that is open.
    """
    return (await session.scalars(_OPEN, {"conversation": conversation_id})).one_or_none()


async def find_numbered(session: AsyncSession, number: str) -> Sequence[Case]:
    """Cases with this number, written in full or as its last digits (`000123` or `123`)."""
    if "-" in number:
        wanted = Case.number.in_({number, number.upper()})
    else:
        wanted = Case.number.like(f"%-{number.zfill(6)}")
    return (
        await session.scalars(select(Case).where(wanted).order_by(Case.id.desc()).limit(MOST_SAME_NUMBER))
    ).all()


async def of_constituent(session: AsyncSession, constituent_id: int, limit: int) -> Sequence[Case]:
    """Someone's own cases, latest first."""
    found = await session.scalars(
        select(Case).where(Case.constituent_id == constituent_id).order_by(Case.id.desc()).limit(limit)
    )
    return found.all()


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
    """Those of these cases that are restricted."""
    return (await session.scalars(_RESTRICTED, {"ids": sorted(ids)})).all()


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
    counted = await session.execute(_GIVEN, {"since": since})
    return {str(code): count for code, count in counted}


async def count_open_by_representative(session: AsyncSession) -> dict[str, int]:
    """How many cases wait for each representative."""
    counted = await session.execute(_LOAD)
    return {str(code): count for code, count in counted}
