"""/console/duty: what waits for review, one entry with its evidence and what is decided on it."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from bot.notices import duty_pages
from bot.notices.duty import DutyFacts
from bot.services.console import duty_review
from bot.services.console.duty_review import DutyRefused
from bot.services.context import Context
from bot.services.office import Office
from bot.services.people import Member
from bot.web import sending
from bot.web.console.frame import Frame, go, missing, number_in, ways_of
from bot.web.gate import VISITOR
from storage.files import AttachmentFiles
from storage.models import DutyEntry

_AUDITORS_OWN = "/console/duty/statistics"


def add_routes(app: web.Application, office: Office, frame: Frame, kept: AttachmentFiles) -> None:
    """The list, an entry, what stands behind it."""
    desk = _Desk(office, frame, kept)
    app.router.add_get("/console/duty", desk.show_queue)
    app.router.add_post("/console/duty", desk.decide)
    app.router.add_get("/console/duty/entries/{id}", desk.show)
    app.router.add_post("/console/duty/entries/{id}", desk.act)
    app.router.add_get("/console/duty/entries/{id}/files/{file}", desk.send_file)


class _Desk:
    def __init__(self, office: Office, frame: Frame, kept: AttachmentFiles) -> None:
        self._office, self._frame, self._kept = office, frame, kept

    async def show_queue(self, request: web.Request) -> web.Response:
        if "auditor" in request[VISITOR].roles:
            return go(_AUDITORS_OWN)
        return await self._queue(request)

    async def _queue(
        self, request: web.Request, status: int = 200, wrong: str = "", reason: str = "", chosen: Sequence[int] = ()
    ) -> web.Response:
        async with self._office.database.begin() as session:
            queue = await duty_review.look(await self._office.open(session), request[VISITOR].member)
        return page(
            self._frame, request, "duty.html", status, queue=queue, wrong=wrong, reason=reason, chosen=chosen
        )

    async def decide(self, request: web.Request) -> web.Response:
        form = await request.post()
        numbers = [int(one) for one in map(str, form.getall("entry", [])) if one.isascii() and one.isdigit()]
        numbers = [one for one in numbers if one < 10**18]
        passed, reason = str(form.get("act", "")) == "pass", words_of(form.get("reason", ""))
        try:
            async with self._office.database.begin() as session:
                context = await self._office.open(session)
                member = request[VISITOR].member
                _, left = await duty_review.decide(context, member, numbers, passed=passed, reason=reason)
        except DutyRefused as refused:
            return await self._queue(request, 422, duty_pages.REFUSED[refused.why], reason, numbers)
        done = "duty_some" if left else "duty_passed" if passed else "duty_returned"
        return go(f"/console/duty?done={done}")

    async def show(self, request: web.Request) -> web.Response:
        return await self._show(request)

    async def _show(
        self,
        request: web.Request,
        status: int = 200,
        wrong: str = "",
        draft: DutyFacts | None = None,
        said: str = "",
    ) -> web.Response:
        async with self._office.database.begin() as session:
            context = await self._office.open(session)
            member = request[VISITOR].member
            entry = await self._access(request, context, member)
            found = await duty_review.open_entry(context, member, entry)
        return page(
            self._frame, request, "duty_entry.html", status, page=found, wrong=wrong, draft=draft, said=said
        )

    async def _access(self, request: web.Request, context: Context, member: Member) -> DutyEntry:
        entry = await duty_review.access_entry(context, member, number_in(request.match_info, "id"))
        if entry is None:
            raise missing()
        return entry

    async def act(self, request: web.Request) -> web.Response:
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        said = words_of(form.get("words", ""))
        try:
            async with self._office.database.begin() as session:
                context = await self._office.open(session)
                member = request[VISITOR].member
                entry = await self._access(request, context, member)
                if form.get("act") == "correct":
                    key = form.get("once", "")
                    draft = await duty_review.begin_correction(context, member, entry, said, key)
                else:
                    return go(await _do(context, member, entry, form, said))
        except DutyRefused as refused:
            return await self._show(request, 422, duty_pages.REFUSED[refused.why], said=said)
        return await self._show(request, draft=draft)

    async def send_file(self, request: web.Request) -> web.Response:
        """What stands behind an entry; opening it is on record."""
        async with self._office.database.begin() as session:
            context = await self._office.open(session)
            member = request[VISITOR].member
            entry = await self._access(request, context, member)
            found = await duty_review.find_evidence(context, member, entry, number_in(request.match_info, "file"))
            if found is None:
                raise missing()
        response = await sending.send(self._kept, found)
        if response is None:
            raise missing()
        return response


async def _do(context: Context, member: Member, entry: DutyEntry, form: dict[str, str], said: str) -> str:
    """Where it leads; raises `DutyRefused`."""
    here = f"/console/duty/entries/{entry.id}"
    match form.get("act"):
        case "pass":
            await duty_review.decide(context, member, [entry.id], passed=True)
            return "/console/duty?done=duty_passed"
        case "return":
            await duty_review.decide(context, member, [entry.id], passed=False, reason=said)
            return "/console/duty?done=duty_returned"
        case "withdraw":
            await duty_review.withdraw(context, member, entry, said)
            return f"{here}?done=duty_withdrawn"
        case "release":
            await duty_review.release(context, member, entry)
            return f"{here}?done=duty_released"
        case "finish":
            new = await duty_review.finish_correction(context, member, number_in(form, "draft"))
            return f"/console/duty/entries/{new}?done=duty_corrected"
        case _:
            raise DutyRefused("not_now")


def page(frame: Frame, request: web.Request, name: str, status: int = 200, **facts: Any) -> web.Response:
    """A page of duty, with the tabs that are open to whoever looks and the one they are on."""
    tabs = ways_of(request[VISITOR], duty_pages.TABS)
    inner = [path for path, _ in tabs if path != "/console/duty" and request.path.startswith(path)]
    tab = inner[0] if inner else "/console/duty"
    return frame.page(request, name, status, tabs=tabs, tab=tab, duty=duty_pages, **facts)


def words_of(said: object) -> str:
    """What somebody wrote in a field of several lines."""
    return str(said).replace("\r\n", "\n").replace("\x00", "").strip()
