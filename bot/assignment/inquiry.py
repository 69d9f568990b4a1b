"""The question put to assignment, and its answer."""

from dataclasses import dataclass
from typing import Any


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


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of a decision: the rule's id and the name or code that made it speak."""

    rule: str
    evidence: str

    def to_json(self) -> dict[str, str]:
        """As contract section 5 prints it."""
        return {"rule": self.rule, "evidence": self.evidence}


@dataclass(frozen=True, slots=True)
class Decision:
    """Who owns a message and why; `ask` is the question that would make it surer."""

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
