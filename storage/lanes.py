"""The lanes of a matter in queries: the one place that says which rows a list leaves out.

Every list, count, search and export of cases and entries narrows itself by one of these; what it may then still
show to one person, `bot/services/lanes.py` asks for each row.
"""

from typing import Any

from sqlalchemy import ColumnElement

from storage.models import Case


def is_restricted(cases: Any = Case) -> ColumnElement[bool]:
    """Matters that are read by their named officers alone; `cases` may be an alias or the table."""
    column: ColumnElement[bool] = cases.restricted
    return column.is_(True)


def is_open_to_all(cases: Any = Case) -> ColumnElement[bool]:
    """Every other matter: what whoever has a station or a queue may be shown or counted."""
    column: ColumnElement[bool] = cases.restricted
    return column.is_(False)
