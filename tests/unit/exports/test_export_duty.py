"""Duty entries from the database to a file."""

import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.services.exports import duty as reading
from bot.services.exports.duty import DutyRow, NoSuchRepresentative, SummaryUnreadable, duty_rows
from bot.services.exports.writing import NotToStandardOutput, export_duty
from storage import duty, migrate
from storage.case_numbers import next_number
from storage.crypto import Vault
from storage.database import Database
from storage.keys import add_key
from storage.models import Case, Constituent, ContentKeyRow, Conversation
from storage.states import CaseState
from tests.support.town import settle_in
from tests.unit.exports.conftest import SHANGHAI

EVENING = datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC)  # one second before midnight in Shanghai
FORMATS = ["jsonl", "xlsx", "docx", "pdf"]


@dataclass(slots=True)
class Record:
    """Duty entries of a small district."""

    database: Database
    vault: Vault
    progress: list[int] = field(default_factory=list)

    async def add(self, code: str, at: datetime, summary: str = "答复") -> Case:
        async with self.database.begin() as session:
            key_id, key = await add_key(session, self.vault)
            constituent = Constituent(external_userid=f"wm{key_id}", key_id=key_id, first_seen_at=at)
            session.add(constituent)
            await session.flush()
            conversation = Conversation(constituent_id=constituent.id, open_kfid="wk1")
            session.add(conversation)
            await session.flush()
            case = Case(
                number=await next_number(session, "JH", 2026),
                conversation_id=conversation.id,
                constituent_id=constituent.id,
                key_id=key_id,
                state=CaseState.ANSWERED,
                round=1,
                kind="case",
                urgency="normal",
                station_code="QQ1",
                representative_code=code,
                reasons_sealed=key.seal(b"[]"),
                opened_at=at,
                due_at=at,
            )
            session.add(case)
            await session.flush()
            await duty.add_entry(
                session, case=case, representative_code=code, kind="reception", summary=summary, key=key, at=at
            )
        return case

    async def rows(self, **chosen: Any) -> list[DutyRow]:
        async with self.database.read() as session:
            return [row async for row in duty_rows(session, self.vault, SHANGHAI, **chosen)]

    async def export(self, output: Path | str, file_format: str, **chosen: Any) -> int:
        everything: dict[str, Any] = {"representative": None, "from_on": None, "to_on": None}
        return await export_duty(
            self.database,
            self.vault,
            SHANGHAI,
            **{**everything, **chosen},
            format=file_format,
            output=str(output),
            progress=self.progress.append,
        )


@pytest.fixture
async def record(database_urls: str) -> AsyncIterator[Record]:
    database = Database(database_urls)
    await migrate.ensure(database)
    await settle_in(database)
    yield Record(database, Vault(os.urandom(32)))
    await database.close()


async def test_an_entry_says_who_where_what_and_when_in_local_time(record: Record) -> None:
    case = await record.add("R1", EVENING, "在线接待：答复群众反映的事")
    async with record.database.begin() as session:
        entry = await duty.find_entry(session, case, "R1")
        await duty.stamp_delivered(session, entry, case, EVENING + timedelta(seconds=1))

    (row,) = await record.rows()

    assert (row.representative, row.representative_name) == ("R1", "张伟")
    assert (row.station, row.station_name) == ("QQ1", "钱桥联络站")
    assert (row.kind, row.case, row.summary) == ("reception", "JH-2026-000001", "在线接待：答复群众反映的事")
    assert row.occurred_at.isoformat() == "2026-11-20T23:59:59+08:00"
    assert row.delivered
    assert row.delivered_at.isoformat() == "2026-11-21T00:00:00+08:00"
    assert row.closed_at is None


async def test_both_days_are_included_as_local_days(record: Record) -> None:
    await record.add("R1", EVENING)
    await record.add("R1", EVENING + timedelta(seconds=1))
    first, second = date(2026, 11, 20), date(2026, 11, 21)

    assert [row.entry for row in await record.rows(from_on=first, to_on=first)] == [1]
    assert [row.entry for row in await record.rows(from_on=second, to_on=second)] == [2]
    assert [row.entry for row in await record.rows(from_on=second)] == [2]
    assert [row.entry for row in await record.rows(to_on=first)] == [1]
    assert [row.entry for row in await record.rows(from_on=date.min, to_on=date.max)] == [1, 2]


async def test_one_representatives_entries_are_asked_for_by_code(record: Record) -> None:
    await record.add("R1", EVENING)
    await record.add("R2", EVENING)

    assert [row.representative for row in await record.rows(representative_code="R2")] == ["R2"]
    assert await record.rows(representative_code="R3") == []


async def test_many_entries_are_read_in_order(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BATCH", 3)
    for number in range(7):
        await record.add("R1", EVENING, f"第{number}次")

    assert [row.summary for row in await record.rows()] == [f"第{number}次" for number in range(7)]


async def test_what_was_erased_by_law_is_said_to_be(record: Record) -> None:
    case = await record.add("R1", EVENING)
    await record.add("R2", EVENING, "留下的")
    async with record.database.begin() as session:
        erased = update(ContentKeyRow).where(ContentKeyRow.id == case.key_id)
        await session.execute(erased.values(wrapped=None, destroyed_at=EVENING))

    assert [row.summary for row in await record.rows()] == ["（内容已依法删除）", "留下的"]


async def test_another_data_key_is_refused_and_leaves_the_old_file(record: Record, tmp_path: Path) -> None:
    await record.add("R1", EVENING)
    output = tmp_path / "duty.jsonl"
    output.write_text("old")
    record.vault = Vault(os.urandom(32))

    with pytest.raises(SummaryUnreadable, match=r"duty entry 1: .* LIANXIN_DATA_KEY"):
        await record.export(output, "jsonl")

    assert [path.name for path in tmp_path.iterdir() if path.name.startswith((".", "duty"))] == ["duty.jsonl"]
    assert output.read_text() == "old"


@pytest.mark.parametrize("file_format", FORMATS)
async def test_an_unknown_representative_is_refused_and_no_file_made(
    record: Record, tmp_path: Path, file_format: str
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()

    with pytest.raises(NoSuchRepresentative, match="'R9'"):
        await record.export(folder / "duty", file_format, representative="R9")

    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("file_format", FORMATS)
async def test_every_format_takes_the_place_of_the_old_file(
    record: Record, tmp_path: Path, file_format: str
) -> None:
    await record.add("R1", EVENING)
    await record.add("R2", EVENING)
    folder = tmp_path / "out"
    folder.mkdir()
    output = folder / f"duty.{file_format}"
    output.write_text("old")

    assert await record.export(output, file_format) == 2

    assert list(folder.iterdir()) == [output]
    assert output.read_bytes()[:2] in {b'{"', b"PK", b"%P"}
    assert record.progress == [1, 2]


async def test_a_link_stays_a_link(record: Record, tmp_path: Path) -> None:
    real, link = tmp_path / "real.jsonl", tmp_path / "link.jsonl"
    link.symlink_to(real)

    await record.export(link, "jsonl")

    assert link.is_symlink()
    assert real.read_bytes() == b""


async def test_a_device_is_written_to_and_not_replaced(record: Record) -> None:
    await record.add("R1", EVENING)

    assert await record.export("/dev/null", "xlsx") == 1

    assert Path("/dev/null").is_char_device()


async def test_a_folder_that_is_not_there_is_an_error_of_the_system(record: Record, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await record.export(tmp_path / "nowhere" / "duty.jsonl", "jsonl")
    with pytest.raises(IsADirectoryError):
        await record.export(tmp_path, "jsonl")


async def test_json_lines_go_to_standard_output(record: Record, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    await record.add("R1", EVENING)

    await record.export("-", "jsonl")

    line = json.loads(capsysbinary.readouterr().out)
    assert line["occurred_at"] == "2026-11-20T23:59:59+08:00"
    assert (line["entry"], line["representative"], line["kind"], line["case"]) == (
        1,
        "R1",
        "reception",
        "JH-2026-000001",
    )
    assert (line["summary"], line["delivered"]) == ("答复", False)


@pytest.mark.parametrize("file_format", ["xlsx", "docx", "pdf"])
async def test_other_formats_do_not_go_to_standard_output(record: Record, file_format: str) -> None:
    with pytest.raises(NotToStandardOutput, match="name a file"):
        await record.export("-", file_format)
