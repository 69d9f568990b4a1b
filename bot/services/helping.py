"""What the bot answers by itself: questions about the station, and adverts. One tap brings a person."""

from datetime import timedelta

import orjson

from bot.notices.constituent_menu import LooksLikeAdvert, ServiceAnswer, StationFacts
from bot.notices.content import Content
from bot.services import public_people, station_pages
from bot.services.cases import Saying
from bot.services.context import Context
from bot.services.conversations import Caller

_MOST_PEOPLE = 5


async def answer(context: Context, caller: Caller, saying: Saying, kind: str, station_code: str | None) -> Content:
    """Answer, and keep the words for a while in case a person should read them."""
    _hold(context, caller, saying)
    if kind == "spam":
        return LooksLikeAdvert().render()
    return ServiceAnswer(await _facts(context, station_code)).render()


async def _facts(context: Context, station_code: str | None) -> StationFacts | None:
    """The public facts of the station that the question is for; none where only the centre is left."""
    station = context.roster.stations.get(station_code or "")
    entry = context.directory.stations.get(station_code or "")
    if station is None or entry is None:
        return None
    shown = await public_people.find_station(context.session, station.code)
    people = [f"{one.name}代表" for one in (shown.people if shown else ()) if one.name]
    named = people if len(people) <= _MOST_PEOPLE else [*people[:_MOST_PEOPLE], f"等 {len(people)} 位"]
    page = station_pages.page_url(context.public_url, station.code)
    return StationFacts(entry.name, station.address, entry.open_hours, entry.phone, tuple(named), page)


def _hold(context: Context, caller: Caller, saying: Saying) -> None:
    caller.conversation.held_sealed = context.vault.seal(orjson.dumps(saying))
    caller.conversation.held_at = context.now


def take_held(context: Context, caller: Caller) -> Saying | None:
    """The words that were kept, once, and only for a while."""
    conversation = caller.conversation
    sealed, since = conversation.held_sealed, conversation.held_at
    conversation.held_sealed = conversation.held_at = None
    if sealed is None or since is None or context.now - since > timedelta(hours=context.rules.held_hours):
        return None
    return Saying.load(orjson.loads(context.vault.open(sealed)))
