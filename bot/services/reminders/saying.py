"""From what a subject says to the outbox: one row for all members who hear the same, one for each constituent."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.notices.content import Content, Text, dump
from bot.notices.words import shorten_bytes
from bot.services import people, speaking
from bot.services.context import Context
from bot.services.reminders.said import Spoken
from storage import conversations, outbox, reminders
from storage.models import Conversation, OutboxRow
from storage.outbox import Purpose
from storage.reminders import Claimed

log = logging.getLogger(__name__)
MOST_RECIPIENTS = 1000  # of one call, WeCom document 90236
FEW = 20  # rows of the outbox between two breaths
LEFT = "not on the roster"
_Same = tuple[bytes, str | None, int | None, bool, datetime]


async def say_to_members(context: Context, spoken: Mapping[Claimed, Spoken]) -> None:
    """Equal contents share a row; whoever is not on the roster any more hears nothing."""
    userids = {row: _find_userid(context, row) for row in spoken}
    gone = [row.id for row, userid in userids.items() if userid is None]
    if gone:
        await reminders.note_void(context.session, gone, LEFT, context.now)
    written = _Written(context)
    for same in _alike({row: spoken[row] for row in spoken if userids[row] is not None}):
        for start in range(0, len(same), MOST_RECIPIENTS):
            some = same[start : start + MOST_RECIPIENTS]
            heard_by = [userid for row in some if (userid := userids[row]) is not None]
            await written.add(await _say_to(context, heard_by, some[0], spoken[some[0]]), some)
    await written.link()


def _find_userid(context: Context, row: Claimed) -> str | None:
    """The id as the roster writes it."""
    member = people.identify_member(context, reminders.find_userid(row.recipient) or "")
    known = member.representative or member.staff
    return known.userid if known is not None else None


def _alike(spoken: Mapping[Claimed, Spoken]) -> list[list[Claimed]]:
    found: defaultdict[_Same, list[Claimed]] = defaultdict(list)
    dumped: dict[int, bytes] = {}
    for row, one in spoken.items():
        words = dumped.setdefault(id(one.content), dump(one.content))
        case_id = one.case.id if one.case else None
        found[words, one.task_id, case_id, one.urgent, row.useful_until].append(row)
    return list(found.values())


async def _say_to(context: Context, userids: Sequence[str], first: Claimed, spoken: Spoken) -> OutboxRow | None:
    row = await speaking.say_to_members(
        context,
        userids,
        Purpose.REMINDER,
        _fitting(spoken.content),
        case=spoken.case,
        # The instant is part of it, so that a database restored from a backup never uses an id again.
        task_id=f"{spoken.task_id}-{first.id}-{_stamp(context)}" if spoken.task_id else None,
    )
    return _marked(row, first.useful_until, spoken) if row is not None else None


def _stamp(context: Context) -> str:
    return f"{int(context.now.timestamp() * 1000):x}"


def _fitting(content: Content) -> Content:
    """A reminder is one message."""
    return Text(shorten_bytes(content.text, speaking.TEXT_BYTES)) if isinstance(content, Text) else content


def _marked(row: OutboxRow, useful_until: datetime, spoken: Spoken) -> OutboxRow:
    row.expires_at = useful_until
    if spoken.urgent:
        row.priority = outbox.PRIORITY[Purpose.URGENT]
    return row


async def say_to_constituents(context: Context, spoken: Mapping[Claimed, Spoken]) -> None:
    """Through windows that are open; the others wait for their next message."""
    if not spoken:
        return
    numbers = {row: reminders.find_conversation_id(row.recipient) or 0 for row in spoken}
    chats = await conversations.find_chats(context.session, set(numbers.values()))
    written = _Written(context)
    held: defaultdict[str, list[int]] = defaultdict(list)
    gone = [row.id for row in spoken if numbers[row] not in chats]
    if gone:
        await reminders.note_void(context.session, gone, "no such conversation", context.now)
    for row in (one for one in spoken if numbers[one] in chats):
        found = chats[numbers[row]]
        if why := why_not_now(found.conversation, context.now):
            found.conversation.has_parked = True
            held[why].append(row.id)
        else:
            said = await say_in_chat(context, found.conversation, found.external_userid, spoken[row])
            await written.add(_marked(said, row.useful_until, spoken[row]), [row])
    await written.link()
    for why, ids in held.items():
        await reminders.note_held(context.session, ids, why, context.now)


def why_not_now(conversation: Conversation, now: datetime) -> str:
    """Why nothing but an answer may be said in a conversation now; empty where it may.

    One message of the budget stays for the answer (WeCom document 94677).
    """
    if conversation.human_userid is not None:
        return "a person holds the session"
    if conversation.window_until is None or conversation.window_until <= now:
        return "the 48 hours are over"
    return "" if conversation.budget_left >= 2 else "the last message is kept for an answer"


async def say_in_chat(
    context: Context, conversation: Conversation, external_userid: str, spoken: Spoken
) -> OutboxRow:
    """Write one message of a conversation down."""
    rows = await speaking.say_to_constituent(
        context, conversation, external_userid, Purpose.REMINDER, _fitting(spoken.content), case=spoken.case
    )
    return rows[-1]


class _Written:
    """Rows of the outbox with whom they remind, flushed a few at a time; after each few the loop breathes."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._rows: list[tuple[OutboxRow, Sequence[Claimed]]] = []

    async def add(self, row: OutboxRow | None, reminds: Sequence[Claimed]) -> None:
        """One more."""
        if row is not None:
            self._rows.append((row, reminds))
        if len(self._rows) >= FEW:
            await self.link()
            await asyncio.sleep(0)

    async def link(self) -> None:
        """Each reminder knows the row it leaves by, in the same commit."""
        if not self._rows:
            return
        await self._context.session.flush()
        leaves_by = {one.id: row.id for row, reminds in self._rows for one in reminds}
        await reminders.note_said(self._context.session, leaves_by, self._context.now)
        log.info("reminders said", extra={"rows": len(self._rows), "count": len(leaves_by)})
        self._rows.clear()
