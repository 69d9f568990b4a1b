"""What was erased leaves the house for good: the list outside has it, files are deleted, pages overwritten.

Only then is the person told that it is done; and when that was said, whom it was said to is forgotten as well.
"""

import asyncio
import logging
from collections.abc import Collection, Sequence
from pathlib import Path

from sqlalchemy import select

from bot.notices.content import Text
from bot.services import speaking
from bot.services.context import Context
from bot.services.office import Office
from bot.services.privacy import erasing as words
from storage import erasing, media_shelf, privacy_list, privacy_person
from storage.coordination import Hints, Topic
from storage.files import AttachmentFiles
from storage.models import Attachment, Conversation, Erasure
from storage.outbox import Purpose
from storage.states import AttachmentState

log = logging.getLogger(__name__)
IDLE = 1.0  # seconds between two looks
LATE = 600.0  # seconds: a scrub that waits longer for readers is worth a line in the log


class Shredder:
    """Finishes erasures, a batch at a time; what is cut off is done again."""

    def __init__(self, office: Office, files: AttachmentFiles, list_path: Path, hints: Hints) -> None:
        self._office = office
        self._files = files
        self._list = list_path
        self._hints = hints
        self._listed: set[str] | None = None

    async def run(self) -> None:
        """Finish whatever was erased, until cancelled."""
        while True:
            if not await self.shred_pending():
                await asyncio.sleep(IDLE)  # no hint: it is rare, and a hint for each batch of messages is not free

    async def shred_pending(self) -> int:
        """Finish one batch, and forget to whom earlier ones were told; returns how much was done."""
        async with self._office.database.read() as session:
            rows = await erasing.unfinished(session)
        done = await self._finish(rows) if rows else 0
        return done + await self._forget_traces()

    async def _finish(self, rows: Sequence[Erasure]) -> int:
        await asyncio.to_thread(self._write_list, rows)
        for attachment_id in await self._gone({one for row in rows for one in row.attachments}):
            self._files.remove(attachment_id)
        if not await self._office.database.scrub():
            waits = (self._office.clock.now() - rows[0].at).total_seconds()
            if waits > LATE:
                log.warning("erased words wait for a reader to end", extra={"erasure": rows[0].id})
            return 0
        async with self._office.database.begin() as session:
            context = await self._office.open(session)
            for number in [row.id for row in rows]:
                await self._end(context, await session.get_one(Erasure, number))
        self._hints.notify(Topic.OUTBOX)
        return len(rows)

    async def _gone(self, ids: Collection[int]) -> list[int]:
        """Those of these that were taken back: in a restored copy a number may be another's."""
        if not ids:
            return []
        gone = select(Attachment.id).where(Attachment.id.in_(ids), Attachment.state == AttachmentState.RECALLED)
        async with self._office.database.read() as session:
            return list(await session.scalars(gone))

    def _write_list(self, rows: Sequence[Erasure]) -> None:
        if self._listed is None:
            self._listed = {one.digest for one in privacy_list.read(self._list)}
        new = [row for row in rows if row.digest not in self._listed]
        privacy_list.add(self._list, new)
        self._listed |= {row.digest for row in new}

    async def _end(self, context: Context, row: Erasure) -> None:
        if row.finished_at is not None:
            return
        row.finished_at = context.now
        for attachment_id in row.attachments:
            await media_shelf.remove(context.session, attachment_id)
        last = words.last_word_of(context, row)
        if last is None:
            row.traces_at = context.now
            return
        conversation = await context.session.get_one(Conversation, last.conversation_id)
        if last.text:
            # Whoever is still known has it with their next message where it cannot go out now.
            purpose = Purpose.REPLY if last.lanes else Purpose.REFERRAL
            *_, said = await speaking.say_to_constituent(context, conversation, last.who, purpose, Text(last.text))
            await context.session.flush()
            row.outbox_id = said.id
        if not last.lanes:
            row.told_sealed, row.traces_at = None, context.now

    async def _forget_traces(self) -> int:
        told = select(Erasure.id).where(Erasure.finished_at.is_not(None), Erasure.traces_at.is_(None))
        async with self._office.database.read() as session:
            waiting = list(await session.scalars(told.order_by(Erasure.id).limit(100)))
        if not waiting:
            return 0
        forgotten = 0
        async with self._office.database.begin() as session:
            context = await self._office.open(session)
            for number in waiting:
                row = await session.get_one(Erasure, number)
                last = words.last_word_of(context, row)
                if last is None or await privacy_person.forget_traces(session, last.conversation_id, last.lanes):
                    row.told_sealed, row.traces_at = None, context.now
                    forgotten += 1
        if forgotten:
            await self._office.database.scrub()
        return forgotten
