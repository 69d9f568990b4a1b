"""What comes in without being a word or a tap: WeCom's own reports, pictures, a chat that a person has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.dispatch.messages import (
    ConstituentEntered,
    ConstituentMessage,
    DeliveryFailed,
    LivingChanged,
    MemberEntered,
    MemberMessage,
    MessageRecalled,
    Routed,
    SaidToPerson,
    ServicerMessage,
    SessionChanged,
)
from bot.simulator.account import DEMO_ACCOUNT
from tests.support.town import NEIGHBOUR, OFFICER

KF = DEMO_ACCOUNT.open_kfid
FAIL_TYPES = (4, 5, 6, 10, 13)


@dataclass(frozen=True, slots=True)
class Traces:
    """What WeCom knows a case by: its sender, and the platform's ids of what was sent and said."""

    number: str
    sender: str
    sent: Sequence[str]
    said: Sequence[str]


def events_of(traces: Traces, members: Sequence[str], at: datetime) -> Mapping[str, Sequence[Routed]]:
    """Everything that can come in about a case without a word, by the handler it comes to."""
    sender = traces.sender
    written = ConstituentMessage("key", KF, sender, "", "text", "他又来了", "", "", None, None, "", at)
    return {
        "entering.greet": [
            ConstituentEntered("key", KF, NEIGHBOUR, "老周", scene, code, "welcome", at)
            for scene, code in (("rep", "R1"), ("station", "HOME"), ("case", traces.number), ("", ""))
        ],
        "reports.note_failure": [
            DeliveryFailed("key", KF, sender, sent, kind) for sent in traces.sent for kind in FAIL_TYPES
        ],
        "reports.note_recall": [
            MessageRecalled("key", KF, who, said) for who in (sender, NEIGHBOUR) for said in traces.said
        ],
        "handing_over.keep": [SaidToPerson(written)],
        "handing_over.keep_servicer": [ServicerMessage("key", KF, sender, OFFICER, "text", "我来处理", "", at)],
        "handing_over.note_session": [
            SessionChanged("key", KF, sender, OFFICER, ended, "code", at) for ended in (False, True)
        ],
        "living_events.note_change": [LivingChanged("key", "living", status, OFFICER, at) for status in (1, 2)],
        "member_help.stay_quiet": [MemberEntered("key", who, at) for who in members],
        "member_help.explain": [MemberMessage("key", who, "location", "", "", "", at) for who in members],
        "member_duty_file_papers.take": [
            MemberMessage("key", who, "image", "", "media", "照片.png", at) for who in members
        ],
    }
