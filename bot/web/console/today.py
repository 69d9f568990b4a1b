"""/console: what waits for whoever opens it."""

from aiohttp import web

from bot.services.console import today
from bot.services.office import Office
from bot.web.console.frame import Frame
from bot.web.gate import VISITOR


def add_routes(app: web.Application, office: Office, frame: Frame) -> None:
    """The page looks at itself again while it is open."""

    async def show(request: web.Request) -> web.Response:
        visitor = request[VISITOR]
        if visitor.roles <= {"auditor", "media"}:
            return frame.page(request, "guest.html")
        async with office.database.read() as session:
            found = await today.look(await office.open(session), visitor.member)
        return frame.page(request, "today.html", today=found)

    app.router.add_get("/console", show)
