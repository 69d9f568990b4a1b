"""Representatives at their pages: a case from reading to its answer, visits, the record, the code."""

import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from bot.services.duty import recording
from storage import duty
from storage.duty import NewEntry
from storage.models import Attachment, AuditLine, Case, DutyEntry, Message
from storage.states import AttachmentState, CaseState
from tests.support.pictures import PICTURE, noise
from tests.support.town import LI, NEIGHBOUR, OFFICER, RESIDENT, ZHANG, Town
from tests.support.visits import Browser, hire, open_browser, open_site

NASTY = "<script>alert(1)</script>\u202e路灯" + "长" * 5_000
KEY = "k" * 24


@pytest.fixture
async def address(town: Town) -> AsyncIterator[str]:
    await hire(town)
    async with open_site(town) as (_, address):
        yield address


@pytest.fixture
async def zhang(town: Town, address: str) -> AsyncIterator[Browser]:
    async with open_browser(address) as browser:
        await browser.has_session_of(town, ZHANG)
        yield browser


def form_of(text: str, act: str) -> dict[str, str]:
    form = text.split(f'name="act" value="{act}"')[1]
    return {
        "act": act,
        **{name: re.search(rf'name="{name}" value="([^"]+)"', form)[1] for name in ("once", "standing", "seen")},
    }


async def write(town: Town, text: str, code: str = "R1", who: str = RESIDENT) -> Case:
    await town.scans(who, "rep", code)
    await town.says(who, text)
    return (await town.all(Case))[-1]


async def send_picture(browser: Browser, path: str, content: bytes, **fields: str) -> tuple[int, str]:
    form = aiohttp.FormData({"csrf": browser.csrf, **fields})
    form.add_field("picture", io.BytesIO(content), filename="../../etc/passwd.png", content_type="image/png")
    async with browser.http.post(browser.address + path, data=form, allow_redirects=False) as answer:
        return answer.status, await answer.text()


async def test_a_card_opens_the_case_and_an_answer_with_a_picture_leaves_once(
    town: Town, address: str, zhang: Browser
) -> None:
    case = await write(town, NASTY)
    path = f"/r/cases/{case.number}"
    assert any(path in str(card) for card in town.cards(ZHANG)), "a tap on the card leads there"
    _, _, today = await zhang.get("/r")
    assert path in today
    assert "路灯" not in today, "the day holds nothing that people wrote"
    _, _, page = await zhang.get(path)
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    form = form_of(page, "answer")
    for _ in range(2):
        assert (await send_picture(zhang, path, PICTURE, **form, words="这是新装的路灯"))[0] == 303
    await town.settle()
    assert sum("这是新装的路灯" in one for one in town.heard(RESIDENT)) == 1
    assert [line.kind for line in town.sim.chat(RESIDENT)].count("image") == 1
    (kept,) = await town.all(Attachment)
    assert kept.state is AttachmentState.STORED
    _, _, page = await zhang.get(path)
    async with zhang.http.get(f"{address}{path}/files/{kept.id}") as picture:
        assert (picture.status, picture.content_type) == (200, "image/png")
        assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert len([one for one in await town.all(Message) if one.author == "representative"]) == 2
    large = noise((1200, 900))
    assert len(large) > 2_000_000
    status, _ = await send_picture(zhang, path, large, **form_of(page, "answer"), words="近处再看一张")
    assert status == 303, "a telephone's picture is larger than what strangers may send"
    _, _, page = await zhang.get(path)
    bad, _, text = (*(await send_picture(zhang, path, b"MZ not a picture", **form_of(page, "answer"))), "")[:3]
    assert bad == 422, text
    acts = [line.act for line in await town.all(AuditLine) if line.actor == ZHANG]
    assert [acts.count(act) for act in ("case read", "case answered", "attachment read")] == [1, 2, 1]
    assert (await town.case()).state is CaseState.ANSWERED


async def test_nobody_sees_anothers_case_and_staff_are_led_to_their_own_page(
    town: Town, address: str, zhang: Browser
) -> None:
    other = await write(town, "牡丹园的水管爆了", "R2", NEIGHBOUR)
    for path in (f"/r/cases/{other.number}", f"/r/cases/{other.number}/files/1", "/r/cases/JH-2026-999999"):
        status, _, text = await zhang.get(path)
        assert (status, "水管" in text) == (404, False), path
    async with open_browser(address) as officer:
        await officer.has_session_of(town, OFFICER)
        status, there, _ = await officer.get(f"/r/cases/{other.number}")
        assert (status, there) == (303, f"/console/cases/{other.number}")
    async with open_browser(address) as li:
        await li.has_session_of(town, LI)
        _, _, page = await li.get(f"/r/cases/{other.number}")
        status, there, _ = await li.send(f"/r/cases/{other.number}", **form_of(page, "pass"))
        assert (status, there) == (303, "/r?done=pass"), "what was passed on is theirs no more"
    assert (await town.case()).representative_code is None


async def test_a_visit_is_three_taps_and_one_entry_however_often_it_is_sent(town: Town, zhang: Browser) -> None:
    _, _, page = await zhang.get("/r/visit")
    once = re.search(r'name="once" value="(\w+)"', page)
    assert once is not None
    note = {"once": once[1], "kind": "visit", "people": "3", "place": "牡丹园二期", "on": "2026-11-19"}
    for _ in range(3):
        assert (await zhang.send("/r/visit", **note))[:2] == (303, "/r/visit?done=visit")
    (entry,) = await town.all(DutyEntry)
    assert (entry.kind, entry.people, str(entry.occurred_on), entry.own) == ("visit", 3, "2026-11-19", True)
    for wrong, said in (
        ({"once": "short"}, "放得太久"),
        ({"kind": "holiday"}, "请选一种"),
        ({"people": "0"}, "人数要在"),
        ({"people": "三"}, "人数要在"),
        ({"place": " "}, "请写在哪里"),
        ({"on": "2027-01-01"}, "日期要写"),
        ({"words": "长" * 1001}, "写得太长"),
    ):
        status, _, text = await zhang.send("/r/visit", **{**note, "once": KEY, **wrong})
        assert (status, said in text) == (422, True), wrong
    assert len(await town.all(DutyEntry)) == 1


async def test_what_was_written_for_them_is_confirmed_and_put_right(town: Town, zhang: Browser) -> None:
    at = datetime(2026, 11, 19, 1, tzinfo=UTC)
    async with town.bot.database.begin() as session:
        context = await town.bot.office.open(session)
        for kind, words in (("reception", "接待<b>三</b>位群众"), ("training", "参加培训")):
            new = NewEntry("R1", "QQ1", kind, duty.STAFF, at, at.date(), at, words, own=False, people=3)
            await recording.write(context, new)
    _, _, page = await zhang.get("/r/duty")
    assert "接待&lt;b&gt;三&lt;/b&gt;位群众" in page
    status, there, _ = await zhang.send("/r/duty", act="confirm", entry="2")
    assert (status, there) == (303, "/r/duty?done=confirmed")
    first, second = await town.all(DutyEntry)
    assert (first.confirmed_at, second.confirmed_at is None) == (None, False)
    _, _, page = await zhang.send("/r/duty", act="correct", entry="1", words="人数5", once=KEY)
    assert "请核对" in page
    draft = re.search(r'name="entry" value="(\d+)"', page)
    assert draft is not None
    for _ in range(2):
        assert (await zhang.send("/r/duty", act="finish", entry=draft[1]))[0] == 303
    entries = await town.all(DutyEntry)
    assert [(one.people, one.corrects_id) for one in entries][2:] == [(5, 1)]
    for act, more in (("correct", {"entry": "999", "words": "人数5"}), ("finish", {"entry": "999"})):
        assert (await zhang.send("/r/duty", act=act, once=KEY, **more))[0] == 422


async def test_their_code_is_shown_with_its_link_and_printed(town: Town, address: str, zhang: Browser) -> None:
    _, _, page = await zhang.get("/r/code")
    assert "/code/R1.svg" in page
    assert "scene_param=R1" in page
    for layout in ("banner", "quiet"):
        async with zhang.http.get(f"{address}/r/poster.pdf?layout={layout}") as answer:
            assert (answer.status, (await answer.read())[:5]) == (200, b"%PDF-")
    assert (await zhang.get("/r/poster.pdf?layout=gold"))[0] == 404
    _, _, offline = await zhang.get("/r/offline")
    assert "张伟" not in offline, "what a telephone keeps holds nothing of anybody"
    _, _, worker = await zhang.get("/r/worker.js")
    assert "/r/offline" in worker
    assert 'KEPT"' not in worker
