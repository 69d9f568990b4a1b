"""Figures of the duty record: what stands and may be seen, opened to its entries, and moved by nothing else."""

import asyncio
import os
import shutil
import tempfile
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from config.duty_kinds import KINDS
from storage import duty, ledger, month_rows, statistics
from storage.crypto import Vault
from storage.database import Database
from storage.duty import NewEntry
from storage.duty_reading import Viewer
from storage.keys import add_key
from storage.models import Case, DutyEntry, Reception
from storage.statistics import EntryFigures, Only, Span
from tests.integration.test_ledger_tampering import TODAY, visit
from tests.integration.test_verification import MORNING, Record
from tests.support.schema import migrated_file
from tests.support.town import settle_in

VAULT = Vault(os.urandom(32))
GROUPS = {code: kind.group for code, kind in KINDS.items()}
MONTH = Span(date(2026, 11, 1), date(2026, 11, 30))
ALL = Viewer("centre.one", None, None, sees_closed=True)
OPEN = Viewer("export", None, None)
DAY = timedelta(days=1)
WHOLE = Only()


async def write(session: AsyncSession, **facts: object) -> DutyEntry:
    return await duty.write(session, "JH", visit(**facts), *await add_key(session, VAULT))


async def correct(session: AsyncSession, old: DutyEntry, **facts: object) -> DutyEntry:
    new = visit(root_id=old.root_id or old.id, corrects_id=old.id, **facts)
    return await duty.correct(session, old, new, *await add_key(session, VAULT))


async def counted(
    session: AsyncSession,
    viewer: Viewer = ALL,
    only: Only = WHOLE,
    *by: str,
) -> dict[tuple[str, ...], EntryFigures]:
    return dict(await statistics.count(session, viewer, MONTH, GROUPS, only, by))


@pytest.fixture
async def district(database: Database) -> Database:
    await settle_in(database)
    return database


async def test_what_stands_is_counted_by_each_dimension(district: Database) -> None:
    async with district.begin() as session:
        await write(session, people=3, opinions=1)
        await write(session, people=2, kind="reception")
        await write(session, people=4, representative_code="R3", station_code="XZ1", proposals=1)
        await write(session, people=9, on=TODAY - 30 * DAY)
    async with district.read() as session:
        assert await counted(session) == {(): EntryFigures(3, 2, 9, 1, 1, 0, 0)}
        by_kind = await counted(session, ALL, Only(), "kind")
        assert {key: one.people for key, one in by_kind.items()} == {("visit",): 7, ("reception",): 2}
        days = {key: one.days for key, one in by_kind.items()}
        assert days == {("visit",): 2, ("reception",): 1}, "one day of each of two people is two days"
        by_group = await counted(session, ALL, Only(), "group")
        assert {key: (one.entries, one.days) for key, one in by_group.items()} == {("contact",): (3, 2)}
        for name, keys in (
            ("station", {("QQ1",), ("XZ1",)}),
            ("region", {("JH01",)}),
            ("level", {("district",)}),
            ("representative", {("R1",), ("R3",)}),
            ("month", {("2026-11",)}),
        ):
            assert (await counted(session, ALL, Only(), name)).keys() == keys
        table = await counted(session, ALL, Only(stations=["QQ1"], levels=["district"]), "month", "kind")
        assert table.keys() == {("2026-11", "visit"), ("2026-11", "reception")}
        assert await counted(session, ALL, Only(regions=["nowhere"])) == {}


async def test_corrected_and_withdrawn_entries_count_no_more(district: Database) -> None:
    async with district.begin() as session:
        first = await write(session, people=30)
        await correct(session, first, people=3)
        gone = await write(session, people=50)
        await correct(session, gone, people=50, withdrawn=True)
    async with district.read() as session:
        assert await counted(session) == {(): EntryFigures(1, 1, 3, 0, 0, 0, 0)}
        found = [one async for one in statistics.behind(session, ALL, MONTH, GROUPS)]
        assert [(one.entry_id, one.people) for one in found] == [(2, 3)]


async def test_closed_entries_are_in_no_figure_of_those_who_may_not_see_them(database: Database) -> None:
    record = Record(database, VAULT, "")
    await record.fill()  # R1 answered one matter, R2 another in two rounds
    async with database.begin() as session:
        hidden = await write(session, kind="covert_check", lane="hidden", people=7)
        await write(session, kind="mediation", lane="restricted", people=2)
        exchange = (await session.get(DutyEntry, 1)) or pytest.fail("no entry")
        await correct(session, exchange, kind="reception", people=1)
        await session.execute(update(Case).where(Case.id == 1).values(restricted=True))
    async with database.read() as session:
        assert (await counted(session))[()].entries == 5
        assert (await counted(session))[()].cases == 2
        (seen,) = (await counted(session, OPEN)).values()
        assert (seen.entries, seen.people, seen.cases) == (2, 0, 1), "nor the correction of a restricted matter's"
        behind = [one.entry_id async for one in statistics.behind(session, OPEN, MONTH, GROUPS)]
        assert behind == [2, 3]
    async with database.begin() as session:
        entry = (await session.get(DutyEntry, hidden.id)) or pytest.fail("no entry")
        await duty.say_of(session, entry, ledger.RELEASED, by="centre.one", at=MORNING)
    async with database.read() as session:
        assert (await counted(session, OPEN))[()].people == 7, "released, it counts for everybody"


async def test_the_rows_behind_a_month_lead_to_what_stands_and_name_nobody_of_what_is_closed(
    district: Database,
) -> None:
    async with district.begin() as session:
        facts = {"station_code": "QQ1", "occurred_on": TODAY, "occurred_at": MORNING, "people": 2, "source": "desk"}
        for number in range(1, 5):
            code = None if number == 4 else "R1"
            facts |= {"representative_code": code, "noted_by": "x", "noted_at": MORNING, "source_key": f"m{number}"}
            session.add(Reception(**facts))
            await session.flush()
        first = await write(session, kind="reception", subject="reception:1")
        second = await correct(session, first, people=4)
        await write(session, kind="reception", subject="reception:2", lane="restricted")
        third = await write(session, kind="reception", subject="reception:3")
        await correct(session, third, withdrawn=True)
    async with district.read() as session:
        rows = await month_rows.received(session, ["QQ1"], MONTH.first, MONTH.last)
        assert await month_rows.came(session, ["QQ1"], MONTH.first, MONTH.last) == []
    told = [(one.representative, one.entry) for one in rows]
    assert told == [("R1", second.id), ("", None), ("R1", None), ("", None)]
    assert sum(one.people for one in rows) == 8


async def test_matters_are_counted_once_however_many_entries_speak_of_them(database: Database) -> None:
    record = Record(database, VAULT, "")
    await record.fill()
    async with database.begin() as session:
        await write(session, representative_code="R2", evidence=("case:2", "case:3", "attachment:4"))
        await write(session, representative_code="R2", evidence=("case:2",), own=False)
    async with database.read() as session:
        found = await counted(session, ALL, Only(representatives=["R2"]))
        assert found[()].cases == 2
        assert found[()].unconfirmed == 1
        behind = [one async for one in statistics.behind(session, ALL, MONTH, GROUPS, Only(representatives=["R2"]))]
        assert {number for one in behind for number in one.cases} == {2, 3}


def figures_of(entries: dict[int, NewEntry], lines: tuple[str, ...]) -> dict[tuple[str, ...], EntryFigures]:
    """The same figures the slow way: from what was written, by hand."""
    found: dict[tuple[str, ...], list[NewEntry]] = {}
    for new in entries.values():
        if MONTH.first <= new.on <= MONTH.last and not new.withdrawn:
            keys = {"representative": new.representative_code, "kind": new.kind, "station": new.station_code or ""}
            found.setdefault(tuple(keys[name] for name in lines), []).append(new)
    return {
        key: EntryFigures(
            len(some),
            len({(one.representative_code, one.on) for one in some}),
            sum(one.people for one in some),
            sum(one.opinions for one in some),
            sum(one.proposals for one in some),
            0,
            sum(not one.own for one in some),
        )
        for key, some in found.items()
    }


entries = st.builds(
    lambda whose, kind, ago, people, opinions, own: visit(
        representative_code=whose[0],
        station_code=whose[1],
        kind=kind,
        on=TODAY - ago * DAY,
        people=people,
        opinions=opinions,
        own=own,
    ),
    st.sampled_from([("R1", "QQ1"), ("R2", "QQ1"), ("R3", "XZ1"), ("R3", None)]),
    st.sampled_from(["visit", "reception", "training"]),
    st.sampled_from([0, 1, 25]),
    st.integers(0, 9),
    st.integers(0, 2),
    st.booleans(),
)
changes = st.sampled_from(["people", "opinions", "kind", "on", "withdrawn"])
LINES = ((), ("representative",), ("kind",), ("station",), ("representative", "kind"))


def changed(new: NewEntry, what: str) -> NewEntry:
    other = {
        "people": new.people + 1,
        "opinions": new.opinions + 2,
        "kind": "help" if new.kind != "help" else "visit",
        "on": new.on - DAY,
        "withdrawn": True,
    }
    return replace(new, **{what: other[what]})


async def live(written: list[NewEntry], which: int, what: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lianxin.db"
        shutil.copyfile(migrated_file(), path)
        database = Database(f"sqlite+aiosqlite:///{path}")
        await settle_in(database)
        async with database.begin() as session:
            model = {}
            for new in written:
                model[(await duty.write(session, "JH", new, *await add_key(session, VAULT))).id] = new
        await agrees(database, model)
        number = sorted(model)[which % len(model)]
        after = changed(model[number], what)
        async with database.begin() as session:
            old = await session.get_one(DutyEntry, number)
            named = replace(after, root_id=number, corrects_id=number)
            entry = await duty.correct(session, old, named, *await add_key(session, VAULT))
        model[entry.id] = after
        del model[number]
        await agrees(database, model)
        await database.close()


def adds(one: statistics.Behind, figure: str) -> bool:
    """Whether a figure would be another without the entry, or could be."""
    if figure in ("entries", "days"):
        return True
    return not one.confirmed if figure == "unconfirmed" else bool(getattr(one, figure))


async def agrees(database: Database, model: dict[int, NewEntry]) -> None:
    """All figures of all lines, twice over; so one changed record changed exactly those that it should."""
    async with database.read() as session:
        for by in LINES:
            first = await counted(session, ALL, Only(), *by)
            assert first == figures_of(model, by)
            assert first == await counted(session, ALL, Only(), *by)
        behind = [one async for one in statistics.behind(session, ALL, MONTH, GROUPS)]
        total = asdict(first_of(await counted(session)))
        for figure in statistics.FIGURES:
            adding = [one async for one in statistics.behind(session, ALL, MONTH, GROUPS, figure=figure)]
            assert adding == [one for one in behind if adds(one, figure)]
            assert await statistics.count_behind(session, ALL, MONTH, GROUPS, Only(), figure) == len(adding)
            if figure in ("people", "opinions", "proposals"):
                assert sum(getattr(one, figure) for one in adding) == total[figure]
        assert len(behind) == total["entries"]
        keyed = [key async for _, key in statistics.keyed(session, ALL, MONTH, GROUPS, Only(), ("kind",))]
        assert {key: keyed.count(key) for key in keyed} == {
            key: one.entries for key, one in figures_of(model, ("kind",)).items()
        }


def first_of(found: dict[tuple[str, ...], EntryFigures]) -> EntryFigures:
    return found.get((), EntryFigures())


@settings(max_examples=15, deadline=None)
@given(st.lists(entries, min_size=1, max_size=8), st.integers(0, 99), changes)
def test_one_changed_record_changes_exactly_the_figures_it_should(
    written: list[NewEntry], which: int, what: str
) -> None:
    asyncio.run(live(written, which, what))
