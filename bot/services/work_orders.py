"""转办: a matter goes to a department with a day for its reply; the reply is told once its owner agrees.

The case stays with its owner all the while. Its clock waits for the department; a promise that is broken already
stays so. What leaves the house is on paper or by telephone: nothing here speaks to departments.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.calendars.periods import end_of
from bot.notices import work_order as notices
from bot.notices.content import Content, Media
from bot.notices.words import Owner
from bot.services import answering, clocks, emergencies, people, speaking, telling
from bot.services.cases import Saying, Upload, keep_message
from bot.services.context import Context
from bot.services.people import Member
from storage import audit, cases
from storage import work_orders as stored
from storage.cases import DEPARTMENT, NOTE
from storage.keys import find_key
from storage.models import Case, Constituent, Conversation, Department, Message, WorkOrder
from storage.outbox import Purpose
from storage.states import CaseState, OrderState

log = logging.getLogger(__name__)
MOST_DAYS = 366
MOST_FILES = 3  # of one reply: each costs a message of the chat's budget
_MOMENT = timedelta(seconds=1)


class OrderRefused(Exception):
    """It was not done; `why` is one of `notices.work_order.WHYS`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Reply:
    """What a department said, as somebody entered it; `key` is the form's or message's own."""

    key: str
    words: str
    files: tuple[tuple[str, Upload], ...] = ()  # kind (image, file) and what it is


def may_hand(member: Member, case: Case) -> bool:
    """Staff who may act on a case that is open and not restricted; the caller has seen to the first."""
    return member.staff is not None and case.is_open and not case.restricted


def may_tell(context: Context, member: Member, case: Case) -> bool:
    """Its owner: the representative, where the clock went on from them or there is none whoever may act on it."""
    own = member.representative is not None and member.representative.code == case.representative_code
    if own or case.representative_code is None or people.is_centre(context, member):
        return True
    return case.clock_step != people.REPRESENTATIVE and member.staff is not None


async def departments_for(context: Context, case: Case) -> Sequence[Department]:
    """Whom a case may be handed to: the departments of the regions around its station."""
    code = case.station_code or context.roster.centre
    regions = context.directory.regions_of(code) if code else []
    return await stored.departments_of(context.session, regions)


async def find_department(context: Context, case: Case, name: str) -> Department:
    """By code or name, or a part of a name that only one has. Raises `OrderRefused`."""
    known, wanted = await departments_for(context, case), name.strip()
    exact = [one for one in known if wanted in (one.code, one.name)]
    found = exact or [one for one in known if len(wanted) > 1 and wanted in one.name]
    if len(found) != 1:
        raise OrderRefused("department_several" if found else "department")
    return found[0]


def default_day(context: Context) -> date:
    """The day by which a reply is asked for where nobody says another: so many working days from now."""
    return context.calendar.days.add(context.calendar.today(context.now), int(context.rules.department_days))


def day_of(context: Context, order: WorkOrder) -> date:
    """The local day at whose end the reply is due."""
    return context.calendar.today(order.due_at - _MOMENT)


async def hand(
    context: Context, case: Case, member: Member, department: Department, due_on: date, words: str, key: str
) -> WorkOrder:
    """Hand it over: on record, told to the constituent and to whoever has the case. Raises `OrderRefused`."""
    _check(context, case, due_on)
    standing = [one for one in await stored.of_case(context.session, case.id) if one.is_standing]
    if any(one.department_code == department.code for one in standing):
        raise OrderRefused("twice")
    emergencies.note_confirmed(context, case, member.userid)
    order = stored.add(
        context.session,
        case_id=case.id,
        department_code=department.code,
        by=member.userid,
        at=context.now,
        due_at=end_of(due_on, context.zone),
    )
    noted = f"转{department.name}办理，请在{notices.day_words(due_on)}前回复。{words.strip()}"
    await _keep(context, case, member, Saying(key, "text", noted, context.now), NOTE)
    if case.waits_for_answer:
        case.move(CaseState.ACCEPTED, context.now)
    await _run_clock(context, case)
    await _tell_constituent(
        context, case, notices.Handed(case.number, department.name, _owner(context, case), due_on).render()
    )
    told = notices.HandedNoted(case.number, department.name, due_on).render()
    await _tell_readers(context, case, told, but=member)
    await _show(context, case)
    _note(context, member, "case handed to a department", case, order)
    return order


def _check(context: Context, case: Case, due_on: date) -> None:
    today = context.calendar.today(context.now)
    if case.restricted:
        raise OrderRefused("restricted")
    if not case.is_open:
        raise OrderRefused("closed")
    if not today < due_on <= today + timedelta(days=MOST_DAYS):
        raise OrderRefused("day")


async def find_standing(context: Context, case: Case, state: OrderState, department: str = "") -> WorkOrder:
    """The one of a case in this state, by the department's name where there are several. Raises `OrderRefused`."""
    found = [one for one in await stored.of_case(context.session, case.id) if one.state is state]
    if not found:
        raise OrderRefused("none" if state is OrderState.OPEN else "no_reply")
    if department:
        names = await stored.names_of(context.session, [one.department_code for one in found])
        found = [one for one in found if department in (one.department_code, names.get(one.department_code))]
    if len(found) != 1:
        raise OrderRefused("which")
    return found[0]


async def note_reply(
    context: Context, order: WorkOrder, case: Case, member: Member, reply: Reply
) -> notices.ReplyNoted:
    """The department's reply is kept inside the case and put before its owner. Raises `OrderRefused`."""
    if order.state is not OrderState.OPEN:
        raise OrderRefused("none")
    if not reply.words.strip() and not reply.files:
        raise OrderRefused("empty")
    kept = []
    if reply.words.strip():
        saying = Saying(reply.key, "text", reply.words.strip(), context.now)
        kept.append(await _keep(context, case, member, saying, DEPARTMENT))
    for place, (kind, upload) in enumerate(reply.files[:MOST_FILES], start=1):
        saying = Saying(f"{reply.key}:p{place}", kind, "", context.now, upload=upload)
        kept.append(await _keep(context, case, member, saying, DEPARTMENT))
    order.reply([one.id for one in kept], context.now)
    await _run_clock(context, case)
    name = await name_of(context, order)
    told = notices.Replied(case.number, name, reply.words.strip(), len(reply.files)).render()
    await _tell_readers(context, case, told)
    _note(context, member, "department reply noted", case, order)
    return notices.ReplyNoted(case.number, name, _owner(context, case).voice)


async def tell(
    context: Context, order: WorkOrder, case: Case, member: Member, key: str, introduction: str = ""
) -> Content:
    """同意回复: the owner passes the reply on as their answer, files first. Raises `OrderRefused`."""
    if order.state is not OrderState.REPLIED:
        raise OrderRefused("no_reply")
    if not may_tell(context, member, case):
        raise OrderRefused("not_owner")
    said = await _reply_of(context, order)
    attached = await cases.attachments_of(context.session, said)
    words = await _words(context, case, said)
    saying = Saying(
        key, "text", notices.reply_words(await name_of(context, order), words, introduction), context.now
    )
    order.end(OrderState.TOLD, member.userid, context.now)
    await _run_clock(context, case)
    media = [Media(one.kind, one.id) for one in attached]
    noted = await answering.answer(context, case, member, saying, attached=media)
    _note(context, member, "department reply told", case, order)
    return noted.render()


async def ask_again(context: Context, order: WorkOrder, case: Case, member: Member, due_on: date) -> None:
    """The reply does not do; the department is asked for another one. Raises `OrderRefused`."""
    if order.state is not OrderState.REPLIED:
        raise OrderRefused("no_reply")
    if not may_tell(context, member, case):
        raise OrderRefused("not_owner")
    _check(context, case, due_on)
    order.send_back(end_of(due_on, context.zone))
    await _run_clock(context, case)
    told = notices.AskedAgain(case.number, await name_of(context, order), due_on).render()
    await _tell_readers(context, case, told, but=member)
    _note(context, member, "department asked again", case, order)


async def end(
    context: Context, order: WorkOrder, case: Case, member: Member, key: str, *, returned: bool, reason: str = ""
) -> None:
    """The department returns it, or it is withdrawn; the constituent hears who goes on. Raises `OrderRefused`."""
    if order.state is not OrderState.OPEN:
        raise OrderRefused("none")
    name = await name_of(context, order)
    did = f"{name}退回" if returned else f"不再请{name}办理"
    noted = f"{did}：{reason.strip()}" if reason.strip() else did
    await _keep(context, case, member, Saying(key, "text", noted, context.now), NOTE)
    order.end(OrderState.RETURNED if returned else OrderState.WITHDRAWN, member.userid, context.now)
    await _run_clock(context, case)
    said = notices.HandedBack(case.number, name, _owner(context, case), returned).render()
    await _tell_constituent(context, case, said)
    told = notices.OrderEnded(case.number, name, returned, reason.strip()).render()
    await _tell_readers(context, case, told, but=member)
    await _show(context, case)
    _note(context, member, "department returned it" if returned else "hand-over withdrawn", case, order)


async def withdraw_all(context: Context, case: Case, by: str) -> None:
    """Nothing more is awaited of departments: the matter is gone."""
    await stored.withdraw_all(context.session, case.id, by, context.now)
    case.handed_until = None


async def name_of(context: Context, order: WorkOrder) -> str:
    """What the department is called."""
    names = await stored.names_of(context.session, [order.department_code])
    return names.get(order.department_code, order.department_code)


async def _run_clock(context: Context, case: Case) -> None:
    """The clock waits for what departments owe, and runs from now on where nothing is."""
    await context.session.flush()
    owed = [one.due_at for one in await stored.of_case(context.session, case.id) if one.state is OrderState.OPEN]
    case.handed_until = min(owed, default=None)
    if owed:
        await clocks.wait_until(context, case, max(owed))
    else:
        await clocks.go_on(context, case)


async def _reply_of(context: Context, order: WorkOrder) -> list[Message]:
    wanted = {int(one) for one in order.reply_ids or ()}
    return [one for one in await cases.messages_of(context.session, order.case_id) if one.id in wanted]


async def _words(context: Context, case: Case, said: Sequence[Message]) -> str:
    key = await find_key(context.session, context.vault, case.key_id)
    texts = [key.open_text(one.text_sealed) for one in said if key is not None and one.text_sealed]
    return "\n".join(texts)


async def _keep(context: Context, case: Case, member: Member, saying: Saying, author: str) -> Message:
    code = member.representative.code if member.representative else None
    return await keep_message(
        context, case, saying, author=author, author_userid=member.userid, representative_code=code, pushed=True
    )


def _owner(context: Context, case: Case) -> Owner:
    return people.owner_of(context, case)


async def _tell_constituent(context: Context, case: Case, said: Content) -> None:
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    conversation = await context.session.get_one(Conversation, case.conversation_id)
    await speaking.notify_constituent(
        context, conversation, constituent.external_userid, Purpose.NOTICE, said, case=case
    )


async def _tell_readers(context: Context, case: Case, told: Content, but: Member | None = None) -> None:
    readers = [one for one in people.readers_of(context, case) if but is None or one.lower() != but.userid.lower()]
    await speaking.notify_members(context, readers, Purpose.UPDATE, told, case=case)


async def _show(context: Context, case: Case) -> None:
    """Cards in the chats show where it is now."""
    await telling.change_cards(context, case, await context.session.get_one(Constituent, case.constituent_id))


def _note(context: Context, member: Member, act: str, case: Case, order: WorkOrder) -> None:
    subject = f"case {case.number}, department {order.department_code}"
    audit.add_line(context.session, actor=member.userid, act=act, subject=subject, at=context.now)
    log.info("work order changed", extra={"case": case.number, "order": order.id, "state": order.state.value})
