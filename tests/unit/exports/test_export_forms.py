"""The paper forms from the database to a file: whose they are, what they leave out, how much memory they take."""

import os
import subprocess
import sys
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from sqlalchemy import update

from bot.services.exports.duty import NoSuchRepresentative
from bot.services.exports.forms.templates import TemplateRefused
from bot.services.exports.forms.writing import NoSuchStation, Wanted, count
from bot.services.exports.writing import export_form
from storage import duty
from storage.duty import NewEntry
from storage.keys import add_key
from storage.models import Case, Reception, Representative
from tests.unit.exports.conftest import SHANGHAI
from tests.unit.exports.test_export_duty import EVENING, Record, record
from tests.unit.exports.test_printing import pages

__all__ = ["record"]
DAY = date(2026, 11, 20)


async def exported(record: Record, output: Path, form: str, **options: Any) -> int:
    templates = options.pop("templates", None)
    return await export_form(
        record.database,
        record.vault,
        SHANGHAI,
        Wanted(form, **options),
        file_format=output.suffix[1:],
        output=str(output),
        progress=record.progress.append,
        templates=templates,
    )


def words(path: Path) -> str:
    document = Document(path)
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


async def visit(record: Record, **facts: Any) -> None:
    usual = {"representative_code": "R1", "station_code": "QQ1", "kind": "visit", "source": "rep", "at": EVENING}
    usual |= {"on": DAY, "recorded_at": EVENING, "summary": "走访3户", "people": 3, "details": {"place": "牡丹园"}}
    async with record.database.begin() as session:
        await duty.write(session, "JH", NewEntry(**{**usual, **facts}), *await add_key(session, record.vault))


async def receive(record: Record, matter: str, case: Case | None = None) -> None:
    async with record.database.begin() as session:
        key_id, key = await add_key(session, record.vault)
        facts = {"occurred_on": DAY, "occurred_at": EVENING, "people": 2, "opinions": 1, "proposals": 0}
        session.add(
            Reception(
                station_code="QQ1",
                representative_code="R1",
                key_id=key_id,
                matter_sealed=key.seal_text(matter),
                case_id=case.id if case else None,
                source="desk",
                outcome="case" if case else "answered",
                noted_by="officer",
                noted_at=EVENING,
                source_key=f"m{key_id}",
                **facts,
            )
        )


@pytest.fixture
async def full(record: Record) -> Record:
    await visit(record)
    await visit(record, kind="training", summary="培训", on=DAY - timedelta(days=3), people=0)
    await visit(record, kind="mediation", lane="restricted", summary="调解家事")
    await visit(record, representative_code="R2", summary="李娜走访")
    return record


@pytest.mark.parametrize("file_format", ["docx", "pdf"])
async def test_the_register_is_by_representative_and_day(full: Record, tmp_path: Path, file_format: str) -> None:
    output = tmp_path / f"register.{file_format}"
    assert await exported(full, output, "duty-register") == 3
    assert full.progress == [1, 2, 3]
    found = "".join(pages(output.read_bytes())) if file_format == "pdf" else words(output)
    assert found.index("培训") < found.index("走访3户") < found.index("李娜走访")
    assert "调解家事" not in found


async def test_closed_entries_only_where_they_are_asked_for(full: Record, tmp_path: Path) -> None:
    output = tmp_path / "register.docx"
    assert await exported(full, output, "duty-register", representative="R1", closed=True) == 3
    assert "调解家事" in words(output)
    assert "李娜走访" not in words(output)


async def test_the_record_book_has_a_page_for_each_entry(full: Record, tmp_path: Path) -> None:
    output = tmp_path / "book.pdf"
    await visit(full, summary="长话。" * 700)
    assert await exported(full, output, "record-book", from_on=DAY, to_on=DAY) == 3
    found = pages(output.read_bytes())
    assert len(found) == 4, "three pages, and one with what did not fit"
    assert sum(page.count("长话") for page in found) == 700


async def test_what_a_representative_keeps_from_the_public_is_on_no_form(full: Record, tmp_path: Path) -> None:
    public = ["name", "level", "unit", "station"]
    async with full.database.begin() as session:
        facts = {"phone": "13800000000", "post": "经理", "unit": "惠山厂", "public_fields": public}
        await session.execute(update(Representative).where(Representative.code == "R1").values(**facts))
    for form in ("basic-form", "duty-register"):
        await exported(full, tmp_path / "form.docx", form, representative="R1")
        found = words(tmp_path / "form.docx")
        assert "惠山厂" in found
        assert "13800000000" not in found
        assert "经理" not in found
    async with full.database.begin() as session:  # nothing chosen is all but the telephone
        await session.execute(update(Representative).values(public_fields=[]))
    await exported(full, tmp_path / "form.docx", "basic-form", representative="R1")
    found = words(tmp_path / "form.docx")
    assert ("经理" in found, "13800000000" in found) == (True, False)


async def test_the_reception_register_says_what_became_of_each(full: Record, tmp_path: Path) -> None:
    case = await full.add("R1", EVENING)
    hidden = await full.add("R2", EVENING)
    async with full.database.begin() as session:
        await session.execute(update(Case).where(Case.id == hidden.id).values(restricted=True))
    await receive(full, "路灯不亮", case)
    await receive(full, "咨询社保")
    await receive(full, "举报某人", hidden)
    await receive(full, "留守儿童没人照看")  # has no entry yet: its words say that it is closed
    await receive(full, "邻居家的事")
    await visit(full, kind="reception", lane="restricted", summary="邻居家的事", subject="reception:5")
    output = tmp_path / "receptions.pdf"
    assert await exported(full, output, "reception-register", station="QQ1") == 2
    first, second = pages(output.read_bytes())
    assert "路灯不亮" in first
    assert case.number in first
    assert "已答复" in first
    assert "已当场答复" in second
    assert await exported(full, tmp_path / "all.pdf", "reception-register", closed=True) == 5
    assert await exported(full, tmp_path / "none.pdf", "reception-register", to_on=DAY - timedelta(days=1)) == 0


async def test_the_bar_knows_how_many_there_will_be(full: Record) -> None:
    async with full.database.read() as session:
        assert await count(session, Wanted("duty-register")) == 3
        assert await count(session, Wanted("duty-register", closed=True, from_on=DAY)) == 3
        assert await count(session, Wanted("basic-form", representative="R1")) == 1
        assert await count(session, Wanted("reception-register")) == 0


async def test_the_same_record_gives_the_same_bytes(full: Record, tmp_path: Path) -> None:
    for name in ("a", "b"):
        for ending in ("docx", "pdf"):
            await exported(full, tmp_path / f"{name}.{ending}", "duty-register")
    for ending in ("docx", "pdf"):
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


async def test_whoever_is_not_there_has_no_form(full: Record, tmp_path: Path) -> None:
    with pytest.raises(NoSuchRepresentative):
        await exported(full, tmp_path / "x.pdf", "basic-form", representative="R9")
    with pytest.raises(NoSuchStation):
        await exported(full, tmp_path / "x.pdf", "reception-register", station="X")
    assert [one for one in tmp_path.iterdir() if one.suffix == ".pdf"] == []


async def test_the_offices_own_template_is_used_and_its_faults_are_told(full: Record, tmp_path: Path) -> None:
    own = Document()
    own.add_paragraph("本区登记表")
    own.add_paragraph("共 {{ 总数 }} 条")
    own.save(tmp_path / "履职登记表.docx")
    await exported(full, tmp_path / "own.pdf", "duty-register", templates=tmp_path)
    assert pages((tmp_path / "own.pdf").read_bytes()) == ["本区登记表共3条"]
    own.add_paragraph("{{ 总是 }}")
    own.save(tmp_path / "履职登记表.docx")
    with pytest.raises(TemplateRefused, match="正文第 3 段: “总是”没有这个占位符，可以用：总数"):
        await exported(full, tmp_path / "bad.docx", "duty-register", templates=tmp_path)
    assert not (tmp_path / "bad.docx").exists()


async def test_a_document_is_a_proper_package(full: Record, tmp_path: Path) -> None:
    await exported(full, tmp_path / "a.docx", "duty-register")
    with zipfile.ZipFile(tmp_path / "a.docx") as package:
        assert package.testzip() is None
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert len(package.namelist()) == len(set(package.namelist()))


PEAK = """
import asyncio, io, resource, sys
from datetime import datetime, UTC
from zoneinfo import ZoneInfo
from bot.services.exports import xlsx
from bot.services.exports.duty import DutyRow
from bot.services.exports.forms import filling, registers, templates
from bot.services.exports.forms.people import Names
from bot.services.exports.printing import print_document
import tempfile
zone = ZoneInfo("Asia/Shanghai")
at = datetime(2026, 11, 20, 9, 30, tzinfo=zone)

class Session:
    async def scalars(self, query):
        return []

async def rows(count):
    for number in range(count):
        code = f"R{number // 500:04d}"
        summary = f"第{number}次走访，反映路灯不亮、道路坑洼等问题，已转有关部门。" * 2
        yield DutyRow(number, code, "张伟", "QQ1", "钱桥联络站", "visit", at, None, summary, False, None, None)

async def work(what, count):
    with tempfile.TemporaryFile() as filled, tempfile.TemporaryFile() as output:
        if what == "xlsx":
            await xlsx.write(rows(count), output)
            return
        names = Names({}, {}, {})
        each = registers.sections(Session(), rows(count), {}, names, one_page=False, heard=lambda: None)
        values = {"期间": "全年", "总数": count, "各位代表": each}
        await filling.fill(templates.load("duty-register", None), values, filled)
        if what == "pdf":
            filled.seek(0)
            print_document(filled, output, "x")

asyncio.run(work(sys.argv[1], int(sys.argv[2])))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(what: str, count: int) -> int:
    """KiB at most held by a process that writes so many entries."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, what, str(count)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    return int(done.stdout)


@pytest.mark.long
def test_ten_times_the_entries_take_hardly_more_memory() -> None:
    assert peak("pdf", 400) < 1.5 * peak("pdf", 40)


@pytest.mark.long
@pytest.mark.parametrize("what", ["xlsx", "docx", "pdf"])
def test_ten_thousand_entries_take_hardly_more_memory_than_a_thousand(what: str) -> None:
    assert peak(what, 10_000) < 1.5 * peak(what, 1_000)
