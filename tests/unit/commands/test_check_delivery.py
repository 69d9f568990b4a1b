"""`check` says what stops sending, for the case that nobody in the chat can be told."""

import shutil
from pathlib import Path

from bot.commands.checking import check_delivery
from storage import delivery_alarms
from storage.database import Database
from tests.support.rows import MORNING
from tests.support.schema import migrated_file
from tests.support.town import make_settings


async def test_check_says_what_stops_sending_and_what_to_do(tmp_path: Path) -> None:
    shutil.copyfile(migrated_file(), tmp_path / "town.db")
    settings = make_settings(tmp_path, "http://127.0.0.1:9")
    assert (await check_delivery(settings)).to_do == ""
    database = Database(settings.database_url)
    async with database.begin() as session:
        refused, _ = await delivery_alarms.note(session, "refused", 60020, MORNING)
        await delivery_alarms.note(session, "late", 0, MORNING)
    found = await check_delivery(settings)
    assert "企业可信 IP" in found.to_do
    assert "错误码 60020" in found.to_do
    assert "有答复超时没有发出" in found.to_do
    async with database.begin() as session:
        for alarm in await delivery_alarms.find_open(session):
            alarm.cleared_at = MORNING
    assert (await check_delivery(settings)).to_do == ""
    await database.close()
    assert refused.errcode == 60020


async def test_check_on_a_database_without_tables_says_so(tmp_path: Path) -> None:
    assert "migrate" in (await check_delivery(make_settings(tmp_path, "http://127.0.0.1:9"))).to_do
