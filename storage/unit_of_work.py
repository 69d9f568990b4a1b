"""A session in which rows that nobody needs as objects are written many at a time, with the next flush.

An object of SQLAlchemy's costs a tenth of a millisecond to keep, and most of what one message leaves behind is
written and not looked at again by whoever wrote it.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Insert, Table, event, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

from storage.models import Base

_ROWS = "rows to be written"
_Rows = dict[Table, list[Mapping[str, Any]]]


class UnitOfWork(Session):
    """Its flush writes the rows, too: what refers to nothing before the objects, all else after them."""

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write down what has changed and what is new."""
        rows: _Rows = self.info.pop(_ROWS, {})
        tables = sorted(rows, key=_place)
        for table in tables:
            if not table.foreign_keys:
                self._insert(table, rows[table])
        super().flush(objects)
        for table in tables:
            if table.foreign_keys:
                self._insert(table, rows[table])

    def _insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        self.connection().execute(_insert(table), rows)


@cache
def _insert(table: Table) -> Insert:
    """Built once: putting a statement together costs as much as running it."""
    return insert(table)


@cache
def _place(table: Table) -> int:
    """What others refer to comes before them."""
    return Base.metadata.sorted_tables.index(table)


@event.listens_for(UnitOfWork, "before_commit")
def _write_the_last(session: Session) -> None:
    """SQLAlchemy flushes only where it has objects to write."""
    if session.info.get(_ROWS):
        session.flush()


@event.listens_for(UnitOfWork, "after_soft_rollback")
def _forget(session: Session, _ended: SessionTransaction) -> None:
    """What was to be written in a savepoint goes with it; what was before it had been written by then."""
    session.info.pop(_ROWS, None)


def write(session: AsyncSession, model: type[Base], row: Mapping[str, Any]) -> None:
    """Write this row with the next flush, after those of its table that were given before."""
    _rows_of(session).setdefault(cast("Table", model.__table__), []).append(row)


def write_whole(session: AsyncSession, read: Base) -> None:
    """The same for an object that is only read from now on: it stays outside the session."""
    columns = read.__table__.columns.keys()
    write(session, type(read), {name: getattr(read, name) for name in columns if name != "id"})


def add_in_turn(session: AsyncSession, added: Base) -> None:
    """Add an object to the session; rows of its table that wait become objects, too, or it would go before them."""
    model = type(added)
    waiting = _rows_of(session).pop(cast("Table", model.__table__), [])
    session.add_all([model(**row) for row in waiting])
    session.add(added)


def _rows_of(session: AsyncSession) -> _Rows:
    rows: _Rows = session.info.setdefault(_ROWS, {})
    return rows
