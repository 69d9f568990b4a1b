"""message/send, message/update_template_card, message/recall (documents 90236, 94888, 94867)."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.simulator import codes
from bot.simulator.app_content import Content, read_content
from bot.simulator.call import Answer, Call, Endpoint
from bot.simulator.cards import check_card, is_updatable
from bot.simulator.chat import Line
from bot.simulator.codes import ApiError
from bot.simulator.state import AppMessage, Member, ResponseCode, World
from bot.simulator.text import read_card, shorten

RECIPIENTS = 1000
RESPONSE_CODE_LIFE = timedelta(hours=72)
RECALL_SPAN = timedelta(hours=24)
PER_MINUTE, PER_HOUR = 30, 1000
REPEAT_SECONDS, REPEAT_SECONDS_MAX = 1800, 14400


def send(world: World, call: Call) -> Answer:
    """Deliver to every valid recipient; silently not to who has had 30 in a minute or 1,000 in an hour."""
    _check_agent(world, call)
    members, invalid = _recipients(world, call.body)
    content = read_content(world, call)
    unlicensed = [member.userid.lower() for member in members if not member.licensed]
    members = [member for member in members if member.licensed]
    answer = {
        "errcode": 0,
        "errmsg": "ok",
        "invaliduser": "|".join(invalid),
        "invalidparty": "",
        "invalidtag": "",
        "unlicenseduser": "|".join(unlicensed),
    }
    fingerprint = _fingerprint(call.body)
    if fingerprint and (earlier := _find_repeat(world, fingerprint)):
        call.note(_names(members), f"机器人重复了一条一样的消息，企业微信没有再发给{_names(members)}")
        world.trace.dropped["duplicate_check"] += 1
        return {**answer, "msgid": earlier}
    _claim_task_id(world, content)
    message = AppMessage(world.next_id("app"), world.clock.now(), call.body, holders=[])
    world.app_messages[message.msgid] = message
    for member in members:
        _deliver(world, member, message, content, dropped_by_fault=call.fate.drop)
    if fingerprint:
        _remember_repeat(world, fingerprint, message.msgid, call.body)
    call.note(_names(members), f"机器人把{_brief(content)}发给{_names(members)}", msgid=message.msgid)
    if content.card is not None and is_updatable(content.card):
        return {**answer, "msgid": message.msgid, "response_code": new_response_code(world, message.msgid)}
    return {**answer, "msgid": message.msgid}


def update(world: World, call: Call) -> Answer:
    """Change a card once per response_code, for each listed member who has that message."""
    _check_agent(world, call)
    message = _take_response_code(world, call.text("response_code"), call.body)
    wanted, invalid = _update_targets(world, message, call.body)
    button, card = call.body.get("button"), call.body.get("template_card")
    for member in wanted:
        if isinstance(button, Mapping):
            replace_button(member, message.msgid, str(button.get("replace_name", "")))
        else:
            replace_card(member, message.msgid, check_card(card, is_update=True))
    call.note(_names(wanted), f"机器人更新了{_names(wanted)}手机上的卡片", msgid=message.msgid)
    return {"errcode": 0, "errmsg": "ok", "invaliduser": invalid}


def recall(world: World, call: Call) -> Answer:
    """Take a message back within 24 hours."""
    message = world.app_messages.get(call.text("msgid"))
    if message is None or world.clock.now() - message.at >= RECALL_SPAN:
        raise ApiError(codes.BAD_PARAMETER, "msgid invalid or older than 24 hours", violation="late_recall")
    for userid in message.holders:
        world.members[userid].chat.change(message.msgid, state="recalled")
    call.note("", "机器人撤回了一条应用消息", msgid=message.msgid)
    return {"errcode": 0, "errmsg": "ok"}


def new_response_code(world: World, msgid: str) -> str:
    """A fresh right to update this message's card, for 72 hours, once."""
    code = world.next_id("RC")
    world.response_codes[code] = ResponseCode(msgid, world.clock.now() + RESPONSE_CODE_LIFE)
    return code


def replace_button(member: Member, msgid: str, text: str) -> None:
    """Grey the buttons: they now read `text` and cannot be tapped."""
    line = member.chat.find(msgid)
    card = {**(line.card if line and line.card else {}), "replace_text": text}
    member.chat.change(msgid, card=card, text=read_card(card), state="updated")


def replace_card(member: Member, msgid: str, card: Mapping[str, Any]) -> None:
    """Put a new card in the place of the old one; it keeps its task_id unless it brings its own."""
    line = member.chat.find(msgid)
    before = line.card if line and line.card else {}
    new = {"task_id": before.get("task_id", ""), **card}
    member.chat.change(msgid, card=new, text=read_card(new), state="updated")


def add_app_line(world: World, member: Member, msgid: str, content: Content) -> None:
    """Put something of the app's on a member's phone."""
    member.chat.add(
        Line(
            id=msgid,
            at=world.clock.now(),
            who="bot",
            kind=content.kind,
            text=content.text,
            state="delivered",
            card=content.card,
            media_id=content.media_id,
            extra=content.extra,
        )
    )
    world.receivers.append((member.chat.revision, member.userid))


def _deliver(
    world: World, member: Member, message: AppMessage, content: Content, *, dropped_by_fault: bool
) -> None:
    if dropped_by_fault:
        world.trace.dropped["message/send by fault"] += 1
        return
    if not _within_limits(member, world.clock.now()):
        world.trace.dropped["member_rate"] += 1
        world.violate("member_rate_exceeded")
        return
    add_app_line(world, member, message.msgid, content)
    message.holders.append(member.userid)


def _within_limits(member: Member, now: datetime) -> bool:
    """30 a minute and 1,000 an hour from one app to one member; what is dropped is not counted."""
    for window, span in ((member.minute, 60), (member.hour, 3600)):
        while window and (now - window[0]).total_seconds() >= span:
            window.popleft()
    if len(member.minute) >= PER_MINUTE or len(member.hour) >= PER_HOUR:
        return False
    member.minute.append(now)
    member.hour.append(now)
    return True


def _check_agent(world: World, call: Call) -> None:
    agent_id = call.body.get("agentid")
    if agent_id is None:
        raise ApiError(codes.NO_AGENT_ID, "agentid missing", violation="bad_agentid")
    if not isinstance(agent_id, int | str) or not str(agent_id).isdigit():
        raise ApiError(codes.BAD_AGENT_ID, "invalid agentid", violation="bad_agentid")
    if int(agent_id) != world.agent_id:
        raise ApiError(
            codes.NOT_YOUR_AGENT, "not allow operate another agent with this accesstoken", violation="bad_agentid"
        )


def _recipients(world: World, body: Mapping[str, Any]) -> tuple[list[Member], list[str]]:
    """Members inside the app's visibility, each once, and the others in lower case."""
    touser = body.get("touser", "")
    if touser == "@all":
        return [member for member in world.members.values() if member.visible], []
    if not isinstance(touser, str):
        raise ApiError(codes.BAD_PARAMETER, "touser must be a string")
    userids = [each for each in touser.split("|") if each]
    if not userids:
        raise ApiError(codes.NO_RECIPIENT, "no recipient", violation="no_recipient")
    if len(userids) > RECIPIENTS:
        raise ApiError(codes.TOO_MANY_USERIDS, "userid list too long", violation="too_many_recipients")
    valid, invalid = _sort_userids(world, userids)
    if not valid:
        raise ApiError(codes.NO_VALID_RECIPIENT, "user & party & tag all invalid")
    return valid, invalid


def _sort_userids(world: World, userids: Sequence[str]) -> tuple[list[Member], list[str]]:
    valid: dict[str, Member] = {}
    invalid: dict[str, None] = {}
    for userid in userids:
        member = world.find_member(userid)
        if member is None or not member.visible:
            invalid[userid.lower()] = None
        else:
            valid[member.userid] = member
    return list(valid.values()), list(invalid)


def _fingerprint(body: Mapping[str, Any]) -> str:
    if not body.get("enable_duplicate_check"):
        return ""
    return json.dumps(body, sort_keys=True, ensure_ascii=False)


def _find_repeat(world: World, fingerprint: str) -> str:
    until, msgid = world.repeats.get(fingerprint, (world.clock.now(), ""))
    return msgid if world.clock.now() < until else ""


def _remember_repeat(world: World, fingerprint: str, msgid: str, body: Mapping[str, Any]) -> None:
    seconds = body.get("duplicate_check_interval", REPEAT_SECONDS)
    seconds = seconds if isinstance(seconds, int) else REPEAT_SECONDS
    until = world.clock.now() + timedelta(seconds=min(seconds, REPEAT_SECONDS_MAX))
    world.repeats.pop(fingerprint, None)
    world.repeats[fingerprint] = (until, msgid)
    oldest = next(iter(world.repeats))
    if world.repeats[oldest][0] <= world.clock.now():
        del world.repeats[oldest]


def _claim_task_id(world: World, content: Content) -> None:
    """A task_id is unique within the app (the number of the refusal is not documented)."""
    task_id = str(content.card.get("task_id", "")) if content.card else ""
    if task_id and task_id in world.task_ids:
        raise ApiError(codes.TASK_ID_TAKEN, "task_id already used", violation="task_id_taken")
    if task_id:
        world.task_ids.add(task_id)


def _take_response_code(world: World, code: str, body: Mapping[str, Any]) -> AppMessage:
    """Check the request before the code is spent; ApiError 60140 for a bad, used or old code."""
    if not isinstance(body.get("button"), Mapping):
        check_card(body.get("template_card"), is_update=True)
    right = world.response_codes.get(code)
    if right is None or right.used or world.clock.now() >= right.expires_at:
        raise ApiError(codes.BAD_RESPONSE_CODE, "response_code invalid or expired", violation="bad_response_code")
    right.used = True
    return world.app_messages[right.msgid]


def _update_targets(world: World, message: AppMessage, body: Mapping[str, Any]) -> tuple[list[Member], list[str]]:
    holders = set(message.holders)
    if body.get("atall"):
        return [world.members[userid] for userid in message.holders], []
    userids = body.get("userids", [])
    if not isinstance(userids, list) or not userids:
        raise ApiError(codes.NO_RECIPIENT, "no userids", violation="no_recipient")
    if len(userids) > RECIPIENTS:
        raise ApiError(codes.TOO_MANY_USERIDS, "userid list too long", violation="too_many_recipients")
    valid, invalid = _sort_userids(world, userids)
    strangers = [member.userid.lower() for member in valid if member.userid not in holders]
    return [member for member in valid if member.userid in holders], invalid + strangers


def _brief(content: Content) -> str:
    title = (content.card or {}).get("main_title", {}).get("title") or content.text
    return f"{'卡片' if content.card else '消息'}「{shorten(title)}」"


def _names(members: Sequence[Member]) -> str:
    if not members:
        return "没有人"
    names = "、".join(member.name for member in members[:3])
    return names if len(members) <= 3 else f"{names}等 {len(members)} 人"


ENDPOINTS: Mapping[str, Endpoint] = {
    "message/send": Endpoint("POST", send, "发送应用消息"),
    "message/update_template_card": Endpoint("POST", update, "更新卡片"),
    "message/recall": Endpoint("POST", recall, "撤回应用消息"),
}
