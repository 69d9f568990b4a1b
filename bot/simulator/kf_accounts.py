"""kf accounts, servicers, links and customers (documents 94661, 94645, 94665, 95159)."""

import re
from collections.abc import Mapping
from typing import Any

from bot.simulator import codes
from bot.simulator.call import Answer, Call, Endpoint
from bot.simulator.codes import ApiError
from bot.simulator.kf_sync import find_account
from bot.simulator.state import SESSION_SPAN, Constituent, Session, World

LIST_LIMIT = 100
BATCH_LIMIT = 100
SCENE = re.compile(r"[0-9a-zA-Z_-]{0,32}")
SCENE_PARAM_BYTES = 128


def list_accounts(world: World, call: Call) -> Answer:
    offset, limit = call.integer("offset", 0), call.integer("limit", LIST_LIMIT)
    if offset < 0 or not 1 <= limit <= LIST_LIMIT:
        raise ApiError(codes.BAD_PARAMETER, "invalid offset or limit")
    accounts = list(world.accounts.values())[offset : offset + limit]
    call.note("", f"机器人查看客服账号：{len(accounts)} 个")
    shown = [
        {"open_kfid": each.open_kfid, "name": each.name, "avatar": "", "manage_privilege": True}
        for each in accounts
    ]
    return {"errcode": 0, "errmsg": "ok", "account_list": shown}


def list_servicers(world: World, call: Call) -> Answer:
    account = find_account(world, call)
    shown = [
        {"userid": userid, "status": 0 if receiving else 1, **({} if receiving else {"stop_type": 0})}
        for userid, receiving in account.servicers.items()
    ]
    return {"errcode": 0, "errmsg": "ok", "servicer_list": shown}


def add_contact_way(world: World, call: Call) -> Answer:
    """A link; only one with a scene may carry `&scene_param=`."""
    account, scene = find_account(world, call), call.body.get("scene", "")
    if not isinstance(scene, str) or not SCENE.fullmatch(scene):
        raise ApiError(codes.BAD_PARAMETER, "invalid scene", violation="bad_scene")
    proof = world.next_id("ENC")
    world.contact_ways[proof] = (account.open_kfid, scene)
    call.note(account.name, f"机器人取得一个客服链接（场景 {scene or '无'}）", scene=scene)
    url = f"https://work.weixin.qq.com/kfid/{account.open_kfid}?enc_scene={proof}"
    return {"errcode": 0, "errmsg": "ok", "url": url}


def batch_get(world: World, call: Call) -> Answer:
    """Who entered or wrote within 48 hours; everybody else comes back as invalid."""
    ids = call.body.get("external_userid_list")
    if not isinstance(ids, list) or not 1 <= len(ids) <= BATCH_LIMIT:
        raise ApiError(codes.BAD_PARAMETER, "external_userid_list must be 1 to 100")
    with_context = bool(call.body.get("need_enter_session_context"))
    found = {each: _recent(world, each) for each in ids}
    customers = [
        _customer(world.constituents[each], session, with_context)
        for each, session in found.items()
        if session is not None
    ]
    invalid = [each for each, session in found.items() if session is None]
    call.note("", f"机器人查看 {len(customers)} 位居民的昵称")
    return {"errcode": 0, "errmsg": "ok", "customer_list": customers, "invalid_external_userid": invalid}


def check_scene(scene: str, scene_param: str) -> None:
    """ValueError where no link could say this."""
    if not SCENE.fullmatch(scene):
        raise ValueError(f"scene {scene!r}: at most 32 of 0-9 a-z A-Z _ -")
    if len(scene_param.encode()) > SCENE_PARAM_BYTES:
        raise ValueError("scene_param: at most 128 bytes")


def _recent(world: World, external_userid: str) -> Session | None:
    """The session of the last contact if that is within 48 hours."""
    constituent, now = world.constituents.get(external_userid), world.clock.now()
    if constituent is None:
        return None
    for session in constituent.sessions.values():
        times = [at for at in (session.asked_at, session.entered_at) if at is not None]
        if any(now - at < SESSION_SPAN for at in times):
            return session
    return None


def _customer(constituent: Constituent, session: Session, with_context: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "external_userid": constituent.external_userid,
        "nickname": constituent.nickname,
        "avatar": "",
        "gender": 0,
    }
    if with_context:
        shown["enter_session_context"] = {"scene": session.scene, "scene_param": session.scene_param}
    return shown


ENDPOINTS: Mapping[str, Endpoint] = {
    "kf/account/list": Endpoint("POST", list_accounts, "查看客服账号"),
    "kf/servicer/list": Endpoint("GET", list_servicers, "查看接待人员"),
    "kf/add_contact_way": Endpoint("POST", add_contact_way, "取得客服链接"),
    "kf/customer/batchget": Endpoint("POST", batch_get, "查看居民昵称"),
}
