"""/my-data/TOKEN: a copy of one's own data, once. Looking at the page uses nothing up, a button does.

Made in memory when it is fetched and kept nowhere; the token is never logged.
"""

import asyncio
import base64
import io
import zipfile
from dataclasses import asdict
from datetime import datetime

import orjson
from aiohttp import web

from bot.notices.own_data import BUSY, GONE
from bot.notices.words import moment
from bot.services.office import Office
from bot.services.privacy import own_data
from bot.services.privacy.own_data import OwnData, OwnFile
from bot.web.public import secret_headers, secret_page
from bot.web.templates import get_template
from storage.crypto import Unreadable
from storage.files import AttachmentFiles
from storage.keys import find_key

_MOST_BYTES = 100 * 1024 * 1024  # of attachments in one copy: it is made in memory
GATE_HEADERS = secret_page()
PAGE_HEADERS = secret_headers("'self'")  # of the copy itself, a file that stands alone
_ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "video/mp4": ".mp4",
    "audio/amr": ".amr",
    "application/pdf": ".pdf",
}


def add_routes(app: web.Application, office: Office, files: AttachmentFiles) -> None:
    """A GET tells whether there is something to fetch, a POST fetches it."""
    gate, document = get_template("my_data_gate.html"), get_template("my_data.html")

    def show_gate(is_open: bool) -> web.Response:
        text = gate.render(open=is_open, gone=GONE)
        return web.Response(
            text=text, content_type="text/html", headers=GATE_HEADERS, status=200 if is_open else 410
        )

    async def look(request: web.Request) -> web.Response:
        async with office.database.read() as session:
            return show_gate(await own_data.is_open(await office.open(session), _token(request)))

    async def fetch(request: web.Request) -> web.Response:
        wants_zip = (await request.post()).get("as") == "zip"
        async with office.database.begin() as session:
            data = await own_data.fetch(await office.open(session), _token(request))
        if data is None:
            return show_gate(False)
        raw = to_json(data, office)
        link = f"data:application/json;base64,{base64.b64encode(raw).decode()}"
        if not wants_zip:
            page = document.render(**_facts(data, office), json_link=link)
            return web.Response(text=page, content_type="text/html", headers=PAGE_HEADERS)
        page = document.render(**_facts(data, office), json_link="")
        packed = await _pack(office, files, data.files, {"my-data.html": page.encode(), "my-data.json": raw})
        named = {**PAGE_HEADERS, "Content-Disposition": 'attachment; filename="my-data.zip"'}
        return web.Response(body=packed, content_type="application/zip", headers=named)

    app.router.add_get("/my-data/{token}", look)
    app.router.add_post("/my-data/{token}", fetch)


def _token(request: web.Request) -> str:
    return request.match_info["token"]


def _facts(data: OwnData, office: Office) -> dict[str, object]:
    def at(instant: datetime) -> str:
        return f"{instant.astimezone(office.zone).year}年{moment(instant, office.zone)}"

    return {"data": data, "at": at, "made_at": at(data.made_at)}


def to_json(data: OwnData, office: Office) -> bytes:
    """The same as JSON, instants with the offset of the district's zone; without the keys of the attachments."""
    value = asdict(data)
    value["files"] = [{"name": file.name, "content_type": file.content_type} for file in data.files]
    return orjson.dumps(
        value,
        default=lambda instant: instant.astimezone(office.zone).isoformat(timespec="seconds"),
        option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_INDENT_2,
    )


async def _pack(
    office: Office, files: AttachmentFiles, wanted: tuple[OwnFile, ...], parts: dict[str, bytes]
) -> bytes:
    left_out, room = [], _MOST_BYTES
    for file in wanted:
        content = await _read(office, files, file)
        if content is None or len(content) > room:
            left_out.append(file.name)
            continue
        room -= len(content)
        parts[f"attachments/{file.name}{_ENDINGS.get(file.content_type, '')}"] = content
    if left_out:
        parts["attachments/left-out.txt"] = BUSY.format(names="、".join(left_out)).encode()
    return await asyncio.to_thread(_zip, parts)


async def _read(office: Office, files: AttachmentFiles, file: OwnFile) -> bytes | None:
    async with office.database.read() as session:
        key = await find_key(session, office.vault, file.key_id)
    if key is None:
        return None
    try:
        return await asyncio.to_thread(files.read, file.id, key)
    except (FileNotFoundError, Unreadable):
        return None


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()
