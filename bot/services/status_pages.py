"""The page of one matter behind an address that nobody can guess: who is given it, what it shows, when it ends.

It shows steps, the clock and the role of whoever has the matter, and never a word of it. The address works until
the words of the matter are gone, or its sender wants it to end. A restricted matter is given none, and one that
became restricted later shows that it is there and nothing else.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from bot.notices import constituent_menu, posters
from bot.notices.constituent_menu import stands_at
from bot.notices.status_page import Facts, LinksEnded, StatusPage, restricted_page, role_of, status_page
from bot.services import clocks, people
from bot.services.context import Context
from bot.services.conversations import Caller
from storage import cases as stored_cases
from storage import people as stored_people
from storage import status_links
from storage.keys import find_key, get_key
from storage.models import Case

_TOKEN_BYTES = 24


class LinkGone(Exception):
    """An address that worked once."""


async def open_for(context: Context, case: Case) -> str:
    """The first address of a new case; empty where it is restricted."""
    if case.restricted:
        return ""
    return await _issue(context, case)


async def addresses_of(context: Context, cases: Sequence[Case]) -> dict[int, str]:
    """The address of each case by its id, made where there is none; restricted and erased ones have none."""
    shown = [case for case in cases if not case.restricted and case.erased_at is None]
    sealed = {one.case_id: one.token_sealed for one in await status_links.standing(context.session, _ids(shown))}
    found = {}
    for case in shown:
        key = await find_key(context.session, context.vault, case.key_id)
        if key is None:
            continue
        known = sealed.get(case.id)
        found[case.id] = _address(context, key.open_text(known)) if known else await _issue(context, case)
    return found


def _ids(cases: Sequence[Case]) -> list[int]:
    return [case.id for case in cases]


async def _issue(context: Context, case: Case) -> str:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    key = await get_key(context.session, context.vault, case.key_id)
    status_links.add(context.session, case.id, token, key.seal_text(token), context.now)
    return _address(context, token)


def _address(context: Context, token: str) -> str:
    return f"{context.public_url}/s/{token}"


async def find(context: Context, token: str) -> StatusPage | None:
    """What the address shows now; None where it is nobody's. Raises `LinkGone` where it has ended."""
    link = await status_links.find(context.session, token)
    if link is None:
        return None
    found = await context.session.get_one(Case, link.case_id)
    case = await stored_cases.survivor_of(context.session, found)
    if link.ended_at is not None or case.erased_at is not None:
        raise LinkGone
    if case.restricted:
        return restricted_page()
    return replace(await _page(context, case), moved=found.number if found.id != case.id else "")


async def _page(context: Context, case: Case) -> StatusPage:
    own = line_of(context, case)
    facts = Facts(
        number=case.number,
        state=case.state.value,
        role=await _role(context, case),
        line=stands_at(own, context.zone, context.now) if case.waits_for_answer else "",
        late=own.late,
        opened_at=case.opened_at,
        accepted_at=case.accepted_at,
        answered_at=case.answered_at,
        closed_at=case.closed_at,
    )
    return status_page(facts, context.zone, context.now)


async def _role(context: Context, case: Case) -> str:
    code = case.representative_code
    person = await stored_people.find_representative(context.session, code) if code else None
    level = posters.LEVELS.get(person.level, posters.UNNAMED) if person else ""
    return role_of(level, at_station=case.station_code not in (None, context.roster.centre))


async def end(context: Context, token: str) -> bool:
    """End one address, as whoever holds it wishes; False where it had ended or is nobody's."""
    return await status_links.end(context.session, token, context.now)


async def end_all(context: Context, caller: Caller) -> LinksEnded:
    """停用链接: no address of theirs works any more; the next 进度 gives new ones."""
    return LinksEnded(await status_links.end_all_of(context.session, caller.constituent.id, context.now))


def line_of(context: Context, case: Case) -> constituent_menu.OwnCase:
    """How far a matter is, in what 进度 and its page say of it."""
    return constituent_menu.OwnCase(
        number=case.number,
        owner=people.owner_of(context, case),
        state=case.state.value,
        opened_at=case.opened_at,
        due_at=case.due_at,
        late=clocks.is_late(case, context.now),
        promised_at=case.promised_at,
        step="" if case.clock_step == people.first_step(context, case) else case.clock_step or "",
        stands=_stands(case),
    )


def _stands(case: Case) -> str:
    if case.dormant_at is not None:
        return constituent_menu.DORMANT
    if case.waiting_since is not None:
        return constituent_menu.WAITING
    return constituent_menu.HANDED if case.handed_until is not None else ""
