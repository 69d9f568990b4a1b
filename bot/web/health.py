"""/healthz, /readyz and /metrics."""

from collections.abc import Callable

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from bot.services.office import Office
from bot.web.metrics import InProcess, Metrics
from storage import delivery_alarms
from storage.delivery_alarms import LATE
from storage.models import DeliveryAlarm


def add_routes(app: web.Application, office: Office, faults: Callable[[], list[str]], counted: InProcess) -> None:
    """`faults` says what this process's roles lack, in short fixed words; empty when it can do its work."""
    metrics = Metrics(office, counted)

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def readyz(_: web.Request) -> web.Response:
        lines, faulty = await _readiness(office)
        found = [*faults(), *faulty]
        if counted.hints.fault:
            lines.append(f"degraded: {counted.hints.fault}")
        return web.Response(status=503 if found else 200, text="\n".join([*(found or ["ready"]), *lines]))

    async def show_metrics(_: web.Request) -> web.Response:
        return web.Response(body=await metrics.render(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", show_metrics)


async def _readiness(office: Office) -> tuple[list[str], list[str]]:
    """What is degraded, and what keeps the process from its work.

    That WeCom refuses to send is degraded, not unready: this process works, and starting it anew would not help.
    """
    try:
        async with office.database.read() as session:
            alarms = await delivery_alarms.find_open(session)
        is_writable = await office.database.takes_writes()
    except (SQLAlchemyError, OSError):
        return [], ["the database does not answer"]
    return [_degraded(alarm) for alarm in alarms], [] if is_writable else ["the disk is full: nothing is kept"]


def _degraded(alarm: DeliveryAlarm) -> str:
    what = "answers do not leave" if alarm.kind == LATE else f"WeCom refuses to send ({alarm.errcode})"
    return f"degraded: {what} since {alarm.started_at:%Y-%m-%dT%H:%M:%SZ}"
