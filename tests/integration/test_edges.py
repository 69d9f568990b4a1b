"""What happens at the edges of a district: odd people, odd words, missing officers, on both databases."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from bot.dispatch import messages
from bot.dispatch.worker import Worker
from bot.handlers import ROUTERS
from bot.simulator.account import DEMO_ACCOUNT
from bot.simulator.faults import Faults, Rule
from storage import inbox
from storage.coordination import Hints
from storage.inbox import Arrival
from storage.models import (
    Attachment,
    Base,
    Case,
    ContentKeyRow,
    Grid,
    InboxRow,
    Message,
    OutboxRow,
    Place,
    Region,
    Representative,
    RosterSlot,
    StaffMember,
    Station,
)
from storage.rules import note_roster_change
from storage.states import AttachmentState, CaseState, InboxState, OutboxState
from tests.support.pictures import PICTURE
from tests.support.town import CENTRE, LI, NEIGHBOUR, OFFICER, RESIDENT, ZHANG, Town, open_town

pytestmark = pytest.mark.long

GROUND = (RosterSlot, Place, Grid)
PEOPLE = (Representative, StaffMember)
SECOND_ACCOUNT = "wkDEMOlianxin000000000002"
PRIVACY = "/privacy"


@pytest.fixture
async def town(clean_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    monkeypatch.chdir(tmp_path)
    async with open_town(tmp_path, database_url=clean_url) as opened:
        yield opened


async def reread(town: Town) -> None:
    """As after an import: the next message is decided by what is in the tables now."""
    async with town.bot.database.begin() as session:
        await note_roster_change(session, town.clock.now(), "test")


async def remove(town: Town, *tables: type[Base]) -> None:
    async with town.bot.database.begin() as session:
        for table in tables:
            await session.execute(delete(table))
    await reread(town)


async def change(town: Town, table: type[Base], code: str, **values: object) -> None:
    async with town.bot.database.begin() as session:
        row = await session.get_one(table, code)
        for name, value in values.items():
            setattr(row, name, value)
    await reread(town)


async def opens(town: Town, who: str = RESIDENT, text: str = "牡丹园的路灯坏了", code: str = "R1") -> None:
    await town.scans(who, "rep", code)
    await town.says(who, text)


async def assert_all_handled(town: Town) -> None:
    rows = await town.all(InboxRow)
    assert {row.state for row in rows} <= {InboxState.DONE}, [(row.state, row.reason) for row in rows]


# --- who writes -------------------------------------------------------------------------------------


async def test_two_who_tap_the_same_button_are_told_apart(town: Town) -> None:
    await opens(town)
    messages_of = {who: town.sim.member_chat(who)[0].id for who in (ZHANG, OFFICER)}
    await town.sim.member_taps(ZHANG, messages_of[ZHANG], "pass:1")
    await town.sim.member_taps(OFFICER, messages_of[OFFICER], "offline:1")
    await town.settle()
    case = await town.case()
    assert (case.state, case.representative_code) == (CaseState.ANSWERED, None)
    assert len(await town.all(Message)) == 2
    await assert_all_handled(town)


async def test_the_same_person_in_two_accounts_has_two_conversations_and_one_list(town: Town) -> None:
    town.sim.add_kf_account(SECOND_ACCOUNT, "第二个账号")
    await opens(town)
    await town.sim.says(RESIDENT, "西庄村的水渠堵了", open_kfid=SECOND_ACCOUNT)
    await town.settle()
    cases = await town.all(Case)
    assert len(cases) == 2
    assert cases[0].constituent_id == cases[1].constituent_id
    assert cases[0].conversation_id != cases[1].conversation_id
    await town.sim.says(RESIDENT, "进度", open_kfid=SECOND_ACCOUNT)
    await town.settle()
    assert all(case.number in town.heard(RESIDENT)[-1] for case in cases)
    await town.writes(ZHANG, "今晚来修")
    assert any("今晚来修" in said for said in town.heard(RESIDENT))
    await assert_all_handled(town)


async def test_an_officer_who_is_also_a_representative_is_told_once_and_answers_as_one(town: Town) -> None:
    await change(town, Representative, "R1", userid=OFFICER)
    await opens(town)
    assert len(town.cards(OFFICER)) == 1
    await town.writes(OFFICER, "今晚来修")
    assert any("张伟代表答复您" in said for said in town.heard(RESIDENT))
    assert len(await town.entries()) == 1


async def test_a_member_id_written_in_another_case_is_the_same_member(town: Town) -> None:
    await change(town, Representative, "R1", userid="Zhang.Wei")
    await opens(town)
    assert len(town.cards(ZHANG)) == 1
    await town.writes(ZHANG, "今晚来修")
    assert any("张伟代表答复您" in said for said in town.heard(RESIDENT))
    await opens(town, NEIGHBOUR, "牡丹园的垃圾没人清")
    await town.taps(ZHANG, "accept:2")
    assert (await town.all(Case))[1].state is CaseState.ACCEPTED
    await assert_all_handled(town)


async def test_one_person_listed_in_two_spellings_gets_one_card(town: Town) -> None:
    await change(town, Representative, "R1", userid="Officer.QQ")
    await opens(town)
    assert len(town.cards(OFFICER)) == 1
    (card,) = [row for row in await town.all(OutboxRow) if row.task_id]
    assert len(card.recipients) == 1


async def test_the_limit_of_a_member_holds_whatever_way_the_id_is_written(town: Town) -> None:
    """Thirty cards go to `Zhang.Wei` of the roster; the answer to `zhang.wei` of a callback is one too many."""
    await change(town, Representative, "R1", userid="Zhang.Wei")
    for number in range(30):
        who = f"wmCrowd{number}"
        town.sim.add_constituent(who, f"群众{number}")
        await town.sim.says(who, "想请张伟代表看看路灯")
    await town.settle()
    await town.writes(ZHANG, "待办")
    assert not town.sim.dropped
    await town.passes(seconds=65)
    assert any("等您答复的有" in said for said in town.member_heard(ZHANG))


async def test_a_representative_without_a_member_id_has_the_case_and_the_officer_has_the_card(town: Town) -> None:
    await change(town, Representative, "R1", userid=None)
    await opens(town)
    assert (await town.case()).representative_code == "R1"
    assert len(town.cards(OFFICER)) == 1
    await assert_all_handled(town)


async def test_a_district_without_any_officer_leaves_the_representative(town: Town) -> None:
    await remove(town, StaffMember)
    await opens(town)
    assert len(town.cards(ZHANG)) == 1
    await town.taps(ZHANG, "pass:1")
    assert (await town.case()).representative_code is None
    await town.says(RESIDENT, "有人管吗")
    await town.passes(seconds=11)
    await assert_all_handled(town)


async def test_a_matter_that_nobody_at_all_can_read_is_not_lost_and_is_logged(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await remove(town, *GROUND, *PEOPLE)
    await town.says(RESIDENT, "我家附近的路灯坏了好几天")
    assert (await town.case()).state is CaseState.ASSIGNED
    await assert_all_handled(town)
    assert any(record.levelno >= logging.WARNING and "case" in vars(record) for record in caplog.records)


async def test_an_installation_with_nothing_in_it_still_takes_matters(town: Town) -> None:
    async with town.bot.database.begin() as session:
        await session.execute(update(Station).values(parent_code=None))
        await session.execute(update(Region).values(parent_code=None))
    await remove(town, *GROUND, *PEOPLE, Station, Region)
    await town.scans(RESIDENT, "station", "QQ1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    case = await town.case()
    assert (case.station_code, case.representative_code) == (None, None)
    assert case.number.endswith("-2026-000001")
    await town.says(RESIDENT, "进度")
    assert case.number in town.heard(RESIDENT)[-1]
    await town.writes(ZHANG, "待办")
    await assert_all_handled(town)


async def test_a_short_number_finds_ones_own_case_among_those_of_many_districts(town: Town) -> None:
    """Each district numbers from one: the same six digits are given in all of them."""
    await opens(town)
    async with town.bot.database.begin() as session:
        for number in range(8):
            session.add(Region(code=f"D{number}", name=f"第{number}区", parent_code=None, level="district"))
        await session.flush()
        for number in range(8):
            session.add(Station(code=f"S{number}", name=f"第{number}站", kind="station", region_code=f"D{number}"))
    await reread(town)
    for number in range(8):
        who = f"wmD{number}"
        town.sim.add_constituent(who, f"群众{number}")
        await town.scans(who, "station", f"S{number}")
        await town.says(who, "这里的路灯坏了三天")
    assert sum(case.number.endswith("-000001") for case in await town.all(Case)) == 9
    await town.writes(ZHANG, "#000001 今晚来修")
    assert any("今晚来修" in said for said in town.heard(RESIDENT))


# --- what is written --------------------------------------------------------------------------------

ODD_WORDS = {
    "nul": "牡丹园\x00的路灯坏了",
    "emoji": "牡丹园的路灯坏了😭👨‍👩‍👧🇨🇳",
    "right to left": "牡丹园的\u202e路灯坏了",
    "markup": "牡丹园 <a href='http://x'>路灯</a> ]]> {{7*7}} =cmd|' /C calc'!A0",
    "very long": "牡丹园的路灯坏了。" + "很长的经过，" * 3000,
    "one line after another": "牡丹园\n\n\n的\r\n路灯\t坏了",
}


@pytest.mark.parametrize("words", ODD_WORDS.values(), ids=ODD_WORDS)
async def test_odd_words_make_the_whole_way_there_and_back(town: Town, words: str) -> None:
    await opens(town, text=words)
    await assert_all_handled(town)
    assert len(town.cards(ZHANG)) == 1
    await town.writes(ZHANG, "今晚来修😀 1 < 2")
    assert any("今晚来修😀 1 < 2" in said for said in town.heard(RESIDENT))
    assert len(await town.entries()) == 1
    assert {row.state for row in await town.all(OutboxRow)} <= {OutboxState.SENT}
    assert not town.sim.violations


@pytest.mark.parametrize("words", ["", " ", "\n", "\u200b", "\x00"], ids=repr)
async def test_words_that_say_nothing_are_answered(town: Town, words: str) -> None:
    await town.says(RESIDENT, words)
    assert len(town.heard(RESIDENT)) == 1
    await town.writes(ZHANG, words or " ")
    assert len(town.member_heard(ZHANG)) == 1
    await assert_all_handled(town)


@pytest.mark.parametrize("code", ["R1\x00", "😀", "x" * 128, "'; --"], ids=repr)
async def test_a_code_that_someone_made_up_is_greeted_all_the_same(town: Town, code: str) -> None:
    """`scene_param` is part of a link that anyone may edit."""
    entered = messages.ConstituentEntered(
        "m-odd", DEMO_ACCOUNT.open_kfid, RESIDENT, "", "rep", code, "", town.clock.now()
    )
    async with town.bot.database.begin() as session:
        sealed = town.bot.office.vault.seal(messages.dump(entered))
        arrival = Arrival(DEMO_ACCOUNT.open_kfid, entered.key, messages.lane_of(entered), sealed, town.clock.now())
        await inbox.add_all(session, [arrival])
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    assert len(await town.all(Case)) == 1
    await assert_all_handled(town)


async def test_very_long_names_reach_everyone(town: Town) -> None:
    town.sim.add_constituent(RESIDENT, "幸福小区三号楼热心大姐🌹" * 12)
    await change(town, Representative, "R1", name="欧阳" * 30)
    await change(town, Station, "QQ1", name="锦河区钱桥街道牡丹园社区人大代表联络站" * 5)
    await opens(town)
    assert PRIVACY in town.heard(RESIDENT)[0]
    await town.writes(ZHANG, "今晚来修")
    await town.says(RESIDENT, "进度")
    assert {row.state for row in await town.all(OutboxRow)} <= {OutboxState.SENT}
    assert not town.sim.violations


async def test_a_kind_of_message_that_is_new_to_us_is_kept_and_told(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.sim.sends_other(RESIDENT, "channels_shop_product", {"product_id": "1", "head_image": "x"})
    await town.settle()
    await assert_all_handled(town)
    assert len(town.heard(RESIDENT)) == 2


# --- what the platform does -------------------------------------------------------------------------


async def test_a_greeting_that_came_too_late_leaves_the_privacy_notice_to_the_receipt(town: Town) -> None:
    """The bot was down for a minute when they scanned: the welcome code is dead, the law still wants the notice."""
    await town.sim.enter(RESIDENT, "rep", "R1")
    await town.clock.advance(seconds=60)
    await town.settle()
    assert town.heard(RESIDENT) == []
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    assert any(PRIVACY in said for said in town.heard(RESIDENT))


async def test_a_card_for_two_of_whom_one_has_had_enough_reaches_the_other_later(town: Town) -> None:
    """The officer has had thirty in a minute, the representative none: each gets the card."""
    for number in range(30):
        who = f"wmCrowd{number}"
        town.sim.add_constituent(who, f"群众{number}")
        await town.sim.enter(who, "rep", "R1")
        await town.sim.says(who, "牡丹园的路灯坏了")
    await town.settle()
    alerts = sum("人反映同一件事（" in said for said in town.member_heard(OFFICER))
    assert len(town.cards(OFFICER)) + alerts == 30
    await opens(town, NEIGHBOUR, "想请李娜代表看看垃圾", code="R2")
    assert len(town.cards(LI)) == 1
    for _ in range(3):
        await town.passes(seconds=65)
    assert len(town.cards(OFFICER)) == 31
    assert not town.sim.dropped
    await town.taps(OFFICER, "accept:31")
    assert (await town.all(Case))[-1].state is CaseState.ACCEPTED


async def test_a_picture_that_is_slow_to_come_holds_up_no_other_matter(town: Town) -> None:
    town.sim.faults = Faults(rules=(Rule("media/get", errcode=-1, every=1),))
    await town.scans(RESIDENT, "rep", "R1")
    await town.sim.sends_media(RESIDENT, "image", "lamp.png", PICTURE)
    await town.settle()
    await opens(town, NEIGHBOUR, "牡丹园的垃圾没人清")
    assert len(town.cards(ZHANG)) == 2


async def test_a_picture_that_was_taken_back_is_not_shown_to_whoever_has_the_case_next(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    msgid = await town.sim.sends_media(RESIDENT, "image", "lamp.png", PICTURE)
    await town.settle()
    await town.passes(seconds=2)
    await town.sim.recalls(RESIDENT, msgid)
    await town.settle()
    await town.writes(OFFICER, "指派 000001 李娜")
    await town.passes(seconds=5)
    assert len(town.cards(LI)) == 1
    assert "image" not in [line.kind for line in town.sim.member_chat(LI)]


async def test_a_matter_of_words_and_an_erased_one_do_not_hold_each_other_up(town: Town) -> None:
    await opens(town)
    await opens(town, NEIGHBOUR, "牡丹园的垃圾没人清")
    await town.clock.advance(minutes=2)
    for who in (RESIDENT, NEIGHBOUR):
        await town.says(who, "补充一句：还在")
    await erase(town, (await town.all(Case))[0])
    await town.passes(seconds=11)
    assert any("补充一句" in said for said in town.member_heard(ZHANG))


async def test_a_picture_of_an_erased_matter_holds_up_no_other_picture(town: Town) -> None:
    town.sim.faults = Faults(rules=(Rule("media/get", errcode=-1, every=1),))
    for who in (RESIDENT, NEIGHBOUR):
        await town.scans(who, "rep", "R1")
        await town.sim.sends_media(who, "image", "lamp.png", PICTURE)
    await town.settle()
    await erase(town, (await town.all(Case))[0])
    town.sim.faults = Faults()
    await town.passes(minutes=2)
    attachments = await town.all(Attachment)
    assert attachments[1].state is AttachmentState.STORED


async def erase(town: Town, case: Case) -> None:
    """What the right to be forgotten will do: the key goes, and with it every word."""
    async with town.bot.database.begin() as session:
        (await session.get_one(ContentKeyRow, case.key_id)).wrapped = None


# --- more than one of us ----------------------------------------------------------------------------


async def test_several_workers_on_postgresql_handle_a_crowd_once_each(
    on_postgresql: object,
    migrated_postgresql: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Cases opened, joined and answered at once by four workers: numbers without a gap, one entry each."""
    monkeypatch.chdir(tmp_path)
    async with open_town(tmp_path, database_url=migrated_postgresql) as town:
        crowd = [f"wmCrowd{number}" for number in range(24)]
        for who in crowd:
            town.sim.add_constituent(who, who)
            await town.sim.says(who, "牡丹园的路灯坏了")
            await town.sim.says(who, "已经三天了")
        await town.sim.quiet()
        await town.bot.puller.pull_all()
        workers = [Worker(town.bot.office, ROUTERS, Hints()) for _ in range(4)]
        await asyncio.gather(*(work_off(worker) for worker in workers))
        for number in range(1, 25):
            await town.sim.member_says([ZHANG, OFFICER, CENTRE][number % 3], f"#{number:06d} 今晚来修")
            await town.sim.says(crowd[number - 1], "还有人摔了")
        await town.sim.quiet()
        await town.bot.puller.pull_all()
        await asyncio.gather(*(work_off(worker) for worker in workers))
        numbers = sorted(case.number for case in await town.all(Case))
        assert numbers == [f"JH-2026-{serial:06d}" for serial in range(1, 25)]
        assert len(await town.all(Message)) == 24 * 4
        await assert_all_handled(town)
        async with town.bot.database.read() as session:
            waiting = await session.scalars(select(InboxRow.reason).where(InboxRow.reason.is_not(None)))
            assert list(waiting) == []
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


async def work_off(worker: Worker) -> None:
    idle = 0
    while idle < 10:
        idle = 0 if await worker.handle_pending() else idle + 1
        await asyncio.sleep(0.005)


async def test_a_new_database_for_the_same_app_can_send_its_cards(tmp_path: Path) -> None:
    """A pilot ends and the real database begins: WeCom still knows every task id of the pilot."""
    folders = [tmp_path / "pilot", tmp_path / "real"]
    for folder in folders:
        folder.mkdir()
    async with open_town(folders[0]) as pilot:
        await opens(pilot)
        known = set(pilot.sim.world.task_ids)
    async with open_town(folders[1]) as real:
        real.sim.world.task_ids |= known
        await real.clock.advance(days=1)
        await opens(real)
        cards = real.cards(ZHANG)
    assert len(cards) == 1
