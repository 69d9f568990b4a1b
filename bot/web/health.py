"""/healthz, /readyz and /metrics."""

from collections.abc import Callable
from datetime import datetime

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from bot.services.office import Office
from storage import inbox, outbox
from storage.models import OutboxRow
from storage.states import OutboxState


def add_routes(app: web.Application, office: Office, faults: Callable[[], list[str]]) -> None:
    """`faults` says what this process's roles lack, in short fixed words; empty when it can do its work."""

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def readyz(_: web.Request) -> web.Response:
        found = faults() + await _database_faults(office)
        return web.Response(status=503 if found else 200, text="\n".join(found) or "ready")

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=await _metrics(office), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)


async def _database_faults(office: Office) -> list[str]:
    try:
        async with office.database.read() as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        return ["the database does not answer"]
    return []


async def _metrics(office: Office) -> bytes:
    registry = CollectorRegistry()
    states = Gauge("lianxin_outbox_rows", "Outbox rows by state", ["state"], registry=registry)
    waiting = Gauge("lianxin_inbox_waiting", "Inbox rows that wait to be handled", registry=registry)
    oldest = Gauge("lianxin_outbox_oldest_seconds", "Age of the oldest row that is due", registry=registry)
    async with office.database.read() as session:
        for state, count in (await outbox.count_by_state(session)).items():
            states.labels(state).set(count)
        waiting.set(await inbox.count_waiting(session))
        due: datetime | None = await session.scalar(
            select(func.min(OutboxRow.due_at)).where(OutboxRow.state == OutboxState.WAITING)
        )
    age = (office.clock.now() - due).total_seconds() if due else 0.0
    oldest.set(max(age, 0.0))
    return generate_latest(registry)
