"""What machines watch beside deliveries, on both databases."""

from datetime import date, timedelta

from storage import watched_figures
from storage.database import Database
from storage.models import LedgerDay, LedgerHead
from storage.states import CaseState
from tests.support.rows import MORNING, arrival, keep, open_case

HOUR = timedelta(hours=1)


async def test_an_installation_with_nothing_in_it_has_nothing_to_tell(database: Database) -> None:
    async with database.read() as session:
        assert await watched_figures.oldest_in_inbox(session) is None
        assert await watched_figures.clocks_due(session, MORNING) == {}
        assert await watched_figures.ledger_lines(session) == 0
        assert await watched_figures.last_published(session) is None


async def test_the_oldest_message_the_clocks_that_are_due_and_the_ledger(database: Database) -> None:
    async with database.begin() as session:
        await keep(session, arrival("m1"), arrival("m2", received_at=MORNING - HOUR))
        late = {"clock_due_at": MORNING - HOUR}
        await open_case(session, "wmA", **late)
        await open_case(session, "wmB", clock_step="centre", **late)
        await open_case(session, "wmC", clock_step="centre", state=CaseState.ANSWERED, **late)
        await open_case(session, "wmD")
        session.add_all(LedgerHead(chain=chain, seq=seq, digest="d") for chain, seq in (("JH", 3), ("QQ", 4)))
        on = date(2026, 11, 19)
        session.add(LedgerDay(chain="JH", on_date=on, seq=3, digest="d", published_at=MORNING - 8 * HOUR))
    async with database.read() as session:
        assert await watched_figures.oldest_in_inbox(session) == MORNING - HOUR
        assert await watched_figures.clocks_due(session, MORNING) == {"representative": 1, "centre": 1}
        assert await watched_figures.ledger_lines(session) == 7
        assert await watched_figures.last_published(session) == MORNING - 8 * HOUR
