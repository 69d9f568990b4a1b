"""/console/calendar/live: live sessions, and one with its claim list; reading what people asked is on record."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy.orm.exc import StaleDataError

from bot.notices.console import CHANGED
from bot.services.console import airing
from bot.services.console.airing import NewSession, NotDone, Order
from bot.services.live import facts
from bot.services.office import Office
from bot.web.console.frame import Frame, day_in, go, missing, number_in
from bot.web.gate import VISITOR

_PATH = "/console/calendar/live"
_MOST_HOSTS = 8


def add_routes(app: web.Application, office: Office, frame: Frame) -> None:
    """The list with the form, and one session."""
    desk = _Desk(office, frame)
    app.router.add_get(_PATH, desk.show_list)
    app.router.add_post(_PATH, desk.arrange)
    app.router.add_get(f"{_PATH}/{{id}}", desk.show)
    app.router.add_post(f"{_PATH}/{{id}}", desk.change)


class _Desk:
    def __init__(self, office: Office, frame: Frame) -> None:
        self._office, self._frame = office, frame

    async def show_list(self, request: web.Request) -> web.Response:
        return await self._list(request)

    async def _list(
        self, request: web.Request, status: int = 200, wrong: str = "", said: Mapping[str, object] | None = None
    ) -> web.Response:
        member = request[VISITOR].member
        async with self._office.database.read() as session:
            context = await self._office.open(session)
            rows = await airing.look_list(context, member)
            people = await airing.choices(context, member)
        return self._frame.page(
            request, "airings.html", status, rows=rows, people=people, wrong=wrong, said=said or {}
        )

    async def arrange(self, request: web.Request) -> web.Response:
        form = await request.post()
        new = NewSession(
            title=str(form.get("title", "")),
            at=_instant(form, "at", self._office.zone),
            minutes=number_in(form, "minutes") or 60,
            anchor=str(form.get("anchor", "")),
            hosts=tuple(str(one) for one in form.getall("host", []))[:_MOST_HOSTS],
            link=str(form.get("link", ""))[:500],
        )
        try:
            async with self._office.database.begin() as session:
                made = await airing.arrange(await self._office.open(session), request[VISITOR].member, new)
                number = made.id
        except NotDone as refused:
            return await self._list(request, 422, refused.words, form)
        return go(f"{_PATH}/{number}?done=live_draft")

    async def show(self, request: web.Request) -> web.Response:
        """One session; where it shows what people asked, opening it is on record."""
        member = request[VISITOR].member
        if request.headers.get("X-Part") != "1" and "done" not in request.query:
            async with self._office.database.begin() as session:
                context = await self._office.open(session)
                one = await airing.access(context, member, number_in(request.match_info, "id"))
                if one is not None and facts.may_run(context, member, one):
                    airing.note_read(context, member, one)
        return await self._show(request)

    async def _show(self, request: web.Request, status: int = 200, wrong: str = "") -> web.Response:
        member = request[VISITOR].member
        async with self._office.database.read() as session:
            context = await self._office.open(session)
            one = await airing.access(context, member, number_in(request.match_info, "id"))
            if one is None:
                raise missing()
            page = await airing.look(context, member, one)
        more = {"fates": airing.FATE_WORDS, "others": airing.fates_of(page.questions)}
        return self._frame.page(request, "airing.html", status, page=page, wrong=wrong, **more)

    async def change(self, request: web.Request) -> web.Response:
        order = _order_of(await request.post(), self._office.zone)
        member = request[VISITOR].member
        try:
            async with self._office.database.begin() as session:
                context = await self._office.open(session)
                one = await airing.access(context, member, number_in(request.match_info, "id"), lock=True)
                if one is None:
                    raise missing()
                done = await airing.carry_out(context, member, one, order)
        except NotDone as refused:
            return await self._show(request, 409, refused.words)
        except StaleDataError:
            return await self._show(request, 409, CHANGED)
        return go(f"{request.path}?done={done}")


def _order_of(form: Mapping[str, object], zone: ZoneInfo) -> Order:
    def said(name: str) -> str:
        value = form.get(name, "")
        return value.replace("\r\n", "\n") if isinstance(value, str) else ""

    return Order(
        act=said("act"),
        at=_instant(form, "at", zone),
        on=day_in(form, "on"),
        number=number_in(form, "number"),
        words=said("words"),
        owner=said("owner"),
        person=said("person"),
    )


def _instant(form: Mapping[str, object], name: str, zone: ZoneInfo) -> datetime | None:
    """A local day and time of a form; None where it is none."""
    try:
        return datetime.fromisoformat(str(form.get(name, ""))[:16]).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
