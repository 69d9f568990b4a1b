"""The lanes of a matter in queries: the one place that says which rows a list leaves out.

Every list, count, search and export of cases and entries narrows itself by one of these; what it may then still
show to one person, `bot/services/lanes.py` asks for each row.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import aliased

from config.duty_kinds import HIDDEN
from storage.models import Case, DutyEntry

_Root = aliased(DutyEntry)
_FEW = 20  # stations


def is_restricted(cases: Any = Case) -> ColumnElement[bool]:
    """Matters that are read by their named officers alone; `cases` may be an alias or the table."""
    column: ColumnElement[bool] = cases.restricted
    return column.is_(True)


def is_open_to_all(cases: Any = Case) -> ColumnElement[bool]:
    """Every other matter: what whoever has a station or a queue may be shown or counted."""
    column: ColumnElement[bool] = cases.restricted
    return column.is_(False)


def is_at(station: Any, codes: Collection[str]) -> ColumnElement[bool]:
    """Of one of these stations. Of a whole town the index by station finds nothing sooner and gives no order: then
    the other conditions are to find the rows."""
    column: ColumnElement[str] = station if len(codes) <= _FEW else func.coalesce(station, "")
    return column.in_(codes) if codes else false()


ENTRY_IS_RELEASED = or_(DutyEntry.lane == "", and_(DutyEntry.lane == HIDDEN, DutyEntry.released_at.is_not(None)))
"""Entries that are not closed by their own lane."""

_OF_RESTRICTED = select(Case.id).where(Case.id == DutyEntry.case_id, is_restricted()).exists()
_ROOT_OF_RESTRICTED = (  # a correction carries no case itself
    select(_Root.id)
    .join(Case, Case.id == _Root.case_id)
    .where(_Root.id == DutyEntry.root_id, is_restricted())
    .exists()
)
ENTRY_IS_OPEN = and_(ENTRY_IS_RELEASED, ~_OF_RESTRICTED, ~_ROOT_OF_RESTRICTED)
"""Entries that anybody of the office may read and count."""
