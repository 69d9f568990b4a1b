"""A server that goes away while a process starts is told as what it is, and nothing else is taken for that."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.database import Database, DatabaseUnreachable


async def test_a_server_that_goes_away_in_the_middle_is_unreachable(on_postgresql: Database) -> None:
    with pytest.raises(DatabaseUnreachable, match="LIANXIN_DATABASE_URL"), on_postgresql.needed():
        async with on_postgresql.begin() as session:
            await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


async def test_a_refused_connection_is_unreachable(database: Database) -> None:
    with pytest.raises(DatabaseUnreachable, match="ConnectionRefusedError"), database.needed():
        raise ConnectionRefusedError


async def test_a_statement_that_is_wrong_stays_what_it_is(database: Database) -> None:
    with pytest.raises(DBAPIError), database.needed():
        async with database.begin() as session:
            await session.execute(text("SELECT nothing FROM nowhere"))
