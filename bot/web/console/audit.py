"""/console/audit: who read or changed what, searched by person, kind, day and matter; the same as a file."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date

from aiohttp import web

from bot.notices.audit_lines import GROUPS
from bot.services.console import auditing
from bot.services.console.auditing import Line, Search
from bot.services.exports.words import defused
from bot.services.office import Office
from bot.web.console.frame import Frame, number_in
from bot.web.gate import PERSONAL, VISITOR

COLUMNS = ("时间", "谁", "账号", "做了什么", "动作", "对象")


def add_routes(app: web.Application, office: Office, frame: Frame) -> None:
    """Reading it holds nothing personal; a file that leaves is a line of its own."""

    async def show(request: web.Request) -> web.Response:
        async with office.database.read() as session:
            context = await office.open(session)
            search = search_of(request.query, auditing.usual(context))
            before = number_in(request.query, "before")
            page = await auditing.look(context, request[VISITOR].member, search, before)
        groups = [("", "全部"), *((key, name) for key, (name, _) in GROUPS.items())]
        return frame.page(request, "audit.html", page=page, search=search, groups=groups, kept=_kept(search))

    async def save(request: web.Request) -> web.StreamResponse:
        member = request[VISITOR].member
        async with office.database.begin() as session:
            context = await office.open(session)
            search = search_of(request.query, auditing.usual(context))
            auditing.note_export(context, member, search)
        name = f"audit-{search.first}-{search.last}.csv"
        answer = web.StreamResponse(headers={**PERSONAL, "Content-Disposition": f'attachment; filename="{name}"'})
        answer.content_type, answer.charset = "text/csv", "utf-8"
        await answer.prepare(request)
        await answer.write(b"\xef\xbb\xbf" + _rows([COLUMNS]))
        async with office.database.read() as session:
            context = await office.open(session)
            async for lines in auditing.parts(context, member, search):
                await answer.write(_rows(_cells(office, line) for line in lines))
        await answer.write_eof()
        return answer

    app.router.add_get("/console/audit", show)
    app.router.add_get("/console/audit.csv", save)


def search_of(query: Mapping[str, str], usual: Search) -> Search:
    """The search of an address; what is not understood is as usual."""
    group = query.get("group", "")
    return Search(
        first=_day_in(query, "first", usual.first),
        last=_day_in(query, "last", usual.last),
        who=_words_in(query, "who"),
        group=group if group in GROUPS else "",
        about=_words_in(query, "about"),
    )


def _day_in(query: Mapping[str, str], name: str, usual: date) -> date:
    try:
        day = date.fromisoformat(query.get(name, ""))
    except ValueError:
        return usual
    return day if 2000 <= day.year <= 2200 else usual


def _words_in(query: Mapping[str, str], name: str) -> str:
    words = query.get(name, "").strip().lstrip("#＃")[:64]
    return words if words.isprintable() else ""


def _kept(search: Search) -> list[tuple[str, str]]:
    said = [("first", str(search.first)), ("last", str(search.last))]
    said += [("who", search.who), ("group", search.group), ("about", search.about)]
    return [(name, value) for name, value in said if value]


def _cells(office: Office, line: Line) -> tuple[str, ...]:
    at = f"{line.at.astimezone(office.zone):%Y-%m-%d %H:%M:%S}"
    return (at, line.who, line.actor, line.what, line.act, line.subject)


def _rows(rows: Iterable[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([defused(one) for one in cells] for cells in rows)
    return out.getvalue().encode()
