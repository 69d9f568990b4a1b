"""Reading 微信客服: every page until there is no more, messages and cursor in one commit, one reader an account."""

import asyncio
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.dispatch import messages
from bot.intake.kf_items import incoming_of
from bot.wecom.client import KfAccount, WeComClient
from bot.wecom.errors import Permanent, WeComError
from bot.wecom.kf import KfItem, KfMessage, KfPage
from storage import accounts, inbox, leases
from storage.coordination import Hints, Topic
from storage.crypto import Unreadable, Vault
from storage.database import Database
from storage.inbox import Arrival
from storage.leases import Leases

log = logging.getLogger(__name__)
# Clocks differ: what was written a moment before the first start is not history.
CLOCK_SLACK = timedelta(seconds=60)
TOKEN_LIFE = timedelta(minutes=9)  # of ten: an old one would cost a refused call at each look
NICKNAME_SECONDS = 0.5  # a name is nice to have; nobody waits longer for it
MOST_KNOWN = 50_000
LONGEST_PAUSE = 30.0
RELIST_SECONDS = 3.0
DEGRADED_POLL_SECONDS = 10.0  # Redis is away
NEWS = "account"
MOST_STALLS = 20  # pages with more promised behind them and the cursor where it was


class CursorMoved(Exception):
    """Someone else has read on from the same cursor; what this reader has is kept already."""


@dataclass(frozen=True, slots=True)
class _Place:
    """How far an account was read; what is older than its watermark is history."""

    cursor: str
    watermark: datetime


class KfPull:
    """Reads the accounts that this bot serves, when woken and now and then by itself."""

    def __init__(
        self,
        client: WeComClient,
        database: Database,
        vault: Vault,
        clock: Clock,
        hints: Hints,
        poll_seconds: float,
        leases: Leases | None = None,
    ) -> None:
        """Of all processes one reads an account: whoever has its lease. The others tell it when they are called."""
        self._leases = leases or Leases(database)
        self._asides: dict[str, asyncio.Event] = {}
        hints.listen(NEWS, self._hear)
        self._client = client
        self._database = database
        self._vault = vault
        self._clock = clock
        self._hints = hints
        self._poll_seconds = poll_seconds
        self._tokens: dict[str, tuple[str, datetime]] = {}
        self._woken: dict[str, asyncio.Event] = {}
        self._new_account = asyncio.Event()
        self._listed = False
        self._known: dict[str, None] = {}
        # As this reader left them, while it is called; that somebody else has read on shows as a page is kept.
        self._places: dict[str, _Place] = {}

    def wake(self, open_kfid: str, token: str) -> None:
        """There is something to read; the token (good for 10 min) lifts the rate limit."""
        self._note_token(open_kfid, token)
        if not self._leases.holds(leases.reading(open_kfid)):
            self._tell(open_kfid, token)

    def _note_token(self, open_kfid: str, token: str) -> None:
        self._tokens[open_kfid] = token, self._clock.now()
        if open_kfid in self._woken:
            self._woken[open_kfid].set()
        else:
            self._new_account.set()

    def _tell(self, open_kfid: str, token: str) -> None:
        """Whoever reads the account; where they cannot be told, this process reads too: the cursor keeps order."""
        if self._hints.carries:
            said = json.dumps([open_kfid, token, self._clock.now().timestamp()]).encode()
            self._hints.tell(NEWS, self._vault.seal(said))
        elif open_kfid in self._asides:
            self._asides[open_kfid].set()

    def _hear(self, body: bytes) -> None:
        """Another process was called."""
        try:
            open_kfid, token, came_at = json.loads(self._vault.open(body))
        except Unreadable:
            return
        if self._clock.now().timestamp() - came_at < TOKEN_LIFE.total_seconds():
            self._note_token(open_kfid, token)

    async def run(self) -> None:
        """One reader an account, until cancelled; an unknown account that wakes is looked up."""
        self._woken.clear()
        self._asides.clear()
        async with asyncio.TaskGroup() as readers:
            while True:
                for open_kfid in await self._served():
                    if open_kfid not in self._woken:
                        self._woken[open_kfid] = asyncio.Event()
                        self._asides[open_kfid] = asyncio.Event()
                        readers.create_task(self._read_forever(open_kfid), name=f"read {open_kfid}")
                        readers.create_task(self._read_aside(open_kfid), name=f"read aside {open_kfid}")
                await self._wait_for_account()

    async def _wait_for_account(self) -> None:
        try:
            async with asyncio.timeout(self._poll_seconds if self._listed else RELIST_SECONDS):
                await self._new_account.wait()
        except TimeoutError:
            return
        finally:
            self._new_account.clear()

    async def _served(self) -> list[str]:
        """The accounts of `kf/account/list` that we may manage, and those we served before."""
        try:
            listed = await self._client.kf_accounts()
            self._listed = True
        except WeComError as error:
            log.warning("accounts could not be listed", extra={"errcode": error.errcode})
            # A signed wake-up names an account of ours as well as the list does.
            listed = tuple(KfAccount(open_kfid, "", True) for open_kfid in self._tokens)
            self._listed = False
        async with self._database.begin() as session:
            served = {account.open_kfid for account in await accounts.all_accounts(session)}
            for account in listed:
                if account.managed and account.open_kfid not in served:
                    watermark = self._clock.now() - CLOCK_SLACK
                    await accounts.add_account(session, account.open_kfid, account.name, watermark)
                    served.add(account.open_kfid)
                    log.info("account is served from now on", extra={"open_kfid": account.open_kfid})
        return sorted(served)

    async def pull_all(self) -> int:
        """Read every account once; returns how many items were new. For tests and drills."""
        self._places.clear()
        return sum([await self.pull(open_kfid) for open_kfid in await self._served()])

    async def _read_forever(self, open_kfid: str) -> None:
        while True:
            async with self._leases.held(leases.reading(open_kfid)) as tenure:
                self._places.pop(open_kfid, None)  # others may have read on meanwhile
                await self._read_until(tenure.lost, open_kfid)

    async def _read_aside(self, open_kfid: str) -> None:
        """Called while another process reads, and it cannot be told."""
        while True:
            await self._asides[open_kfid].wait()
            self._asides[open_kfid].clear()
            try:
                await self.pull(open_kfid)
            except Exception as error:  # noqa: BLE001  as in `_read_until`
                await self._note_failure(open_kfid, error, 1)

    async def _read_until(self, lost: asyncio.Event, open_kfid: str) -> None:
        failures = 0
        while not lost.is_set():
            self._woken[open_kfid].clear()
            try:
                await self.pull(open_kfid)
                failures = 0
            except Exception as error:  # noqa: BLE001  the reader must live; `_note_failure` logs it
                failures += 1
                await self._note_failure(open_kfid, error, failures)
                await asyncio.sleep(min(0.5 * 2**failures, LONGEST_PAUSE))
                continue
            await self._wait_for_more(open_kfid)

    async def _wait_for_more(self, open_kfid: str) -> None:
        try:
            async with asyncio.timeout(self._pause_seconds):
                await self._woken[open_kfid].wait()
        except TimeoutError:
            self._places.pop(open_kfid, None)
            log.debug("nobody called, reading anyway", extra={"open_kfid": open_kfid})

    @property
    def _pause_seconds(self) -> float:
        """Who was called elsewhere may not be able to tell: then one looks more often."""
        return min(self._poll_seconds, DEGRADED_POLL_SECONDS) if self._hints.fault else self._poll_seconds

    async def _note_failure(self, open_kfid: str, error: Exception, failures: int) -> None:
        facts = {"open_kfid": open_kfid, "failures": failures, "errcode": getattr(error, "errcode", None)}
        if not isinstance(error, WeComError):
            log.exception("reading an account broke", extra=facts)
            return
        log.warning("account could not be read", extra=facts)
        if isinstance(error, Permanent) and failures >= 2:
            await self._begin_again(open_kfid)

    async def _begin_again(self, open_kfid: str) -> None:
        """A cursor WeCom no longer takes: read three days again; what is here already is known by its key."""
        async with self._database.begin() as session:
            account = await accounts.find_account(session, open_kfid)
            if account is not None and account.cursor:
                account.cursor = ""
                log.warning("cursor was given up", extra={"open_kfid": open_kfid})

    async def pull(self, open_kfid: str) -> int:
        """Every page until `has_more` is 0; an empty page with more behind it is normal (document 94670)."""
        new = stalled = 0
        while stalled < MOST_STALLS:
            place = self._places.pop(open_kfid, None) or await self._find_place(open_kfid)
            if place is None:
                return new
            page = await self._client.kf_sync(open_kfid, place.cursor, self._token_of(open_kfid))
            arrivals = await self._arrivals(open_kfid, page, place.watermark)
            try:
                new += await self._keep(open_kfid, place.cursor, page.next_cursor, arrivals)
            except CursorMoved:
                log.info("cursor was moved by another reader", extra={"open_kfid": open_kfid})
                continue
            self._places[open_kfid] = _Place(page.next_cursor or place.cursor, place.watermark)
            if not page.has_more:
                return new
            stalled = stalled + 1 if page.next_cursor == place.cursor else 0
        log.warning("account promises more and gives nothing", extra={"open_kfid": open_kfid})
        return new

    async def _find_place(self, open_kfid: str) -> "_Place | None":
        async with self._database.read() as session:
            account = await accounts.find_account(session, open_kfid)
        return _Place(account.cursor, account.watermark) if account is not None else None

    def _token_of(self, open_kfid: str) -> str:
        """The token of the last call, while WeCom takes it."""
        token, came_at = self._tokens.get(open_kfid, ("", self._clock.now()))
        return token if self._clock.now() - came_at < TOKEN_LIFE else ""

    async def _keep(self, open_kfid: str, read_from: str, to: str, arrivals: list[Arrival]) -> int:
        if not arrivals and (not to or to == read_from):
            return 0
        async with self._database.begin() as session:
            added = await inbox.add_all(session, arrivals)
            if to and not await accounts.move_cursor(session, open_kfid, read_from=read_from, to=to):
                raise CursorMoved
        if added:
            self._hints.notify(Topic.INBOX)
        return added

    async def _arrivals(self, open_kfid: str, page: KfPage, watermark: datetime) -> list[Arrival]:
        items = [item for item in page.items if item.sent_at >= watermark]
        nicknames = await self._nicknames(items)
        arrivals = []
        for item in items:
            message = incoming_of(item, open_kfid, nicknames)
            if message is None:
                continue
            arrivals.append(
                Arrival(
                    source=open_kfid,
                    key=item.msgid,
                    lane=messages.lane_of(message),
                    body_sealed=self._vault.seal(messages.dump(message)),
                    received_at=self._clock.now(),
                )
            )
        return arrivals

    async def _nicknames(self, items: Iterable[KfItem]) -> dict[str, str]:
        """Names of people not met since this process started (document 95159: only within 48 h of their word)."""
        strangers = {
            item.external_userid
            for item in items
            if isinstance(item, KfMessage) and item.external_userid not in self._known
        }
        names: dict[str, str] = {}
        if not strangers:
            return names
        wanted = sorted(strangers)
        try:
            async with asyncio.timeout(NICKNAME_SECONDS):
                for start in range(0, len(wanted), 100):
                    found = await self._client.kf_customers(wanted[start : start + 100])
                    names |= {one.external_userid: one.nickname for one in found}
        except (TimeoutError, WeComError):
            log.info("names could not be had", extra={"people": len(wanted)})
            return names
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        self._known.update(dict.fromkeys(wanted))
        return names
