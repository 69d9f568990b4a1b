"""The file of a term as a set of files: the same data, the same bytes; and nothing in it that is not to be seen."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.services.duty_file import binding, terms
from bot.services.duty_file.binding import BoundSet, bound_set, note_bound
from bot.services.duty_file.terms import Term
from bot.services.exports.duty import NoSuchRepresentative
from config.rules import Rules
from storage import duty, duty_file
from storage.database import Database
from storage.duty_file import NewPaper
from storage.files import AttachmentFiles
from storage.keys import add_key, get_key
from storage.models import Attachment, ContentKeyRow, DutyTerm, FileBinding, FileCheck, FileGap, Representative
from storage.states import AttachmentState, FileCheckState
from tests.integration.test_ledger_tampering import TODAY, visit
from tests.support.rows import MORNING, VAULT
from tests.support.town import settle_in

ZONE = ZoneInfo("Asia/Shanghai")
TERM = Term("第十八届", date(2022, 1, 1), date(2026, 12, 31))
PICTURE = b"\xff\xd8\xff picture of a visit"


@dataclass(slots=True)
class Cabinet:
    """A representative's file, and what a walk over it found."""

    database: Database
    files: AttachmentFiles
    found: dict[str, bytes] = field(default_factory=dict)

    async def bind(self, *, closed: bool = False, term: Term = TERM) -> BoundSet:
        self.found = {}
        async with self.database.read() as session:
            bound = await bound_set(session, "R1", term, vault=VAULT, files=self.files, zone=ZONE, closed=closed)
            async with aclosing(bound.walk()) as walk:
                async for path, stream in walk:
                    assert path not in self.found
                    self.found[path] = b"".join([chunk async for chunk in stream])
        return bound

    async def write(self, **facts: object) -> int:
        async with self.database.begin() as session:
            entry = await duty.write(session, "JH", visit(**facts), *await add_key(session, VAULT))
            return entry.id

    async def file_paper(self, section: str, title: str, name: str = "扫描件.PDF") -> int:
        new = NewPaper("R1", section, TODAY, title, "file", f"media-{title}", name, f"m:{title}", "zhang.wei")
        async with self.database.begin() as session:
            paper = await duty_file.add_paper(session, new, *await add_key(session, VAULT), MORNING)
            (attachment,) = [
                one for kept, one in await duty_file.papers_of(session, "R1", TODAY, TODAY) if kept.id == paper.id
            ]
            key = await get_key(session, VAULT, paper.key_id)
            self.files.write(attachment.id, key, title.encode())
            attachment.state, attachment.digest = AttachmentState.STORED, hashlib.sha256(title.encode()).hexdigest()
            return paper.id

    async def add_picture(self) -> int:
        async with self.database.begin() as session:
            key_id, key = await add_key(session, VAULT)
            row = Attachment(
                duty_draft_id=1,
                key_id=key_id,
                kind="image",
                media_id="p",
                state=AttachmentState.STORED,
                due_at=MORNING,
                content_type="image/jpeg",
            )
            session.add(row)
            await session.flush()
            self.files.write(row.id, key, PICTURE)
            return row.id

    def text(self, ending: str) -> str:
        (found,) = [content for path, content in self.found.items() if path.endswith(ending)]
        return found.decode("utf-8-sig")


@pytest.fixture
async def cabinet(database: Database, tmp_path: Path) -> AsyncIterator[Cabinet]:
    await settle_in(database)
    filled = Cabinet(database, AttachmentFiles(tmp_path))
    picture = await filled.add_picture()
    await filled.write(evidence=(f"attachment:{picture}",), summary="走访3户，反映路灯问题")
    await filled.write(kind="bill", summary="=SUM(A1)", evidence=(), people=0)
    await filled.file_paper("papers", "当选通知书")
    return filled


async def test_the_same_data_give_the_same_files_and_the_same_digest(cabinet: Cabinet) -> None:
    first = await cabinet.bind()
    files = dict(cabinet.found)
    second = await cabinet.bind()
    assert cabinet.found == files
    assert list(cabinet.found) == list(files), "in the same order"
    assert (first.digest, first.pages) == (second.digest, second.pages)


async def test_what_changes_in_the_record_changes_the_digest(cabinet: Cabinet) -> None:
    before = (await cabinet.bind()).digest
    await cabinet.write(summary="又走访2户", evidence=())
    with_entry = (await cabinet.bind()).digest
    await cabinet.file_paper("notes", "第一季度小结")
    with_paper = (await cabinet.bind()).digest
    assert len({before, with_entry, with_paper}) == 3


async def test_each_section_has_what_belongs_there(cabinet: Cabinet) -> None:
    await cabinet.bind()
    assert list(cabinet.found) == [
        "01-选举材料/000001-当选通知书.pdf",
        "02-基本信息登记表/基本信息登记表.csv",
        "03-履职登记表/履职登记表.csv",
        "04-议案建议/议案建议.csv",
        "05-活动图片/000001-1号2026-11-20走访.jpg",
        "06-走访选民/走访选民.csv",
        "年度检查.csv",
        "年度检查缺项.csv",
        "履职账本.csv",
        "目录.csv",
        "摘要.txt",
    ]
    assert cabinet.found["05-活动图片/000001-1号2026-11-20走访.jpg"] == PICTURE
    assert "当选通知书" in cabinet.found["01-选举材料/000001-当选通知书.pdf"].decode()
    assert "张伟" in cabinet.text("基本信息登记表.csv")
    assert "第十八届" in cabinet.text("基本信息登记表.csv")
    assert cabinet.text("履职登记表.csv").count("\r\n") == 3
    assert "反映路灯问题" not in cabinet.text("议案建议.csv")
    assert "反映路灯问题" in cabinet.text("走访选民.csv")


async def test_the_page_list_proves_every_page(cabinet: Cabinet) -> None:
    bound = await cabinet.bind()
    lines = cabinet.text("目录.csv").splitlines()[1:]
    assert len(lines) == len(bound.pages) == len(cabinet.found) - 2
    for page in bound.pages:
        content = cabinet.found[page.path]
        assert (page.size, page.digest) == (len(content), hashlib.sha256(content).hexdigest())
    assert cabinet.text("摘要.txt").strip() == bound.digest == binding.digest_of(bound.pages)


async def test_what_a_spreadsheet_would_run_is_defused(cabinet: Cabinet) -> None:
    await cabinet.bind()
    assert "'=SUM(A1)" in cabinet.text("议案建议.csv")


async def test_closed_entries_are_there_only_for_those_who_may_see_them(cabinet: Cabinet) -> None:
    await cabinet.write(kind="mediation", lane="restricted", summary="调解张家的事", evidence=())
    await cabinet.write(kind="covert_check", lane="hidden", summary="暗访农贸市场", evidence=())
    await cabinet.bind()
    everything = b"".join(cabinet.found.values()).decode(errors="replace")
    assert "张家" not in everything
    assert "农贸" not in everything
    assert cabinet.text("履职账本.csv").count("\r\n") == 3, "not even their lines"
    await cabinet.bind(closed=True)
    assert "张家" in cabinet.text("履职登记表.csv")
    assert "农贸" in cabinet.text("履职登记表.csv")


async def test_another_term_has_none_of_it(cabinet: Cabinet) -> None:
    await cabinet.bind(term=Term("第十七届", date(2017, 1, 1), date(2021, 12, 31)))
    assert not any(path.startswith(("01", "05")) for path in cabinet.found)
    assert cabinet.text("履职登记表.csv").count("\r\n") == 1


async def test_what_was_erased_or_never_came_is_said_so(cabinet: Cabinet) -> None:
    paper = await cabinet.file_paper("papers", "候选人登记表")
    await cabinet.file_paper("notes", "遗失的小结")
    async with cabinet.database.begin() as session:
        kept = await duty_file.find_paper(session, paper)
        await session.execute(
            update(ContentKeyRow).where(ContentKeyRow.id == kept.key_id).values(wrapped=None, destroyed_at=MORNING)
        )
    cabinet.files.remove(4)
    await cabinet.bind()
    assert cabinet.found["01-选举材料/000002"].decode() == "（内容已依法删除）"
    assert cabinet.found["07-履职笔记/000003-遗失的小结.pdf"].decode() == "（原件没有取到）"


async def test_a_title_is_never_a_path(cabinet: Cabinet) -> None:
    await cabinet.file_paper("notes", "../../etc/passwd\u202e")
    await cabinet.bind()
    (path,) = [path for path in cabinet.found if path.startswith("07")]
    assert path == "07-履职笔记/000002-etcpasswd.pdf"


async def test_a_long_file_is_bound_whole(cabinet: Cabinet) -> None:
    async with cabinet.database.begin() as session:
        key = await add_key(session, VAULT)
        many = [(visit(summary=f"走访第{number}户", evidence=()), *key) for number in range(1200)]
        await duty.write_all(session, "JH", many)
    await cabinet.bind()
    assert cabinet.text("履职登记表.csv").count("\r\n") == 1203
    assert cabinet.text("履职账本.csv").count("\r\n") == 1203


async def test_a_binding_is_noted_once_and_binds_the_sealed_years(cabinet: Cabinet) -> None:
    async with cabinet.database.begin() as session:
        for year, state in ((2025, FileCheckState.SEALED), (2026, FileCheckState.PUBLISHED)):
            session.add(FileCheck(representative_code="R1", year=year, state=state, opened_at=MORNING))
    bound = await cabinet.bind()
    for at in (MORNING, MORNING + timedelta(days=60), MORNING + timedelta(days=61)):
        async with cabinet.database.begin() as session:
            await note_bound(session, "R1", TERM, bound, closed=False, at=at, by="export")
    async with cabinet.database.read() as session:
        assert len((await session.execute(FileBinding.__table__.select())).all()) == 1
        rows = (await session.execute(FileCheck.__table__.select())).mappings().all()
        assert {row["year"]: row["state"] for row in rows} == {
            2025: FileCheckState.BOUND,
            2026: FileCheckState.PUBLISHED,
        }


async def test_what_was_waived_is_in_the_set_with_its_reason(cabinet: Cabinet) -> None:
    async with cabinet.database.begin() as session:
        key_id, key = await add_key(session, VAULT)
        check = FileCheck(
            representative_code="R1", year=2026, state=FileCheckState.SEALED, opened_at=MORNING, key_id=key_id
        )
        session.add(check)
        await session.flush()
        session.add(FileGap(check_id=check.id, subject="section:visits", filled_at=MORNING))
        waived = {"waived_at": MORNING, "waived_by": "o", "reason_sealed": key.seal_text("长期住院")}
        session.add(FileGap(check_id=check.id, subject="contacts:voter", **waived))
    await cabinet.bind()
    assert cabinet.text("年度检查缺项.csv").splitlines()[1:] == [
        "2026,走访选民,2026-11-20,,,",
        "2026,联系选民次数,,2026-11-20,o,长期住院",
    ]


async def test_nobody_has_a_file_who_is_no_representative(cabinet: Cabinet) -> None:
    async with cabinet.database.read() as session:
        with pytest.raises(NoSuchRepresentative):
            await bound_set(session, "R9", TERM, vault=VAULT, files=cabinet.files, zone=ZONE)


async def test_a_term_is_ones_own_else_of_the_nearest_region_else_the_usual_one(database: Database) -> None:
    await settle_in(database)
    span = {"first_on": date(2026, 3, 1), "last_on": date(2031, 2, 28)}
    async with database.read() as session:
        assert await terms.get_term(session, Rules(), "R1", TODAY) == Term(
            "2022—2026 年届", date(2022, 1, 1), date(2026, 12, 31)
        )
    async with database.begin() as session:
        session.add(DutyTerm(region_code="JH", name="区第十九届", **span))
        session.add(DutyTerm(region_code="JH01", level="town", name="镇第二十届", **span))
        session.add(DutyTerm(representative_code="R2", name="补选", **{**span, "first_on": date(2026, 9, 1)}))
        await session.execute(update(Representative).where(Representative.code == "R3").values(level="town"))
    async with database.read() as session:
        names = {
            code: (await terms.get_term(session, Rules(), code, TODAY)).name for code in ("R1", "R2", "R3", "R9")
        }
        earlier = await terms.get_term(session, Rules(), "R2", date(2026, 5, 1))
    assert names == {"R1": "区第十九届", "R2": "补选", "R3": "镇第二十届", "R9": "2022—2026 年届"}
    assert earlier.name == "区第十九届"
