"""Notices to constituents who subscribed: now, with their next message, never more than one a day."""

import pytest

from bot.notices.broadcast import Wording
from bot.services.broadcasts import approving, audiences
from storage import conversations, subscriptions
from storage.models import Conversation
from storage.states import BroadcastState
from tests.support.notices import act, approve, draft_in_chat, look, results
from tests.support.town import CENTRE, NEIGHBOUR, OFFICER, RESIDENT, Town

WORDS = "本周六上午，代表在钱桥联络站接待大家。"
TO = "subscribers:QQ1"


async def subscribe(town: Town, *people: str) -> None:
    """They scanned the station's code, said something, and want to hear of its days."""
    for who in people:
        await town.scans(who, "station", "QQ1")
        await town.says(who, "你好，我住牡丹园，想听活动消息")
    async with town.bot.database.begin() as session:
        for one in await town.all(Conversation):
            await subscriptions.subscribe(session, one.id, "QQ1", subscriptions.ACTIVITY, town.clock.now())


async def tell(town: Town, words: str = WORDS, **how: object) -> int:
    return await approve(town, Wording(words), audience=TO, **how)


def heard(town: Town, who: str, words: str = WORDS) -> int:
    return sum(words in each for each in town.heard(who))


async def pass_(town: Town, times: int = 3) -> None:
    for _ in range(times):
        await town.passes(seconds=5)


async def test_an_open_window_hears_it_now_and_a_closed_one_with_the_next_message(town: Town) -> None:
    await subscribe(town, RESIDENT)
    await town.passes(hours=49)
    await subscribe(town, NEIGHBOUR)
    async with town.bot.database.begin() as session:
        context = await town.bot.office.open(session)
        hearers = await audiences.find_hearers(context, audiences.parse_audience(TO))
        reach = await approving.reach_of(context, hearers.conversations)
    assert (reach.now, reach.later) == (1, 1)

    number = await tell(town)
    await pass_(town)
    assert (heard(town, RESIDENT), heard(town, NEIGHBOUR)) == (0, 1)
    assert sorted(state for state, _ in (await results(town, number)).values()) == ["sent", "waiting"]
    assert (await look(town, number)).state is BroadcastState.SENDING

    await town.passes(days=2)
    await town.says(RESIDENT, "进度")
    assert heard(town, RESIDENT) == 1
    await pass_(town)
    assert set((await results(town, number)).values()) == {("sent", "")}
    assert (await look(town, number)).state is BroadcastState.SENT
    assert "共 2 人，已送到 2" in town.member_heard(OFFICER)[-1]


async def test_who_does_not_write_within_a_week_does_not_hear_it(town: Town) -> None:
    await subscribe(town, RESIDENT)
    await town.passes(hours=49)
    number = await tell(town)
    await pass_(town)
    await town.passes(days=8)
    await pass_(town)
    assert set((await results(town, number)).values()) == {("failed", "too late")}
    await town.says(RESIDENT, "进度")
    assert heard(town, RESIDENT) == 0


async def test_who_unsubscribed_meanwhile_does_not_hear_it(town: Town) -> None:
    await subscribe(town, RESIDENT)
    await town.passes(hours=49)
    number = await tell(town)
    await pass_(town)
    async with town.bot.database.begin() as session:
        (one,) = await town.all(Conversation)
        await subscriptions.end(session, one.id, town.clock.now())
    await town.says(RESIDENT, "进度")
    await pass_(town)
    assert heard(town, RESIDENT) == 0
    assert set((await results(town, number)).values()) == {("skipped", "unsubscribed")}


async def test_a_second_notice_of_the_day_waits_for_the_next(town: Town) -> None:
    await subscribe(town, RESIDENT)
    await tell(town)
    await pass_(town)
    await tell(town, "另一件事：联络站周日开放。")
    await pass_(town)
    assert (heard(town, RESIDENT), heard(town, RESIDENT, "联络站周日开放")) == (1, 0)
    await town.passes(hours=20)  # 05:30
    assert heard(town, RESIDENT, "联络站周日开放") == 0
    await town.passes(hours=3)
    await pass_(town)
    assert heard(town, RESIDENT, "联络站周日开放") == 1


async def test_three_notices_of_one_day_come_on_three_days(town: Town) -> None:
    await subscribe(town, RESIDENT)
    texts = [WORDS, "联络站周日开放。", "联络站周一照常。"]
    for text in texts:
        await tell(town, text)
    counted = []
    for _ in range(4):
        await pass_(town)
        counted.append([heard(town, RESIDENT, text) for text in texts])
        await town.passes(hours=24)
        await town.says(RESIDENT, "进度")
    assert counted == [[1, 0, 0], [1, 1, 0], [1, 1, 1], [1, 1, 1]]


async def test_the_last_message_of_the_budget_is_kept_for_an_answer(town: Town) -> None:
    await subscribe(town, RESIDENT)
    async with town.bot.database.begin() as session:
        (one,) = await town.all(Conversation)
        (await session.get_one(Conversation, one.id)).budget_left = 1
    number = await tell(town)
    await pass_(town)
    assert heard(town, RESIDENT) == 0
    assert set((await results(town, number)).values()) == {("waiting", "")}
    await town.says(RESIDENT, "进度")
    assert heard(town, RESIDENT) == 1


async def test_taken_back_it_is_not_said_with_the_next_message(town: Town) -> None:
    await subscribe(town, RESIDENT)
    await town.passes(hours=49)
    await subscribe(town, NEIGHBOUR)
    number = await tell(town)
    await pass_(town)
    noted = await act(town, number, "撤回")
    assert (noted.unsent, noted.too_late) == (1, 1)
    assert "微信里的消息撤不回" in noted.render().text
    await town.says(RESIDENT, "进度")
    assert heard(town, RESIDENT) == 0


async def test_from_a_phone_the_counts_are_told_honestly(town: Town) -> None:
    await subscribe(town, RESIDENT)
    await town.passes(hours=49)
    await subscribe(town, NEIGHBOUR)
    number = await draft_in_chat(town, WORDS, "subscribers")
    assert "现在能收到 1 人，下次来信时 1 人，收不到 0 人" in town.member_heard(OFFICER)[-1]
    await town.taps(OFFICER, f"notice_submit:{number}")
    await town.taps(CENTRE, f"notice_agree:{number}")
    await pass_(town)
    assert heard(town, NEIGHBOUR) == 1
    assert "退订" in town.heard(NEIGHBOUR)[-1]


async def test_at_night_constituents_are_left_in_peace(town: Town) -> None:
    await town.passes(hours=13)
    await subscribe(town, RESIDENT)
    await tell(town)
    await pass_(town)
    assert heard(town, RESIDENT) == 0
    await town.passes(hours=10)
    await pass_(town)
    assert heard(town, RESIDENT) == 1


@pytest.mark.parametrize("runs", [2, 5])
async def test_the_job_runs_often_and_says_it_once(town: Town, runs: int) -> None:
    await subscribe(town, RESIDENT, NEIGHBOUR)
    await tell(town)
    await pass_(town, runs)
    assert (heard(town, RESIDENT), heard(town, NEIGHBOUR)) == (1, 1)
    async with town.bot.database.read() as session:
        chats = await conversations.find_chats(session, [1, 2])
    assert all(chat.conversation.budget_left >= 1 for chat in chats.values())
    await town.assert_at_rest()
