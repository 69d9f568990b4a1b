"""导出我的信息: everything that is here of somebody, for themselves, third parties masked (PIPL, Art. 45).

Made when it is fetched, kept nowhere. Who asks is who holds the chat; the address works once and ends soon.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from bot import masking
from bot.notices import privacy
from bot.notices.content import Content
from bot.notices.own_data import AUTHORS, CASE_STATES, CONSENTS, RIGHTS
from bot.notices.privacy_desk import KINDS
from bot.notices.subscribing import KIND_WORDS
from bot.notices.words import kind_name
from bot.services import explaining, people
from bot.services.context import Context
from bot.services.conversations import Caller
from storage import audit, cases, privacy_links, privacy_person, privacy_rights, subscriptions
from storage.keys import find_key
from storage.models import Attachment, Case, Consent, Constituent, LiveQuestion, Message, RightsRequest
from storage.states import AttachmentState

HOURS = 24
_TOKEN_BYTES = 32
_SHOWN = frozenset({"constituent", "representative", "officer", "question"})


@dataclass(frozen=True, slots=True)
class OwnFile:
    """An attachment of theirs: its number, what it is, the key by which its bytes are read."""

    id: int
    key_id: int
    name: str
    content_type: str


@dataclass(frozen=True, slots=True)
class OwnMessage:
    """One thing said in a matter, by whom in words anybody may see."""

    at: datetime
    author: str
    kind: str
    text: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnMatter:
    """One matter with everything said in it."""

    number: str
    state: str
    topic: str
    owner: str
    opened_at: datetime
    closed_at: datetime | None
    restricted: bool
    messages: tuple[OwnMessage, ...]


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """What they asked in a live session, and the answer."""

    at: datetime
    text: str
    answer: str


@dataclass(frozen=True, slots=True)
class OwnData:
    """Everything that is here of somebody."""

    nickname: str
    first_seen_at: datetime
    told_at: datetime | None
    made_at: datetime
    matters: tuple[OwnMatter, ...]
    questions: tuple[OwnQuestion, ...]
    subscriptions: tuple[str, ...]
    consents: tuple[tuple[str, str, datetime, datetime | None], ...]
    requests: tuple[tuple[int, str, str, datetime, datetime | None], ...]
    files: tuple[OwnFile, ...] = field(default=(), repr=False)


async def offer(context: Context, caller: Caller) -> Content:
    """The address, which replaces any before it."""
    if not (
        await privacy_rights.cases_of(context.session, caller.constituent.id)
        or await privacy_rights.questions_of(context.session, caller.constituent.id)
    ):
        return privacy.NothingKept().render()
    url, until = await issue(context, caller.constituent.id)
    _note(context, "own data offered", caller.constituent.id)
    return privacy.OwnCopy(url, until, context.zone).render()


async def issue(context: Context, constituent_id: int) -> tuple[str, datetime]:
    """The address of somebody's own data and until when it works; the one before it ends."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    until = context.now + timedelta(hours=HOURS)
    await privacy_links.issue(context.session, constituent_id, token, context.now, until)
    return f"{context.public_url}/my-data/{token}", until


async def is_open(context: Context, token: str) -> bool:
    """Whether the address would still give something; looking does not use it up."""
    link = await privacy_links.find(context.session, token)
    return link is not None and link.used_at is None and link.expires_at > context.now


async def fetch(context: Context, token: str) -> OwnData | None:
    """Use the address up and collect; None where it is used, over or nobody's."""
    constituent_id = await privacy_links.claim(context.session, token, context.now)
    if constituent_id is None:
        return None
    _note(context, "own data fetched", constituent_id)
    return await collect(context, await context.session.get_one(Constituent, constituent_id))


def _note(context: Context, act: str, constituent_id: int) -> None:
    audit.add_line(
        context.session, actor="constituent", act=act, subject=f"constituent {constituent_id}", at=context.now
    )


async def collect(context: Context, constituent: Constituent) -> OwnData:
    """All of it as it stands; what was erased is not here."""
    key = await find_key(context.session, context.vault, constituent.key_id)
    sealed = constituent.nickname_sealed
    own = await privacy_rights.cases_of(context.session, constituent.id)
    files: list[OwnFile] = []
    matters = [await _matter(context, case, files) for case in own if case.merged_into_id is None]
    questions = await privacy_rights.questions_of(context.session, constituent.id)
    return OwnData(
        nickname=key.open_text(sealed) if key and sealed else "",
        first_seen_at=constituent.first_seen_at,
        told_at=constituent.notified_at,
        made_at=context.now,
        matters=tuple(matters),
        questions=tuple([await _question(context, one) for one in questions]),
        subscriptions=await _subscriptions(context, constituent.id),
        consents=await _consents(context, constituent.id),
        requests=await _requests(context, constituent.id),
        files=tuple(files),
    )


def _hidden(context: Context, text: str) -> str:
    """Numbers and doors that may be a third party's; whose they are cannot be told apart."""
    return masking.hide(text, context.directory.phones)


async def _matter(context: Context, case: Case, files: list[OwnFile]) -> OwnMatter:
    key = await find_key(context.session, context.vault, case.key_id)
    messages = [
        one
        for one in await cases.messages_of(context.session, case.id)
        if one.author in _SHOWN and not one.recalled_at
    ]
    attached = await cases.attachments_of(context.session, messages)
    said = []
    for one in messages:
        mine = [_file(case, place) for place in attached if place.message_id == one.id and _is_here(place)]
        files += mine
        text = key.open_text(one.text_sealed) if key else ""
        said.append(
            OwnMessage(
                one.said_at,
                _author(context, one),
                kind_name(one.kind),
                _hidden(context, text),
                tuple(file.name for file in mine),
            )
        )
    return OwnMatter(
        case.number,
        CASE_STATES[case.state.value],
        explaining.topic_name(case.topic),
        people.owner_of(context, case).name,
        case.opened_at,
        case.closed_at,
        case.restricted,
        tuple(said),
    )


def _is_here(attachment: Attachment) -> bool:
    return attachment.state is AttachmentState.STORED


def _file(case: Case, one: Attachment) -> OwnFile:
    return OwnFile(one.id, one.key_id, f"{case.number}-{one.id}-{kind_name(one.kind)}", one.content_type)


def _author(context: Context, message: Message) -> str:
    """Themselves, a representative by name, staff by their part only."""
    if message.author == "representative":
        person = context.directory.representatives.get(message.representative_code or "")
        return f"{person.name}代表" if person else AUTHORS["representative"]
    return AUTHORS[message.author]


async def _question(context: Context, one: LiveQuestion) -> OwnQuestion:
    key = await find_key(context.session, context.vault, one.key_id)
    answer = key.open_text(one.answer_sealed) if key else ""
    text = key.open_text(one.text_sealed) if key and one.text_sealed else ""
    return OwnQuestion(one.asked_at, _hidden(context, text), _hidden(context, answer))


async def _subscriptions(context: Context, constituent_id: int) -> tuple[str, ...]:
    named = []
    for chat in await privacy_person.conversations_of(context.session, constituent_id):
        for one in await subscriptions.standing(context.session, chat.id):
            station = context.directory.stations.get(one.station_code)
            named.append(f"{station.name if station else one.station_code}的{KIND_WORDS[one.kind]}")
    return tuple(named)


async def _consents(
    context: Context, constituent_id: int
) -> tuple[tuple[str, str, datetime, datetime | None], ...]:
    rows = await context.session.scalars(
        select(Consent).where(Consent.constituent_id == constituent_id).order_by(Consent.id)
    )
    return tuple(
        (CONSENTS.get(one.purpose.partition(":")[0], one.purpose), one.version, one.given_at, one.ended_at)
        for one in rows
    )


async def _requests(
    context: Context, constituent_id: int
) -> tuple[tuple[int, str, str, datetime, datetime | None], ...]:
    rows: Sequence[RightsRequest] = (
        await context.session.scalars(
            select(RightsRequest).where(RightsRequest.constituent_id == constituent_id).order_by(RightsRequest.id)
        )
    ).all()
    return tuple(
        (one.id, KINDS.get(one.kind, one.kind), RIGHTS[one.state.value], one.received_at, one.decided_at)
        for one in rows
    )
