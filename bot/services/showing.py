"""What members are shown of a constituent's words: private numbers masked, and revealed one message at a time.

What is kept stays as it was written. Cards, updates, lists and alarms take a constituent's words from here.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bot import masking
from bot.masking import Kind
from bot.notices import originals
from bot.notices.content import Content
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
    kinds = HIDDEN_IN_DANGER if case.urgency == "emergency" else masking.ALL
    spans = masking.find(text, context.directory.phones, kinds)
    return Shown(masking.mask(text, spans), bool(spans))


async def reveal(context: Context, case: Case, member: Member, place: int = 1) -> Content:
    """`原文 编号`: one message as it was written, the `place`-th of those with something masked.

    Who saw it is on record. The caller has seen to it that the member may act on the case.
    """
    key = await find_key(context.session, context.vault, case.key_id)
    if key is None:
        return originals.WordsErased(case.number).render()
    found = _masked_ones(context, case, key, await cases.messages_of(context.session, case.id))
    if not found:
        return originals.NothingMasked(case.number).render()
    if not 1 <= place <= len(found):
        return originals.NoSuchOriginal(case.number, len(found)).render()
    message, words = found[place - 1]
    audit.add_line(
        context.session,
        actor=member.userid,
        act="words revealed",
        subject=f"case {case.number}, message {message.id}",
        at=context.now,
    )
    log.info("words revealed", extra={"case": case.number, "message_id": message.id, "by": member.userid})
    return originals.Original(case.number, words, message.said_at, context.zone, place, len(found)).render()


def _masked_ones(
    context: Context, case: Case, key: ContentKey, messages: Sequence[Message]
) -> list[tuple[Message, str]]:
    """What the constituent wrote and did not take back that is shown masked, in order."""
    written = [
        (one, key.open_text(one.text_sealed))
        for one in messages
        if one.author == "constituent" and one.recalled_at is None and one.text_sealed
    ]
    return [(one, words) for one, words in written if shown(context, case, words).masked]
