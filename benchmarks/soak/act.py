"""One act: a crowd writes and is answered while the plan's mishaps happen; then the proof."""

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass
from random import Random

from sqlalchemy import text

from benchmarks.soak.crowd import FURTHER, Crowd
from benchmarks.soak.mishaps import Trouble
from benchmarks.soak.plan import Mishap
from benchmarks.soak.proof import Evidence, Fault, find_faults
from benchmarks.soak.stand import Stand
from bot.services.verification import find_violations
from bot.simulator.chat import Line
from bot.simulator.faults import Faults

LOOK_SECONDS = 0.1
REST_LOOKS = 3
_CASES = """SELECT messages.platform_id, cases.number FROM messages
    JOIN cases ON cases.id = messages.case_id WHERE messages.author = 'constituent'"""
_ENTRIES = """SELECT cases.number, count(*) FROM duty_entries JOIN cases ON cases.id = duty_entries.case_id
    WHERE duty_entries.corrects_id IS NULL GROUP BY cases.number"""


@dataclass(frozen=True, slots=True)
class Played:
    """What an act was and what it left behind."""

    messages: int
    answers: int
    answers_lost_by_wecom: int
    befell: dict[str, int]
    seconds: float
    faults: list[Fault]


def make_crowd(stand: Stand, act: str, seed: int, further: float = FURTHER) -> Crowd:
    """Nobody of it has written yet."""
    draw = Random(seed)
    owners = list(stand.owners)
    draw.shuffle(owners)
    return Crowd(stand.sim, act, owners, stand.places, draw, further)


async def play(
    stand: Stand, crowd: Crowd, messages: int, mishaps: list[Mishap], *, rate: float, at_once: int, patience: float
) -> Played:
    """Write so many messages, at most so many a second and so many people waiting; settle within `patience`."""
    began = time.monotonic()
    trouble = Trouble(stand, crowd)
    playing = asyncio.create_task(trouble.play(mishaps, lambda: crowd.written))
    try:
        await _write(stand, crowd, messages, rate, at_once)
        while not playing.done():
            await _look(stand, crowd)
            if crowd.under_way == 0 and not playing.done():
                await crowd.write()  # who dies at the turn of a message needs one
        await playing
    finally:
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
    stand.sim.faults = Faults()
    await settle(stand, crowd, patience)
    return Played(
        messages=crowd.written,
        answers=len(list(crowd.all_answered())),
        answers_lost_by_wecom=len(crowd.answers_lost),
        befell=dict(trouble.befell),
        seconds=round(time.monotonic() - began, 1),
        faults=find_faults(await gather(stand, crowd)),
    )


async def _write(stand: Stand, crowd: Crowd, messages: int, rate: float, at_once: int) -> None:
    next_at = looked_at = time.monotonic()
    while crowd.written < messages:
        now = time.monotonic()
        if now - looked_at >= LOOK_SECONDS:
            await _look(stand, crowd, pause=0.0)
            looked_at = time.monotonic()
        if crowd.under_way >= at_once or now < next_at:
            await asyncio.sleep(0.01)
            continue
        before = crowd.written
        await crowd.write()
        next_at = max(next_at + (crowd.written - before) / rate, now - 1.0)


async def _look(stand: Stand, crowd: Crowd, pause: float = LOOK_SECONDS) -> None:
    await crowd.look()
    crowd.note_lost_callbacks()
    await stand.revive()
    await asyncio.sleep(pause)


async def settle(stand: Stand, crowd: Crowd, patience: float) -> bool:
    """Wait until everyone has their answer and nothing is under way; whether that came."""
    began, rested = time.monotonic(), 0
    while time.monotonic() - began < patience:
        await _look(stand, crowd)
        is_over = crowd.under_way == 0 and await stand.is_at_rest()
        rested = rested + 1 if is_over else 0
        if rested == REST_LOOKS:
            await stand.sim.quiet()
            return True
    return False


async def gather(stand: Stand, crowd: Crowd) -> Evidence:
    """Read the phones and the record."""
    written = list(crowd.all_written())
    msgids = {one.msgid for one in written}
    cases_of: dict[str, list[str]] = defaultdict(list)
    async with stand.office.database.read() as session:
        for msgid, number in await session.execute(text(_CASES)):
            if msgid in msgids:
                cases_of[msgid].append(number)
        ours = {number for numbers in cases_of.values() for number in numbers}
        entries = {number: n for number, n in await session.execute(text(_ENTRIES)) if number in ours}
        ledger = [f"{one.where}: {one.what}" async for one in find_violations(session)]
    return Evidence(
        written=written,
        answered=list(crowd.all_answered()),
        perhaps=list(crowd.all_given_up()),
        constituents={who: _heard(stand.sim.chat(who)) for who in {one.who for one in written}},
        members={userid: _heard(stand.sim.member_chat(userid), cards=False) for userid in stand.members},
        cards={userid: _heard(stand.sim.member_chat(userid), cards=True) for userid in stand.members},
        cases_of=cases_of,
        entries=entries,
        left=await stand.left(),
        ledger=ledger,
        rules_broken=dict(stand.sim.violations),
    )


def _heard(lines: list[Line], *, cards: bool = False) -> list[str]:
    return [
        line.text
        for line in lines
        if line.who == "bot" and line.state not in ("failed", "recalled") and (line.card is not None) is cards
    ]
