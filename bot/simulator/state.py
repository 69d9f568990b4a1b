"""What the made-up WeCom knows: people, accounts, sessions, messages, files."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.simulator.callbacks import Callback
from bot.simulator.chat import Chat, Pulse
from bot.simulator.faults import Dice, Faults
from bot.simulator.kf_log import KfLog
from bot.simulator.media import MediaStore
from bot.simulator.tokens import OAuthCodes, Tokens
from bot.simulator.trace import Trace

UNHANDLED, ASSISTANT, WAITING, HUMAN, ENDED = range(5)
RESERVED, LIVE, OVER, EXPIRED, CANCELLED = range(5)
SESSION_SPAN = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code that the demo offers to scan."""

    label: str
    kind: str
    scene: str
    scene_param: str
    subtitle: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A named spot that the demo offers as a location message (GCJ-02)."""

    name: str
    address: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Door:
    """A page of the bot that the demo page links to; `path` is on this server."""

    name: str
    path: str


@dataclass(slots=True)
class Member:
    """A WeCom member; `visible` = inside the app's visibility; with a `hint` the page offers them first."""

    userid: str
    name: str
    title: str
    chat: Chat
    hint: str = ""
    visible: bool = True
    licensed: bool = True  # has an interface licence; without one nothing of the app's arrives
    minute: deque[datetime] = field(default_factory=deque)
    hour: deque[datetime] = field(default_factory=deque)


@dataclass(slots=True)
class Session:
    """One constituent at one kf account."""

    open_kfid: str
    external_userid: str
    state: int = ENDED
    ever_began: bool = False
    servicer_userid: str = ""
    asked_at: datetime | None = None
    entered_at: datetime | None = None
    welcomed_at: datetime | None = None
    sent_since_asked: int = 0
    scene: str = ""
    scene_param: str = ""

    def asked_within_48_hours(self, now: datetime) -> bool:
        return self.asked_at is not None and now - self.asked_at < SESSION_SPAN

    def state_at(self, now: datetime) -> int:
        """A session ends by itself 48 hours after the last thing the constituent said."""
        return self.state if self.asked_within_48_hours(now) else ENDED


@dataclass(slots=True)
class Constituent:
    """An ordinary WeChat user; the page offers the `hint` as something to say."""

    external_userid: str
    nickname: str
    chat: Chat
    hint: str = ""
    sessions: dict[str, Session] = field(default_factory=dict)
    last_open_kfid: str = ""


@dataclass(slots=True)
class KfAccount:
    """A 微信客服 account with its log, its own-msgid register and its servicers (userid → receiving)."""

    open_kfid: str
    name: str
    log: KfLog
    msgids: dict[str, str] = field(default_factory=dict)
    servicers: dict[str, bool] = field(default_factory=dict)
    tokenless: deque[datetime] = field(default_factory=deque)


@dataclass(slots=True)
class EventCode:
    """A code for kf/send_msg_on_event; `needs_state` None = whatever the state."""

    open_kfid: str
    external_userid: str
    expires_at: datetime
    msgtypes: tuple[str, ...]
    needs_state: int | None = None
    welcome: bool = False
    used: bool = False


@dataclass(slots=True)
class AppMessage:
    """An app message as sent; `holders` have it on their phones."""

    msgid: str
    at: datetime
    body: Mapping[str, Any]
    holders: list[str]


@dataclass(slots=True)
class ResponseCode:
    """The right to update one card message once."""

    msgid: str
    expires_at: datetime
    used: bool = False


@dataclass(slots=True)
class Watch:
    """How one person watched a living; they are taken to be gone at `until`."""

    is_member: bool
    name: str
    seconds: int = 0
    comments: int = 0
    spoke: bool = False
    until: datetime | None = None


@dataclass(slots=True)
class Living:
    """A live broadcast; one with `by_app` false was reserved in the client and is none of the app's business."""

    livingid: str
    anchor: Member
    theme: str
    description: str
    starts_at: datetime
    duration_seconds: int
    type: int = 0
    remind_seconds: int = 0
    by_app: bool = True
    state: int = RESERVED
    began_at: datetime | None = None
    ended_at: datetime | None = None
    watches: dict[str, Watch] = field(default_factory=dict)
    subscribers: set[str] = field(default_factory=set)

    def status_at(self, now: datetime) -> int:
        """One that nobody started expires when its reserved time is over."""
        is_late = now >= self.starts_at + timedelta(seconds=self.duration_seconds)
        return EXPIRED if self.state == RESERVED and is_late else self.state


class World:
    """Everything the simulator remembers, in dictionaries keyed by WeCom's own ids."""

    def __init__(
        self, *, clock: Clock, corp_id: str, secret: str, agent_id: int, faults: Faults, trace_size: int
    ) -> None:
        self.clock = clock
        self.corp_id = corp_id
        self.agent_id = agent_id
        self.dice = Dice(faults)
        self.pulse = Pulse()
        self.trace = Trace(clock, self.pulse, trace_size)
        self.tokens = Tokens(clock, corp_id=corp_id, secret=secret)
        self.oauth_codes = OAuthCodes(clock)
        self.media = MediaStore(clock)
        self.members: dict[str, Member] = {}
        self.members_by_lower_case: dict[str, Member] = {}
        self.constituents: dict[str, Constituent] = {}
        self.accounts: dict[str, KfAccount] = {}
        self.contact_ways: dict[str, tuple[str, str]] = {}
        self.event_codes: dict[str, EventCode] = {}
        self.sync_tokens: dict[str, tuple[str, datetime]] = {}
        self.app_messages: dict[str, AppMessage] = {}
        self.response_codes: dict[str, ResponseCode] = {}
        self.livings: dict[str, Living] = {}
        self.task_ids: set[str] = set()
        self.repeats: dict[str, tuple[datetime, str]] = {}
        self.app_is_off = False
        self.trusted_domain = "127.0.0.1"
        self.receivers: deque[tuple[int, str]] = deque(maxlen=50)
        self.post: Callable[[Callback], None] = _nobody_listens
        self._serial = 0

    def next_id(self, prefix: str) -> str:
        """A fresh id, readable and in order."""
        self._serial += 1
        return f"{prefix}{self._serial:08d}"

    def next_msg_id(self) -> int:
        """A 64-bit MsgId for an app message from a member."""
        self._serial += 1
        return 7_400_000_000_000_000_000 + self._serial

    def now_seconds(self) -> int:
        return int(self.clock.now().timestamp())

    def new_chat(self) -> Chat:
        return Chat(self.pulse)

    def find_member(self, userid: str) -> Member | None:
        """A member whatever the letter case (WeCom compares userids so)."""
        return self.members_by_lower_case.get(userid.lower())

    def get_member(self, userid: str) -> Member:
        member = self.find_member(userid)
        if member is None:
            raise LookupError(f"no member {userid}")
        return member

    def get_constituent(self, external_userid: str) -> Constituent:
        constituent = self.constituents.get(external_userid)
        if constituent is None:
            raise LookupError(f"no constituent {external_userid}")
        return constituent

    def get_account(self, open_kfid: str | None) -> KfAccount:
        """The account named, or the first one."""
        account = next(iter(self.accounts.values()), None) if not open_kfid else self.accounts.get(open_kfid)
        if account is None:
            raise LookupError(f"no kf account {open_kfid or 'at all'}")
        return account

    def get_living(self, livingid: str) -> Living:
        living = self.livings.get(livingid)
        if living is None:
            raise LookupError(f"no living {livingid}")
        return living

    def get_session(self, account: KfAccount, constituent: Constituent) -> Session:
        session = constituent.sessions.get(account.open_kfid)
        if session is None:
            session = Session(account.open_kfid, constituent.external_userid)
            constituent.sessions[account.open_kfid] = session
        return session

    def violate(self, rule: str) -> None:
        """Count something the bot should not have done."""
        self.trace.violations[rule] += 1


def _nobody_listens(callback: Callback) -> None:
    raise RuntimeError(f"callback {callback.event} before Simulator.start()")
