"""Defaults of the rules that staff tune; the database holds what they changed. Units are in the names."""

from dataclasses import dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Rules:
    """Every figure that staff may change, with its unit in its name."""

    first_answer_hours: float = 24
    update_quiet_seconds: float = 10
    update_longest_seconds: float = 60
    kf_messages_per_turn: int = 5  # WeCom document 94677
    kf_window_hours: float = 48  # WeCom document 94677
    welcome_seconds: float = 20  # WeCom document 95122
    member_messages_per_minute: int = 30  # WeCom document 90312; the excess is dropped without a word
    member_messages_per_hour: int = 1000  # WeCom document 90312
    handling_attempts: int = 5
    sending_hours: float = 72
    listed_cases: int = 5
    cases_per_day: int = 0  # at most so many to one representative, then the next one or the officer; 0 is no cap
    alert_repeat_seconds: float = 180  # an emergency is told again until somebody confirms
    asked_hours: float = 24  # an answer to a question completes the first message for so long
    held_hours: float = 48  # words that the bot answered by itself may still be handed to a person
    most_changes: int = 3  # of representative by the constituent; then a person decides
    most_transfers: int = 2  # by owners; then the service centre rules
    petition_notice_days: int = 15  # Regulations on Petition Work, Art. 23
    cluster_alert_people: int = 5
    cluster_alert_days: float = 30

    @classmethod
    def tuned(cls, changed: dict[str, Any]) -> Self:
        """The defaults with what staff changed; names that are no rule are ignored."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in changed.items() if name in known})
