"""Many people, one matter, on both databases: who is counted, who never is, and what survives what."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from bot.clock import ManualClock
from bot.services import clustering
from bot.services.clustering import Crowd
from bot.services.context import Context
from bot.services.likeness import LOOK_BACK, Likeness
from bot.services.office import Office, PeopleCache
from storage import clusters
from storage.database import Database
from storage.models import Case, CaseSignature, Cluster, ContentKeyRow, Station, TunedRule
from storage.states import CaseState
from tests.support.rows import MORNING, VAULT, open_case

WORDS = (
    "云岭雅苑旁边的搅拌站半夜还在响",
    "投诉云岭雅苑附近的混凝土搅拌站，灰尘大得窗户都不敢开",
    "云岭雅苑业主强烈要求关停违规搅拌站",
    "青石街道云岭雅苑隔壁那个搅拌站有没有环评手续",
    "水泥搅拌站建在居民区旁边合理吗，云岭雅苑的房子还怎么住",
    "搅拌站灰大，晒的被子全是灰，我是云岭雅苑12栋的住户",
)


class HandlerFailed(Exception):
    """Something went wrong half-way."""


class Process:
    """One process of the bot: its own memory of open matters, the database shared with others."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = ManualClock(MORNING)
        self.likeness = Likeness()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Context]:
        office = Office(
            self.database,
            VAULT,
            self.clock,
            ZoneInfo("Asia/Shanghai"),
            "https://lianxin.example",
            PeopleCache(),
            likeness=self.likeness,
        )
        async with self.database.begin() as session:
            yield await office.open(session)

    async def hears(
        self, who: str, words: str, *, place: str = "", placed: bool = True, **changes: Any
    ) -> Crowd | None:
        """Somebody's case is opened and noted in one commit."""
        async with self.begin() as context:
            case = await open_case(context.session, who, **{"opened_at": self.clock.now(), **changes})
            return await clustering.note(context, case, words, place=place, placed=placed)


@pytest.fixture
def process(database: Database) -> Process:
    return Process(database)


async def all_of(database: Database, model: type[Any]) -> list[Any]:
    async with database.read() as session:
        return list((await session.scalars(select(model).order_by(model.__mapper__.primary_key[0]))).all())


async def test_each_person_is_counted_once_and_each_case_stays_its_own(process: Process) -> None:
    assert await process.hears("wmA", WORDS[0]) is None
    await process.clock.advance(days=1)
    second = await process.hears("wmB", WORDS[1])
    third = await process.hears("wmA", WORDS[2])
    assert second == Crowd(2, MORNING, MORNING + timedelta(days=1))
    assert third is not None
    assert third.people == 2
    cases = await all_of(process.database, Case)
    assert len(cases) == 3
    assert len({case.cluster_id for case in cases} - {None}) == 1
    assert len({case.key_id for case in cases}) == 3
    (cluster,) = await all_of(process.database, Cluster)
    assert (cluster.people, cluster.first_at, cluster.last_at) == (2, MORNING, MORNING + timedelta(days=1))


async def test_one_person_twice_is_one(process: Process) -> None:
    await process.hears("wmA", WORDS[0])
    assert await process.hears("wmA", WORDS[1]) is None
    (cluster,) = await all_of(process.database, Cluster)
    assert cluster.people == 1


async def test_other_matters_are_left_alone(process: Process) -> None:
    await process.hears("wmA", WORDS[0])
    assert await process.hears("wmB", "云岭雅苑的快递柜什么时候修好") is None
    assert await process.hears("wmC", WORDS[0], place="河西大桥") is not None  # nobody knows where the first was
    assert await process.hears("wmD", WORDS[0].replace("云岭雅苑", ""), place="枫桥名邸") is None
    assert [case.cluster_id is None for case in await all_of(process.database, Case)] == [False, True, False, True]


async def test_the_same_words_at_two_known_places_are_two_matters(process: Process) -> None:
    words = "小区的自来水发黄有铁锈味，已经三天了，请水务部门来查一查"
    await process.hears("wmA", words, place="翠屏里")
    assert await process.hears("wmB", words, place="枫桥名邸") is None
    assert await process.hears("wmC", words, place="翠屏里") is not None


async def test_the_centre_that_takes_what_has_no_place_is_no_place(process: Process) -> None:
    """Two who say neither where live in one district, not at one spot; at one station it may well be one spot."""
    async with process.database.begin() as session:
        session.add(Station(code="S1", name="城东站"))
    words, others = "小区停水两天了，没有人管", "我们这里停水了，今天能来水吗"
    await process.hears("wmA", words, placed=False, station_code="S1")
    assert await process.hears("wmB", others, placed=False, station_code="S1") is None
    await process.hears("wmC", words, station_code="S1")
    assert await process.hears("wmD", others, station_code="S1") is not None


@pytest.mark.parametrize("changes", [{"restricted": True}, *({"kind": kind} for kind in clustering.NEVER_LINKED)])
async def test_restricted_cases_and_those_that_ask_for_nothing_are_never_linked(
    process: Process, changes: dict[str, Any]
) -> None:
    await process.hears("wmA", WORDS[0])
    assert await process.hears("wmB", WORDS[0], **changes) is None
    assert await process.hears("wmC", WORDS[0]) == Crowd(2, MORNING, MORNING)
    signed = {row.case_id for row in await all_of(process.database, CaseSignature)}
    assert signed == {1, 3}


async def test_a_case_that_became_restricted_is_neither_found_nor_counted(process: Process) -> None:
    await process.hears("wmA", WORDS[0])
    await process.hears("wmB", WORDS[1])
    async with process.database.begin() as session:
        await session.execute(update(Case).where(Case.id == 1).values(restricted=True))
    crowd = await process.hears("wmC", WORDS[0])
    assert crowd is not None
    assert crowd.people == 2


async def test_staff_hear_once_when_enough_people_raise_it_in_time(process: Process) -> None:
    async with process.database.begin() as session:
        for name, value in (("cluster_alert_people", 3), ("cluster_alert_days", 10)):
            session.add(TunedRule(name=name, value=value, changed_at=MORNING, changed_by="test"))
    told = []
    for who, words, days in zip("ABBCDE", WORDS, (0, 11, 0, 1, 1, 1), strict=True):
        await process.clock.advance(days=days)
        crowd = await process.hears(f"wm{who}", words)
        told.append(crowd is not None and crowd.begins_alert)
    assert told == [False, False, False, False, True, False]


async def test_a_large_crowd_is_counted_on_and_still_each_person_once(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clustering, "COUNTED_ANEW", 5)
    crowd = None
    for number, who in enumerate("ABCDEFGAHB"):
        crowd = await process.hears(f"wm{who}", WORDS[number % 3])
    assert crowd is not None
    assert crowd.people == 8
    (cluster,) = await all_of(process.database, Cluster)
    async with process.database.read() as session:
        counted = await clusters.count(session, cluster.id, MORNING)
    assert counted is not None
    assert counted.people == cluster.people


async def test_a_restart_reads_open_matters_again(process: Process) -> None:
    for number, words in enumerate(WORDS[:3]):
        await process.hears(f"wm{number}", words)
    again = Process(process.database)
    crowd = await again.hears("wmLate", WORDS[3])
    assert crowd is not None
    assert crowd.people == 4
    assert len(again.likeness.index) == 4


async def test_many_are_read_in_chunks(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        await process.hears(f"wm{number}", f"{'甲乙丙丁戊己庚'[number]}泉小区门口的路灯坏了三天没有人修")
    monkeypatch.setattr(clustering, "CHUNK", 2)
    again = Process(process.database)
    async with again.begin() as context:
        await clustering.catch_up(context)
    assert len(again.likeness.index) == 7


async def test_closed_and_old_matters_are_not_read(process: Process) -> None:
    await process.hears("wmA", WORDS[0], state=CaseState.CLOSED)
    await process.hears("wmB", WORDS[1], opened_at=MORNING - timedelta(days=61))
    assert await Process(process.database).hears("wmC", WORDS[2]) is None


async def test_a_matter_that_was_closed_since_is_passed_over(process: Process) -> None:
    await process.hears("wmA", WORDS[0])
    await process.clock.advance(hours=1)
    async with process.database.begin() as session:
        await session.execute(update(Case).values(state=CaseState.CLOSED))
    assert await process.hears("wmB", WORDS[1]) is None
    assert 1 not in process.likeness.index


async def test_what_another_process_wrote_is_found(process: Process) -> None:
    other = Process(process.database)
    await process.hears("wmA", WORDS[0])
    assert await other.hears("wmB", WORDS[1]) is not None
    crowd = await process.hears("wmC", WORDS[2])
    assert crowd is not None
    assert crowd.people == 3


async def test_what_committed_late_with_an_early_number_is_found_after_a_while(process: Process) -> None:
    await process.hears("wmA", WORDS[0])
    process.likeness.forget(1)  # as if it had not been visible when its number was passed
    await process.hears("wmB", "枫桥名邸的孩子上不了枫桥小学")
    for _ in range(2):
        await process.clock.advance(seconds=LOOK_BACK.total_seconds())
        crowd = await process.hears("wmC", WORDS[1])
    assert crowd is not None
    assert crowd.people == 2


async def test_what_is_read_a_second_time_is_read_a_little_at_each_case(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clustering, "LOOKED_AT_AGAIN", 1)
    for number, words in enumerate(("枫桥名邸的孩子上不了枫桥小学", WORDS[0], "翠屏里的自来水发黄有铁锈味")):
        await process.hears(f"wm{number}", words)
    process.likeness.forget(2)  # as if it had not been visible when its number was passed
    await process.clock.advance(seconds=LOOK_BACK.total_seconds())
    crowds = [await process.hears(f"wmLate{number}", WORDS[1]) for number in range(3)]
    assert [crowd is not None and crowd.people for crowd in crowds] == [False, 2, 3]
    assert 2 in process.likeness.index


async def test_an_erased_key_is_skipped(process: Process) -> None:
    await process.hears("wmA", WORDS[0])
    async with process.database.begin() as session:
        await session.execute(update(ContentKeyRow).values(wrapped=None, destroyed_at=MORNING))
    again = Process(process.database)
    assert await again.hears("wmB", WORDS[1]) is None
    assert len(again.likeness.index) == 1


async def test_a_damaged_signature_is_skipped(process: Process) -> None:
    await process.hears("wmA", WORDS[0])
    async with process.database.begin() as session:
        await session.execute(update(CaseSignature).values(sealed=b"damaged beyond reading"))
    assert await Process(process.database).hears("wmB", WORDS[1]) is None


async def test_a_case_whose_own_key_is_gone_is_left_alone(process: Process) -> None:
    async with process.begin() as context:
        case = await open_case(context.session)
        await context.session.execute(update(ContentKeyRow).values(wrapped=None))
        context.session.info.clear()
        context.session.expire_all()
        await context.session.refresh(case)
        assert await clustering.note(context, case, WORDS[0]) is None


async def test_a_commit_that_failed_leaves_nothing_to_be_found(process: Process) -> None:
    with suppress(HandlerFailed):
        async with process.begin() as context:
            case = await open_case(context.session, "wmGone")
            await clustering.note(context, case, WORDS[0])
            raise HandlerFailed
    assert await process.hears("wmA", "枫桥名邸的孩子上不了枫桥小学") is None
    assert await process.hears("wmB", WORDS[1]) is None
    crowd = await process.hears("wmC", WORDS[2])
    assert crowd is not None
    assert crowd.people == 2


async def test_a_number_given_again_by_another_process_is_read_anew(process: Process) -> None:
    other = Process(process.database)
    with suppress(HandlerFailed):
        async with process.begin() as context:
            case = await open_case(context.session, "wmGone")
            await clustering.note(context, case, WORDS[0])
            raise HandlerFailed
    async with other.begin() as context:
        case = await open_case(context.session, "wmA", id=case.id)
        await clustering.note(context, case, "枫桥名邸的孩子上不了枫桥小学")
    assert await process.hears("wmB", WORDS[1]) is None
    assert await process.hears("wmC", "请问枫桥名邸划到哪个学校，为什么枫桥小学不收") is not None


async def test_a_savepoint_given_up_does_not_spoil_the_rest_of_the_batch(process: Process) -> None:
    async with process.begin() as context:
        first = await open_case(context.session, "wmA")
        await clustering.note(context, first, WORDS[0])
        with suppress(HandlerFailed):
            async with context.session.begin_nested():
                second = await open_case(context.session, "wmB")
                await clustering.note(context, second, WORDS[1])
                raise HandlerFailed
        third = await open_case(context.session, "wmC")
        crowd = await clustering.note(context, third, WORDS[2])
    assert crowd is not None
    assert crowd.people == 2
    assert len(await all_of(process.database, Cluster)) == 1


async def test_linking_does_not_disturb_whoever_is_at_work_on_the_other_case(process: Process) -> None:
    await process.hears("wmA", WORDS[0])
    before = (await all_of(process.database, Case))[0].version
    await process.hears("wmB", WORDS[1])
    first = (await all_of(process.database, Case))[0]
    assert first.cluster_id is not None
    assert first.version == before


async def test_the_owner_sees_the_crowd_and_someone_alone_none(process: Process) -> None:
    await process.hears("wmA", WORDS[0])
    await process.hears("wmB", WORDS[1])
    await process.hears("wmC", "枫桥名邸的孩子上不了枫桥小学")
    async with process.begin() as context:
        crowds = [await clustering.crowd_of(context, case) for case in await all_of(process.database, Case)]
    assert crowds == [Crowd(2, MORNING, MORNING), Crowd(2, MORNING, MORNING), None]


async def test_a_forgotten_case_is_not_compared_any_more(process: Process) -> None:
    await process.hears("wmA", WORDS[0])
    async with process.begin() as context:
        await clustering.forget(context, 1)
    assert await all_of(process.database, CaseSignature) == []
    assert await process.hears("wmB", WORDS[1]) is None
    assert await Process(process.database).hears("wmB", "枫桥名邸的孩子上不了枫桥小学") is None


async def test_signatures_are_sealed(process: Process) -> None:
    await process.hears("wmA", WORDS[0])
    (kept,) = await all_of(process.database, CaseSignature)
    (case,) = await all_of(process.database, Case)
    async with process.database.read() as session:
        key = await session.get_one(ContentKeyRow, case.key_id)
    assert key.wrapped is not None
    assert VAULT.unwrap(key.wrapped).open(kept.sealed)[0] == 1
    assert "搅拌".encode() not in kept.sealed
