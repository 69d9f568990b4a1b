"""It must not be the slow one: thousands of messages, cheaply."""

import asyncio
import time

import pytest

from tests.unit.simulator.stage import Stage


@pytest.mark.slow
async def test_twenty_thousand_messages_and_five_hundred_calls_a_second(stage: Stage) -> None:
    people = [f"wm{number:04d}" for number in range(300)]
    for external_userid in people:
        stage.simulator.add_constituent(external_userid, external_userid)
    stage.simulator.world.post = lambda _callback: None
    for number in range(20_000):
        await stage.simulator.says(people[number % 300], f"第 {number} 句")
    cursor, count = "", 0
    while True:
        page = await stage.bot.sync(cursor)
        count, cursor = count + len(page["msg_list"]), page["next_cursor"]
        if not page["has_more"]:
            break
    assert count == 20_000
    started = time.process_time()
    for batch in range(20):
        answers = await asyncio.gather(*(stage.bot.send(to=people[(batch * 50 + n) % 300]) for n in range(50)))
        assert {answer["errcode"] for answer in answers} == {0}
    assert time.process_time() - started < 2
