"""/console/duty/files: whose files are there, one file by year and kind, the yearly check, its papers."""

from aiohttp import web

from bot.services.console import duty_figures, duty_files
from bot.services.office import Office
from bot.web.console.duty import page, words_of
from bot.web.console.frame import Frame, go, missing, number_in
from bot.web.exports import Press
from bot.web.gate import VISITOR

_ACTS = {"pass": "file_passed", "back": "file_sent_back", "waive": "gap_waived"}


def add_routes(app: web.Application, office: Office, frame: Frame, press: Press) -> None:
    """The list, and one file."""
    desk = _Desk(office, frame, press)
    app.router.add_get("/console/duty/files", desk.show_list)
    app.router.add_get("/console/duty/files/{code}", desk.show)
    app.router.add_post("/console/duty/files/{code}", desk.act)


class _Desk:
    def __init__(self, office: Office, frame: Frame, press: Press) -> None:
        self._office, self._frame, self._press = office, frame, press

    async def show_list(self, request: web.Request) -> web.Response:
        member, query = request[VISITOR].member, request.query
        words, station = query.get("q", "").strip()[:64], query.get("station", "")[:64]
        async with self._office.database.read() as session:
            context = await self._office.open(session)
            rows, total = await duty_files.listed(context, member, words, station)
            stations = duty_figures.stations_of(context, member)
        return page(
            self._frame,
            request,
            "duty_files.html",
            rows=rows,
            total=total,
            stations=stations,
            words_sought=words,
            station=station,
        )

    async def show(self, request: web.Request) -> web.Response:
        return await self._show(request)

    async def _show(self, request: web.Request, status: int = 200, wrong: str = "") -> web.Response:
        code, year = request.match_info["code"][:64], number_in(request.query, "year") or None
        async with self._office.database.begin() as session:
            context = await self._office.open(session)
            found = await duty_files.open_file(context, request[VISITOR].member, code, year)
        if found is None:
            raise missing()
        kinds = dict.fromkeys(one.kind for section in found.page.sections for one in section.entries)
        kind = request.query.get("kind", "")
        return page(
            self._frame,
            request,
            "duty_file.html",
            status,
            file=found,
            page=found.page,
            kinds=list(kinds),
            kind=kind if kind in kinds else "",
            wrong=wrong,
        )

    async def act(self, request: web.Request) -> web.StreamResponse:
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        code, member = request.match_info["code"][:64], request[VISITOR].member
        if "paper" in form:
            async with self._office.database.read() as session:
                context = await self._office.open(session)
                year = number_in(form, "year") or None
                found = await duty_files.paper(context, member, code, form["paper"], year)
            if found is None:
                raise missing()
            order, file_format, name = found
            return await self._press.send(request, member, order, file_format, name)
        act = form.get("act", "")
        async with self._office.database.begin() as session:
            context = await self._office.open(session)
            if act not in _ACTS or await duty_files.open_file(context, member, code, None) is None:
                raise missing()
            reason = words_of(form.get("reason", ""))[:500]
            wrong = await duty_files.check(context, member, code, act, number_in(form, "gap"), reason)
        if wrong:
            return await self._show(request, 422, wrong)
        return go(f"{request.path}?done={_ACTS[act]}")
