"""Reminders in the chats: once, when they are useful, by day, and to constituents only where WeChat lets us."""

from datetime import datetime, timedelta

from sqlalchemy import select

from bot.dispatch.worker import Worker
from bot.handlers import ROUTERS
from bot.scheduler import JOBS, fire_reminders
from bot.scheduler.runner import JobRunner
from storage import reminders
from storage.coordination import Hints
from storage.models import Conversation, OutboxRow, Reminder
from storage.reminders import Plan
from storage.states import ReminderState
from tests.support.reminding import Meetings
from tests.support.town import LI, OFFICER, RESIDENT, START, ZHANG, Town

BOTH = [reminders.member(ZHANG), reminders.member(LI)]


def hold_meetings(town: Town) -> Meetings:
    """The town's bot with one more kind of subject."""
    world = Meetings()
    usual = [job for job in JOBS if job is not fire_reminders.JOB]
    town.bot.jobs = JobRunner(town.bot.office, (*usual, world.job), Hints())
    town.bot.worker = Worker(town.bot.office, ROUTERS, Hints(), world.kinds)
    return world


async def put(town: Town, world: Meetings, starts_at: datetime | None, who: list[str], number: int = 1) -> None:
    async with town.bot.database.begin() as session:
        await world.plan(await town.bot.office.open(session), number, starts_at, who)


async def plan(town: Town, world: Meetings, who: str, due: datetime, until: datetime, number: int = 1) -> None:
    """One reminder by hand, of a meeting that stands."""
    world.starts[number] = START
    one = Plan(f"meeting:{number}", f"{START:%Y%m%dT%H%M}", "by_hand", who, due, until)
    async with town.bot.database.begin() as session:
        await reminders.add_all(session, [one], town.clock.now())


async def states(town: Town) -> list[str]:
    return [row.state.value for row in await town.all(Reminder)]


async def chat_of(town: Town) -> str:
    """The resident's conversation as a recipient; they have written and were answered."""
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    (conversation,) = await town.all(Conversation)
    return reminders.conversation(conversation.id)


def reminded(words: list[str]) -> list[str]:
    return [one for one in words if "会议" in one]


async def test_everyone_is_told_each_step_once(town: Town) -> None:
    world = hold_meetings(town)
    starts_at = START + timedelta(days=4, hours=5)
    await put(town, world, starts_at, BOTH)
    await town.walks(starts_at + timedelta(days=1), hours=6)
    for who in (ZHANG, LI):
        steps = [line.split()[-1] for line in reminded(town.member_heard(who))]
        assert steps == ["three_days", "day_before", "hour_before", "minutes_before"]
    async with town.bot.database.read() as session:
        rows = list(await session.scalars(select(OutboxRow)))
    assert [row.recipients for row in rows] == [[LI, ZHANG]] * 4
    await town.assert_at_rest()


async def test_a_moved_meeting_is_told_for_its_new_time_alone(town: Town) -> None:
    world = hold_meetings(town)
    await put(town, world, START + timedelta(days=2), BOTH)
    await town.passes(hours=1)
    await put(town, world, START + timedelta(days=9), BOTH)
    await town.walks(START + timedelta(days=10), hours=6)
    editions = {line.split()[2] for line in reminded(town.member_heard(ZHANG))[1:]}
    assert editions == {f"{START + timedelta(days=9):%Y%m%dT%H%M}"}


async def test_at_night_it_waits_for_the_morning(town: Town) -> None:
    world = hold_meetings(town)
    night = START + timedelta(hours=12)
    await plan(town, world, BOTH[0], night, night + timedelta(hours=20))
    await town.passes(hours=12.5)
    assert reminded(town.member_heard(ZHANG)) == []
    await town.passes(hours=10.5)  # 08:30
    assert len(reminded(town.member_heard(ZHANG))) == 1


async def test_what_is_of_no_use_in_the_morning_is_dropped(town: Town) -> None:
    world = hold_meetings(town)
    night = START + timedelta(hours=12)
    await plan(town, world, BOTH[0], night, night + timedelta(hours=8))
    await town.passes(hours=12.5)
    assert await states(town) == ["dropped"]
    await town.passes(hours=10.5)
    assert reminded(town.member_heard(ZHANG)) == []


async def test_an_emergency_is_told_at_night(town: Town) -> None:
    world = hold_meetings(town)
    world.urgent = True
    night = START + timedelta(hours=12)
    await plan(town, world, BOTH[0], night, night + timedelta(hours=8))
    await town.passes(hours=12.5)
    assert len(reminded(town.member_heard(ZHANG))) == 1


async def test_a_reminder_that_came_to_the_outbox_too_late_at_night_holds_up_nothing(town: Town) -> None:
    world = hold_meetings(town)
    evening = START + timedelta(hours=11, minutes=29)
    await plan(town, world, BOTH[0], evening, evening + timedelta(days=1))
    await town.clock.advance(hours=11, minutes=29)  # 20:59
    await town.bot.jobs.run_all_once()
    await town.clock.advance(minutes=30)
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.writes(ZHANG, "待办")
    assert "牡丹园" in "".join(town.member_heard(ZHANG))
    assert reminded(town.member_heard(ZHANG)) == []
    await town.passes(hours=11)
    assert len(reminded(town.member_heard(ZHANG))) == 1


async def test_who_left_the_roster_hears_nothing(town: Town) -> None:
    world = hold_meetings(town)
    await plan(town, world, reminders.member("gone.with.wind"), START, START + timedelta(days=1))
    await town.passes(minutes=1)
    assert await states(town) == ["void"]


async def test_a_constituent_is_told_through_an_open_window(town: Town) -> None:
    world = hold_meetings(town)
    chat = await chat_of(town)
    await plan(town, world, chat, START, START + timedelta(days=1))
    await town.passes(minutes=1)
    assert len(reminded(town.heard(RESIDENT))) == 1
    await town.assert_at_rest()


async def test_the_last_message_stays_for_the_answer(town: Town) -> None:
    world = hold_meetings(town)
    chat = await chat_of(town)
    for number in range(1, 6):
        await plan(town, world, chat, START, START + timedelta(days=1), number)
    await town.passes(minutes=1)
    (conversation,) = await town.all(Conversation)
    assert conversation.budget_left == 1
    assert (await states(town)).count("held") == 5 - len(reminded(town.heard(RESIDENT)))
    await town.taps(ZHANG, "reply:1")
    await town.writes(ZHANG, "已经联系路灯所")
    assert "路灯所" in town.heard(RESIDENT)[-1]
    await town.assert_at_rest()


async def test_what_waited_comes_as_one_message_after_the_reply(town: Town) -> None:
    world = hold_meetings(town)
    chat = await chat_of(town)
    late = START + timedelta(days=3)
    for number in (1, 2, 3):
        await plan(town, world, chat, late, late + timedelta(days=number), number)
    await town.passes(days=3, minutes=1)
    assert await states(town) == ["held"] * 3
    await put(town, world, None, [], number=2)
    await town.passes(hours=1)
    before = len(town.heard(RESIDENT))
    await town.says(RESIDENT, "进度")
    progress, said = town.heard(RESIDENT)[before:]
    assert "您反映的事" in progress
    assert said.count("会议") == 2
    assert await states(town) == ["sent", "void", "sent"]
    await town.says(RESIDENT, "进度")
    assert len(reminded(town.heard(RESIDENT))) == 1
    await town.assert_at_rest()


async def test_what_waited_too_long_is_dropped_and_not_said(town: Town) -> None:
    world = hold_meetings(town)
    chat = await chat_of(town)
    late = START + timedelta(days=3)
    await plan(town, world, chat, late, late + timedelta(hours=4))
    await town.passes(days=3, minutes=1)
    await town.passes(hours=5)
    assert await states(town) == ["dropped"]
    await town.says(RESIDENT, "进度")
    assert reminded(town.heard(RESIDENT)) == []


async def test_a_window_that_closes_at_the_pump_keeps_the_reminder(town: Town) -> None:
    world = hold_meetings(town)
    chat = await chat_of(town)
    await plan(town, world, chat, START, START + timedelta(days=9))
    await town.bot.jobs.run_all_once()
    async with town.bot.database.begin() as session:
        conversation = await session.get_one(Conversation, 1)
        conversation.budget_left = 1  # an answer went out meanwhile
    await town.settle()
    assert await states(town) == ["held"]
    await town.says(RESIDENT, "进度")
    assert len(reminded(town.heard(RESIDENT))) == 1
    assert await states(town) == ["sent"]


async def test_a_session_that_a_person_holds_is_left_alone(town: Town) -> None:
    world = hold_meetings(town)
    chat = await chat_of(town)
    async with town.bot.database.begin() as session:
        (await session.get_one(Conversation, 1)).human_userid = OFFICER
    await plan(town, world, chat, START, START + timedelta(days=1))
    await town.passes(minutes=1)
    assert reminded(town.heard(RESIDENT)) == []
    (row,) = await town.all(Reminder)
    assert (row.state, row.reason) == (ReminderState.HELD, "a person holds the session")


async def test_a_day_of_down_time_reminds_of_what_is_still_ahead(town: Town) -> None:
    world = hold_meetings(town)
    starts_at = START + timedelta(days=3, hours=4)
    await put(town, world, starts_at, BOTH)
    await town.passes(days=3, hours=1)  # nobody ran for three days
    steps = [line.split()[-1] for line in reminded(town.member_heard(ZHANG))]
    assert steps == ["day_before"]
    dropped = [row.step for row in await town.all(Reminder) if row.state is ReminderState.DROPPED]
    assert dropped == ["three_days"] * 2
