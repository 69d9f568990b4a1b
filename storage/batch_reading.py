"""What is known to be asked for soon, read for many chats in a few statements and handed out once.

It is kept in the session, so it ends with the unit of work that locked the chats' rows of the inbox.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import and_, bindparam, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import ColumnElement

from storage import plain
from storage.models import Case, Constituent, ContentKeyRow, Conversation, OutboxRow
from storage.states import OPEN, OutboxState

Account = str
Who = str
K = TypeVar("K")
V = TypeVar("V")
_KEY = "batch reading"

_CALLERS = (
    select(Constituent, Conversation)
    .join(Conversation, Conversation.constituent_id == Constituent.id)
    .where(
        Constituent.external_userid.in_(bindparam("people", expanding=True)),
        Conversation.open_kfid.in_(bindparam("accounts", expanding=True)),
    )
    # The pump takes from their budgets, and that must not be written over. People first, as flushes write them.
    .order_by(Constituent.id)
    .with_for_update(key_share=True)
)
_OPEN_CASES = select(Case).where(
    Case.conversation_id.in_(bindparam("conversations", expanding=True)),
    # By what no index has: else SQLite looks at all open cases there are rather than at those of a few chats.
    func.coalesce(Case.state, literal_column("''")).in_(OPEN),
)
_WAITS: tuple[ColumnElement[OutboxState], ...] = (
    literal_column(f"'{OutboxState.WAITING}'"),
    literal_column(f"'{OutboxState.PARKED}'"),
)
PERHAPS_SENT = or_(
    OutboxRow.state == literal_column(f"'{OutboxState.LEASED}'"),
    and_(OutboxRow.state.in_(_WAITS), OutboxRow.in_doubt),
)
# What WeCom counts against a message: see `chat_rows.count_spent`.
_SENT = select(OutboxRow.conversation_id, OutboxRow.sent_at, PERHAPS_SENT).where(
    OutboxRow.conversation_id.in_(bindparam("conversations", expanding=True)),
    OutboxRow.channel == literal_column("'kf'"),
    or_(OutboxRow.sent_at >= bindparam("since"), PERHAPS_SENT),
)
_KEYS = select(ContentKeyRow.id, ContentKeyRow.wrapped).where(
    ContentKeyRow.id.in_(bindparam("keys", expanding=True))
)


@dataclass(slots=True)
class _Answers(Generic[K, V]):
    """To one question each; each is given once, and kept aside in case that it still is so."""

    waiting: dict[K, V] = field(default_factory=dict)
    given: dict[K, V] = field(default_factory=dict)

    def take(self, key: K) -> V | None:
        """The answer; None where there is none, or it was given."""
        if key not in self.waiting:
            return None
        answer = self.given[key] = self.waiting.pop(key)
        return answer

    def repeat(self, key: K) -> None:
        """Give it once more."""
        if key in self.given:
            self.waiting[key] = self.given.pop(key)


@dataclass(slots=True)
class _Read:
    """What was read and may be asked for."""

    callers: _Answers[tuple[Account, Who], tuple[Constituent, Conversation]] = field(default_factory=_Answers)
    cases: _Answers[int, list[Case]] = field(default_factory=_Answers)
    sent_since: datetime | None = None
    sent: _Answers[int, list[datetime | None]] = field(default_factory=_Answers)  # None: perhaps sent
    keys: dict[int, bytes] = field(default_factory=dict)


async def read(session: AsyncSession, callers: Sequence[tuple[Account, Who]], said_at: datetime) -> None:
    """Read who they are, their open cases, the keys of both, and what was said to them since.

    `said_at` is when the first of them wrote. They and their conversations are locked until this transaction ends.
    """
    if not callers:
        return
    found = _Read()
    given = {"people": [who for _, who in callers], "accounts": sorted({account for account, _ in callers})}
    for constituent, conversation in await session.execute(_CALLERS, given):
        found.callers.waiting[conversation.open_kfid, constituent.external_userid] = constituent, conversation
    chats = [conversation.id for _, conversation in found.callers.waiting.values()]
    if chats:
        found.cases.waiting = {chat: [] for chat in chats}
        for case in await session.scalars(_OPEN_CASES, {"conversations": chats}):
            found.cases.waiting[case.conversation_id].append(case)
        found.keys = await _keys(session, found)
        await _read_sent(session, found, chats, said_at)
    session.info[_KEY] = found


async def _read_sent(session: AsyncSession, found: _Read, chats: Sequence[int], said_at: datetime) -> None:
    renewed = [chat.renewed_at for _, chat in found.callers.waiting.values() if chat.renewed_at is not None]
    found.sent_since = min((said_at, *renewed))
    found.sent.waiting = {chat: [] for chat in chats}
    given = {"conversations": chats, "since": found.sent_since}
    for chat, sent_at, is_perhaps in await plain.fetch(session, _SENT, given):
        if chat is not None:
            found.sent.waiting[chat].append(None if is_perhaps else sent_at)


async def _keys(session: AsyncSession, found: _Read) -> dict[int, bytes]:
    wanted = {constituent.key_id for constituent, _ in found.callers.waiting.values()}
    wanted.update(case.key_id for some in found.cases.waiting.values() for case in some)
    rows = await plain.fetch(session, _KEYS, {"keys": sorted(wanted)})
    return {key_id: wrapped for key_id, wrapped in rows if wrapped is not None}


def forget(session: AsyncSession) -> None:
    """Ask the database again."""
    session.info.pop(_KEY, None)


def has_open_case(session: AsyncSession, account: Account, who: Who) -> bool:
    """Whether one was read for them that nobody has asked for yet."""
    found = _of(session)
    read = found.callers.waiting.get((account, who)) if found else None
    return found is not None and read is not None and bool(found.cases.waiting.get(read[1].id))


def repeat(session: AsyncSession, account: Account, who: Who) -> None:
    """Answer the same of their chat once more: it is so still, but for what the session has as objects."""
    found = _of(session)
    if found is None:
        return
    found.callers.repeat((account, who))
    read = found.callers.waiting.get((account, who))
    if read is not None:
        found.cases.repeat(read[1].id)
        found.sent.repeat(read[1].id)


def take_caller(session: AsyncSession, account: Account, who: Who) -> tuple[Constituent, Conversation] | None:
    """The person and the conversation; None where they were not read, or do not exist."""
    found = _of(session)
    return found.callers.take((account, who)) if found else None


def take_open_cases(session: AsyncSession, conversation_id: int) -> list[Case] | None:
    """Those of its cases that are open now, latest first; None where they were not read."""
    found = _of(session)
    cases = found.cases.take(conversation_id) if found else None
    if cases is None:
        return None
    return sorted((case for case in cases if case.state in OPEN), key=lambda case: -case.id)


def take_spent(session: AsyncSession, conversation_id: int, since: datetime) -> int | None:
    """How many messages were sent to them from then on, or perhaps sent; None where that was not read."""
    found = _of(session)
    if found is None or found.sent_since is None or since < found.sent_since:
        return None
    sent = found.sent.take(conversation_id)
    return None if sent is None else sum(at is None or at >= since for at in sent)


async def read_keys(session: AsyncSession, key_ids: Iterable[int | None]) -> None:
    """Read these content keys for whoever asks for them next."""
    wanted = {key_id for key_id in key_ids if key_id is not None}
    if len(wanted) < 2:
        return
    found = _of(session) or _Read()
    rows = await plain.fetch(session, _KEYS, {"keys": sorted(wanted)})
    found.keys |= {key_id: wrapped for key_id, wrapped in rows if wrapped is not None}
    session.info[_KEY] = found


def take_key(session: AsyncSession, key_id: int) -> bytes | None:
    """A wrapped content key; None where it was not read."""
    found = _of(session)
    return found.keys.pop(key_id, None) if found else None


def _of(session: AsyncSession) -> _Read | None:
    found: _Read | None = session.info.get(_KEY)
    return found
