"""What the public may read of a day: who receives people, by the fields that each lets be shown."""

from collections.abc import Mapping

from bot.services.activity_days import facts
from bot.services.context import Context
from storage import activity_rosters, region_reading
from storage.models import ActivityDay
from storage.region_reading import PublicPerson
from storage.states import AttendanceState

_COMING = frozenset({AttendanceState.ACCEPTED, *facts.HERE})


async def people_at(context: Context, day: ActivityDay, station: str) -> tuple[str, ...]:
    """Who has said that they come to a site, as the public may call them."""
    return (await people_by_station(context, day)).get(station, ())


async def people_by_station(context: Context, day: ActivityDay) -> Mapping[str, tuple[str, ...]]:
    """The same for every site of a day, read once."""
    coming = [one for one in await activity_rosters.roster_of(context.session, day.id) if one.state in _COMING]
    people = await region_reading.public_people(context.session, [one.representative_code for one in coming])
    found: dict[str, tuple[str, ...]] = {}
    for one in coming:
        if one.representative_code in people:
            name = called(people[one.representative_code])
            found[one.station_code] = (*found.get(one.station_code, ()), name)
    return found


def called(person: PublicPerson) -> str:
    """Name and post as far as they may be shown; empty `public_fields` are all but the telephone."""
    shown = person.public_fields or ("name", "unit", "post")
    name = f"{person.name}代表" if "name" in shown else "一位代表"
    post = "".join(getattr(person, field) for field in ("unit", "post") if field in shown)
    return f"{name}（{post}）" if post else name
