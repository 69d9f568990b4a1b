"""From an inquiry to a decision: what it is, who owns it, what should be asked, and why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.assignment import owners, situation
from bot.assignment.district.shifts import NO_SWAPS, Swaps
from bot.assignment.facts import Representative
from bot.assignment.inquiry import (
    ACCUSATION,
    KEPT_APART,
    OWNER_RULES,
    Decision,
    Glance,
    Inquiry,
    Reason,
    is_kept_apart,
)
from bot.assignment.matter import boundary, kinds, language, parts, protected, safety, urgency
from bot.assignment.matter.boundary import Boundary, Called
from bot.assignment.matter.safety import Danger
from bot.assignment.naming import rules_places
from bot.assignment.owners import Owner
from bot.assignment.roster import Roster
from bot.assignment.situation import Situation
from bot.assignment.topics.model import Ranked, Reading, TopicModel

FALLBACK = "urban_rural_construction"  # what most matters without a telling word turn out to be about
_EVIDENCE = 20  # characters of the message that a reason may repeat
_NO_TOPIC = frozenset({"unclear", "spam", "privacy_request"})
_ONLY_SURE_TOPIC = frozenset({"service_query", "praise"})
_TOPIC_MATTERS = frozenset({"case", "livelihood_suggestion"})
_NO_REPRESENTATIVE = frozenset({"service_query", "privacy_request", "spam"})
_PLACE_RULES = frozenset({"place_named", "same_place_name"})
_GRID_RULES = frozenset({"location_in_grid", "near_grid", "in_grid"})
# A fragment that begins or ends in the middle of something tells a reader nothing.
_BROKEN = re.compile(
    "^[的了是在们里上下着过吗呢吧把被给就还也都又很太么些]|[的了是在我你他们把被给就还也都又很太不没么话]$|^(?:[a-z]{1,2})$"
)
# What a danger is about, where its words say less than its kind.
_TOPIC_OF_DANGER = {
    "medical": "health", "poisoning": "health", "self_harm": "health", "gas": "urban_rural_construction",
    "collapse": "urban_rural_construction", "electric": "urban_rural_construction",
    "traffic_injury": "transport", "fire": "politics_law", "crime": "politics_law", "stalked": "politics_law",
    "violence_at_home": "politics_law", "fraud": "politics_law", "explosive": "politics_law",
    "missing": "politics_law",
}  # fmt: skip
_BY_SOMEBODY = frozenset({"crime", "stalked", "help"})  # dangers that a person is
_CHOSEN = frozenset({"chosen", "representative_code", "representative_named", "representative_described"})
_NOBODY_READ = Reading((), sure=False, kinds=(), words=())


def read(text: str, model: TopicModel | None) -> Reading:
    """What the model says of a text; nothing without one."""
    return model.read(text) if model else _NOBODY_READ


def read_kind(text: str, model: TopicModel | None) -> Ranked:
    """Of that the kinds alone."""
    return model.read_kinds((text,))[0] if model else ()


def decide(
    inquiry: Inquiry,
    roster: Roster,
    model: TopicModel | None = None,
    *,
    at: datetime,
    load: Mapping[str, int],
    away: frozenset[str],
    accused: frozenset[str] = frozenset(),
    full: frozenset[str] = frozenset(),
    swaps: Swaps = NO_SWAPS,
    reading: Reading | None = None,
) -> Decision:
    """Decide one message. Pure: the same facts give the same decision.

    `at` is aware and in the district's own time zone, for duty times; `load` counts open cases by the code of
    a representative; those in `away`, `accused` and `full` (their day's cap is reached) are passed over; `swaps`
    tells who is on duty in whose place, for the shifts that began today or the day before; `reading` is what the
    model says of the text, where that is known already. Without
    a model the rules still find an owner. Every decision has at least one reason, and a station wherever the
    roster has one.
    """
    reading = reading or read(inquiry.text, model)
    topic = inquiry.chosen_topic or (reading.topics[0][0] if reading.topics else FALLBACK)
    seen = situation.see(
        inquiry,
        roster,
        at=at,
        load=load,
        away=away,
        accused=accused,
        full=full,
        swaps=swaps,
        speciality_topic=topic,
    )
    whole = _decide_one(seen, reading, topic)
    if whole.is_restricted or whole.kind in _NO_TOPIC:
        return whole  # in one piece: no part of it may find another reader
    pieces = parts.split(inquiry.text)
    if not pieces:
        return whole
    return replace(whole, parts=_decide_parts(pieces, seen, model))


def glance(inquiry: Inquiry, roster: Roster, kinds: Ranked, *, at: datetime) -> Glance:
    """Of what `decide` would say whether it is an emergency, whom it accuses and whether it is restricted.

    Nobody is looked for, and of the model only its `kinds` are asked.
    """
    nobody = frozenset[str]()
    seen = situation.see(inquiry, roster, at=at, load={}, away=nobody, accused=nobody)
    judged = _judge(seen, kinds)
    return Glance(judged.danger is not None, judged.is_restricted, judged.accused)


@dataclass(frozen=True, slots=True)
class _Judged:
    """What a message is, before anybody is looked for: danger, what a station does not decide, its lane."""

    danger: Danger | None
    limit: Boundary | None
    accused: frozenset[str]
    lane: str

    @property
    def referral(self) -> str | None:
        """The number to call, or where the matter belongs."""
        return self.danger.number if self.danger else self.limit.referral if self.limit else None

    @property
    def about(self) -> str | None:
        """Which danger, or which boundary."""
        return self.danger.kind if self.danger else self.limit.about if self.limit else None

    @property
    def is_restricted(self) -> bool:
        """As the decision is: of kinds only those beyond the boundary tell."""
        return is_kept_apart(self.limit.kind if self.limit else "", self.lane, self.referral, self.about)


def _judge(seen: Situation, kinds: Ranked) -> _Judged:
    danger = safety.find(seen.inquiry.text) or safety.weigh(seen.inquiry.text, dict(kinds).get("emergency", 0.0))
    crossed = boundary.find(seen.text, _called(seen))
    accused = crossed.accused if crossed else frozenset[str]()
    return _Judged(danger, None if danger else crossed, accused, _lane(seen, danger, accused))


def _decide_parts(pieces: tuple[str, ...], seen: Situation, model: TopicModel | None) -> tuple[Decision, ...]:
    """A decision for each part, where they differ in topic, place or kind; else there is one matter after all."""
    readings = model.read_all(pieces) if model else [_NOBODY_READ] * len(pieces)
    topics = [reading.topics[0][0] if reading.topics else FALLBACK for reading in readings]
    if len(set(topics)) == 1 and len(seen.mentions) < len(pieces):
        return ()  # demands of one matter: neither the subject nor the place changes
    decided = []
    for piece, reading, topic in zip(pieces, readings, topics, strict=True):
        inquiry = replace(seen.inquiry, text=piece)
        view = situation.see(
            inquiry,
            seen.roster,
            at=seen.at,
            load=seen.load,
            away=seen.away,
            accused=seen.accused,
            full=seen.full,
            swaps=seen.swaps,
            speciality_topic=topic,
        )
        decided.append(replace(_decide_one(view, reading, topic), text=piece))
    decided = [part for part in decided if part.kind != "unclear"]
    differ = len({(part.topic, part.station, part.kind) for part in decided}) > 1
    return tuple(decided) if differ else ()


def _decide_one(seen: Situation, reading: Reading, topic: str) -> Decision:
    judged = _judge(seen, reading.kinds)
    danger, limit, lane = judged.danger, judged.limit, judged.lane
    kind, why = _kind(seen, danger, limit, reading)
    if judged.accused:
        seen = replace(seen, accused=seen.accused | judged.accused)
    spoken = language.find(seen.inquiry.text) if kind == "case" else None
    owner = _owner(seen, kind, limit, lane)
    hurry, why_hurry = ("emergency", None) if danger else urgency.read(seen.inquiry.text, kind)
    told, why_topic = _topic(seen, kind, danger, limit, reading, topic)
    ask, choices = (None, ()) if lane else _question(seen, kind, limit, owner, reading, spoken)
    also = owner.also if reading.sure and not _chose_someone(owner) else None
    told_owner = [one for one in owner.reasons if also or one.rule != "theme_station"]
    reasons = [*told_owner, *why, *why_topic]
    if why_hurry and hurry == "urgent":
        reasons.append(Reason("urgent", why_hurry))
    if spoken:
        reasons.append(Reason("language", spoken))
    return Decision(
        id=seen.inquiry.id,
        kind=kind,
        topic=told,
        urgency=hurry,
        referral=judged.referral,
        station=owner.station,
        representative=owner.representative,
        ask=ask,
        parts=(),
        reasons=tuple(reasons),
        also=also,
        grid=next((reason.evidence for reason in owner.reasons if reason.rule in _GRID_RULES), None),
        choices=choices,
        about=judged.about,
        numbers=(danger.number, *danger.also) if danger else (),
        accused=judged.accused,
        language=spoken,
        place=_place(seen, owner),
        lane=lane,
    )


def _lane(seen: Situation, danger: Danger | None, accused: frozenset[str]) -> str:
    """Whom a message is kept apart for: a child, somebody beaten at home, who is in danger of a representative."""
    if danger is not None:
        if danger.kind in protected.BY_DANGER:
            return protected.BY_DANGER[danger.kind]
        if accused and danger.kind in _BY_SOMEBODY:
            return ACCUSATION
    found = protected.find(seen.inquiry.text) if danger is None or danger.kind in _BY_SOMEBODY else None
    return found.lane if found else ""


def _place(seen: Situation, owner: Owner) -> str:
    """The name that the rules of places went by, else the one that the trouble is told of."""
    said = next((reason.evidence for reason in owner.reasons if reason.rule in _PLACE_RULES), "")
    return said or rules_places.spoken_of(seen)


def _chose_someone(owner: Owner) -> bool:
    """Whether the sender chose who reads it; then nobody else reads along."""
    return any(reason.rule in _CHOSEN for reason in owner.reasons)


def _called(seen: Situation) -> tuple[Called, ...]:
    return tuple(
        Called(thing.code, mention.start, mention.end)
        for mention in seen.mentions
        if mention.called
        for thing in mention.things
        if isinstance(thing, Representative)
    )


def _kind(
    seen: Situation, danger: Danger | None, limit: Boundary | None, reading: Reading
) -> tuple[str, tuple[Reason, ...]]:
    """What sort of message it is: danger, then a boundary, then its own words."""
    if danger is not None:
        return "emergency", (Reason("danger", danger.evidence),)
    if limit is not None:
        return limit.kind, (Reason("boundary", limit.evidence),)
    kind, evidence = kinds.read(seen.inquiry.text, reading.kinds)
    if kind == "service_query" and kinds.read(seen.inquiry.text, ())[0] != kind:
        kind = "case"  # what the bot answers by itself must be said in so many words, or a matter could be missed
    if kind == "privacy_request":
        return kind, (Reason("kind", evidence),)
    if seen.inquiry.chosen_topic is None and not situation.matter(seen):
        return "unclear", (Reason("no_matter", seen.inquiry.text.strip()[:_EVIDENCE]),)
    return kind, (() if kind == "case" else (Reason("kind", evidence),))


def _owner(seen: Situation, kind: str, limit: Boundary | None, lane: str) -> Owner:
    """Accusations go to the centre and to nobody else; matters of the courts are for the station's officer.

    Where somebody weak is protected the place stays known, and nobody of it has the matter.
    """
    if lane:
        found = owners.find(seen)
        told = tuple(one for one in found.reasons if one.rule in OWNER_RULES)
        reasons = (*told, Reason("restricted", seen.roster.centre or ""), *map(_passed, sorted(seen.accused)))
        return Owner(station=found.station, representative=None, also=None, ask=None, choices=(), reasons=reasons)
    restricted = limit is not None and (
        limit.referral == "discipline" or limit.about in KEPT_APART or kind == "complaint_about_representative"
    )
    if restricted:
        centre = seen.roster.centre
        reasons = (Reason("restricted", centre or ""), *(_passed(code) for code in sorted(seen.accused)))
        return Owner(station=centre, representative=None, also=None, ask=None, choices=(), reasons=reasons)
    owner = owners.find(seen)
    apart = limit is not None and limit.referral == "judicial"
    if owner.representative is not None and (apart or kind in _NO_REPRESENTATIVE):
        return replace(
            owner, representative=None, reasons=(*owner.reasons, Reason("officer_handles", owner.station or ""))
        )
    return owner


def _passed(code: str) -> Reason:
    return Reason("representative_accused", code)


def _topic(
    seen: Situation, kind: str, danger: Danger | None, limit: Boundary | None, reading: Reading, topic: str
) -> tuple[str | None, tuple[Reason, ...]]:
    if seen.inquiry.chosen_topic:
        return topic, (Reason("topic_chosen", topic),)
    if kind in _NO_TOPIC or (kind in _ONLY_SURE_TOPIC and not reading.sure):
        return None, ()
    if danger is not None and danger.kind in _TOPIC_OF_DANGER:
        return _TOPIC_OF_DANGER[danger.kind], (Reason("topic_word", danger.evidence),)
    if limit is not None and limit.referral == "discipline":
        return "discipline", (Reason("topic_word", limit.evidence),)
    if not reading.topics:
        return topic, (Reason("topic_default", topic),)
    if words := [word for word in reading.words if not _BROKEN.search(word)]:
        return topic, (Reason("topic_word", "、".join(words)),)
    return topic, (Reason("topic_guess", topic),)


def _question(
    seen: Situation, kind: str, limit: Boundary | None, owner: Owner, reading: Reading, spoken: str | None
) -> tuple[str | None, tuple[str, ...]]:
    """One question at most: the matter, then who or where, then which topic."""
    if kind == "unclear":
        return "matter", ()
    if spoken or kind in {"spam", "privacy_request", "service_query"} or (limit and limit.kind != "referral"):
        return None, ()
    if owner.ask:
        return owner.ask, owner.choices
    asks_topic = kind in _TOPIC_MATTERS and limit is None and seen.inquiry.chosen_topic is None
    if asks_topic and reading.topics and not reading.sure:
        return "topic", tuple(name for name, _ in reading.topics[:2])
    return None, ()
