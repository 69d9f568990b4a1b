"""The bound file as one archive: the same data, the same bytes; what is in it can be worked out again."""

import hashlib
import io
import zipfile
from datetime import date

import pytest

from bot.services.duty_file.binding import bound_set
from bot.services.duty_file.terms import Term
from bot.services.exports.archive import PRINTS, Archived, write_archive
from bot.services.exports.duty import NoSuchRepresentative
from tests.integration.test_bound_files import TERM, ZONE, Cabinet, cabinet
from tests.support.rows import VAULT

__all__ = ["cabinet"]


async def archived(cabinet: Cabinet, *, term: Term = TERM, closed: bool = False) -> tuple[Archived, bytes]:
    file = io.BytesIO()
    async with cabinet.database.read() as session:
        bound = await bound_set(session, "R1", term, vault=VAULT, files=cabinet.files, zone=ZONE, closed=closed)
        written = await write_archive(session, VAULT, ZONE, bound, "R1", term, file, closed=closed)
    return written, file.getvalue()


async def test_an_archive_is_the_set_with_its_page_list_and_then_the_forms(cabinet: Cabinet) -> None:
    await cabinet.write(summary="走访3户")
    await cabinet.file_paper("papers", "当选证书")
    bound = await cabinet.bind()
    written, content = await archived(cabinet)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        names = package.namelist()
        assert {name: package.read(name) for name in cabinet.found} == cabinet.found
    assert names[: len(cabinet.found)] == list(cabinet.found)
    assert names[len(cabinet.found) :] == [
        f"{PRINTS}/{title}.pdf" for title in ("基本信息登记表", "履职登记表", "履行职责记录本")
    ]
    assert (written.digest, written.pages) == (bound.digest, len(bound.pages))
    assert written.archive_digest == hashlib.sha256(content).hexdigest()


async def test_the_same_data_are_the_same_bytes_and_a_further_entry_is_not(cabinet: Cabinet) -> None:
    await cabinet.write(summary="走访3户")
    first, again = await archived(cabinet), await archived(cabinet)
    assert first == again
    await cabinet.write(summary="走访5户")
    assert (await archived(cabinet))[0].digest != first[0].digest


async def test_what_is_closed_is_in_no_page_of_the_archive(cabinet: Cabinet) -> None:
    await cabinet.write(summary="调解家事", kind="mediation", lane="restricted")
    _, content = await archived(cabinet)
    _, with_closed = await archived(cabinet, closed=True)
    texts = []
    for one in (content, with_closed):
        with zipfile.ZipFile(io.BytesIO(one)) as package:
            texts.append(b"".join(package.read(name) for name in package.namelist() if name.endswith(".csv")))
    assert "调解家事".encode() not in texts[0]
    assert "调解家事".encode() in texts[1]


async def test_another_term_is_another_archive(cabinet: Cabinet) -> None:
    await cabinet.write(summary="走访3户")
    earlier = Term("第十七届", date(2017, 1, 1), date(2021, 12, 31))
    assert (await archived(cabinet, term=earlier))[0].digest != (await archived(cabinet))[0].digest


async def test_nobody_has_no_archive(cabinet: Cabinet) -> None:
    async with cabinet.database.read() as session:
        with pytest.raises(NoSuchRepresentative):
            await bound_set(session, "R9", TERM, vault=VAULT, files=cabinet.files, zone=ZONE)
