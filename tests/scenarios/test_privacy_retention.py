"""Nothing is kept just in case: each night what is over by the rules goes, counted first, told in the morning."""

import pytest
from sqlalchemy import select

from bot.notices.answer import SOLVED
from bot.scheduler import keep_to_rules
from bot.services import tuning
from bot.services.privacy import retaining
from bot.services.tuning import RuleRefused
from config.retention import KINDS, LEAST, PROGRAM
from storage.models import Attachment, Case, Constituent, Erasure, JobMark
from storage.retention import OVER
from storage.states import AttachmentState, CaseState
from tests.support.pictures import PICTURE
from tests.support.raw_bytes import raw_bytes, readable, wrapped_keys
from tests.support.town import CENTRE, NEIGHBOUR, RESIDENT, ZHANG, Town

SECRET = "牡丹园三号楼老刘家漏水的秘密"


async def settle_a_matter(town: Town) -> None:
    """One closed, with a picture; one of somebody else that is open."""
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, SECRET)
    await town.sim.sends_media(RESIDENT, "image", "lamp.png", PICTURE)
    await town.settle()
    await town.passes(seconds=12)
    await town.passes(seconds=2)
    await town.writes(ZHANG, "已经修好")
    case = (await town.all(Case))[0]
    await town.says(RESIDENT, "已解决", menu_id=f"{SOLVED}:{case.id}")
    await town.says(NEIGHBOUR, "西庄村的桥坏了")


async def counts(town: Town) -> dict[str, int | None]:
    async with town.bot.database.read() as session:
        return {due.kind.name: due.count for due in await retaining.preview(await town.bot.office.open(session))}


async def set_rule(town: Town, name: str, value: int) -> None:
    async with town.bot.database.begin() as session:
        await tuning.change(await town.bot.office.open(session), name, [str(value)], CENTRE)


async def test_a_dry_run_counts_and_touches_nothing(town: Town) -> None:
    await settle_a_matter(town)
    assert {name: count for name, count in (await counts(town)).items() if count} == {}
    await town.clock.advance(days=731)
    before = readable(town)
    counted = await counts(town)
    assert (counted["words"], counted["media"], counted["petition_words"]) == (1, 1, 0)
    assert (counted["logs"], counted["backups"]) == (None, None)
    assert readable(town) == before


async def test_the_night_takes_what_is_over_and_the_morning_tells(town: Town) -> None:
    await settle_a_matter(town)
    before = wrapped_keys(town)
    await town.passes(days=370)
    (attachment,) = await town.all(Attachment)
    assert attachment.state is AttachmentState.RECALLED
    assert not list((town.bot.settings.data_folder / "attachments").rglob("*.sealed"))
    assert SECRET in readable(town)
    await town.passes(days=362)
    words = readable(town)
    assert SECRET not in words
    assert "西庄村的桥坏了" in words
    left, raw = wrapped_keys(town), raw_bytes(town)
    assert not [key for key in before if key not in left and key in raw]
    assert RESIDENT.encode() not in raw
    assert {one.what for one in await town.all(Erasure)} == {"retention", "person"}
    assert any("昨夜按保存期限清理" in said and "办结事项的原话 1 条" in said for said in town.member_heard(CENTRE))
    assert (await town.all(Case))[0].erased_at is not None
    assert (await town.all(Constituent))[0].external_userid.startswith("erased")
    assert (await town.all(Case))[1].state is not CaseState.CLOSED


async def test_what_is_in_the_register_of_petitions_is_kept_longer(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "我对法院的判决不服，要求改判，案件已经判了")
    case = await town.case()
    async with town.bot.database.begin() as session:
        row = await session.get_one(Case, case.id)
        row.move(CaseState.ANSWERED, town.clock.now())
        row.clock_due_at = None
    await town.clock.advance(days=731)
    counted = await counts(town)
    assert (counted["words"], counted["petition_words"]) == (0, 0)
    await town.clock.advance(days=1100)
    assert (await counts(town))["petition_words"] == 1


async def test_it_goes_on_after_a_restart_where_it_was(town: Town) -> None:
    await settle_a_matter(town)
    await town.clock.advance(days=731)
    for _ in range(3):
        await town.bot.jobs._run(keep_to_rules.JOB)
    async with town.bot.database.read() as session:
        mark = await session.scalar(select(JobMark).where(JobMark.name == retaining.MARK))
    assert mark is not None
    assert mark.facts["kind"] == 3
    await town.bot.jobs.run_once(keep_to_rules.JOB)
    await town.settle()
    assert SECRET not in readable(town)
    assert await town.bot.jobs.run_once(keep_to_rules.JOB) == 0


async def test_nobody_undercuts_what_is_lawful(town: Town) -> None:
    for kind in KINDS:
        with pytest.raises(RuleRefused, match="lies between"):
            await set_rule(town, kind.rule, LEAST[kind.rule] - 1)
        await set_rule(town, kind.rule, LEAST[kind.rule])
    async with town.bot.database.read() as session:
        context = await town.bot.office.open(session)
        assert all(retaining.days_of(context, kind) >= kind.least_days for kind in KINDS)


def test_every_kind_of_the_program_has_a_way_to_go() -> None:
    assert {kind.name for kind in KINDS if kind.by == PROGRAM} == set(OVER)
