"""电话联系: when the chat does not carry an answer, or somebody asks for a person, an officer has a card to call.

A call that was made settles the answer: it counts as delivered, is not sent again by itself, and the case says who
called and when. An answer that arrives meanwhile settles the call.
"""

import logging
import re
from collections.abc import Sequence
from datetime import datetime

from bot.notices import telephone as notices
from bot.notices.content import CardChange, dump, load
from bot.notices.telephone import Call
from bot.services import conversations, lanes, people, send_budget, speaking, telling
from bot.services.cases import Saying, keep_message
from bot.services.context import Context
from bot.services.handing import NO_TAP, Tap
from bot.services.people import Member
from storage import audit, cases, chat_rows, contact_tasks, duty, outbox
from storage.cases import NOTE
from storage.contact_tasks import ANSWER, ANSWERED, CALLED, DELIVERED, PERSON
from storage.keys import find_key, get_key
from storage.models import Case, Constituent, ContactTask, Conversation, DutyEntry, OutboxRow
from storage.outbox import Channel, Purpose
from storage.states import OutboxState

log = logging.getLogger(__name__)
_PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}[-－ ]?\d{7,8})(?!\d)")
_LABEL = 16  # characters before a number in which it is called one's own
_THEIR_OWN = re.compile(
    r"(?:我|本人)(?:的|家)?(?:联系)?(?:电话|手机|号码|座机)[^,，。;；\d]{0,6}$|(?:联系(?:电话|方式|我)|回(?:个)?电话?|打给?我|找我)[^,，。;；\d]{0,6}$"
)
_TOLD = "已电话联系对方"
_TOLD_ANSWER = "已电话联系对方，转告了答复"
_STAFF = ("representative", "officer", "question")


def tellers_of(context: Context, case: Case) -> list[str]:
    """Who calls: the officers of the station; of a restricted case its named officers."""
    if case.restricted:
        return lanes.readers(context, case)
    return lanes.seen_by(context, context.directory.officers_of(case.station_code), case)


async def open_task(
    context: Context, case: Case, reason: str, *, why: str = ANSWER, due_at: datetime | None = None
) -> ContactTask:
    """A card to those who call, once for each cause until it is done; the one that is open stands."""
    task = await contact_tasks.find_open(context.session, case.id, why)
    if task is not None:
        return task
    task = await contact_tasks.add(context.session, case.id, why, reason, at=context.now, due_at=due_at)
    card = notices.CallCard(await _call(context, task, case)).render()
    # The instant is part of it, so that a database restored from a backup never uses an id again.
    task_id = f"{contact_tasks.CARD}-{task.id}-{int(context.now.timestamp() * 1000):x}"
    await speaking.notify_members(
        context, tellers_of(context, case), Purpose.NOTICE, card, case=case, task_id=task_id
    )
    log.info("call to be made", extra={"case": case.number, "task": task.id, "reason": reason})
    return task


async def _call(context: Context, task: ContactTask, case: Case) -> Call:
    """As its card shows it; without words where those were erased."""
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    who = await conversations.nickname_of(context, constituent)
    words, phones = "", tuple[str, ...]()
    if await find_key(context.session, context.vault, case.key_id) is not None:
        written = await telling.words_of(context, case)
        phones = own_phones(written, case.number)
        words = (
            await telling.shown_words_of(context, case) if task.why == PERSON else await _said_last(context, case)
        )
    return Call(task.id, case.number, who, task.reason, words, phones, context.zone, task.due_at)


def own_phones(written: str, number: str) -> tuple[str, ...]:
    """The numbers that a constituent wrote to be called on; where it is not plain whose they are, how to see them.

    `number` is the case's.
    """
    found = [(one[0], written[max(0, one.start() - _LABEL) : one.start()]) for one in _PHONE.finditer(written)]
    distinct = tuple(dict.fromkeys(phone for phone, _ in found))
    own = tuple(dict.fromkeys(phone for phone, before in found if _THEIR_OWN.search(before)))
    if own or len(distinct) <= 1:
        return own or distinct
    return (notices.see_original(number),)


async def _said_last(context: Context, case: Case) -> str:
    """The last thing that staff said to the constituent."""
    key = await get_key(context.session, context.vault, case.key_id)
    said = [one for one in await cases.messages_of(context.session, case.id) if one.author in _STAFF]
    return (key.open_text(said[-1].text_sealed) or "") if said and said[-1].text_sealed else ""


async def find_theirs(context: Context, member: Member, task_id: int) -> tuple[ContactTask, Case] | None:
    """A call that the member may make."""
    task = await context.session.get(ContactTask, task_id, with_for_update=True)
    if task is None:
        return None
    case = await context.session.get_one(Case, task.case_id)
    return (task, case) if people.may_act_on(context, member, case) else None


async def note_called(
    context: Context, task: ContactTask, case: Case, member: Member, tap: Tap
) -> notices.CallNoted | notices.CallOnItsWay | None:
    """已电话联系: what waits counts as told. None where the tapped card shows it."""
    if task.done_at is not None:
        return notices.CallNoted(case.number, again=True)
    rows = await chat_rows.undelivered_answers(context.session, case.id) if task.why == ANSWER else []
    if task.why == ANSWER and not rows:
        return notices.CallOnItsWay(case.number)
    await _settle_rows(context, case, rows, member)
    said = _TOLD_ANSWER if rows else _TOLD
    saying = Saying(f"{contact_tasks.CARD}:{task.id}", "text", said, context.now)
    await keep_message(context, case, saying, author=NOTE, author_userid=member.userid, pushed=True)
    audit.add_line(
        context.session, actor=member.userid, act="told by telephone", subject=f"case {case.number}", at=context.now
    )
    await _end(context, task, case, CALLED, by=member.userid, tap=tap)
    await _tell_authors(context, case, rows, member)
    log.info("call made", extra={"case": case.number, "task": task.id, "by": member.userid, "rows": len(rows)})
    return None if tap.response_code else notices.CallNoted(case.number)


async def _settle_rows(context: Context, case: Case, rows: Sequence[OutboxRow], member: Member) -> None:
    for row in rows:
        outbox.move(row, OutboxState.DROPPED, f"told by telephone by {member.userid}")
        row.told_at = context.now
    await context.session.flush()
    for entry_id in sorted({row.entry_id for row in rows if row.entry_id is not None}):
        if not await outbox.pending_answers(context.session, entry_id):
            entry = await context.session.get_one(DutyEntry, entry_id)
            await duty.stamp_delivered(context.session, entry, case, context.now)


async def _tell_authors(context: Context, case: Case, rows: Sequence[OutboxRow], member: Member) -> None:
    authors = [userid for userid in await authors_of(context, rows) if userid.lower() != member.userid.lower()]
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    who = await conversations.nickname_of(context, constituent)
    told = notices.ToldByTelephone(case.number, who, people.name_of(context, member.userid)).render()
    await speaking.notify_members(context, authors, Purpose.UPDATE, told, case=case)


async def authors_of(context: Context, rows: Sequence[OutboxRow]) -> list[str]:
    """The representatives whose answers these are; what officers answered has its card with them."""
    found = []
    for entry_id in sorted({row.entry_id for row in rows if row.entry_id is not None}):
        entry = await context.session.get_one(DutyEntry, entry_id)
        author = context.directory.representatives.get(entry.representative_code)
        found += [author.userid] if author is not None and author.userid else []
    return found


async def note_delivered(context: Context, case: Case, rows: Sequence[OutboxRow]) -> None:
    """What had to wait arrived: nobody need call any more, and its author hears that it is there."""
    if await chat_rows.count_unsettled_answers(context.session, case.id):
        return
    task = await contact_tasks.find_open(context.session, case.id, ANSWER)
    if task is not None:
        await _end(context, task, case, DELIVERED)
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    arrived = notices.ArrivedAfterAll(case.number, await conversations.nickname_of(context, constituent))
    authors = await authors_of(context, rows)
    await speaking.notify_members(context, authors, Purpose.UPDATE, arrived.render(), case=case)


async def note_answered(context: Context, case: Case, by: str) -> None:
    """Somebody of the staff answered in the chat: whoever asked for a person has one."""
    task = await contact_tasks.find_open(context.session, case.id, PERSON)
    if task is not None:
        await _end(context, task, case, ANSWERED, by=by)


async def _end(
    context: Context, task: ContactTask, case: Case, outcome: str, *, by: str | None = None, tap: Tap = NO_TAP
) -> None:
    contact_tasks.finish(task, outcome, by=by, at=context.now)
    may_copy = bool(await chat_rows.told_answers(context.session, case.id)) if task.why == ANSWER else False
    call = await _call(context, task, case)
    ended = notices.CallEnded(call, outcome, people.name_of(context, by) if by else "", context.now, may_copy)
    card = ended.render()
    for row in await contact_tasks.cards_of(context.session, task.id):
        if row.state is OutboxState.WAITING and not row.in_doubt:
            outbox.move(row, OutboxState.DROPPED, "not needed any more")
            continue
        tapped = tap.row is not None and row.id == tap.row.id
        code = tap.response_code if tapped else telling.code_of(context, row)
        if not code:
            continue
        if not tapped:
            row.response_code = None  # good for one change
        change = CardChange(code, row.task_id or "", card)
        await speaking.notify_members(
            context, row.recipients, Purpose.UPDATE, change, case=case, channel=Channel.CARD_UPDATE
        )


async def send_copy(context: Context, case: Case, member: Member) -> notices.CopyPromised | notices.NothingToCopy:
    """补发 编号: what was told by telephone goes out in writing as well, marked as said before."""
    rows = await chat_rows.told_answers(context.session, case.id)
    key = await find_key(context.session, context.vault, case.key_id)
    if not rows or key is None:
        return notices.NothingToCopy(case.number)
    conversation = await context.session.get_one(Conversation, case.conversation_id)
    foreseen = send_budget.foresee(len(rows), await send_budget.room_of(context, conversation), context.now)
    for place, row in enumerate(rows):
        if place == 0:
            row.content_sealed = key.seal(dump(notices.as_copy(load(key.open(row.content_sealed)))))
        outbox.move(row, OutboxState.PARKED, "asked for in writing, too")
        if not foreseen.held:
            outbox.move(row, OutboxState.WAITING)
            row.due_at = context.now
        row.attempt, row.generation, row.held_told = 0, row.generation + 1, True
    conversation.has_parked |= foreseen.held
    audit.add_line(
        context.session, actor=member.userid, act="copy in writing", subject=f"case {case.number}", at=context.now
    )
    return notices.CopyPromised(case.number, now=not foreseen.held)
