"""`posters`: which files it writes for whom, and one clear line for what it refuses."""

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zxingcpp
from click.testing import Result
from pypdfium2 import PdfDocument
from typer.testing import CliRunner

from bot.__main__ import app
from storage import accounts, entry_codes
from storage.database import Database
from storage.models import Representative, RosterSlot, Station

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
LINK = "https://work.weixin.qq.com/kfid/kfc1?enc_scene=ENC"


class Shell:
    """Runs `posters …` where the links of both scenes were made before."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder

    def __call__(self, *words: str, **env: str) -> Result:
        known = {
            "LIANXIN_DATABASE_URL": self.url,
            "LIANXIN_CORP_ID": "ww1",
            "LIANXIN_AGENT_ID": "1",
            "LIANXIN_SECRET": "s",
            "LIANXIN_WECOM_API": "http://127.0.0.1:9",  # nobody answers there
        }
        return CliRunner().invoke(app, ["posters", *words, "-o", str(self.folder)], env={**known, **env})

    @property
    def written(self) -> set[str]:
        return {one.name for one in self.folder.iterdir()} if self.folder.exists() else set()

    def codes_in(self, name: str) -> list[str]:
        image = PdfDocument(self.folder / name)[0].render(scale=2).to_pil()
        return [found.text for found in zxingcpp.read_barcodes(image)]


async def settle_in(url: str, *, linked: bool) -> None:
    database = Database(url)
    try:
        async with database.begin() as session:
            session.add_all([Station(code="HOME", name="区代表之家", kind="home")])
            await session.flush()
            session.add(Station(code="QQ1", name="钱桥联络站", parent_code="HOME", address="惠钱路 88 号"))
            await session.flush()
            for code, name, fields in (("R1", "张伟", []), ("R2", "李娜", ["level", "phone"]), ("R3", "王芳", [])):
                session.add(
                    Representative(
                        code=code,
                        name=name,
                        level="district",
                        station_code="QQ1",
                        phone=f"1391234567{code[-1]}",
                        public_fields=fields,
                    )
                )
            await session.flush()
            session.add(
                RosterSlot(station_code="QQ1", representative_code="R1", weekday=1, start="09:00", end="11:00")
            )
            for code, reason in (("R1", "R1-2"), ("R3", "")):
                await entry_codes.issue(
                    session, code=code, kind="rep", target_code=code, station_code="QQ1", at=NOW
                )
                if reason:
                    await entry_codes.renew(
                        session, kind="rep", target_code=code, station_code="QQ1", at=NOW, by="test"
                    )
                else:
                    row = await entry_codes.find(session, code)
                    assert row is not None
                    entry_codes.revoke(row, at=NOW, by="test", reason="left_office")
            if linked:
                await accounts.add_account(session, "wk1", "连心", NOW)
                for scene in ("rep", "station"):
                    await accounts.add_link(session, "wk1", scene, f"{LINK}{scene}")
    finally:
        await database.close()


@pytest.fixture
def shell(migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    url = f"sqlite+aiosqlite:///{shutil.copyfile(migrated_sqlite, tmp_path / 'lianxin.db')}"
    return Shell(url, tmp_path / "out" / "posters")


def test_a_station_has_its_poster_cards_directory_and_one_poster_a_representative(shell: Shell) -> None:
    asyncio.run(settle_in(shell.url, linked=True))
    done = shell("--station", "QQ1")
    assert done.exit_code == 0, done.stderr
    assert shell.written == {
        "QQ1-station-banner.pdf",
        "R1-representative-banner.pdf",
        "R2-representative-banner.pdf",
        "QQ1-table-cards.pdf",
        "QQ1-directory.pdf",
    }
    assert set(done.stdout.splitlines()[:-1]) == shell.written
    assert "R3: code_revoked, nothing printed" in done.stderr
    assert shell.codes_in("QQ1-station-banner.pdf") == [f"{LINK}station&scene_param=QQ1"]
    assert shell.codes_in("R1-representative-banner.pdf") == [f"{LINK}rep&scene_param=R1-2"]  # the code valid now
    assert set(shell.codes_in("QQ1-directory.pdf")) == {f"{LINK}rep&scene_param={code}" for code in ("R1-2", "R2")}


def test_one_representative_in_every_layout_with_what_they_let_be_shown(shell: Shell) -> None:
    asyncio.run(settle_in(shell.url, linked=True))
    assert shell("--representative", "R2", "--layout", "all").exit_code == 0
    assert shell.written == {
        "R2-representative-banner.pdf",
        "R2-representative-quiet.pdf",
        "R2-table-cards.pdf",
    }
    text = PdfDocument(shell.folder / "R2-representative-quiet.pdf")[0].get_textpage().get_text_range()
    assert "13912345672" in text
    assert "李" not in text
    assert "钱桥" not in text


@pytest.mark.parametrize(
    ("words", "linked", "said"),
    [
        (["--station", "NO"], True, "--station NO: no such station"),
        (["--representative", "NO"], True, "--representative NO: no such representative with a station"),
        (
            ["--station", "HOME", "--representative", "R1"],
            True,
            "--representative R1: belongs to station QQ1, not HOME",
        ),
        ([], False, "posters: no 微信客服 account is known yet: set LIANXIN_KF_ACCOUNT, or let `serve` run once"),
    ],
)
def test_what_cannot_be_printed_is_refused_and_nothing_is_written(
    shell: Shell, words: list[str], linked: bool, said: str
) -> None:
    asyncio.run(settle_in(shell.url, linked=linked))
    refused = shell(*words)
    assert (refused.exit_code, refused.stderr.strip().splitlines()[-1]) == (2, said)
    assert shell.written == set()


def test_where_wecom_does_not_answer_it_says_so(shell: Shell) -> None:
    asyncio.run(settle_in(shell.url, linked=False))
    refused = shell("--station", "QQ1", LIANXIN_KF_ACCOUNT="wk9")
    assert refused.exit_code == 2
    assert "posters: WeCom gives no link" in refused.stderr
