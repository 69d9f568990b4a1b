"""The question put to assignment, and its answer."""

from dataclasses import dataclass
from typing import Any

# The rules that find an owner; the others explain, ask or tell what the matter is.
OWNER_RULES = frozenset(
    {
        "chosen", "open_matter", "representative_code", "station_code", "representative_named",
        "representative_described", "station_named", "location_in_grid", "near_grid", "place_named",
        "relative_place", "same_place_name", "known_station", "service_centre", "restricted",
        "code_revoked", "code_expired", "received_at_desk",
    }
)  # fmt: skip


KEPT_APART = frozenset({"state_secret", "espionage"})
# Why only the service centre reads it, where the kind of the decision does not say so already.
ACCUSATION = "accusation"  # by somebody in danger


@dataclass(frozen=True, slots=True)
class Location:
    """A location message: GCJ-02 degrees, with the name and address that WeChat adds."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One message and what is remembered of its sender."""

    id: str
    text: str
    scene: str | None = None
    scene_param: str | None = None
    location: Location | None = None
    known_station: str | None = None
    known_representative: str | None = None
    known_grid: str | None = None
    chosen_station: str | None = None  # they tapped it when they were asked
    chosen_representative: str | None = None
    chosen_topic: str | None = None
    refused_stations: frozenset[str] = frozenset()  # 不是这里
    refused_representatives: frozenset[str] = frozenset()  # 换一位代表


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of a decision: the rule's id and the name or code that made it speak."""

    rule: str
    evidence: str

    def to_json(self) -> dict[str, str]:
        """As contract section 5 prints it."""
        return {"rule": self.rule, "evidence": self.evidence}


def is_kept_apart(kind: str, lane: str, referral: str | None, about: str | None) -> bool:
    """Whether only named officers of the service centre may read it."""
    apart = bool(lane) or referral == "discipline" or about in KEPT_APART
    return apart or kind == "complaint_about_representative"


@dataclass(frozen=True, slots=True)
class Glance:
    """Of a decision what tells whether a message may join an open matter."""

    is_emergency: bool
    is_restricted: bool
    accused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """Who owns a message and why; `ask` is the question that would make it surer.

    The first ten fields are what contract section 5 prints; the rest is for those who act on it.
    """

    id: str
    kind: str
    topic: str | None
    urgency: str
    referral: str | None
    station: str | None
    representative: str | None
    ask: str | None
    parts: tuple["Decision", ...]
    reasons: tuple[Reason, ...]
    also: str | None = None  # a trade station that reads along
    grid: str | None = None
    choices: tuple[str, ...] = ()  # what to choose between: codes, or topics
    about: str | None = None  # which danger, or which boundary
    numbers: tuple[str, ...] = ()  # telephone numbers, the first to call first
    accused: frozenset[str] = frozenset()
    language: str | None = None  # one that nobody here reads (ISO 639-1)
    place: str = ""  # that it speaks of, by its official name, also where a code or a person decided
    text: str = ""  # a part's own words
    lane: str = ""  # minor, violence_at_home, accusation: whom it is kept from the others for

    @property
    def is_emergency(self) -> bool:
        """Whether somebody is in danger now."""
        return self.kind == "emergency"

    @property
    def is_restricted(self) -> bool:
        """Whether only named officers of the service centre may read it.

        Accusations, complaints about representatives, secrets, and what is told of a child or of violence at home.
        """
        return is_kept_apart(self.kind, self.lane, self.referral, self.about)

    @property
    def found_place(self) -> bool:
        """Whether the message itself led to its station, so that the station may be remembered of its sender."""
        return self.decided_by not in {"", "restricted", "service_centre", "known_station", "same_place_name"}

    @property
    def decided_by(self) -> str:
        """The rule that found the owner."""
        return next((reason.rule for reason in reversed(self.reasons) if reason.rule in OWNER_RULES), "")

    def to_json(self) -> dict[str, Any]:
        """The object of contract section 5, in its order."""
        return {
            "id": self.id,
            "kind": self.kind,
            "topic": self.topic,
            "urgency": self.urgency,
            "referral": self.referral,
            "station": self.station,
            "representative": self.representative,
            "ask": self.ask,
            "parts": [part.to_json() for part in self.parts],
            "reasons": [reason.to_json() for reason in self.reasons],
        }
