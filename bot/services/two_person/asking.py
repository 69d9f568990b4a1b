"""Asking for something that another person has to agree to."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.notices.two_person import Asked, NobodyElse, PleaseAgree
from bot.services import people, speaking
from bot.services.context import Context
from bot.services.two_person.describing import asker, describe, subject
from bot.services.two_person.kinds import HOURS, LASTS
from storage import audit, two_person
from storage.models import Case, TwoPersonAct
from storage.outbox import Purpose
from storage.states import TwoPersonState


async def ask(
    context: Context,
    asked_by: str,
    kind: str,
    facts: Mapping[str, Any],
    seconds: Sequence[str],
    *,
    case: Case | None = None,
) -> Asked | NobodyElse:
    """Write it down and ask those who may agree; asked for again while it waits, it is the same act.

    Returns what the asker is told. The caller has seen to it that they may ask for this.
    """
    if not seconds:
        return NobodyElse()
    act = await two_person.find_same(context.session, kind, facts, asked_by, context.now)
    if act is None:
        act = two_person.add(
            context.session,
            kind,
            facts,
            asked_by=asked_by,
            state=TwoPersonState.ASKED,
            at=context.now,
            until=context.now + LASTS,
        )
        await context.session.flush()
        audit.add_line(
            context.session, actor=asked_by, act="second person asked", subject=subject(act), at=context.now
        )
        await tell_seconds(context, act, seconds, case=case)
    names = tuple(people.name_of(context, one) for one in seconds)
    return Asked(act.id, describe(context, act), names, HOURS)


async def tell_seconds(
    context: Context, act: TwoPersonAct, seconds: Sequence[str], *, case: Case | None = None
) -> None:
    """Those who may agree hear of it; of a case only who may know of it."""
    told = PleaseAgree(act.id, asker(context, act), describe(context, act), act.expires_at, context.zone).render()
    await speaking.notify_members(context, seconds, Purpose.NOTICE, told, case=case)
    act.told_at = context.now
