"""订阅 and 退订, as a word, with a station or a kind, or by a tap."""

import re

from bot.dispatch.messages import ConstituentMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.progress import bare
from bot.notices.subscribing import SUBSCRIBE, UNSUBSCRIBE
from bot.services import subscriptions
from bot.services.context import Context
from storage.subscriptions import ACTIVITY, LIVE

router = Router("subscribing")
_ITEM = re.compile(rf"(?P<act>{SUBSCRIBE}|{UNSUBSCRIBE}):(?:all|(?P<kind>[a-z]+):(?P<station>.+))")
_WORDS = {"订阅": SUBSCRIBE, "退订": UNSUBSCRIBE}
_KINDS = {"活动日": ACTIVITY, "直播": LIVE}
_FILLERS = re.compile(r"代表|提醒|全部|所有|的|和|、|[\s:：,，]+")
_PLACE = re.compile(r"[\w·]{1,20}(?:站|家|点|室|中心)")


def read(text: str) -> tuple[str, str, tuple[str, ...]] | None:
    """(act, station, kinds) of a message that is nothing else: `退订宽带太难了` is a matter, not a command."""
    words = bare(text)
    act = next((act for word, act in _WORDS.items() if words.startswith(word)), None)
    if act is None:
        return None
    rest = words[2:]
    apart = rest[:1] in (" ", ":", "：", "\u3000")
    kinds = tuple(kind for word, kind in _KINDS.items() if word in rest)
    for word in _KINDS:
        rest = rest.replace(word, " ")
    station = _FILLERS.sub("", rest)
    if station and not _PLACE.fullmatch(station) and not (apart and len(station) <= 8):
        return None
    return act, station, kinds


def _is_word(message: ConstituentMessage) -> bool:
    return not message.menu_id and message.kind == "text" and read(message.text) is not None


@router.on(ConstituentMessage, lambda one: _ITEM.fullmatch(one.menu_id) is not None)
async def tap(heard: Heard[ConstituentMessage], context: Context) -> Reply | None:
    """One tap for one station and kind, or for the end of all."""
    item = _ITEM.fullmatch(heard.message.menu_id)
    if item is None:
        return None
    if item["kind"] is None:
        return Reply((await subscriptions.end_named(context, heard.by, "", ())).render())
    change = subscriptions.subscribe if item["act"] == SUBSCRIBE else subscriptions.end
    return Reply((await change(context, heard.by, [(item["station"], item["kind"])])).render())


@router.on(ConstituentMessage, lambda one: one.menu_id == "word:订阅")
async def show(heard: Heard[ConstituentMessage], context: Context) -> Reply:
    """What there is to subscribe to."""
    return Reply((await subscriptions.offer(context, heard.by)).render())


@router.on(ConstituentMessage, _is_word)
async def write(heard: Heard[ConstituentMessage], context: Context) -> Reply | None:
    """`订阅` shows what there is, `退订` ends all; with a station or a kind they mean that."""
    said = read(heard.message.text)
    if said is None:
        return None
    act, station, kinds = said
    if act == UNSUBSCRIBE:
        return Reply((await subscriptions.end_named(context, heard.by, station, kinds)).render())
    if not station and not kinds:
        return await show(heard, context)
    return Reply((await subscriptions.subscribe_named(context, heard.by, station, kinds)).render())
