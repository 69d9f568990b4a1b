"""/console/places: stations, coverage and the map; one station; one representative with public fields and codes."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.notices import console_desk
from bot.services.console import places
from bot.services.console.places import PlaceRefused
from bot.services.context import Context
from bot.services.office import Office
from bot.services.people import Member
from bot.web.console.frame import Frame, go, missing, number_in
from bot.web.gate import VISITOR
from storage.entry_codes import LEFT_OFFICE, LOST, OTHER, REP, REPLACED, STATION

_REASONS = (LOST, LEFT_OFFICE, REPLACED, OTHER)
Act = Callable[[Context, Member], Awaitable[bool]]


def add_routes(app: web.Application, office: Office, frame: Frame) -> None:
    """Whose station it is not, for them it does not exist."""

    async def show_all(request: web.Request) -> web.Response:
        async with office.database.read() as session:
            page = await places.look(await office.open(session), request[VISITOR].member)
        return frame.page(request, "places.html", page=page)

    async def show_station(request: web.Request, status: int = 200, wrong: str = "") -> web.Response:
        async with office.database.read() as session:
            context = await office.open(session)
            found = await places.find_station(context, request[VISITOR].member, request.match_info["station"])
        if found is None:
            raise missing()
        return frame.page(request, "place.html", status, page=found, wrong=wrong, desk=console_desk)

    async def show_person(request: web.Request, status: int = 200, wrong: str = "") -> web.Response:
        async with office.database.read() as session:
            context = await office.open(session)
            found = await places.find_person(context, request[VISITOR].member, request.match_info["code"])
        if found is None:
            raise missing()
        return frame.page(request, "person.html", status, page=found, wrong=wrong, desk=console_desk)

    async def act(request: web.Request, do: Act) -> str:
        """Do it; a word on why it was not done."""
        try:
            async with office.database.begin() as session:
                if not await do(await office.open(session), request[VISITOR].member):
                    raise missing()
        except PlaceRefused as refused:
            return console_desk.PLACE_REFUSED.get(refused.why, console_desk.PLACE_REFUSED["gone"])
        return ""

    async def change_station(request: web.Request) -> web.Response:
        code, form = request.match_info["station"], await request.post()
        if form.get("act") == "standards":
            held = {str(one) for one in form.getall("standard", [])}

            async def check(context: Context, member: Member) -> bool:
                return await places.check_standards(context, member, code, held)

            await act(request, check)
            return go(f"{request.rel_url.raw_path}?done=standards")
        if form.get("act") in ("phrase", "phrase_gone"):
            title, text = str(form.get("title", "")), str(form.get("text", "")).replace("\r\n", "\n")
            gone = number_in(form, "number") if form.get("act") == "phrase_gone" else 0

            async def change(context: Context, member: Member) -> bool:
                return await places.change_phrases(context, member, code, title, text, gone)

            wrong = await act(request, change)
            return (
                await show_station(request, 422, wrong) if wrong else go(f"{request.rel_url.raw_path}?done=phrases")
            )
        wrong = await act(request, _code_act(STATION, code, form))
        return await show_station(request, 409, wrong) if wrong else go(f"{request.rel_url.raw_path}?done=code")

    async def change_person(request: web.Request) -> web.Response:
        code, form = request.match_info["code"], await request.post()
        if form.get("act") == "fields":
            chosen = {str(one) for one in form.getall("field", [])}

            async def choose(context: Context, member: Member) -> bool:
                return await places.choose_fields(context, member, code, chosen)

            wrong = await act(request, choose)
            return (
                await show_person(request, 422, wrong) if wrong else go(f"{request.rel_url.raw_path}?done=fields")
            )
        wrong = await act(request, _code_act(REP, code, form))
        return await show_person(request, 409, wrong) if wrong else go(f"{request.rel_url.raw_path}?done=code")

    app.router.add_get("/console/places", show_all)
    app.router.add_get("/console/places/{station}", show_station)
    app.router.add_post("/console/places/{station}", change_station)
    app.router.add_get("/console/people/{code}", show_person)
    app.router.add_post("/console/people/{code}", change_person)


def _code_act(kind: str, code: str, form: object) -> Act:
    """`renew` or `revoke` of a form; anything else is nothing."""

    def said(name: str) -> str:
        value = form.get(name, "") if hasattr(form, "get") else ""
        return value if isinstance(value, str) else ""

    async def do(context: Context, member: Member) -> bool:
        if said("act") == "renew":
            return await places.renew_code(context, member, kind, code)
        reason = said("reason") if said("reason") in _REASONS else OTHER
        is_revoked = said("act") == "revoke"
        return is_revoked and await places.revoke_code(context, member, kind, code, said("which"), reason)

    return do
