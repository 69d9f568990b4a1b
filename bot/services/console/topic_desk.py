"""规则 → 主题模型: trained from corrected cases in a process of its own, compared, switched and switched back.

Every fifth corrected case (by its number in the database) is never trained on, so that each model is judged by
messages that none of those made here has seen.
"""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot import masking
from bot.assignment.taxonomy import TOPICS
from bot.assignment.topics.model import TopicModel
from bot.notices.words import straight
from bot.services import explaining
from bot.services.console import topic_shelf
from bot.services.console.topic_shelf import TopicFiles
from bot.services.context import Context
from bot.services.office import Office
from bot.services.people import Member
from storage import audit, case_reading, corrections
from storage.keys import find_key, open_ahead
from storage.models import Case

log = logging.getLogger(__name__)
TRAINED, COMPARED, SWITCHED = "topic model trained", "topic model compared", "topic model switched"
COMMAND = (sys.executable, "-m", "bot.training.retrain")
_HOME = Path(__file__).parents[3]
_HELD_EVERY, _MOST, _RECENT, _SHOWN, _TITLE = 5, 1000, 200, 30, 40
_BUSY, _SECONDS = 3, 3600


@dataclass(slots=True)
class Progress:
    """How far the training of this process is; `failed` says why the last one gave nothing: busy, none, broken."""

    step: str = ""
    done: int = 0
    of: int = 0
    failed: str = ""


@dataclass(frozen=True, slots=True)
class TopicPage:
    """Figures and digests alone. `own` is whether a model of the office's choice is in use."""

    learned: int
    held: int
    own: bool
    configured: bool
    in_use: str
    candidate: str
    made_at: datetime | None
    has_previous: bool


@dataclass(frozen=True, slots=True)
class Score:
    """How many of these corrected cases each model reads as people put them right."""

    cases: int
    present: int
    candidate: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A recent case that the two models read differently; the title is masked."""

    number: str
    title: str
    present: str
    candidate: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The candidate beside the model in use."""

    held: Score
    learned: Score
    recent: int
    differences: tuple[Difference, ...]


def is_held(case: Case) -> bool:
    """Whether a corrected case is kept from training."""
    return case.id % _HELD_EVERY == 0


async def look(context: Context, files: TopicFiles, configured: bool) -> TopicPage:
    """Counts; no text is opened. `configured` says that the office set a model file of its own."""
    found = await _put_right(context)
    held = sum(map(is_held, found))
    candidate = topic_shelf.digest(files.candidate)
    return TopicPage(
        learned=len(found) - held,
        held=held,
        own=files.in_use.exists(),
        configured=configured,
        in_use=topic_shelf.digest(files.in_use),
        candidate=candidate,
        made_at=datetime.fromtimestamp(files.candidate.stat().st_mtime, UTC) if candidate else None,
        has_previous=files.previous.exists(),
    )


async def train(
    office: Office, member: Member, files: TopicFiles, progress: Progress, command: Sequence[str] = COMMAND
) -> None:
    """Make a candidate; whatever goes wrong, the model in use and the candidate before stay."""
    progress.step, progress.done, progress.of, progress.failed = "", 0, 0, ""
    async with office.database.read() as session:
        context = await office.open(session)
        wanted = [case for case in await _put_right(context) if not is_held(case)]
        texts = await _texts(context, wanted)
    if not texts:
        progress.failed = "none"
        return
    await _note(office, member, TRAINED, f"{len(texts)} cases")
    lines = [
        json.dumps({"text": texts[case.id], "topic": case.topic, "group": f"case {case.id}"})
        for case in wanted
        if case.id in texts
    ]
    files.in_use.parent.mkdir(parents=True, exist_ok=True)
    fresh = files.candidate.with_name(f"candidate.{os.getpid()}.new")
    try:
        code = await _run((*command, str(fresh)), "\n".join(lines), progress)
        if code == 0 and topic_shelf.find_model(fresh) is not None:
            fresh.replace(files.candidate)
            log.info("topic model trained", extra={"cases": len(lines)})
        else:
            progress.failed = "busy" if code == _BUSY else "broken"
            log.warning("topic model not trained", extra={"exit": code})
    finally:
        fresh.unlink(missing_ok=True)


async def _run(command: Sequence[str], lines: str, progress: Progress) -> int:
    """The child's exit code; it has no secrets of ours, and ends when we do."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("LIANXIN_")}
    pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    child = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, stderr=nothing, cwd=_HOME, env=env
    )
    try:
        async with asyncio.timeout(_SECONDS):
            await _talk(child, lines, progress)
            return await child.wait()
    except TimeoutError:
        return -1
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


async def _talk(child: asyncio.subprocess.Process, lines: str, progress: Progress) -> None:
    if child.stdin is None or child.stdout is None:
        return
    try:
        child.stdin.write(lines.encode("utf-8", "replace"))
        await child.stdin.drain()
        child.stdin.close()
    except (BrokenPipeError, ConnectionResetError):
        return  # it ended by itself; its exit code says why
    async for told in child.stdout:
        progress.step, progress.done, progress.of = json.loads(told)


async def compare(office: Office, member: Member, files: TopicFiles) -> Comparison | None:
    """Both models on the corrected and the recent cases; opened titles are on record. None: no candidate."""
    present, candidate = office.model.get(), topic_shelf.find_model(files.candidate)
    if present is None or candidate is None:
        return None
    async with office.database.read() as session:
        context = await office.open(session)
        right, recent = await _put_right(context), await corrections.newest_cases(session, _RECENT)
        texts = await _texts(context, [*right, *recent])
    said = await asyncio.to_thread(_read, texts, present, candidate)
    apart = [case for case in recent if case.id in said and said[case.id][0] != said[case.id][1]][:_SHOWN]
    await _note(office, member, COMPARED, f"{len(apart)} titles")
    return Comparison(
        held=_score([one for one in right if is_held(one)], said),
        learned=_score([one for one in right if not is_held(one)], said),
        recent=sum(one.id in said for one in recent),
        differences=tuple(
            Difference(
                one.number,
                _title(texts[one.id]),
                explaining.topic_name(said[one.id][0]),
                explaining.topic_name(said[one.id][1]),
            )
            for one in apart
        ),
    )


async def switch(context: Context, member: Member, files: TopicFiles, seen: str) -> None:
    """The candidate that they saw, into use; a second tap changes nothing. Raises `SwitchRefused`."""
    if seen and topic_shelf.digest(files.in_use) == seen:
        return
    audit.add_line(context.session, actor=member.userid, act=SWITCHED, subject=seen[:16], at=context.now)
    await context.session.flush()  # what cannot be put on record is not done
    topic_shelf.switch(files, seen)


async def switch_back(context: Context, member: Member, files: TopicFiles, seen: str) -> None:
    """The model before the one that they saw in use. Raises `SwitchRefused`."""
    subject = f"{seen[:16]} -> {topic_shelf.digest(files.previous) or 'configured'}"
    audit.add_line(context.session, actor=member.userid, act=SWITCHED, subject=subject, at=context.now)
    await context.session.flush()
    topic_shelf.switch_back(files, seen)


async def _note(office: Office, member: Member, act: str, subject: str) -> None:
    async with office.database.begin() as session:
        audit.add_line(session, actor=member.userid, act=act, subject=subject, at=office.clock.now())


async def _put_right(context: Context) -> list[Case]:
    return [one for one in await corrections.topics_put_right(context.session, _MOST) if one.topic in TOPICS]


async def _texts(context: Context, cases: Sequence[Case]) -> dict[int, str]:
    """What was written in each, all private numbers masked; a case whose words are gone is left out."""
    await open_ahead(context.session, context.vault, [case.key_id for case in cases])
    said = await case_reading.messages_of(context.session, [case.id for case in cases])
    texts: dict[int, str] = {}
    for case in cases:
        key = await find_key(context.session, context.vault, case.key_id)
        own = [one for one in said.get(case.id, ()) if one.author == "constituent" and one.recalled_at is None]
        text = "\n".join(key.open_text(one.text_sealed) for one in own if one.text_sealed) if key else ""
        if text.strip():
            texts[case.id] = masking.mask(text, masking.find(text, context.directory.phones, masking.ALL))
    return texts


def _read(texts: dict[int, str], present: TopicModel, candidate: TopicModel) -> dict[int, tuple[str, str]]:
    words = list(texts.values())
    pairs = zip(present.read_all(words), candidate.read_all(words), strict=True)
    said = [(one.topics[0][0], other.topics[0][0]) for one, other in pairs]
    return dict(zip(texts, said, strict=True))


def _score(cases: Sequence[Case], said: dict[int, tuple[str, str]]) -> Score:
    known = [(one.topic, *said[one.id]) for one in cases if one.id in said]
    return Score(len(known), sum(t == p for t, p, _ in known), sum(t == c for t, _, c in known))


def _title(text: str) -> str:
    line = straight(text.strip().split("\n")[0])
    return line if len(line) <= _TITLE else f"{line[:_TITLE]}…"
