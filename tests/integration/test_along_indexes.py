"""The queues' questions on PostgreSQL on a live evening, when it knows of quiet times only."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from storage import inbox, pacing, sending
from storage.database import Database
from storage.inbox import Arrival
from storage.outbox import Channel
from storage.sending import Span
from tests.support.rows import MORNING

WAITING = 3_000
LANES = 500
TAKEN = 24
HISTORY = {
    "inbox": """
INSERT INTO inbox (source, key, lane, received_at, state, attempt, due_at)
SELECT 'wk1', 'old' || n, 'kf:' || n, now(), 'done', 0, now() FROM generate_series(1, 30000) n""",
    "outbox": """
INSERT INTO outbox (channel, purpose, lane, recipients, priority, content_sealed, state, attempt, generation,
 held_told, in_doubt, created_at, due_at)
SELECT 'kf', 'receipt', 'kf:' || n, '[]', 1, '', 'sent', 1, 0, false, false, now(), now()
FROM generate_series(1, 30000) n""",
}
TO_BE_SAID = """
INSERT INTO outbox (channel, purpose, lane, recipients, priority, content_sealed, state, attempt, generation,
 held_told, in_doubt, created_at, due_at)
SELECT 'kf', 'receipt', 'kf:wk1:' || n % :lanes, '[]', 1 + n % 3, '', 'waiting', 0, 0, false, false,
 cast(:at AS timestamptz), cast(:at AS timestamptz) FROM generate_series(1, :rows) n"""


async def remember_quiet_times(connection: AsyncConnection, table: str, waited: int) -> None:
    """Of 30,000 rows so many waited when the server last looked."""
    await connection.execute(text(HISTORY[table]))
    some = f"SELECT id FROM {table} ORDER BY id DESC LIMIT {waited}"  # noqa: S608
    await connection.execute(text(f"UPDATE {table} SET state = 'waiting' WHERE id IN ({some})"))  # noqa: S608
    await connection.execute(text(f"ANALYZE {table}"))
    over = "done" if table == "inbox" else "sent"
    await connection.execute(text(f"UPDATE {table} SET state = '{over}' WHERE state = 'waiting'"))  # noqa: S608


@asynccontextmanager
async def looking(session: AsyncSession) -> AsyncIterator[list[int]]:
    """Rows that each statement looked at, as the server counted them."""
    connection = (await session.connection()).sync_connection
    assert connection is not None
    seen: list[int] = []

    def count(_connection: Any, cursor: Any, statement: str, given: Any, *_: Any) -> None:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", given)
        (([told],),) = cursor.fetchall()
        seen.append(round(sum(rows_of(told["Plan"]))))

    event.listen(connection, "before_cursor_execute", count)
    try:
        yield seen
    finally:
        event.remove(connection, "before_cursor_execute", count)


def rows_of(plan: dict[str, Any]) -> Iterator[float]:
    """Rows that came out of each scan and those it threw away, in all its loops."""
    if "Scan" in plan["Node Type"]:
        yield (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    for part in plan.get("Plans", []):
        yield from rows_of(part)


def written(number: int) -> Arrival:
    return Arrival("wk1", f"m{number}", f"kf:wk1:wm{number * 7 % LANES}", b"", MORNING)


@pytest.mark.parametrize("waited", [0, 5, 100])
async def test_a_batch_looks_at_few_rows_however_many_wait(on_postgresql: Database, waited: int) -> None:
    async with on_postgresql.writer.begin() as connection:
        await remember_quiet_times(connection, "inbox", waited)
    async with on_postgresql.begin() as session:
        await inbox.add_all(session, [written(number) for number in range(WAITING)])
    async with on_postgresql.begin() as session:
        async with looking(session) as seen:
            heads = await inbox.claim_heads(session, MORNING, TAKEN, of_members=False)
            assert await inbox.claim_heads(session, MORNING, TAKEN, of_members=True) == []
            behind = await inbox.find_behind(session, heads, 7)
        assert len(heads) == len({head.lane for head in heads}) == TAKEN
        assert sum(map(len, behind.values())) > 0
        assert max(seen) <= 10 * TAKEN, seen


@pytest.mark.parametrize("waited", [0, 5, 100])
async def test_a_turn_looks_at_few_rows_however_many_are_to_leave(on_postgresql: Database, waited: int) -> None:
    async with on_postgresql.writer.begin() as connection:
        await remember_quiet_times(connection, "outbox", waited)
        await connection.execute(text(TO_BE_SAID), {"at": MORNING, "lanes": LANES, "rows": WAITING})
    spans: Sequence[Span] = [Span(priority, TAKEN) for priority in (1, 2, 3)]
    async with on_postgresql.begin() as session:
        assert await pacing.pass_turnstile(session)
        async with looking(session) as seen:
            heads = await sending.find_heads(session, MORNING + timedelta(seconds=1), spans, tuple(Channel))
        assert len(heads) == len({head.lane for head in heads})
        assert len(heads) >= TAKEN
        assert max(seen) <= 10 * TAKEN, seen
