"""删除我的信息 and 确认删除: what goes and what the law keeps is told first, then it is done, or a person decides.

What is in the register of petitions (Regulations on Petition Work, Art. 23) and a matter in which somebody is in
danger now is not erased by a word: a person looks at it, within `rights_days`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.notices import privacy
from bot.notices.content import Content
from bot.notices.privacy import Keeping
from bot.services import clustering, speaking
from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.privacy import erasing
from bot.services.privacy.deciding import announce
from storage import audit, privacy_rights
from storage.erasing import CASE, Proof
from storage.models import Case, Constituent, LiveQuestion, RightsRequest
from storage.outbox import Purpose
from storage.states import RightsState

CONFIRM_HOURS = 24
ERASE = "erase"


@dataclass(frozen=True, slots=True)
class Holdings:
    """What somebody has here: matters that go at once, those that a person decides on, questions, attachments."""

    free: tuple[Case, ...]
    held: tuple[Case, ...]
    questions: tuple[LiveQuestion, ...]
    attachments: int

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to erase but the person themselves."""
        return not (self.free or self.held or self.questions)


def keeping(context: Context) -> Keeping:
    """How long logs and back-ups are kept by the rules as they stand."""
    return Keeping(context.rules.keep_logs_days, context.rules.keep_backups_days)


async def holdings_of(context: Context, constituent: Constituent) -> Holdings:
    """As they stand now."""
    cases = await privacy_rights.cases_of(context.session, constituent.id)
    held_ids = await held_among(context, cases)
    free = tuple(case for case in cases if case.id not in held_ids)
    return Holdings(
        free,
        tuple(case for case in cases if case.id in held_ids),
        tuple(await privacy_rights.questions_of(context.session, constituent.id)),
        await privacy_rights.count_attachments(context.session, [case.id for case in free]),
    )


async def held_among(context: Context, cases: Sequence[Case]) -> set[int]:
    """Which of these a person decides on."""
    registered = await privacy_rights.registered(context.session, [case.id for case in cases])
    in_danger = {case.id for case in cases if case.urgency == "emergency" and case.is_open}
    return registered | in_danger


async def explain(context: Context, caller: Caller, source_key: str) -> Content:
    """What would follow; nothing does before 确认删除."""
    found = await holdings_of(context, caller.constituent)
    if await privacy_rights.find_by_source(context.session, source_key) is None:
        context.session.add(
            RightsRequest(
                kind=ERASE,
                scope="all",
                state=RightsState.ASKED,
                source="chat",
                source_key=source_key,
                constituent_id=caller.constituent.id,
                conversation_id=caller.conversation.id,
                received_at=context.now,
                due_at=context.now + timedelta(days=context.rules.rights_days),
            )
        )
        await context.session.flush()
    return privacy.ErasureExplained(
        matters=len(found.free),
        attachments=found.attachments,
        questions=len(found.questions),
        open_numbers=tuple(case.number for case in found.free if case.is_open),
        held_numbers=tuple(case.number for case in found.held),
        keeping=keeping(context),
        days=context.rules.rights_days,
    ).render()


async def confirm(context: Context, caller: Caller, source_key: str) -> Content | None:
    """Do it, where it was explained within a day; what was done is said when all of it is gone.

    A second 确认删除 of somebody who is unknown by now is told that nothing is here.
    """
    since = context.now - timedelta(hours=CONFIRM_HOURS)
    asked = await privacy_rights.find_asked(context.session, caller.constituent.id, since)
    if asked is None:
        if (await holdings_of(context, caller.constituent)).is_nothing:
            return privacy.NothingKept().render()
        return await explain(context, caller, source_key)
    found = await holdings_of(context, caller.constituent)
    if found.held:
        await _erase_part(context, caller, asked, found)
    else:
        await _erase_all(context, caller, asked, found)
    return None


async def keep(context: Context, caller: Caller) -> Content:
    """先不删."""
    since = context.now - timedelta(hours=CONFIRM_HOURS)
    while (asked := await privacy_rights.find_asked(context.session, caller.constituent.id, since)) is not None:
        asked.move(RightsState.WITHDRAWN)
        await context.session.flush()
    return privacy.ErasureNotWanted().render()


async def _erase_all(context: Context, caller: Caller, asked: RightsRequest, found: Holdings) -> None:
    text = privacy.ErasureDone(
        len(found.free),
        found.attachments,
        tuple(case.number for case in found.free if case.is_open),
        keeping(context),
    )
    _settle(context, asked, f"request {asked.id}: {len(found.free)} cases")
    await erasing.erase_person(
        context,
        caller.constituent,
        found.free,
        conversation_id=caller.conversation.id,
        text=text.render().text,
        written_before=caller.conversation.last_message_at or context.now,
    )


async def _erase_part(context: Context, caller: Caller, asked: RightsRequest, found: Holdings) -> None:
    """What may go at once goes; the rest is a request that a person decides, once however often it is asked."""
    asked = await _one_request(context, caller, asked)
    for case in found.held:
        await clustering.forget(context, case.id)
    text = privacy.ErasureSplit(
        len(found.free),
        tuple(case.number for case in found.free if case.is_open),
        tuple(case.number for case in found.held),
        asked.id,
        asked.due_at,
        context.zone,
        keeping(context),
    ).render()
    keys = await erasing.erase_cases(context, found.free)
    keys += [question.key_id for question in found.questions]
    proof = await erasing.destroy(context, keys)
    _note(context, f"request {asked.id}: {len(found.free)} cases, {len(found.held)} wait")
    if proof == Proof():
        await speaking.notify_constituent(context, caller.conversation, caller.external_userid, Purpose.REPLY, text)
        return
    last = erasing.LastWord(caller.conversation.id, caller.external_userid, text.text)
    await erasing.write_down(context, CASE, proof, last_word=last)


async def _one_request(context: Context, caller: Caller, asked: RightsRequest) -> RightsRequest:
    """The one that waits already, else this one, which waits from now on and is told to those who decide."""
    for known in await privacy_rights.waiting_of(context.session, caller.constituent.id):
        if known.kind == ERASE and known.case_id is None:
            asked.move(RightsState.WITHDRAWN)
            return known
    asked.scope = "registered"
    asked.move(RightsState.WAITING)
    await context.session.flush()
    await announce(context, asked)
    return asked


def _settle(context: Context, asked: RightsRequest, subject: str) -> None:
    asked.move(RightsState.DONE)
    asked.decided_at = context.now
    _note(context, subject)


def _note(context: Context, subject: str) -> None:
    audit.add_line(context.session, actor="constituent", act="erased on request", subject=subject, at=context.now)
