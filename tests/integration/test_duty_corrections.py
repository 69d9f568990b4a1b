"""Whatever is written, corrected, withdrawn and said, in any order: nothing is overwritten, and it verifies."""

import asyncio
import os
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import duty, duty_reading, ledger, ledger_proof
from storage.crypto import Vault
from storage.database import Database
from storage.keys import add_key
from storage.models import ContentKeyRow, DutyEntry
from tests.integration.test_ledger_tampering import TODAY, visit
from tests.integration.test_verification import MORNING
from tests.support.schema import migrated_file
from tests.support.town import settle_in

VAULT = Vault(os.urandom(32))
SAID = sorted(ledger.SAID)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, 50)),
        st.tuples(st.just("correct"), st.integers(0, 50)),
        st.tuples(st.just("withdraw"), st.integers(0, 50)),
        st.tuples(st.just("say"), st.integers(0, 50)),
        st.tuples(st.just("erase"), st.integers(0, 50)),
    ),
    min_size=1,
    max_size=14,
)


@dataclass(slots=True)
class Model:
    """What should stand: for each line of corrections its people, or None where it was withdrawn."""

    standing: dict[int, int | None] = field(default_factory=dict)
    written: dict[int, tuple[object, ...]] = field(default_factory=dict)


def facts(entry: DutyEntry) -> tuple[object, ...]:
    """Everything of an entry that must never change."""
    return tuple(
        getattr(entry, column.key) for column in DutyEntry.__table__.columns if column.key not in ledger.STAMPED
    )


async def take(session: AsyncSession, model: Model, step: tuple[str, int], minute: int) -> None:
    what, number = step
    at = MORNING + timedelta(minutes=minute)
    newest = sorted(await session.scalars(select(DutyEntry).where(duty_reading.STANDING)), key=lambda one: one.id)
    old = newest[number % len(newest)] if newest else None
    key_id, key = await add_key(session, VAULT)
    if what == "write" or old is None:
        entry = await duty.write(session, "JH", visit(people=number, recorded_at=at), key_id, key)
        model.standing[entry.id] = number
    elif what in ("correct", "withdraw"):
        root = old.root_id or old.id
        withdrawn = what == "withdraw"
        new = visit(people=number, recorded_at=at, root_id=root, corrects_id=old.id, withdrawn=withdrawn)
        entry = await duty.correct(session, old, new, key_id, key)
        model.standing[root] = None if withdrawn else number
    elif what == "say":
        await duty.say_of(session, old, SAID[number % len(SAID)], by="x", at=at)
        return
    else:
        content = await session.get_one(ContentKeyRow, old.key_id)
        content.wrapped, content.destroyed_at = None, at
        return
    model.written[entry.id] = facts(entry)


async def check(session: AsyncSession, model: Model) -> None:
    assert [one async for one in ledger_proof.find_violations(session)] == []
    entries = (await session.scalars(select(DutyEntry).order_by(DutyEntry.id))).all()
    assert {entry.id: facts(entry) for entry in entries} == model.written, "what was written stays as it was"
    standing = {entry.root_id or entry.id: entry.people for entry in entries if entry.is_standing}
    assert standing == {root: people for root, people in model.standing.items() if people is not None}
    counted = await duty_reading.count_kinds(session, "R1", TODAY, TODAY)
    assert sum(one.people for one in counted) == sum(filter(None, model.standing.values()))


async def live(chosen: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lianxin.db"
        shutil.copyfile(migrated_file(), path)
        database = Database(f"sqlite+aiosqlite:///{path}")
        await settle_in(database)
        model = Model()
        for minute, step in enumerate(chosen):
            async with database.begin() as session:
                await take(session, model, step, minute)
        async with database.read() as session:
            await check(session, model)
        await database.close()


@settings(max_examples=12, deadline=None)
@given(steps)
def test_corrections_are_new_entries_whatever_happens(chosen: list[tuple[str, int]]) -> None:
    asyncio.run(live(chosen))
