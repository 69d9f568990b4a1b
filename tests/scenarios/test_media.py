"""Pictures, voices, videos, files and locations, both ways."""

import logging
from datetime import timedelta

import pytest

from bot.intake.attachments import LAST_ATTEMPT, LATE_ATTEMPT, pause_after
from bot.simulator.faults import Faults, Rule
from storage.models import Attachment, AuditLine
from storage.states import AttachmentState
from tests.support.pictures import PICTURE, picture
from tests.support.town import NEIGHBOUR, OFFICER, RESIDENT, ZHANG, Town

CONTENT = {
    "image": PICTURE,
    "voice": b"#!AMR\n" + b"lamp" * 50,
    "video": b"\0\0\0\x18ftypmp42" + b"lamp" * 50,
    "file": b"%PDF-1.7\n" + b"lamp" * 50,
}
NAMES = {"image": "lamp.png", "voice": "lamp.amr", "video": "lamp.mp4", "file": "lamp.pdf"}


@pytest.mark.parametrize("kind", ["image", "voice", "video", "file"])
async def test_each_kind_is_stored_and_forwarded_in_a_form_they_can_open(town: Town, kind: str) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    content = CONTENT[kind]
    await town.sim.sends_media(RESIDENT, kind, NAMES[kind], content)
    await town.settle()
    await town.passes(seconds=2)
    (attachment,) = await town.all(Attachment)
    assert attachment.state is AttachmentState.STORED
    for member in (ZHANG, OFFICER):
        assert [line.kind for line in town.sim.member_chat(member)] == ["template_card", kind]
    sealed = list((town.bot.settings.data_folder / "attachments").rglob("*.sealed"))
    assert len(sealed) == 1
    assert content not in sealed[0].read_bytes()
    assert "JH-2026-000001" in town.heard(RESIDENT)[-1]
    await town.assert_at_rest()


async def test_a_picture_that_follows_is_forwarded_with_the_update(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.sim.sends_media(RESIDENT, "image", "lamp.jpg", PICTURE)
    await town.settle()
    await town.passes(seconds=11)
    await town.passes(seconds=2)
    assert [line.kind for line in town.sim.member_chat(ZHANG)] == ["template_card", "text", "image"]


async def test_a_location_finds_its_grid(town: Town) -> None:
    await town.sim.sends_location(RESIDENT, 31.685, 120.305, "牡丹园东门", "钱桥街道")
    await town.settle()
    case = await town.case()
    assert (case.station_code, case.representative_code) == ("QQ1", "R1")
    assert "牡丹园东门" in town.member_heard(ZHANG)[0]


async def test_a_picture_answers(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.sim.member_sends_media(ZHANG, "image", "fixed.jpg", PICTURE)
    await town.settle()
    await town.passes(seconds=2)
    assert "image" in [line.kind for line in town.sim.chat(RESIDENT)]
    assert "张伟代表给您发了图片" in town.heard(RESIDENT)[-1]
    (entry,) = await town.entries()
    assert entry.delivered_at is not None
    await town.assert_at_rest()


async def test_a_picture_in_a_form_wecom_does_not_take_is_drawn_anew(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.sim.sends_media(RESIDENT, "image", "lamp.webp", picture("WEBP"))
    await town.settle()
    await town.passes(seconds=2)
    assert [line.kind for line in town.sim.member_chat(ZHANG)] == ["template_card", "image"]
    (attachment,) = await town.all(Attachment)
    assert attachment.content_type == "image/png"
    await town.assert_at_rest()


@pytest.mark.parametrize(
    ("kind", "name", "content", "said"),
    [
        ("image", "lamp.png", b"\x89PNG\r\n\x1a\nno picture", "重新拍一张"),
        ("file", "report.pdf", b"MZ\x90\x00" + bytes(200), "程序文件"),
    ],
)
async def test_what_is_not_what_it_is_called_is_refused_kindly_and_not_passed_on(
    town: Town, caplog: pytest.LogCaptureFixture, kind: str, name: str, content: bytes, said: str
) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.sim.sends_media(RESIDENT, kind, name, content)
    await town.settle()
    await town.passes(seconds=11)
    assert any(said in line for line in town.heard(RESIDENT))
    assert kind not in [line.kind for line in town.sim.member_chat(ZHANG)]
    (attachment,) = await town.all(Attachment)
    assert attachment.state is AttachmentState.LOST
    assert not list((town.bot.settings.data_folder / "attachments").rglob("*.sealed"))
    caplog.clear()  # what was to carry it to the members failed, and says so


async def test_a_picture_that_is_gone_is_asked_for_again(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    town.sim.faults = Faults(rules=(Rule("media/get", errcode=40007, every=1),))
    await town.scans(RESIDENT, "rep", "R1")
    await town.sim.sends_media(RESIDENT, "image", "lamp.png", PICTURE)
    await town.settle()
    (attachment,) = await town.all(Attachment)
    assert attachment.state is AttachmentState.LOST
    assert "没有收全" in "".join(town.heard(RESIDENT))
    errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert errors == ["outbox row failed for good"]  # the picture to the representative: its bytes never came
    caplog.clear()


async def test_a_picture_that_does_not_come_holds_up_no_other_card(town: Town) -> None:
    town.sim.faults = Faults(rules=(Rule("media/get", errcode=-1, every=1),))
    await town.scans(RESIDENT, "rep", "R1")
    await town.sim.sends_media(RESIDENT, "image", "lamp.png", PICTURE)
    await town.settle()
    await town.scans(NEIGHBOUR, "rep", "R1")
    await town.says(NEIGHBOUR, "牡丹园的垃圾没人清")
    assert len(town.cards(ZHANG)) == 2


async def test_a_recalled_picture_leaves_nothing_behind(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    msgid = await town.sim.sends_media(RESIDENT, "image", "lamp.png", PICTURE)
    await town.settle()
    await town.passes(seconds=2)
    folder = town.bot.settings.data_folder / "attachments"
    assert len(list(folder.rglob("*.sealed"))) == 1
    await town.sim.recalls(RESIDENT, msgid)
    await town.settle()
    await town.passes(seconds=2)
    assert list(folder.rglob("*.sealed")) == []


async def test_a_picture_that_does_not_come_is_tried_for_three_days_and_people_hear_of_it(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town.sim.faults = Faults(rules=(Rule("media/get", errcode=-1, every=1),))
    await town.scans(RESIDENT, "rep", "R1")
    await town.sim.sends_media(RESIDENT, "image", "lamp.png", PICTURE)
    await town.settle()
    sent = town.clock.now()
    while (await town.all(Attachment))[0].attempt < LATE_ATTEMPT:
        await town.clock.advance(seconds=3600)
        await town.bot.fetcher.fetch_pending()
    await town.settle()
    assert "还没有传过来" in "".join(town.heard(RESIDENT))
    assert "还没有从平台收下来" in "".join(town.member_heard(ZHANG))
    while (await town.all(Attachment))[0].state is AttachmentState.WANTED:
        await town.clock.advance(seconds=3600)
        await town.bot.fetcher.fetch_pending()
    assert town.clock.now() - sent > timedelta(days=3)
    await town.settle()
    assert "平台上已经取不到了" in "".join(town.member_heard(OFFICER))
    caplog.clear()  # the picture to the representative failed for good: its bytes never came


def test_the_pauses_of_fetching_outlast_what_the_platform_keeps() -> None:
    pauses = [pause_after(attempt) for attempt in range(1, LAST_ATTEMPT)]
    assert pauses[0] == timedelta(seconds=2)
    assert pauses == sorted(pauses)
    assert timedelta(days=3) <= sum(pauses, timedelta()) <= timedelta(days=3, hours=3)
    assert timedelta(hours=1) <= sum(pauses[: LATE_ATTEMPT - 1], timedelta()) <= timedelta(hours=2)


async def test_a_picture_of_an_identity_card_is_offered_for_deletion_once_and_goes_by_one_word(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.sim.sends_media(RESIDENT, "image", "lamp.png", PICTURE)
    await town.settle()
    await town.passes(minutes=30)
    await town.sim.sends_media(RESIDENT, "image", "card.png", picture(size=(30, 20)))
    await town.says(RESIDENT, "这是我的身份证照片")
    offers = [said for said in town.heard(RESIDENT) if "删除照片" in said]
    assert len(offers) == 1
    assert "可能有身份证" in offers[0]
    await town.passes(seconds=15)  # the representative has the picture
    await town.says(RESIDENT, "删除照片")
    await town.passes(seconds=2)
    assert "1张照片已经删除" in town.heard(RESIDENT)[-1]
    assert [one.state for one in await town.all(Attachment)] == [AttachmentState.STORED, AttachmentState.RECALLED]
    folder = town.bot.settings.data_folder / "attachments"
    assert len(list(folder.rglob("*.sealed"))) == 1
    assert "撤回" in "".join(town.member_heard(ZHANG))
    (line,) = [one for one in await town.all(AuditLine) if one.act == "picture deleted at its sender's wish"]
    assert line.subject == "case JH-2026-000001, message 3"
    await town.says(RESIDENT, "删除照片")
    assert "没有找到" in town.heard(RESIDENT)[-1]
