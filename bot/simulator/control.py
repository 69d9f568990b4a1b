"""`/sim/*`: everything a test can do in Python, as JSON over HTTP, for the demo page and for outside programs.

| request | body or query |
|---|---|
| `POST /sim/enter` | external_userid, scene, scene_param, open_kfid?, label? |
| `POST /sim/scan` | external_userid, url (of kf/add_contact_way, `&scene_param=` appended or not) |
| `POST /sim/says` | external_userid, text, menu_id?, open_kfid? → msgid |
| `POST /sim/media` | multipart: external_userid or userid, kind, file `media` → msgid |
| `POST /sim/location` | external_userid or userid, latitude, longitude, name, address → msgid |
| `POST /sim/recall` | external_userid, msgid |
| `POST /sim/member/says` | userid, text → msgid |
| `POST /sim/member/tap` | userid, key, message_id?, selected? → response_code |
| `POST /sim/member/enter` | userid |
| `POST /sim/human/takes` `says` `recalls` `ends` | external_userid, userid / text / msgid / – |
| `POST /sim/living/start` `end` | livingid |
| `POST /sim/living/watch` `subscribe` | livingid, who (either id); to watch also seconds, comments?, speaks? |
| `POST /sim/members` `/sim/constituents` `/sim/accounts` | a list of {userid, name, title} and so on |
| `POST /sim/servicers` | a list of {userid, receiving?, open_kfid?} |
| `POST /sim/clock` | advance_seconds (only with a ManualClock) |
| `GET, POST /sim/faults` | the faults as in a faults file |
| `POST /sim/token` | action: age or invalidate |
| `POST /sim/verify` `/sim/quiet` | – |
| `GET /sim/state` | constituent, member, since, trace_since, wait (seconds) |
| `GET /sim/people` `/sim/catalog` `/sim/trace?since=` `/sim/report` `/sim/media/ID` | – |

Faulty input is 400, an unknown person, card or file 404, each `{"error": …}`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import BodyPartReader, web

from bot.clock import ManualClock
from bot.simulator import views
from bot.simulator.api import read_part
from bot.simulator.faults import parse_faults

if TYPE_CHECKING:
    from bot.simulator.world import Simulator

WAIT_AT_MOST_SECONDS = 25.0

Action = Callable[["Simulator", Mapping[str, Any]], Awaitable[Any]]
Look = Callable[["Simulator", Mapping[str, str]], Awaitable[Any]]


def add_routes(app: web.Application, simulator: "Simulator") -> None:
    for path, action in ACTIONS.items():
        app.router.add_post(f"/sim/{path}", _acting(simulator, action))
    for path, look in LOOKS.items():
        app.router.add_get(f"/sim/{path}", _looking(simulator, look))
    app.router.add_post("/sim/media", _sending_media(simulator))
    app.router.add_get("/sim/media/{media_id}", _showing_media(simulator))


def _acting(simulator: "Simulator", action: Action) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        raw = await request.read()
        return await _answer(lambda: action(simulator, orjson.loads(raw or b"{}")))

    return handle


def _looking(simulator: "Simulator", look: Look) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        return await _answer(lambda: look(simulator, request.query))

    return handle


async def _answer(work: Callable[[], Awaitable[Any]]) -> web.Response:
    """The result as JSON; 400 for input that makes no sense, 404 for what is not there."""
    try:
        return _json(await work())
    except KeyError as error:
        return _json({"error": f"missing {error}"}, status=400)
    except LookupError as error:
        return _json({"error": str(error)}, status=404)
    except (TypeError, ValueError) as error:
        return _json({"error": str(error)}, status=400)


def _json(value: Any, *, status: int = 200) -> web.Response:
    return web.Response(
        status=status,
        body=orjson.dumps(value),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


# --- constituents -----------------------------------------------------------------------------------


async def _enter(simulator: "Simulator", body: Mapping[str, Any]) -> Any:
    await simulator.enter(
        body["external_userid"],
        body.get("scene", ""),
        body.get("scene_param", ""),
        body.get("open_kfid"),
        label=body.get("label", ""),
    )
    return {}


async def _scan(simulator: "Simulator", body: Mapping[str, Any]) -> Any:
    await simulator.scans(body["external_userid"], body["url"])
    return {}


async def _says(simulator: "Simulator", body: Mapping[str, Any]) -> Any:
    msgid = await simulator.says(
        body["external_userid"], body["text"], menu_id=body.get("menu_id"), open_kfid=body.get("open_kfid")
    )
    return {"msgid": msgid}


async def _location(simulator: "Simulator", body: Mapping[str, Any]) -> Any:
    where = (float(body["latitude"]), float(body["longitude"]), body.get("name", ""), body.get("address", ""))
    if "userid" in body:
        return {"msgid": await simulator.member_sends_location(body["userid"], *where)}
    return {"msgid": await simulator.sends_location(body["external_userid"], *where)}


async def _recall(simulator: "Simulator", body: Mapping[str, Any]) -> Any:
    await simulator.recalls(body["external_userid"], body["msgid"])
    return {}


def _sending_media(simulator: "Simulator") -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        form: dict[str, str] = {}
        filename, content = "", b""
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            if part.name == "media":
                filename, content = part.filename or "", await read_part(part)
            else:
                form[part.name or ""] = await part.text()

        async def send() -> dict[str, str]:
            kind = form.get("kind", "image")
            if "userid" in form:
                return {"msgid": await simulator.member_sends_media(form["userid"], kind, filename, content)}
            return {"msgid": await simulator.sends_media(form["external_userid"], kind, filename, content)}

        return await _answer(send)

    return handle


def _showing_media(simulator: "Simulator") -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        media = simulator.world.media.find(request.match_info["media_id"])
        if media is None:
            return _json({"error": "no such file, or older than three days"}, status=404)
        return web.Response(
            body=media.content,
            content_type=media.content_type,
            headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600"},
        )

    return handle


# --- members ----------------------------------------------------------------------------------------


async def _member_says(simulator: "Simulator", body: Mapping[str, Any]) -> Any:
    return {"msgid": await simulator.member_says(body["userid"], body["text"])}


async def _member_taps(simulator: "Simulator", body: Mapping[str, Any]) -> Any:
    code = await simulator.member_taps(
        body["userid"], body.get("message_id"), body["key"], selected=body.get("selected")
    )
    return {"response_code": code}


async def _member_enters(simulator: "Simulator", body: Mapping[str, Any]) -> Any:
    await simulator.member_enters(body["userid"])
    return {}


async def _human_takes(simulator: "Simulator", body: Mapping[str, Any]) -> Any:
    await simulator.human_takes(body["external_userid"], body["userid"])
    return {}


async def _human_says(simulator: "Simulator", body: Mapping[str, Any]) -> Any:
    return {"msgid": await simulator.human_says(body["external_userid"], body["text"])}


async def _human_recalls(simulator: "Simulator", body: Mapping[str, Any]) -> Any:
    await simulator.human_recalls(body["external_userid"], body["msgid"])
    return {}


async def _human_ends(simulator: "Simulator", body: Mapping[str, Any]) -> Any:
    await simulator.human_ends(body["external_userid"])
    return {}


# --- live broadcasts --------------------------------------------------------------------------------


async def _start_living(simulator: "Simulator", body: Mapping[str, Any]) -> Any:
    await simulator.start_living(body["livingid"])
    return {}


async def _end_living(simulator: "Simulator", body: Mapping[str, Any]) -> Any:
    await simulator.end_living(body["livingid"])
    return {}


async def _watch_living(simulator: "Simulator", body: Mapping[str, Any]) -> Any:
    seconds, comments = int(body["seconds"]), int(body.get("comments", 0))
    speaks = bool(body.get("speaks", False))
    await simulator.watch_living(body["who"], body["livingid"], seconds, comments=comments, speaks=speaks)
    return {}


async def _subscribe_living(simulator: "Simulator", body: Mapping[str, Any]) -> Any:
    await simulator.subscribe_living(body["who"], body["livingid"])
    return {}


# --- the world --------------------------------------------------------------------------------------


async def _add_members(simulator: "Simulator", body: Any) -> Any:
    for each in _list(body, "members"):
        simulator.add_member(
            each["userid"],
            each["name"],
            each.get("title", ""),
            hint=each.get("hint", ""),
            visible=each.get("visible", True),
            licensed=each.get("licensed", True),
        )
    return {"members": len(simulator.world.members)}


async def _add_constituents(simulator: "Simulator", body: Any) -> Any:
    for each in _list(body, "constituents"):
        nickname = each.get("nickname", each["external_userid"])
        simulator.add_constituent(each["external_userid"], nickname, hint=each.get("hint", ""))
    return {"constituents": len(simulator.world.constituents)}


async def _add_accounts(simulator: "Simulator", body: Any) -> Any:
    for each in _list(body, "accounts"):
        simulator.add_kf_account(each["open_kfid"], each["name"])
    return {"accounts": len(simulator.world.accounts)}


async def _add_servicers(simulator: "Simulator", body: Any) -> Any:
    for each in _list(body, "servicers"):
        receiving, open_kfid = bool(each.get("receiving", True)), each.get("open_kfid")
        simulator.add_servicer(each["userid"], receiving=receiving, open_kfid=open_kfid)
    return {"servicers": sum(len(account.servicers) for account in simulator.world.accounts.values())}


async def _advance(simulator: "Simulator", body: Mapping[str, Any]) -> Any:
    if not isinstance(simulator.clock, ManualClock):
        raise ValueError("this simulator runs on the real clock")  # noqa: TRY004 — the caller's request is wrong
    await simulator.clock.advance(seconds=float(body["advance_seconds"]))
    return {"now": simulator.now().isoformat()}


async def _set_faults(simulator: "Simulator", body: Mapping[str, Any]) -> Any:
    simulator.faults = parse_faults(body)
    return asdict(simulator.faults)


async def _harm_token(simulator: "Simulator", body: Mapping[str, Any]) -> Any:
    {"age": simulator.age_token, "invalidate": simulator.invalidate_token}[body["action"]]()
    return {}


async def _verify(simulator: "Simulator", _body: Mapping[str, Any]) -> Any:
    return {"verified": await simulator.verify_callback()}


async def _quiet(simulator: "Simulator", _body: Mapping[str, Any]) -> Any:
    await simulator.quiet()
    return {}


def _list(body: Any, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = body if isinstance(body, list) else body[name]
    return found


# --- looking ----------------------------------------------------------------------------------------


async def _state(simulator: "Simulator", query: Mapping[str, str]) -> Any:
    since = int(query.get("since", 0))
    wait = min(float(query.get("wait", 0)), WAIT_AT_MOST_SECONDS)
    if wait > 0:
        await simulator.world.pulse.wait_beyond(since, wait)
    return views.show_state(
        simulator.world,
        constituent=query.get("constituent", ""),
        member=query.get("member", ""),
        since=since,
        trace_since=int(query.get("trace_since", since)),
    )


async def _people(simulator: "Simulator", _query: Mapping[str, str]) -> Any:
    return views.show_people(simulator.world)


async def _catalog(simulator: "Simulator", _query: Mapping[str, str]) -> Any:
    return {
        "codes": [asdict(code) for code in simulator.catalog],
        "places": [asdict(place) for place in simulator.places],
        "doors": [asdict(door) for door in simulator.doors],
        "manual_clock": isinstance(simulator.clock, ManualClock),
    }


async def _trace(simulator: "Simulator", query: Mapping[str, str]) -> Any:
    steps = simulator.world.trace.since(int(query.get("since", 0)))
    return {"revision": simulator.world.pulse.revision, "steps": [views.show_step(step) for step in steps]}


async def _faults(simulator: "Simulator", _query: Mapping[str, str]) -> Any:
    return asdict(simulator.faults)


async def _report(simulator: "Simulator", _query: Mapping[str, str]) -> Any:
    return simulator.report()


ACTIONS: Mapping[str, Action] = {
    "enter": _enter,
    "scan": _scan,
    "says": _says,
    "location": _location,
    "recall": _recall,
    "member/says": _member_says,
    "member/tap": _member_taps,
    "member/enter": _member_enters,
    "human/takes": _human_takes,
    "human/says": _human_says,
    "human/recalls": _human_recalls,
    "human/ends": _human_ends,
    "living/start": _start_living,
    "living/end": _end_living,
    "living/watch": _watch_living,
    "living/subscribe": _subscribe_living,
    "members": _add_members,
    "constituents": _add_constituents,
    "accounts": _add_accounts,
    "servicers": _add_servicers,
    "clock": _advance,
    "faults": _set_faults,
    "token": _harm_token,
    "verify": _verify,
    "quiet": _quiet,
}
LOOKS: Mapping[str, Look] = {
    "state": _state,
    "people": _people,
    "catalog": _catalog,
    "trace": _trace,
    "faults": _faults,
    "report": _report,
}
