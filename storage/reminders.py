"""What is to be said at a time, once: planned by a subject, claimed when it is due, void when its reason is gone.

A row is unique by subject (`day:12`), edition (what it was planned for, normally the start), step and recipient
(`m:` with a userid in small letters, `c:` with the number of a conversation). `sent` means handed to the outbox;
until it leaves there it can still be withdrawn.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, bindparam, func, literal_column, or_, select, tuple_, update
from sqlalchemy import case as sql_case
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import ColumnElement

from storage.models import OutboxRow, Reminder
from storage.states import REMINDER, OutboxState, ReminderState

TOO_LATE = "too late"
CHUNK = 250  # rows a statement; between two the loop breathes
PART = 500  # rows of a large crowd a commit
_S = ReminderState
_PENDING = (_S.WAITING, _S.HELD)
_COLUMNS = (
    Reminder.id,
    Reminder.subject,
    Reminder.edition,
    Reminder.step,
    Reminder.recipient,
    Reminder.useful_until,
)
_UNSAID = Reminder.state.in_([literal_column("'waiting'"), literal_column("'held'")])
_IS_HELD = Reminder.state == literal_column("'held'")
# Built once: putting a statement together costs as much as running it. States stand in them as they are, or SQLite
# would not see that its partial indexes fit.
_DUE = (
    select(*_COLUMNS)
    .where(Reminder.state == literal_column("'waiting'"), Reminder.due_at <= bindparam("now"))
    .order_by(Reminder.due_at, Reminder.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_HELD = (
    select(*_COLUMNS)
    .where(_UNSAID, _IS_HELD, Reminder.recipient == bindparam("who"))
    .order_by(Reminder.due_at, Reminder.id)
    .with_for_update(skip_locked=True)
)
_TO = select(*_COLUMNS).where(_UNSAID, Reminder.recipient == bindparam("who")).with_for_update(skip_locked=True)
_SAID = (
    update(Reminder.__table__)  # type: ignore[arg-type]  # a table, as SQLAlchemy's own type does not say
    .where(Reminder.id == bindparam("number"), or_(*(Reminder.state == state for state in _PENDING)))
    .values(state=_S.SENT, outbox_id=bindparam("leaves_by"), fired_at=bindparam("now"), reason="")
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Something to be said to one recipient from `due_at` on, and not any more from `useful_until` on (UTC).

    `recipient` comes from `member` or `conversation`.
    """

    subject: str
    edition: str
    step: str
    recipient: str
    due_at: datetime
    useful_until: datetime

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What is said once."""
        return self.subject, self.edition, self.step, self.recipient


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that this transaction alone works on."""

    id: int
    subject: str
    edition: str
    step: str
    recipient: str
    useful_until: datetime

    @property
    def occasion(self) -> tuple[str, str, str]:
        """What is said to many at once: subject, edition and step."""
        return self.subject, self.edition, self.step


def member(userid: str) -> str:
    """A member as a recipient; WeCom compares ids without regard to case."""
    return f"m:{userid.lower()}"


def conversation(conversation_id: int) -> str:
    """A constituent's conversation as a recipient."""
    return f"c:{conversation_id}"


def find_userid(recipient: str) -> str | None:
    """The member's id in small letters, where the recipient is a member."""
    return recipient[2:] if recipient.startswith("m:") else None


def find_conversation_id(recipient: str) -> int | None:
    """The number of the conversation, where the recipient is one."""
    return int(recipient[2:]) if recipient.startswith("c:") else None


async def add_all(session: AsyncSession, plans: Iterable[Plan], now: datetime) -> int:
    """Write down what is not there yet; returns how many rows are new or changed.

    What still waits takes over the new times; what was void, because it had been moved away or called off, waits
    again; what was said stays said. A plan that is no longer useful is kept as dropped, so that it is noted.
    """
    unique = {plan.key: plan for plan in plans}
    ordered = [unique[key] for key in sorted(unique)]  # two writers meet in one order
    useful = [plan for plan in ordered if plan.useful_until > now]
    late = [plan for plan in ordered if plan.useful_until <= now]
    return await _write(session, useful, _S.WAITING, "") + await _write(session, late, _S.DROPPED, TOO_LATE)


async def _write(session: AsyncSession, plans: Sequence[Plan], state: ReminderState, reason: str) -> int:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    given = dialect.insert(Reminder)
    key = ["subject", "edition", "step", "recipient"]
    if state is _S.WAITING:
        moved = or_(Reminder.due_at != given.excluded.due_at, Reminder.useful_until != given.excluded.useful_until)
        upserted = given.on_conflict_do_update(
            index_elements=key,
            set_={
                "due_at": given.excluded.due_at,
                "useful_until": given.excluded.useful_until,
                "state": sql_case((Reminder.state == _S.VOID, _S.WAITING), else_=Reminder.state),
                "reason": sql_case((Reminder.state == _S.VOID, ""), else_=Reminder.reason),
            },
            where=or_(Reminder.state == _S.VOID, moved & or_(*(Reminder.state == state for state in _PENDING))),
        )
    else:
        upserted = given.on_conflict_do_nothing(index_elements=key)
    statement = upserted.returning(Reminder.id)
    written = 0
    for start in range(0, len(plans), CHUNK):
        rows = [_values(plan, state, reason) for plan in plans[start : start + CHUNK]]
        written += len((await session.execute(statement, rows)).all())
        await asyncio.sleep(0)
    return written


def _values(plan: Plan, state: ReminderState, reason: str) -> dict[str, object]:
    return {
        "subject": plan.subject,
        "edition": plan.edition,
        "step": plan.step,
        "recipient": plan.recipient,
        "due_at": plan.due_at,
        "useful_until": plan.useful_until,
        "state": state,
        "reason": reason,
    }


async def void(
    session: AsyncSession,
    subject: str,
    *,
    keep_edition: str | None = None,
    recipient: str | None = None,
    step: str | None = None,
    reason: str,
) -> int:
    """Withdraw what was not said yet: it waits, is held, or is still in the outbox. Returns how many rows.

    Only for one recipient or step where that is given; what was planned for `keep_edition` stays.
    """
    these = _of_subject(subject, keep_edition)
    if recipient is not None:
        these.append(Reminder.recipient == recipient)
    if step is not None:
        these.append(Reminder.step == step)
    # In this order: a firing that was under way is over when its rows can be changed, and the outbox shows them.
    voided = await _void_unsaid(session, these, reason)
    return voided + await _withdraw(session, these, reason)


def _of_subject(subject: str, keep_edition: str | None) -> list[ColumnElement[bool]]:
    these = [Reminder.subject == subject]
    return these if keep_edition is None else [*these, Reminder.edition != keep_edition]


async def _void_unsaid(session: AsyncSession, these: list[ColumnElement[bool]], reason: str) -> int:
    total = 0
    while voided := await _void_some(session, these, reason):
        total += voided
        await asyncio.sleep(0)
    return total


async def _void_some(session: AsyncSession, these: list[ColumnElement[bool]], reason: str) -> int:
    some = select(Reminder.id).where(*these, Reminder.state.in_(_PENDING)).order_by(Reminder.id).limit(CHUNK)
    return await _move(session, [Reminder.id.in_(some), Reminder.state.in_(_PENDING)], _S.VOID, reason=reason)


async def void_part(session: AsyncSession, subject: str, *, keep_edition: str | None, reason: str) -> int:
    """Withdraw some of what waits or is held for other editions than `keep_edition`; 0 when nothing is left."""
    return await _void_some(session, _of_subject(subject, keep_edition), reason)


async def withdraw(session: AsyncSession, subject: str, *, keep_edition: str | None, reason: str) -> int:
    """The same of what stands in the outbox, all of it: that is never much."""
    return await _withdraw(session, _of_subject(subject, keep_edition), reason)


async def heard_part(
    session: AsyncSession, subject: str, *, besides: str, after: Sequence[str], most: int
) -> Sequence[tuple[str, str, str]]:
    """(edition, step, recipient) of what was said of a subject, in that order, from behind `after` on.

    What was said of the edition `besides` is left out. Whoever was told of several steps comes several times.
    """
    place = (Reminder.edition, Reminder.step, Reminder.recipient)
    query = select(*place).where(
        Reminder.subject == subject, Reminder.edition != besides, Reminder.state == _S.SENT
    )
    if after:
        query = query.where(tuple_(*place) > tuple_(*after))
    rows = await session.execute(query.order_by(*place).limit(most))
    return [(edition, step, recipient) for edition, step, recipient in rows]


async def count_heard(session: AsyncSession, subject: str, *, besides: Collection[str]) -> int:
    """To how many something was said of a subject; `besides` are steps that do not count."""
    return (
        await session.scalar(
            select(func.count(Reminder.recipient.distinct())).where(
                Reminder.subject == subject, Reminder.state == _S.SENT, Reminder.step.not_in(besides)
            )
        )
        or 0
    )


async def _withdraw(session: AsyncSession, these: list[ColumnElement[bool]], reason: str) -> int:
    """What the pump has not taken: the row is locked first, so that it is either leased or withdrawn."""
    said = select(Reminder.outbox_id).where(*these, Reminder.state == _S.SENT)
    unsent = await session.scalars(
        select(OutboxRow.id)
        .where(OutboxRow.id.in_(said), OutboxRow.state == OutboxState.WAITING)
        .order_by(OutboxRow.id)
        .with_for_update()
    )
    withdrawn = 0
    ids = unsent.all()
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        where = [*these, Reminder.state == _S.SENT, Reminder.outbox_id.in_(some)]
        withdrawn += await _move(session, where, _S.VOID, reason=reason)
        await asyncio.sleep(0)
    return withdrawn


async def is_planned(session: AsyncSession, subject: str, edition: str, step: str) -> bool:
    """Whether anybody has a reminder of this step."""
    found = await session.scalar(
        select(Reminder.id)
        .where(Reminder.subject == subject, Reminder.edition == edition, Reminder.step == step)
        .limit(1)
    )
    return found is not None


async def claim_due(session: AsyncSession, now: datetime, most: int) -> list[Claimed]:
    """Rows that are due, the oldest first, locked until this transaction ends."""
    return _claimed((await session.execute(_DUE, {"now": now, "most": most})).all())


async def claim_held(session: AsyncSession, conversation_id: int) -> list[Claimed]:
    """What waits for the next message of a conversation, locked until this transaction ends."""
    return _claimed((await session.execute(_HELD, {"who": conversation(conversation_id)})).all())


async def claim_unsaid(session: AsyncSession, conversation_id: int) -> list[Claimed]:
    """What waits to be said to a conversation, due or held, locked until this transaction ends."""
    return _claimed((await session.execute(_TO, {"who": conversation(conversation_id)})).all())


def _claimed(rows: Sequence[Row[int, str, str, str, str, datetime]]) -> list[Claimed]:
    return [Claimed(*row) for row in rows]


async def note_said(session: AsyncSession, outbox_ids: Mapping[int, int], now: datetime) -> None:
    """Handed to the outbox: each reminder by its number, with the number of the row it leaves by."""
    connection = await session.connection()
    given = [{"number": number, "leaves_by": row, "now": now} for number, row in outbox_ids.items()]
    await connection.execute(_SAID, given)


async def note_held(session: AsyncSession, ids: Collection[int], reason: str, now: datetime) -> int:
    """Cannot be said now: they wait for the next message of their conversation."""
    return await _move(session, [Reminder.id.in_(ids)], _S.HELD, fired_at=now, reason=reason)


async def note_void(session: AsyncSession, ids: Collection[int], reason: str, now: datetime) -> int:
    """Their reason is gone."""
    return await _move(session, [Reminder.id.in_(ids)], _S.VOID, fired_at=now, reason=reason)


async def note_dropped(session: AsyncSession, ids: Collection[int], reason: str, now: datetime) -> int:
    """They will not be said."""
    return await _move(session, [Reminder.id.in_(ids)], _S.DROPPED, fired_at=now, reason=reason)


async def put_off(session: AsyncSession, ids: Collection[int], until: datetime) -> int:
    """They stay due, but not before `until`."""
    return await _move(session, [Reminder.id.in_(ids)], _S.WAITING, due_at=until)


async def find_said(session: AsyncSession, outbox_ids: Collection[int]) -> dict[int, set[str]]:
    """Who is still to hear each of these rows of the outbox; who was withdrawn from one is not among them."""
    found = await session.execute(
        select(Reminder.outbox_id, Reminder.recipient).where(
            Reminder.outbox_id.in_(outbox_ids), Reminder.state == _S.SENT
        )
    )
    hearing: dict[int, set[str]] = {outbox_id: set() for outbox_id in outbox_ids}
    for outbox_id, recipient in found:
        hearing[outbox_id or 0].add(recipient)
    return hearing


async def is_whole(session: AsyncSession, outbox_id: int) -> bool:
    """Whether nothing was withdrawn from this row of the outbox."""
    withdrawn = await session.scalar(
        select(Reminder.id).where(Reminder.outbox_id == outbox_id, Reminder.state != _S.SENT).limit(1)
    )
    return withdrawn is None


async def follow(session: AsyncSession, outbox_id: int, recipients: Collection[str], to_outbox_id: int) -> int:
    """These recipients hear it by another row of the outbox."""
    moved = await session.execute(
        update(Reminder)
        .where(*_leaving_by(outbox_id), Reminder.recipient.in_(recipients))
        .values(outbox_id=to_outbox_id)
        .execution_options(synchronize_session=False)
        .returning(Reminder.id)
    )
    return len(moved.all())


async def hold_unsaid(session: AsyncSession, outbox_id: int, reason: str) -> int:
    """The platform lets this row of the outbox through no more: it waits for the next message."""
    return await _move(session, _leaving_by(outbox_id), _S.HELD, reason=reason)


async def drop_unsaid(session: AsyncSession, outbox_id: int, reason: str) -> int:
    """This row of the outbox will not be said."""
    return await _move(session, _leaving_by(outbox_id), _S.DROPPED, reason=reason)


async def say_again(session: AsyncSession, outbox_id: int) -> int:
    """This row of the outbox said several things and one was withdrawn: the others are said anew."""
    return await _move(session, _leaving_by(outbox_id), _S.WAITING)


def _leaving_by(outbox_id: int) -> list[ColumnElement[bool]]:
    return [Reminder.outbox_id == outbox_id, Reminder.state == _S.SENT]


async def find_late_held(session: AsyncSession, now: datetime, most: int) -> list[Claimed]:
    """What was held for so long that it is of no use any more, locked until this transaction ends."""
    rows = await session.execute(
        select(*_COLUMNS)
        .where(_IS_HELD, Reminder.useful_until <= now)
        .order_by(Reminder.useful_until)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return _claimed(rows.all())


async def _move(
    session: AsyncSession, where: Sequence[ColumnElement[bool]], state: ReminderState, **values: object
) -> int:
    """Change the state where the table allows it; returns how many."""
    before = [old for old, following in REMINDER.items() if state in following]
    if isinstance(values.get("reason"), str):
        values["reason"] = str(values["reason"])[:64]
    moved = await session.execute(
        update(Reminder)
        .where(*where, Reminder.state.in_(before))
        .values(state=state, **values)
        .execution_options(synchronize_session=False)
        .returning(Reminder.id)
    )
    return len(moved.all())
