"""/console/calendar/duty: who is on duty where, a week at a time; a tapped cell has its forms."""

from collections.abc import Mapping

from aiohttp import web
from yarl import URL

from bot.services.console import duty_week
from bot.services.console.duty_week import NotDone, Tapped
from bot.services.context import Context
from bot.services.duty_rosters import Wanted
from bot.services.office import Office
from bot.services.people import Member
from bot.web.console.frame import Frame, day_in, go, number_in
from bot.web.gate import VISITOR

_PATH = "/console/calendar/duty"


def add_routes(app: web.Application, office: Office, frame: Frame) -> None:
    """One page; the cell that was tapped stands in its address."""

    async def show(request: web.Request, status: int = 200, wrong: str = "") -> web.Response:
        asked = request.query
        async with office.database.read() as session:
            context = await office.open(session)
            tapped = Tapped(asked.get("at", ""), day_in(asked, "day"), asked.get("start", ""), asked.get("end", ""))
            on = day_in(asked, "on") or tapped.on or context.local_now.date()
            page = await duty_week.look(context, request[VISITOR].member, on, asked.get("station", ""), tapped)
        return frame.page(request, "duty_week.html", status, page=page, wrong=wrong)

    async def change(request: web.Request) -> web.Response:
        form = await request.post()
        try:
            async with office.database.begin() as session:
                done = await _carry_out(await office.open(session), request[VISITOR].member, form)
        except NotDone as refused:
            return await show(request, 409, refused.words)
        kept = {name: value for name in ("on", "station") if (value := request.query.get(name))}
        on = day_in(form, "day")
        return go(str(URL(_PATH).with_query({**({"on": str(on)} if on else {}), **kept, "done": done})))

    app.router.add_get(_PATH, show)
    app.router.add_post(_PATH, change)


async def _carry_out(context: Context, member: Member, form: Mapping[str, object]) -> str:
    def said(name: str) -> str:
        value = form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    on = day_in(form, "day") or context.local_now.date()
    match said("act"):
        case "put":
            hours = said("start"), said("end")
            wanted = Wanted(said("at"), said("person"), on, *hours, weekly=said("weekly") == "1")
            return await duty_week.put(context, member, wanted)
        case "out":
            return await duty_week.take_out(context, member, number_in(form, "slot"), on)
        case "swap":
            return await duty_week.swap(context, member, said("who"), said("person"), on, said("start"))
        case _:
            return await duty_week.confirm(context, member, number_in(form, "swap"))
