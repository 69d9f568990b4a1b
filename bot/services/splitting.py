"""拆分: some of what was written in a case is another matter, with its own number, key, clock and way."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.assignment import Decision
from bot.notices import merging as notices
from bot.notices.words import shorten
from bot.services import cases as matters
from bot.services import clustering, deciding, moving, people, showing, speaking, telling
from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.moving import NotMovable
from bot.services.people import Member
from storage import audit, privacy_rights
from storage.keys import find_key
from storage.models import Case, Constituent, Conversation, Message
from storage.outbox import Purpose

log = logging.getLogger(__name__)
MOST_LISTED = 20
_WORDS = 40
_A_CASE = frozenset({"case", "praise", "legislation_opinion", "livelihood_suggestion"})


class SplitRefused(Exception):
    """It was not done; `why` is one of `notices.merging.WHYS`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def may_split(member: Member, case: Case) -> bool:
    """Staff, of a case that is open and not restricted; the caller has seen to it that they may act on it."""
    return member.staff is not None and case.is_open and not case.restricted


async def choices(context: Context, case: Case) -> list[tuple[Message, str]]:
    """What the constituent wrote, with its first words as members see them: what may be split off."""
    key = await find_key(context.session, context.vault, case.key_id)
    found = await privacy_rights.own_messages(context.session, case.id)
    return [
        (one, shorten(showing.shown(context, case, key.open_text(one.text_sealed)).text, _WORDS) if key else "")
        for one in found[:MOST_LISTED]
    ]


async def split(context: Context, case: Case, member: Member, message_ids: Collection[int]) -> Case:
    """The chosen messages become a new case, decided as if they had come alone. Raises `SplitRefused`."""
    written = await privacy_rights.own_messages(context.session, case.id)
    chosen = [one for one in written if one.id in set(message_ids)]
    _check(member, case, written, chosen)
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    caller = Caller(constituent, await context.session.get_one(Conversation, case.conversation_id))
    words = await _words(context, case, chosen)
    decision = _plain(await deciding.decide(context, caller, f"split-{case.number}", words, None))
    new = await matters.create(context, caller, decision, words)
    new.split_from_id = case.id
    await context.session.flush()
    try:
        await moving.move(context, case, new, chosen)
    except NotMovable as error:
        raise SplitRefused("files") from error
    await matters.announce(context, caller, new, decision, words, chosen, with_receipt=False)
    for message in chosen:
        message.pushed_at = context.now
    await _compare_again(context, case)
    await _tell(context, case, new, member, caller)
    subject = f"case {case.number} to {new.number}"
    audit.add_line(context.session, actor=member.userid, act="case split", subject=subject, at=context.now)
    log.info("case split", extra={"case": case.number, "other": new.number, "by": member.userid})
    return new


def _check(member: Member, case: Case, written: Sequence[Message], chosen: Sequence[Message]) -> None:
    if case.restricted:
        raise SplitRefused("restricted")
    if not may_split(member, case):
        raise SplitRefused("closed")
    if not chosen:
        raise SplitRefused("nothing")
    if len(chosen) == len(written):
        raise SplitRefused("everything")


def _plain(decision: Decision) -> Decision:
    """A person chose it: nothing is asked, refused or called an alarm by a machine; a restricted one stays so."""
    decision = replace(decision, ask=None, parts=())
    if decision.is_restricted or decision.kind in _A_CASE:
        return decision
    return replace(decision, kind="case", referral=None)


async def _words(context: Context, case: Case, messages: Sequence[Message]) -> str:
    key = await find_key(context.session, context.vault, case.key_id)
    return "\n".join(key.open_text(one.text_sealed) for one in messages if key is not None and one.text_sealed)


async def _compare_again(context: Context, case: Case) -> None:
    """Others are compared with what is left of it; nobody hears of a crowd twice."""
    await clustering.note(context, case, await telling.words_of(context, case), placed=False)


async def _tell(context: Context, case: Case, new: Case, member: Member, caller: Caller) -> None:
    """One short message to the person who wrote; those who have the old case see what went."""
    owner = people.owner_of(context, new)
    said = notices.Split(case.number, new.number, owner, new.due_at, context.zone).render()
    await speaking.notify_constituent(
        context, caller.conversation, caller.external_userid, Purpose.NOTICE, said, case=new
    )
    told = notices.SplitForOwner(case.number, new.number, people.name_of(context, member.userid)).render()
    await speaking.notify_members(context, people.readers_of(context, case), Purpose.UPDATE, told, case=case)
    await telling.change_cards(context, case, caller.constituent)
