"""A drill: the copy of last night, made while people wrote, put back in another place with the same data key."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from sqlalchemy import select

from bot.app import open_bot
from storage import keys
from storage.files import AttachmentFiles
from storage.models import Attachment, Case, Message
from storage.states import AttachmentState
from tests.support.pictures import picture
from tests.support.schema import migrated_file
from tests.support.town import DATA_KEY, RESIDENT, ZHANG, make_settings, open_town

ROOT = Path(__file__).parents[2]
WORDS = "牡丹园三号楼的路灯坏了"
ANSWER = "路灯今天傍晚修好，请您放心。"


def run(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


async def test_last_nights_copy_with_its_files_and_the_key_gives_everything_back(tmp_path: Path) -> None:
    data, backup, restored = tmp_path / "data", tmp_path / "backup", tmp_path / "restored"
    data.mkdir()
    shutil.copyfile(migrated_file(), data / "lianxin.db")
    taken = picture()
    async with open_town(tmp_path, database_url=f"sqlite+aiosqlite:///{data / 'lianxin.db'}") as town:
        await town.scans(RESIDENT, "rep", "R1")
        await town.says(RESIDENT, WORDS)
        await town.sim.sends_media(RESIDENT, "image", "灯.png", taken)
        await town.settle()
        await town.writes(ZHANG, f"#000001 {ANSWER}")
        copied = run(
            [str(ROOT / "deploy" / "back-up.sh")], DATA=str(data), BACKUP=str(backup), PYTHON=sys.executable
        )
        assert copied.returncode == 0, copied.stderr
        await town.says(RESIDENT, "这一句在备份之后")
    (day,) = backup.iterdir()
    shutil.copytree(day, restored)
    shutil.rmtree(data)

    address = f"sqlite+aiosqlite:///{restored / 'lianxin.db'}"
    checked = run([sys.executable, "-m", "bot", "verify"], LIANXIN_DATABASE_URL=address, LIANXIN_DATA_KEY=DATA_KEY)
    assert checked.returncode == 0, checked.stdout + checked.stderr

    settings = make_settings(tmp_path, "http://127.0.0.1:9", database_url=address)
    async with open_bot(settings) as bot, bot.database.read() as session:
        case = await session.get_one(Case, 1)
        key = await keys.find_key(session, bot.office.vault, case.key_id)
        assert key is not None
        messages = await session.scalars(select(Message))
        said = [key.open_text(one.text_sealed) for one in messages if one.text_sealed]
        assert WORDS in said
        assert ANSWER in said
        assert "这一句在备份之后" not in said
        (kept,) = await session.scalars(select(Attachment))
        assert kept.state is AttachmentState.STORED
        own = await keys.find_key(session, bot.office.vault, kept.key_id)
        assert own is not None
        assert AttachmentFiles(restored).read(kept.id, own) == taken
