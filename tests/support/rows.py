"""Rows for tests that begin in the middle: a case with its conversation, things that came in, things to be said."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage import conversations, inbox, outbox
from storage.case_numbers import next_number
from storage.crypto import Vault
from storage.inbox import Arrival
from storage.keys import add_key
from storage.models import Case, OutboxRow, Representative
from storage.outbox import Channel, Purpose, Utterance
from storage.states import CaseState

MORNING = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)  # a Friday, 09:30 in Shanghai
VAULT = Vault(os.urandom(32))


def arrival(key: str, lane: str = "kf:wk1:wmA", source: str = "wk1", **changes: Any) -> Arrival:
    """Something that came in."""
    return Arrival(source, key, lane, b"sealed", changes.get("received_at", MORNING))


async def keep(session: AsyncSession, *arrivals: Arrival) -> int:
    """Put arrivals into the inbox."""
    return await inbox.add_all(session, arrivals)


def say(session: AsyncSession, lane: str = "app:zhang", **changes: Any) -> OutboxRow:
    """Write down something to be said to members."""
    usual: dict[str, Any] = {
        "channel": Channel.APP,
        "purpose": Purpose.REPLY,
        "lane": lane,
        "content_sealed": b"sealed",
        "recipients": ("zhang",),
    }
    now = changes.pop("now", MORNING)
    return outbox.add(session, Utterance(**{**usual, **changes}), now)


async def open_case(session: AsyncSession, who: str = "wmResident", district: str = "JH", **changes: Any) -> Case:
    """A case with its constituent, conversation and key; no message."""
    constituent, conversation = await conversations.find_or_add(
        session, VAULT, external_userid=who, open_kfid="wk1", nickname="王女士", now=MORNING
    )
    key_id, key = await add_key(session, VAULT)
    usual: dict[str, Any] = {
        "number": changes.get("number") or await next_number(session, district, 2026),
        "conversation_id": conversation.id,
        "constituent_id": constituent.id,
        "key_id": key_id,
        "state": CaseState.ASSIGNED,
        "round": 1,
        "kind": "case",
        "topic": None,
        "urgency": "normal",
        "reasons_sealed": key.seal(b"[]"),
        "opened_at": MORNING,
        "due_at": MORNING + timedelta(hours=24),
        "clock_step": "representative",
        "clock_from": MORNING,
        "clock_hours": 24,
        "clock_due_at": MORNING + timedelta(hours=24),
    }
    case = Case(**{**usual, **changes})
    session.add(case)
    await session.flush()
    return case


def representative(code: str = "R1", **changes: Any) -> Representative:
    """A representative without a station."""
    usual: dict[str, Any] = {
        "name": "张伟",
        "level": "district",
        "unit": "",
        "post": "",
        "specialities": [],
        "station_code": None,
        "userid": None,
        "phone": "",
        "grid_codes": [],
        "public_fields": [],
    }
    return Representative(code=code, **{**usual, **changes})
