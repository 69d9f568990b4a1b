"""The constituent's word on an answer, and where their matters stand."""

from dataclasses import replace

from bot.notices import constituent_menu, update
from bot.notices.content import Content
from bot.services import cases, people, speaking, status_pages, telling
from bot.services.context import Context
from bot.services.conversations import Caller
from storage import cases as stored
from storage import duty
from storage.models import Case
from storage.outbox import Purpose
from storage.states import CaseState


async def find_own(context: Context, caller: Caller, case_id: int) -> Case | None:
    """A case by its row id, or the one that it lives on in, only if it is this caller's."""
    case = await stored.find_surviving(context.session, case_id)
    return case if case is not None and case.constituent_id == caller.constituent.id else None


async def close(context: Context, caller: Caller, case: Case) -> constituent_menu.Closed:
    """已解决: closed, on record, and the owner is told; a second tap says the same again."""
    if case.state is CaseState.ANSWERED:
        case.move(CaseState.CLOSED, context.now)
        await duty.stamp_closed(context.session, case, context.now)
        await _tell_owner(context, caller, case, update.Settled(case.number))
    return constituent_menu.Closed(case.number)


async def reopen(context: Context, caller: Caller, case: Case) -> constituent_menu.Reopened:
    """还没有: a new round for the same owner."""
    if case.state in {CaseState.ANSWERED, CaseState.CLOSED}:
        await cases.reopen(context, case)
        await _tell_owner(context, caller, case, update.NotSettled(case.number))
    return constituent_menu.Reopened(case.number, people.owner_of(context, case))


async def _tell_owner(
    context: Context, caller: Caller, case: Case, notice: update.Settled | update.NotSettled
) -> None:
    readers = people.readers_of(context, case)
    await speaking.notify_members(context, readers, Purpose.UPDATE, notice.render(), case=case)
    await telling.change_cards(context, case, caller.constituent)


async def progress_of(context: Context, caller: Caller, number: str) -> Content:
    """Where one of their own matters stands; under an old number also where it went."""
    for found in await stored.find_numbered(context.session, number):
        if found.constituent_id == caller.constituent.id:
            case = await stored.survivor_of(context.session, found)
            pages = await status_pages.addresses_of(context, [case])
            line = replace(status_pages.line_of(context, case), page=pages.get(case.id, ""))
            moved = found.number if found.id != case.id else ""
            return constituent_menu.Progress((line,), context.zone, context.now, moved).render()
    return constituent_menu.NoSuchCase().render()


async def progress(context: Context, caller: Caller) -> constituent_menu.Progress:
    """One's own matters, latest first."""
    own = await stored.of_constituent(context.session, caller.constituent.id, context.rules.listed_cases)
    pages = await status_pages.addresses_of(context, own)
    return constituent_menu.Progress(
        tuple(replace(status_pages.line_of(context, case), page=pages.get(case.id, "")) for case in own),
        context.zone,
        context.now,
    )
