"""Pictures, voices, videos, files and locations, both ways."""

import logging

import pytest

from bot.simulator.faults import Faults, Rule
from storage.models import Attachment
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
