"""Temporary files (documents 90253, 90254)."""

import pytest
from aiohttp import ClientResponse

from bot.simulator import Faults
from bot.simulator.media import MEGABYTE
from tests.unit.simulator.stage import Stage

PNG = b"\x89PNG\r\n\x1a\n" + b"picture"


async def get(stage: Stage, media_id: str, **headers: str) -> tuple[ClientResponse, bytes]:
    url = f"{stage.bot.api}/cgi-bin/media/get"
    params = {"access_token": stage.bot.token, "media_id": media_id}
    async with stage.bot.http.get(url, params=params, headers=headers) as answer:
        return answer, await answer.read()


async def test_what_goes_up_comes_down_with_its_name(stage: Stage) -> None:
    uploaded = await stage.bot.upload("image", "路灯 1.png", PNG)
    assert uploaded["type"] == "image"
    assert isinstance(uploaded["created_at"], str)
    answer, content = await get(stage, uploaded["media_id"])
    assert content == PNG
    assert answer.content_disposition is not None
    assert answer.content_disposition.filename == "路灯 1.png"
    assert answer.content_type == "image/png"


async def test_a_part_can_be_had(stage: Stage) -> None:
    media_id = (await stage.bot.upload("file", "a.txt", b"0123456789"))["media_id"]
    for span, expected, shown in (
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
    ):
        answer, content = await get(stage, media_id, Range=span)
        assert (answer.status, content, answer.headers["Content-Range"]) == (206, expected, shown)
    assert (await get(stage, media_id, Range="bytes=10-"))[0].status == 416


async def test_large_files_can_be_made_to_need_ranges(stage: Stage) -> None:
    stage.simulator.faults = Faults(media_range_above_bytes=5)
    media_id = (await stage.bot.upload("file", "a.txt", b"0123456789"))["media_id"]
    assert b"830002" in (await get(stage, media_id))[1]
    assert (await get(stage, media_id, Range="bytes=0-4"))[1] == b"01234"


async def test_files_live_three_days(stage: Stage) -> None:
    media_id = (await stage.bot.upload("image", "a.png", PNG))["media_id"]
    await stage.passes(days=3)
    answer, content = await get(stage, media_id)
    assert answer.content_type == "application/json"
    assert b"40007" in content


@pytest.mark.parametrize(
    ("kind", "head", "size", "errcode"),
    [
        ("image", b"\xff\xd8\xff", 5, 44001),
        ("image", b"GIF89a", 20, 40004),
        ("voice", b"RIFF", 20, 40004),
        ("poem", b"", 10, 40005),
        ("voice", b"#!AMR", 2 * MEGABYTE + 1, 45001),
        ("file", b"", 12 * MEGABYTE, 0),
        ("file", b"", 20 * MEGABYTE + 1, 45001),
    ],
)
async def test_upload_rules(stage: Stage, kind: str, head: bytes, size: int, errcode: int) -> None:
    content = head + bytes(size - len(head))
    assert (await stage.bot.upload(kind, "a", content))["errcode"] == errcode
