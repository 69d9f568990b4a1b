"""订阅 and 退订: the separate consent to be reminded, per station and kind, and its end (PIPL, Art. 15 and 29)."""

import logging
from collections.abc import Sequence

from bot.calendars.ladders import Step, parse_ladder
from bot.notices.subscribing import Choice, NothingToEnd, Subscribed, SubscribeMenu, Unsubscribed
from bot.services import calendar_addresses
from bot.services.activity_days import showing
from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.directory import StationEntry
from bot.services.reminders import holding
from storage import subscriptions
from storage.subscriptions import ACTIVITY, KINDS

log = logging.getLogger(__name__)
MOST_NAMED = 3  # stations of a similar name that are offered
MOST_HOMES = 2  # where nobody knows yet which station is theirs


async def offer(context: Context, caller: Caller, *, unknown: bool = False) -> SubscribeMenu:
    """What they have and what they could have: their own station and the home above it."""
    return await _menu(context, caller, _stations_of(context, caller), unknown=unknown)


async def subscribe_named(
    context: Context, caller: Caller, words: str, kinds: Sequence[str]
) -> Subscribed | SubscribeMenu:
    """By a station's name, or without one the station of their own; several of a name are shown."""
    if words:
        found = _named(context, words)
        if len(found) > 1:
            return await _menu(context, caller, found[:MOST_NAMED])
    else:
        found = _stations_of(context, caller)[:1]
    if not found:
        return await offer(context, caller, unknown=bool(words))
    return await subscribe(context, caller, [(found[0].code, kind) for kind in kinds or (ACTIVITY,)])


async def subscribe(
    context: Context, caller: Caller, wanted: Sequence[tuple[str, str]]
) -> Subscribed | SubscribeMenu:
    """They want these (station, kind) from now on; once each."""
    known = [(code, kind) for code, kind in wanted if code in context.directory.stations and kind in KINDS]
    if not known:
        return await offer(context, caller, unknown=True)
    conversation = caller.conversation.id
    new = [
        await subscriptions.subscribe(context.session, conversation, code, kind, context.now)
        for code, kind in known
    ]
    log.info("subscribed", extra={"conversation": conversation, "subscriptions": known})
    return Subscribed(
        choices=tuple(_choice(context, code, kind) for code, kind in known),
        times=tuple((kind, _times(context, kind)) for kind in dict.fromkeys(kind for _, kind in known)),
        calendars=tuple(
            calendar_addresses.station_url(context.public_url, code)
            for code in dict.fromkeys(code for code, _ in known)
        ),
        already=not any(new),
    )


async def end_named(
    context: Context, caller: Caller, words: str, kinds: Sequence[str]
) -> Unsubscribed | NothingToEnd | SubscribeMenu:
    """What they name of what they have; all of it where they name nothing."""
    standing = await subscriptions.standing(context.session, caller.conversation.id)
    stations = {station.code for station in _named(context, words)}
    if words and not stations:
        return await offer(context, caller, unknown=True)
    named = [
        (one.station_code, one.kind)
        for one in standing
        if (not words or one.station_code in stations) and (not kinds or one.kind in kinds)
    ]
    return await end(context, caller, named)


async def end(context: Context, caller: Caller, unwanted: Sequence[tuple[str, str]]) -> Unsubscribed | NothingToEnd:
    """They do not want these (station, kind) any more; what waited to be said for them is void."""
    ended: list[tuple[str, str]] = []
    for code, kind in unwanted:
        ended += await subscriptions.end(
            context.session, caller.conversation.id, context.now, station_code=code, kind=kind
        )
    if not ended:
        return NothingToEnd()
    log.info("unsubscribed", extra={"conversation": caller.conversation.id, "subscriptions": ended})
    await holding.void_unwanted(context, caller.conversation.id)
    left = await subscriptions.standing(context.session, caller.conversation.id)
    return Unsubscribed(
        tuple(_choice(context, code, kind) for code, kind in ended),
        tuple(_choice(context, one.station_code, one.kind) for one in left),
    )


async def _menu(
    context: Context, caller: Caller, stations: Sequence[StationEntry], *, unknown: bool = False
) -> SubscribeMenu:
    rows = await subscriptions.standing(context.session, caller.conversation.id)
    standing = [_choice(context, one.station_code, one.kind) for one in rows]
    offered = [_choice(context, station.code, kind) for station in stations for kind in KINDS]
    return SubscribeMenu(tuple(standing), tuple(one for one in offered if one not in standing), unknown)


def _choice(context: Context, code: str, kind: str) -> Choice:
    station = context.directory.stations.get(code)
    return Choice(code, station.name if station else "联络站", kind)


def _stations_of(context: Context, caller: Caller) -> list[StationEntry]:
    """The station they scanned, else their last one, and the home above it; the homes where there is neither."""
    stations = context.directory.stations
    mine = stations.get(showing.station_of(context, caller) or "")
    if mine is None:
        tops = [station for station in stations.values() if station.parent_code not in stations]
        return sorted(tops, key=lambda station: (_leads(context, station), station.code))[:MOST_HOMES]
    top, seen = mine, {mine.code}
    while (above := stations.get(top.parent_code or "")) and above.code not in seen:
        top = above
        seen.add(top.code)
    return [mine] if top is mine else [mine, top]


def _leads(context: Context, station: StationEntry) -> bool:
    """False, which comes first, for a station that others stand below."""
    return not any(other.parent_code == station.code for other in context.directory.stations.values())


def _named(context: Context, words: str) -> list[StationEntry]:
    """Stations of this name or code; else those whose name has the words in it, the shortest first."""
    stations = context.directory.stations.values()
    exact = [station for station in stations if words in (station.name, station.code)]
    within = [station for station in stations if words in station.name]
    return exact or sorted(within, key=lambda station: (len(station.name), station.code))


def _times(context: Context, kind: str) -> tuple[str, ...]:
    """When subscribers hear of it, by the ladder as staff have it now."""
    ladder = context.rules.activity_ladder if kind == ACTIVITY else context.rules.live_ladder
    return tuple(_when(step) for step in parse_ladder(ladder).steps if step.concerns("subscribers"))


def _when(step: Step) -> str:
    if step.unit in "dw" and step.amount == 0:
        return "当天"
    unit = {"d": "天", "w": "个工作日", "h": "小时", "m": "分钟"}[step.unit]
    return f"{'后' if step.after else '前'} {step.amount} {unit}"
