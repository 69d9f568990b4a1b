"""People who scanned a representative's code some time ago, and what they write now."""

import asyncio
import base64
import random
import re
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

from sqlalchemy import Table, insert

from benchmarks.people import Member, petitions, read_members
from benchmarks.stage import DATA_KEY, BotProcess, bot_environment, free_port, import_district
from benchmarks.theatre import Theatre, open_theatre
from bot.clock import SystemClock
from bot.simulator.account import DEMO_ACCOUNT
from storage import accounts
from storage.crypto import Vault
from storage.database import Database
from storage.keys import add_keys
from storage.models import Constituent, Conversation

MARK = "⟦{number}⟧"
_MARKED = re.compile(r"⟦(\d+)⟧")
SETTLE_SECONDS = 1.0
LONGEST = 600  # characters: what fits into WeChat's 2,048 bytes


@dataclass(frozen=True, slots=True)
class Cast:
    """Ids and names of all who take part."""

    members: list[tuple[str, str]]
    people: list[tuple[str, str]]

    async def enter(self, theatre: Theatre) -> None:
        """Make them known to a simulator."""
        await theatre.cast(self.members, self.people)


async def prepare(bot: BotProcess, people: int) -> Cast:
    """The sample district and the crowd, in the bot's database; the bot does not run yet."""
    await import_district(bot)
    representatives, staff = read_members(bot.folder / "district")
    await settle(bot, representatives, people)
    return Cast(
        [(one.userid, one.name) for one in [*representatives, *staff]],
        [(name_of(number), f"群众{number}") for number in range(people)],
    )


def lines(messages: int, people: int) -> tuple[list[tuple[str, str]], str]:
    """Who says what, everyone about as often, in an order of chance; and where the words are from."""
    texts, source = petitions(min(messages, 5000))
    who = [name_of(number % people) for number in range(messages)]
    random.Random(9).shuffle(who)
    said = [f"{MARK.format(number=number)}{texts[number % len(texts)]}"[:LONGEST] for number in range(messages)]
    return list(zip(who, said, strict=True)), source


def name_of(number: int) -> str:
    """The external_userid of one of the crowd."""
    return f"wmCrowd{number:06d}"


async def settle(bot: BotProcess, representatives: Sequence[Member], count: int, seed: int = 3) -> None:
    """So many people with a conversation each that leads to some representative."""
    database = Database(bot.environment["LIANXIN_DATABASE_URL"])
    vault = Vault(base64.b64decode(DATA_KEY))
    now = SystemClock().now()
    draw = random.Random(seed)
    try:
        async with database.begin() as session:
            await accounts.add_account(session, DEMO_ACCOUNT.open_kfid, "代表联络站", now - timedelta(days=1))
            keys = await add_keys(session, vault, count)
            people = [
                {
                    "id": number + 1,
                    "external_userid": name_of(number),
                    "key_id": key_id,
                    "nickname_sealed": key.seal_text(f"群众{number}"),
                    "first_seen_at": now,
                }
                for number, (key_id, key) in enumerate(keys)
            ]
            chats = [
                {
                    "id": number + 1,
                    "constituent_id": number + 1,
                    "open_kfid": DEMO_ACCOUNT.open_kfid,
                    "scene": "rep",
                    "scene_param": draw.choice(representatives).code,
                    "greeted_at": now,
                }
                for number in range(count)
            ]
            await session.execute(insert(cast("Table", Constituent.__table__)), people)
            await session.execute(insert(cast("Table", Conversation.__table__)), chats)
    finally:
        await database.close()


@asynccontextmanager
async def scene(folder: Path, people: int, **settings: str) -> AsyncIterator[tuple[Theatre, BotProcess]]:
    """Simulator and crowd, and a bot that is ready; both end with it."""
    port = free_port()
    async with open_theatre(folder, port) as theatre:
        bot = BotProcess(folder, port, bot_environment(folder, theatre.api, **settings))
        cast = await prepare(bot, people)
        await cast.enter(theatre)
        try:
            await bot.start()
            await asyncio.sleep(SETTLE_SECONDS)
            yield theatre, bot
        finally:
            bot.kill(signal.SIGTERM)


def marks(text: str) -> list[int]:
    """The numbers of the messages that are quoted in a text, as `lines` made them."""
    return [int(found) for found in _MARKED.findall(text)]
