"""What the scenarios of live sessions share: a session in the small town, and what became of it."""

from datetime import UTC, datetime, timedelta

from bot.services.live import planning
from bot.services.live.planning import Draft
from storage import subscriptions
from storage.live import find
from storage.models import Constituent, Conversation, LiveQuestion, LiveSession
from tests.support.town import CENTRE, OFFICER, Town

EVENING = datetime(2026, 12, 1, 11, 30, tzinfo=UTC)  # Tuesday, 19:30 in Shanghai
LINK = "https://stream.example/qianqiao"


async def draft(town: Town, **changed: object) -> int:
    """An officer writes a session down; returns its number."""
    usual: dict[str, object] = {
        "station_code": "QQ1",
        "title": "老旧小区改造",
        "starts_at": EVENING,
        "minutes": 60,
        "author": OFFICER,
        "hosts": ("R1", "R2"),
        "join_url": "" if "anchor_userid" in changed else LINK,
    }
    async with town.bot.database.begin() as session:
        wanted = Draft(**(usual | changed))  # type: ignore[arg-type]
        number = (await planning.add(await town.bot.office.open(session), wanted)).id
    await town.passes(seconds=1)
    return number


async def approved(town: Town, **changed: object) -> int:
    """One that a second person stands for."""
    number = await draft(town, **changed)
    await town.writes(CENTRE, f"直播 同意 {number}")
    await town.passes(seconds=1)
    return number


async def move(town: Town, number: int, starts_at: datetime, reason: str) -> None:
    async with town.bot.database.begin() as session:
        context = await town.bot.office.open(session)
        live = await find(session, number, lock=True)
        assert live is not None
        await planning.move(context, live, starts_at, reason, OFFICER)
    await town.passes(seconds=1)


async def cancel(town: Town, number: int, reason: str) -> None:
    async with town.bot.database.begin() as session:
        context = await town.bot.office.open(session)
        live = await find(session, number, lock=True)
        assert live is not None
        await planning.cancel(context, live, reason, OFFICER)
    await town.passes(seconds=1)


async def get(town: Town, number: int) -> LiveSession:
    async with town.bot.database.read() as session:
        live = await find(session, number)
        assert live is not None
        return live


async def state_of(town: Town, number: int) -> str:
    return (await get(town, number)).state.value


async def questions(town: Town) -> list[LiveQuestion]:
    return await town.all(LiveQuestion)


async def subscribes(town: Town, who: str, station: str = "QQ1") -> None:
    """They have a conversation, and want to hear of the station's sessions."""
    await town.says(who, "您好")
    async with town.bot.database.begin() as session:
        context = await town.bot.office.open(session)
        people = {one.id: one.external_userid for one in await town.all(Constituent)}
        (own,) = [one.id for one in await town.all(Conversation) if people[one.constituent_id] == who]
        await subscriptions.subscribe(session, own, station, subscriptions.LIVE, context.now)


async def until(town: Town, at: datetime, every: timedelta = timedelta(hours=6)) -> None:
    """Time goes on to this instant, with a look every now and then."""
    while (left := at - town.clock.now()) > timedelta(0):
        await town.passes(seconds=min(left, every).total_seconds())
        await town.passes(seconds=0)
