"""权利: requests about one's own data with the days that are left, what was erased, what people were told."""

import re
from dataclasses import dataclass
from datetime import datetime

from bot.notices import console_desk as words
from bot.notices.privacy_consent import PURPOSES, WHY
from bot.notices.privacy_desk import KINDS, RequestLine
from bot.services import people
from bot.services.context import Context
from bot.services.people import Member
from bot.services.privacy import deciding
from storage import privacy_consents, privacy_rights
from storage.models import Erasure, RightsRequest

_SHOWN, _WORDS = 30, 400


@dataclass(frozen=True, slots=True)
class Decided:
    """A request that is over; by whom is empty where the asker did it."""

    request: int
    kind: str
    state: str
    received_at: datetime
    decided_at: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class Erased:
    """That something is gone: what, when, and when the last trace of it was; nothing of what it was."""

    what: str
    at: datetime
    attachments: int
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConsentText:
    """Words that people agree to, with the versions that stand and how many agreed to each."""

    name: str
    text: str
    standing: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class RightsPage:
    """Everything on the page. `waiting` holds what the reader may decide, `open` counts all that wait."""

    waiting: tuple[RequestLine, ...]
    may_decide: bool
    open: int
    decided: tuple[Decided, ...]
    erased: tuple[Erased, ...]
    consents: tuple[ConsentText, ...]
    version: str
    days: int


async def look(context: Context, member: Member) -> RightsPage:
    """For one of the service centre; reading what people wrote with a request is an audit line."""
    session = context.session
    counted = await privacy_consents.count_standing(session)
    is_theirs = people.is_centre(context, member)
    return RightsPage(
        waiting=await deciding.waiting_for(context, member, most=_WORDS) if is_theirs else (),
        may_decide=is_theirs,
        open=len(await privacy_rights.waiting(session)),
        decided=tuple(_decided(context, one) for one in await privacy_rights.decided(session, _SHOWN)),
        erased=tuple(_erased(one) for one in await privacy_rights.erasures(session, _SHOWN)),
        consents=tuple(
            ConsentText(name, text, tuple((version, count) for kind, version, count in counted if kind == key))
            for key, name, text in _texts()
        ),
        version=context.rules.privacy_version,
        days=context.rules.rights_days,
    )


async def decide(context: Context, member: Member, act: str, number: int, said: str) -> str:
    """Agree or refuse, as the words of the chat do; returns what the member is told."""
    if act == "approve":
        told = await deciding.approve(context, member, number, said)
    else:
        told = await deciding.refuse(context, member, number, said)
    return str(getattr(told, "text", ""))


_ANY = re.compile(r" ?\{number\} ?")


def _texts() -> tuple[tuple[str, str, str], ...]:
    """Key, name and words of everything that people are told or agree to."""
    notice = (privacy_consents.NOTICE, words.NOTICE_NAME, words.NOTICE_ABOUT)
    return (notice, *((key, name, _ANY.sub("（编号）", WHY[key])) for key, name in PURPOSES.items()))


def _decided(context: Context, row: RightsRequest) -> Decided:
    by = people.name_of(context, row.decided_by) if row.decided_by else ""
    return Decided(row.id, KINDS.get(row.kind, row.kind), row.state.value, row.received_at, row.decided_at, by)


def _erased(row: Erasure) -> Erased:
    return Erased(words.ERASED.get(row.what, row.what), row.at, len(row.attachments), row.finished_at)
