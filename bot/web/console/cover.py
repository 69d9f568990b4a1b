"""/console/cover: queues of officers, and whose hands they are in."""

from aiohttp import web
from sqlalchemy.exc import IntegrityError

from bot.services.console import covering
from bot.services.console.covering import CoverRefused
from bot.services.office import Office
from bot.web.console.frame import Frame, go
from bot.web.gate import VISITOR


def add_routes(app: web.Application, office: Office, frame: Frame) -> None:
    """For the service centre every queue, for an officer their own."""

    async def show(request: web.Request, status: int = 200, *, refused: bool = False) -> web.Response:
        async with office.database.read() as session:
            queues = await covering.look(await office.open(session), request[VISITOR].member)
        return frame.page(request, "cover.html", status, queues=queues, refused=refused)

    async def look(request: web.Request) -> web.Response:
        return await show(request)

    async def change(request: web.Request) -> web.Response:
        form = await request.post()
        act, officer = str(form.get("act", "")), str(form.get("officer", ""))[:64]
        do = covering.give_back if act == "give" else covering.take
        try:
            async with office.database.begin() as session:
                await do(await office.open(session), request[VISITOR].member, officer)
        except (CoverRefused, IntegrityError):
            return await show(request, 409, refused=True)
        return go(f"/console/cover?done={'given' if act == 'give' else 'taken'}")

    app.router.add_get("/console/cover", look)
    app.router.add_post("/console/cover", change)
