"""What a file is counted by, on both databases: contacts, words, evidence, papers, the seal, checks, addresses."""

import os
from datetime import date, timedelta

import pytest

from bot.services.verification import find_violations
from storage import (
    duty,
    duty_file,
    duty_file_addresses,
    duty_file_checks,
    duty_file_links,
    duty_file_reading,
    ledger,
)
from storage.crypto import Vault
from storage.database import Database
from storage.duty_file import NewPaper
from storage.duty_reading import KindCount, Viewer
from storage.keys import add_key
from storage.models import Attachment, DutyEntry, FileCheck, FileGap, LiaisonLink
from storage.states import AttachmentState, FileCheckState, StateRefused
from tests.integration.test_ledger_tampering import TODAY, visit
from tests.support.rows import MORNING, open_case
from tests.support.town import settle_in

VAULT = Vault(os.urandom(32))
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
ALL = Viewer("centre", None, None, sees_closed=True)
OFFICER = Viewer("officer", None, ("QQ1",))


@pytest.fixture
async def filled(database: Database) -> Database:
    """Entries 1 and 2 are visits of R1 on two days, 3 is restricted, 4 a hidden check, 5 a bill of R2."""
    await settle_in(database)
    async with database.begin() as session:
        for facts in (
            {"evidence": ("attachment:1", "attachment:2", "case:7")},
            {"on": TODAY - timedelta(days=1), "evidence": ()},
            {"lane": "restricted", "people": 50, "evidence": ("attachment:3",)},
            {"kind": "covert_check", "lane": "hidden", "evidence": ()},
            {"kind": "bill", "representative_code": "R2", "evidence": (), "people": 0},
        ):
            await duty.write(session, "JH", visit(**facts), *await add_key(session, VAULT))
        key_id, _ = await add_key(session, VAULT)
        for kind, state in (("image", "stored"), ("voice", "stored"), ("image", "stored"), ("image", "lost")):
            session.add(
                Attachment(
                    duty_draft_id=1, key_id=key_id, kind=kind, media_id="m", due_at=MORNING,
                    state=AttachmentState(state),
                )
            )  # fmt: skip
    return database


async def test_a_correction_of_an_entry_of_a_matter_that_became_restricted_is_not_counted(filled: Database) -> None:
    async def counted(closed: bool) -> int:
        async with filled.read() as session:
            found = await duty_file_links.kind_counts(session, ["R1"], *YEAR, closed=closed)
            return sum(one.entries for one in found["R1"] if one.kind == "visit")

    assert (await counted(False), await counted(True)) == (2, 3)
    async with filled.begin() as session:
        case = await open_case(session, restricted=True)
        entry = await session.get_one(DutyEntry, 1)
        root = await session.get_one(DutyEntry, 2)
        root.case_id = case.id
        entry.root_id = root.id
    assert (await counted(False), await counted(True)) == (0, 3)


async def test_contacts_are_counted_by_day_and_marked_once(filled: Database) -> None:
    async with filled.begin() as session:
        link = LiaisonLink(representative_code="R1", kind="representative", to_code="R2", year=0, mark="R2")
        over = LiaisonLink(
            representative_code="R1", kind="voter", year=2026, mark="x", until_on=TODAY - timedelta(days=1)
        )
        session.add_all([link, over])
        await session.flush()
        mark = duty_file_links.link_mark(link.id)
        for _ in range(2):
            await duty_file_links.add_marks(session, [(1, mark), (2, mark), (3, mark), (1, "words:a")])
    async with filled.read() as session:
        assert await duty_file_links.contacts(session, ["R1", "R2"], *YEAR, closed=True) == {mark: 2}
        assert await duty_file_links.contacts(session, ["R2"], *YEAR, closed=True) == {}
        found = await duty_file_links.links_of(session, ["R1"], 2026, TODAY)
        assert [one.to_code for one in found["R1"]] == ["R2"], "a link that has ended is none"
        assert len((await duty_file_links.all_links(session, ["R1"]))["R1"]) == 2
        assert await duty_file_links.is_kept(session, "voter", 2026)
        assert not await duty_file_links.is_kept(session, "voter", 2027)
        assert await duty_file_links.word_counts(session, ["R1"], ["words:a"], *YEAR, closed=True) == {
            ("R1", "visit", "words:a"): 1
        }
        assert (await duty_file_links.state_of_links(session))[0] == 2


async def test_closed_entries_are_counted_only_for_those_who_may_see_them(filled: Database) -> None:
    async with filled.read() as session:
        whole = await duty_file_links.kind_counts(session, ["R1", "R2"], *YEAR, closed=True)
        seen = await duty_file_links.kind_counts(session, ["R1", "R2"], *YEAR, closed=False)
    assert whole["R1"] == [KindCount("covert_check", 1, 1, 3), KindCount("visit", 3, 2, 56)]
    assert seen == {"R1": [KindCount("visit", 2, 2, 6)], "R2": [KindCount("bill", 1, 1, 0)]}


async def test_a_disputed_entry_counts_again_once_it_is_confirmed(filled: Database) -> None:
    async def count() -> int:
        async with filled.read() as session:
            found = await duty_file_links.kind_counts(session, ["R2"], *YEAR, closed=True)
            return sum(one.entries for one in found.get("R2", ()))

    for event, wanted in ((ledger.DISPUTED, 0), (ledger.CONFIRMED, 1)):
        async with filled.begin() as session:
            (entry,) = [
                one for one, _ in await duty_file_reading.entries_of(session, ALL, "R2", *YEAR, 9) if one.id == 5
            ]
            await duty.say_of(session, entry, event, by="li", at=MORNING + timedelta(hours=wanted + 1))
        assert await count() == wanted


async def test_evidence_is_counted_by_what_is_here(filled: Database) -> None:
    async with filled.read() as session:
        whole = await duty_file_reading.evidence_kinds(session, ["R1"], *YEAR, closed=True)
        seen = await duty_file_reading.evidence_kinds(session, ["R1"], *YEAR, closed=False)
    assert dict(whole["R1"]) == {"image": 2, "voice": 1}
    assert dict(seen["R1"]) == {"image": 1, "voice": 1}


async def test_a_viewer_reads_what_they_may_with_what_is_closed_told_apart(filled: Database) -> None:
    async with filled.read() as session:
        centre = await duty_file_reading.entries_of(session, ALL, "R1", *YEAR, 10)
        officer = await duty_file_reading.entries_of(session, OFFICER, "R1", *YEAR, 10)
        public = await duty_file_reading.open_counts(session, "R1", *YEAR)
    assert [(entry.id, is_open) for entry, is_open in centre] == [(4, False), (3, False), (1, True), (2, True)]
    assert [entry.id for entry, _ in officer] == [1, 2]
    assert public == [("visit", 2, 6)]


async def test_the_seal_covers_every_line_and_paper_of_the_year(filled: Database) -> None:
    async def seal(first: date = YEAR[0], last: date = YEAR[1]) -> str:
        async with filled.read() as session:
            return await duty_file_reading.seal_digest(session, "R1", first, last)

    before = await seal()
    assert before == await seal(), "the same data, the same digest"
    assert before != await seal(last=TODAY - timedelta(days=1))
    async with filled.begin() as session:
        new = NewPaper("R1", "notes", TODAY, "小结", "image", "m", "", "m:1", "zhang")
        first = await duty_file.add_paper(session, new, *await add_key(session, VAULT), MORNING)
        again = await duty_file.add_paper(session, new, *await add_key(session, VAULT), MORNING)
        assert first.id == again.id, "the same message files once"
    with_paper = await seal()
    async with filled.begin() as session:
        await duty.write(session, "JH", visit(lane="restricted"), *await add_key(session, VAULT))
    assert len({before, with_paper, await seal()}) == 3
    async with filled.read() as session:
        assert await duty_file_reading.count_papers(session, ["R1", "R2"], *YEAR) == {("R1", "notes"): 1}


async def test_checks_are_found_by_state_and_never_go_back(filled: Database) -> None:
    async with filled.begin() as session:
        for code, year in (("R1", 2025), ("R1", 2026), ("R2", 2026)):
            session.add(
                FileCheck(representative_code=code, year=year, state=FileCheckState.OPENED, opened_at=MORNING)
            )
        await session.flush()
        check = await duty_file_checks.newest(session, "R1")
        assert check is not None
        assert check.year == 2026
        session.add(FileGap(check_id=check.id, subject="section:visits"))
        check.move(FileCheckState.GAPS_LISTED)
        with pytest.raises(StateRefused):
            check.move(FileCheckState.SEALED)
    async with filled.read() as session:
        (gap,) = await duty_file_checks.gaps(session, check.id)
        assert duty_file_checks.is_open(gap)
        opened = await duty_file_checks.in_state(session, FileCheckState.OPENED, 9)
        assert [(one.representative_code, one.year) for one in opened] == [("R1", 2025), ("R2", 2026)]
        old = await duty_file_checks.in_state(session, FileCheckState.OPENED, 9, before_year=2026)
        assert [one.year for one in old] == [2025]
        assert await duty_file_checks.checked(session, ["R1", "R3"], 2026) == {"R1"}
        listed = await duty_file_checks.of_representatives(session, ["R1"], FileCheckState.GAPS_LISTED, 9)
        assert [one.id for one in listed] == [check.id]


async def test_an_address_is_good_until_it_ends_or_is_revoked(filled: Database) -> None:
    until = MORNING + timedelta(days=7)
    async with filled.begin() as session:
        await duty_file_addresses.issue(session, "a" * 32, b"sealed", "Zhang", "R1", MORNING, until)
        await duty_file_addresses.issue(session, "b" * 32, b"sealed", "li", "R1", MORNING, until)
    async with filled.begin() as session:
        good = await duty_file_addresses.find_good(session, "zhang", "R1", MORNING)
        assert good is not None
        assert await duty_file_addresses.find_good(session, "zhang", "R1", until) is None
        assert await duty_file_addresses.revoke(session, "ZHANG", MORNING) == 1
        assert await duty_file_addresses.find_good(session, "zhang", "R1", MORNING) is None
        assert await duty_file_addresses.find_good(session, "li", "R1", MORNING) is not None


@pytest.mark.parametrize(
    ("state", "digest", "with_gap", "what"),
    [
        ("gaps_listed", "", False, "has gaps listed and none is open"),
        ("complete", "", True, "went on while something is missing that nobody waived"),
        ("sealed", "", False, "is sealed and has no digest, or has one and is not sealed"),
        ("published", "ab", False, "is sealed and has no digest, or has one and is not sealed"),
        ("gaps_listed", "", True, ""),
        ("sealed", "ab", False, ""),
    ],
)
async def test_verify_names_a_check_that_contradicts_itself(
    filled: Database, state: str, digest: str, with_gap: bool, what: str
) -> None:
    async with filled.begin() as session:
        check = FileCheck(
            representative_code="R1", year=2026, state=FileCheckState(state), opened_at=MORNING, digest=digest
        )
        session.add(check)
        await session.flush()
        if with_gap:
            session.add(FileGap(check_id=check.id, subject="section:visits"))
    async with filled.read() as session:
        found = [one async for one in find_violations(session, now=MORNING)]
    told = [(one.where, one.what) for one in found if one.where.startswith("file")]
    assert told == ([("file check 2026 of R1", what)] if what else [])
