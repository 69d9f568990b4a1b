"""/console/health: how the system is, in words, with `verify`. /console/delivery: the figures of delivery."""

from collections.abc import Callable

from aiohttp import web

from bot.notices import console_desk
from bot.notices.remedies import remedy_of
from bot.services.console import health
from bot.services.office import Office
from bot.services.watching import figures
from bot.web.console.errands import Errands
from bot.web.console.frame import Frame
from bot.web.gate import VISITOR
from bot.web.metrics import InProcess

VERIFY = "verify"


def add_routes(
    app: web.Application,
    office: Office,
    frame: Frame,
    faults: Callable[[], list[str]],
    counted: InProcess,
    errands: Errands,
) -> None:
    """`faults` are what this process lacks, as /readyz tells it."""

    async def show(request: web.Request) -> web.Response:
        return await render(request)

    async def render(request: web.Request, said: str = "") -> web.Response:
        async with office.database.read() as session:
            page = await health.look(await office.open(session), request[VISITOR].member)
        refused = sorted(((api, code, n) for (api, code), n in counted.calls().items() if code != "0"), key=_most)
        return frame.page(
            request,
            "health.html",
            page=page,
            said=said,
            desk=console_desk,
            faults=faults(),
            lag=counted.lag,
            calls=sum(counted.calls().values()),
            refused=[(api, code, n, _what(code)) for api, code, n in refused],
            verifying=errands.is_running(VERIFY),
            figures=page.delivery,
        )

    async def verify(request: web.Request) -> web.Response:
        member = request[VISITOR].member
        began = errands.start(VERIFY, health.verify(office, member))
        return await render(request, console_desk.VERIFY_STARTED if began else console_desk.VERIFY_RUNS)

    async def delivery(request: web.Request) -> web.Response:
        async with office.database.read() as session:
            context = await office.open(session)
            scope = figures.scope_of(context, request[VISITOR].member)
            found = await figures.collect(context, scope) if scope else None
        return frame.page(request, "delivery.html", figures=found)

    app.router.add_get("/console/health", show)
    app.router.add_post("/console/health", verify)
    app.router.add_get("/console/delivery", delivery)


def _most(one: tuple[str, str, int]) -> tuple[int, str, str]:
    api, code, count = one
    return (-count, api, code)


def _what(code: str) -> str:
    return remedy_of(int(code)).what if code.lstrip("-").isdigit() else ""
