"""What anybody may see of the ledger, keep, and hold against it later."""

import asyncio
import sys
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from tests.scenarios.test_duty_entries import visit
from tests.support.town import DATA_KEY, Town, listening


async def fetch(town: Town, path: str) -> str:
    served = web.Application()
    town.bot.add_routes(served)
    async with listening(served) as address, aiohttp.ClientSession() as client:
        answer = await client.get(f"{address}{path}")
        assert answer.status == 200
        return await answer.text()


async def test_the_page_shows_digests_and_nothing_of_anybody(town: Town) -> None:
    assert "还没有可以公布的摘要" in await fetch(town, "/ledger")
    await visit(town)
    await town.passes(days=1)
    page, file = await fetch(town, "/ledger"), await fetch(town, "/ledger.txt")
    day, chain, seq, digest = file.split()
    assert (day, chain, seq) == ("2026-11-20", "JH", "1")
    assert digest in page
    assert "张伟" not in page + file
    assert "牡丹园" not in page + file


async def test_what_was_saved_is_held_against_the_ledger_by_a_command(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await visit(town)
    await town.passes(days=1)
    saved = tmp_path / "saved"
    saved.write_text(await fetch(town, "/ledger"), "utf-8")
    monkeypatch.setenv("LIANXIN_DATABASE_URL", town.bot.settings.database_url)
    monkeypatch.setenv("LIANXIN_DATA_KEY", DATA_KEY)
    await town.bot.database.close()

    code, said = await verify(saved)
    assert (code, "1 saved lines are in the ledger as they were" in said) == (0, True), said
    saved.write_text(f"JH 1 {'0' * 64}\n", "utf-8")
    code, said = await verify(saved)
    assert (code, "ledger JH line 1: is not the one that was saved" in said) == (1, True), said
    saved.write_text("nothing to compare", "utf-8")
    assert (await verify(saved))[0] == 2


async def verify(saved: Path) -> tuple[int, str]:
    """The command in a process of its own."""
    command = (sys.executable, "-m", "bot", "verify", "--against", str(saved))
    pipes = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.STDOUT}
    process = await asyncio.create_subprocess_exec(*command, cwd=Path(__file__).parents[2], **pipes)
    said, _ = await process.communicate()
    return process.returncode, said.decode()
