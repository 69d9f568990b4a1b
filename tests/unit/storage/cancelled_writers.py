"""Writers that are cancelled at every point; in a process of its own, as one that dies would take the tests along.

`python -m tests.unit.storage.cancelled_writers FILE` prints the names that were kept.
"""

import asyncio
import sys
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from storage import migrate
from storage.database import Database
from storage.models import KfAccount
from tests.support.rows import MORNING

WRITERS = 150


def account(name: str) -> KfAccount:
    return KfAccount(open_kfid=name, name="站", cursor="", watermark=MORNING)


async def write_pair(database: Database, number: int) -> None:
    async with database.begin() as session:
        session.add_all([account(f"{number:03}a"), account(f"{number:03}b")])
        await session.flush()
        await asyncio.sleep(0)


async def main(path: str) -> None:
    database = Database(f"sqlite+aiosqlite:///{path}")
    await migrate.ensure(database)
    for number in range(WRITERS):
        task = asyncio.create_task(write_pair(database, number))
        for _ in range(number % 20):
            await asyncio.sleep(0)
        await asyncio.sleep(0.0002 * (number % 5))
        task.cancel()
        with suppress(asyncio.CancelledError, SQLAlchemyError):
            await task
    async with asyncio.timeout(5):
        await write_pair(database, 999)
    async with database.read() as session:
        print(*await session.scalars(select(KfAccount.open_kfid)))  # noqa: T201
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
