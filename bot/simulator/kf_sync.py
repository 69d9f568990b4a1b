"""kf/sync_msg (document 94670) and the log's other end: what is appended wakes the bot."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.simulator import codes
from bot.simulator.call import Answer, Call, Endpoint
from bot.simulator.callbacks import Callback
from bot.simulator.codes import ApiError
from bot.simulator.state import KfAccount, World

SYNC_TOKEN_LIFE = timedelta(minutes=10)
PAGE_LIMIT = 1000
FROM_CONSTITUENT, FROM_SYSTEM, FROM_SERVICER = 3, 4, 5


def sync(world: World, call: Call) -> Answer:
    """A page of the account's log after the cursor."""
    account = find_account(world, call)
    _check_token(world, account, str(call.body.get("token") or ""))
    limit = call.integer("limit", PAGE_LIMIT) or PAGE_LIMIT
    if not 0 < limit <= PAGE_LIMIT:
        raise ApiError(codes.BAD_PARAMETER, "limit must be 1 to 1000", violation="bad_limit")
    cursor = str(call.body.get("cursor") or "")
    empty = world.dice.page_is_empty()
    wanted = 0 if empty else min(limit, world.dice.faults.page_size)
    page, next_cursor, more = account.log.read(cursor, wanted, world.clock.now())
    more = more or empty
    words = f"机器人取走 {len(page)} 条客服消息" if page else "机器人来取客服消息，没有新的"
    call.note(account.name, words + ("，还有下一页" if more else ""), count=len(page))
    return {"errcode": 0, "errmsg": "ok", "next_cursor": next_cursor, "has_more": int(more), "msg_list": page}


def append(world: World, account: KfAccount, record: Mapping[str, Any]) -> str:
    """Put one record into the account's log and wake the bot; the record's msgid."""
    msgid = world.next_id("kf")
    stamped = {"msgid": msgid, "send_time": world.now_seconds(), **record}
    account.log.append(stamped, world.clock.now())
    wake(world, account)
    return msgid


def append_event(world: World, account: KfAccount, event: Mapping[str, Any]) -> str:
    """Events keep their ids inside `event`, never at the top."""
    return append(world, account, {"origin": FROM_SYSTEM, "msgtype": "event", "event": event})


def wake(world: World, account: KfAccount) -> None:
    """kf_msg_or_event: no FromUserName, no AgentID, no MsgId; a token good for ten minutes."""
    token = secrets.token_urlsafe(48)
    _forget_old_tokens(world)
    world.sync_tokens[token] = (account.open_kfid, world.clock.now() + SYNC_TOKEN_LIFE)
    fields = {
        "CreateTime": world.now_seconds(),
        "MsgType": "event",
        "Event": "kf_msg_or_event",
        "Token": token,
        "OpenKfId": account.open_kfid,
    }
    world.post(
        Callback(
            "kf_msg_or_event", fields, app=False, who=account.name, sentence="企业微信通知机器人：客服有新消息"
        )
    )


def find_account(world: World, call: Call) -> KfAccount:
    """The account of `open_kfid`; ApiError 95000 or 95004."""
    open_kfid = call.body.get("open_kfid") or call.query.get("open_kfid")
    if not isinstance(open_kfid, str) or not open_kfid:
        raise ApiError(codes.BAD_OPEN_KFID, "invalid open_kfid", violation="bad_open_kfid")
    account = world.accounts.get(open_kfid)
    if account is None:
        raise ApiError(codes.NO_SUCH_KF_ACCOUNT, "open_kfid not exist", violation="bad_open_kfid")
    return account


def _check_token(world: World, account: KfAccount, token: str) -> None:
    if not token:
        _check_tokenless(world, account)
        return
    open_kfid, expires_at = world.sync_tokens.get(token, ("", world.clock.now()))
    if open_kfid != account.open_kfid or world.clock.now() >= expires_at:
        raise ApiError(codes.BAD_MSG_TOKEN, "invalid msg token")


def _check_tokenless(world: World, account: KfAccount) -> None:
    """Without a token a stricter, unpublished limit holds: a fault sets it."""
    most = world.dice.faults.tokenless_sync_per_minute
    if not most:
        return
    now = world.clock.now()
    while account.tokenless and (now - account.tokenless[0]).total_seconds() >= 60:
        account.tokenless.popleft()
    if len(account.tokenless) >= most:
        raise ApiError(codes.TOO_MANY_CALLS, "api freq out of limit", violation="tokenless_sync")
    account.tokenless.append(now)


def _forget_old_tokens(world: World) -> None:
    now = world.clock.now()
    while world.sync_tokens:
        oldest = next(iter(world.sync_tokens))
        if world.sync_tokens[oldest][1] > now:
            return
        del world.sync_tokens[oldest]


ENDPOINTS: Mapping[str, Endpoint] = {"kf/sync_msg": Endpoint("POST", sync, "取客服消息")}
