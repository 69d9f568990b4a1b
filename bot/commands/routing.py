"""`route`: one decision a line; reads the roster, writes nothing."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import IO, Any

import orjson
from sqlalchemy.exc import SQLAlchemyError

from bot import assignment, memory
from bot.assignment import Decision, Inquiry, Location, Reason, Roster
from bot.assignment.topics.model import ModelRefused, TopicModel
from bot.clock import SystemClock
from bot.commands.running import load_settings, refuse, run
from bot.services.context import Standing
from bot.services.explaining import sentence
from bot.services.rosters import load_roster
from config.settings import Settings
from storage import migrate
from storage.database import Database, sqlite_path
from storage.migrate import SchemaBehind
from storage.rules import get_standing

_EMPTY = Roster.build()
_KEPT = 10_000  # sentences
_TOGETHER = 64  # lines that the topic model reads at once


@dataclass(frozen=True, slots=True)
class Facts:
    """What the decisions are made from."""

    roster: Roster
    model: TopicModel
    standing: Standing


def route_command(file: Path | None) -> int:
    """Print a decision for each line; a line that cannot be read is told, the others are decided."""
    settings = load_settings()

    async def work() -> int:
        facts = await _read_facts(settings)
        memory.tidy()  # the roster is for good: walking it again and again would cost more than the decisions
        try:
            with file.open("rb") if file else sys.stdin.buffer as lines:
                faults = list(_route_lines(lines, str(file or "-"), facts, settings))
        except OSError as error:
            refuse(f"{file}: {error.strerror}")
        if faults:
            refuse(*faults)
        return 0

    return run(work)


def _load_model(settings: Settings) -> TopicModel:
    chosen = settings.chosen_model_path
    path = chosen if chosen.exists() else settings.model_path
    try:
        return TopicModel.load(path.read_bytes())
    except OSError as error:
        refuse(f"LIANXIN_MODEL: {path}: {error.strerror}")
    except ModelRefused as error:
        refuse(f"LIANXIN_MODEL: {path}: {error}")


async def _read_facts(settings: Settings) -> Facts:
    """Roster, load, leave and caps; all empty where there is no database yet."""
    model = _load_model(settings)
    path = sqlite_path(settings.database_url)
    if path is not None and not path.exists():
        return Facts(_EMPTY, model, Standing())
    database = Database(settings.database_url)
    try:
        found = await migrate.find_revision(database)
        if found is None:
            return Facts(_EMPTY, model, Standing())
        if found != migrate.newest_revision():
            refuse(SchemaBehind(found, migrate.newest_revision()))
        async with database.read() as session:
            standing = Standing()
            rules, _ = await get_standing(session)
            await standing.read(session, SystemClock().now().astimezone(settings.zone), rules.cases_per_day)
            return Facts(await load_roster(session), model, standing)
    except (SQLAlchemyError, OSError) as error:
        refuse(f"the database cannot be read: {type(error).__name__}")
    finally:
        await database.close()


def _route_lines(lines: IO[bytes], name: str, facts: Facts, settings: Settings) -> Iterable[str]:
    """Print a decision for each line; yields a fault for each line that cannot be read."""
    at = SystemClock().now().astimezone(settings.zone)
    standing, told = facts.standing, _Told(facts.roster)
    decide = partial(
        assignment.decide,
        roster=facts.roster,
        model=facts.model,
        at=at,
        load=standing.load,
        away=standing.away,
        full=standing.full,
        swaps=standing.swaps,
    )
    numbered = enumerate(lines, start=1)
    while batch := list(islice(numbered, _TOGETHER)):
        inquiries: list[Inquiry] = []
        yield from _read_lines(batch, name, inquiries)
        readings = facts.model.read_all([inquiry.text for inquiry in inquiries])
        for inquiry, reading in zip(inquiries, readings, strict=True):
            said = told.to_json(decide(inquiry, reading=reading))
            sys.stdout.buffer.write(orjson.dumps(said) + b"\n")
    sys.stdout.buffer.flush()


def _read_lines(batch: Iterable[tuple[int, bytes]], name: str, inquiries: list[Inquiry]) -> Iterable[str]:
    """Add what the numbered lines ask; yields a fault for each that cannot be read."""
    for number, line in batch:
        if not line.strip():
            continue
        try:
            inquiries.append(_inquiry(orjson.loads(line)))
        except (orjson.JSONDecodeError, TypeError, ValueError, KeyError, AttributeError) as error:
            yield f"{name}:{number}: text: not a message object ({type(error).__name__})"


class _Told:
    """Decisions with each reason as a sentence; most reasons are said again and again."""

    def __init__(self, roster: Roster) -> None:
        self._said = lru_cache(_KEPT)(partial(_say, roster))

    def to_json(self, decision: Decision) -> dict[str, Any]:
        """As contract section 5 prints it."""
        reasons = [self._said(one, decision.topic) for one in decision.reasons]
        return {**decision.to_json(), "parts": list(map(self.to_json, decision.parts)), "reasons": reasons}


def _say(roster: Roster, reason: Reason, topic: str | None) -> dict[str, str]:
    return Reason(reason.rule, sentence(roster, reason, topic)).to_json()


def _inquiry(value: dict[str, Any]) -> Inquiry:
    known, spot = value.get("known") or {}, value.get("location")
    location = None
    if spot:
        location = Location(
            float(spot["latitude"]), float(spot["longitude"]), spot.get("name") or "", spot.get("address") or ""
        )
    return Inquiry(
        id=value.get("id") or "",
        text=str(value.get("text") or ""),
        scene=value.get("scene"),
        scene_param=value.get("scene_param"),
        location=location,
        known_station=known.get("station"),
        known_representative=known.get("representative"),
    )
