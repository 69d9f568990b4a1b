"""/console/texts: sentences of notices in the centre's own words, seen in a phone before they count."""

from aiohttp import web

from bot.notices.content import Card, Content, Menu, Text
from bot.notices.previews import preview
from bot.notices.wordings import EXAMPLES, GROUPS, NAMES, WORDINGS, example_of, faults_of
from bot.services import wordings
from bot.services.office import Office
from bot.services.wordings import TextRefused
from bot.web.console.frame import Frame, go, missing, number_in
from bot.web.gate import VISITOR

_PATH = "/console/texts"
_LONGEST = 2000


def add_routes(app: web.Application, office: Office, frame: Frame) -> None:
    """The list, and one sentence with its preview and history."""

    async def show_all(request: web.Request) -> web.Response:
        async with office.database.read() as session:
            rows = await wordings.listed(await office.open(session))
        examples = {key: example_of(row.text) for key, row in rows.items()}
        return frame.page(request, "texts.html", groups=GROUPS, rows=rows, examples=examples)

    async def show(
        request: web.Request, status: int = 200, faults: tuple[str, ...] = (), written: str | None = None
    ) -> web.Response:
        key = request.match_info["text"]
        if key not in WORDINGS:
            raise missing()
        async with office.database.read() as session:
            context = await office.open(session)
            rows = await wordings.listed(context)
            changes = await wordings.history(context, key)
        own = {one.key: one.own for one in rows.values() if one.own and not one.faults}
        tried = written.strip() if written is not None else ""
        seen = preview(key, {**own, key: tried} if tried and not faults else own)
        wording = WORDINGS[key]
        return frame.page(
            request,
            "text.html",
            status,
            row=rows[key],
            wording=wording,
            marks=[(name, NAMES[name], EXAMPLES[name][0]) for name in (*wording.needed, *wording.further)],
            changes=changes,
            faults=faults or rows[key].faults,
            written=written if written is not None else rows[key].own or wording.default,
            tried=bool(tried) and not faults,
            **_phone(seen),
        )

    async def change(request: web.Request) -> web.Response:
        key, form = request.match_info["text"], await request.post()
        if key not in WORDINGS:
            raise missing()
        said = str(form.get("text", "")).replace("\r\n", "\n")[:_LONGEST]
        if form.get("act") == "try":
            faults = faults_of(key, said.strip())
            return await show(request, 422 if faults else 200, faults, said)
        text = "" if form.get("act") == "reset" else said
        if not text.strip() and form.get("act") != "reset":
            return await show(request, 422, faults_of(key, ""), said)
        try:
            async with office.database.begin() as session:
                context = await office.open(session)
                await wordings.change(context, request[VISITOR].member, key, number_in(form, "was"), text)
        except TextRefused as refused:
            return await show(request, 422, refused.faults, said)
        return go(f"{request.path}?done={'text_reset' if not text else 'text_set'}")

    app.router.add_get(_PATH, show_all)
    app.router.add_get(f"{_PATH}/{{text}}", show)
    app.router.add_post(f"{_PATH}/{{text}}", change)


def _phone(content: Content) -> dict[str, object]:
    """What the frame of a phone shows of a notice."""
    match content:
        case Text(text):
            return {"head": text, "items": (), "tail": ""}
        case Menu():
            labels = [*(item.label for item in content.items), *(link.label for link in content.links)]
            return {"head": content.head, "items": labels, "tail": content.tail}
        case Card():
            lines = [content.title, content.hint, content.matter, *(f"{f.name}：{f.value}" for f in content.fields)]
            return {"head": "\n".join(lines), "items": [one.label for one in content.buttons], "tail": ""}
    return {"head": "", "items": (), "tail": ""}
