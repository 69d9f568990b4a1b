"""`make pairs`: every town of the scenarios on PostgreSQL and Redis instead of a SQLite file and nothing."""

import atexit
import os
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from functools import cache

from tests.support.processes import Postgres, empty_database, execute, open_postgres, open_redis_url
from tests.support.schema import bring_up, run_apart

WANTED = "LIANXIN_TEST_PAIR"
TEMPLATE = "schema"


def is_wanted() -> bool:
    """Whether this run is on the pair."""
    return bool(os.environ.get(WANTED))


@cache
def _servers() -> tuple[Postgres, str]:
    """Both servers, for the whole run of this process, and a database with the current schema to be copied."""
    stack = ExitStack()
    atexit.register(stack.close)
    postgres, redis_url = stack.enter_context(open_postgres()), stack.enter_context(open_redis_url())
    run_apart(execute(postgres.get_uri(), f"CREATE DATABASE {TEMPLATE}"))
    run_apart(bring_up(postgres.get_uri(TEMPLATE)))
    return postgres, redis_url


@asynccontextmanager
async def open_pair() -> AsyncIterator[dict[str, object]]:
    """The settings of a database with the current schema and nothing in it, and of a Redis that others use, too."""
    postgres, redis_url = _servers()
    async with empty_database(postgres, f"TEMPLATE {TEMPLATE}") as url:
        yield {"database_url": url, "redis_url": redis_url}
