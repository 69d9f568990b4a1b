"""What a batch of messages is going to ask the database for, asked once for all of them.

A statement costs a few tenths of a millisecond of Python whatever it brings. Who writes, what they have open and
which keys that is sealed with is known beforehand, so it is read for the whole batch; whoever asks for it finds it
in the session. Each answer is given once: a second question goes to the database. The topic model reads their words
together, too.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.dispatch import messages
from bot.dispatch.messages import ConstituentMessage, Incoming
from bot.services import deciding
from bot.services.context import Context
from storage import batch_reading
from storage.crypto import Unreadable
from storage.inbox import Waiting


def is_plain(message: Incoming) -> bool:
    """Words that a constituent wrote: they are looked at beside their own chat only."""
    return isinstance(message, ConstituentMessage) and message.kind == "text" and not message.menu_id


async def read(context: Context, rows: Sequence[Waiting]) -> dict[int, ConstituentMessage]:
    """Read ahead for the plain ones among these, which are returned by the number of their row.

    What cannot be opened fails in its own turn.
    """
    plain = {row.id: message for row in rows if isinstance(message := _load(context, row), ConstituentMessage)}
    coming = plain.values()
    if coming:
        callers = [(one.open_kfid, one.external_userid) for one in coming]
        await batch_reading.read(context.session, callers, min(one.sent_at for one in coming))
        deciding.read_together(context, [one.text for one in coming])
    return plain


def _load(context: Context, row: Waiting) -> Incoming | None:
    try:
        message = messages.load(context.vault.open(row.body_sealed or b""))
    except (Unreadable, ValueError, KeyError, TypeError):
        return None
    return message if is_plain(message) else None


def forget(session: AsyncSession) -> None:
    """What was read may not be so any more."""
    batch_reading.forget(session)
