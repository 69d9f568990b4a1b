"""The page of one matter: how far it is, for whoever holds its link. Nothing of what was written stands on it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Link, Text
from bot.notices.words import moment

RESTRICTED = "受理中"
PAGE_GONE = "这个链接已经停用。在微信里发“进度”，可以看到您的事办到哪一步。"
PAGE_UNKNOWN = "没有这个链接。在微信里发“进度”，可以看到您的事办到哪一步。"
ENDED = "这个链接已经停用，以后谁也打不开。在微信里发“进度”，会给您新的链接。"
DONE, NOW, LATE, NEXT = "done", "now", "late", "next"
_STATIONS_STAFF = "联络站工作人员"
CENTRE = "代表联络服务中心"
_HEADINGS = {
    "assigned": "已转到，等候接收",
    "accepted": "已接收，正在办",
    "answered": "已答复",
    "reopened": "您说还没有解决，正在接着办",
    "closed": "已办结",
}


def link_to(url: str, number: str = "") -> Link:
    """What is tapped in the chat; with the number where there are several."""
    return Link(url, f"{number} 办到哪一步" if number else "看看办到哪一步")


def role_of(level: str, *, at_station: bool) -> str:
    """Who has it, without a name: a representative of a level, else the station's staff, else the service centre."""
    return level or (_STATIONS_STAFF if at_station else CENTRE)


@dataclass(frozen=True, slots=True)
class Facts:
    """How far a matter is; `line` is what 进度 says of its clock, empty once it is answered."""

    number: str
    state: str
    role: str
    line: str
    late: bool
    opened_at: datetime
    accepted_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `mark` says whether it is done, is now, is now and late, or comes."""

    name: str
    when: str
    mark: str


@dataclass(frozen=True, slots=True)
class StatusPage:
    """All that stands on the page; only the heading where the matter is restricted."""

    heading: str
    number: str = ""
    role: str = ""
    line: str = ""
    late: bool = False
    steps: tuple[Step, ...] = ()
    asked_at: str = ""
    moved: str = ""  # the number that this address was given for, where it lives on in this matter


def restricted_page() -> StatusPage:
    """No more than that it is there."""
    return StatusPage(RESTRICTED)


def status_page(facts: Facts, zone: ZoneInfo, now: datetime) -> StatusPage:
    """The page as it is now."""
    return StatusPage(
        heading=_HEADINGS[facts.state],
        number=facts.number,
        role=facts.role,
        line=facts.line,
        late=facts.late,
        steps=_steps(facts, zone),
        asked_at=moment(now, zone),
    )


def _steps(facts: Facts, zone: ZoneInfo) -> tuple[Step, ...]:
    """Received, passed on, taken, answered, closed; a reopened matter is between taken and answered again."""
    opened = moment(facts.opened_at, zone)
    at_work = facts.state == "reopened"
    done = [
        ("收到您反映的事", opened, True),
        (f"转给{facts.role}", opened, True),
        ("接收，开始办", _when(facts.accepted_at, zone), facts.state != "assigned"),
        (
            "再次答复" if at_work else "答复您",
            _when(facts.answered_at, zone),
            facts.state in ("answered", "closed"),
        ),
        ("办结", _when(facts.closed_at, zone), facts.state == "closed"),
    ]
    first_open = next((at for at, (_, _, is_done) in enumerate(done) if not is_done), len(done))
    current = LATE if facts.late and facts.state not in ("answered", "closed") else NOW
    return tuple(
        Step(name, when if is_done else "", DONE if is_done else current if at == first_open else NEXT)
        for at, (name, when, is_done) in enumerate(done)
    )


def _when(at: datetime | None, zone: ZoneInfo) -> str:
    return moment(at, zone) if at is not None else ""


@dataclass(frozen=True, slots=True)
class LinksEnded:
    """After 停用链接."""

    count: int

    def render(self) -> Text:
        if not self.count:
            return Text("您现在没有在用的进度链接。发“进度”可以看您反映过的事。")
        return Text("好的，您的进度链接都停用了，以后谁也打不开。发“进度”会给您新的链接。")
