"""What anyone may open: the privacy notice and the QR of a representative or a station."""

import io
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.notices.entry_codes import no_picture
from bot.notices.privacy_line import span
from bot.services import entry_codes
from bot.services.entry_codes import Printable
from bot.services.office import Office
from bot.web.templates import Page, get_template
from config.rules import Rules
from storage.rules import get_standing

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none';"
        " form-action 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
}

# A page made of `pages/base.html`: style, pictures and script of our own and nothing inline.
PAGE = {
    **HEADERS,
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self';"
        " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
}


def secret_headers(form_action: str) -> dict[str, str]:
    """Those of a page whose address is a secret: in no frame, no store, no index; its forms go to `form_action`."""
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
        f" form-action {form_action}; frame-ancestors 'none'"
    )
    closed = {"X-Frame-Options": "DENY", "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    return {**HEADERS, "Content-Security-Policy": policy, **closed}


def secret_page(*, scripts: bool = False) -> dict[str, str]:
    """Those of a page of `pages/base.html` whose address is a secret: in no store and no index, forms to itself."""
    closed = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    policy = PAGE["Content-Security-Policy"]
    if not scripts:
        policy = policy.replace(" script-src 'self';", "").replace(" connect-src 'self';", "")
    return {**PAGE, "Content-Security-Policy": policy, **closed}


LinkMaker = Callable[[str, str], Awaitable[str | None]]


def add_routes(app: web.Application, office: Office, make_link: LinkMaker) -> None:
    """`make_link(scene, code)` gives the address behind a code, or None while there is none to give."""

    notice = get_template("privacy.html")

    async def privacy(_: web.Request) -> web.Response:
        async with office.database.read() as session:
            rules, _roster = await get_standing(session)
        return web.Response(text=render_privacy(notice, rules), content_type="text/html", headers=PAGE)

    async def code(request: web.Request) -> web.Response:
        found = await _find_printable(office, request.match_info["code"])
        if found.fault:
            refused = web.HTTPNotFound if found.fault == "code_unknown" else web.HTTPGone
            raise refused(text=no_picture(found.fault), headers=HEADERS)
        link = await make_link(found.scene, found.code)
        if link is None:
            raise web.HTTPServiceUnavailable(text="暂时不能生成二维码，请稍后再试。", headers=HEADERS)
        return web.Response(body=render_qr(link), content_type="image/svg+xml", headers=HEADERS)

    app.router.add_get("/privacy", privacy)
    app.router.add_get("/code/{code}.svg", code)


def render_privacy(notice: Page, rules: Rules) -> str:
    """The full notice with the days that the rules have now."""
    return notice.render(
        version=rules.privacy_version,
        words=span(rules.keep_words_days),
        media=span(rules.keep_media_days),
        petitions=span(rules.keep_petition_words_days),
        backups=span(rules.keep_backups_days),
        logs=span(rules.keep_logs_days),
        rights=span(rules.rights_days),
    )


async def _find_printable(office: Office, code: str) -> Printable:
    today = office.clock.now().astimezone(office.zone).date()
    async with office.database.read() as session:
        return await entry_codes.find_printable(session, code, today)


def render_qr(link: str) -> bytes:
    """An SVG that prints well: quiet zone kept, a quarter of it may be damaged."""
    import segno

    out = io.BytesIO()
    segno.make(link, error="q", micro=False).save(out, kind="svg", scale=8, border=4, title="请用微信扫码")
    return out.getvalue()
