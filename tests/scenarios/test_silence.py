"""No message ends in silence: the nightly look finds what was planted, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from bot.scheduler import watch_silence
from storage.models import AuditLine, Case, InboxRow, JobMark, OutboxRow, Referral, SilentMatter
from storage.outbox import Purpose
from storage.states import InboxState, OutboxState
from tests.scenarios.test_clocks import goes_to, opened
from tests.support.town import CENTRE, NEIGHBOUR, OFFICER, RESIDENT, ZHANG, Town


async def night(town: Town, day: int) -> None:
    """Half past two passes, and the morning after it."""
    await goes_to(town, f"2026-11-{day}", "02:31")
    await goes_to(town, f"2026-11-{day}", "08:01")


async def found(town: Town) -> list[tuple[str, int]]:
    return [(row.kind, row.row_id) for row in await town.all(SilentMatter) if row.settled_at is None]


async def plant(town: Town, *statements: object) -> None:
    async with town.bot.database.begin() as session:
        for statement in statements:
            await session.execute(statement)


def lists(town: Town) -> list[str]:
    return [said for said in town.member_heard(CENTRE) if "可能没有回音" in said]


async def test_a_town_in_which_everything_is_answered_has_nothing_to_look_into(town: Town) -> None:
    await opened(town)
    await town.says(RESIDENT, "三天了")
    await town.says(NEIGHBOUR, "你好")
    await town.says(NEIGHBOUR, "西庄村的水渠堵了")
    await town.says(NEIGHBOUR, "进度")
    await town.passes(seconds=11)
    await town.writes(ZHANG, "#000001 今晚修好")
    await town.taps_menu(RESIDENT, "已解决")
    await night(town, 21)
    await night(town, 23)
    assert await town.all(SilentMatter) == []
    assert lists(town) == []
    await town.writes(CENTRE, "待查")
    assert "现在没有待查的事" in town.member_heard(CENTRE)[-1]


async def test_a_receipt_that_vanished_is_found_told_once_and_struck_off_when_answered(town: Town) -> None:
    await goes_to(town, "2026-11-23", "10:00")
    await opened(town)
    await plant(town, delete(OutboxRow).where(OutboxRow.purpose == Purpose.RECEIPT))
    await goes_to(town, "2026-11-23", "23:50")
    assert await found(town) == []
    await goes_to(town, "2026-11-24", "02:31")
    assert await found(town) == [("message", 1)]
    assert lists(town) == []  # nobody is woken
    await goes_to(town, "2026-11-24", "08:01")
    assert "#000001 收到后没有回过话，请答复" in lists(town)[0]
    await town.writes(CENTRE, "待查")
    assert "#000001 收到后没有回过话" in town.member_heard(CENTRE)[-1]
    await night(town, 25)
    assert len(lists(town)) == 1 + 1  # what they asked for themselves, and the first: not told again
    await town.writes(ZHANG, "今晚修好")
    await night(town, 26)
    assert await found(town) == []
    await town.writes(CENTRE, "待查")
    assert "现在没有待查的事" in town.member_heard(CENTRE)[-1]


async def test_a_word_without_a_case_and_without_a_reply_is_found(town: Town) -> None:
    await town.says(RESIDENT, "你好")
    await plant(town, delete(OutboxRow))
    await night(town, 23)
    assert await found(town) == [("conversation", 1)]
    assert "有一位群众的话没有回应" in lists(town)[0]
    await town.says(RESIDENT, "在吗")
    await night(town, 24)
    assert await found(town) == []


@pytest.mark.parametrize(
    "fault",
    [
        {"clock_due_at": None},
        {"clock_step": None},
        {"station_code": None, "representative_code": None},
        {"clock_due_at": datetime(2026, 11, 18, 2, tzinfo=UTC), "clock_step": "lead", "state": "accepted"},
    ],
)
async def test_a_case_that_nobody_follows_is_found(town: Town, fault: dict[str, object]) -> None:
    await opened(town)
    before = await town.case()
    healthy = {name: getattr(before, name) for name in fault}
    await plant(town, update(Case).values(**fault))
    for job in (watch_silence.JOB,):
        await town.clock.advance(days=1)
        await town.bot.jobs.run_once(job)
    assert await found(town) == [("case", 1)]
    await plant(town, update(Case).values(**healthy))
    await town.clock.advance(days=1)
    await town.bot.jobs.run_once(watch_silence.JOB)
    assert await found(town) == []


async def test_an_answer_that_has_waited_for_a_working_day_is_found_until_it_arrives(town: Town) -> None:
    await opened(town)
    await goes_to(town, "2026-11-23", "09:00")
    await town.writes(ZHANG, "今晚修好")  # the window is closed
    await night(town, 24)
    assert await found(town) == []
    await night(town, 25)
    ((kind, _),) = await found(town)
    assert kind == "answer"
    assert "#000001 的答复过了一个工作日还没送到，请电话联系" in lists(town)[0]
    await town.says(RESIDENT, "怎么样了")
    await night(town, 26)
    assert await found(town) == []


async def test_an_overdue_petition_notice_is_found(town: Town) -> None:
    await town.says(RESIDENT, "我要信访，反映拆迁补偿的事，法院判决我不服")
    await plant(town, update(Referral).values(notified_at=None, notice_due_at=town.clock.now()))
    await night(town, 23)
    assert await found(town) == [("referral", 1)]
    await town.writes(CENTRE, "已书面告知 000001")
    await night(town, 24)
    assert await found(town) == []


async def parked(town: Town) -> int:
    """A matter that came in and could not be handled, put aside for a person."""
    await town.sim.says(RESIDENT, "牡丹园的路灯坏了三天")
    await town.sim.quiet()
    await town.bot.puller.pull_all()
    async with town.bot.database.begin() as session:
        put_aside = update(InboxRow).where(InboxRow.state == InboxState.WAITING)
        changed = put_aside.values(state=InboxState.PARKED, attempt=5, reason="ValueError").returning(InboxRow.id)
        (row_id,) = (await session.scalars(changed)).all()
        return int(row_id)


async def test_what_was_put_aside_is_listed_and_handled_again_by_one_word(town: Town) -> None:
    await goes_to(town, "2026-11-23", "10:00")
    row_id = await parked(town)
    await night(town, 24)
    assert await found(town) == [("inbox", row_id)]
    assert f"收件号 {row_id} 没能处理，原因消除后发：重试 {row_id}" in lists(town)[0]
    await town.writes(OFFICER, f"重试 {row_id}")
    assert "只给代表联络服务中心用" in town.member_heard(OFFICER)[-1]
    assert await town.all(Case) == []
    await town.writes(CENTRE, f"重试 {row_id}")
    assert (await town.case()).number == "JH-2026-000001"
    assert "JH-2026-000001" in town.heard(RESIDENT)[-1]
    assert [(line.actor, line.subject) for line in await town.all(AuditLine) if line.act == "handled again"] == [
        (CENTRE, f"inbox {row_id}")
    ]
    await town.writes(CENTRE, f"重试 {row_id}")
    assert "没有搁置的收件号" in town.member_heard(CENTRE)[-1]
    await night(town, 25)
    assert await found(town) == []


@pytest.mark.parametrize("words", ["重试", "重试 999999"])
async def test_a_retry_of_nothing_changes_nothing(town: Town, words: str) -> None:
    await opened(town)
    await town.writes(CENTRE, words)
    assert "请这样写" in town.member_heard(CENTRE)[-1] or "没有搁置" in town.member_heard(CENTRE)[-1]
    await town.writes(ZHANG, "重试一下看看")  # an answer like any other
    assert any("重试一下看看" in said for said in town.heard(RESIDENT))


async def test_the_look_is_once_a_night_and_made_up_for_after_down_time(town: Town) -> None:
    async def looked() -> str:
        async with town.bot.database.read() as session:
            mark = await session.get(JobMark, "watch silence")
            return mark.period if mark else ""

    await opened(town)
    await night(town, 23)
    assert await looked() == "2026-11-23"
    await plant(town, delete(OutboxRow).where(OutboxRow.purpose == Purpose.RECEIPT))
    await town.passes(hours=6)
    assert await found(town) == []
    await goes_to(town, "2026-11-26", "15:00")  # down for three days
    assert await looked() == "2026-11-26"
    assert await found(town) == [("message", 1)]


async def test_what_was_found_is_looked_at_until_it_is_settled_however_old(town: Town) -> None:
    await opened(town)
    await plant(town, delete(OutboxRow).where(OutboxRow.purpose == Purpose.RECEIPT))
    for day in (23, 24, 25, 26, 27, 28):
        await goes_to(town, f"2026-11-{day}", "02:31")
        await plant(town, delete(OutboxRow).where(OutboxRow.conversation_id.is_not(None)))
    assert ("message", 1) in await found(town)
    async with town.bot.database.begin() as session:
        (case,) = await town.all(Case)
        session.add(
            OutboxRow(
                channel="kf",
                purpose=Purpose.ANSWER,
                lane="kf:x:y",
                conversation_id=case.conversation_id,
                case_id=case.id,
                priority=20,
                content_sealed=b"",
                state=OutboxState.SENT,
                created_at=town.clock.now(),
                due_at=town.clock.now() - timedelta(minutes=1),
            )
        )
    await goes_to(town, "2026-11-29", "02:31")
    assert ("message", 1) not in await found(town)
