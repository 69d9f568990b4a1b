"""/r: a representative's day, cases, visits, duty record and code.

Everybody sees their own and nothing else; what is done here is what the words of the chat do. A note that was
written off line carries a key, so that it may be sent as often as a broken line makes it.
"""

import asyncio
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

from aiohttp import web

from bot.notices import own_pages as words
from bot.services import entry_codes, posters, public_people
from bot.services.office import Office
from bot.services.own_pages import day, record, visits
from bot.services.own_pages.visits import NoteRefused
from bot.services.posters import gathering
from bot.services.visiting import REPRESENTATIVE
from bot.web import static
from bot.web.console.cases import CaseDesk
from bot.web.console.frame import Frame, go, missing, number_in
from bot.web.gate import PERSONAL, VISITOR
from bot.web.public import PAGE, LinkMaker
from bot.web.templates import get_template
from storage.entry_codes import REP
from storage.files import AttachmentFiles

_WORKER = {**PAGE, "Cache-Control": "no-cache", "Service-Worker-Allowed": "/r"}
_MOST_NUMBERS = 200


def add_routes(app: web.Application, office: Office, kept: AttachmentFiles, make_link: LinkMaker) -> None:
    """Everything below /r."""
    frame = Frame(office, "own", words.WAYS)
    desk = _Desk(office, frame, make_link)
    cases = CaseDesk(office, frame, kept, "/r/cases", "/r")

    async def show_case(request: web.Request) -> web.Response:
        """A card goes to a representative and to staff alike: whoever is not the one is led to the other page."""
        if REPRESENTATIVE not in request[VISITOR].roles:
            return go(f"/console/cases/{quote(request.match_info['number'], safe='')}")
        return await cases.show_case(request)

    app.router.add_get("/r", desk.show_day)
    app.router.add_get("/r/cases/{number}", show_case)
    app.router.add_post("/r/cases/{number}", cases.act)
    app.router.add_get("/r/cases/{number}/files/{id}", cases.send_file)
    app.router.add_get("/r/visit", desk.show_visit)
    app.router.add_post("/r/visit", desk.note_visit)
    app.router.add_get("/r/duty", desk.show_duty)
    app.router.add_post("/r/duty", desk.change_duty)
    app.router.add_get("/r/code", desk.show_code)
    app.router.add_get("/r/poster.pdf", desk.print_poster)
    app.router.add_get("/r/offline", _offline)
    app.router.add_get("/r/worker.js", _worker)


async def _offline(_: web.Request) -> web.Response:
    """The form for a visit as a telephone keeps it: it holds nothing of anybody."""
    text = get_template("own/offline.html").render(kinds=visits.usual(), people=words.PEOPLE)
    return web.Response(text=text, content_type="text/html", headers={**PAGE, "Cache-Control": "no-cache"})


async def _worker(_: web.Request) -> web.Response:
    """The script that keeps that form; its addresses change with what it keeps."""
    kept = ["/r/offline", *(static.address_of(name) for name in ("lianxin.css", "console.css", "own.js"))]
    mark = hashlib.blake2b("".join(kept).encode(), digest_size=8).hexdigest()
    source = (static.FOLDER / "worker.js").read_text("utf-8")
    body = source.replace('"KEPT"', ", ".join(f'"{one}"' for one in kept)).replace("MARK", mark)
    return web.Response(text=body, content_type="text/javascript", headers=_WORKER)


def _said(form: Mapping[str, object]) -> dict[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


class _Desk:
    def __init__(self, office: Office, frame: Frame, make_link: LinkMaker) -> None:
        self._office, self._frame, self._make_link = office, frame, make_link

    async def show_day(self, request: web.Request) -> web.Response:
        member = request[VISITOR].member
        async with self._office.database.read() as session:
            context = await self._office.open(session)
            found = await day.look(context, member, day.own_of(context, member))
        return self._page(request, "day.html", day=found)

    async def show_visit(self, request: web.Request) -> web.Response:
        return await self._visit(request)

    async def _visit(
        self, request: web.Request, status: int = 200, wrong: str = "", kept: Mapping[str, str] | None = None
    ) -> web.Response:
        async with self._office.database.read() as session:
            context = await self._office.open(session)
            own = day.own_of(context, request[VISITOR].member)
            station = context.directory.stations.get(own.station_code or "")
            facts = {
                "kinds": visits.offered(context),
                "people": words.PEOPLE,
                "place": station.name if station else "",
                "today": context.local_now.date().isoformat(),
            }
        return self._page(request, "visit.html", status, wrong=wrong, kept=kept or {}, **facts)

    async def note_visit(self, request: web.Request) -> web.Response:
        said, member = _said(await request.post()), request[VISITOR].member
        try:
            async with self._office.database.begin() as session:
                context = await self._office.open(session)
                await visits.note(context, member, visits.read(context, said))
        except NoteRefused as refused:
            return await self._visit(request, 422, words.WRONG[refused.why], said)
        return go("/r/visit?done=visit")

    async def show_duty(self, request: web.Request) -> web.Response:
        return await self._duty(request)

    async def _duty(
        self, request: web.Request, status: int = 200, wrong: str = "", draft: object = None
    ) -> web.Response:
        member = request[VISITOR].member
        async with self._office.database.begin() as session:
            context = await self._office.open(session)
            found = await record.look(context, member, day.own_of(context, member))
        return self._page(request, "duty.html", status, record=found, wrong=wrong, draft=draft)

    async def change_duty(self, request: web.Request) -> web.Response:
        form = await request.post()
        said, member = _said(form), request[VISITOR].member
        act = said.get("act", "")
        if act not in ("confirm", "correct", "finish"):
            raise missing()
        async with self._office.database.begin() as session:
            context = await self._office.open(session)
            if act == "confirm":
                await record.confirm(context, member, _numbers(form.getall("entry", [])))
                return go("/r/duty?done=confirmed")
            number = number_in(said, "entry")
            if act == "finish":
                done = await record.finish_correction(context, member, number)
                if done:
                    return go("/r/duty?done=corrected")
                found: object = "gone"
            else:
                once, changed = said.get("once", "")[:40], said.get("words", "").strip()[:500]
                found = await record.begin_correction(context, member, number, changed, once)
        if isinstance(found, str):
            return await self._duty(request, 422, words.WRONG[found])
        return await self._duty(request, draft=found)

    async def show_code(self, request: web.Request) -> web.Response:
        async with self._office.database.read() as session:
            context = await self._office.open(session)
            own = day.own_of(context, request[VISITOR].member)
            codes = await entry_codes.valid_codes(session, REP, [own.code], context.local_now.date())
        code = codes.get(own.code, "")
        link = await self._make_link(REP, code) if code else None
        picture = f"/code/{quote(code, safe='')}.svg" if code else ""
        return self._page(request, "code.html", own=own, code=code, link=link or "", picture=picture)

    async def print_poster(self, request: web.Request) -> web.Response:
        """Their own wall poster, in the layout that is asked for."""
        layout = request.query.get("layout", "banner")
        if layout not in posters.LAYOUTS:
            raise missing()
        async with self._office.database.read() as session:
            context = await self._office.open(session)
            own = day.own_of(context, request[VISITOR].member)
            station = await public_people.find_station(session, own.station_code or "")
            person = next((one for one in station.people if one.code == own.code), None) if station else None
            if station is None or person is None:
                raise missing()
            alone = replace(station, people=(person,))
            codes = await gathering.find_codes(session, alone, context.local_now.date())
        mine = codes[own.code]
        link = None if mine.fault else await self._make_link(mine.scene, mine.code)
        if link is None:
            raise missing()
        told = gathering.describe(alone, {**codes, own.code: replace(mine, link=link)})
        file = io.BytesIO()
        await asyncio.to_thread(posters.print_poster, told.people[0][1], layout, file)
        headers = {**PERSONAL, "Content-Disposition": f'attachment; filename="poster-{layout}.pdf"'}
        return web.Response(body=file.getvalue(), content_type="application/pdf", headers=headers)

    def _page(self, request: web.Request, name: str, status: int = 200, **facts: object) -> web.Response:
        said = words.DONE.get(request.query.get("done", ""), "")
        who = hashlib.blake2b(request[VISITOR].userid.lower().encode(), digest_size=8).hexdigest()
        return self._frame.page(request, name, status, said=said, who=who, **facts)


def _numbers(sent: Sequence[object]) -> list[int]:
    return [int(one) for one in map(str, sent[:_MOST_NUMBERS]) if one.isascii() and one.isdigit() and len(one) < 19]
