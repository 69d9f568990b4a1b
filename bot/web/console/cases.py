"""/console/cases: the list with filters and search; one case with everything that can be done with it.

Reading is an audit line that is written before anything is shown; a page that stays open is one reading. Pictures,
which were drawn anew when they came, are shown; every other attachment is a file to save.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from aiohttp import web
from multidict import MultiDictProxy
from sqlalchemy.orm.exc import StaleDataError

from bot.assignment.taxonomy import TOPIC_NAMES
from bot.notices import console as words
from bot.notices import own_pages as own_words
from bot.notices.originals import REASONS
from bot.safe_files import NotSafe
from bot.services import people, station_phrases
from bot.services.console import acting, casework, files, inbox, reach
from bot.services.console.acting import ActRefused, Order
from bot.services.console.casework import CasePage
from bot.services.context import Context
from bot.services.office import Office
from bot.services.people import Member
from bot.web import pictures, sending
from bot.web.console.frame import Frame, go, missing, number_in
from bot.web.gate import VISITOR
from bot.web.pictures import Picture
from storage import audit
from storage.case_lists import SHOWS, WAITING, Wanted
from storage.files import AttachmentFiles

_FLAGS = ("late", "unheard", "urgent", "asked", "handed", "overdue", "replied")
_WITH_FILES = frozenset({"answer", "note", "reply"})
_MOST_PICKED = 50
MOST_SEARCHED = 100  # characters of a search


def add_routes(app: web.Application, office: Office, frame: Frame, kept: AttachmentFiles) -> None:
    """The list, a case, what is done with it, its attachments."""
    desk = CaseDesk(office, frame, kept, "/console/cases")
    app.router.add_get("/console/cases", desk.show_list)
    app.router.add_get("/console/cases/{number}", desk.show_case)
    app.router.add_post("/console/cases/{number}", desk.act)
    app.router.add_get("/console/cases/{number}/files/{id}", desk.send_file)


class CaseDesk:
    """Lists and cases under `root`; whoever may act on a case no more is led `back`."""

    def __init__(self, office: Office, frame: Frame, kept: AttachmentFiles, root: str, back: str = "") -> None:
        self._office, self._frame, self._kept = office, frame, kept
        self._root, self._back = root, back or root

    async def show_list(self, request: web.Request) -> web.Response:
        """The list with its filters, or what a search found."""
        member, query = request[VISITOR].member, request.query
        text = query.get("q", "").strip()[:MOST_SEARCHED]
        is_mine = query.get("all") != "1"
        async with self._office.database.read() as session:
            context = await self._office.open(session)
            wanted = wanted_of(query, inbox.today_of(context))
            if text and await reach.access_case(context, member, text.upper()):
                return go(f"{self._root}/{text.upper()}")
            if text:
                listed = await inbox.search(context, member, wanted, text, is_mine=is_mine)
            else:
                listed = await inbox.look(context, member, wanted, query.get("after", ""), is_mine=is_mine)
            stations, has_all = _stations_of(context, member), people.is_centre(context, member)
        if listed.noted:
            await self._note(member, "case list read", listed.noted)
        topics = [("", "全部主题"), *TOPIC_NAMES.items()]
        return self._frame.page(
            request,
            "cases.html",
            listed=listed,
            wanted=wanted,
            text=text,
            stations=stations,
            topics=topics,
            kept=_query_of(wanted, is_mine=is_mine),
            is_mine=is_mine,
            has_all=has_all,
        )

    async def show_case(self, request: web.Request) -> web.Response:
        """One case; opening it is on record."""
        async with self._office.database.begin() as session:
            context = await self._office.open(session)
            case = await reach.access_case(context, request[VISITOR].member, request.match_info["number"])
            if case is None:
                raise missing()
            if case.number != request.match_info["number"]:  # it lives on in another one
                return go(f"{self._root}/{case.number}")
            member = request[VISITOR].member
            if await casework.note_open(context, member, case):
                subject = f"case {case.number}"
                audit.add_line(session, actor=member.userid, act="case read", subject=subject, at=context.now)
        return await self._render(request)

    async def _render(
        self,
        request: web.Request,
        status: int = 200,
        wrong: str = "",
        order: Order | None = None,
        revealed: str = "",
    ) -> web.Response:
        """The page as it is now; `order` gives back what was written and not sent."""
        member = request[VISITOR].member
        async with self._office.database.read() as session:
            context = await self._office.open(session)
            case = await reach.access_case(context, member, request.match_info["number"])
            if case is None:
                raise missing()
            page = await casework.look(context, member, case)
            stations = sorted((one.name, code) for code, one in context.directory.stations.items())
            templates = await station_phrases.offered(context, case.station_code)
        return self._frame.page(
            request,
            "case.html",
            status,
            page=page,
            stands=acting.standing_of(case),
            stations=stations,
            wrong=wrong,
            revealed=revealed,
            reasons=REASONS.items(),
            written=order.words if order else "",
            act=order.act if order else "",
            templates=templates,
            is_fresh=_is_fresh(page),
        )

    async def act(self, request: web.Request) -> web.Response:
        """Do what a form asks for, or give back what was written with the reason why not."""
        form = await request.post()
        order = _order_of(form)
        if order.act == "reveal":
            return await self._reveal(request, order)
        try:
            sent = await pictures.read(form.getall("picture", []))
        except NotSafe as unsafe:
            return await self._render(request, 422, own_words.WRONG[unsafe.reason], order)
        if order.act in _WITH_FILES:
            order = replace(order, files=tuple((one.kind, one.upload) for one in sent))
        try:
            await self._do(request, order, sent)
        except StaleDataError:  # somebody else was at it in the same instant: look once more
            try:
                await self._do(request, order, sent)
            except ActRefused as refused:
                return await self._render(request, 409, words.REFUSED[refused.why], order)
        except ActRefused as refused:
            return await self._render(request, 409, words.REFUSED[refused.why], order)
        async with self._office.database.read() as session:
            context = await self._office.open(session)
            still = await reach.access_case(context, request[VISITOR].member, request.match_info["number"])
        return go(f"{self._root}/{still.number}?done={order.act}" if still else f"{self._back}?done={order.act}")

    async def _reveal(self, request: web.Request, order: Order) -> web.Response:
        """One masked detail, shown once on this page; who looked and why is on record before it is shown."""
        member = request[VISITOR].member
        try:
            async with self._office.database.begin() as session:
                context = await self._office.open(session)
                case = await reach.access_case(context, member, request.match_info["number"])
                if case is None:
                    raise missing()
                shown = await acting.reveal(context, member, case, order.place, order.to)
        except ActRefused as refused:
            return await self._render(request, 422, words.REFUSED[refused.why])
        return await self._render(request, revealed=shown)

    async def _do(self, request: web.Request, order: Order, sent: Sequence[Picture]) -> None:
        async with self._office.database.begin() as session:
            context = await self._office.open(session)
            member = request[VISITOR].member
            case = await reach.access_case(context, member, request.match_info["number"])
            if case is None:
                raise missing()
            if case.number != request.match_info["number"]:  # it lives on in this one
                if order.act == "merge" and order.to == case.number:
                    return
                raise ActRefused("changed")
            await acting.act(context, member, case, order)
            for place, one in enumerate(sent if order.files else (), start=1):
                await pictures.keep(context, self._kept, case, acting.file_key(order, place), one)

    async def send_file(self, request: web.Request) -> web.Response:
        """An attachment; opening it is on record."""
        member = request[VISITOR].member
        async with self._office.database.begin() as session:
            context = await self._office.open(session)
            case = await reach.access_case(context, member, request.match_info["number"])
            found = await files.access_file(context, case, number_in(request.match_info, "id")) if case else None
            if case is None or found is None:
                raise missing()
            subject = f"case {case.number}, attachment {found.id}"
            audit.add_line(session, actor=member.userid, act="attachment read", subject=subject, at=context.now)
        response = await sending.send(self._kept, found)
        if response is None:
            raise missing()
        return response

    async def _note(self, member: Member, act: str, subject: str) -> None:
        async with self._office.database.begin() as session:
            now = self._office.clock.now()
            audit.add_line(session, actor=member.userid, act=act, subject=subject, at=now)


def wanted_of(query: Mapping[str, str], today: tuple[datetime, datetime]) -> Wanted:
    """The filters of an address; what is not understood asks for nothing."""
    show, topic = query.get("show", WAITING), query.get("topic", "")
    return Wanted(
        show=show if show in SHOWS else WAITING,
        station=query.get("station", "")[:64] if query.get("station", "").isprintable() else "",
        topic=topic if topic in TOPIC_NAMES else "",
        owner=query.get("owner", "")[:64] if query.get("owner", "").isprintable() else "",
        cluster=number_in(query, "cluster"),
        due=today if query.get("today") == "1" else None,
        **{flag: query.get(flag) == "1" for flag in _FLAGS},
    )


def _query_of(wanted: Wanted, *, is_mine: bool) -> list[tuple[str, str]]:
    """The same filters for the next page's address."""
    kept = [(name, str(getattr(wanted, name))) for name in ("show", "station", "topic", "owner", "cluster")]
    kept += [(flag, "1") for flag in _FLAGS if getattr(wanted, flag)]
    kept += [("today", "1")] if wanted.due else []
    kept += [] if is_mine else [("all", "1")]
    return [(name, value) for name, value in kept if value not in ("", "0")]


def _stations_of(context: Context, member: Member) -> list[tuple[str, str]]:
    """The stations that somebody may filter by."""
    codes = reach.reach_of(context, member).stations
    names = context.directory.stations
    found = sorted((names[code].name, code) for code in (names if codes is None else codes) if code in names)
    return [("", "全部站点"), *((code, name) for name, code in found)]


def _picked(form: MultiDictProxy[Any]) -> tuple[int, ...]:
    sent = form.getall("message", [])[:_MOST_PICKED]
    return tuple(number_in({"message": one}, "message") for one in sent)


def _order_of(form: MultiDictProxy[Any]) -> Order:
    def said(name: str) -> str:
        value = form.get(name, "")
        return value if isinstance(value, str) else ""

    return Order(
        act=said("act"),
        key=said("once")[:40],
        standing=said("standing"),
        seen=number_in(form, "seen"),
        words=said("words").replace("\r\n", "\n").replace("\x00", ""),
        to=said("to")[:200],
        order=number_in(form, "order"),
        place=number_in(form, "place"),
        picked=_picked(form),
        day=said("day")[:10],
    )


def _is_fresh(page: CasePage) -> bool:
    return page.row.waits and not page.row.late
