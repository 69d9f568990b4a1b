"""Who may see a case is asked again as what waits about it leaves."""

import pytest

from bot.notices.content import Text, dump
from storage.models import Case, Representative, StaffMember
from storage.outbox import Channel, Purpose
from storage.rules import note_roster_change
from storage.states import OutboxState
from tests.support.rows import open_case, representative, say
from tests.unit.outbox.stage import VAULT, PumpStage

EVERYBODY = ("zhang", "qian", "mei")


async def waits_for_everybody(stage: PumpStage, channel: Channel = Channel.APP) -> int:
    """An ordinary case's card to a representative, the station's officer and the centre."""
    async with stage.database.begin() as session:
        session.add(representative("R1", userid="zhang"))
        session.add(StaffMember(userid="qian", name="钱联络", role="officer", station_code=None))
        session.add(StaffMember(userid="mei", name="梅中心", role="centre", station_code=None))
        await note_roster_change(session, stage.clock.now(), "import")
        case = await open_case(session)
        say(
            session,
            recipients=EVERYBODY,
            case_id=case.id,
            channel=channel,
            purpose=Purpose.CARD,
            content_sealed=VAULT.seal(dump(Text("路灯坏了"))),
            now=stage.clock.now(),
        )
        return case.id


async def test_a_card_of_an_ordinary_case_goes_to_all_it_was_written_for(stage: PumpStage) -> None:
    await waits_for_everybody(stage)
    await stage.pump.send_pending()
    assert [job.recipients for job in stage.sender.jobs] == [EVERYBODY]


@pytest.mark.parametrize("channel", [Channel.APP, Channel.CARD_UPDATE])
async def test_a_case_that_became_restricted_meanwhile_leaves_for_its_officers_alone(
    stage: PumpStage, channel: Channel
) -> None:
    number = await waits_for_everybody(stage, channel)
    async with stage.database.begin() as session:
        (await session.get_one(Case, number)).restricted = True
    await stage.pump.send_pending()
    assert [job.recipients for job in stage.sender.jobs] == [("mei",)]


async def test_where_nobody_is_left_it_is_dropped_with_the_reason(stage: PumpStage) -> None:
    number = await waits_for_everybody(stage)
    async with stage.database.begin() as session:
        case = await session.get_one(Case, number)
        case.restricted, case.named_staff = True, ["mei"]
    await stage.pump.send_pending()
    assert stage.sender.jobs == []
    (row,) = await stage.rows()
    assert (row.state, row.reason) == (OutboxState.DROPPED, "nobody left who may see it")


async def test_whoever_left_meanwhile_hears_nothing_of_any_case(stage: PumpStage) -> None:
    await waits_for_everybody(stage)
    async with stage.database.begin() as session:
        await session.delete(await session.get_one(StaffMember, "qian"))
        (await session.get_one(Representative, "R1")).userid = "somebody.else"
        await note_roster_change(session, stage.clock.now(), "import")
    await stage.pump.send_pending()
    assert [job.recipients for job in stage.sender.jobs] == [("mei",)]


async def test_what_speaks_of_no_case_is_asked_nothing(stage: PumpStage) -> None:
    await stage.says("明天活动日", recipients=("nobody.knows",))
    await stage.pump.send_pending()
    assert [job.recipients for job in stage.sender.jobs] == [("nobody.knows",)]
