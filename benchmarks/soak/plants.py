"""Faults of our own, put into the record beside the bot: a proof that does not find each of them proves nothing."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update

from benchmarks import notices
from benchmarks.soak.act import gather, settle
from benchmarks.soak.crowd import Crowd, Person
from benchmarks.soak.proof import Fault, find_faults
from benchmarks.soak.stand import Stand
from bot.simulator.faults import Faults, Rule
from storage import duty, keys
from storage.duty import NewEntry
from storage.models import Case, DutyEntry, LedgerHead, LedgerLine, Message, OutboxRow
from storage.outbox import Purpose
from storage.states import OutboxState

NOTHING_LEAVES = Faults(rules=(Rule("kf/send_msg", errcode=-1, every=1), Rule("message/send", errcode=-1, every=1)))
WAIT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Proved:
    """What was planted, and what the proof found."""

    planted: list[Fault]
    found: list[Fault]

    @property
    def holds(self) -> bool:
        """All was found. The ledger's own check sees the entry too many, too; nothing else may be told."""
        more = [fault for fault in self.found if fault not in self.planted]
        return set(self.planted) <= set(self.found) and {fault.what for fault in more} <= {"ledger"}


async def plant_and_prove(stand: Stand, crowd: Crowd) -> Proved:
    """A dropped row, a doubled send, a lost answer, a doubled duty entry; the last is taken out again."""
    stand.sim.faults = NOTHING_LEAVES
    dropped, doubled, unheard, entered = [await crowd.write() for _ in range(4)]
    await _drop(stand, await _rows(stand, dropped, Purpose.CARD))
    await _double(stand, (await _rows(stand, doubled, Purpose.RECEIPT))[0])
    stand.sim.faults = Faults(rules=NOTHING_LEAVES.rules[:1])  # cards leave, so there are answers
    await _drop(stand, await _rows(stand, unheard, Purpose.ANSWER, crowd))
    stand.sim.faults = Faults()
    await settle(stand, _without(crowd, dropped, unheard), WAIT_SECONDS)
    before = await _head(stand)
    number = await _enter_again(stand, entered)
    planted = [
        Fault("not shown to its owner", dropped.written[0].mark),
        Fault("receipt said twice", doubled.who),
        Fault("answer lost", f"{unheard.written[0].mark}a"),
        Fault("duty entry too many", number),
    ]
    found = find_faults(await gather(stand, crowd))
    await _take_out(stand, *before)
    return Proved(sorted(planted), found)


async def _head(stand: Stand) -> tuple[int, str, int, str]:
    """The newest entry, and the end of the only chain."""
    async with stand.office.database.read() as session:
        newest = await session.scalar(select(func.max(DutyEntry.id)))
        head = (await session.scalars(select(LedgerHead))).one()
        return newest or 0, head.chain, head.seq, head.digest


async def _take_out(stand: Stand, newest: int, chain: str, seq: int, digest: str) -> None:
    """As if it had never been written."""
    async with stand.office.database.begin() as session:
        await session.execute(delete(LedgerLine).where(LedgerLine.chain == chain, LedgerLine.seq > seq))
        await session.execute(delete(DutyEntry).where(DutyEntry.id > newest))
        await session.execute(update(LedgerHead).where(LedgerHead.chain == chain).values(seq=seq, digest=digest))


def _without(crowd: Crowd, *people: Person) -> Crowd:
    for one in people:
        crowd.give_up(one)
    return crowd


async def _rows(stand: Stand, person: Person, purpose: Purpose, crowd: Crowd | None = None) -> Sequence[int]:
    """What waits to be said of their matter, as soon as something does."""
    wanted = (
        select(OutboxRow.id)
        .join(Message, Message.case_id == OutboxRow.case_id)
        .where(Message.platform_id == person.written[0].msgid, OutboxRow.purpose == purpose)
        .where(OutboxRow.state == OutboxState.WAITING)
        .distinct()
    )
    began = time.monotonic()
    while time.monotonic() - began < WAIT_SECONDS:
        if crowd is not None:
            await crowd.look()
        async with stand.office.database.read() as session:
            if found := (await session.scalars(wanted)).all():
                return found
        await asyncio.sleep(0.1)
    raise RuntimeError(f"nothing to plant in: {purpose}")


async def _drop(stand: Stand, rows: Sequence[int]) -> None:
    async with stand.office.database.begin() as session:
        await session.execute(
            update(OutboxRow).where(OutboxRow.id.in_(rows)).values(state=OutboxState.DROPPED, lease_until=None)
        )


async def _double(stand: Stand, number: int) -> None:
    async with stand.office.database.begin() as session:
        row = await session.get_one(OutboxRow, number)
        names = [column.key for column in OutboxRow.__table__.columns if column.key not in {"id", "task_id"}]
        session.add(OutboxRow(**{name: getattr(row, name) for name in names}))


async def _enter_again(stand: Stand, person: Person) -> str:
    """An entry of its own for what is on record already, with a sound line in the ledger."""
    async with notices.working(stand.office) as context:
        case = await context.session.scalar(
            select(Case)
            .join(Message, Message.case_id == Case.id)
            .where(Message.platform_id == person.written[0].msgid)
        )
        if case is None or case.representative_code is None:
            raise RuntimeError("no case to enter again")
        key = await keys.get_key(context.session, context.vault, case.key_id)
        entry = NewEntry(
            representative_code=case.representative_code,
            station_code=case.station_code,
            kind="online_answer",
            source=duty.AUTO,
            at=context.now,
            on=context.local_now.date(),
            recorded_at=context.now,
            summary="另记一次",
            case_id=case.id,
            round=case.round + 1,
        )
        await duty.write(context.session, duty.chain_of(case), entry, case.key_id, key)
        return case.number
