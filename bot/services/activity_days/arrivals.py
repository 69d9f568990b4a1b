"""Constituents who come in by a day's code: their matter belongs to the day, and they count as received."""

from datetime import timedelta

from bot.services.activity_days import facts
from bot.services.context import Context
from storage import activity_days, receptions
from storage.conversations import DESK
from storage.models import ActivityDay, Case, Conversation, Reception
from storage.states import ActivityState

SCENE = "day"
_PROPOSALS = frozenset({"legislation_opinion", "livelihood_suggestion"})
_HELD = frozenset({ActivityState.ANNOUNCED, ActivityState.REMINDED, ActivityState.OPEN})


async def find_day_id(context: Context, conversation: Conversation) -> int | None:
    """The day that is held now at the station whose day code was scanned last."""
    if conversation.scene != SCENE:
        return None
    day = await find_held_now(context, conversation.scene_param)
    return day.id if day else None


async def find_held_now(context: Context, station: str) -> ActivityDay | None:
    """The day that a station holds now, from a little before it begins to its end."""
    day = await activity_days.on_day_at(context.session, station, facts.today(context))
    if day is None or day.state not in _HELD:
        return None
    early = facts.starts_at(context, day) - timedelta(minutes=context.rules.check_in_early_minutes)
    return day if early <= context.now < facts.ends_at(context, day) else None


async def note_received(context: Context, case: Case, conversation: Conversation) -> None:
    """A matter that came by the day's code counts for its site; its sender once a day."""
    if case.day_id is None or conversation.open_kfid == DESK:
        return
    await context.session.flush()  # the case is in the database before what speaks of it
    known = await receptions.has_received(context.session, case.day_id, case.constituent_id)
    context.session.add(
        Reception(
            station_code=conversation.scene_param,
            occurred_on=facts.today(context),
            occurred_at=context.now,
            day_id=case.day_id,
            representative_code=None if case.restricted else case.representative_code,
            people=0 if known else 1,
            opinions=1,
            proposals=1 if case.kind in _PROPOSALS else 0,
            case_id=case.id,
            source="chat",
            outcome="case",
            noted_by="bot",
            noted_at=context.now,
            source_key=f"case:{case.id}",
        )
    )
    await context.session.flush()
