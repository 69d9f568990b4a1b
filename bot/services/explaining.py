"""The reasons of a decision with the names that its codes stand for, kept sealed on the case."""

from collections.abc import Iterable

import orjson

from bot.assignment import Decision, Reason, Roster
from bot.assignment.taxonomy import TOPIC_NAMES
from bot.notices.reasons import Because, why
from bot.services.context import Context
from storage.crypto import ContentKey
from storage.keys import find_key
from storage.models import Case

_OF_STATION = frozenset(
    {
        "station_code",
        "received_at_desk",
        "code_station",
        "known_station",
        "service_centre",
        "restricted",
        "officer_handles",
        "theme_station",
        "station_refused",
    }
)
_OF_GRID = frozenset({"location_in_grid", "near_grid", "in_grid"})


def topic_name(topic: str | None) -> str:
    """A topic as people call it."""
    return TOPIC_NAMES.get(topic or "", topic or "")


def because(roster: Roster, reason: Reason, topic: str | None = None) -> Because:
    """One reason with the name of the representative, station or grid that its evidence is the code of."""
    code = reason.evidence
    return Because(reason.rule, code, _name(roster, reason.rule, code), topic_name(topic or code))


def _name(roster: Roster, rule: str, code: str) -> str:
    station = roster.stations.get(code)
    if rule in _OF_STATION:
        return station.name if station else ""
    if rule in _OF_GRID:
        grid = roster.grids.get(code)
        return grid.name if grid else ""
    representative = roster.representatives.get(code)
    if representative is not None:
        return f"{representative.name}代表"
    return station.name if station else ""


def sentence(roster: Roster, reason: Reason, topic: str | None) -> str:
    """One reason as a sentence that also shows the code it is about, for those who audit."""
    said = because(roster, reason, topic).render()
    return said if reason.evidence in said else f"{said}（{reason.evidence}）"


def seal(key: ContentKey, decision: Decision) -> bytes:
    """A decision's reasons and parts, to be kept with its case."""
    return key.seal(
        orjson.dumps(
            {
                "reasons": [reason.to_json() for reason in decision.reasons],
                "parts": [[part.text, part.topic, part.station] for part in decision.parts],
            }
        )
    )


async def reasons_of(context: Context, case: Case) -> list[Reason]:
    """The reasons of a case as they stand; none where its words were erased."""
    return [Reason(one["rule"], one["evidence"]) for one in (await _kept(context, case)).get("reasons", [])]


async def parts_of(context: Context, case: Case) -> list[str]:
    """The matters that were found in a case's first message, each in its writer's words; none where it has one."""
    return [text for text, *_ in (await _kept(context, case)).get("parts", [])]


async def _kept(context: Context, case: Case) -> dict[str, list]:  # type: ignore[type-arg]
    key = await find_key(context.session, context.vault, case.key_id)
    if key is None:
        return {}
    kept = orjson.loads(key.open(case.reasons_sealed))
    return kept if isinstance(kept, dict) else {"reasons": kept}


async def add(context: Context, case: Case, *reasons: Reason) -> None:
    """Further reasons, as the case goes on."""
    key = await find_key(context.session, context.vault, case.key_id)
    if key is None:
        return
    kept = await _kept(context, case)
    kept["reasons"] = [*kept.get("reasons", []), *(reason.to_json() for reason in reasons)]
    case.reasons_sealed = key.seal(orjson.dumps(kept))


async def forget_words(context: Context, case: Case) -> None:
    """A message was taken back: of the reasons only codes stay, and no part of what was written."""
    key = await find_key(context.session, context.vault, case.key_id)
    if key is None:
        return
    roster = context.roster
    known = {*roster.stations, *roster.representatives, *roster.grids, case.topic}
    kept = [
        reason if reason.evidence in known else Reason(reason.rule, "")
        for reason in await reasons_of(context, case)
    ]
    case.reasons_sealed = key.seal(orjson.dumps({"reasons": [one.to_json() for one in kept], "parts": []}))


async def why_of(context: Context, case: Case) -> str:
    """Why a case is with its present owner, in a few words said to its sender."""
    return why(because(context.roster, reason, case.topic) for reason in await reasons_of(context, case))


async def steps_of(context: Context, case: Case) -> tuple[str, ...]:
    """Every step, one sentence each."""
    return steps(context, await reasons_of(context, case), case.topic)


def steps(context: Context, reasons: Iterable[Reason], topic: str | None) -> tuple[str, ...]:
    """Reasons as sentences, each once, in order."""
    return tuple(dict.fromkeys(because(context.roster, reason, topic).render() for reason in reasons))
