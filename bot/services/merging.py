"""合并: two matters of one person that are the same become one; the other number says where it went.

One clock, the older one; no entry of the duty record is made for it. Matters of several people are never merged:
they are a cluster (`clustering`). Whoever did it may undo it within a day; later its messages can be split off.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta

from bot.notices import merging as notices
from bot.notices.content import Text
from bot.services import cases as matters
from bot.services import clocks, moving, people, speaking, telling
from bot.services.context import Context
from bot.services.moving import NotMovable
from bot.services.people import Member
from storage import audit, cases, contact_tasks, privacy_rights, reminders, work_orders
from storage.models import Case, CaseMerge, Constituent, Conversation, Message
from storage.outbox import Purpose
from storage.states import CaseState

log = logging.getLogger(__name__)
UNDO = timedelta(days=1)
_ANSWERS = frozenset({"representative", "officer"})


class MergeRefused(Exception):
    """It was not done; `why` is one of `notices.merging.WHYS`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


async def candidates(context: Context, member: Member, case: Case) -> list[Case]:
    """The cases that this one may be merged into by this member, latest first."""
    if member.staff is None or not case.is_open:
        return []
    found = await cases.open_beside(context.session, case)
    return [one for one in found if people.may_act_on(context, member, one) and one.restricted == case.restricted]


async def merge(context: Context, case: Case, kept: Case, member: Member) -> None:
    """`case` lives on in `kept`: its words, its clock where that is older. Raises `MergeRefused`."""
    said = await cases.messages_of(context.session, case.id)
    await _check(context, case, kept, member, said)
    context.session.add(
        CaseMerge(
            case_id=case.id, into_id=kept.id, at=context.now, by=member.userid, state_before=CaseState(case.state)
        )
    )
    try:
        await moving.move(context, case, kept, said)
    except NotMovable as error:
        raise MergeRefused("files") from error
    if kept.state is CaseState.ANSWERED and case.waits_for_answer:
        await matters.reopen(context, kept)
    if kept.waits_for_answer and case.waits_for_answer:
        clocks.take_over(kept, case)
    _join_lanes(case, kept)
    await _end(context, case, kept)
    told = notices.MergedForOwner(case.number, kept.number, people.name_of(context, member.userid)).render()
    await _tell(context, case, kept, member, notices.Merged(case.number, kept.number).render(), told)
    _let_owner_read(context, kept, said)
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    await telling.change_cards(context, case, constituent, passed_on=kept.number[-6:])
    await _note(context, member, "cases merged", case, kept)


async def _check(context: Context, case: Case, kept: Case, member: Member, said: Sequence[Message]) -> None:
    if member.staff is None or not people.may_act_on(context, member, kept):
        raise MergeRefused("not_yours")
    if case.id == kept.id:
        raise MergeRefused("same")
    if case.constituent_id != kept.constituent_id:
        raise MergeRefused("person")
    if case.restricted != kept.restricted:
        raise MergeRefused("lane")
    if not case.is_open or not kept.is_open:
        raise MergeRefused("closed")
    if (case.urgency == "emergency") != (kept.urgency == "emergency") or case.alert_due_at is not None:
        raise MergeRefused("emergency")
    if await cases.merged_into(context.session, case.id):
        raise MergeRefused("chain")
    if await privacy_rights.registered(context.session, [case.id]):
        raise MergeRefused("registered")
    if any(one.author in _ANSWERS for one in said):
        raise MergeRefused("answered")
    if any(one.is_standing for one in await work_orders.of_case(context.session, case.id)):
        raise MergeRefused("handed")


def _join_lanes(case: Case, kept: Case) -> None:
    """Whoever the one names, or refused, is kept from the other, too."""
    for name in ("accused", "named_staff", "refused_representatives", "refused_stations"):
        both = sorted({*(getattr(case, name) or ()), *(getattr(kept, name) or ())})
        setattr(kept, name, both or None)
    kept.cluster_id = kept.cluster_id or case.cluster_id


async def _end(context: Context, case: Case, kept: Case) -> None:
    """Nothing is said, asked or due of it any more."""
    case.merge_into(kept, context.now)
    case.clock_due_at = case.waiting_since = case.dormant_at = None
    case.update_since = case.update_due_at = None
    case.asked = None
    await contact_tasks.end_all(context.session, case.id, context.now)
    await reminders.void(context.session, f"case:{case.id}", reason="merged")
    await privacy_rights.clear_desks(context.session, [case.id])


async def _tell(context: Context, case: Case, kept: Case, member: Member, said: Text, told: Text) -> None:
    """Both numbers, once: to the person who wrote, and to those who had either."""
    constituent = await context.session.get_one(Constituent, kept.constituent_id)
    conversation = await context.session.get_one(Conversation, kept.conversation_id)
    await speaking.notify_constituent(
        context, conversation, constituent.external_userid, Purpose.NOTICE, said, case=kept
    )
    readers = {who.lower(): who for one in (case, kept) for who in people.readers_of(context, one)}
    readers.pop(member.userid.lower(), None)
    await speaking.notify_members(context, list(readers.values()), Purpose.UPDATE, told, case=kept)


def _let_owner_read(context: Context, kept: Case, said: Sequence[Message]) -> None:
    """What came with it is told to the owner as an update, in one piece."""
    for message in said:
        if message.author == "constituent":
            message.pushed_at = None
    kept.update_since, kept.update_due_at = kept.update_since or context.now, context.now


async def find_undoable(context: Context, case: Case) -> CaseMerge | None:
    """The merge by which a case lives on in another, while it may still be undone."""
    merge_row = await cases.find_merge(context.session, case.id)
    return merge_row if merge_row is not None and context.now - merge_row.at <= UNDO else None


async def undo(context: Context, case: Case, member: Member) -> Case:
    """Within a day: the case stands by itself again with its own words and its clock. Raises `MergeRefused`."""
    row = await find_undoable(context, case)
    if row is None or member.staff is None:
        raise MergeRefused("late")
    kept = await cases.survivor_of(context.session, case)
    if not kept.is_open or kept.erased_at is not None:
        raise MergeRefused("closed")
    said = [one for one in await cases.messages_of(context.session, kept.id) if one.came_from_id == case.id]
    try:
        await moving.move(context, kept, case, said)
    except NotMovable as error:
        raise MergeRefused("files") from error
    row.undone_at, row.undone_by = context.now, member.userid
    case.part(row.state_before, context.now)
    await clocks.run_again(context, case)
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    case.cards += 1
    await telling.notify_owner(context, case, constituent, await telling.constituents_words(context, case))
    await telling.note_all_told(context, case)
    parted = notices.Parted(case.number, kept.number).render()
    await _tell(context, case, kept, member, parted, parted)
    await _note(context, member, "merge undone", case, kept)
    return kept


async def _note(context: Context, member: Member, act: str, case: Case, kept: Case) -> None:
    subject = f"case {case.number} to {kept.number}"
    audit.add_line(context.session, actor=member.userid, act=act, subject=subject, at=context.now)
    log.info(act, extra={"case": case.number, "other": kept.number, "by": member.userid})
