"""/console/notices: write a notice, see it as its recipients will, the second person's word, what became of it."""

from collections.abc import Mapping
from datetime import UTC, datetime

from aiohttp import web
from sqlalchemy.orm.exc import StaleDataError

from bot.notices.broadcast import BUTTONS, OK
from bot.notices.broadcast_desk import CannotDo
from bot.notices.broadcast_results import STATES
from bot.services.broadcasts.audiences import AudienceRefused
from bot.services.broadcasts.roles import BroadcastRefused
from bot.services.console import noticing
from bot.services.console.noticing import Draft
from bot.services.office import Office
from bot.web.console.frame import Frame, go, missing, number_in
from bot.web.gate import VISITOR


def add_routes(app: web.Application, office: Office, frame: Frame) -> None:
    """The list with the form, and one notice."""
    desk = _Desk(office, frame)
    app.router.add_get("/console/notices", desk.show_list)
    app.router.add_post("/console/notices", desk.draft)
    app.router.add_get("/console/notices/{id}", desk.show)
    app.router.add_post("/console/notices/{id}", desk.step)


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
            rows = await noticing.look_list(context, member)
            offers = noticing.offers(context, member)
        return self._frame.page(
            request,
            "notices.html",
            status,
            rows=rows,
            offers=offers,
            wrong=wrong,
            said=said or {},
            states=STATES,
            may_write=noticing.may_write(member.staff),
        )

    async def draft(self, request: web.Request) -> web.Response:
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        try:
            async with self._office.database.begin() as session:
                context = await self._office.open(session)
                made = await noticing.draft(context, request[VISITOR].member, self._read(form))
                number = made.id
        except BroadcastRefused as refused:
            return await self._list(request, 422, noticing.told(refused), form)
        except AudienceRefused:
            return await self._list(request, 422, CannotDo("audience").render().text, form)
        return go(f"/console/notices/{number}")

    def _read(self, form: Mapping[str, str]) -> Draft:
        buttons = form.get("buttons", OK)
        return Draft(
            text=form.get("text", "").replace("\r\n", "\n"),
            title=form.get("title", ""),
            audience=form.get("audience", ""),
            buttons=buttons if buttons in BUTTONS else OK,
            options=tuple(one.strip() for one in form.get("options", "").splitlines() if one.strip()),
            urgent=form.get("urgent") == "1",
            wanted_at=self._instant(form.get("at", "")),
        )

    def _instant(self, said: str) -> datetime | None:
        """A local day and time of a form; what is no time, or past, is as soon as it is approved."""
        try:
            at = datetime.fromisoformat(said).replace(tzinfo=self._office.zone).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        return at if at > self._office.clock.now() else None

    async def show(self, request: web.Request) -> web.Response:
        return await self._show(request)

    async def _show(
        self, request: web.Request, status: int = 200, refused: BroadcastRefused | None = None
    ) -> web.Response:
        member = request[VISITOR].member
        async with self._office.database.read() as session:
            context = await self._office.open(session)
            found = await noticing.access(context, member, number_in(request.match_info, "id"))
            if found is None:
                raise missing()
            page = await noticing.look(context, member, found)
            wrong = noticing.told(refused, found) if refused else ""
        same = request.query.get("done") == "notice_same"
        return self._frame.page(request, "notice.html", status, page=page, wrong=wrong, states=STATES, same=same)

    async def step(self, request: web.Request) -> web.Response:
        act = str((await request.post()).get("act", ""))
        try:
            async with self._office.database.begin() as session:
                context = await self._office.open(session)
                member = request[VISITOR].member
                found = await noticing.access(context, member, number_in(request.match_info, "id"), lock=True)
                if found is None:
                    raise missing()
                done = await noticing.step(context, member, found, act)
        except BroadcastRefused as refused:
            return await self._show(request, 409, refused)
        except AudienceRefused:
            return await self._show(request, 409, BroadcastRefused("audience"))
        except StaleDataError:  # the other of the two was quicker
            return await self._show(request, 409, BroadcastRefused("state"))
        return go(f"{request.path}?done={done}")
