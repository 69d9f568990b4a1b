"""导出 in the chat, and the page behind its address: who gets which document, and what is in it."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from bot.services.ordering import asking, fetching
from bot.services.ordering.fetching import LinkGone
from bot.services.people import identify_member
from storage.files import AttachmentFiles
from storage.models import AuditLine, FileBinding, MemberLink, Representative
from storage.rules import note_roster_change
from tests.scenarios.test_duty_entries import tap
from tests.scenarios.test_duty_file_page import browsing, path_of
from tests.support.rows import representative
from tests.support.town import CENTRE, OFFICER, ZHANG, Town, open_town


@pytest.fixture
async def town(tmp_path: Path):
    async with open_town(tmp_path) as opened:
        for words in ("今天在牡丹园走访3户，反映路灯不亮", "今天暗访了工地，发现扬尘"):
            await opened.writes(ZHANG, f"履职 {words}")
            await tap(opened, ZHANG, "duty_ok")
        await opened.writes(OFFICER, "接待 4人 反映停车难 代表张伟")
        await tap(opened, OFFICER, "desk_done")
        yield opened


async def asked(town: Town, member: str, words: str) -> str:
    await town.writes(member, words)
    return town.member_heard(member)[-1]


async def link(town: Town, member: str, words: str) -> str:
    said = await asked(town, member, words)
    found = re.search(r"/export/[\w-]{20,}", said)
    assert found is not None, said
    return found[0]


async def test_an_officer_fetches_the_documents_of_their_station_and_no_others(town: Town) -> None:
    said = await asked(town, OFFICER, "导出 履职登记 张伟 2026年")
    assert "张伟代表 履职登记表（2026年）" in said
    assert "24 小时内有效" in said
    register = re.search(r"/export/\S+", said)[0]  # type: ignore[index]
    station = await link(town, OFFICER, "导出 履职登记 钱桥联络站 11月")
    receptions = await link(town, OFFICER, "导出 接待登记")
    async with browsing(town) as client:
        page = await client.get(register)
        text = await page.text()
        assert page.status == 200
        assert "form-action 'self'" in page.headers["Content-Security-Policy"]
        assert "<script" not in text
        assert [one in text for one in ("取打印稿（PDF）", "取可编辑的文档（DOCX）", "取电子表格（XLSX）")] == [
            True
        ] * 3
        for path in (register, station):
            answer = await client.post(path, data={"as": "xlsx"})
            rows = list(load_workbook(io.BytesIO(await answer.read())).active.iter_rows(values_only=True))
            told = str(rows)
            assert "走访3户" in told
            assert "扬尘" not in told, "what is hidden is in no document"
        answer = await client.post(register, data={"as": "docx"})
        assert (await answer.read())[:2] == b"PK"
        answer = await client.post(receptions, data={"as": "pdf"})
        assert (await answer.read())[:5] == b"%PDF-"
        assert "filename*=UTF-8''%E6%8E%A5%E5%BE%85" in answer.headers["Content-Disposition"]
        assert (await client.post(register, data={"as": "zip"})).status == 400
        assert (await client.get("/export/nobody-has-this")).status == 404
    fetched = [one.subject for one in await town.all(AuditLine) if one.act == "document exported"]
    assert fetched[0] == "duty-register of R1 2026-01-01..2026-12-31 as xlsx"
    assert len(fetched) == 4


REFUSED = (
    (OFFICER, "履职登记 王芳", "不在您的范围里"),
    (OFFICER, "接待登记 西庄联络站", "不在您的范围里"),
    (OFFICER, "月报 锦河区 2026-10", "不在您的范围里"),
    (OFFICER, "档案", "哪位代表"),
    (OFFICER, "履职登记 没有这人", "没有看懂：没有这人"),
    (OFFICER, "履职登记 张伟 走访", "没有看懂：张伟 走访"),
    (OFFICER, "月报 2026年", "一次出一个月"),
    (OFFICER, "年报 10月", "一次出一年"),
    (OFFICER, "月报 张伟", "按区域出"),
    (OFFICER, "接待登记 锦河区", "按代表或联络站出"),
    (OFFICER, "接待登记 张伟", "哪个联络站"),
    (OFFICER, "履职登记 张伟 钱桥联络站", "一次只能导出一位代表"),
    (OFFICER, "", "可以这样写"),
    (OFFICER, "工资表", "可以这样写"),
    (ZHANG, "", "您自己的"),
    (ZHANG, "履职登记 李娜", "不在您的范围里"),
    (ZHANG, "月报 锦河区", "不在您的范围里"),
)


async def test_what_is_not_theirs_is_not_given_nor_opened_later(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town, town.bot.database.begin() as session:
        context = await town.bot.office.open(session)
        for userid, words, why in REFUSED:
            member = identify_member(context, userid)
            assert why in (await asking.ask(context, member, words)).render().text, words
        session.add(representative("R9", name="张伟", station_code="XZ1"))
        await session.flush()
        await note_roster_change(session, town.clock.now() - timedelta(hours=1), "test")
        await session.flush()
        context = await town.bot.office.open(session)
        for userid, why in ((OFFICER, "张伟代表 履职登记表"), (CENTRE, "没有看懂：张伟")):
            member = identify_member(context, userid)
            assert why in (await asking.ask(context, member, "履职登记 张伟")).render().text
        assert (await asking.ask(context, identify_member(context, OFFICER), "月报")).named.about == "钱桥街道"
        given = await asking.ask(context, identify_member(context, OFFICER), "档案 张伟")
        token = given.url.rsplit("/", 1)[1]
        rows = list(await session.scalars(select(MemberLink)))
        assert token not in str([(row.digest, row.facts) for row in rows]), "the token itself is not kept"
        assert await fetching.find(context, token) is not None
        with pytest.raises(LinkGone):
            await fetching.find(replace(context, now=context.now + timedelta(hours=25)), token)
        (await session.get_one(Representative, "R1")).station_code = "XZ1"
        await note_roster_change(session, town.clock.now(), "test")
        await session.flush()
        with pytest.raises(LinkGone):
            await fetching.find(await town.bot.office.open(session), token)


async def test_reports_and_the_bound_file_come_from_the_page_as_from_the_command(town: Town) -> None:
    month = await link(town, CENTRE, "导出 月报 锦河区 11月")
    year = await link(town, CENTRE, "导出 年报")
    file = await link(town, ZHANG, "导出 档案")
    async with browsing(town) as client:
        book = load_workbook(io.BytesIO(await (await client.post(month, data={"as": "xlsx"})).read()))
        rows = list(book.worksheets[0].iter_rows(values_only=True))
        assert rows[-1][:5] == ("合计", "锦河区", 0, 0, 4)
        book = load_workbook(io.BytesIO(await (await client.post(year, data={"as": "xlsx"})).read()))
        assert book.sheetnames[0] == "概况"
        for path, data in (
            (file, {"as": "zip"}),
            (await path_of(town, OFFICER, "档案 张伟"), {"paper": "file.zip"}),
        ):
            answer = await client.post(path, data=data)
            names = zipfile.ZipFile(io.BytesIO(await answer.read())).namelist()
            assert "打印件/履职登记表.pdf" in names
        own = await path_of(town, ZHANG)
        answer = await client.post(own, data={"paper": "record-book.pdf", "year": "2026"})
        assert (await answer.read())[:5] == b"%PDF-"
        assert str(date(2026, 1, 1)) in answer.headers["Content-Disposition"]
        for wrong in ({}, {"paper": "month-report.xlsx"}, {"paper": "file.exe"}):
            assert (await client.post(own, data=wrong)).status == 404
        for whose, words, said in (
            (OFFICER, "作废链接 张伟", "由管理员或服务中心作废"),
            (CENTRE, "作废链接 没有这人", "没有认出是谁"),
            (OFFICER, "作废链接", "您的 1 个链接"),
            (OFFICER, "作废链接。", "您没有还有效的链接"),
            (CENTRE, "作废链接 张伟", "张伟的 2 个链接"),
        ):
            assert said in await asked(town, whose, words)
        for path, status in ((file, 410), (own, 410), (month, 200), ("/export/nobody-has-this", 404)):
            assert (await client.get(path)).status == status, path
        voided = [one.subject for one in await town.all(AuditLine) if one.act == "addresses voided"]
        assert voided == [f"1 of {OFFICER}", f"0 of {OFFICER}", f"2 of {ZHANG}"]


async def test_the_file_of_a_term_that_is_over_is_bound_by_the_centre_alone(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town, town.bot.database.begin() as session:
        now = await town.bot.office.open(session)
        after = replace(now, now=now.now.replace(year=2032))
        for context, userid, bound in (
            (now, CENTRE, 0),
            (after, ZHANG, 0),
            (after, OFFICER, 0),
            (after, CENTRE, 1),
        ):
            member = identify_member(context, userid)
            order = await asking.paper_of(context, "file", "R1", 2026)
            file = io.BytesIO()
            written = await fetching.write(
                context, member, order, "zip", file, files=AttachmentFiles(tmp_path), templates=None
            )
            assert written is not None
            await fetching.note_bound(context, member, order, written)
            found = (await session.scalars(select(FileBinding))).all()
            assert len(found) == bound, userid
        assert zipfile.ZipFile(file).read("摘要.txt").decode().strip() == found[0].digest
