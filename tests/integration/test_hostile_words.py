"""Hostile words in every column that holds words: no page, calendar, table or log line does what they say."""

import itertools
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy
from sqlalchemy import Enum, LargeBinary, String, Table, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.pages.examples import asks_of, make_keys
from benchmarks.pages.filling import Size, fill
from bot.services import visiting
from config.logs import JsonLines
from storage.crypto import ContentKey, Vault
from storage.files import AttachmentFiles
from storage.keys import get_key
from storage.models import Base, Case
from storage.rules import note_roster_change
from tests.support import hostile
from tests.support.hostile import HOSTILE, JSON, LISTS, PLACES, PLAIN, SEALED
from tests.support.town import Town, open_town
from tests.support.visits import BY_ROLE, hire, open_site

# Columns that hold no words of anybody, or words that nobody is shown as they are.
NOT_WORDS = frozenset(
    {
        *("contact_links.url", "content_keys.wrapped", "data_keys.marking_sealed", "inbox.body_sealed"),
        *("inbox.reason", "job_marks.facts", "member_links.facts", "score_rule_sets.body", "tuned_rules.value"),
        *(
            "work_orders.reply_ids",
            "two_person_acts.facts",
            "activity_days.rule",
            "activity_rules.rule",
            "grids.polygon",
        ),
        *("live_sessions.hosts", "live_sessions.join_url", "representatives.grid_codes"),
        *("representatives.public_fields", "attendances.reason", "conversations.held_sealed"),
        *("calendar_addresses.token_sealed", "file_addresses.token_sealed", "status_links.token_sealed"),
        *("cases.accused", "cases.named_staff", "cases.refused_representatives", "cases.refused_stations"),
        *("cases.reasons_sealed", "case_signatures.sealed", "erasures.keys", "erasures.messages"),
        *("erasures.attachments", "erasures.told_sealed", "duty_entries.evidence", "member_desks.held_sealed"),
        *("member_desks.shown", "member_desks.filing_title_sealed", "attachments.reason", "outbox.recipients"),
        *("outbox.content_sealed", "outbox.reason", "duty_drafts.draft_sealed", "file_gaps.reason_sealed"),
        *("file_documents.reason_sealed", "score_appeals.words_sealed", "score_appeals.answer_sealed"),
        *("duty_reports.place_sealed", "duty_reports.draft_sealed", "duty_reports.own_sealed"),
        *("duty_stamps.note_sealed", "liaison_links.voter_sealed"),
    }
)
SIZE = Size(40, 10, 40, 0.002)


def columns() -> Iterator[str]:
    """Every column in which words could be."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            kind = column.type
            words = isinstance(kind, String) and kind.length is None and not isinstance(kind, Enum)
            if words or isinstance(kind, LargeBinary | sqlalchemy.JSON):
                yield f"{table.name}.{column.name}"


def test_every_column_with_words_is_tried() -> None:
    assert set(columns()) - PLACES - NOT_WORDS == set(), "new columns: into PLACES, or into NOT_WORDS"
    assert set(columns()) >= PLACES | NOT_WORDS


async def poison(town: Town) -> int:
    """Another string of the table in each row of each place, where it fits; returns how many cells."""
    words, count = itertools.cycle(HOSTILE.values()), 0
    async with town.bot.database.begin() as session:
        for table in Base.metadata.sorted_tables:
            names = [one.partition(".")[2] for one in PLACES if one.partition(".")[0] == table.name]
            count += await _poison(session, town.bot.office.vault, table, sorted(names), words) if names else 0
        await note_roster_change(session, town.clock.now(), "test")
    return count


async def _poison(session: AsyncSession, vault: Vault, table: Table, names: list[str], words: Iterator[str]) -> int:
    count, keys = 0, list(table.primary_key.columns)
    of_case = {one.id: one.key_id for one in await session.execute(select(Case.id, Case.key_id))}
    for row in (await session.execute(select(table))).mappings().all():
        values: dict[str, Any] = {}
        for name in names:
            place, said = f"{table.name}.{name}", next(words)
            if place in PLAIN:
                values[name] = said
            elif place in LISTS:
                values[name] = [said, next(words)]
            elif row[name] is not None or place == "attachments.name_sealed":
                key = await get_key(session, vault, row["key_id"] if "key_id" in row else of_case[row["case_id"]])
                values[name] = _sealed(key, place, row[name], said)
        count += len(values)
        if values:
            await session.execute(update(table).where(*(key == row[key.name] for key in keys)).values(values))
    return count


def _sealed(key: ContentKey, place: str, before: bytes | None, said: str) -> bytes:
    if place in SEALED:
        return key.seal_text(said)
    kept = json.loads(key.open(before or b""))
    return key.seal(json.dumps({**kept, **dict.fromkeys(JSON[place], said)}).encode())


async def harm_of(http: aiohttp.ClientSession, url: str, *, may_be_packed: bool) -> list[str]:
    """What an answer would do that it should not."""
    async with http.get(url, allow_redirects=False) as answer:
        body, kind = await answer.read(), answer.content_type
        is_packed = "Content-Encoding" in answer.headers
        found = hostile.harm_in_headers(dict(answer.headers))
        if answer.status >= 500:
            found.append(f"status {answer.status}")
    if is_packed and not may_be_packed:
        found.append("secrets are compressed beside words that others chose")
    if kind == "text/html" and may_be_packed and not is_packed and answer.status == 200:
        found.append("a public page is not compressed")
    text = body.decode("utf-8", "replace")
    if kind == "text/html":
        found += hostile.harm_in_page(text)
    elif kind == "text/csv":
        found += hostile.harm_in_csv(text)
    elif kind == "text/calendar":
        found += hostile.harm_in_calendar(text)
    elif kind == "text/plain" and ("\u202e" in text or "x-hostile" in text):
        found.append("words in a plain answer")
    return found


async def test_no_page_does_what_hostile_words_say(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town, open_site(town) as (_, address):
        await hire(town)
        await fill(town.bot.office, SIZE, AttachmentFiles(town.bot.settings.data_folder))
        async with town.bot.database.begin() as session:
            keys = await make_keys(await town.bot.office.open(session), BY_ROLE)
        assert await poison(town) > 5 * len(HOSTILE)
        harm: dict[str, list[str]] = {}
        for role in ("", *BY_ROLE):
            async with aiohttp.ClientSession() as http:
                if role:
                    async with town.bot.database.begin() as session:
                        token = await visiting.admit(await town.bot.office.open(session), BY_ROLE[role])
                    http.headers["Cookie"] = f"lianxin={token}"
                for ask in asks_of(keys, role):
                    is_public = not role and "{token}" not in ask.path
                    if found := await harm_of(http, address + ask.address, may_be_packed=is_public):
                        harm[f"{role} {ask.path}"] = found[:3]
        harm.pop(" /readyz", None)  # 503: no loop runs here
        assert harm == {}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_line_of_the_log_stays_one_line(name: str) -> None:
    record = logging.LogRecord("bot", logging.INFO, "x.py", 1, "fixed sentence", (), None)
    record.subject = HOSTILE[name]
    line = JsonLines().format(record)
    assert "\n" not in line
    assert "\r" not in line
    assert json.loads(line)["subject"] == HOSTILE[name]
