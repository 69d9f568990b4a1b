"""`broadcast --wait` beside a bot that serves: two processes, one database file."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.support.town import CENTRE, DATA_KEY, LI, OFFICER, ZHANG, Town

WORDS = "后天下午集体视察，请准时到。"


async def test_a_shell_waits_until_all_is_sent(town: Town, tmp_path: Path) -> None:
    behind = (datetime.now(UTC) - town.clock.now()).total_seconds()
    await town.clock.advance(seconds=max(0.0, behind) + 1)  # the shell has the machine's clock
    (tmp_path / "notice.txt").write_text(WORDS)
    words = ["--to", "station:QQ1", "--text-file", "notice.txt", "--author", OFFICER, "--reviewer", CENTRE]
    shell = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "broadcast", *words, "--urgent", "--wait"),
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "LIANXIN_DATABASE_URL": town.bot.settings.database_url,
            "LIANXIN_DATA_KEY": DATA_KEY,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told = asyncio.create_task(shell.communicate())
    async with asyncio.timeout(60):
        while not told.done():
            await town.passes(seconds=1)
            await asyncio.sleep(0.2)
    output, errors = await told
    assert shell.returncode == 0, errors.decode()
    assert output.decode().splitlines()[-2:] == ["sent: 2, failed: 0, confirmed: 0", "1"]
    assert any(WORDS in heard for heard in town.member_heard(ZHANG))
    assert any(WORDS in heard for heard in town.member_heard(LI))
