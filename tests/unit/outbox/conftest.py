"""Stages for the stories of the outbox."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.clock import ManualClock
from bot.outbox.media import MediaShelf
from bot.outbox.sender import Sender
from bot.simulator.account import DEMO_ACCOUNT
from bot.simulator.world import Simulator
from bot.wecom.client import WeComClient
from storage.database import Database
from storage.files import AttachmentFiles
from storage.keys import add_key
from storage.models import Attachment, Message
from storage.states import AttachmentState
from tests.support.rows import VAULT as ROWS_VAULT
from tests.support.rows import open_case
from tests.unit.outbox.stage import START, PumpStage, make_pump_stage, open_platform


@pytest.fixture
def stage(sqlite: Database) -> PumpStage:
    return make_pump_stage(sqlite)


@dataclass
class Platform:
    """A sender with its shelf, talking to the simulator."""

    sim: Simulator
    client: WeComClient
    clock: ManualClock
    sender: Sender
    shelf: MediaShelf
    database: Database
    files: AttachmentFiles

    async def keep(self, kind: str, content: bytes, state: AttachmentState = AttachmentState.STORED) -> int:
        """An attachment with its bytes."""
        async with self.database.begin() as session:
            case = await open_case(session, f"wm{kind}{state}")
            message = Message(case_id=case.id, author="constituent", kind=kind, said_at=START)
            session.add(message)
            await session.flush()
            key_id, key = await add_key(session, ROWS_VAULT)
            attachment = Attachment(
                message_id=message.id,
                key_id=key_id,
                kind=kind,
                media_id="m",
                state=state,
                due_at=START,
                size=len(content),
            )
            session.add(attachment)
            await session.flush()
        if state is AttachmentState.STORED:
            self.files.write(attachment.id, key, content)
        return attachment.id

    def another_shelf(self) -> MediaShelf:
        """As another process has it, or this one after a restart."""
        return MediaShelf(self.client, self.database, ROWS_VAULT, self.files, self.clock)

    def calls(self, api: str) -> int:
        """How often WeCom was called, refusals included."""
        return sum(count for (called, _), count in self.sim.world.trace.calls.items() if called == api)


@pytest.fixture
async def platform(sqlite: Database, tmp_path: Path) -> AsyncIterator[Platform]:
    files = AttachmentFiles(tmp_path)
    async with open_platform() as (sim, client, clock):
        shelf = MediaShelf(client, sqlite, ROWS_VAULT, files, clock)
        yield Platform(sim, client, clock, Sender(client, shelf, DEMO_ACCOUNT.agent_id), shelf, sqlite, files)
