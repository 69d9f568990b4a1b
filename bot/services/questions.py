"""The one question of a receipt, its answer, and what the constituent puts right: 不是这里, 换一位代表."""

from datetime import timedelta

from bot.assignment import Decision, Location, Reason
from bot.notices import receipt
from bot.notices.content import Content
from bot.notices.member_desk import WantsPerson
from bot.notices.reasons import why
from bot.services import clocks, deciding, emergencies, explaining, handing, people, speaking, telling
from bot.services.context import Context
from storage import corrections
from storage.models import Case, Constituent
from storage.outbox import Purpose

CONSTITUENT = "constituent"
_BY_WORDS = {
    "location": ("place_named", "location_in_grid", "near_grid", "station_named", "representative_named",
                 "representative_described", "outside_region"),
    "which_representative": ("representative_named", "representative_described"),
    "which_station": ("station_named", "place_named", "location_in_grid", "near_grid"),
}  # fmt: skip


def is_asked(context: Context, case: Case) -> bool:
    """Whether the question of the receipt still waits; after a day the owner it has stands."""
    return case.asked is not None and context.now - case.opened_at < timedelta(hours=context.rules.asked_hours)


async def complete(context: Context, case: Case, text: str, location: Location | None) -> bool:
    """What was written after a question: if it answers it, the case goes where it belongs."""
    if not is_asked(context, case) or not case.waits_for_answer or case.restricted:
        return False
    decision = await deciding.decide_again(context, case, text, location)
    found = next((one for one in decision.reasons if one.rule in _BY_WORDS.get(case.asked or "", ())), None)
    if found is None or decision.ask in {"location", "which_representative", "which_station"}:
        return False
    case.asked = None
    await context.session.flush()
    await _move(context, case, decision)
    return True


async def _move(context: Context, case: Case, decision: Decision) -> None:
    """To the owner that a new decision found; the constituent is told, and may put that right as well."""
    case.decided_by = decision.decided_by or case.decided_by
    case.grid_code = decision.grid or case.grid_code
    case.also_station_code = decision.also
    await _remember_place(context, case, decision)
    reasons = tuple(one for one in decision.reasons if not one.rule.startswith("topic"))
    await handing.hand_over(
        context,
        case,
        station=decision.station,
        representative=decision.representative,
        actor=CONSTITUENT,
        reasons=reasons,
        said=_noted(context, case, decision),
    )
    if case.alert_due_at is not None:  # an emergency that nobody has confirmed: those of the right place hear now
        await emergencies.alert(context, case)


async def _remember_place(context: Context, case: Case, decision: Decision) -> None:
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    constituent.last_station_code = decision.station or constituent.last_station_code
    constituent.last_grid_code = decision.grid


def _noted(context: Context, case: Case, decision: Decision) -> Content:
    owner = people.name_owner(context, decision.station, decision.representative)
    steps = (explaining.because(context.roster, reason, case.topic) for reason in decision.reasons)
    return receipt.Noted(case.number, owner, why(steps), can_change=True, case_id=case.id).render()


async def choose_representative(context: Context, case: Case, code: str) -> Content | None:
    """They tapped one of those of that name."""
    if not case.waits_for_answer or case.restricted or code not in context.directory.representatives:
        return _too_late(case)
    case.asked = None
    text = await telling.words_of(context, case)
    await _move(context, case, await deciding.decide_again(context, case, text, chosen_representative=code))
    return None


async def choose_station(context: Context, case: Case, code: str) -> Content | None:
    """They tapped one of those of that name."""
    if not case.waits_for_answer or case.restricted or code not in context.directory.stations:
        return _too_late(case)
    case.asked = None
    text = await telling.words_of(context, case)
    await _move(context, case, await deciding.decide_again(context, case, text, chosen_station=code))
    return None


async def choose_topic(context: Context, case: Case, topic: str) -> Content:
    """They said what it is about; the owner stays."""
    if case.topic is not None and topic != case.topic:
        corrections.add(context.session, case, by=CONSTITUENT, what="topic", at=context.now)
    case.topic = topic
    if case.asked == "topic":
        case.asked = None
    await explaining.add(context, case, Reason("topic_chosen", topic))
    owner = people.owner_of(context, case)
    return receipt.TopicNoted(case.number, explaining.topic_name(topic), owner).render()


async def not_here(context: Context, case: Case) -> Content:
    """不是这里: what it was is out, the place is asked for; the owner keeps it until the place is known."""
    if not case.waits_for_answer:
        return _too_late(case)
    if case.restricted:
        return receipt.CannotChange(case.number, receipt.NOTHING_TO_CHANGE).render()
    if case.station_code and case.station_code not in (case.refused_stations or ()):
        corrections.add(context.session, case, by=CONSTITUENT, what="station", at=context.now)
        case.refused_stations = [*(case.refused_stations or ()), case.station_code]
    case.asked = "location"
    await clocks.hold_for_question(context, case)
    return receipt.AskPlace(case.number, wrong=True).render()


async def another_representative(context: Context, case: Case) -> Content | None:
    """换一位代表: the next one of the same place; after several changes a person decides."""
    if not case.waits_for_answer:
        return _too_late(case)
    if case.representative_code is None:
        return receipt.CannotChange(case.number, receipt.NOTHING_TO_CHANGE).render()
    changes = await corrections.count_of(context.session, case.id, by=CONSTITUENT, what="representative")
    corrections.add(context.session, case, by=CONSTITUENT, what="representative", at=context.now)
    case.refused_representatives = sorted({*(case.refused_representatives or ()), case.representative_code})
    case.asked = None
    text = await telling.words_of(context, case)
    decision = await deciding.decide_again(context, case, text, chosen_station=case.station_code)
    often = changes + 1 >= context.rules.most_changes
    representative = None if often else decision.representative
    said = receipt.CannotChange(case.number, receipt.CHANGED_OFTEN).render() if often else None
    passed = tuple(one for one in decision.reasons if one.rule != "chosen" and not one.rule.startswith("topic"))
    await handing.hand_over(
        context,
        case,
        station=case.station_code,
        representative=representative,
        actor=CONSTITUENT,
        reasons=(*passed, Reason("corrected", representative or case.station_code or "")),
        said=said or _noted(context, case, decision),
    )
    return None


def _too_late(case: Case) -> Content:
    return receipt.CannotChange(case.number, receipt.ALREADY_ANSWERED).render()


async def ask_person(context: Context, case: Case) -> None:
    """不是这么回事: whoever may read the case looks again (Personal Information Protection Law, Art. 24)."""
    corrections.add(context.session, case, by=CONSTITUENT, what="kind", at=context.now)
    readers = people.readers_of(context, case)
    await speaking.notify_members(context, readers, Purpose.UPDATE, WantsPerson(case.number).render(), case=case)
