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
    if not situation.has_matter(seen):
        about: tuple[str, str | None, str | None] = "unclear", None, "matter"
        reasons += (Reason("no_matter", inquiry.text.strip()[:_EVIDENCE]),)
    else:
        topic, word = topics.guess(seen.text)
        about = "case", topic, ask
        reasons += (word,)
    kind, topic_or_none, question = about
    return Decision(
        id=inquiry.id,
        kind=kind,
        topic=topic_or_none,
        urgency="normal",
        referral=None,
        station=owner.station,
        representative=representative,
        ask=question,
        parts=(),
        reasons=reasons,
    )


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
