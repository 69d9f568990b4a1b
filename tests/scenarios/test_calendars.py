"""Calendars to subscribe to, as a telephone's calendar reads them over HTTP."""

import asyncio
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import aiohttp
import pytest
from icalendar import Calendar, Event
from sqlalchemy import select

from storage import calendar_addresses
from storage.models import (
    ActivityDay,
    ActivitySite,
    Attendance,
    CalendarAddress,
    Case,
    Leave,
    LiveSession,
    RosterSlot,
    Station,
)
from storage.states import ActivityState, AttendanceState, LiveState
from tests.support.rows import representative
from tests.support.town import LI, OFFICER, RESIDENT, ZHANG, Town
from tests.support.turns import working_at_most

HOSTILE = "修路,修桥;\r\nEND:VEVENT\nBEGIN:VEVENT\x07\\n <b>“水”</b>"
WANG = "wang.fang"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def events(self) -> list[Event]:
        return list(Calendar.from_ical(self.body).walk("VEVENT"))

    def find(self, uid: str) -> Event:
        (found,) = [event for event in self.events if str(event["uid"]).startswith(uid)]
        return found


async def fetch(town: Town, path: str, **headers: str) -> Answer:
    base = town.sim.callback_url.removesuffix("/wecom/callback")
    async with aiohttp.ClientSession() as session, session.get(f"{base}{path}", headers=headers) as answer:
        return Answer(answer.status, answer.headers, (await answer.read()).decode())


async def keep(town: Town, *rows: object) -> None:
    """Each after what it refers to."""
    for row in rows:
        async with town.bot.database.begin() as session:
            session.add(row)


def day(**changes: object) -> ActivityDay:
    """The activity day of 钱桥街道 in December, announced."""
    usual: dict[str, object] = {
        "id": 1,
        "region_code": "JH01",
        "planned_on": date(2026, 12, 15),
        "on_date": date(2026, 12, 15),
        "start": "09:00",
        "end": "11:30",
        "topic": "老旧小区改造",
        "rule": "third_tuesday",
        "state": ActivityState.ANNOUNCED,
        "confirmed_at": datetime(2026, 11, 1, tzinfo=UTC),
        "announced_at": datetime(2026, 11, 12, tzinfo=UTC),
    }
    return ActivityDay(**{**usual, **changes})


def live(**changes: object) -> LiveSession:
    """A live session of 钱桥联络站, hosted by 李娜."""
    usual: dict[str, object] = {
        "id": 1,
        "code": "L1",
        "kind": "live",
        "station_code": "QQ1",
        "title": "停车难怎么办",
        "hosts": ["R2"],
        "starts_at": datetime(2026, 12, 3, 11, tzinfo=UTC),
        "ends_at": datetime(2026, 12, 3, 12, tzinfo=UTC),
        "state": LiveState.APPROVED,
        "platform": "link",
        "author": OFFICER,
        "approved_at": datetime(2026, 11, 18, tzinfo=UTC),
    }
    return LiveSession(**{**usual, **changes})


def attendance(number: int, code: str, state: AttendanceState = AttendanceState.ACCEPTED) -> Attendance:
    return Attendance(id=number, day_id=1, station_code="QQ1", representative_code=code, state=state)


async def own_address(town: Town, member: str, word: str = "日历") -> str:
    """The path of the address that the bot sends."""
    await town.writes(member, word)
    (found,) = re.findall(r"http://127\.0\.0\.1:8080(/calendar/my/\S+\.ics)", town.member_heard(member)[-1])
    return str(found)


async def test_a_station_shows_its_activity_days_with_place_time_topic_and_who_comes(town: Town) -> None:
    people = representative(
        "R7", name="周敏", unit="第一医院", post="医师", public_fields=["name", "unit"], phone="139"
    )
    hidden = representative("R8", name="吴非", unit="某厂", public_fields=["unit"])
    await keep(town, people, hidden, day(), ActivitySite(id=1, day_id=1, station_code="QQ1"))
    await keep(
        town,
        attendance(1, "R7"),
        attendance(2, "R8"),
        attendance(3, "R1", AttendanceState.DECLINED),
        attendance(4, "R2"),
    )
    answer = await fetch(town, "/calendar/QQ1.ics")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = answer.events
    assert event.decoded("dtstart") == datetime(2026, 12, 15, 1, 0, tzinfo=UTC)
    assert event.decoded("dtend") == datetime(2026, 12, 15, 3, 30, tzinfo=UTC)
    assert str(event["summary"]) == "代表联系服务群众日：老旧小区改造"
    assert str(event["location"]) == "钱桥联络站"
    assert str(event["description"]) == "到场代表：李娜、周敏（第一医院）、人大代表（某厂）"
    assert (str(event["status"]), int(event["sequence"])) == ("CONFIRMED", 1)
    for secret in ("医师", "吴非", "139", "zhang.wei", "张伟"):
        assert secret not in answer.body


async def test_before_the_roster_is_fixed_nobody_is_named_and_before_it_is_confirmed_nothing_is_shown(
    town: Town,
) -> None:
    await keep(town, day(state=ActivityState.ROSTER_OPEN), ActivitySite(id=1, day_id=1, station_code="QQ1"))
    await keep(town, attendance(1, "R2"))
    planned = day(
        id=2, planned_on=date(2027, 1, 19), state=ActivityState.PLANNED, confirmed_at=None, announced_at=None
    )
    never = day(
        id=3, planned_on=date(2027, 2, 16), state=ActivityState.CANCELLED, confirmed_at=None, announced_at=None
    )
    await keep(town, planned, never)
    (event,) = (await fetch(town, "/calendar/QQ1.ics")).events
    assert str(event["uid"]) == "day-1-JH01@lianxin"
    assert "description" not in event


async def test_a_day_without_sites_yet_is_shown_by_every_station_of_its_region_and_then_by_its_sites(
    town: Town,
) -> None:
    await keep(town, day(region_code="JH", state=ActivityState.CONFIRMED))
    for code in ("QQ1", "XZ1", "HOME"):
        (event,) = (await fetch(town, f"/calendar/{code}.ics")).events
        assert str(event["location"]) == "锦河区各活动点"
    await keep(town, ActivitySite(id=1, day_id=1, station_code="XZ1"))
    await town.passes(seconds=30)
    assert len((await fetch(town, "/calendar/XZ1.ics")).events) == 1
    assert (await fetch(town, "/calendar/QQ1.ics")).events == []


async def test_a_moved_day_keeps_its_uid_and_a_cancelled_one_stays_as_such(town: Town) -> None:
    await keep(town, day(), ActivitySite(id=1, day_id=1, station_code="QQ1"), live())
    first = await fetch(town, "/calendar/QQ1.ics")
    async with town.bot.database.begin() as session:
        moved = await session.get_one(ActivityDay, 1)
        moved.on_date, moved.edition, moved.note = date(2026, 12, 22), 2, "遇学校活动"
        called_off = await session.get_one(LiveSession, 1)
        called_off.edition, called_off.note = 2, "设备检修"
        called_off.move(LiveState.CANCELLED)
    assert (await fetch(town, "/calendar/QQ1.ics")).body == first.body  # looked at a moment ago
    await town.passes(seconds=30)
    second = await fetch(town, "/calendar/QQ1.ics")
    before, after = (answer.find("day-1") for answer in (first, second))
    assert str(before["uid"]) == str(after["uid"])
    assert after.decoded("dtstart") == datetime(2026, 12, 22, 1, 0, tzinfo=UTC)
    assert (int(before["sequence"]), int(after["sequence"])) == (1, 2)
    assert "遇学校活动" in str(after["description"])
    before, after = (answer.find("live-L1") for answer in (first, second))
    assert (str(before["status"]), str(after["status"])) == ("CONFIRMED", "CANCELLED")
    assert int(after["sequence"]) == 2
    assert str(after["summary"]) == "已取消：直播接待：停车难怎么办"
    assert "url" not in after
    assert first.headers["ETag"] != second.headers["ETag"]


async def test_a_day_put_off_without_a_date_is_struck_out_until_it_has_one(town: Town) -> None:
    await keep(
        town, day(state=ActivityState.POSTPONED, edition=2), ActivitySite(id=1, day_id=1, station_code="QQ1")
    )
    (event,) = (await fetch(town, "/calendar/QQ1.ics")).events
    assert str(event["status"]) == "CANCELLED"
    assert str(event["summary"]).startswith("已延期，时间另行通知：")


async def test_live_sessions_are_shown_from_approval_on_with_where_to_join(town: Town) -> None:
    draft = live(id=2, code="L2", title="还没批", state=LiveState.DRAFT, approved_at=None)
    await keep(town, live(kind="inquiry"), draft)
    (event,) = (await fetch(town, "/calendar/QQ1.ics")).events
    assert str(event["summary"]) == "问政直播：停车难怎么办"
    assert str(event["url"]) == "http://127.0.0.1:8080/live/L1"
    assert "http://127.0.0.1:8080/live/L1" in str(event["description"])
    assert "参加代表：李娜" in str(event["description"])
    assert (await fetch(town, "/calendar/XZ1.ics")).events == []


async def test_a_year_back_is_kept_and_no_more(town: Town) -> None:
    old = [day(id=n, planned_on=on, on_date=on) for n, on in ((1, date(2025, 11, 18)), (2, date(2025, 12, 16)))]
    await keep(town, *old, *(ActivitySite(id=n, day_id=n, station_code="QQ1") for n in (1, 2)))
    assert [str(event["uid"]) for event in (await fetch(town, "/calendar/QQ1.ics")).events] == [
        "day-2-JH01@lianxin"
    ]


async def test_hostile_words_stay_words(town: Town) -> None:
    place = Station(code="BAD", name=f"桥{HOSTILE}", kind="station", region_code="JH01", address=HOSTILE)
    person = representative("R9", name=f"李{HOSTILE}", unit=HOSTILE)
    await keep(
        town, place, person, day(topic=HOSTILE, note=HOSTILE), ActivitySite(id=1, day_id=1, station_code="BAD")
    )
    await keep(town, Attendance(id=1, day_id=1, station_code="BAD", representative_code="R9", state="accepted"))
    await keep(town, live(station_code="BAD", title=HOSTILE, description=HOSTILE, hosts=["R9", 'R"2', "gone"]))
    answer = await fetch(town, "/calendar/BAD.ics")
    clean = HOSTILE.replace("\r\n", "\n").replace("\x07", "")
    assert [str(event["summary"]) for event in answer.events] == [
        f"直播接待：{clean}",
        f"代表联系服务群众日：{clean}",
    ]
    assert str(answer.find("day-1")["location"]) == f"桥{clean}（{clean}）"
    assert answer.body.count("\r\nEND:VEVENT") == 2
    assert all(len(line.encode()) <= 75 for line in answer.body.split("\r\n"))


@pytest.mark.parametrize(
    "path",
    [
        "/calendar/NO1.ics",
        "/calendar/my/nothing.ics",
        "/calendar/%F0%9F%98%80.ics",
    ],
)
async def test_what_does_not_exist_is_said_in_plain_words(town: Town, path: str) -> None:
    answer = await fetch(town, path)
    assert (answer.status, answer.body) == (404, "没有这个日历，请核对地址。")
    assert answer.headers["Cache-Control"] == "no-store"


async def test_nothing_is_found_by_what_is_no_text(town: Town) -> None:
    for code in ("%00", "%ff", "%ED%A0%80", "QQ1%00"):
        for path in (f"/calendar/{code}.ics", f"/calendar/my/{code}.ics"):
            assert (await fetch(town, path)).status == 404


async def test_who_has_it_already_is_told_so(town: Town) -> None:
    await keep(town, day(), ActivitySite(id=1, day_id=1, station_code="QQ1"))
    first = await fetch(town, "/calendar/QQ1.ics")
    tag, changed = first.headers["ETag"], first.headers["Last-Modified"]
    assert first.headers["Cache-Control"] == "public, max-age=900"
    await town.passes(hours=1)
    for asked in ({"If-None-Match": tag}, {"If-None-Match": f'"x", W/{tag}'}, {"If-Modified-Since": changed}):
        again = await fetch(town, "/calendar/QQ1.ics", **asked)
        assert (again.status, again.body) == (304, "")
        assert (again.headers["ETag"], again.headers["Last-Modified"]) == (tag, changed)
    async with town.bot.database.begin() as session:
        (await session.get_one(ActivityDay, 1)).move(ActivityState.CANCELLED)
    await town.passes(seconds=30)
    for asked in ({"If-None-Match": tag}, {"If-Modified-Since": changed}, {"If-None-Match": "no tag"}):
        again = await fetch(town, "/calendar/QQ1.ics", **asked)
        assert again.status == 200
        assert "STATUS:CANCELLED" in again.body


async def test_two_changes_in_one_second_are_two_changes(town: Town) -> None:
    await keep(town, live(title="一"))
    path, dates = await own_address(town, LI), []
    for title in ("一", "二", "一"):
        async with town.bot.database.begin() as session:
            (await session.get_one(LiveSession, 1)).title = title
        answer = await fetch(town, path, **({"If-Modified-Since": dates[-1]} if dates else {}))
        assert answer.status == 200
        dates.append(answer.headers["Last-Modified"])
    assert len(set(dates)) == 3


async def test_a_representatives_own_calendar_has_their_duty_days_and_sessions(town: Town) -> None:
    await keep(
        town,
        RosterSlot(id=2, station_code="QQ1", representative_code="R2", weekday=1, start="22:00", end="06:00"),
        day(),
        ActivitySite(id=1, day_id=1, station_code="QQ1"),
        attendance(1, "R2"),
        live(),
        live(id=2, code="L2", station_code="XZ1", hosts=["R22"]),
    )
    path = await own_address(town, LI)
    answer = await fetch(town, path)
    assert answer.headers["Cache-Control"] == "private, max-age=900"
    assert str(Calendar.from_ical(answer.body)["x-wr-calname"]) == "李娜代表的日程"
    duty = [event for event in answer.events if str(event["uid"]).startswith("duty")]
    assert [event.decoded("dtstart") for event in duty[:2]] == [
        datetime(2026, 11, 20, 1, tzinfo=UTC),
        datetime(2026, 11, 24, 14, tzinfo=UTC),
    ]
    assert duty[1].decoded("dtend") == datetime(2026, 11, 24, 22, tzinfo=UTC)
    assert duty[-1].decoded("dtstart") == datetime(2027, 1, 19, 14, tzinfo=UTC)  # the last within 60 days
    assert str(duty[0]["summary"]) == "值班：钱桥联络站"
    assert len(answer.events) == len(duty) + 2
    assert answer.find("day-1")
    assert answer.find("live-L1")


async def test_swaps_and_leave_show_in_the_own_calendar(town: Town) -> None:
    weekly = RosterSlot(id=2, station_code="QQ1", representative_code="R2", weekday=1, start="14:00", end="17:00")
    await keep(town, weekly)
    theirs, mine = await own_address(town, LI), await own_address(town, ZHANG)
    before = await fetch(town, theirs)
    assert (await fetch(town, mine)).events == []
    await town.writes(LI, "换班 11月24日 张伟")
    await town.taps(ZHANG, "swapyes:1")
    await keep(
        town,
        Leave(
            representative_code="R2",
            first_on=date(2026, 12, 1),
            last_on=date(2026, 12, 1),
            noted_at=town.clock.now(),
        ),
    )
    (event,) = (await fetch(town, mine)).events
    assert event.decoded("dtstart") == datetime(2026, 11, 24, 6, tzinfo=UTC)
    assert str(event["summary"]) == "值班：钱桥联络站（替李娜代表）"
    gone = {event.decoded("dtstart") for event in before.events} - {
        event.decoded("dtstart") for event in (await fetch(town, theirs)).events
    }
    assert gone == {datetime(2026, 11, 24, 6, tzinfo=UTC), datetime(2026, 12, 1, 6, tzinfo=UTC)}


async def test_a_new_address_makes_the_old_one_gone(town: Town) -> None:
    old = await own_address(town, LI)
    assert await own_address(town, LI) == old
    assert len(old.split("/")[-1]) >= 26  # 128 bits and more
    new = await own_address(town, LI, "换日历")
    assert new != old
    answer = await fetch(town, old)
    assert answer.status == 410
    assert "已经停用" in answer.body
    assert (await fetch(town, new)).status == 200
    assert await own_address(town, LI) == new
    async with town.bot.database.read() as session:
        tokens = [path.split("/")[-1].removesuffix(".ics") for path in (old, new)]
        rows = [await calendar_addresses.find(session, token) for token in tokens]
        kept = str((await session.execute(select(CalendarAddress.__table__))).all())
    assert [row is not None and row.revoked_at is not None for row in rows] == [True, False]
    assert not [token for token in tokens if token in kept], "what would open it is not in the database"


async def test_an_address_is_found_by_its_whole_token_alone(town: Town) -> None:
    path = await own_address(town, LI)
    token = path.split("/")[-1].removesuffix(".ics")
    for wrong in (token[:-1], f"{token}a", token.swapcase(), f"{token[:-1]}%25", "%25", "_" * len(token)):
        assert (await fetch(town, f"/calendar/my/{wrong}.ics")).status == 404


async def test_no_case_no_constituent_and_no_token_is_ever_in_a_calendar_or_a_log(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await keep(town, day(), ActivitySite(id=1, day_id=1, station_code="QQ1"), attendance(1, "R2"), live())
    await town.scans(RESIDENT, "rep", "R2")
    await town.says(RESIDENT, "我家住牡丹园3号楼，漏水")
    case = await town.case()
    path = await own_address(town, LI)
    bodies = [(await fetch(town, one)).body for one in (path, "/calendar/QQ1.ics", "/calendar/HOME.ics")]
    for body in bodies:
        flat = body.replace("\r\n ", "")
        for secret in (case.number, "王女士", "牡丹园", RESIDENT, LI, OFFICER):
            assert secret not in flat
    token = path.split("/")[-1].removesuffix(".ics")
    assert all(token not in str(record.__dict__) for record in caplog.records)
    assert len(await town.all(Case)) == 1


async def test_an_officer_is_given_the_public_address(town: Town) -> None:
    await town.writes(OFFICER, "日历")
    assert "钱桥联络站：http://127.0.0.1:8080/calendar/QQ1.ics" in town.member_heard(OFFICER)[-1]


async def test_two_hundred_programs_that_ask_at_once_do_not_stall_the_loop(town: Town) -> None:
    for n in range(1, 31):
        on = date(2026, 1, 1) + timedelta(days=11 * n)
        await keep(town, day(id=n, planned_on=on, on_date=on), ActivitySite(id=n, day_id=n, station_code="QQ1"))
    paths = ["/calendar/QQ1.ics", await own_address(town, LI), await own_address(town, WANG), "/calendar/XZ1.ics"]
    for path in paths:
        await fetch(town, path)  # made once; what follows is the polling
    base = town.sim.callback_url.removesuffix("/wecom/callback")
    async with aiohttp.ClientSession() as session:

        async def ask(number: int) -> int:
            async with session.get(f"{base}{paths[number % 4]}") as answer:
                await answer.read()
                return answer.status

        async with working_at_most(0.25):
            began = time.thread_time()
            statuses = await asyncio.gather(*(ask(number) for number in range(200)))
            took = time.thread_time() - began
    assert statuses == [200] * 200
    assert took < 5  # of computing, the asking included: what else the machine does must not make this fail
