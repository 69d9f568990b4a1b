"""The small rest of the API: token, members, log-in, files, addresses of the callback servers."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.simulator import codes
from bot.simulator.call import Answer, Call, Endpoint
from bot.simulator.codes import ApiError
from bot.simulator.media import check_upload
from bot.simulator.state import World

BYTE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def get_token(world: World, call: Call) -> Answer:
    token, seconds = world.tokens.issue(call.query.get("corpid", ""), call.query.get("corpsecret", ""))
    call.note("", "机器人领取访问凭证")
    return {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": seconds}


def get_user(world: World, call: Call) -> Answer:
    member = world.find_member(call.query.get("userid", ""))
    if member is None or not member.visible:
        raise ApiError(codes.NO_SUCH_USER, "userid not found")
    call.note(member.name, f"机器人查看成员「{member.name}」")
    shown: dict[str, Any] = {"userid": member.userid, "name": member.name, "position": member.title}
    return {"errcode": 0, "errmsg": "ok", **shown, "department": [1], "main_department": 1, "status": 1}


def get_app(world: World, call: Call) -> Answer:
    """The app as the console shows it (document 90227)."""
    if call.query.get("agentid") != str(world.agent_id):
        raise ApiError(codes.NOT_YOUR_AGENT, "not allow operate another agent with this accesstoken")
    call.note("", "机器人查看应用的设置")
    visible = [{"userid": member.userid} for member in world.members.values() if member.visible]
    return {
        "errcode": 0,
        "errmsg": "ok",
        "agentid": world.agent_id,
        "name": "连心桥",
        "allow_userinfos": {"user": visible},
        "close": int(world.app_is_off),
        "redirect_domain": world.trusted_domain,
    }


def get_user_info(world: World, call: Call) -> Answer:
    """Who logged in: a member's userid, or openid and external_userid of somebody else."""
    who = world.oauth_codes.take(call.query.get("code", ""))
    member = world.find_member(who)
    if member is not None:
        call.note(member.name, f"「{member.name}」登录网页")
        return {"errcode": 0, "errmsg": "ok", "userid": member.userid}
    constituent = world.constituents.get(who)
    call.note(constituent.nickname if constituent else "", "一位不是成员的人登录网页")
    outside = {"external_userid": who} if constituent else {}
    return {"errcode": 0, "errmsg": "ok", "openid": f"openid-{who}", **outside}


def get_callback_ip(_world: World, _call: Call) -> Answer:
    return {"errcode": 0, "errmsg": "ok", "ip_list": ["127.0.0.1", "::1"]}


def upload_media(world: World, call: Call) -> Answer:
    kind, upload = call.query.get("type", ""), call.upload
    if upload is None:
        raise ApiError(codes.EMPTY_MEDIA, "media data missing")
    check_upload(kind, upload.content)
    media = world.media.keep(world.next_id("MEDIA"), kind, upload.filename, upload.content)
    call.note("", f"机器人上传文件「{media.filename}」", bytes=len(media.content))
    created_at = str(world.now_seconds())
    return {"errcode": 0, "errmsg": "", "type": kind, "media_id": media.media_id, "created_at": created_at}


def get_media(world: World, call: Call) -> web.Response:
    """The file itself, or the part that `Range` asks for."""
    media = world.media.get(call.query.get("media_id"))
    span = BYTE_RANGE.fullmatch(call.headers.get("Range", ""))
    most = world.dice.faults.media_range_above_bytes
    if most and len(media.content) > most and span is None:
        raise ApiError(codes.MEDIA_NEEDS_RANGE, "media too large, use Range")
    call.note("", f"机器人下载文件「{media.filename}」", bytes=len(media.content))
    headers = {
        "Content-Type": media.content_type,
        "Content-Disposition": f"attachment; filename*=utf-8''{quote(media.filename)}",
        "Accept-Ranges": "bytes",
    }
    if span is None:
        return web.Response(body=media.content, headers=headers)
    return _partial(media.content, span, headers)


def _partial(content: bytes, span: re.Match[str], headers: dict[str, str]) -> web.Response:
    first, last = span.groups()
    start = int(first) if first else max(len(content) - int(last or 0), 0)
    end = min(int(last), len(content) - 1) if first and last else len(content) - 1
    if start > end:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{len(content)}"})
    headers["Content-Range"] = f"bytes {start}-{end}/{len(content)}"
    return web.Response(status=206, body=content[start : end + 1], headers=headers)


ENDPOINTS: Mapping[str, Endpoint] = {
    "gettoken": Endpoint("GET", get_token, "领取访问凭证"),
    "agent/get": Endpoint("GET", get_app, "查看应用的设置"),
    "user/get": Endpoint("GET", get_user, "查看成员"),
    "auth/getuserinfo": Endpoint("GET", get_user_info, "网页登录"),
    "getcallbackip": Endpoint("GET", get_callback_ip, "查看回调地址段"),
    "media/upload": Endpoint("POST", upload_media, "上传文件"),
    "media/get": Endpoint("GET", get_media, "下载文件"),
}
