"""Live broadcasts (直播): what is asked for and what WeCom tells of them (documents 93635 to 93640).

An app sees and changes only the livings that it made itself (92008), and only those still reserved can be changed
or cancelled (92006). The API neither starts nor ends a stream: the anchor does, in the client.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from bot.wecom import fields
from bot.wecom.limits import clip_bytes, clip_characters

THEME_CHARACTERS, THEME_BYTES = 20, 60
DESCRIPTION_CHARACTERS, DESCRIPTION_BYTES = 100, 300
_GENERAL = 0
_FIRST_KEY = "0"


class LivingStatus(IntEnum):
    """Where a living stands: 0 to 1 to 2, or 0 to 4, or 0 to 3 where nobody started it in time."""

    RESERVED = 0
    LIVE = 1
    ENDED = 2
    EXPIRED = 3
    CANCELLED = 4


class ReplayStatus(IntEnum):
    """What became of the recording."""

    READY = 0
    MAKING = 1
    DELETED = 2
    FAILED = 3


@dataclass(frozen=True, slots=True)
class LivingPlan:
    """What is announced. Longer words are clipped: `theme` to 20 characters, `description` to 100.

    `remind_seconds`: how long before the start WeCom reminds those who subscribed.
    """

    theme: str
    starts_at: datetime
    duration_seconds: int
    description: str = ""
    remind_seconds: int = 0


@dataclass(frozen=True, slots=True)
class LivingInfo:
    """A living as WeCom shows it.

    `starts_at` and `duration_seconds` are the real ones as soon as it began, the reserved ones until then;
    `replay` is None where there is no recording.
    """

    livingid: str
    theme: str
    description: str
    anchor_userid: str
    status: LivingStatus
    starts_at: datetime | None
    duration_seconds: int
    viewer_num: int
    comment_num: int
    mic_num: int
    online_count: int
    subscribe_count: int
    replay: ReplayStatus | None


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody who watched: a member by `userid`, or an outsider by `external_userid` and `name`; "" otherwise."""

    userid: str
    external_userid: str
    name: str
    watch_seconds: int
    commented: bool
    spoke: bool


@dataclass(frozen=True, slots=True)
class WatchPage:
    """One page of the watchers. It may be empty though it is not the last: only `ending` tells."""

    watchers: tuple[Watcher, ...]
    next_key: str
    ending: bool


def create_payload(anchor_userid: str, plan: LivingPlan) -> dict[str, object]:
    """The body of living/create (document 93637); ValueError where WeCom would refuse it."""
    if not anchor_userid:
        raise ValueError("a living has an anchor")
    return {"anchor_userid": anchor_userid, "type": _GENERAL} | _plan(plan)


def modify_payload(livingid: str, plan: LivingPlan) -> dict[str, object]:
    """The body of living/modify (document 93640); an empty description leaves the old one in place."""
    return {"livingid": livingid} | _plan(plan)


def watch_payload(livingid: str, next_key: str) -> dict[str, object]:
    """The body of living/get_watch_stat (document 93636); "" as `next_key` asks for the first page."""
    return {"livingid": livingid, "next_key": next_key or _FIRST_KEY}


def parse_info(livingid: str, answer: Mapping[str, object]) -> LivingInfo | None:
    """The living in an answer of living/get_living_info; None where its status cannot be read."""
    info = fields.record(answer, "living_info")
    status = _status(info)
    if status is None:
        return None
    return LivingInfo(
        livingid=livingid,
        theme=fields.text(info, "theme"),
        description=fields.text(info, "description"),
        anchor_userid=fields.text(info, "anchor_userid"),
        status=status,
        starts_at=fields.instant(_count(info, "living_start") or _count(info, "reserve_start")),
        duration_seconds=_count(info, "living_duration") or _count(info, "reserve_living_duration"),
        viewer_num=_count(info, "viewer_num"),
        comment_num=_count(info, "comment_num"),
        mic_num=_count(info, "mic_num"),
        online_count=_count(info, "online_count"),
        subscribe_count=_count(info, "subscribe_count"),
        replay=_replay(info),
    )


def parse_watch_page(answer: Mapping[str, object]) -> WatchPage:
    """A page of living/get_watch_stat: members before outsiders, as WeCom lists them."""
    stat = fields.record(answer, "stat_info")
    found = [*fields.records(stat, "users"), *fields.records(stat, "external_users")]
    return WatchPage(
        watchers=tuple(_watcher(entry) for entry in found),
        next_key=fields.text(answer, "next_key"),
        ending=fields.whole(answer, "ending") == 1,
    )


def _plan(plan: LivingPlan) -> dict[str, object]:
    theme, description = fields.one_line(plan.theme), plan.description.strip()
    if not theme or plan.duration_seconds <= 0 or plan.remind_seconds < 0:
        raise ValueError("a living has a theme, lasts longer than no time and reminds before its start")
    body: dict[str, object] = {
        "theme": _clip(theme, THEME_CHARACTERS, THEME_BYTES),
        "living_start": int(plan.starts_at.timestamp()),
        "living_duration": plan.duration_seconds,
        "remind_time": plan.remind_seconds,
    }
    return body | (
        {"description": _clip(description, DESCRIPTION_CHARACTERS, DESCRIPTION_BYTES)} if description else {}
    )


def _clip(text: str, characters: int, limit: int) -> str:
    """The create page counts characters, the modify page three bytes for each: within both."""
    return clip_bytes(clip_characters(text, characters), limit)


def _status(info: Mapping[str, object]) -> LivingStatus | None:
    value = fields.whole(info, "status")
    if value is None:
        value = fields.whole(info, "status ")  # document 93635 writes it with a space in its example
    return LivingStatus(value) if value in set(LivingStatus) else None


def _replay(info: Mapping[str, object]) -> ReplayStatus | None:
    value = fields.whole(info, "replay_status")
    return ReplayStatus(value) if fields.whole(info, "open_replay") == 1 and value in set(ReplayStatus) else None


def _watcher(entry: Mapping[str, object]) -> Watcher:
    return Watcher(
        userid=fields.text(entry, "userid"),
        external_userid=fields.text(entry, "external_userid"),
        name=fields.text(entry, "name"),
        watch_seconds=_count(entry, "watch_time"),
        commented=fields.whole(entry, "is_comment") == 1,
        spoke=fields.whole(entry, "is_mic") == 1,
    )


def _count(source: Mapping[str, object], key: str) -> int:
    return max(fields.whole(source, key) or 0, 0)
