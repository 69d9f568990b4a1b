"""kf/service_state/get and trans (document 94669), and what human servicers do in their client.

The official picture of the transitions is not readable; the table follows the text and the stricter reading
of community lists: no state moves to itself but 3 (another servicer), nothing goes back, 4 is final.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from bot.simulator import codes
from bot.simulator.call import Answer, Call, Endpoint
from bot.simulator.chat import Line
from bot.simulator.codes import ApiError
from bot.simulator.kf_send import STATE_WORDS, find_constituent
from bot.simulator.kf_sync import FROM_SERVICER, append, append_event, find_account
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

ALLOWED: Final[Mapping[int, tuple[int, ...]]] = {
    UNHANDLED: (ASSISTANT, WAITING, HUMAN, ENDED),
    ASSISTANT: (WAITING, HUMAN, ENDED),
    WAITING: (HUMAN, ENDED),
    HUMAN: (HUMAN, ENDED),
    ENDED: (),
}
REPLY_CODE_LIFE, CLOSING_CODE_LIFE = timedelta(hours=48), timedelta(seconds=20)
TAKEN, TRANSFERRED, CLOSED, REOPENED = 1, 2, 3, 4


def get_state(world: World, call: Call) -> Answer:
    account = find_account(world, call)
    constituent = find_constituent(world, call.text("external_userid"))
    session = world.get_session(account, constituent)
    state = session.state_at(world.clock.now())
    call.note(constituent.nickname, f"机器人查看会话状态：{STATE_WORDS[state]}")
    answer: dict[str, Any] = {"errcode": 0, "errmsg": "ok", "service_state": state}
    return {**answer, "servicer_userid": session.servicer_userid} if state == HUMAN else answer


def transfer(world: World, call: Call) -> Answer:
    """Change the state; no session_status_change comes of it."""
    account = find_account(world, call)
    constituent = find_constituent(world, call.text("external_userid"))
    session = world.get_session(account, constituent)
    before, wanted = session.state_at(world.clock.now()), call.integer("service_state", -1)
    servicer = str(call.body.get("servicer_userid", ""))
    same_servicer = before == HUMAN and wanted == HUMAN and servicer == session.servicer_userid
    if wanted not in ALLOWED[before] or same_servicer:
        raise ApiError(codes.TRANSITION_NOT_ALLOWED, "transfer not allowed", violation="bad_transition")
    if wanted == HUMAN:
        _check_servicer(account, servicer)
    session.state, session.servicer_userid = wanted, servicer if wanted == HUMAN else ""
    call.note(constituent.nickname, f"机器人把会话从「{STATE_WORDS[before]}」转为「{STATE_WORDS[wanted]}」")
    answer = {"errcode": 0, "errmsg": "ok"}
    first_time = wanted != before and wanted in (WAITING, HUMAN, ENDED)
    return {**answer, "msg_code": _new_code(world, session)} if first_time else answer


def human_takes(world: World, account: KfAccount, constituent: Constituent, userid: str) -> None:
    """A servicer takes a waiting session, takes one over, or re-opens an ended one."""
    session = world.get_session(account, constituent)
    before, old = session.state, session.servicer_userid
    session.state, session.servicer_userid = HUMAN, userid
    change = {HUMAN: TRANSFERRED, ENDED: REOPENED}.get(before, TAKEN)
    _tell_change(world, account, session, change, old=old, new=userid)


def human_says(world: World, account: KfAccount, constituent: Constituent, text: str) -> str:
    """A servicer writes to the constituent from the client (origin 5)."""
    session = world.get_session(account, constituent)
    msgid = append(
        world,
        account,
        {
            "open_kfid": account.open_kfid,
            "external_userid": constituent.external_userid,
            "servicer_userid": session.servicer_userid,
            "origin": FROM_SERVICER,
            "msgtype": "text",
            "text": {"content": text},
        },
    )
    constituent.chat.add(Line(msgid, world.clock.now(), "person", "text", text, "delivered"))
    return msgid


def human_recalls(world: World, account: KfAccount, constituent: Constituent, msgid: str) -> None:
    """A servicer takes back what they wrote; LookupError where it is not theirs."""
    line = constituent.chat.find(msgid)
    if line is None or line.who != "person":
        raise LookupError(f"no servicer ever sent {msgid}")
    constituent.chat.change(msgid, state="recalled")
    event = {
        "event_type": "servicer_recall_msg",
        "open_kfid": account.open_kfid,
        "external_userid": constituent.external_userid,
        "recall_msgid": msgid,
        "servicer_userid": world.get_session(account, constituent).servicer_userid,
    }
    append_event(world, account, event)


def human_ends(world: World, account: KfAccount, constituent: Constituent) -> None:
    """A servicer ends the session."""
    session = world.get_session(account, constituent)
    old = session.servicer_userid
    session.state, session.servicer_userid = ENDED, ""
    _tell_change(world, account, session, CLOSED, old=old)


def _check_servicer(account: KfAccount, userid: str) -> None:
    if userid not in account.servicers:
        raise ApiError(codes.NOT_A_SERVICER, "not a servicer", violation="bad_servicer")
    if not account.servicers[userid]:
        raise ApiError(codes.SERVICER_STOPPED, "servicer stopped")


def _new_code(world: World, session: Session) -> str:
    """A reply code (text, 48 hours) or a closing code (text or menu, 20 seconds)."""
    closing = session.state == ENDED
    code = world.next_id("MC")
    world.event_codes[code] = EventCode(
        session.open_kfid,
        session.external_userid,
        expires_at=world.clock.now() + (CLOSING_CODE_LIFE if closing else REPLY_CODE_LIFE),
        msgtypes=("text", "msgmenu") if closing else ("text",),
        needs_state=session.state,
    )
    return code


def _tell_change(
    world: World, account: KfAccount, session: Session, change: int, *, old: str = "", new: str = ""
) -> None:
    event: dict[str, Any] = {
        "event_type": "session_status_change",
        "open_kfid": account.open_kfid,
        "external_userid": session.external_userid,
        "change_type": change,
    }
    if change in (TRANSFERRED, CLOSED, REOPENED):
        event["old_servicer_userid"] = old
    if change in (TAKEN, TRANSFERRED, REOPENED):
        event["new_servicer_userid"] = new
    if change in (TAKEN, CLOSED):
        event["msg_code"] = _new_code(world, session)
    append_event(world, account, event)


ENDPOINTS: Mapping[str, Endpoint] = {
    "kf/service_state/get": Endpoint("POST", get_state, "查看会话状态"),
    "kf/service_state/trans": Endpoint("POST", transfer, "变更会话状态"),
}
