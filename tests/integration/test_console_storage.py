"""What pages read and keep, on both databases: pages of cases by their keys, sessions, who has a case open."""

from datetime import timedelta

from storage import case_lists, case_lookers, duty, duty_bulk, duty_reading, ledger, web_sessions
from storage.case_lists import ANSWERED, EVERY, NOBODY, WAITING, Reach, Wanted
from storage.database import Database
from storage.duty import NewEntry
from storage.duty_reading import Viewer
from storage.keys import get_key
from storage.models import DutyEntry, Message, Station
from storage.states import CaseState
from tests.support.rows import MORNING, VAULT, open_case, representative

ALL = Wanted(show=EVERY)
EVERYTHING = Reach(None, restricted=True)
LATER = MORNING + timedelta(hours=30)


async def test_every_page_goes_on_where_the_one_before_ended(database: Database) -> None:
    async with database.begin() as session:
        for number in range(11):
            await open_case(session, due_at=MORNING + timedelta(hours=number // 3))
        seen, after = [], None
        while found := await case_lists.by_clock(session, EVERYTHING, Wanted(), LATER, after, 4):
            seen += found
            after = (found[-1].due_at, found[-1].id)
        assert [one.id for one in seen] == sorted({one.id for one in seen})
        assert len(seen) == 11
        seen, before = [], None
        while found := await case_lists.newest(session, EVERYTHING, Wanted(show=EVERY), LATER, before, 4):
            seen += found
            before = found[-1].id
        assert len({one.id for one in seen}) == 11
        assert seen == sorted(seen, key=lambda one: -one.id)


async def test_filters_and_reach_leave_out_what_they_say(database: Database) -> None:
    async with database.begin() as session:
        session.add_all([Station(code="S1", name="一站"), Station(code="S2", name="二站")])
        session.add(representative("R1"))
        await session.flush()
        here = await open_case(session, station_code="S1", representative_code="R1", topic="transport")
        beside = await open_case(session, station_code="S2", also_station_code="S1", waiting_since=MORNING)
        led = await open_case(session, station_code="S2", clock_step="lead", alert_due_at=MORNING)
        pooled = await open_case(session, clock_step="centre", state=CaseState.ACCEPTED)
        closed = await open_case(session, station_code="S1", restricted=True)
        done = await open_case(session, station_code="S1", state=CaseState.ANSWERED)
        await open_case(session, station_code="S1", erased_at=MORNING)

        async def ids(reach: Reach, wanted: Wanted = ALL) -> set[int]:
            found = await case_lists.newest(session, reach, wanted, LATER, None, 50)
            assert await case_lists.count(session, reach, wanted, LATER) == len(found)
            return {one.id for one in found}

        everyone = {here.id, beside.id, led.id, pooled.id, done.id}
        assert await ids(Reach(())) == set()
        assert await ids(Reach(("S1",))) == {here.id, beside.id, done.id}
        assert await ids(Reach((), led=("S2",))) == {led.id}
        assert await ids(Reach((), representative="R1")) == {here.id}
        assert await ids(Reach((), pooled=True)) == {pooled.id}
        assert await ids(Reach(None)) == everyone
        assert await ids(EVERYTHING) == everyone | {closed.id}
        every = Reach(None)
        assert await ids(every, Wanted(show=ANSWERED)) == {done.id}
        assert await ids(every, Wanted(show=WAITING, owner=NOBODY)) == {beside.id, led.id, pooled.id}
        assert await ids(every, Wanted(owner="R1", station="S1", topic="transport")) == {here.id}
        assert await ids(every, Wanted(late=True)) == {here.id, led.id, pooled.id}
        assert await ids(every, Wanted(unheard=True)) == {here.id, beside.id, led.id}
        assert await ids(every, Wanted(urgent=True)) == {led.id}
        assert await ids(every, Wanted(asked=True)) == {beside.id}
        assert await ids(every, Wanted(due=(MORNING, MORNING + timedelta(hours=1)))) == set()
        assert await ids(every, Wanted(due=(MORNING, LATER))) == {here.id, led.id, pooled.id}


async def test_the_first_words_are_those_that_still_stand(database: Database) -> None:
    async with database.begin() as session:
        case = await open_case(session)
        key = await get_key(session, VAULT, case.key_id)
        for text, author, recalled in (
            ("一", "constituent", MORNING),
            ("二", "note", None),
            ("三", "constituent", None),
        ):
            session.add(
                Message(
                    case_id=case.id,
                    author=author,
                    kind="text",
                    text_sealed=key.seal_text(text),
                    said_at=MORNING,
                    recalled_at=recalled,
                )
            )
            await session.flush()
        found = await case_lists.first_words(session, [case.id, 999])
        assert {one: key.open_text(said.text_sealed) for one, said in found.items()} == {case.id: "三"}
        assert set(await case_lists.wrapped_keys(session, [case.key_id, 999])) == {case.key_id}


async def test_sessions_and_attempts_end(database: Database) -> None:
    async with database.begin() as session:
        await web_sessions.add_attempt(session, "state", "/console", MORNING, LATER)
        await session.flush()
        assert await web_sessions.take_attempt(session, "other", MORNING) is None
        assert await web_sessions.take_attempt(session, "state", LATER) is None
        assert await web_sessions.take_attempt(session, "state", MORNING) == "/console"
        assert await web_sessions.take_attempt(session, "state", MORNING) is None
        for token in ("one", "two", "three"):
            await web_sessions.add(session, token, "Officer" if token != "three" else "other", "x", MORNING, LATER)
            await session.flush()
        found = await web_sessions.find(session, "one")
        assert found is not None
        assert (found.userid, "one" in found.digest) == ("officer", False)
        assert await web_sessions.end_all(session, "OFFICER") == 2
        session.expire_all()
        assert await web_sessions.find(session, "one") is None
        assert await web_sessions.find(session, "three") is not None


async def test_who_has_a_case_open_is_forgotten_when_they_are_gone(database: Database) -> None:
    async with database.begin() as session:
        case = await open_case(session)
        minute = timedelta(minutes=1)
        assert await case_lookers.note(session, case.id, "One", MORNING, MORNING - minute)
        assert not await case_lookers.note(session, case.id, "one", MORNING + minute / 2, MORNING - minute / 2)
        assert await case_lookers.note(session, case.id, "one", LATER, LATER - minute)
        await case_lookers.note(session, case.id, "two", LATER, LATER - minute)
        assert await case_lookers.find(session, case.id, LATER - minute) == ["one", "two"]
        assert await case_lookers.find(session, case.id, LATER + minute) == []


async def test_reviews_are_the_oldest_first_and_counted_up_to_a_bound(database: Database) -> None:
    new = NewEntry("R1", "S1", "visit", "rep", MORNING, MORNING.date(), MORNING, "走访3户")
    async with database.begin() as session:
        session.add_all([Station(code="S1", name="一站"), representative("R1")])
        await session.flush()
        first, passed, disputed, last = await duty_bulk.load(session, VAULT, "JH", [new] * 4)
        for number, event in ((passed, ledger.PASSED), (disputed, ledger.DISPUTED)):
            entry = await session.get_one(DutyEntry, number)
            await duty.say_of(session, entry, event, by="officer", at=MORNING)
    viewer = Viewer("town", stations=("S1",))
    async with database.read() as session:
        waits = [one.id for one in await duty_reading.to_review(session, viewer, 30)]
        assert waits == [first, disputed, last]
        assert [one.id for one in await duty_reading.to_review(session, viewer, 2)] == waits[:2]
        assert [await duty_reading.count_to_review(session, viewer, most) for most in (2, 3, 9)] == [2, 3, 3]
        assert await duty_reading.count_to_review(session, Viewer("other", stations=("S2",)), 9) == 0
