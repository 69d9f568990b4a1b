"""What members are shown of a constituent's words: what is private masked, and revealed one by one.

What is kept stays as it was written. Cards, updates, lists and alarms take a constituent's words from here.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bot import masking
from bot.masking import Kind, Span
from bot.notices import originals
from bot.notices.content import Content
from bot.notices.words import straight
from bot.services.context import Context
from bot.services.people import Member
from storage import audit, cases
from storage.crypto import ContentKey
from storage.keys import find_key
from storage.models import Case, Message

log = logging.getLogger(__name__)
# Where life is in danger, whoever goes there or calls back must not have to ask for the door or the telephone.
HIDDEN_IN_DANGER = frozenset({Kind.IDENTITY, Kind.TRAVEL, Kind.BANK_CARD})


@dataclass(frozen=True, slots=True)
class Shown:
    """Words as members see them, and whether something in them is masked."""

    text: str
    masked: bool


def shown(context: Context, case: Case, text: str) -> Shown:
    """A constituent's words as the members of their case see them."""
    spans = spans_in(context, case, text)
    return Shown(straight(masking.mask(text, spans)), bool(spans))


def spans_in(context: Context, case: Case, text: str) -> tuple[Span, ...]:
    """What of a constituent's words is masked for the members of their case."""
    kinds = HIDDEN_IN_DANGER if case.urgency == "emergency" else masking.ALL
    return masking.find(text, context.directory.phones, kinds)


async def reveal(context: Context, case: Case, member: Member, place: int = 1, *, reason: str = "") -> Content:
    """`原文 编号`: the `place`-th of what is masked in a case, in its message; all else in it stays masked.

    Who saw which kind is on record, and why where that is said, never what it was. The caller has seen to it that
    they may act on the case.
    """
    key = await find_key(context.session, context.vault, case.key_id)
    if key is None:
        return originals.WordsErased(case.number).render()
    found = _masked_ones(context, case, key, await cases.messages_of(context.session, case.id))
    if not found:
        return originals.NothingMasked(case.number).render()
    if not 1 <= place <= len(found):
        return originals.NoSuchOriginal(case.number, len(found)).render()
    hidden = found[place - 1]
    about = (f"case {case.number}", f"message {hidden.message.id}", hidden.span.kind.value, reason)
    audit.add_line(
        context.session,
        actor=member.userid,
        act="private detail revealed",
        subject=", ".join(filter(None, about)),
        at=context.now,
    )
    log.info("private detail revealed", extra={"case": case.number, "by": member.userid, "kind": hidden.span.kind})
    words = masking.mask(hidden.words, [one for one in hidden.spans if one is not hidden.span])
    said_at, kind = hidden.message.said_at, hidden.span.kind.value
    return originals.Original(case.number, words, said_at, context.zone, kind, place, len(found)).render()


async def count_masked(context: Context, case: Case) -> int:
    """How many details of a case are masked; 0 where its words were erased."""
    key = await find_key(context.session, context.vault, case.key_id)
    if key is None:
        return 0
    return len(_masked_ones(context, case, key, await cases.messages_of(context.session, case.id)))


async def reveal_all(context: Context, case: Case, member: Member, second: str) -> Content:
    """Every message of a case with something masked, as it was written: two people stand for it.

    The audit keeps both and the kinds. The caller has seen to it that `member` may act on the case.
    """
    key = await find_key(context.session, context.vault, case.key_id)
    if key is None:
        return originals.WordsErased(case.number).render()
    found = _masked_ones(context, case, key, await cases.messages_of(context.session, case.id))
    audit.add_line(
        context.session,
        actor=member.userid,
        act="all private details revealed",
        subject=f"case {case.number}, {len(found)} details, agreed by {second}",
        at=context.now,
    )
    said = {one.message.id: (one.message.said_at, one.words) for one in found}
    return originals.WholeOriginal(case.number, tuple(said.values()), context.zone).render()


@dataclass(frozen=True, slots=True)
class _Hidden:
    """One masked detail, with the message it stands in and all that is masked there."""

    message: Message
    words: str
    spans: tuple[Span, ...]
    span: Span


def _masked_ones(context: Context, case: Case, key: ContentKey, messages: Sequence[Message]) -> list[_Hidden]:
    """What is masked in what the constituent wrote and did not take back, in order."""
    written = [
        (one, key.open_text(one.text_sealed))
        for one in messages
        if one.author == "constituent" and one.recalled_at is None and one.text_sealed
    ]
    return [
        _Hidden(one, words, spans, span)
        for one, words in written
        for spans in (spans_in(context, case, words),)
        for span in spans
    ]
