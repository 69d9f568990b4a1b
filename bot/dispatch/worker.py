"""Handles the inbox: claim, identify, route, and one commit with everything that follows from it."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.dispatch import beforehand, messages
from bot.dispatch.beforehand import Ahead
from bot.dispatch.messages import ConstituentMessage, FromMember, Incoming, Routed, SaidToPerson
from bot.dispatch.pace import Pace, Talk
from bot.dispatch.router import Heard, Reply, Router, get_handler
from bot.dispatch.together import Together
from bot.notices.chat_pace import SlowDown
from bot.notices.constituent_menu import NotKept
from bot.notices.member_desk import NeedsPerson
from bot.services import conversations, people, speaking
from bot.services.context import Context
from bot.services.conversations import Caller, Place
from bot.services.office import Office
from bot.services.reminders import holding
from bot.services.reminders.kinds import KINDS
from bot.services.reminders.said import Kind
from storage import inbox
from storage.conversations import WrittenBeforeErasure
from storage.coordination import Hints, Topic
from storage.inbox import Waiting
from storage.outbox import Purpose

log = logging.getLogger(__name__)
BATCH = 24
BEHIND = 7  # messages of one person that a batch takes at once where many wait, beside the first
FOR_OTHERS = 4  # one batch of so many looks first for what constituents say
WORK_SECONDS = 0.05  # of handling in one go while callbacks wait to be acknowledged
REST = 3  # times as long as it worked, handling leaves the loop to callbacks that wait
MOST_REST_SECONDS = 0.3


@dataclass(slots=True)
class _Batch:
    """What is handled together: what was read before, what is done, and how the last of it went."""

    together: Together
    ahead: Ahead
    newest: int
    handled: list[int] = field(default_factory=list)
    only_words: bool = True
    joined: object | None = None  # who took the last of it to an open matter, and nothing else came of it


_Handle = Callable[[Context, Waiting, _Batch], Coroutine[Any, Any, None]]


class Worker:
    """Takes what came in to the handlers; several rows share a commit."""

    def __init__(
        self,
        office: Office,
        routers: Sequence[Router],
        hints: Hints,
        kinds: Mapping[str, Kind] = KINDS,
        gives_way: Callable[[], bool] = lambda: False,
    ) -> None:
        """`gives_way`: whether somebody waits for the disk who goes before; then batches are short, with rests."""
        self._gives_way = gives_way
        self._office = office
        self._kinds = kinds
        self._routers = routers
        self._hints = hints
        self._talk = Talk(knocks=office.knocks)
        self._turns = 0

    async def handle_pending(self) -> int:
        """Handle one batch; returns how many rows were taken.

        Rows of a batch share one unit of work. Where one of them fails, nothing of the batch is kept and it is
        handled again with a savepoint for each row, so that the fault costs nobody but its own message.

        Members' words are answers that people wait for: while both wait, three batches of four are theirs.
        """
        self._turns += 1
        try:
            return await self._handle_batch(self._handle_together)
        except Exception as error:  # noqa: BLE001  what failed is found and logged with its row the second time
            log.info("batch is handled again, row by row", extra={"reason": type(error).__name__})
        return await self._handle_batch(self._handle_apart)

    async def _handle_batch(self, handle: _Handle) -> int:
        async with self._office.database.begin() as session:
            heads = await self._claim(session)
            if not heads:
                return 0
            context = await self._office.open(session)
            newest = await inbox.newest_id(session)
            is_together = handle == self._handle_together
            behind = BEHIND if len(heads) == BATCH else 0  # where few wait, nobody has much to gain
            ahead = await beforehand.read(context, heads, behind) if is_together else Ahead()
            with closing(Together(session, late=is_together)) as together:
                batch = _Batch(together, ahead, newest)
                await self._handle_rows(context, heads, batch, handle)
                await together.finish()
            if is_together:
                await inbox.mark_done(session, batch.handled)
        self._hints.notify(Topic.OUTBOX, *(() if batch.only_words else (Topic.ATTACHMENTS,)))
        return len(batch.handled)

    async def _handle_rows(
        self, context: Context, heads: Sequence[Waiting], batch: _Batch, handle: _Handle
    ) -> None:
        """Each head, and of what waits behind it that which joins the same open matter."""
        began = time.monotonic()
        for head in heads:
            batch.joined = None
            for row in (head, *batch.ahead.behind.get(head.lane, ())):
                if row is not head and not self._goes_on(context, row, batch):
                    break
                context = replace(context, now=self._office.clock.now(), joined={})
                await batch.together.begin(handle(context, row, batch))
                await asyncio.sleep(0)  # statements do not wait: the loop would stand still for the batch
                batch.handled.append(row.id)
                if self._gives_way() and time.monotonic() - began > WORK_SECONDS:
                    return

    def _goes_on(self, context: Context, row: Waiting, batch: _Batch) -> bool:
        """Whether words go where those of the same person before them went; then what was read for them holds."""
        message = batch.ahead.opened.get(row.id)
        if message is None or batch.joined is None or get_handler(self._routers, message) is not batch.joined:
            return False
        beforehand.repeat(context.session, message)
        return True

    async def _claim(self, session: AsyncSession) -> Sequence[Waiting]:
        """Of members or of constituents, never of both: for what may look at anything nothing can be read ahead."""
        now, members_first = self._office.clock.now(), self._turns % FOR_OTHERS > 0
        for of_members in (members_first, not members_first):
            if rows := await inbox.claim_heads(session, now, BATCH, of_members=of_members):
                return rows
        return ()

    async def run(self) -> None:
        """Handle whatever comes in, until cancelled."""
        while True:
            began = time.monotonic()
            if not await self.handle_pending():
                await self._hints.wait(Topic.INBOX, 1.0)
            elif self._gives_way():
                await asyncio.sleep(min(MOST_REST_SECONDS, REST * (time.monotonic() - began)))

    async def _handle_together(self, context: Context, row: Waiting, batch: _Batch) -> None:
        """Without a savepoint.

        What constituents write in words looks at their own chat, where each batch has one message, or several that
        join one matter; whatever else comes may look at anything, so all before it is in the database by then.
        """
        message = batch.ahead.opened.get(row.id) or messages.load(self._office.vault.open(row.body_sealed or b""))
        is_plain = beforehand.is_plain(message)
        if not is_plain:
            batch.only_words = False
            await batch.together.finish()
            beforehand.forget(context.session)
            await context.session.flush()
        batch.joined = None
        try:
            batch.joined = await self._answer(context, message, Place(row.id, batch.newest))
        except WrittenBeforeErasure:
            log.info("what was erased came again and was not kept", extra={"inbox_id": row.id})
        if not is_plain:
            await context.session.flush()

    async def _handle_apart(self, context: Context, row: Waiting, batch: _Batch) -> None:
        """With a savepoint; of what it was nothing is known."""
        batch.only_words = False
        message: Incoming | None = None
        facts = {"inbox_id": row.id, "attempt": row.attempt + 1}
        try:
            async with context.session.begin_nested():
                message = messages.load(self._office.vault.open(row.body_sealed or b""))
                await self._answer(context, message, Place(row.id, batch.newest))
                await inbox.mark_done(context.session, [row.id])
        except WrittenBeforeErasure:
            log.info("what was erased came again and was not kept", extra=facts)
            await inbox.mark_done(context.session, [row.id])
        except Exception as error:
            log.exception("message could not be handled", extra=facts)
            await self._note_failure(context, row, message, type(error).__name__)

    async def _answer(self, context: Context, message: Incoming, place: Place) -> object | None:
        """Who took it to an open matter, where more from the same person may go if nothing else came of it."""
        heard = await _identify(context, message, place)
        reply = await get_handler(self._routers, heard.message)(heard, context)
        if reply is not None:
            await self._reply(context, heard, reply)
        if heard.caller is None:
            return None
        if heard.was_awaited:
            await self._say_held(context, heard.caller)
            return None
        return context.joined.get(heard.caller.conversation.id)

    async def _reply(self, context: Context, heard: Heard[Routed], reply: Reply) -> None:
        pace = self._talk.decide(heard, reply, context.now)
        if pace is Pace.LEAVE_OUT:
            log.info("reply left out: more words than answers in a minute")
            return
        await _say(context, heard, Reply(SlowDown().render()) if pace is Pace.SAY_SLOW_DOWN else reply)

    async def _say_held(self, context: Context, caller: Caller) -> None:
        """What waited for their next message; that it cannot be said costs nobody their answer."""
        conversation = caller.conversation
        facts = {"conversation": conversation.id}
        try:
            async with context.session.begin_nested():
                await holding.say_held(context, caller, self._kinds)
        except Exception:
            log.exception("held reminders could not be said", extra=facts)
            conversation.has_parked = True

    async def _note_failure(self, context: Context, row: Waiting, message: Incoming | None, reason: str) -> None:
        if row.attempt + 1 < context.rules.handling_attempts:
            retry_at = context.now + timedelta(seconds=2**row.attempt)
            await inbox.mark_failed(context.session, row.id, reason, retry_at=retry_at)
            return
        await inbox.mark_failed(context.session, row.id, reason, retry_at=None)
        log.error("message was parked for a person", extra={"inbox_id": row.id})
        staff = context.directory.centre_staff()
        await speaking.notify_members(context, staff, Purpose.NOTICE, NeedsPerson(row.id).render())
        if isinstance(message, ConstituentMessage):
            await self._apologise(context, message)

    async def _apologise(self, context: Context, message: ConstituentMessage) -> None:
        try:
            async with context.session.begin_nested():
                await _say(context, await _identify(context, message, None), Reply(NotKept().render()))
        except Exception:
            log.exception("nor could its writer be told", extra={"lane": messages.lane_of(message)})


async def _identify(context: Context, message: Incoming, place: Place | None) -> Heard[Routed]:
    if isinstance(message, FromMember):
        return Heard(message, member=people.identify_member(context, message.userid))
    nickname = getattr(message, "nickname", "")
    said_at = getattr(message, "sent_at", None)
    caller = await conversations.open_caller(context, message.external_userid, message.open_kfid, nickname, said_at)
    begins, awaited = True, False
    routed: Routed = message
    if isinstance(message, ConstituentMessage):
        awaited = caller.conversation.has_parked
        begins = await conversations.note_message(context, caller.conversation, message.sent_at, place)
        if caller.conversation.human_userid is not None and not message.menu_id:
            routed = SaidToPerson(message)
    return Heard(routed, caller=caller, begins_burst=begins, was_awaited=awaited)


async def _say(context: Context, heard: Heard[Routed], reply: Reply) -> None:
    if heard.caller is not None:
        caller = heard.caller
        await speaking.notify_constituent(
            context, caller.conversation, caller.external_userid, reply.purpose, reply.content, case=reply.case
        )
        return
    await speaking.notify_members(
        context, [heard.from_member.userid], reply.purpose, reply.content, case=reply.case, task_id=reply.task_id
    )
