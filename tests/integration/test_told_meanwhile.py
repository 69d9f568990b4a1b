"""What is added to a matter while another process tells its owner of what was added before is not forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy.orm.exc import StaleDataError

from storage import cases
from storage.database import Database
from storage.models import Case
from tests.support.rows import MORNING, open_case

LONGEST = MORNING + timedelta(seconds=60)


async def join_while_told(database: Database, number: int) -> None:
    async with database.begin() as joining:
        case = await joining.get_one(Case, number)
        async with database.begin() as telling:
            (told,) = await cases.due_updates(telling, LONGEST)
            told.update_since = told.update_due_at = None
        cases.await_update(case, LONGEST)


async def test_an_update_that_was_due_then_before_is_written_down_all_the_same(on_postgresql: Database) -> None:
    async with on_postgresql.begin() as session:
        number = (await open_case(session, update_since=MORNING, update_due_at=LONGEST)).id
    with pytest.raises(StaleDataError):
        await join_while_told(on_postgresql, number)
