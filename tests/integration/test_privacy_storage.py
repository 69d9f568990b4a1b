"""Erasing, the chain of erasures, the list outside, requests, consents and addresses, on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from storage import erasing, privacy_consents, privacy_links, privacy_list, privacy_person, retention
from storage.case_numbers import next_number
from storage.database import Database
from storage.keys import KeyDestroyed, add_key, get_key
from storage.models import Case, Constituent, Erasure, Message, OutboxRow
from storage.outbox import Channel
from storage.privacy_list import BadList
from storage.states import CaseState, OutboxState
from tests.support.rows import MORNING, VAULT, open_case, say

LATER = MORNING + timedelta(days=1)


async def write_case(database: Database, who: str = "wmResident") -> int:
    """A case with one message; returns its number."""
    async with database.begin() as session:
        case = await open_case(session, who)
        key = await get_key(session, VAULT, case.key_id)
        session.add(
            Message(
                case_id=case.id,
                author="constituent",
                kind="text",
                text_sealed=key.seal_text("秘密"),
                platform_id=f"msg-{who}-{case.id}",
                said_at=MORNING,
            )
        )
        say(session, f"kf:wk1:{who}", channel=Channel.KF, conversation_id=case.conversation_id, case_id=case.id)
        await session.flush()
        row = (await session.scalars(select(OutboxRow).where(OutboxRow.case_id == case.id))).one()
        row.key_id = case.key_id
        return case.id


async def erase(database: Database, case_id: int, what: str = erasing.CASE) -> Erasure:
    async with database.begin() as session:
        case = await session.get_one(Case, case_id)
        keys = await erasing.keys_of_case(session, case)
        proof = await erasing.destroy(session, VAULT, keys, LATER)
        return await erasing.write_down(session, what, proof, LATER)


async def violations(database: Database) -> list[str]:
    async with database.read() as session:
        return [f"{one.where} {one.what}" async for one in erasing.find_violations(session)]


async def test_a_destroyed_key_empties_what_was_sealed_with_it_and_nothing_else(database: Database) -> None:
    mine, other = await write_case(database), await write_case(database, "wmOther")
    row = await erase(database, mine)
    assert len(row.keys) == 1
    async with database.begin() as session:
        case, kept = await session.get_one(Case, mine), await session.get_one(Case, other)
        with pytest.raises(KeyDestroyed):
            await get_key(session, VAULT, case.key_id)
        assert (case.erased_at, case.reasons_sealed) == (LATER, b"")
        assert kept.erased_at is None
        words = {one.case_id: one.text_sealed for one in await session.scalars(select(Message))}
        assert words[mine] is None
        assert words[other] is not None
        said = {one.case_id: (one.state, one.content_sealed) for one in await session.scalars(select(OutboxRow))}
        assert said[mine] == (OutboxState.DROPPED, b"")
        assert said[other][0] is OutboxState.WAITING
    assert await database.scrub()
    assert await violations(database) == []


async def test_a_second_time_finds_nothing_left_to_destroy(database: Database) -> None:
    case_id = await write_case(database)
    first, second = await erase(database, case_id), await erase(database, case_id)
    assert (len(first.keys), second.keys) == (1, [])
    assert second.previous == first.digest


async def test_a_row_that_is_changed_or_gone_is_told(database: Database) -> None:
    first = await erase(database, await write_case(database))
    second = await erase(database, await write_case(database, "wmOther"))
    async with database.begin() as session:
        (await session.get_one(Erasure, second.id)).what = erasing.RETENTION
    assert await violations(database) == [f"erasure {second.id} was changed after it was written"]
    async with database.begin() as session:
        await session.delete(await session.get_one(Erasure, first.id))
    assert f"erasure {second.id} the one before it is missing" in await violations(database)


async def test_a_key_that_is_back_is_told(database: Database) -> None:
    case_id = await write_case(database)
    await erase(database, case_id)
    async with database.begin() as session:
        case = await session.get_one(Case, case_id)
        case.key_id, _ = await add_key(session, VAULT)
        assert await next_number(session, "JH", 2026)
    assert await violations(database) == [f"case {case.number} is said to be erased and its key is here"]


async def test_the_list_reads_as_it_was_written_and_knows_a_key_by_its_print(
    database: Database, tmp_path: Path
) -> None:
    path = privacy_list.path_in(tmp_path)
    case_id, other = await write_case(database), await write_case(database, "wmOther")
    async with database.read() as session:
        key_id = (await session.get_one(Case, case_id)).key_id
        strangers = (await session.get_one(Case, other)).key_id
    row = await erase(database, case_id)
    async with database.read() as session:
        kept = list(await session.scalars(select(Erasure)))
    privacy_list.add(path, kept)
    privacy_list.add(path, kept)
    (read,) = privacy_list.read(path)
    assert (read.digest, erasing.digest_of_erasure(read)) == (row.digest, row.digest)
    assert "秘密" not in path.read_text()
    async with database.begin() as session:
        ((_, known),) = read.keys
        assert await erasing.find_matching(session, VAULT, [(key_id, known)]) == []
        assert await erasing.find_matching(session, VAULT, [(strangers, known)]) == []


def test_a_line_that_was_cut_off_is_left_out_and_one_that_was_changed_is_told(tmp_path: Path) -> None:
    path = privacy_list.path_in(tmp_path)
    row = Erasure(at=MORNING, what="case", keys=[], messages=[], attachments=[], previous="0", digest="d1")
    privacy_list.add(path, [row])
    with path.open("ab") as file:
        file.write(b'{"at":"2026-11')
    row.digest = "d2"
    privacy_list.add(path, [row])
    assert [one.digest for one in privacy_list.read(path)] == ["d1", "d2"]
    with path.open("ab") as file:
        file.write(b'{"at": 7}\n')
    with pytest.raises(BadList, match="line 4"):
        privacy_list.read(path)


async def test_whom_nothing_leads_to_any_more_is_a_number(database: Database) -> None:
    case_id = await write_case(database)
    await erase(database, case_id)
    async with database.begin() as session:
        constituent = (await session.scalars(select(Constituent))).one()
        lanes = await privacy_person.forget(session, constituent, LATER)
        assert lanes == ["kf:wk1:wmResident"]
        assert await privacy_person.forget_traces(session, 1, lanes)
    async with database.read() as session:
        row = (await session.scalars(select(OutboxRow))).one()
        assert (row.recipients, row.lane) == ([], "erased:1")
        assert "wmResident" not in (await session.scalars(select(Constituent.external_userid))).one()


async def test_an_address_is_claimed_once_and_only_in_time(database: Database) -> None:
    await write_case(database)
    async with database.begin() as session:
        await privacy_links.issue(session, 1, "token", MORNING, LATER)
    async with database.begin() as session:
        assert await privacy_links.claim(session, "other", MORNING) is None
        assert await privacy_links.claim(session, "token", LATER) is None
        assert await privacy_links.claim(session, "token", MORNING) == 1
        assert await privacy_links.claim(session, "token", MORNING) is None


async def test_a_consent_stands_until_it_is_taken_back_or_worded_anew(database: Database) -> None:
    await write_case(database)
    async with database.begin() as session:
        await privacy_consents.give(session, 1, "quote:1", "a", MORNING)
        first = await privacy_consents.find(session, 1, "quote:1")
        await privacy_consents.give(session, 1, "quote:1", "a", LATER)
        assert first is not None
        assert await privacy_consents.standing(session, 1) == [first]
        await privacy_consents.give(session, 1, "quote:1", "b", LATER)
        (second,) = await privacy_consents.standing(session, 1)
        assert (first.version, first.ended_at, second.version, second.ended_at) == ("a", LATER, "b", None)
        assert await privacy_consents.end(session, 1, "quote:1", LATER)
        assert not await privacy_consents.end(session, 1, "quote:1", LATER)


@pytest.mark.parametrize("kind", retention.OVER)
async def test_what_is_over_is_counted_and_found_alike(database: Database, kind: str) -> None:
    case_id = await write_case(database)
    async with database.begin() as session:
        case = await session.get_one(Case, case_id)
        case.state, case.closed_at = CaseState.CLOSED, MORNING
    for before in (MORNING, MORNING + timedelta(days=900)):
        async with database.read() as session:
            found = (await retention.find(session, kind, before, 10)).ids
            assert await retention.count(session, kind, before) == len(found)
            assert len(found) == (1 if kind == "words" and before > MORNING else 0)
