"""Reading how many watched a broadcast: after its end WeCom is asked, again and again until it says."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from bot.services.live import figures
from bot.services.live.figures import Figures
from bot.services.office import Office
from bot.wecom.client import WeComClient
from bot.wecom.errors import Permanent, WeComError
from storage import live
from storage.coordination import Hints, Topic

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
AGAIN = timedelta(minutes=10)
BATCH = 4
LOOK_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class _Wanted:
    session_id: int
    living_id: str


class LivingFigures:
    """Asks WeCom for the figures of broadcasts that are over, a few at a time."""

    def __init__(self, office: Office, client: WeComClient, hints: Hints) -> None:
        self._office = office
        self._client = client
        self._hints = hints

    async def run(self) -> None:
        """Ask whenever something is due, until cancelled."""
        while True:
            if not await self.fetch_pending():
                await self._hints.wait(Topic.ATTACHMENTS, LOOK_SECONDS)

    async def fetch_pending(self) -> int:
        """Ask for one batch; returns how many were asked for."""
        wanted = await self._claim()
        for one in wanted:
            await self._fetch(one)
        return len(wanted)

    async def _claim(self) -> list[_Wanted]:
        now = self._office.clock.now()
        async with self._office.database.read() as session:
            if not await live.has_due_figures(session, now):
                return []
        claimed = []
        async with self._office.database.begin() as session:
            for row in await live.due_figures(session, now, BATCH):
                row.figures_due_at = now + LEASE
                claimed.append(_Wanted(row.id, row.living_id or ""))
        return claimed

    async def _fetch(self, wanted: _Wanted) -> None:
        try:
            info = await self._client.living_info(wanted.living_id)
            watchers = await self._client.living_watch_stat(wanted.living_id)
        except WeComError as error:
            await self._note_failure(wanted, error)
            return
        read = Figures(
            viewers=max(info.viewer_num, len(watchers)),
            comments=info.comment_num,
            mics=info.mic_num,
            watch_seconds=sum(one.watch_seconds for one in watchers),
        )
        async with self._office.database.begin() as session:
            await figures.note(session, wanted.session_id, read)

    async def _note_failure(self, wanted: _Wanted, error: WeComError) -> None:
        final = isinstance(error, Permanent)
        facts = {"live_session": wanted.session_id, "errcode": error.errcode, "final": final}
        log.warning("watch figures could not be read", extra=facts)
        async with self._office.database.begin() as session:
            now = self._office.clock.now()
            await figures.note_failure(session, wanted.session_id, now, now + AGAIN, final=final)
