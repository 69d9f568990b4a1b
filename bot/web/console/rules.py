"""/console/rules: every rule with its default and who changed it; one rule to change, with its history."""

from aiohttp import web

from bot.notices import rules_desk as words
from bot.services.console import rule_desk
from bot.services.office import Office
from bot.services.tuning import RuleRefused
from bot.web.console.frame import Frame, go, missing
from bot.web.gate import VISITOR

_MOST = 20_000  # characters of a value


def add_routes(app: web.Application, office: Office, frame: Frame) -> None:
    """A value is checked as the command checks it."""

    async def show_all(request: web.Request) -> web.Response:
        async with office.database.read() as session:
            context = await office.open(session)
            groups, years = await rule_desk.listed(context), await rule_desk.years(context)
        return frame.page(request, "rules.html", groups=groups, years=years)

    async def show(request: web.Request) -> web.Response:
        return await render(request)

    async def render(
        request: web.Request, status: int = 200, wrong: str = "", written: str | None = None
    ) -> web.Response:
        """`written` gives back what was not taken."""
        async with office.database.read() as session:
            context = await office.open(session)
            row = await rule_desk.find(context, request.match_info["rule"])
            if row is None:
                raise missing()
            changes = await rule_desk.history(context, row.name)
        text = row.lines if written is None else written
        saved = {"set": words.SAVED, "reset": words.RESET}.get(request.query.get("saved", ""), "")
        return frame.page(
            request, "rule.html", status, row=row, changes=changes, wrong=wrong, written=text, saved=saved
        )

    async def change(request: web.Request) -> web.Response:
        form = await request.post()
        act, said, was = (str(form.get(name, "")) for name in ("act", "value", "was"))
        said = said.replace("\r\n", "\n").replace("\x00", "")[:_MOST]
        value = None if act == "reset" else said
        try:
            async with office.database.begin() as session:
                context = await office.open(session)
                await rule_desk.change(context, request[VISITOR].member, request.match_info["rule"], was, value)
        except RuleRefused as refused:
            if refused.why == rule_desk.CHANGED:
                return await render(request, 409, words.CHANGED, said)
            return await render(request, 422, words.refused(refused.why), said)
        return go(f"{request.path}?saved={'reset' if value is None else 'set'}")

    app.router.add_get("/console/rules", show_all)
    app.router.add_get("/console/rules/{rule}", show)
    app.router.add_post("/console/rules/{rule}", change)
