"""What a batch of messages is going to ask the database for, asked once for all of them.

A statement costs a few tenths of a millisecond of Python whatever it brings. Who writes, what they have open and
which keys that is sealed with is known beforehand, so it is read for the whole batch; whoever asks finds it
in the session. Each answer is given once: a second question goes to the database, unless it is known that the
answer is the same. The topic model reads their words together, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from bot.dispatch import messages
from bot.dispatch.messages import ConstituentMessage, Incoming
from bot.services import deciding
from bot.services.context import Context
from storage import batch_reading, inbox
from storage.crypto import Unreadable
from storage.inbox import Waiting


def is_plain(message: Incoming) -> bool:
    """Words that a constituent wrote: they are looked at beside their own chat only."""
    return isinstance(message, ConstituentMessage) and message.kind == "text" and not message.menu_id


@dataclass(frozen=True, slots=True)
class Ahead:
    """Plain messages by the number of their row, and by lane the rows that may go on where its head joins."""

    opened: Mapping[int, ConstituentMessage] = field(default_factory=dict)
    behind: Mapping[str, Sequence[Waiting]] = field(default_factory=dict)


async def read(context: Context, heads: Sequence[Waiting], most_behind: int) -> Ahead:
    """Read ahead for the plain ones among these, and for at most so many behind each that may join an open matter.

    What cannot be opened fails in its own turn.
    """
    session, first = context.session, _plain(context, heads)
    coming = first.values()
    if not coming:
        return Ahead()
    callers = [(one.open_kfid, one.external_userid) for one in coming]
    await batch_reading.read(session, callers, min(one.sent_at for one in coming))
    join = {
        row
        for row, one in first.items()
        if batch_reading.has_open_case(session, one.open_kfid, one.external_userid)
    }
    followed = [head for head in heads if head.id in join] if most_behind else []
    behind = await inbox.find_behind(session, followed, most_behind) if followed else {}
    later = _plain(context, [row for rows in behind.values() for row in rows])
    to_decide = [one.text for row, one in first.items() if row not in join]
    to_glance_at = [one.text for row, one in (first | later).items() if row not in first or row in join]
    deciding.read_together(context, to_decide, to_glance_at)
    return Ahead(first | later, behind)


def _plain(context: Context, rows: Sequence[Waiting]) -> dict[int, ConstituentMessage]:
    return {row.id: message for row in rows if isinstance(message := _load(context, row), ConstituentMessage)}


def _load(context: Context, row: Waiting) -> Incoming | None:
    try:
        message = messages.load(context.vault.open(row.body_sealed or b""))
    except (Unreadable, ValueError, KeyError, TypeError):
        return None
    return message if is_plain(message) else None


def repeat(session: AsyncSession, message: ConstituentMessage) -> None:
    """All that was read for their last message is so still, for their next one."""
    batch_reading.repeat(session, message.open_kfid, message.external_userid)


def forget(session: AsyncSession) -> None:
    """What was read may not be so any more."""
    batch_reading.forget(session)
