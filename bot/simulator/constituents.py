"""What constituents do in ordinary WeChat: scan, write, send, recall."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.simulator.app_content import MEDIA_WORDS
from bot.simulator.chat import Line
from bot.simulator.kf_accounts import check_scene
from bot.simulator.kf_sync import FROM_CONSTITUENT, append, append_event
from bot.simulator.media import CONSTITUENT_LIMITS
from bot.simulator.state import (
    ENDED,
    SESSION_SPAN,
    UNHANDLED,
    Constituent,
    EventCode,
    KfAccount,
    Session,
    World,
)
from bot.simulator.text import shorten

WELCOME_CODE_LIFE = timedelta(seconds=20)
TOO_LARGE_HINT = "[文件过大，请在微信客户端查看]"


def enter(
    world: World, constituent: Constituent, account: KfAccount, scene: str, scene_param: str, label: str
) -> None:
    """Enter by a link: enter_session, with a welcome_code only after 48 quiet and unwelcomed hours."""
    check_scene(scene, scene_param)
    session, now = world.get_session(account, constituent), world.clock.now()
    session.entered_at, session.scene = now, scene
    session.scene_param = scene_param if scene else ""
    constituent.last_open_kfid = account.open_kfid
    event: dict[str, Any] = {
        "event_type": "enter_session",
        "open_kfid": account.open_kfid,
        "external_userid": constituent.external_userid,
        "scene": session.scene,
        "scene_param": session.scene_param,
    }
    if _may_be_welcomed(session, now):
        event["welcome_code"] = _new_welcome_code(world, session, now)
    label = label or (f"{scene} {session.scene_param}".strip() if scene else account.name)
    constituent.chat.add(Line(world.next_id("enter"), now, "me", "enter", label, "sent"))
    world.trace.add("person", "enter", constituent.nickname, f"{constituent.nickname}扫码进入：{label}")
    append_event(world, account, event)


def scan(world: World, constituent: Constituent, url: str) -> None:
    """Enter by a link that kf/add_contact_way made; LookupError where it made none such."""
    query = parse_qs(urlsplit(url).query)
    open_kfid, scene = world.contact_ways.get(query.get("enc_scene", [""])[0], ("", ""))
    if not open_kfid:
        raise LookupError("the link was altered or never made: no callback comes of it")
    account = world.get_account(open_kfid)
    enter(world, constituent, account, scene, query.get("scene_param", [""])[0], "")


def say(world: World, constituent: Constituent, account: KfAccount, text: str, menu_id: str | None) -> str:
    body = {"content": text} if menu_id is None else {"content": text, "menu_id": menu_id}
    words = f"{constituent.nickname}{'点了' if menu_id else '说'}：{shorten(text)}"
    line = Line("", world.clock.now(), "me", "text", text, "sent")
    return _send(world, constituent, account, "text", body, line, words)


def send_media(
    world: World, constituent: Constituent, account: KfAccount, kind: str, filename: str, content: bytes
) -> str:
    """A picture, voice, video or file; one that is too large arrives as a text hint."""
    if kind not in CONSTITUENT_LIMITS:
        raise ValueError(f"kind {kind!r}: image, voice, video or file")
    if len(content) > CONSTITUENT_LIMITS[kind]:
        return say(world, constituent, account, TOO_LARGE_HINT, None)
    media = world.media.keep(world.next_id("MEDIA"), kind, filename, content)
    line = Line(
        id="",
        at=world.clock.now(),
        who="me",
        kind=kind,
        text=f"{MEDIA_WORDS[kind]} {filename}",
        state="sent",
        media_id=media.media_id,
        extra={"filename": filename, "bytes": len(content)},
    )
    words = f"{constituent.nickname}发来{MEDIA_WORDS[kind]}{filename}"
    return _send(world, constituent, account, kind, {"media_id": media.media_id}, line, words)


def send_location(
    world: World,
    constituent: Constituent,
    account: KfAccount,
    latitude: float,
    longitude: float,
    name: str,
    address: str,
) -> str:
    body = {"latitude": latitude, "longitude": longitude, "name": name, "address": address}
    line = Line("", world.clock.now(), "me", "location", f"{name}\n{address}", "sent", extra=body)
    words = f"{constituent.nickname}发来位置：{name}"
    return _send(world, constituent, account, "location", body, line, words)


def send_other(
    world: World, constituent: Constituent, account: KfAccount, msgtype: str, body: Mapping[str, Any] | None
) -> str:
    """Any other msgtype, known or not, as the platform may bring it one day; no body where None."""
    line = Line("", world.clock.now(), "me", msgtype, f"[{msgtype}]", "sent", extra=body or {})
    return _send(world, constituent, account, msgtype, body, line, f"{constituent.nickname}发来[{msgtype}]")


def recall(world: World, constituent: Constituent, account: KfAccount, msgid: str) -> None:
    """Take a message back; LookupError where it is not theirs."""
    line = constituent.chat.find(msgid)
    if line is None or line.who != "me":
        raise LookupError(f"{constituent.external_userid} never sent {msgid}")
    constituent.chat.change(msgid, state="recalled")
    world.trace.add("person", "recall", constituent.nickname, f"{constituent.nickname}撤回了一条消息")
    append_event(
        world,
        account,
        {
            "event_type": "user_recall_msg",
            "open_kfid": account.open_kfid,
            "external_userid": constituent.external_userid,
            "recall_msgid": msgid,
        },
    )


def _send(
    world: World,
    constituent: Constituent,
    account: KfAccount,
    msgtype: str,
    body: Mapping[str, Any] | None,
    line: Line,
    words: str,
) -> str:
    _reopen(world.get_session(account, constituent), world.clock.now())
    constituent.last_open_kfid = account.open_kfid
    world.trace.add("person", msgtype, constituent.nickname, words)
    msgid = append(
        world,
        account,
        {
            "open_kfid": account.open_kfid,
            "external_userid": constituent.external_userid,
            "origin": FROM_CONSTITUENT,
            "msgtype": msgtype,
            **({} if body is None else {msgtype: body}),
        },
    )
    constituent.chat.add(replace(line, id=msgid))
    return msgid


def _reopen(session: Session, now: datetime) -> None:
    """A message opens an ended or lapsed session and gives five new answers."""
    if session.state_at(now) == ENDED:
        session.state, session.servicer_userid = UNHANDLED, ""
    session.ever_began = True
    session.asked_at = now
    session.sent_since_asked = 0


def _may_be_welcomed(session: Session, now: datetime) -> bool:
    times = (session.asked_at, session.welcomed_at)
    return all(at is None or now - at >= SESSION_SPAN for at in times)


def _new_welcome_code(world: World, session: Session, now: datetime) -> str:
    code = world.next_id("WC")
    world.event_codes[code] = EventCode(
        session.open_kfid,
        session.external_userid,
        expires_at=now + WELCOME_CODE_LIFE,
        msgtypes=("text", "msgmenu"),
        welcome=True,
    )
    return code
