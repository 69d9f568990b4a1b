"""While somebody's message is handled nothing is taken from their budget; the pump passes them over and goes on."""

import asyncio
from datetime import timedelta

import pytest

from bot.notices.content import Text, dump
from storage import batch_reading, conversations
from storage.database import Database
from storage.models import Constituent, Conversation
from storage.outbox import Channel
from storage.sending import claim_conversations
from tests.support.rows import VAULT as CASES_VAULT
from tests.support.rows import open_case, say
from tests.unit.outbox.stage import START, VAULT, PumpStage, make_pump_stage


async def chat_with(stage: PumpStage, who: str, words: str) -> int:
    """Something to be said to them; the number of their conversation."""
    async with stage.database.begin() as session:
        case = await open_case(session, who)
        chat = await session.get_one(Conversation, case.conversation_id)
        chat.window_until, chat.budget_left = START + timedelta(hours=48), 5
        sealed = VAULT.seal(dump(Text(words)))
        say(
            session,
            f"kf:wk1:{who}",
            channel=Channel.KF,
            conversation_id=chat.id,
            recipients=(who,),
            content_sealed=sealed,
            now=START,
        )
        return chat.id


async def test_who_is_just_listened_to_hears_it_afterwards_and_nobody_else_waits(on_postgresql: Database) -> None:
    stage = make_pump_stage(on_postgresql)
    busy = await chat_with(stage, "wmA", "给甲")
    await chat_with(stage, "wmB", "给乙")
    async with on_postgresql.begin() as session:
        assert list(await claim_conversations(session, [busy])) == [busy]
        async with asyncio.timeout(5):
            await stage.pump.send_pending()
        assert stage.sender.said == ["给乙"]
    await stage.pump.send_pending()
    assert stage.sender.said == ["给乙", "给甲"]


async def test_a_representative_may_write_to_somebody_who_is_just_listened_to(on_postgresql: Database) -> None:
    stage = make_pump_stage(on_postgresql)
    busy = await chat_with(stage, "wmA", "一")
    async with on_postgresql.begin() as session, on_postgresql.begin() as other:
        await claim_conversations(session, [busy])
        say(other, "kf:wk1:wmA", channel=Channel.KF, conversation_id=busy, now=START)
        async with asyncio.timeout(5):
            await other.flush()


@pytest.mark.parametrize("beside", [("wmB",), ()])
async def test_whoever_was_greeted_and_writes_is_noted_by_both_one_after_the_other(
    on_postgresql: Database, beside: tuple[str, ...]
) -> None:
    """The pump writes down that a greeting told them of the notice, while their first message is handled."""
    async with on_postgresql.begin() as session:
        for who in ("wmA", "wmB"):
            await open_case(session, who)

    async def note_greeted() -> None:
        async with on_postgresql.begin() as session:
            (await session.get_one(Constituent, 1)).notified_at = START
            (await session.get_one(Conversation, 1)).greeted_at = START

    async with on_postgresql.begin() as session:
        await batch_reading.read(session, [("wk1", who) for who in ("wmA", *beside)], START)
        constituent, conversation = await conversations.find_or_add(
            session, CASES_VAULT, external_userid="wmA", open_kfid="wk1", nickname="", now=START
        )
        conversation.last_message_at = START
        await session.flush()
        noting = asyncio.create_task(note_greeted())
        await asyncio.sleep(0.3)
        constituent.last_grid_code = "G1"
        await session.flush()
    await noting
