"""/console/import: files of people and places, what they would change, every fault; written only on a second tap.

What was looked at is kept in this process for a quarter of an hour, for whoever sent it, and nowhere else.
"""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services import imports
from bot.services.console import importing
from bot.services.console.importing import Outcome
from bot.services.context import Context
from bot.services.office import Office, PeopleCache
from bot.web.console.frame import Frame, go
from bot.web.gate import VISITOR

_KEPT_FOR = timedelta(minutes=15)
_MOST_KEPT = 4
_MOST_FAULTS = 500


@dataclass(frozen=True, slots=True)
class _Looked:
    userid: str
    at: datetime
    tables: imports.Tables


def add_routes(app: web.Application, office: Office, frame: Frame) -> None:
    """The form, the preview, and the import itself."""
    desk = _Desk(office, frame)
    app.router.add_get("/console/import", desk.show)
    app.router.add_post("/console/import", desk.send)


class _Desk:
    def __init__(self, office: Office, frame: Frame) -> None:
        self._office, self._frame = office, frame
        self._looked: OrderedDict[str, _Looked] = OrderedDict()

    async def show(self, request: web.Request) -> web.Response:
        return self._page(request)

    def _page(
        self,
        request: web.Request,
        status: int = 200,
        outcome: Outcome | None = None,
        token: str = "",
        wrong: str = "",
    ) -> web.Response:
        most = _MOST_FAULTS
        return self._frame.page(
            request,
            "import.html",
            status,
            outcome=outcome,
            token=token,
            wrong=wrong,
            most=most,
            files=sorted(importing.NAMES),
        )

    async def send(self, request: web.Request) -> web.Response:
        form = await request.post()
        if token := str(form.get("token", "")):
            return await self._write(request, token)
        files = await _files_in(form.getall("file", []))
        if not files:
            return self._page(request, 422, wrong="还没有选文件。")
        tables = await asyncio.to_thread(importing.read, files)
        outcome = await self._try(tables)
        if outcome.faults:
            return self._page(request, 422, outcome)
        return self._page(request, 200, outcome, self._keep(request[VISITOR].userid, tables))

    async def _try(self, tables: imports.Tables) -> Outcome:
        """What it would change; nothing of it stays."""
        try:
            async with self._office.database.begin() as session:
                outcome, _ = await importing.run(session, self._fresh, tables)
                await session.rollback()
        except imports.ImportRefused as refused:
            return importing.refused(refused)
        return outcome

    async def _write(self, request: web.Request, token: str) -> web.Response:
        looked = self._looked.pop(token, None)
        now, member = self._office.clock.now(), request[VISITOR].member
        if looked is None or looked.userid != member.userid or now - looked.at > _KEPT_FOR:
            return self._page(request, 409, wrong="预览已经过期，或者已经导入过了。请重新选文件。")
        try:
            async with self._office.database.begin() as session:
                _, summary = await importing.run(session, self._fresh, looked.tables)
                await importing.note(await self._office.open(session), member, summary)
        except imports.ImportRefused as refused:
            return self._page(request, 409, importing.refused(refused))
        return go("/console/import?done=imported")

    async def _fresh(self, session: AsyncSession) -> Context:
        """People as this session has written them."""
        return await replace(self._office, people=PeopleCache()).open(session)

    def _keep(self, userid: str, tables: imports.Tables) -> str:
        token = secrets.token_urlsafe(24)
        self._looked[token] = _Looked(userid, self._office.clock.now(), tables)
        while len(self._looked) > _MOST_KEPT:
            self._looked.popitem(last=False)
        return token


async def _files_in(sent: Iterable[object]) -> dict[str, bytes]:
    """The bytes by file name; a field without a file has none."""
    found = {}
    for one in sent:
        if isinstance(one, web.FileField) and one.filename:
            with one.file as file:
                found[one.filename] = await asyncio.to_thread(file.read)
    return found
