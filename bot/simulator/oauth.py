"""The two log-in redirects (documents 91022, 98152): as whom is chosen by `?as=`, by the phone, or on a page.

In-client log-in (`/connect/oauth2/authorize`) is silent where the demo page's WeCom phone has said, by its cookie,
whose phone it is. Scan log-in (`/wwlogin/sso/login`) always asks.
"""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from bot.simulator.page import HEADERS, STATIC
from bot.simulator.state import World

COOKIE = "sim_member"
STATE = re.compile(r"[a-zA-Z0-9]{0,128}")


def add_routes(app: web.Application, world: World) -> None:
    async def in_client(request: web.Request) -> web.StreamResponse:
        return _log_in(world, request, request.query.get("as") or request.cookies.get(COOKIE, ""))

    async def by_scan(request: web.Request) -> web.StreamResponse:
        return _log_in(world, request, request.query.get("as", ""))

    app.router.add_get("/connect/oauth2/authorize", in_client)
    app.router.add_get("/wwlogin/sso/login", by_scan)


def _log_in(world: World, request: web.Request, who: str) -> web.StreamResponse:
    target, state = request.query.get("redirect_uri", ""), request.query.get("state", "")
    if fault := _find_fault(world, request.query.get("appid", ""), target, state):
        world.violate("bad_log_in_redirect")
        return web.Response(status=400, text=f"登录地址不对：{fault}")
    if world.find_member(who) is None and who not in world.constituents:
        return web.FileResponse(STATIC / "login.html", headers={**HEADERS, "Cache-Control": "no-store"})
    parts = urlsplit(target)
    query = [*parse_qsl(parts.query), ("code", world.oauth_codes.issue(who))]
    if "state" in request.query:
        query.append(("state", state))
    return web.Response(status=302, headers={"Location": urlunsplit(parts._replace(query=urlencode(query)))})


def _find_fault(world: World, app_id: str, target: str, state: str) -> str:
    if app_id != world.corp_id:
        return "appid 不是这家企业"
    if not target.startswith(("http://", "https://")):
        return "redirect_uri 不是网址"
    if not STATE.fullmatch(state):
        return "state 只能是不超过 128 个字母和数字"
    return ""
