"""Erasing again: a copy of the database from before an erasure still has the words; the list says which.

What has a number of the list but is something else, because numbers were given anew since, is left alone.
"""

import logging
from collections.abc import Sequence

from sqlalchemy import select

from bot.services.context import Context
from bot.services.privacy import erasing, taking_back
from storage import erasing as stored
from storage import privacy_person
from storage.models import Case, Constituent, Erasure

log = logging.getLogger(__name__)


async def erase_again(context: Context, listed: Sequence[Erasure]) -> int:
    """Do what the database does not know of; returns how many erasures of the list that were."""
    known = set(await context.session.scalars(select(Erasure.digest)))
    missing = [row for row in listed if row.digest not in known]
    for row in missing:
        await _erase(context, row)
        context.session.add(row)
        await context.session.flush()
    if missing:
        log.warning("erased again what an older copy still had", extra={"erasures": len(missing)})
    return len(missing)


async def _erase(context: Context, row: Erasure) -> None:
    keys = await stored.find_matching(
        context.session, context.vault, [(number, known) for number, known in row.keys]
    )
    if keys:
        cases = (await context.session.scalars(select(Case).where(Case.key_id.in_(keys)))).all()
        await erasing.erase_cases(context, cases)
        await erasing.destroy(context, keys)
        if row.what == stored.PERSON:
            await _forget_people(context, row, keys)
    messages = [(number, known) for number, known in row.messages]
    for message in await stored.find_messages(context.session, messages):
        case = await context.session.get_one(Case, message.case_id)
        await taking_back.erase_message(context, case, message)


async def _forget_people(context: Context, row: Erasure, keys: Sequence[int]) -> None:
    found = await context.session.scalars(select(Constituent).where(Constituent.key_id.in_(keys)))
    for constituent in found.all():
        if stored.mark_of(context.vault, constituent.external_userid) != row.person_mark:
            continue
        chats = await privacy_person.conversations_of(context.session, constituent.id)
        who = constituent.external_userid
        lanes = await privacy_person.forget(context.session, constituent, context.now)
        if chats:
            erasing.say_last(context, row, erasing.LastWord(chats[0].id, who, "", tuple(lanes)))
