"""Equal messages to members leave as one call; what must stay apart, or in order, does."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import select

from bot.notices.content import Text
from bot.outbox.sender import Job
from bot.scheduler import free_stuck_rows
from bot.wecom.errors import Permanent, Temporary
from storage.models import OutboxRow
from storage.outbox import Purpose
from storage.states import OutboxState
from tests.unit.outbox.stage import PumpStage


async def say_to_each(stage: PumpStage, words: str, userids: Sequence[str], **how: object) -> None:
    how = {"purpose": Purpose.NOTICE, **how}
    for userid in userids:
        await stage.says(words, f"app:{userid}:", recipients=(userid,), **how)  # type: ignore[arg-type]


def members(count: int) -> list[str]:
    return [f"m{number:04d}" for number in range(count)]


def told(stage: PumpStage) -> list[str]:
    return sorted(userid for job in stage.sender.jobs for userid in job.recipients)


@pytest.mark.parametrize("purpose", [Purpose.NOTICE, Purpose.BROADCAST])
async def test_many_equal_ones_take_a_few_calls_and_each_member_hears_it_once(
    stage: PumpStage, purpose: Purpose
) -> None:
    task = "notice-7-1-x" if purpose is Purpose.BROADCAST else None
    userids = members(300)
    for number, userid in enumerate(userids):
        task_id = f"{task}-{number}" if task else None
        await say_to_each(stage, "今晚停水", [userid], purpose=purpose, task_id=task_id)
    await stage.pump.send_pending()
    assert told(stage) == userids
    assert len(stage.sender.jobs) <= 8
    assert set(await stage.states()) == {"sent"}


async def test_no_call_has_more_recipients_than_wecom_takes(stage: PumpStage) -> None:
    crowds = [[f"m{crowd}-{number}" for number in range(400)] for crowd in range(5)]
    for crowd in crowds:
        await stage.says("今晚停水", f"app:{crowd[0]}:", recipients=crowd, purpose=Purpose.NOTICE)
    await stage.pump.send_pending()
    assert [len(job.recipients) for job in stage.sender.jobs] == [800, 800, 400]


@pytest.mark.parametrize(
    ("words", "how"),
    [
        (["停水", "停电"], {}),
        (["停水", "停水"], {"purpose": Purpose.REPLY}),
    ],
    ids=["other words", "answers to what each asked"],
)
async def test_what_is_not_the_same_notice_stays_apart(
    stage: PumpStage, words: list[str], how: dict[str, object]
) -> None:
    for userid, one in zip(("zhang", "li"), words, strict=True):
        await say_to_each(stage, one, [userid], **how)
    await stage.pump.send_pending()
    assert len(stage.sender.jobs) == 2


async def test_the_same_twice_to_one_member_is_said_twice(stage: PumpStage) -> None:
    await stage.says("停水", "app:zhang:1", purpose=Purpose.NOTICE)
    await stage.says("停水", "app:zhang:2", purpose=Purpose.NOTICE)
    await stage.pump.send_pending()
    assert told(stage) == ["zhang", "zhang"]


async def test_cards_of_one_notice_share_a_call_and_cards_of_two_do_not(stage: PumpStage) -> None:
    for notice, userid in ((7, "a"), (7, "b"), (8, "c")):
        await say_to_each(stage, "停水", [userid], purpose=Purpose.BROADCAST, task_id=f"notice-{notice}-{userid}-x")
    await stage.pump.send_pending()
    assert sorted(job.recipients for job in stage.sender.jobs) == [("a", "b"), ("c",)]


async def test_what_comes_after_in_a_lane_waits_for_the_call_that_says_what_was_before(stage: PumpStage) -> None:
    await say_to_each(stage, "停水", ["zhang", "li"])
    await stage.says("回复", "app:li:", recipients=("li",))
    stage.sender.behaves = fail_once(Temporary("message/send", -1))
    await stage.pump.send_pending()
    assert [job.recipients for job in stage.sender.jobs] == [("zhang", "li")]
    await stage.clock.advance(seconds=2)
    await stage.pump.send_pending()
    assert [job.recipients for job in stage.sender.jobs] == [("zhang", "li"), ("zhang", "li"), ("li",)]
    assert stage.sender.said[-1] == "回复"


async def test_in_doubt_it_is_repeated_as_the_very_same_request(stage: PumpStage) -> None:
    """Or WeCom's check would not know it again, and both would hear it twice."""
    await say_to_each(stage, "停水", ["zhang", "li"])
    stage.sender.behaves = fail_once(Temporary("message/send", ambiguous=True))
    await stage.pump.send_pending()
    await say_to_each(stage, "停水", ["wang"])
    await stage.clock.advance(seconds=2)
    await stage.pump.send_pending()
    first, *_ = stage.sender.jobs
    again = [job for job in stage.sender.jobs[1:] if job.row_id == first.row_id]
    assert [(job.recipients, job.msgid) for job in again] == [(first.recipients, first.msgid)]
    assert told(stage) == ["li", "li", "wang", "zhang", "zhang"]


async def test_refused_for_good_all_of_them_end(stage: PumpStage) -> None:
    await say_to_each(stage, "停水", ["zhang", "li", "wang"])
    stage.sender.behaves = fail_once(Permanent("message/send", 40058))
    await stage.pump.send_pending()
    assert await stage.states() == ["failed"] * 3


async def test_after_a_restart_in_the_middle_nobody_is_forgotten(stage: PumpStage) -> None:
    await say_to_each(stage, "停水", ["zhang", "li"])
    await stage.pump.turn()  # leased and sent, and then the process dies
    await asyncio.sleep(0)
    again = stage.starts_again()
    stage.sender.jobs.clear()
    await again.prime()
    await again.send_pending()
    assert [job.recipients for job in stage.sender.jobs] == [("zhang", "li")]
    assert await stage.states() == ["sent", "sent"]


async def test_one_that_is_stopped_by_somebody_else_takes_the_others_along(stage: PumpStage) -> None:
    await say_to_each(stage, "停水", ["zhang", "li"])
    stage.sender.behaves = fail_once(Temporary("message/send", -1))
    await stage.pump.send_pending()
    async with stage.database.begin() as session:
        (row,) = await session.scalars(select(OutboxRow).where(OutboxRow.state == OutboxState.WAITING))
        row.state = OutboxState.DROPPED
    async with stage.database.begin() as session:
        await free_stuck_rows.free(await stage.office.open(session))
    assert await stage.states() == ["dropped", "dropped"]


def fail_once(error: Exception) -> Callable[[Job], None]:
    left = [error]

    def behave(job: Job) -> None:
        assert isinstance(job.content, Text)
        if left:
            raise left.pop()

    return behave
