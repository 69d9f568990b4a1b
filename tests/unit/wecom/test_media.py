"""Files up and down: names stay readable, big ones come in pieces, an error is not mistaken for a file."""

import pytest
from aiohttp import web

from bot.wecom import media
from bot.wecom.client import Media
from bot.wecom.errors import MediaExpired, MediaTooLarge, Temporary
from tests.unit.wecom.stand_in import refusal


def file_reply(content, filename="", **headers):
    if filename:
        headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return web.Response(body=content, content_type=headers.pop("content_type", "image/jpeg"), headers=headers)


async def test_upload_keeps_a_chinese_name_readable(client, wecom):
    wecom.answers("media/upload", {"media_id": "M1", "created_at": "1700000000"})
    assert await client.upload_media("file", "履职 报告.pdf", b"%PDF-1.7 ...", "application/pdf") == "M1"
    (call,) = wecom.calls("media/upload")
    assert call.query == {"type": "file"}
    assert 'name="media"; filename="履职 报告.pdf"'.encode() in call.raw
    assert b"%PDF-1.7 ..." in call.raw
    assert b"filename*" not in call.raw


async def test_upload_name_cannot_break_out_of_its_header(client, wecom):
    wecom.answers("media/upload", {"media_id": "M1"})
    await client.upload_media("file", '../a"\r\nX-Evil: 1.pdf', b"123456", "application/pdf")
    assert b"\r\nX-Evil" not in wecom.calls("media/upload")[0].raw


async def test_upload_is_repeated_whole_with_another_token(client, wecom):
    wecom.answers("media/upload", refusal(42001), {"media_id": "M1"})
    assert await client.upload_media("image", "a.jpg", b"123456", "image/jpeg") == "M1"
    assert all(b"123456" in call.raw for call in wecom.calls("media/upload"))


async def test_file_with_its_name_and_type(client, wecom):
    wecom.answers("media/get", file_reply(b"jpeg", "照片.jpg"))
    assert await client.get_media("M1", 1000) == Media(b"jpeg", "照片.jpg", "image/jpeg")
    assert wecom.calls("media/get")[0].query == {"media_id": "M1"}


async def test_expired_file(client, wecom):
    wecom.answers("media/get", refusal(40007))
    with pytest.raises(MediaExpired):
        await client.get_media("M1", 10)


async def test_error_in_plain_text_is_an_error_too(client, wecom):
    wecom.answers("media/get", web.Response(text='{"errcode":40007,"errmsg":"x"}', content_type="text/plain"))
    with pytest.raises(MediaExpired):
        await client.get_media("M1", 10)


async def test_file_that_is_json_is_a_file(client, wecom):
    wecom.answers("media/get", file_reply(b'{"errcode":40007}', "a.json", content_type="application/json"))
    assert (await client.get_media("M1", 1000)).content == b'{"errcode":40007}'


async def test_refused_token_is_replaced_once(client, wecom):
    wecom.answers("media/get", refusal(40014), file_reply(b"jpeg"))
    assert (await client.get_media("M1", 1000)).content == b"jpeg"


async def test_file_larger_than_wanted(client, wecom):
    wecom.answers("media/get", file_reply(b"x" * 200_000))
    with pytest.raises(MediaTooLarge):
        await client.get_media("M1", 100_000)


def pieces_of(content):
    """A handler that insists on pieces, as WeCom does for big files."""

    async def handle(request):
        if "Range" not in request.headers:
            return web.json_response(refusal(media.errors.MEDIA_TOO_LARGE))
        wanted = request.http_range
        piece = content[wanted]
        return web.Response(
            status=206,
            body=piece,
            content_type="video/mp4",
            headers={
                "Content-Range": f"bytes {wanted.start}-{wanted.start + len(piece) - 1}/{len(content)}",
                "Content-Disposition": 'attachment; filename="v.mp4"',
            },
        )

    return handle


@pytest.mark.parametrize("size", [1, media.PIECE, media.PIECE + 1, 2 * media.PIECE + 7])
async def test_big_file_comes_in_pieces(client, wecom, size):
    content = bytes(range(251)) * (size // 251 + 1)
    content = content[:size]
    wecom.answers("media/get", *[pieces_of(content)] * 5)
    assert await client.get_media("M1", 20_000_000) == Media(content, "v.mp4", "video/mp4")


async def test_big_file_larger_than_wanted_is_left_after_its_first_piece(client, wecom):
    wecom.answers("media/get", *[pieces_of(b"x" * (media.PIECE * 2))] * 5)
    with pytest.raises(MediaTooLarge):
        await client.get_media("M1", media.PIECE)
    assert len(wecom.calls("media/get")) == 2


async def test_wrong_piece_is_not_taken_for_the_right_one(client, wecom):
    wrong = web.Response(status=206, body=b"xx", headers={"Content-Range": "bytes 5-6/9"}, content_type="video/mp4")
    wecom.answers("media/get", refusal(media.errors.MEDIA_TOO_LARGE), wrong)
    with pytest.raises(Temporary):
        await client.get_media("M1", 1000)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="a.jpg"', "a.jpg"),
        ("attachment; filename=a.jpg", "a.jpg"),
        ("attachment; filename=\"x.jpg\"; filename*=UTF-8''%E7%85%A7.jpg", "照.jpg"),
        ('attachment; filename="../../etc/passwd"', "_.._etc_passwd"),
        ("attachment", ""),
        ("", ""),
        ('attachment; filename="..."', ""),
    ],
)
def test_file_names(header, name):
    assert media.filename_in(header) == name
