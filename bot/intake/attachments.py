"""Fetching attachments: from WeCom's shelf, where they live three days, to an encrypted file of ours."""

import asyncio
import hashlib
import logging
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from bot import safe_files
from bot.notices.attachments import Refused
from bot.notices.constituent_menu import AttachmentLate, AttachmentLost
from bot.notices.content import Text
from bot.notices.duty import EvidenceLost
from bot.notices.duty_file import PaperLost
from bot.notices.update import AttachmentMissing
from bot.notices.words import kind_name
from bot.safe_files import NotSafe
from bot.services import people, speaking
from bot.services.context import Context
from bot.services.office import Office
from bot.wecom.client import WeComClient
from bot.wecom.errors import Permanent, WeComError
from storage.coordination import Hints, Topic
from storage.crypto import ContentKey
from storage.files import AttachmentFiles
from storage.keys import find_key
from storage.models import Attachment, Case, Constituent, Conversation, DutyDraft, FileDocument, Message
from storage.outbox import Purpose
from storage.states import ATTACHMENT, AttachmentState, check

log = logging.getLogger(__name__)
MOST_BYTES = 20 * 1024 * 1024  # the largest file WeCom takes (document 90253)
LONGEST_PAUSE_SECONDS = 3600
# WeCom keeps a medium for three days (document 90254): pauses of 2, 4, 8 … seconds, then of an hour, until then.
LATE_ATTEMPT = 12  # after some hour and a half people hear that it has not come
LAST_ATTEMPT = 84  # what is not here by now has run out
LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class _Wanted:
    attachment_id: int
    media_id: str
    kind: str
    attempt: int
    key: ContentKey


class AttachmentFetcher:
    """Brings in what is wanted, a few at a time."""

    def __init__(self, office: Office, client: WeComClient, files: AttachmentFiles, hints: Hints) -> None:
        self._office = office
        self._client = client
        self._files = files
        self._hints = hints
        self._drawing = asyncio.Semaphore(1)  # a large picture takes 150 MB while it is drawn anew

    async def run(self) -> None:
        """Fetch whatever is wanted, until cancelled."""
        while True:
            if not await self.fetch_pending():
                await self._hints.wait(Topic.ATTACHMENTS, 1.0)

    async def fetch_pending(self) -> int:
        """Fetch one batch; returns how many were tried."""
        wanted = await self._claim()
        await self._delete_recalled()
        await asyncio.gather(*(self._fetch(one) for one in wanted))
        return len(wanted)

    async def _claim(self) -> list[_Wanted]:
        now = self._office.clock.now()
        due = (
            select(Attachment)
            .where(Attachment.state == AttachmentState.WANTED, Attachment.due_at <= now)
            .order_by(Attachment.due_at)
            .limit(8)
        )
        async with self._office.database.read() as session:
            if await session.scalar(due.with_only_columns(Attachment.id).limit(1)) is None:
                return []
        claimed = []
        async with self._office.database.begin() as session:
            for row in await session.scalars(due.with_for_update(skip_locked=True)):
                key = await find_key(session, self._office.vault, row.key_id)
                if key is None:
                    row.state, row.reason = check(ATTACHMENT, row.state, AttachmentState.LOST), "erased"
                    continue
                row.attempt += 1
                row.due_at = now + LEASE
                claimed.append(_Wanted(row.id, row.media_id, row.kind, row.attempt, key))
        return claimed

    async def _delete_recalled(self) -> None:
        """The bytes of what was taken back go; then the row forgets that there were any."""
        recalled = select(Attachment).where(
            Attachment.state == AttachmentState.RECALLED, Attachment.size.is_not(None)
        )
        async with self._office.database.read() as session:
            gone = [row.id for row in await session.scalars(recalled)]
        if not gone:
            return
        for attachment_id in gone:
            self._files.remove(attachment_id)
        async with self._office.database.begin() as session:
            for row in await session.scalars(recalled.where(Attachment.id.in_(gone))):
                row.size = None

    async def _fetch(self, wanted: _Wanted) -> None:
        try:
            media = await self._client.get_media(wanted.media_id, MOST_BYTES)
        except WeComError as error:
            await self._note_failure(wanted, error)
            return
        try:
            async with self._drawing:
                safe = await asyncio.to_thread(safe_files.clean, media.content, is_picture=wanted.kind == "image")
        except NotSafe as unsafe:
            await self._note_refusal(wanted, unsafe)
            return
        await asyncio.to_thread(self._files.write, wanted.attachment_id, wanted.key, safe.content)
        async with self._office.database.begin() as session:
            row = await session.get_one(Attachment, wanted.attachment_id)
            if row.state is AttachmentState.RECALLED:
                self._files.remove(wanted.attachment_id)
            if row.state is not AttachmentState.WANTED:
                return
            row.state = check(ATTACHMENT, row.state, AttachmentState.STORED)
            row.size = len(safe.content)
            row.digest = hashlib.sha256(safe.content).hexdigest()
            row.content_type = safe.content_type
            if media.filename and row.name_sealed is None:
                row.name_sealed = wanted.key.seal_text(safe.named(media.filename))
        log.info("attachment is here", extra={"attachment_id": wanted.attachment_id, "bytes": len(safe.content)})
        self._hints.notify(Topic.OUTBOX)

    async def _note_refusal(self, wanted: _Wanted, unsafe: NotSafe) -> None:
        log.warning("attachment was refused", extra={"attachment_id": wanted.attachment_id, "why": unsafe.reason})
        async with self._office.database.begin() as session:
            row = await session.get_one(Attachment, wanted.attachment_id)
            if row.state is not AttachmentState.WANTED:
                return
            row.state, row.reason = check(ATTACHMENT, row.state, AttachmentState.LOST), f"refused: {unsafe.reason}"
            await _tell(await self._office.open(session), row, Refused(kind_name(row.kind), unsafe.reason).render())
        self._hints.notify(Topic.OUTBOX)

    async def _note_failure(self, wanted: _Wanted, error: WeComError) -> None:
        final = isinstance(error, Permanent) or wanted.attempt >= LAST_ATTEMPT
        facts = {"attachment_id": wanted.attachment_id, "attempt": wanted.attempt, "errcode": error.errcode}
        log.warning("attachment could not be fetched", extra={**facts, "final": final})
        async with self._office.database.begin() as session:
            row = await session.get_one(Attachment, wanted.attachment_id)
            row.reason = str(error)
            if row.state is not AttachmentState.WANTED:
                return
            row.due_at = self._office.clock.now() + pause_after(wanted.attempt)
            if final:
                row.state = check(ATTACHMENT, row.state, AttachmentState.LOST)
            elif wanted.attempt != LATE_ATTEMPT:
                return
            await _tell_missing(await self._office.open(session), row, lost=final)
        self._hints.notify(Topic.OUTBOX)


def pause_after(attempt: int) -> timedelta:
    """How long to wait after a failed attempt (from 1); all of them together outlast the three days."""
    return timedelta(seconds=min(2 ** min(attempt, 12), LONGEST_PAUSE_SECONDS))


async def _tell(context: Context, row: Attachment, text: Text) -> None:
    """Whoever sent it."""
    userid, case = await _member_and_case(context, row)
    if userid is not None:
        await speaking.notify_members(context, [userid], Purpose.NOTICE, text, case=case)
    elif case is not None:
        await _tell_constituent(context, case, text)


async def _member_and_case(context: Context, row: Attachment) -> tuple[str | None, Case | None]:
    if row.duty_draft_id is not None:
        return (await context.session.get_one(DutyDraft, row.duty_draft_id)).userid, None
    if row.file_document_id is not None:
        return (await context.session.get_one(FileDocument, row.file_document_id)).added_by, None
    message = await context.session.get_one(Message, row.message_id)
    return message.author_userid, await context.session.get_one(Case, message.case_id)


async def _tell_constituent(context: Context, case: Case, text: Text) -> None:
    conversation = await context.session.get_one(Conversation, case.conversation_id)
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    await speaking.notify_constituent(
        context, conversation, constituent.external_userid, Purpose.REPLY, text, case=case
    )


async def _tell_missing(context: Context, row: Attachment, *, lost: bool) -> None:
    """Whoever sent it hears that it has not come yet, or never will; of a constituent's its readers hear, too."""
    userid, case = await _member_and_case(context, row)
    what = kind_name(row.kind)
    if case is None:
        if lost:
            gone = EvidenceLost(what) if row.duty_draft_id is not None else PaperLost(what)
            await _tell(context, row, gone.render())
        return
    said: AttachmentLost | AttachmentLate = (
        AttachmentLost(what, case.number) if lost else AttachmentLate(what, case.number)
    )
    await _tell(context, row, said.render())
    if userid is None:
        missing = AttachmentMissing(case.number, what, lost).render()
        await speaking.notify_members(context, people.readers_of(context, case), Purpose.NOTICE, missing, case=case)
