"""Writing a notice: its words within the platform's limits, whom it is for, and a preview for its author alone."""

import re
import secrets
from dataclasses import replace
from datetime import datetime

import orjson

from bot.notices.broadcast import (
    BUTTONS,
    CARD_TEXT_LENGTH,
    MOST_OPTIONS,
    NONE,
    OK,
    OPTION_LENGTH,
    TEXT_BYTES,
    TITLE_LENGTH,
    VOTE,
    Notice,
    NoticeForPeople,
    Wording,
)
from bot.notices.content import Card, Content, Text
from bot.notices.words import defuse
from bot.services import speaking
from bot.services.broadcasts import audiences
from bot.services.broadcasts.audiences import AudienceRefused
from bot.services.broadcasts.roles import BroadcastRefused, may_write
from bot.services.context import Context
from bot.services.directory import StaffEntry
from storage import audit
from storage.keys import add_key, get_key
from storage.models import Broadcast
from storage.outbox import Purpose
from storage.states import BroadcastState

_LONGEST_NUMBER = 10**9  # of a notice: the limits hold whatever number it gets
_LINK = re.compile(r"https?://[^\s<>\"]{1,2000}")
_STATIONS_NAMED = 3


async def begin(
    context: Context,
    author_userid: str,
    wording: Wording,
    *,
    audience: str = "",
    needs_receipt: bool = False,
    urgent: bool = False,
    again: bool = False,
    wanted_at: datetime | None = None,
) -> Broadcast:
    """A draft; raise `BroadcastRefused` where its author may not, or its words cannot be sent."""
    author = context.directory.find_staff(author_userid)
    if author is None or not may_write(author):
        raise BroadcastRefused("role")
    wording = tidy(wording)
    check_wording(
        wording, sender_of(context, author), needs_receipt=needs_receipt, for_people=_is_for_people(audience)
    )
    key_id, key = await add_key(context.session, context.vault)
    broadcast = Broadcast(
        state=BroadcastState.DRAFT,
        author_userid=author.userid,
        key_id=key_id,
        wording_sealed=key.seal(orjson.dumps(wording)),
        audience=audience,
        needs_receipt=needs_receipt,
        urgent=urgent,
        again=again,
        batches=0,
        created_at=context.now,
        wanted_at=wanted_at,
    )
    context.session.add(broadcast)
    await context.session.flush()
    note(context, broadcast, author.userid, "notice drafted")
    return broadcast


def note(context: Context, broadcast: Broadcast, actor: str, act: str) -> None:
    """An audit line in the same commit."""
    audit.add_line(context.session, actor=actor, act=act, subject=f"broadcast {broadcast.id}", at=context.now)


def _is_for_people(audience: str) -> bool:
    return audience.lstrip().startswith("subscribers:")


def tidy(wording: Wording) -> Wording:
    """Without blanks around it; no lone surrogates or control characters, which no message may hold."""
    clean = {name: _clean(getattr(wording, name)) for name in ("text", "title", "link")}
    return replace(wording, **clean, options=tuple(_clean(option) for option in wording.options))


def _clean(text: str) -> str:
    shown = "".join(one for one in text if one in "\n\t" or (one.isprintable() or one == "\u200d"))
    return shown.strip()


def fitting_buttons(text: str) -> str:
    """知道了 where the text fits on a card, else none."""
    return OK if len(tidy(Wording(text)).text) <= CARD_TEXT_LENGTH else NONE


def check_wording(wording: Wording, sender: str, *, needs_receipt: bool, for_people: bool) -> None:
    """Raise `BroadcastRefused` with the exact figures where a limit does not hold."""
    if not wording.text:
        raise BroadcastRefused("empty text")
    if len(wording.title) > TITLE_LENGTH or "\n" in wording.title:
        raise BroadcastRefused("title too long", is_=len(wording.title), most=TITLE_LENGTH, unit="字")
    if wording.link and not _LINK.fullmatch(wording.link):
        raise BroadcastRefused("bad link")
    if wording.buttons not in BUTTONS or not _are_options_good(wording):
        raise BroadcastRefused("bad options")
    if wording.buttons != NONE and not for_people:
        if len(wording.text) > CARD_TEXT_LENGTH:
            raise BroadcastRefused("text too long", is_=len(wording.text), most=CARD_TEXT_LENGTH, unit="字")
        return
    said = _said(wording, sender, needs_receipt=needs_receipt, for_people=for_people)
    if (size := len(defuse(said).encode())) > TEXT_BYTES:
        raise BroadcastRefused("text too long", is_=size, most=TEXT_BYTES)


def _are_options_good(wording: Wording) -> bool:
    if wording.buttons != VOTE:
        return not wording.options
    good = all(0 < len(option) <= OPTION_LENGTH for option in wording.options)
    return good and 2 <= len(wording.options) <= MOST_OPTIONS and len(set(wording.options)) == len(wording.options)


def _said(wording: Wording, sender: str, *, needs_receipt: bool, for_people: bool) -> str:
    if for_people:
        return NoticeForPeople(sender, wording).render().text
    content = Notice(_LONGEST_NUMBER, sender, replace(wording, buttons=NONE), needs_receipt=needs_receipt).render()
    return content.text if isinstance(content, Text) else ""


async def wording_of(context: Context, broadcast: Broadcast) -> Wording:
    """What a notice says; raise `KeyDestroyed` where that was erased."""
    key = await get_key(context.session, context.vault, broadcast.key_id)
    said = orjson.loads(key.open(broadcast.wording_sealed))
    return Wording(**{**said, "options": tuple(said["options"])})


def sender_of(context: Context, author: StaffEntry | None) -> str:
    """In whose name a notice is sent: the author's station, or the service centre."""
    station = context.directory.stations.get(author.station_code or "") if author is not None else None
    centre = author is None or author.role not in {"officer", "lead"} or station is None
    return "代表联络服务中心" if centre or station is None else station.name


async def render(context: Context, broadcast: Broadcast, **how: bool | str) -> Card | Text:
    """What a member gets; `choice`, `preview` and `recalled` change its look."""
    author = context.directory.find_staff(broadcast.author_userid)
    notice = Notice(
        broadcast.id,
        sender_of(context, author),
        await wording_of(context, broadcast),
        needs_receipt=broadcast.needs_receipt,
    )
    return replace(notice, **how).render()  # type: ignore[arg-type]


async def render_for_people(context: Context, broadcast: Broadcast) -> Text:
    """What a constituent gets."""
    author = context.directory.find_staff(broadcast.author_userid)
    return NoticeForPeople(sender_of(context, author), await wording_of(context, broadcast)).render()


def choose(broadcast: Broadcast, audience: str) -> None:
    """Set whom a draft is for; raise `AudienceRefused`, or `BroadcastRefused` where it is no draft any more."""
    if broadcast.state is not BroadcastState.DRAFT:
        raise BroadcastRefused("state")
    audiences.parse_audience(audience)
    broadcast.audience = audience


async def preview(context: Context, broadcast: Broadcast) -> None:
    """The notice as it will look, to its author's own chat and nobody else's."""
    content: Content
    if _is_for_people(broadcast.audience):
        content = await render_for_people(context, broadcast)
    else:
        content = await render(context, broadcast, preview=True)
    task_id = f"preview-{broadcast.id}-{secrets.token_hex(6)}"  # any number of times, each a card of its own
    await speaking.notify_members(context, [broadcast.author_userid], Purpose.REPLY, content, task_id=task_id)


async def describe(context: Context, expression: str) -> str:
    """An audience in words; one that cannot be read any more as it was written."""
    try:
        audience = audiences.parse_audience(expression)
    except AudienceRefused:
        return "名单"
    said = [await _group_words(context, group) for group in audience.groups]
    if audience.subscribers:
        names = [_station(context, code) for code in audience.subscribers[:_STATIONS_NAMED]]
        said.append(f"订阅{'、'.join(names)}{'等' if len(audience.subscribers) > _STATIONS_NAMED else ''}的群众")
    said += [f"收到通知 {number} 的人" for number in audience.notices]
    return "、".join(said)


_BASE_WORDS = {"representatives": "代表", "officers": "联络员", "staff": "工作人员"}
_LEVEL_WORDS = {
    "national": "全国",
    "provincial": "省级",
    "city": "市级",
    "district": "区县级",
    "town": "乡镇",
    "street": "街道议政",
}


async def _group_words(context: Context, group: audiences.Group) -> str:
    words = [await _filter_words(context, name, value) for name, value in group.filters]
    return ("".join(words) or "全体") + _BASE_WORDS[group.base]


async def _filter_words(context: Context, name: str, value: str) -> str:
    match name:
        case "level":
            return _LEVEL_WORDS[value]
        case "station":
            return _station(context, value)
        case "region":
            return await audiences.name_of_region(context, value)
        case _:
            return f"{value}值班的"


def _station(context: Context, code: str) -> str:
    station = context.directory.stations.get(code)
    return station.name if station is not None else code
