"""The simulator as tests and the demo hold it: people to act as, chats to read, and the HTTP server to mount."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.clock import Clock
from bot.simulator import constituents, control, kf_sessions, living, members, oauth, page
from bot.simulator.api import Api
from bot.simulator.callbacks import CallbackSender
from bot.simulator.chat import Line
from bot.simulator.envelope import Envelope
from bot.simulator.faults import Dice, Faults
from bot.simulator.feed import add_record
from bot.simulator.kf_log import KfLog
from bot.simulator.report import make_report
from bot.simulator.state import Code, Constituent, Door, KfAccount, Member, Place, World
from bot.simulator.trace import Step


class Simulator:
    """A WeCom stand-in that keeps the platform's rules (wecom-protocol, section 12).

    `add_routes()` mounts `/cgi-bin/*` (the API), the log-in redirects, `/sim/*` (remote control) and `/` (the
    demo page) on one aiohttp application; `start()` opens the session that posts callbacks to `callback_url`,
    which may be set later. Whatever a person does returns at once; `quiet()` waits for the callbacks.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        corp_id: str,
        secret: str,
        agent_id: int,
        token: str,
        aes_key: str,
        callback_url: str,
        faults: Faults | None = None,
        trace_size: int = 5000,
        resend_pause_seconds: float = 1.0,
        resend_on_bad_status: bool = True,
    ) -> None:
        self.clock = clock
        self.world = World(
            clock=clock,
            corp_id=corp_id,
            secret=secret,
            agent_id=agent_id,
            faults=faults or Faults(),
            trace_size=trace_size,
        )
        self.sender = CallbackSender(
            clock=clock,
            trace=self.world.trace,
            dice=lambda: self.world.dice,
            envelope=Envelope(token=token, aes_key=aes_key, receive_id=corp_id),
            corp_id=corp_id,
            agent_id=agent_id,
            url=callback_url,
            resend_pause_seconds=resend_pause_seconds,
            resend_on_bad_status=resend_on_bad_status,
        )
        self.world.post = self.sender.post
        self.catalog: list[Code] = []
        self.places: list[Place] = []
        self.doors: list[Door] = []
        self.vocabulary: dict[str, str] = {}
        self._api = Api(self.world)

    # --- the server ---------------------------------------------------------------------------------

    def add_routes(self, app: web.Application) -> None:
        """Mount the API, the log-in redirects, the remote control and the demo page."""
        self._api.add_routes(app)
        oauth.add_routes(app, self.world)
        control.add_routes(app, self)
        page.add_routes(app)
        app.on_shutdown.append(self._let_go)

    async def _let_go(self, _app: web.Application) -> None:
        """Held connections and waiting pages must not hold up the shutdown."""
        self._api.close()
        self.world.pulse.close()

    async def start(self) -> None:
        """Open the session for callbacks; may follow a `close()`."""
        self._api.open()
        self.world.pulse.open()
        await self.sender.start()

    async def close(self) -> None:
        """Give up callbacks in flight and let go of held connections."""
        self._api.close()
        self.world.pulse.close()
        await self.sender.close()

    async def quiet(self) -> None:
        """Wait until no callback is in flight."""
        await self.sender.quiet()

    async def verify_callback(self) -> bool:
        """The GET of an administrator's "save"."""
        return await self.sender.verify()

    @property
    def callback_url(self) -> str:
        return self.sender.url

    @callback_url.setter
    def callback_url(self, url: str) -> None:
        self.sender.url = url

    @property
    def faults(self) -> Faults:
        return self.world.dice.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self.world.dice = Dice(faults)

    def age_token(self) -> None:
        """The access token reaches its end now: 42001."""
        self.world.tokens.age()

    def invalidate_token(self) -> None:
        """WeCom kills the access token early: 40014."""
        self.world.tokens.invalidate()

    # --- who is there -------------------------------------------------------------------------------

    def add_member(
        self,
        userid: str,
        name: str,
        title: str = "",
        *,
        hint: str = "",
        visible: bool = True,
        licensed: bool = True,
    ) -> Member:
        """A member, or the known one with a new name and title."""
        member = self.world.find_member(userid)
        if member is None:
            member = Member(userid, name, title, self.world.new_chat())
            self.world.members[userid] = member
            self.world.members_by_lower_case[userid.lower()] = member
        member.name, member.title, member.hint = name, title, hint
        member.visible, member.licensed = visible, licensed
        return member

    def add_constituent(self, external_userid: str, nickname: str, *, hint: str = "") -> Constituent:
        """An ordinary WeChat user, or the known one with a new nickname."""
        constituent = self.world.constituents.get(external_userid)
        if constituent is None:
            constituent = Constituent(external_userid, nickname, self.world.new_chat())
            self.world.constituents[external_userid] = constituent
        constituent.nickname, constituent.hint = nickname, hint
        return constituent

    def add_kf_account(self, open_kfid: str, name: str) -> KfAccount:
        account = self.world.accounts.get(open_kfid)
        if account is None:
            account = KfAccount(open_kfid, name, KfLog())
            self.world.accounts[open_kfid] = account
        account.name = name
        return account

    def add_servicer(self, userid: str, *, receiving: bool = True, open_kfid: str | None = None) -> None:
        """A member who may take sessions of an account."""
        self.world.get_account(open_kfid).servicers[userid] = receiving

    # --- constituents act ---------------------------------------------------------------------------

    async def enter(
        self,
        external_userid: str,
        scene: str = "",
        scene_param: str = "",
        open_kfid: str | None = None,
        *,
        label: str = "",
    ) -> None:
        """Come in by a kf link; ValueError where no link could carry this scene."""
        constituent = self.world.get_constituent(external_userid)
        account = self.world.get_account(open_kfid)
        constituents.enter(self.world, constituent, account, scene, scene_param, label)

    async def scans(self, external_userid: str, url: str) -> None:
        """Come in by a link of kf/add_contact_way; LookupError where it was altered."""
        constituents.scan(self.world, self.world.get_constituent(external_userid), url)

    async def says(
        self, external_userid: str, text: str, *, menu_id: str | None = None, open_kfid: str | None = None
    ) -> str:
        """Write (or tap a menu item, with its id); the msgid."""
        constituent, account = self._at(external_userid, open_kfid)
        return constituents.say(self.world, constituent, account, text, menu_id)

    async def sends_media(
        self, external_userid: str, kind: str, filename: str, content: bytes, *, open_kfid: str | None = None
    ) -> str:
        """Send an image, voice, video or file; the msgid."""
        constituent, account = self._at(external_userid, open_kfid)
        return constituents.send_media(self.world, constituent, account, kind, filename, content)

    async def sends_location(
        self,
        external_userid: str,
        latitude: float,
        longitude: float,
        name: str,
        address: str = "",
        *,
        open_kfid: str | None = None,
    ) -> str:
        constituent, account = self._at(external_userid, open_kfid)
        return constituents.send_location(self.world, constituent, account, latitude, longitude, name, address)

    async def sends_other(self, external_userid: str, msgtype: str, body: Mapping[str, Any] | None = None) -> str:
        """Any other msgtype (link, channels, something new); the msgid."""
        constituent, account = self._at(external_userid, None)
        return constituents.send_other(self.world, constituent, account, msgtype, body)

    async def recalls(self, external_userid: str, msgid: str) -> None:
        constituent, account = self._at(external_userid, None)
        constituents.recall(self.world, constituent, account, msgid)

    # --- members act --------------------------------------------------------------------------------

    async def member_says(self, userid: str, text: str) -> str:
        """Write to the app; the MsgId."""
        return members.say(self.world, self.world.get_member(userid), text)

    async def member_sends_media(self, userid: str, kind: str, filename: str, content: bytes) -> str:
        """Send an image, voice or video to the app (WeCom brings no other files): the MsgId."""
        return members.send_media(self.world, self.world.get_member(userid), kind, filename, content)

    async def member_sends_location(
        self, userid: str, latitude: float, longitude: float, name: str, address: str = ""
    ) -> str:
        member = self.world.get_member(userid)
        return members.send_location(self.world, member, latitude, longitude, name, address)

    async def member_taps(
        self,
        userid: str,
        message_id: str | None,
        button_key: str,
        *,
        selected: Mapping[str, Sequence[str]] | None = None,
    ) -> str:
        """Tap a card's button (None: the newest card that has it); the click's response_code."""
        return members.tap(self.world, self.world.get_member(userid), message_id, button_key, selected)

    async def member_enters(self, userid: str) -> None:
        """Open the app: enter_agent."""
        members.enter(self.world, self.world.get_member(userid))

    async def human_takes(self, external_userid: str, userid: str, *, open_kfid: str | None = None) -> None:
        """A human servicer takes the session in the client (state 3)."""
        constituent, account = self._at(external_userid, open_kfid)
        kf_sessions.human_takes(self.world, account, constituent, userid)

    async def human_says(self, external_userid: str, text: str, *, open_kfid: str | None = None) -> str:
        """The human servicer writes (origin 5)."""
        constituent, account = self._at(external_userid, open_kfid)
        return kf_sessions.human_says(self.world, account, constituent, text)

    async def human_recalls(self, external_userid: str, msgid: str) -> None:
        """The human servicer takes back what they wrote."""
        constituent, account = self._at(external_userid, None)
        kf_sessions.human_recalls(self.world, account, constituent, msgid)

    async def human_ends(self, external_userid: str, *, open_kfid: str | None = None) -> None:
        """The human servicer ends the session (state 4)."""
        constituent, account = self._at(external_userid, open_kfid)
        kf_sessions.human_ends(self.world, account, constituent)

    # --- live broadcasts ----------------------------------------------------------------------------

    async def reserve_living(self, userid: str, theme: str, starts_at: datetime, duration_seconds: int) -> str:
        """A member reserves one in the client: not the app's (92008), and no callback comes of it; its id."""
        anchor = self.world.get_member(userid)
        return living.reserve(self.world, anchor, theme, starts_at, duration_seconds)

    async def start_living(self, livingid: str) -> None:
        """The anchor goes live."""
        living.start(self.world, self.world.get_living(livingid))

    async def end_living(self, livingid: str) -> None:
        """The anchor ends it."""
        living.end(self.world, self.world.get_living(livingid))

    async def watch_living(
        self, who: str, livingid: str, seconds: int, *, comments: int = 0, speaks: bool = False
    ) -> None:
        """A constituent or member watches so long from now on, writes comments, speaks on the microphone."""
        found = self.world.get_living(livingid)
        living.watch(self.world, found, who, seconds, comments, speaks=speaks)

    async def subscribe_living(self, who: str, livingid: str) -> None:
        """A constituent or member wants to be reminded of it."""
        living.subscribe(self.world, self.world.get_living(livingid), who)

    # --- what can be seen ---------------------------------------------------------------------------

    def chat(self, external_userid: str) -> list[Line]:
        """All lines on a constituent's phone, oldest first."""
        return list(self.world.get_constituent(external_userid).chat)

    def member_chat(self, userid: str) -> list[Line]:
        """All lines of the app on a member's phone, oldest first."""
        return list(self.world.get_member(userid).chat)

    def heard(self, external_userid: str) -> list[str]:
        """What the bot said to a constituent and was seen."""
        return _heard(self.chat(external_userid))

    def member_heard(self, userid: str) -> list[str]:
        """What the app said to a member, cards as they read now."""
        return _heard(self.member_chat(userid))

    @property
    def requests(self) -> list[Step]:
        """The last steps of the trace, oldest first."""
        return list(self.world.trace.steps)

    @property
    def violations(self) -> Counter[str]:
        """What the bot should not have done, by rule."""
        return self.world.trace.violations

    @property
    def dropped(self) -> Counter[str]:
        """What was silently not delivered, by rule."""
        return self.world.trace.dropped

    def feed(self, record: Mapping[str, Any]) -> None:
        """Put one of the bot's own log records into the trace (see `feed.py` for its shape)."""
        add_record(self.world.trace, record, self.vocabulary)

    def report(self) -> dict[str, Any]:
        """Counts for outside programs; the answer of `GET /sim/report`."""
        return make_report(self.world, self.sender)

    def now(self) -> datetime:
        return self.clock.now()

    def _at(self, external_userid: str, open_kfid: str | None) -> tuple[Constituent, KfAccount]:
        constituent = self.world.get_constituent(external_userid)
        return constituent, self.world.get_account(open_kfid or constituent.last_open_kfid)


def _heard(lines: Sequence[Line]) -> list[str]:
    return [line.text for line in lines if line.who == "bot" and line.state not in ("failed", "recalled")]
