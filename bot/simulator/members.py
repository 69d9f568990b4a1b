"""What members do in WeCom: open the app, write to it, tap a card (documents 90239, 90240, 90241)."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.simulator import app_messages
from bot.simulator.app_content import MEDIA_WORDS, TEXT_BYTES, Content
from bot.simulator.callbacks import Callback
from bot.simulator.cards import card_from_xml, check_card, parse_reply
from bot.simulator.chat import Line
from bot.simulator.codes import ApiError
from bot.simulator.state import Member, World
from bot.simulator.text import clip_bytes, shorten

MEDIA_KINDS = ("image", "voice", "video")


def say(world: World, member: Member, text: str) -> str:
    line = Line("", world.clock.now(), "me", "text", text, "sent")
    return _send(world, member, line, {"Content": text}, f"{member.name}写：{shorten(text)}")


def send_media(world: World, member: Member, kind: str, filename: str, content: bytes) -> str:
    """A picture, voice or video. WeCom tells an app nothing of other files: ValueError."""
    if kind not in MEDIA_KINDS:
        raise ValueError(f"kind {kind!r}: WeCom brings an app only image, voice and video from its members")
    media = world.media.keep(world.next_id("MEDIA"), kind, filename, content)
    fields: dict[str, Any] = {"MediaId": media.media_id}
    if kind == "image":
        fields["PicUrl"] = f"http://simulator.invalid/picture/{media.media_id}"
    elif kind == "voice":
        fields["Format"] = "amr"
    else:
        fields["ThumbMediaId"] = media.media_id
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
    return _send(world, member, line, fields, f"{member.name}发来{MEDIA_WORDS[kind]}{filename}")


def send_location(world: World, member: Member, latitude: float, longitude: float, name: str, address: str) -> str:
    fields = {
        "Location_X": latitude,
        "Location_Y": longitude,
        "Scale": 16,
        "Label": f"{name} {address}".strip(),
        "AppType": "wxwork",
    }
    extra = {"latitude": latitude, "longitude": longitude, "name": name, "address": address}
    line = Line("", world.clock.now(), "me", "location", f"{name}\n{address}", "sent", extra=extra)
    return _send(world, member, line, fields, f"{member.name}发来位置：{name}")


def enter(world: World, member: Member) -> None:
    """Open the app's chat: enter_agent."""
    world.trace.add("person", "enter_agent", member.name, f"{member.name}打开应用")
    _post_event(world, member, "enter_agent", {"EventKey": ""}, f"企业微信通知机器人：{member.name}打开了应用")


def tap(
    world: World,
    member: Member,
    message_id: str | None,
    key: str,
    selected: Mapping[str, Sequence[str]] | None,
) -> str:
    """Tap a button (or the submit button, or an entry of the action menu); the click's response_code.

    LookupError where the member has no such card or the card has no such live button.
    """
    line = _find_card(member, message_id, key)
    card = line.card or {}
    event = "template_card_menu_event" if key in _menu_keys(card) else "template_card_event"
    response_code = app_messages.new_response_code(world, line.id)
    fields: dict[str, Any] = {
        "EventKey": key,
        "TaskId": card.get("task_id", ""),
        "CardType": card.get("card_type", ""),
        "ResponseCode": response_code,
    }
    if selected:
        fields["SelectedItems"] = {
            "SelectedItem": [
                {"QuestionKey": question, "OptionIds": {"OptionId": list(options)}}
                for question, options in selected.items()
            ]
        }
    label = _label(card, key)
    world.trace.add("person", event, member.name, f"{member.name}点了卡片上的「{label}」")
    sentence = f"企业微信通知机器人：{member.name}点了「{label}」"
    _post_event(world, member, event, fields, sentence, tapped=line.id)
    return response_code


def _send(world: World, member: Member, line: Line, fields: Mapping[str, Any], words: str) -> str:
    msg_id = world.next_msg_id()
    world.trace.add("person", line.kind, member.name, words)
    member.chat.add(
        Line(
            id=str(msg_id),
            at=line.at,
            who="me",
            kind=line.kind,
            text=line.text,
            state="sent",
            media_id=line.media_id,
            extra=line.extra,
        )
    )
    _post(
        world,
        member,
        line.kind,
        {"MsgType": line.kind, **fields, "MsgId": msg_id},
        f"企业微信把{member.name}的消息交给机器人",
    )
    return str(msg_id)


def _post_event(
    world: World, member: Member, event: str, fields: Mapping[str, Any], sentence: str, tapped: str = ""
) -> None:
    _post(world, member, event, {"MsgType": "event", "Event": event, **fields}, sentence, tapped)


def _post(
    world: World, member: Member, event: str, fields: Mapping[str, Any], sentence: str, tapped: str = ""
) -> None:
    whole = {
        "FromUserName": member.userid,
        "CreateTime": world.now_seconds(),
        **fields,
        "AgentID": world.agent_id,
    }

    def take_reply(inner: str) -> None:
        _take_reply(world, member, tapped, inner)

    world.post(Callback(event, whole, app=True, who=member.name, sentence=sentence, on_reply=take_reply))


def _take_reply(world: World, member: Member, tapped: str, inner: str) -> None:
    """A passive reply: a text, or a change of the card that was tapped, for the one who tapped it."""
    try:
        known = _apply_reply(world, member, tapped, parse_reply(inner))
    except (LookupError, TypeError, ApiError):
        known = False
    if not known:
        world.violate("bad_passive_reply")
        return
    world.trace.add("api", "passive_reply", member.name, f"机器人当场改变了{member.name}看到的内容")


def _apply_reply(world: World, member: Member, tapped: str, reply: Mapping[str, Any]) -> bool:
    """False for a kind that this event does not accept."""
    kind = reply.get("MsgType")
    if kind == "update_button" and tapped:
        app_messages.replace_button(member, tapped, str(reply["Button"]["ReplaceName"]))
    elif kind == "update_template_card" and tapped:
        card = card_from_xml(reply["TemplateCard"])
        app_messages.replace_card(member, tapped, check_card(card, is_update=True))
    elif kind == "text":
        content = Content("text", clip_bytes(str(reply["Content"]), TEXT_BYTES))
        app_messages.add_app_line(world, member, world.next_id("passive"), content)
    else:
        return False
    return True


def _find_card(member: Member, message_id: str | None, key: str) -> Line:
    lines = [member.chat.find(message_id)] if message_id else reversed(list(member.chat))
    for line in lines:
        if line is not None and line.card is not None and line.state != "recalled" and key in _live_keys(line.card):
            return line
    raise LookupError(f"{member.userid} has no card {message_id or ''} with a live button {key!r}")


def _live_keys(card: Mapping[str, Any]) -> list[str]:
    if card.get("replace_text"):
        return _menu_keys(card)
    keys = [str(button["key"]) for button in card.get("button_list", ()) if button.get("key")]
    if submit := card.get("submit_button"):
        keys.append(str(submit["key"]))
    return keys + _menu_keys(card)


def _menu_keys(card: Mapping[str, Any]) -> list[str]:
    return [str(action["key"]) for action in card.get("action_menu", {}).get("action_list", ())]


def _label(card: Mapping[str, Any], key: str) -> str:
    choices = [
        *card.get("button_list", ()),
        card.get("submit_button", {}),
        *card.get("action_menu", {}).get("action_list", ()),
    ]
    return next((str(each.get("text", key)) for each in choices if each.get("key") == key), key)
