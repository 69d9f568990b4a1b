"""`rules`: what staff tune from a shell, and one clear line for what nothing could follow."""

import asyncio
import base64
import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from bot.__main__ import app
from config.rules import Rules
from storage.database import Database
from storage.models import AuditLine, StaffMember
from storage.rules import get_standing
from tests.support.schema import migrated_file

KEY = base64.b64encode(b"k" * 32).decode()
LADDER = ("announced T-2d@09:00 officers+subscribers", "minutes_before T-10m representatives")


class Shell:
    """Runs commands on a database with an administrator, an officer and the service centre."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, *words: str) -> Result:
        env = {"LIANXIN_DATABASE_URL": self.url, "LIANXIN_DATA_KEY": KEY}
        return CliRunner().invoke(app, ["rules", *words], env=env)

    def standing(self) -> Rules:
        async def read() -> Rules:
            database = Database(self.url)
            async with database.read() as session:
                rules, _ = await get_standing(session)
            await database.close()
            return rules

        return asyncio.run(read())

    def audit(self) -> list[tuple[str, str, str]]:
        async def read() -> list[tuple[str, str, str]]:
            database = Database(self.url)
            async with database.read() as session:
                lines = [(one.actor, one.act, one.subject) for one in await session.scalars(select(AuditLine))]
            await database.close()
            return lines

        return asyncio.run(read())


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shutil.copyfile(migrated_file(), tmp_path / "rules.db")
    url = f"sqlite+aiosqlite:///{tmp_path / 'rules.db'}"

    async def settle() -> None:
        database = Database(url)
        async with database.begin() as session:
            for userid, role in (("admin.one", "admin"), ("centre.one", "centre"), ("officer.one", "officer")):
                session.add(StaffMember(userid=userid, name=userid, role=role))
        await database.close()

    asyncio.run(settle())
    return Shell(url)


def test_every_rule_is_listed_with_what_holds(shell: Shell) -> None:
    listed = shell("list")
    assert listed.exit_code == 0
    assert "quiet_hours\t21:00-08:00" in listed.stdout.splitlines()
    assert len(listed.stdout.splitlines()) == len(Rules.__dataclass_fields__)
    (one,) = json.loads(shell("list", "follow_up_days", "--format", "json").stdout)
    assert one["value"] == [7, 14]
    assert one["changed_by"] is None


def test_a_change_holds_is_on_record_and_can_be_taken_back(shell: Shell) -> None:
    done = shell("set", "quiet_hours", "22:00-07:30", "--by", "admin.one")
    assert done.exit_code == 0
    assert "quiet_hours\t22:00-07:30\tdefault 21:00-08:00" in done.stdout
    assert shell.standing().quiet_hours == "22:00-07:30"
    assert shell.audit() == [("admin.one", "rule changed", "quiet_hours: 21:00-08:00 -> 22:00-07:30")]
    assert shell("reset", "quiet_hours", "--by", "centre.one").exit_code == 0
    assert shell.standing() == Rules()
    assert len(shell.audit()) == 2


def test_what_is_data_of_its_own_is_given_as_json(shell: Shell) -> None:
    sections = {"visits": {"entries": 2}}
    assert shell("set", "duty_sections", json.dumps(sections), "--by", "centre.one").exit_code == 0
    assert shell.standing().duty_sections == sections
    (one,) = json.loads(shell("list", "duty_sections", "--format", "json").stdout)
    assert (one["value"], one["default"]) == (sections, {})
    assert json.loads(shell("list", "--format", "json").stdout), "those with such a default are listed, too"


def test_a_ladder_is_given_step_by_step_or_in_one_line(shell: Shell) -> None:
    assert shell("set", "live_ladder", *LADDER, "--by", "centre.one").exit_code == 0
    assert shell.standing().live_ladder == LADDER
    assert shell("set", "live_ladder", "; ".join(reversed(LADDER)), "--by", "centre.one").exit_code == 0
    assert shell.standing().live_ladder == tuple(reversed(LADDER))
    assert shell("set", "follow_up_days", "5", "10", "--by", "centre.one").exit_code == 0
    assert shell.standing().follow_up_days == (5, 10)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["no_such_rule", "1"], "no such rule"),
        (["quiet_hours", "at night"], "quiet_hours: "),
        (["quiet_hours", "21:00", "08:00"], "takes one value"),
        (["live_ladder", "announced T-3x"], "a step is written such as"),
        (["live_ladder", "moved T-3d"], "may not be called moved"),
        (["live_ladder", " ; "], "takes one value or more"),
        (["activity_hours", "11:30-09:00"], "end after they begin"),
        (["first_answer_hours", "soon"], "takes a number"),
        (["first_answer_hours", "nan"], "takes a number"),
        (["first_answer_hours", "0"], "lies between 1 and 2400"),
        (["kf_messages_per_turn", "6"], "lies between 1 and 5"),
        (["listed_cases", "2.5"], "takes a whole number"),
        (["follow_up_days", "7", "many"], "takes a whole number"),
        (["liaison_nudge_days", "10-01", "13-01"], "takes days such as 10-01"),
        (["file_check_from", "November"], "takes days such as 10-01"),
        (["duty_sections", "visits"], "takes JSON"),
        (["duty_sections", '{"visits": 2}'], "takes a JSON object of objects"),
        (["duty_sections", '{"走访": {"entries": 2}}'], "a code has up to 32 letters"),
    ],
)
def test_what_nothing_could_follow_is_refused_with_one_line(shell: Shell, words: list[str], why: str) -> None:
    refused = shell("set", *words, "--by", "admin.one")
    assert refused.exit_code == 2
    assert why in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert shell.standing() == Rules()
    assert shell.audit() == []


@pytest.mark.parametrize("userid", ["officer.one", "nobody"])
def test_only_the_centre_and_administrators_change_rules(shell: Shell, userid: str) -> None:
    refused = shell("set", "dormant_days", "10", "--by", userid)
    assert refused.exit_code == 2
    assert f"--by: {userid} is neither" in refused.stderr
    assert shell.standing() == Rules()
