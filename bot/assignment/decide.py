"""From an inquiry to a decision: who owns it, what it is about, what should be asked."""

from collections.abc import Mapping
from datetime import datetime

from bot.assignment import people, situation, topics
from bot.assignment.inquiry import Decision, Inquiry, Reason
from bot.assignment.roster import Roster
from bot.assignment.rules import RULES
from bot.assignment.situation import Finding, Situation

_EVIDENCE = 20  # characters of the message that a reason may repeat


def decide(
    inquiry: Inquiry,
    roster: Roster,
    *,
    at: datetime,
    load: Mapping[str, int],
    away: frozenset[str],
    accused: frozenset[str] = frozenset(),
) -> Decision:
    """Decide one message. Pure: the same facts give the same decision.

    `at` is aware and in the district's own time zone, for duty times; `load` counts open cases by the code of
    a representative; those in `away` and `accused` are passed over. Every decision has at least one reason,
    and a station wherever the roster has one.
    """
    seen = situation.see(inquiry, roster, at=at, load=load, away=away, accused=accused)
    owner, reasons, ask = _find_owner(seen)
    representative = owner.representative
    if representative is None and owner.station is not None:
        representative, why = people.choose(seen, owner)
        reasons += why
    kind, topic, word = _read_matter(seen)
    return Decision(
        id=inquiry.id,
        kind=kind,
        topic=topic,
        urgency="normal",
        referral=None,
        station=owner.station,
        representative=representative,
        ask=ask if topic else "matter",
        parts=(),
        reasons=(*reasons, word),
    )


def _read_matter(seen: Situation) -> tuple[str, str | None, Reason]:
    """Kind, topic and why. A place's own name tells the topic only where nothing else does."""
    matter = situation.matter(seen)
    if not matter:
        return "unclear", None, Reason("no_matter", seen.inquiry.text.strip()[:_EVIDENCE])
    return "case", *(topics.find(matter) or topics.guess(seen.text))


def _find_owner(seen: Situation) -> tuple[Finding, tuple[Reason, ...], str | None]:
    """Ask the rules in order; what the earlier ones had to say stays, the first question too."""
    reasons: tuple[Reason, ...] = ()
    ask: str | None = None
    finding = Finding(())
    for rule in RULES:
        found = rule(seen)
        if found is None:
            continue
        finding = found
        reasons += found.reasons
        ask = ask or found.ask
        if found.decides:
            break
    return finding, reasons, ask
