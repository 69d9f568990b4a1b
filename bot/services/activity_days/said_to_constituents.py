"""What those are told of a day who subscribed to one of its stations."""

from collections.abc import Mapping, Sequence

from bot.notices.activity_day import DayCalledOff, DayMoved, PublicReminder
from bot.services.activity_days import facts, public
from bot.services.activity_days.changing import CANCELLED, MOVED, POSTPONED
from bot.services.context import Context
from bot.services.reminders.said import Answer, Spoken, Void
from storage import activity_days, subscriptions
from storage.models import ActivityDay


async def say(context: Context, day: ActivityDay, name: str, conversations: Sequence[int]) -> Mapping[int, Answer]:
    """The day at their station; a change to everyone who was told, also where they subscribe no more."""
    described = await facts.describe(context, day)
    if name in (CANCELLED, POSTPONED):
        off = Spoken(DayCalledOff(described, postponed=name == POSTPONED).render())
        return dict.fromkeys(conversations, off)
    if name == MOVED:
        return dict.fromkeys(conversations, Spoken(DayMoved(described).render()))
    sites = [site.station_code for site in await activity_days.sites_of(context.session, day.id)]
    theirs = await activity_days.subscribed_to(context.session, conversations, sites, subscriptions.ACTIVITY)
    people = await public.people_by_station(context, day)
    places = await facts.places(context, set(theirs.values()))
    said: dict[str, Answer] = {
        code: Spoken(PublicReminder(described, place.name, place.address, people.get(code, ())).render())
        for code, place in places.items()
    }
    return {one: said[theirs[one]] if one in theirs else Void("not subscribed") for one in conversations}
