"""主题模型: a candidate is trained in a process of its own, compared, switched and switched back."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.assignment.topics.heads import Head
from bot.assignment.topics.model import TopicModel
from bot.services.console import topic_desk, topic_shelf
from bot.services.console.topic_desk import Progress
from bot.services.console.topic_shelf import TopicFiles
from bot.services.people import identify_member
from config.settings import SHIPPED_MODEL
from storage import corrections
from storage.models import AuditLine, Case
from tests.support.town import CENTRE, NEIGHBOUR, OFFICER, RESIDENT, Town
from tests.support.visits import Browser, hire, open_browser, open_site

PAGE = "/console/rules/topics"
HOSTILE = "<script>alert(1)</script>\u202e路灯坏了，电话13812345678"


@pytest.fixture
async def browser(town: Town) -> AsyncIterator[Browser]:
    await hire(town)
    async with open_site(town) as (_, address), open_browser(address) as opened:
        yield opened


def _one_sided() -> bytes:
    """A model for which everything is about the environment."""
    model = TopicModel.load(SHIPPED_MODEL.read_bytes())
    old = model.topic
    bias = tuple(99.0 if name == "environment" else 0.0 for name in old.classes)
    head = Head.of(old.classes, old.runs, old.importance, old.weights, old.scale, bias, old.bands)
    return replace(model, topic=head).dump()


async def _put_right(town: Town) -> None:
    """Two cases that their writers called environment; one of them becomes a restricted one."""
    async with town.bot.database.begin() as session:
        for case in await corrections.newest_cases(session, 10):
            corrections.add(session, case, by="constituent", what="topic", at=town.bot.office.clock.now())
            case.topic = "environment"


async def test_a_model_is_trained_compared_switched_and_switched_back(
    town: Town, browser: Browser, tmp_path: Path
) -> None:
    office = town.bot.office
    files = topic_shelf.files_of(office.model)
    assert files is not None
    await town.says(RESIDENT, HOSTILE)
    await town.says(NEIGHBOUR, "幸福路的路灯也坏了三天")
    await browser.has_session_of(town, OFFICER)
    assert (await browser.get(PAGE))[0] == 403
    await browser.has_session_of(town, CENTRE)
    assert "还没有可以用来训练的更正" in (await browser.get(PAGE))[2]
    assert (await browser.send(PAGE, act="compare"))[0] == 409
    await _put_right(town)
    await _trains_or_leaves_everything_as_it_was(town, files, tmp_path)

    status, _, page = await browser.send(PAGE, act="compare")
    assert status == 200
    assert "<script>alert" not in page
    assert "13812345678" not in page
    assert "\u202e" not in page
    assert "现在的：" in page
    seen = topic_shelf.digest(files.candidate)
    assert (await browser.send(PAGE, act="switch", seen="0" * 16))[0] == 409
    assert (await browser.send(PAGE, act="frobnicate"))[0] == 422
    for _ in range(2):  # a double tap
        await browser.send(PAGE, act="switch", seen=seen)
    assert topic_shelf.digest(files.in_use) == seen
    assert _reads(town) == "environment"
    assert "在本页换上的模型" in (await browser.get(PAGE))[2]
    await browser.send(PAGE, act="back", seen=seen)
    assert (await browser.send(PAGE, act="back", seen=seen))[0] == 409
    assert not files.in_use.exists()
    assert _reads(town) != "environment"
    assert topic_shelf.digest(files.candidate) == seen
    acts = [line.act for line in await town.all(AuditLine) if line.act.startswith("topic model")]
    assert acts.count(topic_desk.SWITCHED) == 2
    assert acts.count(topic_desk.COMPARED) == 1

    async with town.bot.database.begin() as session:
        for case in await town.all(Case):
            (await session.get_one(Case, case.id)).restricted = True
    assert "还没有可以用来训练的更正" in (await browser.get(PAGE))[2]


def _reads(town: Town) -> str:
    model = town.bot.office.model.get()
    assert model is not None
    return model.read("公交车总是不停站，站牌也倒了").topics[0][0]


async def _trains_or_leaves_everything_as_it_was(town: Town, files: TopicFiles, tmp_path: Path) -> None:
    """Children that are busy, break, write nonsense, are stopped half-way; then one that works."""
    made = tmp_path / "made.bin"
    made.write_bytes(_one_sided())
    office, progress = town.bot.office, Progress()
    async with office.database.read() as session:
        member = identify_member(await office.open(session), CENTRE)
    write = "import sys,shutil; sys.stdin.read(); print('[\"topics\", 1, 2]'); "

    async def train(script: str) -> str:
        await topic_desk.train(office, member, files, progress, (sys.executable, "-c", write + script))
        return progress.failed

    for script, failed in (
        ("sys.exit(3)", "busy"),
        ("sys.exit(1)", "broken"),
        ("open(sys.argv[-1], 'w').write('nonsense')", "broken"),
    ):
        assert await train(script) == failed, script
        assert not files.candidate.exists(), script
    half = asyncio.create_task(train("sys.stdout.flush(); import time; time.sleep(60)"))
    async with asyncio.timeout(20):
        while progress.of != 2 or progress.failed:
            await asyncio.sleep(0.02)
    half.cancel()
    await asyncio.gather(half, return_exceptions=True)
    assert list(files.in_use.parent.iterdir()) == []
    assert await train(f"shutil.copy({str(made)!r}, sys.argv[-1])") == ""
    assert (progress.done, progress.of) == (1, 2)
    assert not files.in_use.exists()
