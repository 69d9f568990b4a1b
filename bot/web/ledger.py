"""`/ledger` and `/ledger.txt`: the heads of the duty ledger, for anybody; digests and nothing else."""

from collections.abc import Sequence

from aiohttp import web

from bot.notices import ledger_page as words
from bot.services.office import Office
from bot.web.public import PAGE
from bot.web.templates import get_template
from storage import ledger_days
from storage.models import LedgerDay

SHOWN, SAVED = 400, 100_000  # lines on the page, in the file
_HEADERS = {**PAGE, "Cache-Control": "public, max-age=300"}


def add_routes(app: web.Application, office: Office) -> None:
    """Neither needs a log-in."""
    template = get_template("ledger.html")

    async def page(_: web.Request) -> web.Response:
        text = template.render(words=words, days=await _read(office, SHOWN))
        return web.Response(text=text, content_type="text/html", headers=_HEADERS)

    async def file(_: web.Request) -> web.Response:
        days = reversed(await _read(office, SAVED))
        text = "".join(f"{day.on_date} {day.chain} {day.seq} {day.digest}\n" for day in days)
        return web.Response(text=text, headers=_HEADERS)

    app.router.add_get("/ledger", page)
    app.router.add_get("/ledger.txt", file)


async def _read(office: Office, most: int) -> Sequence[LedgerDay]:
    async with office.database.read() as session:
        return await ledger_days.newest(session, most)
