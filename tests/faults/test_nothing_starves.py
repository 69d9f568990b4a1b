"""Whatever waits before it, a notice or a reminder gets its turn."""

import asyncio

from bot.notices.content import Text
from bot.services import speaking
from bot.services.broadcasts import sending
from storage.outbox import Purpose
from tests.support.notices import approve, times_heard
from tests.support.town import LI, ZHANG, Town

REPLIES = 700


async def write_replies(town: Town) -> list[str]:
    """To so many people, each waiting."""
    crowd = [f"member{number:03d}" for number in range(REPLIES)]
    async with town.bot.database.begin() as session:
        context = await town.bot.office.open(session)
        for userid in crowd:
            town.sim.add_member(userid, userid)
            await speaking.notify_members(context, [userid], Purpose.REPLY, Text(f"好的，{userid}"))
    return crowd


async def test_a_notice_does_not_wait_until_nobody_is_answered_any_more(town: Town) -> None:
    await approve(town, userids=[ZHANG, LI])
    await town.settle()
    crowd = await write_replies(town)
    async with town.bot.database.begin() as session:
        await sending.send_due(await town.bot.office.open(session))
    pump = asyncio.create_task(town.bot.pump.run())
    try:
        async with asyncio.timeout(60):
            while not times_heard(town, LI):
                await asyncio.sleep(0.001)
        answered = sum(bool(town.member_heard(userid)) for userid in crowd)
    finally:
        pump.cancel()
        await asyncio.gather(pump, return_exceptions=True)
    assert answered < REPLIES / 2
    await town.settle()
    assert all(len(town.member_heard(userid)) == 1 for userid in crowd)
    assert times_heard(town, ZHANG) == times_heard(town, LI) == 1
    await town.assert_at_rest()
