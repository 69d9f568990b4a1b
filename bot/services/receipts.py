"""What the constituent reads when a case is opened: receipt, question, explanation of where it goes."""

from dataclasses import replace

from bot.assignment import Decision
from bot.notices import boundary, emergency
from bot.notices.content import Content
from bot.notices.languages import line_in
from bot.notices.privacy_line import PrivacyLine
from bot.notices.reasons import why
from bot.notices.receipt import Option, Receipt
from bot.services import explaining, people, speaking, status_pages
from bot.services.clustering import Crowd
from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.privacy import telling
from storage import referrals
from storage.models import Case
from storage.outbox import Purpose

ASKED = frozenset({"location", "which_representative", "which_station", "topic"})
_CHOSE_PERSON = frozenset({"representative_code", "representative_named", "chosen"})
_FEW = 5  # below this the number of others is not told: somebody could be recognised
_WRITTEN_NOTICE = frozenset({"referral", "complaint_about_representative"})


def is_plain(decision: Decision) -> bool:
    """Whether nothing but the receipt has to be said: no number to call, no notice of where it belongs."""
    return decision.kind != "emergency" and decision.kind not in _WRITTEN_NOTICE


async def notify_opened(
    context: Context, caller: Caller, case: Case, decision: Decision, crowd: Crowd | None
) -> None:
    """One message: the receipt with its question, where the matter goes, or what follows after a number to call."""
    if decision.kind == "emergency":  # the number to call comes first; the notice goes with the next answer
        said = emergency.EmergencyReceipt(case.number, people.owner_of(context, case)).render()
        await _say(context, caller, case, Purpose.RECEIPT, said)
    elif decision.kind in _WRITTEN_NOTICE:
        await _explain(context, caller, case, decision)
    else:
        receipt = _receipt(context, case, decision, crowd, await telling.take(context, caller.constituent))
        page = await status_pages.open_for(context, case)
        await _say(context, caller, case, Purpose.RECEIPT, replace(receipt, page=page).render())


async def _explain(context: Context, caller: Caller, case: Case, decision: Decision) -> None:
    about = decision.about or "other"
    days = context.rules.petition_notice_days
    referrals.add(context.session, case_id=case.id, about=about, at=context.now, notice_days=days)
    privacy = await telling.take(context, caller.constituent)
    said = boundary.Explained(case.id, case.number, about, case.restricted, days, privacy)
    await _say(context, caller, case, Purpose.REFERRAL, said.render())


def _receipt(
    context: Context, case: Case, decision: Decision, crowd: Crowd | None, privacy: PrivacyLine | None
) -> Receipt:
    return Receipt(
        case_id=case.id,
        number=case.number,
        owner=people.owner_of(context, case),
        why=why(explaining.because(context.roster, reason, case.topic) for reason in decision.reasons),
        due_at=case.due_at,
        zone=context.zone,
        ask=asked_in_chat(decision),
        options=options(context, decision),
        parts=len(decision.parts),
        others=_others(crowd),
        language=line_in(decision.language),
        privacy=privacy,
    )


def asked_in_chat(decision: Decision) -> str | None:
    """The question that is worth a tap; whoever chose their representative is not asked for a topic."""
    if decision.ask == "topic" and decision.decided_by in _CHOSE_PERSON:
        return None
    return decision.ask if decision.ask in ASKED else None


def options(context: Context, decision: Decision) -> tuple[Option, ...]:
    """What there is to choose between, as people call it."""
    if decision.ask == "topic":
        return tuple(Option(topic, explaining.topic_name(topic)) for topic in decision.choices)
    if decision.ask == "which_representative":
        return tuple(Option(code, _person(context, code)) for code in decision.choices)
    if decision.ask == "which_station":
        stations = context.directory.stations
        return tuple(Option(code, stations[code].name) for code in decision.choices if code in stations)
    return ()


def _person(context: Context, code: str) -> str:
    owner = people.name_owner(context, context.directory.representatives[code].station_code, code)
    return f"{owner.representative}代表（{owner.station or '未编站'}）"


def _others(crowd: Crowd | None) -> str:
    if crowd is None or crowd.people < 2:
        return ""
    if crowd.people < _FEW:
        return "也有其他群众反映过这件事，会一起看，您的来信仍单独答复。"
    return f"连您在内已有 {crowd.people} 位群众反映这件事，会一起看，您的来信仍单独答复。"


async def _say(context: Context, caller: Caller, case: Case, purpose: Purpose, content: Content) -> None:
    await speaking.notify_constituent(
        context, caller.conversation, caller.external_userid, purpose, content, case=case
    )
