"""Live broadcasts: reserved by the API, started and ended by their anchor (documents 93635 to 93640, 94145).

The pages give no numbers for an unknown living, for words that are too long or for a time that is over: the first
is refused like somebody else's (92008), the others as a wrong parameter (40058).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.simulator import codes
from bot.simulator.call import Answer, Call, Endpoint
from bot.simulator.callbacks import Callback
from bot.simulator.codes import ApiError
from bot.simulator.state import CANCELLED, LIVE, OVER, RESERVED, Living, Member, Watch, World

THEME_CHARACTERS, THEME_BYTES = 20, 60
DESCRIPTION_CHARACTERS, DESCRIPTION_BYTES = 100, 300
TYPES = (0, 3, 4)  # 1 and 2 are for schools and the IT trade
LAST_SECOND = 32_503_680_000  # the year 3000
REPLAY_TAKES = timedelta(minutes=10)
REPLAY_READY, REPLAY_MAKING = 0, 1
FIRST_KEY = "0"
NEXT_KEY = re.compile(r"WATCH([0-9]{1,9})")
BECAME = {RESERVED: "预约好了", LIVE: "开始了", OVER: "结束了", CANCELLED: "取消了"}


def create(world: World, call: Call) -> Answer:
    """Reserve a living; the app is told of it like of every later change."""
    anchor = world.find_member(call.text("anchor_userid"))
    if anchor is None or not anchor.visible:
        raise ApiError(codes.NO_SUCH_USER, "anchor_userid not found")
    if missing := [name for name in ("theme", "living_start", "living_duration") if name not in call.body]:
        raise _wrong(missing[0])
    living = Living(world.next_id("LIVING"), anchor, "", "", world.clock.now(), 0)
    _change(living, call, world.clock.now())
    world.livings[living.livingid] = living
    call.note(anchor.name, f"机器人为{anchor.name}预约直播「{living.theme}」", livingid=living.livingid)
    _push(world, living)
    return {"errcode": 0, "errmsg": "ok", "livingid": living.livingid}


def modify(world: World, call: Call) -> Answer:
    """Change what was announced, while it is reserved; what is left out stays."""
    living = _find_reserved(world, call)
    _change(living, call, world.clock.now())
    call.note(living.anchor.name, f"机器人修改直播「{living.theme}」的预约", livingid=living.livingid)
    return {"errcode": 0, "errmsg": "ok"}


def cancel(world: World, call: Call) -> Answer:
    living = _find_reserved(world, call)
    living.state = CANCELLED
    call.note(living.anchor.name, f"机器人取消直播「{living.theme}」", livingid=living.livingid)
    _push(world, living)
    return {"errcode": 0, "errmsg": "ok"}


def get_info(world: World, call: Call) -> Answer:
    living = _find_own(world, call.query.get("livingid"))
    call.note(living.anchor.name, f"机器人查看直播「{living.theme}」", livingid=living.livingid)
    return {"errcode": 0, "errmsg": "ok", "living_info": _info(living, world.clock.now())}


def get_user_all_livingid(world: World, call: Call) -> Answer:
    """A page of the livings of a member, whoever reserved them."""
    anchor = world.find_member(call.text("userid"))
    if anchor is None or not anchor.visible:
        raise ApiError(codes.NO_SUCH_USER, "userid not found")
    everything = [living.livingid for living in world.livings.values() if living.anchor is anchor]
    start = _position(call.body.get("cursor", FIRST_KEY))
    size = min(max(call.integer("limit", 20), 1), 100, max(world.dice.faults.watch_page_size, 1))
    end = start + size
    call.note(anchor.name, f"机器人查看{anchor.name}的直播：{len(everything[start:end])} 场")
    return {
        "errcode": 0,
        "errmsg": "ok",
        "next_cursor": f"WATCH{end}" if end < len(everything) else "",
        "livingid_list": everything[start:end],
    }


def get_watch_stat(world: World, call: Call) -> Answer:
    """A page of those who watched; the faults make it short, or empty though there is more."""
    living = _find_own(world, call.body.get("livingid"))
    start = _position(call.body.get("next_key", FIRST_KEY))
    dice, everybody = world.dice, list(living.watches.items())
    size = 0 if start < len(everybody) and dice.page_is_empty() else max(dice.faults.watch_page_size, 1)
    page = everybody[start : start + size]
    end = start + len(page)
    call.note("", f"机器人查看直播「{living.theme}」的观众：{len(page)} 人", count=len(page))
    return {
        "errcode": 0,
        "errmsg": "ok",
        "ending": int(end >= len(everybody)),
        "next_key": f"WATCH{end}",
        "stat_info": {
            "users": [{"userid": who, **_watched(each)} for who, each in page if each.is_member],
            "external_users": [
                {"external_userid": who, "type": 1, "name": each.name, **_watched(each)}
                for who, each in page
                if not each.is_member
            ],
        },
    }


def reserve(world: World, anchor: Member, theme: str, starts_at: datetime, duration_seconds: int) -> str:
    """A member reserves one in the client, which no app is told of; its id."""
    living = Living(world.next_id("LIVING"), anchor, theme, "", starts_at, duration_seconds, by_app=False)
    world.livings[living.livingid] = living
    world.trace.add("person", "living", anchor.name, f"{anchor.name}在企业微信里预约了直播「{theme}」")
    return living.livingid


def start(world: World, living: Living) -> None:
    """The anchor goes live; ValueError unless it is reserved."""
    _expect(world, living, RESERVED)
    living.state, living.began_at = LIVE, world.clock.now()
    _act(world, living, "开始直播")


def end(world: World, living: Living) -> None:
    """The anchor ends it; ValueError unless it is live."""
    _expect(world, living, LIVE)
    living.state, living.ended_at = OVER, world.clock.now()
    _act(world, living, "结束直播")


def watch(world: World, living: Living, who: str, seconds: int, comments: int, *, speaks: bool) -> None:
    """A member or constituent watches, several times perhaps; ValueError unless it is live."""
    _expect(world, living, LIVE)
    if seconds < 0 or comments < 0:
        raise ValueError("seconds and comments are not below nought")
    known = _find_viewer(world, who)
    seen = living.watches.setdefault(who, known)
    seen.seconds += seconds
    seen.comments += comments
    seen.spoke = seen.spoke or speaks
    seen.until = world.clock.now() + timedelta(seconds=seconds)
    world.trace.add("person", "living", seen.name, f"{seen.name}看了直播「{living.theme}」")


def subscribe(world: World, living: Living, who: str) -> None:
    """Somebody wants to be reminded; ValueError unless it is reserved."""
    _expect(world, living, RESERVED)
    viewer = _find_viewer(world, who)
    living.subscribers.add(who)
    world.trace.add("person", "living", viewer.name, f"{viewer.name}预约观看直播「{living.theme}」")


def _find_own(world: World, livingid: object) -> Living:
    living = world.livings.get(livingid) if isinstance(livingid, str) else None
    if living is None or not living.by_app:
        raise ApiError(codes.NOT_YOUR_LIVING, "no permission to this living", violation="not_your_living")
    return living


def _find_reserved(world: World, call: Call) -> Living:
    living = _find_own(world, call.text("livingid"))
    if living.status_at(world.clock.now()) != RESERVED:
        raise ApiError(codes.LIVING_NOT_RESERVED, "living has started or been canceled")
    return living


def _change(living: Living, call: Call, now: datetime) -> None:
    """Read everything before anything is changed."""
    body = call.body
    theme = call.text("theme") if "theme" in body else living.theme
    description = body.get("description", living.description)
    starts_at = _instant(call) if "living_start" in body else living.starts_at
    duration = call.integer("living_duration", living.duration_seconds)
    kind, remind = call.integer("type", living.type), call.integer("remind_time", living.remind_seconds)
    _check_words("theme", theme, THEME_CHARACTERS, THEME_BYTES)
    _check_words("description", description, DESCRIPTION_CHARACTERS, DESCRIPTION_BYTES)
    if not 0 < duration < LAST_SECOND or starts_at + timedelta(seconds=duration) <= now:
        raise _wrong("living_duration")
    if kind not in TYPES or remind < 0:
        raise _wrong("type or remind_time")
    living.theme, living.description = theme, description
    living.starts_at, living.duration_seconds = starts_at, duration
    living.type, living.remind_seconds = kind, remind


def _check_words(name: str, words: object, characters: int, limit: int) -> None:
    if not isinstance(words, str) or len(words) > characters or len(words.encode()) > limit:
        raise _wrong(name)


def _instant(call: Call) -> datetime:
    seconds = call.integer("living_start", 0)
    if not 0 < seconds < LAST_SECOND:
        raise _wrong("living_start")
    return datetime.fromtimestamp(seconds, UTC)


def _wrong(name: str) -> ApiError:
    return ApiError(codes.BAD_PARAMETER, f"missing or invalid parameter: {name}", violation="bad_living")


def _position(next_key: object) -> int:
    if next_key in (FIRST_KEY, ""):
        return 0
    found = NEXT_KEY.fullmatch(next_key) if isinstance(next_key, str) else None
    if found is None:
        raise ApiError(codes.BAD_PARAMETER, "invalid next_key", violation="bad_next_key")
    return int(found[1])


def _info(living: Living, now: datetime) -> dict[str, Any]:
    began, ended = living.began_at, living.ended_at
    watches = living.watches.values()
    is_live, reserved_start = living.state == LIVE, int(living.starts_at.timestamp())
    shown: dict[str, Any] = {
        "theme": living.theme,
        "living_start": int(began.timestamp()) if began else reserved_start,
        "living_duration": int(((ended or now) - began).total_seconds()) if began else living.duration_seconds,
        "status": living.status_at(now),
        "reserve_start": reserved_start,
        "reserve_living_duration": living.duration_seconds,
        "description": living.description,
        "anchor_userid": living.anchor.userid,
        "main_department": 1,
        "viewer_num": len(watches),
        "comment_num": sum(each.comments for each in watches),
        "mic_num": sum(each.spoke for each in watches),
        "open_replay": int(ended is not None),
        "type": living.type,
        "online_count": sum(is_live and each.until is not None and each.until > now for each in watches),
        "subscribe_count": len(living.subscribers),
    }
    if ended is not None:
        shown["replay_status"] = REPLAY_MAKING if now < ended + REPLAY_TAKES else REPLAY_READY
    return shown


def _watched(each: Watch) -> dict[str, int]:
    return {"watch_time": each.seconds, "is_comment": int(each.comments > 0), "is_mic": int(each.spoke)}


def _find_viewer(world: World, who: str) -> Watch:
    """A fresh record of a constituent or member; LookupError where there is none."""
    constituent = world.constituents.get(who)
    if constituent is not None:
        return Watch(is_member=False, name=constituent.nickname)
    return Watch(is_member=True, name=world.get_member(who).name)


def _expect(world: World, living: Living, state: int) -> None:
    if (found := living.status_at(world.clock.now())) != state:
        raise ValueError(f"living {living.livingid} is in state {found}, not {state}")


def _act(world: World, living: Living, verb: str) -> None:
    name = living.anchor.name
    world.trace.add("person", "living", name, f"{name}{verb}「{living.theme}」")
    if living.by_app:
        _push(world, living)


def _push(world: World, living: Living) -> None:
    """living_status_change; never sent for one that expired."""
    anchor, event = living.anchor, "living_status_change"
    told = {
        "FromUserName": anchor.userid,
        "CreateTime": world.now_seconds(),
        "MsgType": "event",
        "Event": event,
        "LivingId": living.livingid,
        "Status": living.state,
        "AgentID": world.agent_id,
    }
    sentence = f"企业微信通知机器人：直播「{living.theme}」{BECAME[living.state]}"
    world.post(Callback(event, told, app=True, who=anchor.name, sentence=sentence))


ENDPOINTS: Mapping[str, Endpoint] = {
    "living/create": Endpoint("POST", create, "预约直播"),
    "living/modify": Endpoint("POST", modify, "修改直播"),
    "living/cancel": Endpoint("POST", cancel, "取消直播"),
    "living/get_living_info": Endpoint("GET", get_info, "查看直播"),
    "living/get_user_all_livingid": Endpoint("POST", get_user_all_livingid, "查看成员的直播"),
    "living/get_watch_stat": Endpoint("POST", get_watch_stat, "查看直播观众"),
}
