"""合并 and 拆分: two matters of one person become one and two again, and erasing reaches every word in any copy."""

import re
import shutil
from datetime import timedelta
from pathlib import Path

from bot.app import open_bot
from bot.clock import ManualClock
from storage.keys import find_key
from storage.models import Attachment, AuditLine, Case, DutyEntry, Erasure, Message
from storage.states import AttachmentState, CaseState
from tests.support.pictures import PICTURE
from tests.support.raw_bytes import VAULT, on_a_file, readable_in
from tests.support.town import (
    CENTRE,
    NEIGHBOUR,
    OFFICER,
    RESIDENT,
    START,
    ZHANG,
    Town,
    make_settings,
    open_town,
)
from tests.support.visits import LEAD, Browser, hire, open_browser, open_site

LAMP, AGAIN, WATER = "牡丹园三号楼的路灯坏了三天", "就是三号楼门口那盏灯", "四号楼的水管也漏水了"


async def two(town: Town) -> tuple[Case, Case]:
    """Two matters of one person, the older one first."""
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, LAMP)
    await town.passes(hours=2)
    await town.says(RESIDENT, "反映另一件事")
    await town.says(RESIDENT, AGAIN)
    older, newer = await town.all(Case)
    return older, newer


async def case_of(town: Town, number: str) -> Case:
    return next(one for one in await town.all(Case) if one.number == number)


async def words_of(town: Town, case: Case) -> list[str]:
    """What its own key opens."""
    async with town.bot.database.read() as session:
        key = await find_key(session, town.bot.office.vault, case.key_id)
        said = [one for one in await town.all(Message) if one.case_id == case.id]
        return [key.open_text(one.text_sealed) for one in said if key and one.text_sealed]


async def test_two_matters_become_one_with_the_older_clock_and_two_again_within_a_day(town: Town) -> None:
    older, newer = await two(town)
    a, b = older.number[-6:], newer.number[-6:]
    await town.writes(OFFICER, f"合并 {a} 到 {b}")
    kept, gone = await case_of(town, newer.number), await case_of(town, older.number)
    assert (gone.state, gone.merged_into_id, gone.answered_at) == (CaseState.CLOSED, kept.id, None)
    assert kept.due_at == older.due_at < newer.due_at, "the older clock runs on"
    assert await words_of(town, kept) == [LAMP, AGAIN]
    assert await words_of(town, gone) == []
    assert "合在一起办" in town.heard(RESIDENT)[-1]
    await town.settle()
    assert any("并入" in one for one in town.member_heard(ZHANG))
    await town.says(RESIDENT, f"进度 {a}")
    assert f"{older.number} 已并入 {newer.number}" in town.heard(RESIDENT)[-1]
    await town.says(RESIDENT, "进度")
    assert older.number not in town.heard(RESIDENT)[-1]
    await town.writes(ZHANG, f"#{a} 电工今晚来修")
    assert [(entry.case_id, entry.round) for entry in await town.all(DutyEntry)] == [(kept.id, 1)]
    await town.writes(OFFICER, f"撤销合并 {a}")
    gone, kept = await case_of(town, older.number), await case_of(town, newer.number)
    assert (gone.merged_into_id, gone.waits_for_answer, kept.state) == (None, True, CaseState.ANSWERED)
    assert gone.due_at == gone.clock_due_at == older.due_at, "its clock is what it was"
    assert await words_of(town, gone) == [LAMP]
    assert "重新分开办" in town.heard(RESIDENT)[-1]
    await town.writes(OFFICER, f"合并 {b} 到 {a}")
    assert "已经答复过" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, f"合并 {a} 到 {b}")
    assert (await case_of(town, newer.number)).round == 2, "what came with it is owed an answer"
    await town.passes(hours=25)
    await town.writes(OFFICER, f"撤销合并 {a}")
    assert "合并超过一天" in town.member_heard(OFFICER)[-1]
    acts = [line.act for line in await town.all(AuditLine)]
    assert (acts.count("cases merged"), acts.count("merge undone")) == (2, 1)


async def test_what_may_not_become_one(town: Town) -> None:
    older, newer = await two(town)
    await town.scans(NEIGHBOUR, "rep", "R1")
    await town.says(NEIGHBOUR, LAMP)
    other = (await town.all(Case))[-1]
    a, b, c = (one.number[-6:] for one in (older, newer, other))
    for words, why in (
        (f"合并 {a} 到 {a}", "同一个编号"),
        (f"合并 {a} 到 {c}", "不是同一个人反映的"),
        (f"合并 {a} 到 999999", "没有找到您名下"),
        (f"撤销合并 {a}", "没有找到您名下"),
        ("合并", "请这样写"),
        (f"拆分 {a} 1", "至少要给原来的事留一条"),
        (f"拆分 {a} 9", "请选要拆出的话"),
    ):
        await town.writes(OFFICER, words)
        assert why in town.member_heard(OFFICER)[-1], words
    await town.writes(ZHANG, f"合并 {a} 到 {b}")
    assert "没有发给任何人" in town.member_heard(ZHANG)[-1], "representatives merge nothing"
    await town.says(RESIDENT, "反映另一件事")
    await town.says(RESIDENT, "我要举报钱桥联络站的李娜代表收了开发商的钱")
    closed = (await town.all(Case))[-1]
    assert closed.restricted
    await town.writes(CENTRE, f"合并 {closed.number[-6:]} 到 {a}")
    assert "限专人办理的事不能和别的事合并" in town.member_heard(CENTRE)[-1]
    assert all(one.merged_into_id is None for one in await town.all(Case))


async def test_part_of_a_matter_becomes_one_of_its_own_and_takes_its_pictures_along(town: Town) -> None:
    await hire(town)
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, LAMP)
    await town.says(RESIDENT, WATER)
    await town.sim.sends_media(RESIDENT, "image", "leak.png", PICTURE)
    await town.settle()
    case = await town.case()
    await town.writes(OFFICER, f"拆分 {case.number[-6:]}")
    assert f"2. {WATER}" in town.member_heard(OFFICER)[-1]
    async with open_site(town) as (_, address), open_browser(address) as officer:
        await officer.has_session_of(town, OFFICER)
        path = f"/console/cases/{case.number}"
        _, _, page = await officer.get(path)
        fields = form_of(page, "split")
        ids = re.findall(r'name="message" value="(\d+)"', page)
        for _ in range(2):
            data = [
                ("csrf", officer.csrf),
                ("act", "split"),
                *fields.items(),
                *(("message", one) for one in ids[1:]),
            ]
            async with officer.http.post(address + path, data=data, allow_redirects=False) as answer:
                status = answer.status
        assert status == 409, "a second tap finds it done"
        await town.settle()
        old, new = await town.all(Case)
        assert (await words_of(town, old), await words_of(town, new)) == ([LAMP], [WATER])
        assert (new.split_from_id, new.state, new.key_id != old.key_id) == (old.id, CaseState.ASSIGNED, True)
        assert new.number in town.heard(RESIDENT)[-1]
        _, _, page = await officer.get(path)
        before, moved = await town.all(Attachment)
        assert (before.state, moved.state, moved.key_id) == (
            AttachmentState.RECALLED,
            AttachmentState.STORED,
            new.key_id,
        )
        assert (await officer.get(f"/console/cases/{new.number}/files/{moved.id}"))[0] == 200
        assert (await officer.get(f"{path}/files/{moved.id}"))[0] == 404
        assert f'拆出了 <a class="code" href="/console/cases/{new.number}"' in page
        assert "归在“" in page
        assert "“”" not in page, "of words that went away nothing is quoted"
        await _merge_on_the_page(town, address, officer, old)
    await town.settle()
    files = list((town.bot.settings.data_folder / "attachments").rglob("*.sealed"))
    assert [file.stem for file in files] == [str(moved.id)], "the bytes under the old key are gone"
    said = [one.id for one in await town.all(Message) if one.case_id == new.id]
    await town.says(RESIDENT, f"撤回 {new.number[-6:]}")
    await town.taps_menu(RESIDENT, "整件事都撤回，不办了")
    erased = (await town.all(Erasure))[-1]
    assert [number for number, _ in erased.messages] == said, "older copies have them under the other case's key"
    assert await words_of(town, old) == [LAMP], "the other matter keeps its words"


async def _merge_on_the_page(town: Town, address: str, officer: Browser, kept: Case) -> None:
    await town.says(RESIDENT, "反映另一件事")
    await town.says(RESIDENT, AGAIN)
    path, into = f"/console/cases/{(await town.all(Case))[-1].number}", f"/console/cases/{kept.number}"
    async with open_browser(address) as lead:
        await lead.has_session_of(town, LEAD)
        await lead.get(path)
    _, _, page = await officer.get(path)
    for _ in range(2):
        status, there, _ = await officer.send(path, **form_of(page, "merge"), to=kept.number)
        assert (status, there) == (303, f"{into}?done=merge")
    assert (await officer.get(path))[:2] == (303, into)
    _, _, page = await officer.get(into)
    assert "钱负责也打开着这件事" in page, "whoever has the other number open is named here"
    assert f'class="said">{AGAIN}' in page
    await town.passes(seconds=20)  # the owner reads what came with it: that is no reason to look again
    assert (await officer.send(into, **form_of(page, "unmerge"), to=path.rpartition("/")[2]))[0] == 303
    assert f'class="said">{AGAIN}' not in (await officer.get(into))[2]


def form_of(text: str, act: str) -> dict[str, str]:
    form = text.split(f'name="act" value="{act}"')[1].split("</form>")[0]
    names = ("once", "standing", "seen")
    return {"act": act, **{name: re.search(rf'name="{name}" value="([^"]+)"', form)[1] for name in names}}


@on_a_file
async def test_an_older_copy_is_erased_too_whatever_was_merged_or_split_since(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        older, newer = await two(town)
        await town.says(RESIDENT, WATER)
        await town.bot.database.scrub()
        shutil.copyfile(tmp_path / "town.db", tmp_path / "copy.db")
        await town.writes(OFFICER, f"拆分 {newer.number[-6:]} 2")
        split = (await town.all(Case))[-1]
        await town.writes(OFFICER, f"合并 {older.number[-6:]} 到 {newer.number[-6:]}")
        await town.says(RESIDENT, f"撤回 {split.number[-6:]}")
        await town.says(RESIDENT, f"撤回 {older.number[-6:]}")  # the old number is good for it
        await town.taps_menu(RESIDENT, "整件事都撤回，不办了")
        assert await words_of(town, await case_of(town, newer.number)) == []
    for name in ("town.db", "town.db-wal", "town.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / "copy.db").rename(tmp_path / "town.db")
    before = readable_in(tmp_path / "town.db", VAULT)
    assert all(words in before for words in (LAMP, AGAIN, WATER))
    async with open_bot(
        make_settings(tmp_path, "http://127.0.0.1:9"), ManualClock(START + timedelta(days=2))
    ) as bot:
        for _ in range(3):
            await bot.shredder.shred_pending()
    after = readable_in(tmp_path / "town.db", VAULT)
    assert [words for words in (LAMP, AGAIN, WATER) if words in after] == []
