"""The case register: every matter with what was said, texts and restricted ones only where they may be."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from bot.services.exports import cases
from bot.services.exports.cases import MessageUnreadable, NoSuchStation
from bot.services.exports.writing import NotToStandardOutput
from storage.case_reading import Chosen
from storage.crypto import Vault
from storage.keys import get_key
from storage.models import Case, ContentKeyRow, Message
from tests.unit.exports.conftest import SHANGHAI
from tests.unit.exports.test_export_duty import EVENING, Record, record

__all__ = ["record"]


async def said(record: Record, case: Case, text: str, author: str = "constituent", **facts: Any) -> None:
    async with record.database.begin() as session:
        key = await get_key(session, record.vault, case.key_id)
        at = EVENING + timedelta(minutes=1)
        words = {"text_sealed": key.seal_text(text), "kind": "text", "said_at": at, **facts}
        session.add(Message(case_id=case.id, author=author, **words))


async def exported(record: Record, output: Path | str, *, with_texts: bool = False, **options: Any) -> int:
    asked = {"station": None, "from_on": None, "to_on": None, "restricted": False, **options}
    file_format = asked.pop("format", "jsonl")
    wanted = Chosen.on(asked.pop("station"), asked.pop("from_on"), asked.pop("to_on"), SHANGHAI, **asked)
    return await cases.export_cases(
        record.database,
        record.vault,
        SHANGHAI,
        wanted,
        with_texts=with_texts,
        format=file_format,
        output=str(output),
        progress=record.progress.append,
    )


async def rows(record: Record, folder: Path, **options: Any) -> list[dict[str, Any]]:
    output = folder / "cases.jsonl"
    count = await exported(record, output, **options)
    found = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    assert len(found) == count
    return found


@pytest.fixture
async def two(record: Record) -> Record:
    first = await record.add("R1", EVENING)
    await said(record, first, "路灯坏了\n=1+1")
    await said(record, first, "已经报修", "representative", representative_code="R1")
    second = await record.add("R2", EVENING + timedelta(seconds=1))
    await said(record, second, "举报某人")
    async with record.database.begin() as session:
        await session.execute(update(Case).where(Case.id == second.id).values(restricted=True, topic="discipline"))
    return record


async def test_a_row_has_what_the_contract_says_and_no_texts(two: Record, tmp_path: Path) -> None:
    (row,) = await rows(two, tmp_path)
    assert " ".join(row) == "number station representative topic urgency state opened_at due_at messages"
    assert (row["number"], row["station"], row["representative"]) == ("JH-2026-000001", "QQ1", "R1")
    assert (row["state"], row["urgency"], row["opened_at"]) == ("answered", "normal", "2026-11-20T23:59:59+08:00")
    assert [set(one) for one in row["messages"]] == [{"id", "from", "at", "kind", "text"}] * 2
    assert [(one["from"], one["kind"], one["text"]) for one in row["messages"]] == [
        ("constituent", "text", None),
        ("representative", "text", None),
    ]
    assert two.progress == [1]


async def test_texts_are_there_where_they_are_asked_for(two: Record, tmp_path: Path) -> None:
    (row,) = await rows(two, tmp_path, with_texts=True)
    assert [one["text"] for one in row["messages"]] == ["路灯坏了\n=1+1", "已经报修"]


async def test_restricted_matters_are_left_out_unless_they_are_asked_for(two: Record, tmp_path: Path) -> None:
    found = await rows(two, tmp_path, restricted=True)
    assert [row["topic"] for row in found] == [None, "discipline"]


async def test_local_days_and_stations_choose(two: Record, tmp_path: Path) -> None:
    first, second = date(2026, 11, 20), date(2026, 11, 21)
    assert [one["number"][-1] for one in await rows(two, tmp_path, to_on=first, restricted=True)] == ["1"]
    assert [one["number"][-1] for one in await rows(two, tmp_path, from_on=second, restricted=True)] == ["2"]
    assert len(await rows(two, tmp_path, station="QQ1", to_on=date.max, restricted=True)) == 2
    with pytest.raises(NoSuchStation, match="nowhere"):
        await rows(two, tmp_path, station="nowhere")


async def test_what_was_erased_or_taken_back_is_said_to_be(two: Record, tmp_path: Path) -> None:
    async with two.database.begin() as session:
        message = (await session.scalars(select(Message).order_by(Message.id))).first()
        assert message is not None
        message.recalled_at, message.text_sealed = datetime(2026, 11, 21, tzinfo=UTC), None
    (row,) = await rows(two, tmp_path, with_texts=True)
    assert [one["text"] for one in row["messages"]] == ["（本人已撤回）", "已经报修"]
    async with two.database.begin() as session:
        await session.execute(update(ContentKeyRow).values(wrapped=None, destroyed_at=EVENING))
    (row,) = await rows(two, tmp_path, with_texts=True)
    assert [one["text"] for one in row["messages"]] == ["（内容已依法删除）"] * 2


async def test_another_data_key_is_refused_and_leaves_the_old_file(two: Record, tmp_path: Path) -> None:
    output = tmp_path / "cases.jsonl"
    output.write_text("old")
    two.vault = Vault(bytes(32))
    with pytest.raises(MessageUnreadable, match="JH-2026-000001"):
        await exported(two, output, with_texts=True)
    assert output.read_text() == "old"
    assert await exported(two, output) == 1, "without texts no key is needed"


async def test_a_workbook_has_the_cases_and_what_was_said_and_runs_nothing(two: Record, tmp_path: Path) -> None:
    output = tmp_path / "cases.xlsx"
    await said(two, (await _cases(two))[0], "=HYPERLINK(1)\u202e")
    await exported(two, output, format="xlsx", with_texts=True)
    book = load_workbook(output)
    assert book.sheetnames == ["事项", "留言"]
    assert [cell.value for cell in book["事项"][2]][:3] == ["JH-2026-000001", "QQ1", "R1"]
    last = book["留言"][4][5]
    assert (last.value, last.data_type, last.quotePrefix) == ("=HYPERLINK(1)", "s", True)


async def _cases(record: Record) -> list[Case]:
    async with record.database.read() as session:
        return list(await session.scalars(select(Case).order_by(Case.id)))


async def test_only_json_lines_go_to_standard_output(two: Record) -> None:
    with pytest.raises(NotToStandardOutput):
        await exported(two, "-", format="xlsx")
