"""Putting a constituent's words before assignment, with everything that is known at this moment."""

from collections.abc import Sequence
from dataclasses import replace

from bot import assignment
from bot.assignment import Decision, Glance, Inquiry, Location
from bot.services.context import Context
from bot.services.conversations import Caller
from storage.models import Case, Conversation


async def decide(context: Context, caller: Caller, key: str, text: str, location: Location | None) -> Decision:
    """What a message is, whose it is, and why."""
    return await ask(context, _inquiry(caller, key, text, location))


def glance(context: Context, caller: Caller, text: str, location: Location | None) -> Glance:
    """Of that what tells whether a message may join an open matter."""
    kinds = context.kinds.get(text)
    if kinds is None:
        kinds = assignment.read_kind(text, context.model)
    return assignment.glance(_inquiry(caller, "", text, location), context.roster, kinds, at=context.local_now)


def _inquiry(caller: Caller, key: str, text: str, location: Location | None) -> Inquiry:
    conversation, constituent = caller.conversation, caller.constituent
    return Inquiry(
        id=key,
        text=text,
        scene=conversation.scene or None,
        scene_param=conversation.scene_param or None,
        location=location,
        known_station=constituent.last_station_code,
        known_grid=constituent.last_grid_code,
    )


async def decide_again(
    context: Context,
    case: Case,
    text: str,
    location: Location | None = None,
    *,
    chosen_station: str | None = None,
    chosen_representative: str | None = None,
) -> Decision:
    """The same matter with more known: what was added, chosen or refused since."""
    conversation = await context.session.get_one(Conversation, case.conversation_id)
    inquiry = Inquiry(
        id=case.number,
        text=text,
        scene=conversation.scene or None,
        scene_param=conversation.scene_param or None,
        location=location,
        chosen_topic=case.topic,
        chosen_station=chosen_station,
        chosen_representative=chosen_representative,
        refused_stations=frozenset(case.refused_stations or ()),
        refused_representatives=frozenset(case.refused_representatives or ()),
    )
    return await ask(context, inquiry, accused=frozenset(case.accused or ()))


async def ask(context: Context, inquiry: Inquiry, accused: frozenset[str] = frozenset()) -> Decision:
    """One decision with today's duty times, swaps, leave, load and caps."""
    standing = context.standing
    await standing.read(context.session, context.local_now, context.rules.cases_per_day)
    return assignment.decide(
        inquiry,
        context.roster,
        context.model,
        at=context.local_now,
        load=standing.load,
        away=standing.away,
        accused=accused,
        full=standing.full,
        swaps=standing.swaps,
        reading=context.readings.get(inquiry.text),
    )


def read_together(context: Context, to_decide: Sequence[str], to_glance_at: Sequence[str]) -> None:
    """Have the model read texts of this unit of work; together they cost a third."""
    if context.model is not None:
        context.readings.update(zip(to_decide, context.model.read_all(to_decide), strict=True))
        context.kinds.update(zip(to_glance_at, context.model.read_kinds(to_glance_at), strict=True))


def for_officer(decision: Decision) -> Decision:
    """The same as a matter that the station's officer takes: its sender wants a person."""
    return replace(decision, kind="case", urgency="normal", representative=None, ask=None)


def stands_apart(decision: Decision | Glance, open_case: Case) -> bool:
    """Whether a message may not join the open matter: danger raises its own alarm, an accusation its own lane."""
    if decision.is_emergency:
        return open_case.urgency != "emergency"
    return decision.is_restricted and not open_case.restricted
