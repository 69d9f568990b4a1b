"""An attachment is put on WeCom's shelf once and used for three days."""

import asyncio
from datetime import timedelta

import pytest

from bot.notices.content import Media
from bot.simulator.faults import Faults, Rule
from bot.wecom.errors import Permanent, Temporary
from storage import media_shelf
from storage.models import Attachment
from storage.states import AttachmentState
from tests.support.town import LI, ZHANG
from tests.unit.outbox.conftest import Platform
from tests.unit.outbox.stage import make_job

PICTURE = b"\x89PNG\r\n\x1a\n" + b"lamp" * 50
UPLOAD = "media/upload"


async def test_it_is_uploaded_once_for_everyone(platform: Platform) -> None:
    number = await platform.keep("image", PICTURE)
    shelved = [await platform.shelf.put(number) for _ in range(3)]
    assert len(set(shelved)) == 1
    assert platform.calls(UPLOAD) == 1


async def test_two_who_want_it_at_the_same_time_share_one_upload(platform: Platform) -> None:
    number = await platform.keep("image", PICTURE)
    one, other = await asyncio.gather(platform.shelf.put(number), platform.shelf.put(number))
    assert one == other
    assert platform.calls(UPLOAD) == 1


async def test_after_three_days_it_is_uploaded_again(platform: Platform) -> None:
    number = await platform.keep("image", PICTURE)
    first = await platform.shelf.put(number)
    await platform.clock.advance(hours=70)
    assert await platform.shelf.put(number) == first
    await platform.clock.advance(hours=2)
    again = await platform.shelf.put(number)
    assert again.media_id != first.media_id
    assert platform.calls(UPLOAD) == 2


async def test_a_picture_wecom_does_not_take_as_one_goes_as_a_file(platform: Platform) -> None:
    number = await platform.keep("image", b"RIFF....WEBP" + b"lamp" * 50)
    assert (await platform.shelf.put(number)).kind == "file"
    await platform.sender.send(make_job(Media("image", number), recipients=(ZHANG,)))
    assert platform.sim.member_chat(ZHANG)[-1].kind == "file"


async def test_a_file_wecom_does_not_take_is_refused_for_good(platform: Platform) -> None:
    number = await platform.keep("file", b"tiny")
    with pytest.raises(Permanent):
        await platform.shelf.put(number)
    assert platform.calls(UPLOAD) == 1


async def test_an_id_that_wecom_has_forgotten_is_uploaded_again_at_once(platform: Platform) -> None:
    number = await platform.keep("image", PICTURE)
    platform.sim.faults = Faults(rules=(Rule("message/send", errcode=40007, every=1, after=1, times=1),))
    await platform.sender.send(make_job(Media("image", number), number=1, recipients=(ZHANG,)))
    await platform.sender.send(make_job(Media("image", number), number=2, recipients=(LI,)))
    assert platform.sim.member_chat(LI)[-1].kind == "image"
    assert platform.calls(UPLOAD) == 2


async def test_an_id_that_is_forgotten_at_once_again_is_not_tried_for_ever(platform: Platform) -> None:
    number = await platform.keep("image", PICTURE)
    platform.sim.faults = Faults(rules=(Rule("message/send", errcode=40007, every=1),))
    with pytest.raises(Permanent):
        await platform.sender.send(make_job(Media("image", number), recipients=(ZHANG,)))
    assert platform.calls(UPLOAD) == 2


async def test_bytes_that_are_still_on_their_way_are_asked_for_again_soon(platform: Platform) -> None:
    number = await platform.keep("image", PICTURE, AttachmentState.WANTED)
    with pytest.raises(Temporary) as later:
        await platform.shelf.put(number)
    assert later.value.retry_after_seconds == 1.0
    assert not later.value.ambiguous


async def test_bytes_that_will_never_come_are_given_up(platform: Platform) -> None:
    number = await platform.keep("image", PICTURE, AttachmentState.LOST)
    with pytest.raises(Permanent):
        await platform.shelf.put(number)


async def test_a_road_that_is_cut_while_uploading_is_tried_again_later(platform: Platform) -> None:
    number = await platform.keep("image", PICTURE)
    platform.sim.faults = Faults(rules=(Rule(UPLOAD, effect="html", every=1, times=1),))
    with pytest.raises(Temporary):
        await platform.shelf.put(number)
    assert (await platform.shelf.put(number)).kind == "image"


async def test_neither_a_restart_nor_another_process_uploads_it_again(platform: Platform) -> None:
    number = await platform.keep("image", PICTURE)
    first = await platform.shelf.put(number)
    assert await platform.another_shelf().put(number) == first
    assert platform.calls(UPLOAD) == 1


async def test_two_processes_at_once_upload_it_once(platform: Platform) -> None:
    """The one that comes second finds it there, or is told to ask again soon."""
    number = await platform.keep("image", PICTURE)
    other = platform.another_shelf()
    one, second = await asyncio.gather(platform.shelf.put(number), other.put(number), return_exceptions=True)
    assert isinstance(second, Temporary) or second == one
    assert await other.put(number) == one
    assert platform.calls(UPLOAD) == 1


async def test_what_a_process_died_with_is_brought_there_by_another_after_a_while(platform: Platform) -> None:
    number = await platform.keep("image", PICTURE)
    async with platform.database.begin() as session:
        now = platform.clock.now()
        assert await media_shelf.claim(session, number, now, now + timedelta(seconds=140))
    with pytest.raises(Temporary):
        await platform.shelf.put(number)
    await platform.clock.advance(seconds=141)
    assert (await platform.shelf.put(number)).kind == "image"


async def test_what_was_taken_back_is_not_sent_although_it_lies_there(platform: Platform) -> None:
    number = await platform.keep("image", PICTURE)
    await platform.shelf.put(number)
    async with platform.database.begin() as session:
        (await session.get_one(Attachment, number)).state = AttachmentState.RECALLED
    with pytest.raises(Permanent):
        await platform.shelf.put(number)
