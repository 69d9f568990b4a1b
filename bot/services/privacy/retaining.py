"""Keeping no longer than the rules say: some rows a commit, every night, told in the morning; a dry run first.

The mark of the job says how far this night is, so that a restart goes on there.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from bot.notices.privacy_desk import Retained
from bot.services import clocks, clustering, speaking
from bot.services.context import Context
from bot.services.privacy import erasing
from config.retention import HOUSE, KINDS, PROGRAM, Kept
from storage import erasing as stored
from storage import job_marks, privacy_person, retention
from storage.models import Attachment, Case, Constituent, LiveQuestion, Reception
from storage.outbox import Purpose
from storage.retention import Found
from storage.states import CaseState

log = logging.getLogger(__name__)
MARK = "retention"
BATCH = 50
_NIGHTLY = time(2, 30)  # local
_ACTS = tuple(kind for kind in KINDS if kind.by == PROGRAM)


@dataclass(frozen=True, slots=True)
class Due:
    """Of a kind: how many have been kept long enough, and from when on is kept; None where the house has it."""

    kind: Kept
    days: int
    before: datetime
    count: int | None


def days_of(context: Context, kind: Kept) -> int:
    """By the rule as it stands, never below the least."""
    return max(int(getattr(context.rules, kind.rule)), kind.least_days)


def _before(context: Context, kind: Kept) -> datetime:
    return context.now - timedelta(days=days_of(context, kind))


async def preview(context: Context) -> list[Due]:
    """What would go now; nothing does."""
    found = []
    for kind in KINDS:
        before = _before(context, kind)
        count = None if kind.by == HOUSE else await retention.count(context.session, kind.name, before)
        found.append(Due(kind, days_of(context, kind), before, count))
    return found


async def keep_to_rules(context: Context) -> int:
    """Go on with this night, or begin it; tell in the morning; returns how much was done."""
    mark = await job_marks.claim(context.session, MARK, context.now)
    today = context.calendar.today(context.now)
    if mark.period != today.isoformat() and context.local_now.time() >= _NIGHTLY:
        job_marks.put(mark, today.isoformat(), context.now, {"kind": 0, "done": {}})
    facts: dict[str, Any] = dict(mark.facts)
    if facts.get("kind") is not None:
        mark.facts = await _go_on(context, facts)
        return 1
    if not facts.get("done") or context.calendar.awake(context.now) != context.now:
        return 0
    told = Retained(tuple((name, count) for name, count in facts["done"].items())).render()
    await speaking.notify_members(context, context.directory.centre_staff(), Purpose.NOTICE, told)
    mark.facts = {"kind": None, "done": {}}
    return 1


async def _go_on(context: Context, facts: dict[str, Any]) -> dict[str, Any]:
    kind = _ACTS[facts["kind"]]
    found = await act(context, kind, facts.get("after"))
    count = len(found.ids)
    done = {**facts["done"], kind.name: facts["done"].get(kind.name, 0) + count} if count else facts["done"]
    if found.reached is not None:
        return {"kind": facts["kind"], "after": found.reached, "done": done}
    if facts["kind"] + 1 < len(_ACTS):
        return {"kind": facts["kind"] + 1, "done": done}
    log.info("kept to the rules", extra={"gone": done})
    return {"kind": None, "done": done}


async def act(context: Context, kind: Kept, after: Any = None) -> Found:
    """What is over of a kind among the next rows behind a number goes; how far that went."""
    found = await retention.find(context.session, kind.name, _before(context, kind), BATCH, after)
    if found.ids:
        await _WAYS.get(kind.name, _forget_rows)(context, kind, found.ids)
    return found


async def _forget_rows(context: Context, kind: Kept, ids: Sequence[Any]) -> None:
    await retention.forget_rows(context.session, kind.name, ids)


async def _erase_cases(context: Context, _kind: Kept, ids: Sequence[Any]) -> None:
    cases = (await context.session.scalars(select(Case).where(Case.id.in_(ids)).order_by(Case.id))).all()
    keys: list[int] = []
    for case in cases:
        if case.state is CaseState.ANSWERED:
            case.move(CaseState.CLOSED, context.now)
            clocks.clear(case)
        await clustering.forget(context, case.id)
        keys += await stored.keys_of_case(context.session, case)
    await context.session.flush()
    await erasing.write_down(context, stored.RETENTION, await erasing.destroy(context, keys))


async def _erase_questions(context: Context, _kind: Kept, ids: Sequence[Any]) -> None:
    keys = await context.session.scalars(select(LiveQuestion.key_id).where(LiveQuestion.id.in_(ids)))
    await erasing.write_down(context, stored.RETENTION, await erasing.destroy(context, keys.all()))


async def _erase_receptions(context: Context, _kind: Kept, ids: Sequence[Any]) -> None:
    """The note of the desk; the entry of the duty record made of it is kept by the rules of the archive."""
    keys = await context.session.scalars(select(Reception.key_id).where(Reception.id.in_(ids)))
    proof = await erasing.destroy(context, [one for one in keys if one is not None])
    await erasing.write_down(context, stored.RETENTION, proof)


async def _erase_media(context: Context, _kind: Kept, ids: Sequence[Any]) -> None:
    gone = await stored.forget_attachments(context.session, Attachment.id.in_(ids))
    await erasing.write_down(context, stored.RETENTION, stored.Proof((), (), tuple(gone)))


async def _forget_people(context: Context, _kind: Kept, ids: Sequence[Any]) -> None:
    people = await context.session.scalars(
        select(Constituent).where(Constituent.id.in_(ids)).order_by(Constituent.id)
    )
    for constituent in people.all():
        chats = await privacy_person.conversations_of(context.session, constituent.id)
        if not chats:
            constituent.external_userid = f"{privacy_person.NOBODY}:{constituent.id}"
            continue
        before = max((chat.last_message_at for chat in chats if chat.last_message_at), default=context.now)
        await erasing.erase_person(
            context, constituent, (), conversation_id=chats[0].id, text="", written_before=before
        )


_WAYS: Mapping[str, Any] = MappingProxyType(
    {
        "words": _erase_cases,
        "petition_words": _erase_cases,
        "questions": _erase_questions,
        "receptions": _erase_receptions,
        "media": _erase_media,
        "people": _forget_people,
    }
)
