"""kf/send_msg and kf/send_msg_on_event (documents 94677, 95122): five within 48 hours, and the codes."""

import re
from collections.abc import Mapping

from bot.simulator import codes
from bot.simulator.app_content import Content
from bot.simulator.call import Answer, Call, Endpoint
from bot.simulator.chat import Line
from bot.simulator.codes import ApiError
from bot.simulator.kf_content import MENU_CHOICES, read_kf_content
from bot.simulator.kf_sync import append_event, find_account
from bot.simulator.state import (
    ASSISTANT,
    ENDED,
    HUMAN,
    UNHANDLED,
    WAITING,
    Constituent,
    EventCode,
    KfAccount,
    Session,
    World,
)
from bot.simulator.text import shorten

MESSAGES_PER_QUESTION = 5
MSGID = re.compile(r"[0-9a-zA-Z_-]{1,32}")
STATE_WORDS = {UNHANDLED: "未处理", ASSISTANT: "智能助手", WAITING: "待接入", HUMAN: "人工接待", ENDED: "已结束"}


def send(world: World, call: Call) -> Answer:
    """One of the five messages that answer the constituent's last one."""
    account, constituent = find_account(world, call), find_constituent(world, call.text("touser"))
    session = world.get_session(account, constituent)
    msgid = _own_msgid(world, account, call)
    _check_state(session)
    _check_window(world, session)
    content = read_kf_content(world, call)
    session.sent_since_asked += 1
    session.state = ASSISTANT
    return _say(world, call, account, constituent, msgid, content, "机器人回复")


def send_on_event(world: World, call: Call) -> Answer:
    """The one message that an event's code allows; it is not counted among the five."""
    right = _find_code(world, call.text("code"))
    account, constituent = world.accounts[right.open_kfid], world.constituents[right.external_userid]
    session = world.get_session(account, constituent)
    if right.needs_state is not None and session.state != right.needs_state:
        raise ApiError(codes.STATE_FORBIDS_SENDING, "session state changed", violation="wrong_state")
    if call.text("msgtype") not in right.msgtypes:
        raise ApiError(codes.BAD_MSGTYPE, "invalid message type for this event", violation="bad_msgtype")
    msgid = _own_msgid(world, account, call)
    content = read_kf_content(world, call, menu_items=MENU_CHOICES)
    right.used = True
    if right.welcome:
        session.welcomed_at = world.clock.now()
    words = "机器人向对方问好" if right.welcome else "机器人按会话事件说"
    return _say(world, call, account, constituent, msgid, content, words)


def find_constituent(world: World, external_userid: str) -> Constituent:
    constituent = world.constituents.get(external_userid)
    if constituent is None:
        raise ApiError(codes.BAD_EXTERNAL_USERID, "invalid external userid", violation="bad_external_userid")
    return constituent


def _own_msgid(world: World, account: KfAccount, call: Call) -> str:
    """The caller's own msgid, once per account; a fresh one where none is given."""
    if "msgid" not in call.body:
        return world.next_id("sent")
    msgid = call.body["msgid"]
    if not isinstance(msgid, str) or not MSGID.fullmatch(msgid):
        raise ApiError(codes.BAD_PARAMETER, "invalid msgid", violation="bad_msgid")
    if msgid in account.msgids:
        raise ApiError(codes.KF_MSGID_TAKEN, "msgid already used", violation="kf_msgid_taken")
    return msgid


def _check_state(session: Session) -> None:
    if session.state in (UNHANDLED, ASSISTANT):
        return
    if session.state == ENDED and session.ever_began:
        raise ApiError(codes.SESSION_ENDED, "session is ended", violation="wrong_state")
    raise ApiError(codes.STATE_FORBIDS_SENDING, "send msg session status invalid", violation="wrong_state")


def _check_window(world: World, session: Session) -> None:
    if not session.asked_within_48_hours(world.clock.now()):
        raise ApiError(codes.OVER_48_HOURS, "out of 48 hours", violation="over_48_hours")
    if session.sent_since_asked >= MESSAGES_PER_QUESTION:
        raise ApiError(codes.OVER_FIVE_MESSAGES, "out of 5 messages", violation="over_five_messages")


def _find_code(world: World, code: str) -> EventCode:
    right = world.event_codes.get(code)
    if right is None:
        raise ApiError(codes.BAD_WELCOME_CODE, "invalid code", violation="bad_event_code")
    if right.used:
        raise ApiError(codes.WELCOME_TAKEN, "code already used", violation="event_code_reused")
    if world.clock.now() >= right.expires_at:
        raise ApiError(codes.BAD_WELCOME_CODE, "code expired", violation="late_event_code")
    return right


def _say(
    world: World,
    call: Call,
    account: KfAccount,
    constituent: Constituent,
    msgid: str,
    content: Content,
    words: str,
) -> Answer:
    account.msgids[msgid] = constituent.external_userid
    call.note(constituent.nickname, f"{words}「{constituent.nickname}」：{shorten(content.text)}", msgid=msgid)
    answer = {"errcode": 0, "errmsg": "ok", "msgid": msgid}
    if call.fate.drop:
        world.trace.dropped[f"{call.api} by fault"] += 1
        return answer
    failed = call.fate.fail_type is not None
    constituent.chat.add(
        Line(
            id=msgid,
            at=world.clock.now(),
            who="bot",
            kind=content.kind,
            text=content.text,
            state="failed" if failed else "delivered",
            menu=content.extra if content.kind == "msgmenu" else None,
            media_id=content.media_id,
            extra=content.extra if content.kind != "msgmenu" else {},
        )
    )
    if failed:
        _tell_failure(world, account, constituent, msgid, call.fate.fail_type or 0)
    return answer


def _tell_failure(world: World, account: KfAccount, constituent: Constituent, msgid: str, fail_type: int) -> None:
    """errcode 0 was not delivery: the event says so afterwards."""
    world.trace.dropped["msg_send_fail"] += 1
    append_event(
        world,
        account,
        {
            "event_type": "msg_send_fail",
            "open_kfid": account.open_kfid,
            "external_userid": constituent.external_userid,
            "fail_msgid": msgid,
            "fail_type": fail_type,
        },
    )


ENDPOINTS: Mapping[str, Endpoint] = {
    "kf/send_msg": Endpoint("POST", send, "回复客服消息"),
    "kf/send_msg_on_event": Endpoint("POST", send_on_event, "发送事件响应消息"),
}
