"""A case changes hands: cards show it, the new owner is told, and so is the constituent."""

from dataclasses import dataclass

from bot.assignment import Reason
from bot.notices import answer as answers
from bot.notices.content import Content
from bot.notices.words import Owner
from bot.services import clocks, explaining, people, speaking, telling
from bot.services.context import Context
from storage import audit
from storage.models import Case, Constituent, Conversation, OutboxRow
from storage.outbox import Purpose
from storage.states import CaseState


@dataclass(frozen=True, slots=True)
class Tap:
    """The card that was tapped, and the code by which it may be changed once."""

    row: OutboxRow | None
    response_code: str


NO_TAP = Tap(None, "")


async def hand_over(
    context: Context,
    case: Case,
    *,
    station: str | None,
    representative: str | None,
    actor: str,
    reasons: tuple[Reason, ...],
    tap: Tap = NO_TAP,
    said: Content | None = None,
) -> Owner:
    """Give a case to another owner; `said` replaces what the constituent would be told."""
    before = (case.station_code, case.representative_code)
    case.station_code, case.representative_code = station, representative
    rule = reasons[-1].rule if reasons else "corrected"
    to = representative or station or "service centre"
    audit.add_line(context.session, actor=actor, act=rule, subject=f"case {case.number} to {to}", at=context.now)
    await explaining.add(context, case, *reasons)
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    conversation = await context.session.get_one(Conversation, case.conversation_id)
    owner = people.owner_of(context, case)
    if (station, representative) != before:
        case.move(CaseState.ASSIGNED, context.now)
        await clocks.start_over(context, case)
        await telling.change_cards(
            context, case, constituent, tapped=tap.row, response_code=tap.response_code, passed_on=owner.name
        )
        case.cards += 1
        await telling.notify_owner(context, case, constituent, await telling.constituents_words(context, case))
        await telling.note_all_told(context, case)
    else:
        await clocks.end_question(context, case)
    moved = said or answers.PassedOn(case.number, owner).render()
    await speaking.notify_constituent(
        context, conversation, constituent.external_userid, Purpose.NOTICE, moved, case=case
    )
    return owner
