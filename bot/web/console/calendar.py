"""/console/calendar: the month and the week; one activity day, with all that its words in the chat do."""

from collections.abc import Mapping

from aiohttp import web
from sqlalchemy.orm.exc import StaleDataError

from bot.notices.console import CHANGED
from bot.notices.reminder_desk import AUDIENCES
from bot.services.console import calendar, day_acts, day_desk, reminding
from bot.services.console.calendar import MONTH, WEEK
from bot.services.console.day_acts import MOST_FIGURE, NotDone, Order
from bot.services.office import Office
from bot.web.console import airing, duty_week
from bot.web.console.frame import Frame, day_in, go, missing, number_in
from bot.web.gate import VISITOR


def add_routes(app: web.Application, office: Office, frame: Frame) -> None:
    """The calendar and its days."""
    desk = _Desk(office, frame)
    app.router.add_get("/console/calendar", desk.show)
    app.router.add_post("/console/calendar", desk.add)
    duty_week.add_routes(app, office, frame)
    airing.add_routes(app, office, frame)
    app.router.add_get("/console/calendar/reminders", desk.show_reminders)
    app.router.add_get("/console/calendar/days/{id}", desk.show_day)
    app.router.add_post("/console/calendar/days/{id}", desk.change_day)


class _Desk:
    def __init__(self, office: Office, frame: Frame) -> None:
        self._office, self._frame = office, frame

    async def show(self, request: web.Request) -> web.Response:
        return await self._show(request)

    async def _show(self, request: web.Request, status: int = 200, wrong: str = "") -> web.Response:
        view = WEEK if request.query.get("view") == WEEK else MONTH
        async with self._office.database.read() as session:
            context = await self._office.open(session)
            on = day_in(request.query, "on") or context.local_now.date()
            page = await calendar.look(context, request[VISITOR].member, view, on)
        return self._frame.page(request, "calendar.html", status, page=page, wrong=wrong)

    async def add(self, request: web.Request) -> web.Response:
        form = await request.post()
        order = Order("add", day_in(form, "on"), str(form.get("topic", "")))
        try:
            async with self._office.database.begin() as session:
                day = await day_acts.add(await self._office.open(session), request[VISITOR].member, order)
                number = day.id
        except NotDone as refused:
            return await self._show(request, 422, refused.words)
        return go(f"/console/calendar/days/{number}?done=day_added")

    async def show_reminders(self, request: web.Request) -> web.Response:
        about = request.query.get("about", "")
        async with self._office.database.read() as session:
            page = await reminding.look(await self._office.open(session), request[VISITOR].member, about)
        if page is None:
            raise missing()
        return self._frame.page(request, "reminders.html", page=page, audiences=AUDIENCES)

    async def show_day(self, request: web.Request) -> web.Response:
        return await self._show_day(request)

    async def _show_day(self, request: web.Request, status: int = 200, wrong: str = "") -> web.Response:
        member = request[VISITOR].member
        async with self._office.database.read() as session:
            context = await self._office.open(session)
            day = await day_desk.access(context, member, number_in(request.match_info, "id"))
            if day is None:
                raise missing()
            page = await day_desk.look(context, member, day, request.query.get("site", ""))
        return self._frame.page(request, "day.html", status, page=page, wrong=wrong)

    async def change_day(self, request: web.Request) -> web.Response:
        order = _order_of(await request.post())
        member = request[VISITOR].member
        try:
            async with self._office.database.begin() as session:
                context = await self._office.open(session)
                day = await day_desk.access(context, member, number_in(request.match_info, "id"), lock=True)
                if day is None:
                    raise missing()
                done = await day_acts.carry_out(context, member, day, order)
        except NotDone as refused:
            return await self._show_day(request, 409, refused.words)
        except StaleDataError:
            return await self._show_day(request, 409, CHANGED)
        site = request.query.get("site", "")
        return go(str(request.rel_url.with_query({"site": site, "done": done} if site else {"done": done})))


def _order_of(form: Mapping[str, object]) -> Order:
    def said(name: str) -> str:
        value = form.get(name, "")
        return value if isinstance(value, str) else ""

    return Order(
        act=said("act"),
        on=day_in(form, "on"),
        words=said("words").replace("\r\n", "\n"),
        station=said("station"),
        person=said("person"),
        clock=said("clock"),
        figures=(_figure(said("received")), _figure(said("opinions")), _figure(said("proposals"))),
    )


def _figure(said: str) -> int | None:
    """A count of a form; None where it is empty or none, so that what the records say is taken."""
    return min(int(said), MOST_FIGURE) if said.isascii() and said.isdigit() and len(said) <= 9 else None
