"""Entries in words: opened with their key, for those who may see them."""

from collections.abc import Mapping
from typing import Any

import orjson

from bot.notices.duty import DutyFacts
from bot.services.context import Context
from bot.services.duty import kinds
from storage.keys import find_key
from storage.models import DutyEntry


async def details_of(context: Context, entry: DutyEntry) -> tuple[str, Mapping[str, Any]]:
    """The summary and the details of an entry; empty where they were erased."""
    key = await find_key(context.session, context.vault, entry.key_id)
    if key is None:
        return "", {}
    details = orjson.loads(key.open(entry.details_sealed)) if entry.details_sealed else {}
    return key.open_text(entry.summary_sealed), details


async def facts_of(context: Context, entry: DutyEntry) -> DutyFacts:
    """An entry as notices show it."""
    summary, details = await details_of(context, entry)
    return DutyFacts(
        entry.id,
        entry.occurred_on,
        kinds.name_of(context, entry.kind),
        str(details.get("place", "")),
        entry.people,
        summary,
        tuple(details.get("matters", ())),
        len(entry.evidence or ()),
        lane=entry.lane if entry.released_at is None else "",
        corrects=entry.corrects_id,
    )
