"""/console/rights: requests about one's own data, decided as in the chat; consents; what was erased."""

from aiohttp import web

from bot.notices import console_desk
from bot.services.console import rights
from bot.services.office import Office
from bot.web.console.frame import Frame, number_in
from bot.web.gate import VISITOR

_MOST_WORDS = 500


def add_routes(app: web.Application, office: Office, frame: Frame) -> None:
    """What was decided is told on the page: an address for a copy is shown once and kept nowhere."""

    async def render(request: web.Request, said: str = "") -> web.Response:
        async with office.database.begin() as session:
            page = await rights.look(await office.open(session), request[VISITOR].member)
        return frame.page(request, "rights.html", page=page, said=said, desk=console_desk)

    async def show(request: web.Request) -> web.Response:
        return await render(request)

    async def decide(request: web.Request) -> web.Response:
        form = await request.post()
        act, words = str(form.get("act", "")), str(form.get("words", "")).strip()[:_MOST_WORDS]
        async with office.database.begin() as session:
            context = await office.open(session)
            number = number_in(form, "number")
            said = await rights.decide(context, request[VISITOR].member, act, number, words.replace("\x00", ""))
        return await render(request, said)

    app.router.add_get("/console/rights", show)
    app.router.add_post("/console/rights", decide)
