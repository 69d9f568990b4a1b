"""`/ledger` and `/ledger.txt`: the heads of the duty ledger, for anybody; digests and nothing else."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template

from aiohttp import web

from bot.notices import ledger_page as words
from bot.services.office import Office
from bot.web.public import HEADERS
from storage import ledger_days
from storage.models import LedgerDay

_PAGE = Path(__file__).parent / "pages" / "ledger.html"
SHOWN, SAVED = 400, 100_000  # lines on the page, in the file
_CACHE = {"Cache-Control": "public, max-age=300"}


def add_routes(app: web.Application, office: Office) -> None:
    """Neither needs a log-in."""
    template = Template(_PAGE.read_text(encoding="utf-8"))

    async def page(_: web.Request) -> web.Response:
        text = template.substitute(
            heading=words.HEADING,
            introduction="\n".join(f"<p>{escape(line)}</p>" for line in words.INTRODUCTION),
            table=_table(await _read(office, SHOWN)),
        )
        return web.Response(text=text, content_type="text/html", headers={**HEADERS, **_CACHE})

    async def file(_: web.Request) -> web.Response:
        days = reversed(await _read(office, SAVED))
        text = "".join(f"{day.on_date} {day.chain} {day.seq} {day.digest}\n" for day in days)
        return web.Response(text=text, headers={**HEADERS, **_CACHE})

    app.router.add_get("/ledger", page)
    app.router.add_get("/ledger.txt", file)


async def _read(office: Office, most: int) -> Sequence[LedgerDay]:
    async with office.database.read() as session:
        return await ledger_days.newest(session, most)


def _table(days: Sequence[LedgerDay]) -> str:
    if not days:
        return f"<p>{words.EMPTY}</p>"
    head = "".join(f"<th>{name}</th>" for name in words.COLUMNS)
    rows = "\n".join(
        f"<tr><td>{day.on_date}</td><td>{escape(day.chain)}</td><td>{day.seq}</td><td>{day.digest}</td></tr>"
        for day in days
    )
    return f'<p><a href="/ledger.txt">{words.SAVE}</a></p>\n<table>\n<tr>{head}</tr>\n{rows}\n</table>'
