"""Cases as the response figures need them: when they came, when the first answer left, what became of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import lanes
from storage.conversations import DESK
from storage.models import Case, Conversation, Message
from storage.states import CaseState

PEOPLE = ("representative", "officer")  # authors of answers


@dataclass(frozen=True, slots=True)
class Response:
    """One matter. `promised_at` is the due time of the present round, `first_answer_at` None where nobody answered.

    `at_desk`: its sender was received at a desk, so its end is what staff noted, not what they tapped.
    """

    case_id: int
    number: str
    station: str
    representative: str
    opened_at: datetime
    promised_at: datetime
    first_answer_at: datetime | None
    round: int
    state: CaseState
    at_desk: bool


async def opened_between(
    session: AsyncSession,
    since: datetime,
    until: datetime,
    *,
    stations: Collection[str] | None = None,
    closed: bool = False,
) -> Sequence[Response]:
    """Matters that came between two instants (`until` exclusive), in order; restricted ones too if `closed`.

    `stations` None is every station, and those without one.
    """
    first = (
        select(func.min(Message.said_at))
        .where(Message.case_id == Case.id, Message.author.in_(PEOPLE))
        .correlate(Case)
        .scalar_subquery()
    )
    query = (
        select(
            Case.id,
            Case.number,
            func.coalesce(Case.station_code, ""),
            func.coalesce(Case.representative_code, ""),
            Case.opened_at,
            func.coalesce(Case.promised_at, Case.due_at),
            first,
            Case.round,
            Case.state,
            Conversation.open_kfid == DESK,
        )
        .join(Conversation, Conversation.id == Case.conversation_id)
        .where(Case.opened_at >= since, Case.opened_at < until, Case.merged_into_id.is_(None))
        .order_by(Case.id)
    )
    if stations is not None:
        query = query.where(lanes.is_at(Case.station_code, sorted(stations)))
    if not closed:
        query = query.where(lanes.is_open_to_all())
    return [Response(*row[:9], bool(row[9])) for row in await session.execute(query)]
