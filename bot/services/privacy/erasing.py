"""Erasing: matters are closed, members told without content, keys destroyed, and it is on record.

What is to be said to the person waits on the row of the erasure until all of it is off the disk
(`bot.outbox.shredder`): nobody is told "erased" before it is so.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from bot.notices.content import CardChange, Recall
from bot.notices.privacy_desk import DestroyExports, WithdrawnCard, WordsGone
from bot.services import clocks, clustering, people, speaking, telling, work_orders
from bot.services.context import Context
from storage import contact_tasks, duty, erasing, outbox, privacy_person, privacy_rights, reminders
from storage.erasing import Proof
from storage.models import Case, Constituent, Erasure
from storage.outbox import Channel, Purpose
from storage.states import CaseState, OutboxState

log = logging.getLogger(__name__)
RECALL_SPAN = timedelta(hours=24)  # WeCom document 94867


@dataclass(frozen=True, slots=True)
class LastWord:
    """What is said when all is gone: to whom, in which chat, and which lanes of the inbox bore their name."""

    conversation_id: int
    who: str
    text: str
    lanes: tuple[str, ...] = ()


async def erase_cases(context: Context, cases: Sequence[Case]) -> list[int]:
    """Close what is open, take it back from phones and lists, tell members; returns the keys that are to go."""
    if not cases:
        return []
    numbers = [case.id for case in cases]
    await context.session.flush()
    await _drop_lists(context, {case.number for case in cases})
    await _take_back_from_phones(context, numbers)
    await _tell_members(context, cases)
    await _tell_of_exports(context, cases)
    keys: list[int] = []
    for case in cases:
        await _close(context, case)
        keys += await erasing.keys_of_case(context.session, case)
    await privacy_rights.clear_desks(context.session, numbers)
    await context.session.flush()
    return keys


async def _close(context: Context, case: Case) -> None:
    """Closed at its sender's wish: no time of an answer where there was none."""
    answered_at = case.answered_at
    if case.waits_for_answer:
        case.move(CaseState.ANSWERED, context.now)
    if case.state is CaseState.ANSWERED:
        case.move(CaseState.CLOSED, context.now)
    case.answered_at = answered_at
    clocks.clear(case)
    case.asked = None
    await work_orders.withdraw_all(context, case, erasing.ERASED)
    case.update_since = case.update_due_at = case.alert_due_at = None
    await contact_tasks.end_all(context.session, case.id, context.now)
    await reminders.void(context.session, f"case:{case.id}", reason=erasing.ERASED)
    await clustering.forget(context, case.id)


async def _drop_lists(context: Context, numbers: Collection[str]) -> None:
    """What waits for members about several matters at once and names one of these; the next list comes anyway."""
    for row in await privacy_rights.waiting_for_members(context.session):
        words = context.vault.open(row.content_sealed).decode() if row.content_sealed else ""
        if any(number in words for number in numbers):
            outbox.move(row, OutboxState.DROPPED, erasing.ERASED)
            row.content_sealed = b""


async def _take_back_from_phones(context: Context, case_ids: Collection[int]) -> None:
    """Messages of the last day are recalled; a card that may still be changed shows no words any more."""
    since = context.now - RECALL_SPAN
    recalled = set()
    for row in await privacy_rights.on_phones(context.session, case_ids, since):
        taken = await speaking.say_to_members(
            context, row.recipients, Purpose.UPDATE, Recall(row.platform_id or ""), channel=Channel.RECALL
        )
        if taken is not None and row.sent_at is not None:
            taken.expires_at = row.sent_at + RECALL_SPAN
            recalled.add(row.id)
    for case_id in case_ids:
        for row in await outbox.sent_cards(context.session, case_id):
            code = telling.code_of(context, row) if row.id not in recalled else None
            if code:
                card = CardChange(code, row.task_id or "", WithdrawnCard().render())
                await speaking.notify_members(
                    context, row.recipients, Purpose.UPDATE, card, channel=Channel.CARD_UPDATE
                )
                row.response_code = None


async def _tell_members(context: Context, cases: Sequence[Case]) -> None:
    """Whoever had them hears once which numbers are gone, and no word of what they were about."""
    told: dict[tuple[str, ...], list[str]] = {}
    for case in cases:
        readers = people.readers_of(context, case)
        told.setdefault(tuple(readers), []).append(case.number)
    for readers_of_some, numbers in told.items():
        await speaking.notify_members(context, readers_of_some, Purpose.UPDATE, WordsGone(tuple(numbers)).render())


async def _tell_of_exports(context: Context, cases: Sequence[Case]) -> None:
    """Files with words that left the house are in somebody's hands: the service centre has them destroyed."""
    made = await privacy_rights.exported_with_texts(context.session, min(case.opened_at for case in cases))
    if not made:
        return
    days = tuple(dict.fromkeys(at.astimezone(context.zone).date() for at in made))
    for readers, theirs in people.lists_for(context, context.directory.centre_staff(), cases, lambda case: case):
        notice = DestroyExports(tuple(case.number for case in theirs), days).render()
        await speaking.notify_members(context, readers, Purpose.NOTICE, notice)


async def destroy(context: Context, key_ids: Collection[int]) -> Proof:
    """The keys and all that was sealed with them; the entries of the duty record get a line that says so."""
    proof = await erasing.destroy(context.session, context.vault, key_ids, context.now)
    for entry in await erasing.entries_of(context.session, key_ids):
        await duty.stamp_erased(context.session, entry, context.now)
    return proof


async def write_down(
    context: Context,
    what: str,
    proof: Proof,
    *,
    last_word: LastWord | None = None,
    person_mark: str | None = None,
    written_before: datetime | None = None,
) -> Erasure:
    """The event on record, with what is to be said when it is finished."""
    row = await erasing.write_down(
        context.session, what, proof, context.now, person_mark=person_mark, written_before=written_before
    )
    if last_word is not None:
        say_last(context, row, last_word)
    log.info("erased", extra={"erasure": row.id, "what": what, "keys": len(proof.keys)})
    return row


def say_last(context: Context, row: Erasure, last_word: LastWord) -> None:
    """This is said, and these traces go, when the erasure is finished."""
    row.conversation_id = last_word.conversation_id
    row.told_sealed = context.vault.seal(orjson.dumps(last_word))


def last_word_of(context: Context, row: Erasure) -> LastWord | None:
    """What is still to be said, or whose traces are still to go."""
    if row.told_sealed is None:
        return None
    value = orjson.loads(context.vault.open(row.told_sealed))
    return LastWord(value["conversation_id"], value["who"], value["text"], tuple(value["lanes"]))


async def erase_person(
    context: Context,
    constituent: Constituent,
    cases: Sequence[Case],
    *,
    conversation_id: int,
    text: str,
    written_before: datetime,
) -> Erasure:
    """All that somebody wrote and everything that says who they were; `text` is their last word from us."""
    who = constituent.external_userid
    keys = await erase_cases(context, cases)
    keys += await erasing.keys_of_person(context.session, constituent)
    proof = await destroy(context, keys)
    lanes = await privacy_person.forget(context.session, constituent, context.now)
    return await write_down(
        context,
        erasing.PERSON,
        proof,
        last_word=LastWord(conversation_id, who, text, tuple(lanes)),
        person_mark=erasing.mark_of(context.vault, who),
        written_before=written_before,
    )
